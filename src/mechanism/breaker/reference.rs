//! The breaker of the reference orchestrator: so many failures open it, and time forgets them.
//!
//! Rule, with the two numbers of its state, failures and time of the last one: a failure adds one
//! and sets the time; a success forgets both. Open while failures >= `failures` and the last one
//! is not more than `recovery` ago; the first call after that forgets both and passes, and so do
//! all calls behind it: there is no half-open state, and it takes `failures` new failures to open
//! it again. A failure that comes late, from a call admitted before it opened, counts too: it
//! moves the time and keeps it open for longer.
//!
//! | key        | default | meaning                                          |
//! |------------|---------|--------------------------------------------------|
//! | `failures` | 5       | how many failures without a success open it      |
//! | `recovery` | "60s"   | open until more than this after the last failure |
//!
//! Source: `AgentCircuitBreaker` of the reference. Two differences: its clock counts whole seconds,
//! ours is exact; and what a success does is not shown there: it clears the state here, also a late
//! one while open. Ignored results change nothing.

use super::{Breaker, State, Verdict, just_after};
use crate::base::time::{Span, Time};

pub use super::failures::Spec;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "so many failures open it; after a time without any it forgets them";

impl Reference {
    /// The machine, fresh for one run.
    pub fn new(spec: &Spec) -> Self {
        let (threshold, recovery) = (spec.failures.get(), spec.recovery);
        Reference { threshold, recovery, failures: 0, last_failure: Time::ZERO }
    }
}

/// The machine.
pub struct Reference {
    threshold: u32,
    recovery: Span,
    failures: u32,
    last_failure: Time,
}

impl Reference {
    /// The last time at which it is open, if enough has failed.
    #[inline]
    fn open_to(&self) -> Option<Time> {
        let open = self.failures >= self.threshold;
        open.then(|| self.last_failure.saturating_add(self.recovery))
    }
}

impl Breaker for Reference {
    fn allows(&self, now: Time) -> bool {
        self.open_to().is_none_or(|to| now > to)
    }

    fn admit(&mut self, now: Time) -> bool {
        let Some(to) = self.open_to() else { return true };
        if now > to {
            self.failures = 0;
        }
        now > to
    }

    fn record(&mut self, now: Time, verdict: Verdict, _duration: Span) {
        match verdict {
            Verdict::Success => self.failures = 0,
            Verdict::Failure | Verdict::Unreachable => {
                self.failures = self.failures.saturating_add(1);
                self.last_failure = now;
            }
            Verdict::Ignored => {}
        }
    }

    fn state(&self, _now: Time) -> State {
        // As the reference keeps it: what is over is forgotten by the next call.
        if self.open_to().is_some() { State::Open } else { State::Closed }
    }

    fn until(&self, now: Time) -> Option<Time> {
        self.open_to().filter(|to| now <= *to).map(just_after)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{calls, fail, mistakes, ms, open_until, read, succeed};
    use super::*;

    #[test]
    fn five_failures_open_it_for_a_minute_after_the_last() {
        let mut breaker = Reference::new(&read(""));
        for at in [0, 1_000, 2_000, 3_000, 10_000] {
            fail(&mut breaker, at);
        }
        // Exactly 60 s after the last failure it is still open: `>` recovers.
        open_until(&breaker, 10_000, just_after(ms(70_000)));
        assert_eq!(calls(&mut breaker, 70_000, &[Verdict::Success]), [false]);
        assert!(breaker.allows(ms(70_001)) && breaker.state(ms(70_001)) == State::Open);
        // Recovered, it takes five failures again, not one.
        assert_eq!(
            calls(&mut breaker, 70_001, &[Verdict::Failure; 6]),
            [true, true, true, true, true, false]
        );
    }

    #[test]
    fn a_success_forgets() {
        let mut breaker = Reference::new(&read("failures = 2\nrecovery = \"1s\""));
        fail(&mut breaker, 0);
        succeed(&mut breaker, 1);
        fail(&mut breaker, 2);
        assert!(breaker.allows(ms(3)));
        breaker.record(ms(3), Verdict::Ignored, Span::ZERO);
        fail(&mut breaker, 4);
        assert!(!breaker.allows(ms(5)));
        breaker.record(ms(5), Verdict::Success, Span::ZERO);
        assert!(breaker.allows(ms(5)), "a late success clears an open one");
    }

    #[test]
    fn late_failures_keep_it_open_for_longer() {
        let mut breaker = Reference::new(&read("failures = 1\nrecovery = \"1s\""));
        fail(&mut breaker, 0);
        breaker.record(ms(900), Verdict::Unreachable, Span::ZERO);
        open_until(&breaker, 1_500, just_after(ms(1_900)));
        // Its time is over, but no call has come to make it forget when one more failure does.
        assert!(breaker.allows(ms(1_901)));
        breaker.record(ms(2_000), Verdict::Failure, Span::ZERO);
        open_until(&breaker, 2_000, just_after(ms(3_000)));
    }

    #[test]
    fn zero_failures_are_a_mistake() {
        assert_eq!(mistakes::<Spec>("failures = 0").len(), 1);
    }
}
