//! A scenario as meant: validated, resolved to ids, immutable, shared by reference between threads.
//!
//! Everything that can be wrong has been found before one of these exists, so the model trusts it.
//! Tables are sorted by name, so the order in the file does not matter; random draws are keyed by
//! names, so adding a part shifts no other part's luck. Invariants: every id is within its table;
//! branch weights sum to one; every step can be done by at least one pool of its queue; the step
//! graph is acyclic but for steps with a bounded number of visits.

mod conduct;
mod faults;
mod pool;
mod resources;
mod workflow;

pub use conduct::{Conduct, Failures, Fate, Partial, Usage, WarmUp};
pub use faults::{Fault, Target};
pub use pool::{Binding, Change, Guard, Pool, Queue, Roster, Scope, WhenFull};
pub use resources::{Conflicts, Entities, Holding, Reserve, Resources};
pub use workflow::{
    Care, Condition, Hedge, Next, OnFailure, Skill, Step, Test, Timeout, Work, Workflow,
};

use std::collections::BTreeMap;

use crate::base::dist::Dist;
use crate::base::id::{AgentId, ClassId, PoolId, WorkflowId};
use crate::base::time::{Span, Time};
use crate::mechanism::{alert, arrivals, fault};
use crate::scenario::import::prometheus;

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
    /// The resources.
    pub resources: Resources,
    /// What conflicts.
    pub conflicts: Conflicts,
    /// What goes wrong from outside, by name.
    pub faults: Vec<Fault>,
    /// How often the monitor looks; `None`: there is none.
    pub monitor: Option<Span>,
    /// The alert rules: those of the scenario by name, then those of rule files in their order.
    pub alerts: Vec<Alert>,
    /// The rule files.
    pub rule_files: Vec<prometheus::RuleFile>,
    /// Whether each scrape is told, for whoever wants the series.
    pub samples: bool,
}

/// An alert rule, resolved.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// What it asks of what.
    pub asks: Asks,
}

/// What an alert rule asks of what.
#[derive(Clone, Debug)]
pub enum Asks {
    /// Of metrics.
    Metrics {
        /// The rule.
        rule: alert::Rule,
        /// The pools that it watches.
        pools: Vec<PoolId>,
    },
    /// Of the series that Prometheus would scrape.
    Series {
        /// The rule.
        rule: prometheus::Rule,
        /// How often it is evaluated.
        every: Span,
        /// The most alerts that it may have; zero: no limit.
        limit: u64,
    },
}

impl Alert {
    /// The labels that its alerts have besides what they are about.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        match &self.asks {
            Asks::Metrics { rule, .. } => &rule.labels,
            Asks::Series { rule, .. } => &rule.labels,
        }
    }
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
    /// Whether a task leaves when its deadline passes.
    pub leaves_at_deadline: bool,
    /// What a completed task is worth; zero or more.
    pub value: f64,
    /// What a task that is lost costs; zero or more.
    pub penalty: f64,
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
    /// What its tasks are about.
    pub entities: Option<Entities>,
}

impl Scenario {
    /// Whether something looks at the system at intervals and acts on what it sees.
    pub fn is_controlled(&self) -> bool {
        let watched = self.monitor.is_some() || self.samples;
        watched || self.pools.iter().any(|pool| pool.autoscale.is_some())
    }

    /// Whether tasks may balk, or leave when their patience ends.
    pub fn is_impatient(&self) -> bool {
        let replays = |workload: &Workload| match &workload.arrivals {
            arrivals::Spec::Trace(spec) => {
                spec.table.rows.iter().any(|row| row.patience_s.is_some())
            }
            _ => false,
        };
        let leaves = |class: &Class| class.patience.is_some() || class.balk_above.is_some();
        self.classes.iter().any(leaves) || self.workloads.iter().any(replays)
    }

    /// The number of agents of all pools.
    pub fn agents(&self) -> usize {
        self.pools.iter().map(Pool::size).sum()
    }

    /// The pool of an agent.
    pub fn pool_of(&self, agent: AgentId) -> PoolId {
        let after = self.pools.partition_point(|pool| pool.first_agent <= agent);
        PoolId::new(after - 1)
    }

    /// The number of the zone of a pool: zones are numbered by name from 1; 0 is nowhere.
    pub fn zone_of(&self, pool: &Pool) -> u32 {
        let mut zones: Vec<&String> =
            self.pools.iter().filter_map(|pool| pool.conduct.zone.as_ref()).collect();
        zones.sort_unstable();
        zones.dedup();
        let own = pool.conduct.zone.as_ref();
        zones.iter().position(|zone| Some(*zone) == own).map_or(0, |place| place as u32 + 1)
    }

    /// Whether agents of the pool can be down.
    pub fn can_fail(&self, pool: &Pool) -> bool {
        let crashes = |fault: &&Fault| matches!(fault.kind, fault::Spec::Crash(_));
        let mut crashes = self.faults.iter().filter(crashes);
        pool.conduct.failures.is_some()
            || crashes.any(|fault| pool.agents().any(|agent| fault.may_strike(agent)))
    }

    /// The name of an agent: its pool's and its number, counted from 1.
    pub fn agent_name(&self, agent: AgentId) -> String {
        let pool = &self.pools[self.pool_of(agent).index()];
        format!("{}-{}", pool.name, agent.0 - pool.first_agent.0 + 1)
    }

    /// The name of what a breaker of a pool protects, by its number: an agent, one of the pool's
    /// capabilities, or the pool.
    pub fn target_name(&self, pool: PoolId, target: u32) -> String {
        let pool = &self.pools[pool.index()];
        match pool.guard.as_ref().map(|guard| guard.scope) {
            Some(Scope::Agent) => format!("{}-{}", pool.name, target + 1),
            Some(Scope::Capability) if (target as usize) < pool.can.len() => {
                format!("{}.{}", pool.name, pool.can[target as usize])
            }
            Some(Scope::Pool | Scope::Capability) | None => pool.name.clone(),
        }
    }
}
