//! What is told of a task when it leaves is the sum of what was told of its attempts till then.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::time::{Span, Time};
use crate::model::fact::{Fact, TaskNo};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    waited: Span,
    served: Span,
    attempts: u32,
}

/// The sums of the tasks that are here.
#[derive(Default)]
pub(super) struct Sums {
    of: BTreeMap<TaskNo, Sum>,
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
            Fact::Left(left) => {
                let Some(mut sum) = self.of.remove(&left.task) else { return };
                // A task counts them in 16 bits.
                sum.attempts = sum.attempts.min(u16::MAX.into());
                let told =
                    Sum { waited: left.waited, served: left.served, attempts: left.attempts };
                report.check(!report.clean() || told == sum, Rule::Sums, || format!("{sum:?}"));
            }
            Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { abandoned: true, .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
