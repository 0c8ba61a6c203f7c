//! A task in the system, and what it remembers of its way.
//!
//! Only tasks of workflows with care, forks, joins or repeats remember anything; the others pay
//! nothing for it. Invariant: `open` counts what keeps the task from being completed.

use super::event::{AttemptKey, ClaimKey, VisitKey};
use super::fact::{Departure, Outcome, TaskNo};
use crate::base::id::{AgentId, ClassId, StepId, WorkloadId};
use crate::base::time::{Span, Time};
use crate::mechanism::reservation::UnitId;
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::Step;

/// A task in the system.
pub(super) struct Task {
    pub no: TaskNo,
    pub workload: WorkloadId,
    pub class: ClassId,
    /// The key of its random draws within its workload.
    pub key: u64,
    pub arrived: Time,
    pub waited: Span,
    pub served: Span,
    /// How long it waits to be started; `Span::MAX`: for ever.
    pub patience: Span,
    /// Attempts that wait or are in service.
    pub open: u32,
    /// Attempts started for it, as far as 16 bits count.
    pub attempts: u16,
    pub left: bool,
    /// What only tasks of some workflows have to remember.
    pub memory: Option<Box<Memory>>,
}

impl Task {
    /// What is told of it when it leaves now.
    #[inline]
    pub fn departure(&self, outcome: Outcome, cause: Option<Cause>) -> Departure {
        Departure {
            task: self.no,
            workload: self.workload,
            class: self.class,
            outcome,
            cause,
            arrived: self.arrived,
            waited: self.waited,
            served: self.served,
            attempts: self.attempts.into(),
        }
    }

    /// It comes to a step, which keeps it open: how often it has been there before.
    #[inline(always)]
    pub fn come_to(&mut self, step: &Step) -> u16 {
        self.open += 1;
        let Some(memory) = &mut self.memory else { return 0 };
        let past = &mut memory.steps[step.number];
        let before = past.visits;
        past.visits = before.saturating_add(1);
        before
    }

    /// Whether nothing new begins for it, but what undoes its steps.
    pub fn ends(&self) -> bool {
        self.left || self.memory.as_ref().is_some_and(|memory| memory.ending.is_some())
    }
}

/// What a task of a workflow with forks, joins or repeats remembers.
#[derive(Default)]
pub(super) struct Memory {
    /// Of each step of its workflow.
    pub steps: Vec<Past>,
    /// Its attempts that wait or are in service and whose result counts.
    pub open: Vec<AttemptKey>,
    /// Where it is, of the steps that take care.
    pub visiting: Vec<VisitKey>,
    /// Attempts that go on without it.
    pub abandoned: u32,
    /// What undoes its completed steps, in the order in which they were done.
    pub undo: Vec<StepId>,
    /// How it will leave, once it is undone.
    pub ending: Option<(Outcome, Option<Cause>)>,
    /// Who finished its last attempt.
    pub last_agent: Option<AgentId>,
    /// What it has as a whole; null if it asks for nothing.
    pub claim: ClaimKey,
    /// Units that it has used up.
    pub used: Vec<UnitId>,
}

/// What a task remembers of a step.
#[derive(Clone, Copy, Default)]
pub(super) struct Past {
    /// How often it has been there.
    pub visits: u16,
    /// How many of the steps are done that this one, a join, waits for.
    pub joined: u16,
    /// How it ended last.
    pub end: End,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum End {
    /// It was not done yet.
    #[default]
    Open,
    /// It failed.
    Failed,
    /// It was done, with this score (zero if it has none).
    Done(f64),
}

impl Memory {
    /// Becomes that of a task that has just come, whose workflow has so many steps; only the room
    /// is kept.
    pub fn begin(&mut self, count: usize) {
        let Memory { steps, open, visiting, abandoned, undo, ending, last_agent, claim, used } =
            self;
        steps.clear();
        steps.resize(count, Past::default());
        open.clear();
        visiting.clear();
        *abandoned = 0;
        undo.clear();
        *ending = None;
        *last_agent = None;
        *claim = ClaimKey::default();
        used.clear();
    }
}

const _: () = assert!(size_of::<Task>() <= 72, "rows stay small");
