//! The breaker of Polly: the share of failed calls over a sampling time, looked at on failures.
//!
//! Rule. Closed: results are counted over the last `window`; after a failure, and only then, it
//! opens if at least `min_calls` are counted and the share of failed ones is at or above
//! `failure_rate`. Open: calls are rejected while now < opened + `recovery`; the first call at or
//! after that is the trial (half-open), and all others are rejected while it runs. Its success
//! closes the breaker and forgets all results, its failure opens it for another `recovery`.
//! Results that come late while open are counted and change nothing else. An ignored result is a
//! success: Polly knows failures that are handled, and everything else.
//!
//! The last `window` is kept in parts: a part begins with the first result that comes a tenth of
//! `window` or more after the last part began, and is dropped as a whole `window` after it began.
//!
//! | key            | default | meaning                                             |
//! |----------------|---------|-----------------------------------------------------|
//! | `failure_rate` | "10%"   | the share of failed calls that opens it; above zero |
//! | `min_calls`    | 100     | with fewer it never opens                           |
//! | `window`       | "30s"   | the sampling time; at least half a second           |
//! | `recovery`     | "5s"    | how long it is open                                 |
//!
//! Source: `CircuitStateController`, `AdvancedCircuitBehavior`, `RollingHealthMetrics` and
//! `CircuitBreakerConstants` of Polly v8.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use super::{Breaker, State, Verdict, checked, share};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str =
    "the share of failed calls, looked at after each failure; one trial decides";

/// The parts of the sampling time.
const PARTS: u64 = 10;

/// `breaker.polly = { failure_rate = "10%", min_calls = 100, window = "30s", recovery = "5s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The share of failed calls that opens it.
    pub failure_rate: Probability,
    /// With fewer calls it never opens.
    pub min_calls: NonZeroU32,
    /// The sampling time.
    pub window: Span,
    /// How long it is open before a trial.
    pub recovery: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let tenth = Probability::new(0.1).expect("a tenth is a share");
        let above = |share: &Probability| *share > Probability::ZERO;
        let failure_rate = checked(&mut table, "failure_rate", tenth, above, "a share above zero");
        let min_calls = table.or("min_calls", NonZeroU32::new(100).expect("it is not zero"));
        let long = |span: &Span| *span >= Span::from_nanos(500_000_000);
        let thirty = Span::from_secs(30);
        let window = checked(&mut table, "window", thirty, long, "half a second or more");
        let recovery = table.or("recovery", Span::from_secs(5));
        table.finish();
        Some(Spec { failure_rate: failure_rate?, min_calls, window: window?, recovery })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Polly {
        let parts = VecDeque::with_capacity(PARTS as usize + 1);
        let (successes, failures) = (0, 0);
        Polly { spec: self.clone(), phase: Phase::Closed, parts, successes, failures }
    }
}

#[derive(Clone, Copy)]
enum Phase {
    Closed,
    Open { until: Time },
    HalfOpen,
}

struct Part {
    began: Time,
    successes: u32,
    failures: u32,
}

/// The machine.
pub struct Polly {
    spec: Spec,
    phase: Phase,
    /// From the oldest to the newest.
    parts: VecDeque<Part>,
    /// The sums over the parts.
    successes: u32,
    failures: u32,
}

impl Polly {
    fn count(&mut self, now: Time, failed: bool) {
        let tenth = Span::from_nanos(self.spec.window.nanos() / PARTS);
        if self.parts.back().is_none_or(|part| now.since(part.began) >= tenth) {
            self.parts.push_back(Part { began: now, successes: 0, failures: 0 });
        }
        while self.parts.front().is_some_and(|part| now.since(part.began) >= self.spec.window) {
            let old = self.parts.pop_front().expect("there is one");
            self.successes -= old.successes;
            self.failures -= old.failures;
        }
        let part = self.parts.back_mut().expect("the newest is younger than the window");
        if failed {
            part.failures += 1;
            self.failures += 1;
        } else {
            part.successes += 1;
            self.successes += 1;
        }
    }

    fn exceeds(&self) -> bool {
        let total = self.successes + self.failures;
        total >= self.spec.min_calls.get()
            && share(self.failures, total) >= self.spec.failure_rate.get()
    }

    fn open(&mut self, now: Time) {
        self.phase = Phase::Open { until: now.saturating_add(self.spec.recovery) };
    }
}

impl Breaker for Polly {
    fn allows(&self, now: Time) -> bool {
        match self.phase {
            Phase::Closed => true,
            Phase::Open { until } => now >= until,
            Phase::HalfOpen => false,
        }
    }

