//! Retries and hedges stay within what the step says, one result counts, and work that nobody waits
//! for goes on only if it cannot be cancelled.
//!
//! An attempt after the first must have been announced, by a retry or as a copy; a retry must be
//! one that the policy allows: all attempts before it have failed, so their number is that of the
//! failures. A step is decided once a visit: by a success, by its failure for good, or, without
//! care, by its only attempt. A visit that asks for something before its attempts may fail without
//! any, and goes on without a retry after a conflict.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::id::StepId;
use crate::base::time::Time;
use crate::model::fact::{Claimed, Fact, TaskNo, Trouble};
use crate::scenario::meaning::{Care, Scenario};

/// A task's visits of a step, together.
#[derive(Default)]
struct Visit {
    visits: u32,
    decided: u32,
    hedges: u32,
    /// The numbers of attempts that are to come.
    announced: Vec<u8>,
    /// It has what it asked for, and goes on: anew, or after it was called off by a conflict.
    cleared: bool,
}

/// The visits of the tasks that are here.
pub(super) struct Visits<'s> {
    scenario: &'s Scenario,
    here: BTreeMap<TaskNo, BTreeMap<StepId, Visit>>,
}

impl<'s> Visits<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        Visits { scenario, here: BTreeMap::new() }
    }

    fn care(&self, step: StepId) -> Option<&'s Care> {
        self.scenario.steps[step.index()].care.as_deref()
    }

    fn visit(&mut self, task: TaskNo, step: StepId) -> Option<&mut Visit> {
        Some(self.here.get_mut(&task)?.entry(step).or_default())
    }

    fn readied(&mut self, task: TaskNo, step: StepId, attempt: u8, report: &mut Report) {
        let Some(visit) = self.visit(task, step) else { return };
        let cleared = std::mem::take(&mut visit.cleared);
        if attempt == 0 {
            visit.visits += 1;
        }
        let announced = visit.announced.iter().position(|number| *number == attempt);
        if let Some(i) = announced {
            visit.announced.swap_remove(i);
        }
        let why = || String::from("neither a retry nor a copy of this number was announced");
        let may = attempt == 0 || cleared || announced.is_some();
        report.check(may, Rule::Retries, why);
    }

    fn decide(&mut self, task: TaskNo, step: StepId, report: &mut Report) {
        let Some(visit) = self.visit(task, step) else { return };
        visit.decided += 1;
        let (decided, visits) = (visit.decided, visit.visits);
        let why = || format!("{decided} results of {visits} visits");
        report.check(decided <= visits, Rule::Result, why);
    }

    fn trouble(&mut self, task: TaskNo, step: StepId, trouble: Trouble, report: &mut Report) {
        let care = self.care(step);
        match trouble {
            Trouble::Retrying { attempt, cause, .. } => {
                let retry = care.and_then(|care| care.retry.as_ref());
                // Where something is asked for, not only attempts fail, and some are called off.
                let asks = self.scenario.steps[step.index()].asks();
                let failures = if asks { 1 } else { attempt.into() };
                let may = retry.is_some_and(|retry| retry.may(failures, cause));
                report.check(may, Rule::Retries, || format!("after {attempt}, no retry"));
                if let Some(visit) = self.visit(task, step) {
                    visit.announced.push(attempt);
                }
            }
            Trouble::Hedged { attempt } => {
                let copies = care.and_then(|care| care.hedge).map_or(0, |hedge| hedge.copies);
                let Some(visit) = self.visit(task, step) else { return };
                visit.hedges += 1;
                visit.announced.push(attempt);
                let (hedges, most) = (visit.hedges, u32::from(copies) * visit.visits);
                report.check(hedges <= most, Rule::Retries, || format!("copy {hedges} of {most}"));
            }
            Trouble::TimedOut { goes_on, .. } => {
                let cancellable = care.is_some_and(|care| care.cancellable);
                report.check(goes_on != cancellable, Rule::Abandoned, || {
                    format!("goes on: {goes_on}, cancellable: {cancellable}")
                });
            }
            Trouble::Failed { attempts, .. } => {
                // What it asked for came to nothing, so it was never readied.
                if attempts == 0
                    && self.scenario.steps[step.index()].asks()
                    && let Some(visit) = self.visit(task, step)
                {
                    visit.visits += 1;
                }
                self.decide(task, step, report);
            }
            Trouble::Refused { .. } if care.is_none() => self.decide(task, step, report),
            Trouble::Refused { .. } | Trouble::Escalated { .. } => {}
        }
    }
}

impl Group for Visits<'_> {
    fn on(&mut self, _at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::Arrived { task, .. } => drop(self.here.entry(task).or_default()),
            Fact::Readied { task, step, attempt, .. } => self.readied(task, step, attempt, report),
            Fact::Finished { task, step, abandoned: true, .. } => {
                let cancellable = self.care(step).is_none_or(|care| care.cancellable);
                let why = || format!("{task:?} could cancel it");
                report.check(!cancellable, Rule::Abandoned, why);
            }
            Fact::Finished { task, step, success, abandoned: false, .. } => {
                let cared_for = self.care(step).is_some();
                let waits = !cared_for || self.here.contains_key(&task);
                report.check(waits, Rule::Abandoned, || String::from("its task has left"));
                if success || !cared_for {
                    self.decide(task, step, report);
                }
            }
            Fact::Trouble { task, step, trouble } => self.trouble(task, step, trouble, report),
            Fact::Claim { task, step: Some(step), what: Claimed::Cleared { .. } } => {
                if let Some(visit) = self.visit(task, step) {
                    visit.cleared = true;
                }
            }
            Fact::Left(departure) => drop(self.here.remove(&departure.task)),
            Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Started { .. }
            | Fact::Preempted { .. }
            | Fact::Stopped { .. }
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
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
