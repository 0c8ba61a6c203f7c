//! Units of resources: held by one alone or by several that share it, released once by who holds
//! it, and used up until the task that used it up returns it. What a fault has taken away nobody
//! gets.
//!
//! A task that has left holds nothing any more when time goes on.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::id::StepId;
use crate::base::time::Time;
use crate::mechanism::reservation::UnitId;
use crate::model::fact::{Claimed, Fact, TaskNo};
use crate::scenario::meaning::Scenario;

/// A task as a whole, or one of its steps.
type Holder = (TaskNo, Option<StepId>);

#[derive(Clone, Default)]
struct Unit {
    /// Who has it, and whether it shares; a step may be visited twice at once.
    holders: Vec<(Holder, bool)>,
    used_up_by: Option<TaskNo>,
    gone: bool,
}

/// All units.
pub(super) struct Units {
    all: Vec<Unit>,
    /// How many each task holds, itself and by its steps.
    held: BTreeMap<TaskNo, u32>,
    /// Those who have left at the latest time.
    gone: Vec<TaskNo>,
    latest: Time,
}

impl Units {
    pub fn new(scenario: &Scenario) -> Self {
        let all = vec![Unit::default(); scenario.resources.units.len()];
        Units { all, held: BTreeMap::new(), gone: Vec::new(), latest: Time::ZERO }
    }

    fn settle(&mut self, at: Time, report: &mut Report) {
        if at > self.latest {
            self.latest = at;
            for task in std::mem::take(&mut self.gone) {
                let held = self.held.remove(&task).unwrap_or(0);
                let why = || format!("{task:?} has left and holds {held}");
                report.check(held == 0, Rule::Units, why);
            }
        }
    }

    fn hold(&mut self, who: Holder, id: UnitId, shared: bool, report: &mut Report) {
        let unit = &mut self.all[id.index()];
        let Unit { holders, used_up_by, gone } = &*unit;
        let free = holders.iter().all(|(_, shares)| *shares && shared) && used_up_by.is_none();
        report.check(free, Rule::Units, || format!("held by {holders:?}, used by {used_up_by:?}"));
        report.check(!gone, Rule::Units, || String::from("it is gone"));
        unit.holders.push((who, shared));
        *self.held.entry(who.0).or_default() += 1;
    }

    fn release(&mut self, who: Holder, id: UnitId, used_up: bool, report: &mut Report) {
        let unit = &mut self.all[id.index()];
        let place = unit.holders.iter().position(|(holder, _)| *holder == who);
        report.check(place.is_some(), Rule::Units, || format!("held by {:?}", unit.holders));
        let Some(place) = place else { return };
        unit.holders.swap_remove(place);
        if let Some(held) = self.held.get_mut(&who.0) {
            *held -= 1;
        }
        if used_up {
            let Unit { used_up_by, .. } = *unit;
            report.check(used_up_by.is_none(), Rule::Units, || format!("by {used_up_by:?} too"));
            unit.used_up_by = Some(who.0);
        }
    }

    fn go(&mut self, id: UnitId, gone: bool, report: &mut Report) {
        let before = std::mem::replace(&mut self.all[id.index()].gone, gone);
        report.check(before != gone, Rule::Units, || String::from("it is so already"));
    }

    fn give_back(&mut self, task: TaskNo, id: UnitId, report: &mut Report) {
        let used_up_by = self.all[id.index()].used_up_by.take();
        let why = || format!("it was used up by {used_up_by:?}");
        report.check(used_up_by == Some(task), Rule::Units, why);
    }
}

impl Group for Units {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        self.settle(at, report);
        match *fact {
            Fact::Claim { task, step, what } => match what {
                Claimed::Held { unit, shared } => self.hold((task, step), unit, shared, report),
                Claimed::Released { unit, used_up } => {
                    self.release((task, step), unit, used_up, report);
                }
                Claimed::Returned { unit } => self.give_back(task, unit, report),
                Claimed::Blocked
                | Claimed::Cleared { .. }
                | Claimed::Unavailable { .. }
                | Claimed::Booked { .. }
                | Claimed::Deadlocked => {}
            },
            Fact::UnitGone { unit, gone } => self.go(unit, gone, report),
            Fact::Left(departure) => self.gone.push(departure.task),
            Fact::Arrived { .. }
            | Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Started { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
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
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