    fn admit(&mut self, now: Time) -> bool {
        let allowed = self.allows(now);
        if allowed && matches!(self.phase, Phase::Open { .. }) {
            self.phase = Phase::HalfOpen;
        }
        allowed
    }

    fn record(&mut self, now: Time, verdict: Verdict, _duration: Span) {
        let failed = matches!(verdict, Verdict::Failure | Verdict::Unreachable);
        match (self.phase, failed) {
            (Phase::Closed, true) => {
                self.count(now, failed);
                if self.exceeds() {
                    self.open(now);
                }
            }
            (Phase::Closed, false) | (Phase::Open { .. }, _) => self.count(now, failed),
            (Phase::HalfOpen, true) => self.open(now),
            (Phase::HalfOpen, false) => {
                self.phase = Phase::Closed;
                self.parts.clear();
                (self.successes, self.failures) = (0, 0);
            }
        }
    }

    fn state(&self, _now: Time) -> State {
        match self.phase {
            Phase::Closed => State::Closed,
            Phase::Open { .. } => State::Open,
            Phase::HalfOpen => State::HalfOpen,
        }
    }

    fn until(&self, now: Time) -> Option<Time> {
        match self.phase {
            Phase::Open { until } if now < until => Some(until),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{calls, fail, mistakes, ms, open_until, read, succeed};
    use super::*;

    /// Opens at one failure in four or more, of at least four calls within 10 s.
    fn small() -> Polly {
        read::<Spec>("failure_rate = \"25%\"\nmin_calls = 4\nwindow = \"10s\"").build()
    }

    #[test]
    fn the_defaults_open_at_ten_of_a_hundred() {
        let mut breaker = read::<Spec>("").build();
        calls(&mut breaker, 0, &[Verdict::Failure; 9]);
        calls(&mut breaker, 0, &[Verdict::Success; 90]);
        assert_eq!(breaker.state(ms(0)), State::Closed);
        fail(&mut breaker, 0);
        open_until(&breaker, 0, ms(5_000));
    }

    #[test]
    fn only_failures_open_it() {
        let mut breaker = small();
        calls(&mut breaker, 0, &[Verdict::Failure; 3]);
        succeed(&mut breaker, 0);
        assert_eq!(breaker.state(ms(0)), State::Closed, "three of four, but the last succeeded");
        fail(&mut breaker, 1);
        assert_eq!(breaker.state(ms(1)), State::Open);
    }

    #[test]
    fn parts_leave_as_a_whole() {
        let mut breaker = small();
        // The first part is from 0 to 1 s, the second begins at 1.5 s.
        calls(&mut breaker, 0, &[Verdict::Success; 10]);
        calls(&mut breaker, 999, &[Verdict::Success; 10]);
        calls(&mut breaker, 1_500, &[Verdict::Success; 2]);
        fail(&mut breaker, 9_999);
        assert_eq!(breaker.state(ms(9_999)), State::Closed, "one of 23");
        // At 10 s the first 20 have left, also those from 0.999 s: two of four.
        fail(&mut breaker, 10_000);
        open_until(&breaker, 10_000, ms(15_000));
    }

    #[test]
    fn one_trial_closes_it_and_forgets() {
        let mut breaker = small();
        calls(&mut breaker, 0, &[Verdict::Failure; 4]);
        assert!(breaker.admit(ms(5_000)));
        assert_eq!((breaker.state(ms(5_000)), breaker.until(ms(5_000))), (State::HalfOpen, None));
        assert!(!breaker.admit(ms(20_000)), "the trial runs");
        breaker.record(ms(20_000), Verdict::Unreachable, Span::ZERO);
        open_until(&breaker, 20_000, ms(25_000));
        breaker.record(ms(20_001), Verdict::Success, Span::ZERO);
        open_until(&breaker, 20_001, ms(25_000));
        assert_eq!(calls(&mut breaker, 25_000, &[Verdict::Ignored]), [true]);
        assert_eq!(breaker.state(ms(25_000)), State::Closed, "what is not a failure closes it");
        assert_eq!(
            calls(&mut breaker, 25_000, &[Verdict::Failure; 5]),
            [true, true, true, true, false]
        );
    }

    #[test]
    fn what_cannot_be_is_a_mistake() {
        for wrong in ["failure_rate = 0", "min_calls = 0", "window = \"499ms\""] {
            assert_eq!(mistakes::<Spec>(wrong).len(), 1, "{wrong}");
        }
    }
}
