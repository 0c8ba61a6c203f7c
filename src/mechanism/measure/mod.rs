//! What the orchestrator has measured of an agent: attempts, successes and response times over a
//! window.
//!
//! These numbers, not the agent's true parameters, feed the score. Invariant: a record is never
//! negative.

use crate::base::time::{Span, Time};

choices! { "measure":
    all => All,
    last => Last,
    within => Within,
    fading => Fading,
}

/// One finished attempt, or sums over several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Attempts finished; a weight, so not always whole.
    pub attempts: f64,
    /// Those that succeeded.
    pub successes: f64,
    /// The sum of their response times, in seconds.
    pub response_s: f64,
}

impl Sums {
    /// One attempt.
    pub fn one(success: bool, response: Span) -> Self {
        Sums {
            attempts: 1.0,
            successes: if success { 1.0 } else { 0.0 },
            response_s: response.seconds(),
        }
    }

    fn scaled(self, by: f64) -> Self {
        Sums {
            attempts: self.attempts * by,
            successes: self.successes * by,
            response_s: self.response_s * by,
        }
    }

    fn plus(self, other: Sums) -> Self {
        Sums {
            attempts: self.attempts + other.attempts,
            successes: self.successes + other.successes,
            response_s: self.response_s + other.response_s,
        }
    }
}

/// What measures over a window.
pub trait Measure {
    /// An attempt has finished.
    fn record(&mut self, now: Time, attempt: Sums);
    /// What the window holds.
    fn sums(&self, now: Time) -> Sums;
}

/// The machine of a window. Dispatch reads it for each candidate of each choice, so it is one of
/// these and not a pointer to any.
pub enum Machine {
    /// Of all attempts.
    All(all::All),
    /// Of the last ones.
    Last(last::Last),
    /// Of the last while.
    Within(within::Within),
    /// Of fading ones.
    Fading(fading::Fading),
}

impl Measure for Machine {
    // Inlined, so that an attempt's numbers stay in registers.
    #[inline(always)]
    fn record(&mut self, now: Time, attempt: Sums) {
        match self {
            Machine::All(it) => it.record(now, attempt),
            Machine::Last(it) => it.record(now, attempt),
            Machine::Within(it) => it.record(now, attempt),
            Machine::Fading(it) => it.record(now, attempt),
        }
    }

    #[inline(always)]
    fn sums(&self, now: Time) -> Sums {
        match self {
            Machine::All(it) => it.sums(now),
            Machine::Last(it) => it.sums(now),
            Machine::Within(it) => it.sums(now),
            Machine::Fading(it) => it.sums(now),
        }
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Machine {
        match self {
            Spec::All(_) => Machine::All(all::All::default()),
            Spec::Last(spec) => Machine::Last(spec.build()),
            Spec::Within(spec) => Machine::Within(spec.build()),
            Spec::Fading(spec) => Machine::Fading(spec.build()),
        }
    }
}

#[cfg(test)]
mod check {
    use super::*;

    /// What the window holds at `now_s` after attempts (finished at, success, response), in
    /// seconds.
    pub fn after(spec: &Spec, attempts: &[(u64, bool, u64)], now_s: u64) -> [f64; 3] {
        let mut machine = spec.build();
        for (at, success, response) in attempts {
            let attempt = Sums::one(*success, Span::from_secs(*response));
            machine.record(Time::ZERO + Span::from_secs(*at), attempt);
        }
        let sums = machine.sums(Time::ZERO + Span::from_secs(now_s));
        [sums.attempts, sums.successes, sums.response_s]
    }

    /// Three attempts, finished at 1, 5 and 9 s.
    pub const THREE: [(u64, bool, u64); 3] = [(1, true, 4), (5, false, 2), (9, true, 1)];
}
