//! A task that fails undoes its completed steps, the last first, and begins nothing else.
//!
//! Steps that are in service when it fails may still be completed, and are undone then like the
//! others. A compensation that fails is not repeated beyond its own retries.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::id::StepId;
use crate::base::time::Time;
use crate::mechanism::conflict::resolve::What;
use crate::model::fact::{Departure, Fact, Outcome, TaskNo, Trouble};
use crate::scenario::meaning::Scenario;

/// A task whose steps can be undone.
#[derive(Default)]
struct Task {
    /// What undoes its completed steps, in the order of their completion.
    undo: Vec<StepId>,
    /// How it will leave.
    ending: Option<Outcome>,
    /// A part of it has become part of another task: nothing is told of how that ends.
    merged: bool,
}

/// The tasks that are here.
pub(super) struct Undo<'s> {
    scenario: &'s Scenario,
    /// Whether a step is a compensation.
    undoes: Vec<bool>,
    here: BTreeMap<TaskNo, Task>,
}

impl<'s> Undo<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let mut undoes = vec![false; scenario.steps.len()];
        for undo in scenario.steps.iter().filter_map(|step| step.compensation) {
            undoes[undo.index()] = true;
        }
        Undo { scenario, undoes, here: BTreeMap::new() }
    }

    fn begins(&mut self, task: TaskNo, step: StepId, report: &mut Report) {
        let undoes = self.undoes[step.index()];
        let Some(task) = self.here.get_mut(&task).filter(|task| !task.merged) else { return };
        if undoes {
            let last = task.undo.pop();
            report.check(task.ending.is_some(), Rule::Undo, || String::from("it does not fail"));
            report.check(last == Some(step), Rule::Undo, || format!("next is {last:?}"));
        } else {
            report.check(task.ending.is_none(), Rule::Undo, || String::from("it fails"));
        }
    }

    fn leaves(&mut self, departure: &Departure, report: &mut Report) {
        let Some(task) = self.here.remove(&departure.task) else { return };
        let Task { undo, ending, merged } = task;
        if merged {
            return;
        }
        let told = Some(departure.outcome).filter(|outcome| *outcome != Outcome::Completed);
        report.check(ending == told, Rule::Undo, || format!("to be undone as {ending:?}"));
        let undone = ending.is_none() || undo.is_empty();
        report.check(undone, Rule::Undo, || format!("{undo:?} are still to be done"));
    }
}

impl Group for Undo<'_> {
    fn on(&mut self, _at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::Arrived { task, workload, .. } => {
                let workflow = self.scenario.workloads[workload.index()].workflow;
                if self.scenario.workflows[workflow.index()].compensates {
                    self.here.insert(task, Task::default());
                }
            }
            Fact::Readied { task, step, attempt: 0, .. } => self.begins(task, step, report),
            Fact::Finished { task, step, success: true, abandoned: false, .. } => {
                let undo = self.scenario.steps[step.index()].compensation;
                if let Some(task) = self.here.get_mut(&task) {
                    task.undo.extend(undo);
                }
            }
            Fact::Undoing { task, outcome } => {
                let known = self.here.get_mut(&task);
                let fresh = known.as_ref().is_some_and(|task| task.ending.is_none());
                report.check(fresh, Rule::Undo, || String::from("it fails already"));
                if let Some(task) = known {
                    task.ending = Some(outcome);
                }
            }
            // A compensation that does not get what it asks for is never readied.
            Fact::Trouble { task, step, trouble: Trouble::Failed { attempts: 0, .. } }
                if self.undoes[step.index()] =>
            {
                self.begins(task, step, report);
            }
            Fact::Conflicted { loser, what: What::Merge, .. } => {
                if let Some(task) = self.here.get_mut(&loser) {
                    task.merged = true;
                }
            }
            Fact::Left(departure) => self.leaves(&departure, report),
            Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Started { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
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
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
