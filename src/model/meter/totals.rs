//! Running totals of those who serve, and of those who wait.
//!
//! Invariant: a total never falls.

use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;

/// A number of things over time.
///
/// Its area, the number integrated over time, is `now * t` less the time that each rise came late,
/// plus the time that each fall did: nothing has to be brought forward from one change to the next.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Level {
    now: u32,
    /// The times of all rises less those of all falls, in nanoseconds.
    moment: i128,
}

impl Level {
    /// One more.
    #[inline]
    pub fn rise(&mut self, at: Time) {
        self.now += 1;
        self.moment += i128::from(at.nanos());
    }

    /// One less.
    #[inline]
    pub fn fall(&mut self, at: Time) {
        self.now -= 1;
        self.moment -= i128::from(at.nanos());
    }

    /// How many there are.
    #[inline]
    pub fn now(&self) -> u32 {
        self.now
    }

    /// The area from time zero until `at`, in thing-nanoseconds, if nothing changes before.
    #[inline]
    pub fn area(&self, at: Time) -> i128 {
        i128::from(self.now) * i128::from(at.nanos()) - self.moment
    }
}

/// Totals of an agent, or of all agents of a pool.
#[derive(Clone, Debug, Default)]
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
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Line {
    /// Attempts that wait.
    pub waiting: Level,
    /// Attempts that came.
    pub arrived: u64,
    /// Since when who has waited longest waits, if somebody asks for it.
    pub oldest: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_known_from_the_changes() {
        let at = |s| Time::ZERO + Span::from_secs(s);
        let area = |level: &Level, s| level.area(at(s)) / 1_000_000_000;
        let mut level = Level::default();
        assert_eq!(area(&level, 9), 0);
        level.rise(at(10));
        level.rise(at(20));
        assert_eq!((level.now(), area(&level, 20), area(&level, 30)), (2, 10, 30));
        level.fall(at(30));
        level.fall(at(30));
        assert_eq!((level.now(), area(&level, 30), area(&level, 99)), (0, 30, 30));
    }
}
