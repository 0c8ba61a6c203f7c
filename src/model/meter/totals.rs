//! Running totals of those who serve, and of those who wait.
//!
//! Invariant: a total never falls. The totals of a pool are the sums of its agents'.

use super::height::Height;
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;

/// Totals of an agent, or of all agents of a pool.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Crew {
    /// Attempts in service.
    pub serving: Height,
    /// Agents that are there and up.
    pub there: Height,
    /// Attempts started, resumptions not counted.
    pub started: u64,
    /// How long these waited, in nanoseconds.
    pub waited: u128,
    /// Results by what they say, in the order of [`Verdict`]: success, failure, none at all.
    pub results: [u64; 3],
    /// Their times from start to result, in nanoseconds.
    pub response: u128,
}

impl Crew {
    /// An attempt has a result.
    #[inline]
    pub fn ended(&mut self, verdict: Verdict, response: Span) {
        if verdict != Verdict::Ignored {
            self.results[verdict as usize] += 1;
            self.response += u128::from(response.nanos());
        }
    }

    /// One of those that this is the sum of has gone from `old` to `new`.
    pub fn follow(&mut self, old: &Crew, new: &Crew) {
        self.serving.follow(&old.serving, &new.serving);
        self.there.follow(&old.there, &new.there);
        self.started += new.started - old.started;
        self.waited += new.waited - old.waited;
        for (kind, results) in self.results.iter_mut().enumerate() {
            *results += new.results[kind] - old.results[kind];
        }
        self.response += new.response - old.response;
    }

    /// How many results there are.
    pub fn results(&self) -> u64 {
        self.results.iter().sum()
    }
}

/// Totals of a queue.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Line {
    /// Attempts that wait.
    pub waiting: Height,
    /// Attempts that came.
    pub arrived: u64,
    /// Since when who has waited longest waits, if somebody asks for it.
    pub oldest: Option<Time>,
}
