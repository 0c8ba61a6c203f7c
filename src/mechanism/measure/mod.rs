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

/// The machine of a window.
pub trait Measure {
    /// An attempt has finished.
    fn record(&mut self, now: Time, attempt: Sums);
    /// What the window holds.
    fn sums(&self, now: Time) -> Sums;
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Box<dyn Measure> {
        match self {
            Spec::All(_) => Box::<all::All>::default(),
            Spec::Last(spec) => Box::new(spec.build()),
            Spec::Within(spec) => Box::new(spec.build()),
            Spec::Fading(spec) => Box::new(spec.build()),
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
