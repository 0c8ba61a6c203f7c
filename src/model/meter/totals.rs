//! Running totals of those who serve, and of those who wait.
//!
//! Invariant: a total never falls.

use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;
use crate::stats::level::Level;

/// Totals of an agent, or of all agents of a pool.
#[derive(Clone, Debug)]
pub(in crate::model) struct Crew {
    /// Attempts in service.
    pub serving: Level,
    /// Agents that are there and up.
    pub there: Level,
    /// Attempts started, resumptions not counted.
    pub started: u64,
    /// How long these waited, in nanoseconds.
    pub waited: u128,
    /// Results by what they say: success, failure, none at all (time-outs and crashes).
    pub results: [u64; 3],
    /// Their times from start to result, in nanoseconds.
    pub response: u128,
}

impl Default for Crew {
    fn default() -> Self {
        Crew {
            serving: level(),
            there: level(),
            started: 0,
            waited: 0,
            results: [0; 3],
            response: 0,
        }
    }
}

impl Crew {
    /// An attempt has a result.
    #[inline]
    pub fn ended(&mut self, verdict: Verdict, response: Span) {
        let kind = match verdict {
            Verdict::Success => 0,
            Verdict::Failure => 1,
            Verdict::Unreachable => 2,
            Verdict::Ignored => return,
        };
        self.results[kind] += 1;
        self.response += u128::from(response.nanos());
    }

    /// How many results there are.
    pub fn results(&self) -> u64 {
        self.results.iter().sum()
    }
}

/// Totals of a queue.
#[derive(Clone, Debug)]
pub(in crate::model) struct Line {
    /// Attempts that wait.
    pub waiting: Level,
    /// Attempts that came.
    pub arrived: u64,
    /// Since when who has waited longest waits, if somebody asks for it.
    pub oldest: Option<Time>,
}

impl Default for Line {
    fn default() -> Self {
        Line { waiting: level(), arrived: 0, oldest: None }
    }
}

/// A level of nothing that is observed for ever.
fn level() -> Level {
    Level::new(Time::ZERO, Time::MAX, 0)
}
