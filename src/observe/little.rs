//! Little's law on one sample path: time-weighted numbers against sums over tasks.
//!
//! Rule: over a run that is drained, the integral of the number in the system is the sum of the
//! sojourns, and the integral of each queue's length is the sum of the waits in it (Little, 1961;
//! Stidham, 1974). The two sides are kept by different facts, in whole nanoseconds, so they must be
//! equal, not nearly so.

use crate::base::time::{Span, Time};
use crate::model::fact::{Fact, Observer};
use crate::scenario::meaning::Scenario;

/// A number over time and what is summed over those who make it up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    number: u64,
    since: Time,
    /// The integral of the number over time, in nanoseconds.
    pub integral: u128,
    /// The sum of the stays, in nanoseconds.
    pub sum: u128,
}

impl Sides {
    fn change(&mut self, at: Time, by: i64) {
        self.integral += u128::from(self.number) * u128::from(at.since(self.since).nanos());
        self.since = at;
        self.number = self.number.checked_add_signed(by).expect("nobody leaves who was not there");
    }

    fn stay(&mut self, span: Span) {
        self.sum += u128::from(span.nanos());
    }
}

/// Both sides for the system and for each queue.
pub struct Little {
    /// The system: tasks and their sojourns.
    pub system: Sides,
    /// Each queue: waiting attempts and their waits.
    pub queues: Vec<Sides>,
    /// Tasks still there at the end; the law holds when there are none.
    pub in_flight: u64,
}

impl Little {
    /// For a run of this scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let queues = vec![Sides::default(); scenario.queues.len()];
        Little { system: Sides::default(), queues, in_flight: 0 }
    }
}

impl Observer for Little {
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Arrived { .. } => self.system.change(at, 1),
            Fact::Left(departure) => {
                self.system.change(at, -1);
                self.system.stay(at.since(departure.arrived));
            }
            Fact::Queued { queue, .. } | Fact::Preempted { queue, .. } => {
                self.queues[queue.index()].change(at, 1);
            }
            Fact::Withdrawn { queue, waited, .. }
            | Fact::Started { queue, waited, queued: true, .. } => {
                self.queues[queue.index()].change(at, -1);
                self.queues[queue.index()].stay(waited);
            }
            Fact::Ended { in_flight } => self.in_flight = in_flight,
            Fact::Started { queued: false, .. }
            | Fact::Readied { .. }
            | Fact::Moved { .. }
            | Fact::Finished { .. }
            | Fact::WrappedUp { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::CameOn { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::WentOff { .. } => {}
        }
    }
}
