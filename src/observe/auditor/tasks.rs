//! Tasks are conserved: each arrives once and leaves once, and the counts add up. Those that are in
//! conflict are two, and there.

use std::collections::BTreeSet;

use super::{Group, Report, Rule};
use crate::base::time::Time;
use crate::model::fact::{Fact, TaskNo};

/// Who is in the system.
#[derive(Default)]
pub(super) struct Tasks {
    arrived: u64,
    here: BTreeSet<TaskNo>,
}

impl Group for Tasks {
    fn on(&mut self, _at: Time, fact: &Fact, report: &mut Report) {
        let here = self.here.len() as u64;
        match *fact {
            Fact::Arrived { task, .. } => {
                let next = self.arrived;
                report.check(task.0 == next, Rule::Arrival, || format!("the next is {next}"));
                self.arrived = self.arrived.max(task.0.saturating_add(1));
                self.here.insert(task);
            }
            Fact::Left(departure) => {
                let was_here = self.here.remove(&departure.task);
                report.check(was_here, Rule::Departure, || String::from("it is not here"));
            }
            Fact::Readied { task, .. } | Fact::Scored { task, .. } | Fact::Undoing { task, .. } => {
                let is_here = self.here.contains(&task);
                report.check(is_here, Rule::Gone, || String::from("it is not here"));
            }
            Fact::Conflicted { winner, loser, .. } => {
                let two = winner != loser;
                report.check(two, Rule::Conflict, || String::from("it conflicts with itself"));
                let here = self.here.contains(&winner) && self.here.contains(&loser);
                report.check(here, Rule::Conflict, || String::from("one of them is not here"));
            }
            Fact::Ended { in_flight } => {
                report.check(in_flight == here, Rule::InFlight, || format!("{here} have not left"));
            }
            Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Withdrawn { .. }
            | Fact::Started { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::BreakerMoved { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Control(_)
            | Fact::WentOff { .. } => {}
        }
    }
}
