//! Resources, what tasks and steps hold of them, and what conflicts (MODEL section 10).
//!
//! Invariants: every request can be met when nobody holds anything, also beside what the step's
//! workflow holds; a holding has each type at most once; actions are numbered steps first, then
//! workflows.

use crate::base::id::{ResourceId, StepId, WorkflowId};
use crate::base::time::Span;
use crate::mechanism::conflict::detect::Rules;
use crate::mechanism::reservation::{Request, Unit, UnitId};

/// All there is of resources.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    /// The types by name.
    pub names: Vec<String>,
    /// The units: types by name, then as written.
    pub units: Vec<Unit>,
    /// The type of each unit.
    pub types: Vec<ResourceId>,
}

impl Resources {
    /// The units of a type.
    pub fn units_of(&self, resource: ResourceId) -> impl Iterator<Item = UnitId> {
        let first = self.types.partition_point(|it| *it < resource);
        let next = self.types.partition_point(|it| *it <= resource);
        (first..next).map(|unit| UnitId(unit as u32))
    }
}

/// What a task holds all the time, or a step while it runs.
#[derive(Clone, Debug)]
pub struct Holding {
    /// What is asked for.
    pub request: Request,
    /// The types it needs for itself alone.
    pub alone: Vec<ResourceId>,
    /// The types whose units are used up when it is done.
    pub consumes: Vec<ResourceId>,
    /// Whether it waits for what is not available; otherwise it fails at once.
    pub waits: bool,
    /// How long it waits at most.
    pub timeout: Option<Span>,
    /// What is booked ahead.
    pub reserve: Option<Reserve>,
}

/// A unit that is booked when the task or step is ready, for a later time.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// What is booked.
    pub request: Request,
    /// Its type.
    pub resource: ResourceId,
    /// How long after it is ready it wants to start.
    pub lead: Span,
    /// How long it is booked.
    pub length: Span,
}

/// What conflicts, and when that is looked for.
#[derive(Clone, Debug, Default)]
pub struct Conflicts {
    /// What is declared.
    pub rules: Rules,
    /// The names of the declared pairs.
    pub names: Vec<String>,
    /// How often all that waits is checked, besides each start; `None`: nothing is declared.
    pub check: Option<Span>,
    /// How many steps there are: the actions after them are workflows.
    pub steps: u32,
}

impl Conflicts {
    /// The action that a step is.
    pub fn step(&self, step: StepId) -> u32 {
        step.0
    }

    /// The action that a workflow is.
    pub fn workflow(&self, workflow: WorkflowId) -> u32 {
        self.steps + workflow.0
    }
}

/// What the tasks of a workload are about: each is about one of so many things of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entities {
    /// The number of the kind, over all workloads.
    pub kind: u32,
    /// How many things there are.
    pub count: u32,
}
