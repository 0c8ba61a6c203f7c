//! So many failures in a row open it; after a fixed time one trial call decides.
//!
//! Rule. Closed: a success sets the count to zero, a failure adds one, and at `failures` it opens.
//! Open: calls are rejected while now < opened + `recovery`; the first call at or after that is
//! the trial (half-open), and all others are rejected while it runs. Its success closes the
//! breaker, its failure opens it for another `recovery`. Results that come late while open change
//! nothing; an ignored trial gives way to the next call.
//!
//! | key        | default | meaning                            |
//! |------------|---------|------------------------------------|
//! | `failures` | 5       | how many failures in a row open it |
//! | `recovery` | "60s"   | how long it is open                |
//!
//! Source: the pattern as in Nygard, Release It! (2007), with the boundary decided: `>=` ends the
//! wait here, as in Polly; Hystrix and resilience4j want more than it.

use super::{Breaker, State, Verdict};
use crate::base::time::{Span, Time};

pub use super::failures::Spec;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "so many failures in a row open it; after a time one trial decides";

impl Consecutive {
    /// The machine, fresh for one run.
    pub fn new(spec: &Spec) -> Self {
        let (threshold, recovery) = (spec.failures.get(), spec.recovery);
        Consecutive { threshold, recovery, phase: Phase::Closed { failures: 0 } }
    }
}

#[derive(Clone, Copy)]
enum Phase {
    Closed { failures: u32 },
    Open { until: Time },
    HalfOpen { trial_runs: bool },
}

/// The machine.
pub struct Consecutive {
    threshold: u32,
    recovery: Span,
    phase: Phase,
}

impl Consecutive {
    fn open(&mut self, now: Time) {
        self.phase = Phase::Open { until: now.saturating_add(self.recovery) };
    }
}

impl Breaker for Consecutive {
    fn allows(&self, now: Time) -> bool {
        match self.phase {
            Phase::Closed { .. } => true,
            Phase::Open { until } => now >= until,
            Phase::HalfOpen { trial_runs } => !trial_runs,
        }
    }

    fn admit(&mut self, now: Time) -> bool {
        let allowed = self.allows(now);
        if allowed && !matches!(self.phase, Phase::Closed { .. }) {
            self.phase = Phase::HalfOpen { trial_runs: true };
        }
        allowed
    }

    fn record(&mut self, now: Time, verdict: Verdict, _duration: Span) {
        match (&mut self.phase, verdict) {
            (Phase::Open { .. }, _) | (Phase::Closed { .. }, Verdict::Ignored) => {}
            (Phase::HalfOpen { trial_runs }, Verdict::Ignored) => *trial_runs = false,
            (_, Verdict::Success) => self.phase = Phase::Closed { failures: 0 },
            (Phase::Closed { failures }, Verdict::Failure | Verdict::Unreachable) => {
                *failures += 1;
                if *failures >= self.threshold {
                    self.open(now);
                }
            }
            (Phase::HalfOpen { .. }, Verdict::Failure | Verdict::Unreachable) => self.open(now),
        }
    }

    fn state(&self, _now: Time) -> State {
        match self.phase {
            Phase::Closed { .. } => State::Closed,
            Phase::Open { .. } => State::Open,
            Phase::HalfOpen { .. } => State::HalfOpen,
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
    use super::super::check::{calls, fail, ms, open_until, read, succeed};
    use super::*;

    /// One that five failures at 0 have opened.
    fn open() -> Consecutive {
        let mut breaker = Consecutive::new(&read(""));
        assert_eq!(
            calls(&mut breaker, 0, &[Verdict::Failure; 6]),
            [true, true, true, true, true, false]
        );
        breaker
    }

    #[test]
    fn a_success_breaks_the_row() {
        let mut breaker = Consecutive::new(&read("failures = 2"));
        fail(&mut breaker, 0);
        succeed(&mut breaker, 1);
        fail(&mut breaker, 2);
        assert_eq!(breaker.state(ms(2)), State::Closed);
        fail(&mut breaker, 3);
        open_until(&breaker, 3, ms(60_003));
    }

    #[test]
    fn one_trial_closes_it_or_opens_it_again() {
        let mut breaker = open();
        open_until(&breaker, 0, ms(60_000));
        assert!(breaker.admit(ms(60_000)));
        assert_eq!(breaker.state(ms(60_000)), State::HalfOpen);
        assert!(!breaker.admit(ms(60_001)), "the trial runs");
        assert_eq!(breaker.until(ms(60_001)), None, "only its result will tell");
        breaker.record(ms(61_000), Verdict::Failure, Span::ZERO);
        open_until(&breaker, 61_000, ms(121_000));
        succeed(&mut breaker, 121_000);
        assert_eq!(breaker.state(ms(121_000)), State::Closed);
        for at in 0..4 {
            fail(&mut breaker, 121_000 + at);
        }
        assert_eq!(breaker.state(ms(121_003)), State::Closed, "the count began at zero");
    }

    #[test]
    fn an_ignored_trial_gives_way_and_late_results_are_nothing() {
        let mut breaker = open();
        breaker.record(ms(1), Verdict::Success, Span::ZERO);
        breaker.record(ms(2), Verdict::Failure, Span::ZERO);
        open_until(&breaker, 2, ms(60_000));
        assert!(breaker.admit(ms(60_000)));
        breaker.record(ms(60_001), Verdict::Ignored, Span::ZERO);
        assert_eq!(breaker.state(ms(60_001)), State::HalfOpen);
        succeed(&mut breaker, 60_002);
        assert_eq!(breaker.state(ms(60_002)), State::Closed);
    }
}
