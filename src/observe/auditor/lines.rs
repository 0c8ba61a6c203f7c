//! Nobody joins a queue that is full, and a round of allocation assigns no more than wait in it.
//!
//! Who is interrupted goes back in line even if it is full, so a line may be longer than its
//! capacity; a newcomer then takes the place of one that goes. So after a newcomer has joined, the
//! line is within its capacity, or no longer than the newcomer found it.

use super::{Group, Report, Rule};
use crate::base::id::StepId;
use crate::base::time::Time;
use crate::model::fact::{Fact, Paired, TaskNo};
use crate::scenario::meaning::Scenario;

/// How many wait.
pub(super) struct Lines<'s> {
    scenario: &'s Scenario,
    waiting: Vec<u32>,
    /// What those who became ready at the latest time found in each queue.
    found: Vec<(TaskNo, StepId, Vec<u32>)>,
    latest: Time,
}

impl<'s> Lines<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let waiting = vec![0; scenario.queues.len()];
        Lines { scenario, waiting, found: Vec::new(), latest: Time::ZERO }
    }
}

impl Group for Lines<'_> {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        if at > self.latest {
            self.latest = at;
            self.found.clear();
        }
        match *fact {
            Fact::Readied { task, step, .. } => {
                self.found.push((task, step, self.waiting.clone()));
            }
            Fact::Queued { task, step, queue, .. } => {
                let now = self.waiting[queue.index()] + 1;
                self.waiting[queue.index()] = now;
                let own = |(t, s, _): &&(TaskNo, StepId, Vec<u32>)| (*t, *s) == (task, step);
                let found = self.found.iter().rev().find(own);
                let found = found.map_or(0, |(.., waiting)| waiting[queue.index()]);
                let capacity = self.scenario.queues[queue.index()].capacity.unwrap_or(u32::MAX);
                let fits = now <= capacity.max(found);
                report.check(fits, Rule::Capacity, || format!("{now} wait, not {capacity}"));
            }
            Fact::Round { queue, what: Paired::Allocated { waiting, free, assigned, .. } } => {
                let here = self.waiting[queue.index()];
                report.check(waiting == here, Rule::Allocation, || format!("{here} wait"));
                let few = assigned <= waiting.min(free);
                report.check(few, Rule::Allocation, || String::from("too many are assigned"));
            }
            Fact::Preempted { queue, .. } => self.waiting[queue.index()] += 1,
            Fact::Withdrawn { queue, .. } | Fact::Started { queue, queued: true, .. } => {
                let waiting = &mut self.waiting[queue.index()];
                *waiting = waiting.saturating_sub(1);
            }
            Fact::Arrived { .. }
            | Fact::Moved { .. }
            | Fact::Started { queued: false, .. }
            | Fact::Finished { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Left(_)
            | Fact::Round { what: Paired::Requeued { .. } | Paired::Infeasible { .. }, .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
