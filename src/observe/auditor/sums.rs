//! What is told of a task when it leaves is the sum of what was told of its attempts till then.

use std::collections::{BTreeMap, BTreeSet};

use super::{Group, Report, Rule};
use crate::base::id::AgentId;
use crate::base::time::{Span, Time};
use crate::model::fact::{Control, Fact, Scaled, TaskNo};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    waited: Span,
    served: Span,
    attempts: u32,
    /// Of what was served, what crashes ended, or agents that went: it counts unless it was
    /// abandoned.
    crashed: Span,
}

/// The sums of the tasks that are here.
#[derive(Default)]
pub(super) struct Sums {
    of: BTreeMap<TaskNo, Sum>,
    down: BTreeSet<AgentId>,
}

impl Group for Sums {
    fn on(&mut self, _at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::Arrived { task, .. } => drop(self.of.insert(task, Sum::default())),
            Fact::Withdrawn { task, waited, .. } => {
                if let Some(sum) = self.of.get_mut(&task) {
                    sum.waited += waited;
                }
            }
            Fact::Started { task, waited, resumed, .. } => {
                if let Some(sum) = self.of.get_mut(&task) {
                    sum.waited += waited;
                    sum.attempts += u32::from(!resumed);
                }
            }
            Fact::Finished { task, served, abandoned: false, .. } => {
                if let Some(sum) = self.of.get_mut(&task) {
                    sum.served += served;
                }
            }
            Fact::Stopped { task, agent, served, .. } => {
                let sum = self.of.get_mut(&task).filter(|_| self.down.contains(&agent));
                if let Some(sum) = sum {
                    sum.crashed += served;
                }
            }
            Fact::Crashed { agent, .. }
            | Fact::Control(Control::Scaled { what: Scaled::Retired { agent }, .. }) => {
                self.down.insert(agent);
            }
            Fact::Repaired { agent }
            | Fact::WentOff { agent }
            | Fact::Control(Control::Scaled { what: Scaled::Recalled { agent }, .. }) => {
                self.down.remove(&agent);
            }
            Fact::Left(left) => {
                let Some(mut sum) = self.of.remove(&left.task) else { return };
                // A task counts them in 16 bits.
                sum.attempts = sum.attempts.min(u16::MAX.into());
                let served = sum.served..=sum.served + sum.crashed;
                let agree = (left.waited, left.attempts) == (sum.waited, sum.attempts)
                    && served.contains(&left.served);
                report.check(!report.clean() || agree, Rule::Sums, || format!("{sum:?}"));
            }
            Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { abandoned: true, .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
