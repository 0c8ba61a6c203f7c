//! Exponential back-off with a cap and jitter.
//!
//! Rule: the growing wait before the n-th retry is e = min(cap, first * factor^(n - 1)),
//! truncated to whole multiples of `resolution` at every step (1 ns: not at all; resilience4j's
//! `IntervalFunction` truncates to 1 ms). With U(a, b) uniform and s the wait before the last try:
//!
//! | `jitter`       | wait                                                         |
//! |----------------|--------------------------------------------------------------|
//! | `none`         | e                                                            |
//! | `full`         | U(0, e)                                                      |
//! | `equal`        | e/2 + U(0, e/2)                                              |
//! | `decorrelated` | min(cap, U(first, 3 s)), where s is `first` at first     |
//! | `finagle_full` | `first`; then U(0, s * 2^(n-1)), or cap if that reaches it |
//! | `finagle_equal`| `first`; then h + U(0, h), h = first * 2^(n-2), or cap   |
//! | `finagle_decorrelated` | `first`; then U(s, min(3 s, cap))                  |
//!
//! Sources: the first four, Brooker, Exponential Backoff And Jitter (AWS, 2015); the last three,
//! Finagle's `Backoff.{exponentialJittered, equalJittered, decorrelatedJittered}`, which double
//! whatever else is said and, once at the cap, stay there without jitter. Defaults: 1 s, doubled,
//! at most 20 s, full jitter, 3 attempts: the standard retry mode of the AWS SDKs.
//!
//! Invariant: one uniform per wait, or none where the wait is certain.

use super::Common;
use crate::base::read::{Node, Read, Show};
use crate::base::time::Span;
use crate::base::unit::Factor;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a wait that is multiplied with every retry, capped, with jitter";

names! {
    /// How a wait is spread, so that those who failed together do not come back together.
    Jitter, "jitter":
    /// Not at all.
    None => "none",
    /// From zero to the full wait.
    Full => "full",
    /// Half of it certain, half of it random.
    Equal => "equal",
    /// From the first wait to three times the last one.
    Decorrelated => "decorrelated",
    /// Finagle's `exponentialJittered`.
    FinagleFull => "finagle_full",
    /// Finagle's `equalJittered`.
    FinagleEqual => "finagle_equal",
    /// Finagle's `decorrelatedJittered`.
    FinagleDecorrelated => "finagle_decorrelated",
}

/// `retry.exponential = { first = "1s", factor = 2, cap = "20s", jitter = "full", ... }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What every policy has.
    pub common: Common,
    /// The wait before the first retry, before jitter; above zero.
    pub first: Span,
    /// What each retry multiplies it by; at least 1.
    pub factor: f64,
    /// The longest wait; at least `first`.
    pub cap: Span,
    /// How it is spread.
    pub jitter: Jitter,
    /// What the growing wait is a whole multiple of; above zero.
    pub resolution: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let first = table.or("first", Span::from_secs(1));
        let jitter = table.or("jitter", Jitter::Full);
        let own_growth = !matches!(jitter, Jitter::None | Jitter::Full | Jitter::Equal);
        if own_growth && let Some(factor) = table.node("factor") {
            let help = "remove it, or use jitter = \"none\", \"full\" or \"equal\"".to_string();
            let what = format!("jitter = {} has its own growth", jitter.show());
            factor.mistake(what, "has no effect", help);
        }
        let two = Factor::new(2.0).expect("two is above zero");
        let factor = if own_growth { two } else { table.or("factor", two) }.get();
        let cap = table.or("cap", Span::from_secs(20));
        let resolution = table.or("resolution", Span::from_nanos(1));
        let common = Common::read(&mut table);
        if factor < 1.0 {
            table.mistake("the factor is below 1", "the waits would shrink", None);
        }
        if resolution == Span::ZERO {
            table.mistake("the resolution is zero", "must be above zero", None);
        } else if first < resolution {
            let help = "for retries at once use retry.fixed with delay = \"0s\"".to_string();
            let what = "the first wait is too short to grow";
            table.mistake(what, format!("`first` is at least {}", resolution.show()), help);
        }
        if cap < first {
            let what =
                format!("the cap of {} is below the first wait, {}", cap.show(), first.show());
            table.mistake(what, "`cap` is at least `first`", None);
        }
        table.finish();
        Some(Spec { common, first, factor, cap, jitter, resolution })
    }
}

