//! A scenario as meant: validated, resolved to ids, immutable, shared by reference between threads.
//!
//! Everything that can be wrong has been found before one of these exists, so the model trusts it.
//! Tables are sorted by name, so the order in the file does not matter; random draws are keyed by
//! names, so adding a part shifts no other part's luck. Invariants: every id is within its table;
//! branch weights sum to one; every step can be done by at least one pool of its queue; the step
//! graph is acyclic but for steps with a bounded number of visits.

use std::sync::Arc;

use crate::base::dist::Dist;
use crate::base::id::{AgentId, ClassId, PoolId, QueueId, StepId, WorkflowId};
use crate::base::time::{Span, Time};
use crate::mechanism::{arrivals, discipline, dispatch, measure, service};

/// A whole scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: the default name of its results.
    pub name: String,
    /// What it is about, in a sentence or two.
    pub about: String,
    /// The seed if none is given on the command line.
    pub seed: u64,
    /// When arrivals stop; `Time::MAX` if every workload ends by itself.
    pub horizon: Time,
    /// What happens before is not in the statistics.
    pub warm_up: Time,
    /// Whether the run goes on after the horizon until every task has left.
    pub drain: bool,
    /// The time of day at which the run starts; shifts are in time of day.
    pub starts_at: Span,
    /// The width of a cell of the series.
    pub grid: Span,
    /// The classes by name.
    pub classes: Vec<Class>,
    /// The workloads by name.
    pub workloads: Vec<Workload>,
    /// The workflows by name.
    pub workflows: Vec<Workflow>,
    /// The steps of all workflows: by workflow, then by name.
    pub steps: Vec<Step>,
    /// The queues by name.
    pub queues: Vec<Queue>,
    /// The pools by name.
    pub pools: Vec<Pool>,
}

/// What tasks of a class have in common.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Higher goes first under the priority discipline.
    pub priority: i32,
    /// How much earlier it stands in line under the credit discipline.
    pub credit: Span,
    /// How long after its arrival a task must be done.
    pub deadline: Option<Span>,
    /// How long a task waits to be started, in seconds; `None`: for ever.
    pub patience: Option<Dist>,
    /// A task does not join a line longer than this.
    pub balk_above: Option<u32>,
}

/// A source of tasks.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its name; its random draws are keyed by it.
    pub name: String,
    /// What its tasks do.
    pub workflow: WorkflowId,
    /// The classes of its tasks with their shares, summing to one.
    pub classes: Vec<(ClassId, f64)>,
    /// When its tasks come.
    pub arrivals: arrivals::Spec,
    /// For a replayed trace: the class of each of its class names.
    pub trace_classes: Vec<ClassId>,
    /// At most so many tasks come.
    pub limit: Option<u64>,
}

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
}

/// One step of a workflow.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name, with the workflow's where two workflows have a step of this name.
    pub name: String,
    /// The key of its random draws: a stable hash of workflow and step.
    pub key: u32,
    /// The workflow it belongs to.
    pub workflow: WorkflowId,
    /// Where it waits.
    pub queue: QueueId,
    /// The work it takes, in the unit that the speed of the agents consumes.
    pub work: Work,
    /// The capabilities it needs.
    pub needs: Vec<String>,
    /// The pools that can do it, with the chance that an attempt succeeds.
    pub pools: Vec<(PoolId, f64)>,
    /// Whether its failure fails the task.
    pub critical: bool,
    /// Whether a task may balk at it and leave when its patience ends while it waits for it.
    pub reneging: bool,
    /// How often a task may come to it; `None`: the graph says so.
    pub at_most: Option<u16>,
    /// What comes next when it is done.
    pub next: Next,
    /// How many of the steps it comes after must be done before it is ready; zero: it is not a
    /// join.
    pub join_of: u32,
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
    /// Exactly one of these is taken, by probability (summing to one); `None` ends this path.
    pub branch: Vec<(Option<StepId>, f64)>,
    /// The joins that count this step.
    pub joins: Vec<StepId>,
}

impl Next {
    /// Whether nothing comes after the step.
    #[inline]
    pub fn is_nothing(&self) -> bool {
        self.branch.is_empty() && self.joins.is_empty()
    }
}

/// A line, or several, with the rule by which attempts find agents.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// The order in which attempts are taken.
    pub discipline: discipline::Spec,
    /// At most so many wait.
    pub capacity: Option<u32>,
    /// What happens to a newcomer that finds it full.
    pub when_full: WhenFull,
    /// How an attempt finds its agent.
    pub dispatch: dispatch::Spec,
    /// When it finds it.
    pub binding: Binding,
    /// The pools that serve it.
    pub pools: Vec<PoolId>,
}

/// Who goes when a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The newcomer.
    RejectNewcomer,
    /// Who has waited longest.
    DropOldest,
    /// Whom the discipline would take last, the newcomer included.
    DropLast,
}

/// When an attempt is bound to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// When an agent can start it; until then it waits in the shared line.
    Late,
    /// When it comes; it waits in the agent's own line.
    Early,
}

/// A group of alike agents.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// The queue that it serves.
    pub queue: QueueId,
    /// The id of its first agent; the others follow.
    pub first_agent: AgentId,
    /// The speed of each agent, in work per second; as many as there are agents.
    pub speeds: Vec<f64>,
    /// Attempts that one agent may hold at once.
    pub slots: u32,
    /// How attempts in service share an agent.
    pub service: service::Spec,
    /// The capabilities that each of its agents offers.
    pub can: Vec<String>,
    /// How long a slot is not ready after each attempt, in seconds.
    pub wrap_up: Option<Dist>,
    /// Who is on duty when; `None`: everyone, always.
    pub roster: Option<Arc<Roster>>,
    /// How the orchestrator measures its agents.
    pub measure: measure::Spec,
}

impl Pool {
    /// How many agents it has.
    pub fn size(&self) -> usize {
        self.speeds.len()
    }

    /// The ids of its agents.
    pub fn agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        let first = self.first_agent.0;
        (first..first + self.speeds.len() as u32).map(AgentId)
    }
}

/// Who is on duty when: changes in order of time, repeating or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// Whether each agent of the pool is on duty at the start, by number.
    pub at_start: Vec<bool>,
    /// The changes after the start, in order of time.
    pub changes: Vec<Change>,
    /// The changes repeat with this period, counted from the start of the run.
    pub every: Option<Span>,
}

/// An agent comes on or goes off duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When, since the start of the run (of the period).
    pub at: Span,
    /// Its number in the pool.
    pub agent: u32,
    /// Whether it is on duty from then on.
    pub on: bool,
}

impl Scenario {
    /// The number of agents of all pools.
    pub fn agents(&self) -> usize {
        self.pools.iter().map(Pool::size).sum()
    }

    /// The pool of an agent.
    pub fn pool_of(&self, agent: AgentId) -> PoolId {
        let after = self.pools.partition_point(|pool| pool.first_agent <= agent);
        PoolId::new(after - 1)
    }

    /// The name of an agent: its pool's and its number, counted from 1.
    pub fn agent_name(&self, agent: AgentId) -> String {
        let pool = &self.pools[self.pool_of(agent).index()];
        format!("{}-{}", pool.name, agent.0 - pool.first_agent.0 + 1)
    }
}
