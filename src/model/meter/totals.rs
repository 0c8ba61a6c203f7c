//! Running totals of those who serve, and of those who wait.
//!
//! Areas are levels integrated over time, in thing-nanoseconds. Invariant: a total never falls.

use super::kept::Totals;
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
    busy: u128,
    /// The area of agents that are there and up.
    present: u128,
    /// Attempts started, resumptions not counted.
    pub started: u64,
    /// How long these waited, in nanoseconds.
    pub waited: u128,
    /// Results by what they say: success, failure, none at all (time-outs and crashes).
    pub results: [u64; 3],
    /// Their times from start to result, in nanoseconds.
    pub response: u128,
}

impl Totals for Crew {
    #[inline]
    fn advance(&mut self, at: Time) {
        (self.busy, self.present) = (self.busy_until(at), self.present_until(at));
        self.since = at;
    }
}

impl Crew {
    /// The area of attempts in service, if nothing changes until `at`.
    #[inline]
    pub fn busy_until(&self, at: Time) -> u128 {
        self.busy + area(self.serving, self.since, at)
    }

    /// The area of agents that are there and up, if nothing changes until `at`.
    #[inline]
    pub fn present_until(&self, at: Time) -> u128 {
        self.present + area(self.there, self.since, at)
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
    area: u128,
    /// Attempts that came.
    pub arrived: u64,
    /// Since when who has waited longest waits, if somebody asks for it.
    pub oldest: Option<Time>,
}

impl Totals for Line {
    #[inline]
    fn advance(&mut self, at: Time) {
        self.area = self.area_until(at);
        self.since = at;
    }
}

impl Line {
    /// The area of attempts that wait, if nothing changes until `at`.
    #[inline]
    pub fn area_until(&self, at: Time) -> u128 {
        self.area + area(self.waiting, self.since, at)
    }
}

/// A level that stood from one moment to another, in thing-nanoseconds.
#[inline]
fn area(level: u32, from: Time, to: Time) -> u128 {
    u128::from(level) * u128::from(to.saturating_since(from).nanos())
}
