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
    /// An attempt begins, or goes on, that waited so long if it begins.
    #[inline(never)]
    pub fn begun(&mut self, at: Time, waited: Option<Span>) {
        self.serving.rise(at);
        if let Some(waited) = waited {
            self.started += 1;
            self.waited += u128::from(waited.nanos());
        }
    }

    /// Whether an agent is there and up.
    pub fn stand(&mut self, at: Time, is_there: bool) {
        match (self.there.now() > 0, is_there) {
            (false, true) => self.there.rise(at),
            (true, false) => self.there.fall(at),
            (true, true) | (false, false) => {}
        }
    }

    /// An attempt has a result.
    #[inline(never)]
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

impl Line {
    /// An attempt joins those that wait.
    pub fn joined(&mut self, at: Time) {
        self.arrived += 1;
        self.waiting.rise(at);
    }

    /// An attempt begins: out of the line, as it comes, or, interrupted, once more.
    pub fn begun(&mut self, at: Time, queued: bool, resumed: bool) {
        if queued {
            self.waiting.fall(at);
        } else if !resumed {
            self.arrived += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_goes_while_it_is_down_is_counted_out_once() {
        let at = |s| Time::ZERO + Span::from_secs(s);
        let mut crew = Crew::default();
        // It comes, is down at 10, gone at 20, repaired at 30, down at 40, back at 50, up at 60.
        for (time, is_there) in
            [(0, true), (10, false), (20, false), (30, false), (40, false), (50, false), (60, true)]
        {
            crew.stand(at(time), is_there);
            assert_eq!(crew.there.now(), u64::from(is_there), "{time}");
        }
        assert_eq!(crew.there.area_until(at(70)), 20 * 1_000_000_000);
    }
}