impl Spec {
    /// The wait after `failures` failed tries; see [`super::Spec::delay`].
    pub fn delay(&self, failures: u32, previous: Span, uniform: impl FnOnce() -> f64) -> Span {
        let at_first = failures == 1;
        match self.jitter {
            Jitter::None => self.growing(failures),
            Jitter::Full => between(Span::ZERO, self.growing(failures), uniform),
            Jitter::Equal => {
                let grown = self.growing(failures);
                between(Span::from_nanos(grown.nanos() / 2), grown, uniform)
            }
            Jitter::Decorrelated => {
                let last = if at_first { self.first } else { previous };
                between(self.first, times(last, 3), uniform).min(self.cap)
            }
            _ if at_first => self.first,
            Jitter::FinagleFull => match times(previous, 1 << (failures - 1).min(62)) {
                bound if bound >= self.cap => self.cap,
                bound => between(Span::ZERO, bound, uniform),
            },
            Jitter::FinagleEqual => match times(self.first, 1 << (failures - 2).min(62)) {
                half if half >= self.cap => self.cap,
                half => between(half, times(half, 2), uniform).min(self.cap),
            },
            Jitter::FinagleDecorrelated if previous >= self.cap => self.cap,
            Jitter::FinagleDecorrelated => {
                between(previous, times(previous, 3).min(self.cap), uniform)
            }
        }
    }

    /// The wait before jitter.
    fn growing(&self, failures: u32) -> Span {
        let unit = self.resolution.nanos();
        let cap = self.cap.nanos() / unit;
        let mut units = self.first.nanos() / unit;
        for _ in 1..failures {
            // In units, so that it truncates as integer arithmetic in those units does.
            let next = (units as f64 * self.factor) as u64;
            if units >= cap || next == units {
                break;
            }
            units = next;
        }
        if units >= cap { self.cap } else { Span::from_nanos(units * unit) }
    }
}

/// A uniform wait between two.
fn between(low: Span, high: Span, uniform: impl FnOnce() -> f64) -> Span {
    let width = high.nanos().saturating_sub(low.nanos());
    if width == 0 {
        return low;
    }
    Span::from_nanos(low.nanos() + (width as f64 * uniform()) as u64)
}

fn times(span: Span, by: u64) -> Span {
    Span::from_nanos(span.nanos().saturating_mul(by))
}

#[cfg(test)]
mod tests {
    use super::super::Spec as Family;
    use super::super::check::waits_ms;
    use crate::base::time::Span;
    use crate::mechanism::check::read;

    fn with(jitter: &str) -> String {
        format!("{{ exponential = {{ first = '100ms', cap = '1s', jitter = '{jitter}' }} }}")
    }

    #[test]
    fn waits_by_hand() {
        // u = 1/4 each time; the growing wait is 100, 200, 400, 800, 1000 ms.
        for (jitter, expected) in [
            ("none", [100.0, 200.0, 400.0, 800.0, 1000.0]),
            ("full", [25.0, 50.0, 100.0, 200.0, 250.0]),
            ("equal", [62.5, 125.0, 250.0, 500.0, 625.0]),
            // 100 + (300 - 100)/4; 100 + (450 - 100)/4; 100 + (562.5 - 100)/4; ...; whole ns.
            ("decorrelated", [150.0, 187.5, 215.625, 236.71875, 252.539062]),
            // 100; 200/4; 50 * 4/4; 50 * 8/4; 100 * 16 is above the cap.
            ("finagle_full", [100.0, 50.0, 50.0, 100.0, 1000.0]),
            // 100; 100 + 100/4; 200 + 200/4; 400 + 400/4; 800 + 800/4.
            ("finagle_equal", [100.0, 125.0, 250.0, 500.0, 1000.0]),
            // 100; 100 + 200/4; 150 + 300/4; 225 + 450/4; 337.5 + (1000 - 337.5)/4.
            ("finagle_decorrelated", [100.0, 150.0, 225.0, 337.5, 503.125]),
        ] {
            assert_eq!(waits_ms(&with(jitter), 0.25, 5), expected, "{jitter}");
        }
    }

    #[test]
    fn at_the_cap_finagle_draws_no_more() {
        for jitter in ["finagle_full", "finagle_equal", "finagle_decorrelated"] {
            let spec: Family = read(&with(jitter)).unwrap();
            let drawn = || unreachable!("the wait is certain");
            assert_eq!(spec.delay(9, Span::from_secs(1), drawn), Span::from_secs(1), "{jitter}");
        }
    }

    #[test]
    fn waits_never_exceed_the_cap_however_many_retries() {
        for jitter in ["none", "full", "equal", "decorrelated", "finagle_full", "finagle_equal"] {
            let spec: Family = read(&with(jitter)).unwrap();
            for failures in [1, 2, 63, 64, 65, 200, u32::MAX] {
                let wait = spec.delay(failures, Span::from_secs(1), || 0.999_999);
                assert!(wait <= Span::from_secs(1), "{jitter}: {wait} after {failures}");
            }
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |inner: &str| {
            read::<Family>(&format!("{{ exponential = {{ {inner} }} }}")).unwrap_err()
        };
        assert_eq!(refused("factor = 0.5"), ["the factor is below 1"]);
        assert_eq!(refused("first = '0s'"), ["the first wait is too short to grow"]);
        assert_eq!(refused("first = '1m'"), ["the cap is below the first wait"]);
        let both = "jitter = 'decorrelated', factor = 3";
        assert_eq!(refused(both), ["this jitter has its own growth"]);
    }
}
