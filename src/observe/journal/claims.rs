//! The journal's rows of claims and conflicts.

use super::{Journal, Row};
use crate::base::id::StepId;
use crate::base::time::Time;
use crate::mechanism::conflict::detect::Kind;
use crate::mechanism::conflict::resolve::What;
use crate::mechanism::reservation::UnitId;
use crate::model::fact::{Claimed, TaskNo};

impl Journal<'_> {
    /// The name of a unit: its type's and its number, counted from 1.
    pub(super) fn unit(&self, unit: UnitId) -> String {
        let resources = &self.scenario.resources;
        let resource = resources.types[unit.index()];
        let first = resources.types.partition_point(|other| *other < resource);
        format!("{}-{}", resources.names[resource.index()], unit.index() - first + 1)
    }

    /// What became of what a task, or one of its steps, must have.
    pub(super) fn claim(&self, task: TaskNo, step: Option<StepId>, what: Claimed) -> Row {
        let name = |resource: u32| self.scenario.resources.names[resource as usize].clone();
        let unit = |unit: UnitId| self.unit(unit);
        let of = Row {
            task: Some(task.0),
            step: step.map(|step| self.scenario.steps[step.index()].name.clone()),
            ..Row::default()
        };
        let row = |fact, detail| Row { fact, detail, ..of.clone() };
        match what {
            Claimed::Blocked => row("blocked", String::new()),
            Claimed::Held { unit: held, shared } => {
                row("held", unit(held) + if shared { " shared" } else { "" })
            }
            Claimed::Cleared { blocked, aside } => {
                Row { waited_s: Some((blocked + aside).seconds()), ..row("cleared", String::new()) }
            }
            Claimed::Released { unit: released, used_up } => {
                row("released", unit(released) + if used_up { " used up" } else { "" })
            }
            Claimed::Returned { unit: returned } => row("returned", unit(returned)),
            Claimed::Unavailable { cause, blocked } => Row {
                waited_s: Some(blocked.seconds()),
                ..row("unavailable", cause.name().to_string())
            },
            Claimed::Booked { resource, start, length } => {
                let start = start.since(Time::ZERO);
                row("booked", format!("{} at {start} for {length}", name(resource.0)))
            }
            Claimed::Deadlocked => row("deadlocked", String::new()),
        }
    }

    /// What a conflict is about, who goes on, and what becomes of the other.
    pub(super) fn conflict(&self, kind: Kind, winner: TaskNo, what: What) -> String {
        let about = match kind {
            Kind::Resource { resource, .. } | Kind::Timing { resource, .. } => {
                &self.scenario.resources.names[resource as usize]
            }
            Kind::Logical { pair, .. } | Kind::Other { pair } => {
                &self.scenario.conflicts.names[pair]
            }
        };
        let by = match what {
            What::Shift(by) => format!(" by {by}"),
            What::Wait | What::Requeue | What::Preempt | What::Cancel | What::Merge => {
                String::new()
            }
        };
        let (kind, what) = (Kind::NAMES[kind.number()], What::NAMES[what.number()]);
        format!("{kind} {about}: {what}{by}, task {} goes on", winner.0)
    }
}
