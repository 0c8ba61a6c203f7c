//! Running totals of those who serve, and of those who wait.
//!
//! Areas are levels integrated over time, in thing-nanoseconds. Invariant: a total never falls.

use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;

/// Totals of an agent, or of all agents of a pool.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Crew {
    since: Time,
    /// Attempts in service now.
    pub serving: u32,
    /// Agents that are there and up now.
    pub there: u32,
    /// The area of attempts in service.
    pub busy: u128,
    /// The area of agents that are there and up.
    pub present: u128,
    /// Attempts started, resumptions not counted.
    pub started: u64,
    /// How long these waited, in nanoseconds.
    pub waited: u128,
    /// Results by what they say: success, failure, none at all (time-outs and crashes).
    pub results: [u64; 3],
    /// Their times from start to result, in nanoseconds.
    pub response: u128,
}

impl Crew {
    /// Time has gone on to `at`.
    #[inline]
    pub fn advance(&mut self, at: Time) {
        let width = u128::from(at.since(self.since).nanos());
        self.busy += u128::from(self.serving) * width;
        self.present += u128::from(self.there) * width;
        self.since = at;
    }

    /// An attempt has a result.
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
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Line {
    since: Time,
    /// Attempts that wait now.
    pub waiting: u32,
    /// Their area.
    pub area: u128,
    /// Attempts that came.
    pub arrived: u64,
    /// Since when who has waited longest waits, if somebody asks for it.
    pub oldest: Option<Time>,
}

impl Line {
    /// Time has gone on to `at`.
    #[inline]
    pub fn advance(&mut self, at: Time) {
        self.area += u128::from(self.waiting) * u128::from(at.since(self.since).nanos());
        self.since = at;
    }
}
