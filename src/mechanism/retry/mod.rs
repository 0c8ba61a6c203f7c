//! Retries: whether a failed attempt is tried again, when, and where.
//!
//! Every policy has the keys `attempts` (tries in all, the first included; 3), `on` (the causes
//! that are retried; failure, timeout and crash) and `elsewhere` (not on the agent that failed;
//! false). A policy is a pure rule: how long the wait before the n-th retry is, given the wait
//! before and one uniform. Invariants: a wait never exceeds its cap; without jitter no uniform is
//! drawn.

use std::num::NonZeroU32;

use crate::base::read::Table;
use crate::base::time::Span;

choices! { "retry":
    fixed => Fixed,
    exponential => Exponential,
    linear => Linear,
}

names! {
    /// Why an attempt came to nothing.
    Cause, "cause of a failure":
    /// The agent tried and failed.
    Failure => "failure",
    /// It took longer than the step allows.
    Timeout => "timeout",
    /// The agent crashed.
    Crash => "crash",
    /// Turned away by a breaker or by a full queue.
    Rejected => "rejected",
    /// Not admitted.
    Shed => "shed",
    /// Its deadline had passed.
    Expired => "expired",
    /// No agent could do it.
    NoAgent => "no_agent",
    /// Dropped from its line, because delays stood high.
    Dropped => "dropped",
    /// A resource that it needs was not available.
    NoResource => "no_resource",
    /// It gave way, so that others who waited for one another could go on.
    Deadlock => "deadlock",
    /// It lost a conflict with another action.
    Conflict => "conflict",
}

/// What every policy has.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    /// Tries in all, the first included.
    pub attempts: NonZeroU32,
    /// The causes that are retried.
    pub on: Vec<Cause>,
    /// Whether a retry avoids the agent that failed.
    pub elsewhere: bool,
}

impl Common {
    /// Reads the common keys among those of a policy.
    fn read(table: &mut Table<'_>) -> Self {
        let three = NonZeroU32::new(3).expect("three is not zero");
        Common {
            attempts: table.or("attempts", three),
            on: table.or("on", vec![Cause::Failure, Cause::Timeout, Cause::Crash]),
            elsewhere: table.or("elsewhere", false),
        }
    }
}

impl Spec {
    fn common(&self) -> &Common {
        match self {
            Spec::Fixed(spec) => &spec.common,
            Spec::Exponential(spec) => &spec.common,
            Spec::Linear(spec) => &spec.common,
        }
    }

    /// Tries in all, the first included.
    pub fn attempts(&self) -> u32 {
        self.common().attempts.get()
    }

    /// Whether there is another try after `failures` failed ones (at least 1), the last of which
    /// failed by `cause`.
    pub fn may(&self, failures: u32, cause: Cause) -> bool {
        let common = self.common();
        failures < common.attempts.get() && common.on.contains(&cause)
    }

    /// Whether the next try avoids the agent that failed.
    pub fn elsewhere(&self) -> bool {
        self.common().elsewhere
    }

    /// How long to wait after `failures` failed tries (at least 1). `previous` is the wait before
    /// the last try; it is not looked at when `failures` is 1.
    pub fn delay(&self, failures: u32, previous: Span, uniform: impl FnOnce() -> f64) -> Span {
        match self {
            Spec::Fixed(spec) => spec.delay,
            Spec::Exponential(spec) => spec.delay(failures, previous, uniform),
            Spec::Linear(spec) => spec.delay(failures),
        }
    }
}

#[cfg(test)]
mod check {
    use super::*;

    /// The waits before the first retries, in milliseconds, with this uniform for each.
    pub fn waits_ms(toml: &str, uniform: f64, n: u32) -> Vec<f64> {
        let spec: Spec = crate::mechanism::check::read(toml).expect("the test's policy is right");
        let mut previous = Span::ZERO;
        (1..=n)
            .map(|failures| {
                previous = spec.delay(failures, previous, || uniform);
                previous.nanos() as f64 / 1e6
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn attempts_count_the_first_try_and_causes_are_chosen() {
        let default: Spec = read("'fixed'").unwrap();
        let may = |failures| default.may(failures, Cause::Timeout);
        assert_eq!([may(1), may(2), may(3)], [true, true, false]);
        assert!(!default.may(1, Cause::Rejected) && !default.may(1, Cause::NoAgent));
        assert!(!default.elsewhere());
        let text = "{ linear = { attempts = 2, on = ['rejected'], elsewhere = true } }";
        let spec: Spec = read(text).unwrap();
        assert!(spec.may(1, Cause::Rejected) && !spec.may(2, Cause::Rejected));
        assert!(!spec.may(1, Cause::Failure) && spec.elsewhere());
    }

    #[test]
    fn an_unknown_cause_is_a_mistake() {
        let mistakes = read::<Spec>("{ fixed = { on = ['crahs'] } }").unwrap_err();
        assert_eq!(mistakes, ["unknown cause of a failure `crahs`"]);
    }
}
