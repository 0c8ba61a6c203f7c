//! Workflows and their steps: the graph, the work, and what is done about attempts that fail.
//!
//! Invariants: branch weights sum to one; every step can be done by at least one pool of its queue;
//! the graph is acyclic but for steps with a bounded number of visits (MODEL section 3).

use super::resources::Holding;
use crate::base::dist::Dist;
use crate::base::id::{ClassId, PoolId, QueueId, ResourceId, StepId, WorkflowId};
use crate::base::time::Span;
use crate::mechanism::retry;

/// A graph of steps.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// Its name.
    pub name: String,
    /// The steps that are ready when a task comes.
    pub first: Vec<StepId>,
    /// The id of the first of its steps; the others follow.
    pub first_step: StepId,
    /// How many steps it has.
    pub steps: usize,
    /// Whether its tasks have to remember visits, joins or parallel steps.
    pub remembers: bool,
    /// Whether some of its steps are compensated when a task fails.
    pub compensates: bool,
    /// What a task holds from before its first step until it leaves.
    pub holds: Option<Box<Holding>>,
    /// Whether it is in a declared conflict.
    pub acts: bool,
}

impl Workflow {
    /// Whether a task asks before its first step.
    #[inline]
    pub fn asks(&self) -> bool {
        self.holds.is_some() || self.acts
    }
}

/// One step of a workflow.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: StepId,
    /// Its number within its workflow.
    pub number: usize,
    /// Its name, with the workflow's where two workflows have a step of this name.
    pub name: String,
    /// The key of its random draws: a stable hash of workflow and step.
    pub key: u32,
    /// The workflow it belongs to.
    pub workflow: WorkflowId,
    /// Where it waits, unless its class says otherwise.
    pub queue: QueueId,
    /// Where it waits, by [`ClassId`]; empty if that is the same for all.
    pub queue_by_class: Vec<QueueId>,
    /// The work it takes, in the unit that the speed of the agents consumes.
    pub work: Work,
    /// The capabilities it needs.
    pub needs: Vec<String>,
    /// The pools that can do it, of all queues where it may wait.
    pub pools: Vec<Skill>,
    /// Whether some of these offer only a part of what it needs.
    pub partial: bool,
    /// Whether its failure fails the task.
    pub critical: bool,
    /// Whether a task may balk at it and leave when its patience ends while it waits for it.
    pub reneging: bool,
    /// How often a task may come to it; `None`: the graph says so.
    pub at_most: Option<u16>,
    /// What comes next when it is done.
    pub next: Next,
    /// How many steps it comes after; zero: it is not a join.
    pub join_of: u32,
    /// How many of them must be done before it is ready.
    pub join_needs: u32,
    /// Whether the others are given up then.
    pub gives_up_rest: bool,
    /// What is done about attempts that take long or fail; `None`: one attempt, whatever comes.
    pub care: Option<Box<Care>>,
    /// The score of its result, drawn when it is done.
    pub score: Option<Dist>,
    /// What follows when it has failed for good.
    pub on_failure: OnFailure,
    /// The step that undoes it, when it is done and the task fails.
    pub compensation: Option<StepId>,
    /// What a visit holds from before its first attempt until it is decided.
    pub holds: Option<Box<Holding>>,
    /// Whether it is in a declared conflict.
    pub acts: bool,
    /// The types of which its task gets back, when it is done, what it has used up.
    pub returns: Vec<ResourceId>,
}

impl Step {
    /// Where its attempts may wait.
    pub fn queues(&self) -> impl Iterator<Item = QueueId> {
        [self.queue].into_iter().chain(self.queue_by_class.iter().copied())
    }

    /// Whether a visit asks before its first attempt.
    #[inline]
    pub fn asks(&self) -> bool {
        self.holds.is_some() || self.acts
    }
}

/// A pool that can do a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Skill {
    /// The pool.
    pub pool: PoolId,
    /// The chance that an attempt succeeds.
    pub chance: f64,
    /// Multiplies the agents' speed for its attempts.
    pub speed: f64,
    /// The share of the needed capabilities that it offers; 1 if none is needed.
    pub share: f64,
}

/// What is done about attempts that take long or fail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Care {
    /// How long an attempt may take.
    pub timeout: Option<Timeout>,
    /// Whether an attempt stops when nobody waits for its result any more; otherwise its agent goes
    /// on with it.
    pub cancellable: bool,
    /// Whether and when a failed attempt is repeated.
    pub retry: Option<retry::Spec>,
    /// When a second copy of a slow attempt is sent.
    pub hedge: Option<Hedge>,
}

/// A time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    /// How long.
    pub after: Span,
    /// Whether it counts from when the attempt is ready, so that its wait counts too; otherwise
    /// from its start.
    pub from_ready: bool,
}

/// Second copies of slow attempts (Dean and Barroso, The tail at scale, 2013).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hedge {
    /// A copy is sent so long after the last one.
    pub after: Span,
    /// At most so many copies, the first attempt not counted.
    pub copies: u8,
}

/// What follows when a step has failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The task fails if the step is critical; otherwise it goes on.
    Fail,
    /// The task goes on with this step.
    Escalate(StepId),
    /// The task leaves, and is kept for people to look at.
    DeadLetter,
}

/// The work of a step.
#[derive(Clone, Debug)]
pub enum Work {
    /// The same distribution for every class.
    Same(Dist),
    /// A distribution for each class, by [`ClassId`].
    ByClass(Vec<Dist>),
}

impl Work {
    /// The work of a task of this class; the uniform is asked for only where it matters.
    #[inline(always)]
    pub fn draw(&self, class: ClassId, uniform: impl FnOnce() -> f64) -> f64 {
        let dist = match self {
            Work::Same(dist) => dist,
            Work::ByClass(dists) => &dists[class.index()],
        };
        match dist {
            Dist::Constant(value) => *value,
            _ => dist.quantile(uniform()),
        }
    }
}

/// What comes after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// The first of these that holds is taken, before the branch.
    pub conditions: Vec<Condition>,
    /// Exactly one of these is taken, by probability (summing to one); `None` ends this path.
    pub branch: Vec<(Option<StepId>, f64)>,
    /// The joins that count this step.
    pub joins: Vec<StepId>,
}

impl Next {
    /// Whether nothing comes after the step.
    #[inline]
    pub fn is_nothing(&self) -> bool {
        self.branch.is_empty() && self.joins.is_empty() && self.conditions.is_empty()
    }
}

/// An arm that depends on how an earlier step ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The step that is asked: its latest visit.
    pub step: StepId,
    /// What must hold of it.
    pub test: Test,
    /// The next step; `None` ends this path.
    pub to: Option<StepId>,
}

/// What must hold of an earlier step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    /// It failed.
    Failed,
    /// It was done.
    Done,
    /// It was done with a score below this.
    ScoreBelow(f64),
    /// It was done with a score of at least this.
    ScoreFrom(f64),
}
