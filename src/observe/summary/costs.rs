//! What the summary keeps of costs.
//!
//! | part | what counts, in the window of the levels |
//! |---|---|
//! | agents | hours in which agents are there: on duty or finishing, busy or not, up or down |
//! | attempts | attempts that are started; one that goes on after an interruption is the same |
//! | work | work that was done for attempts that end or are interrupted, whatever comes of them |
//! | penalties | tasks that leave without being completed, or after their deadline |
//! | value | tasks that are completed, in time or not |
//!
//! An agent of a scaled pool costs from the moment that its start is asked for. Work is told when
//! an attempt ends or is interrupted, and counts then. The cost per task is the total over the
//! tasks completed in the same window. Invariant: the total is the sum of its parts, and the pools'
//! costs are the total without penalties.

use super::{Summary, share_of};
use crate::base::id::{AgentId, ClassId, PoolId};
use crate::base::time::Time;
use crate::model::fact::Scaled;
use crate::scenario::meaning::Scenario;
use crate::stats::level::Level;

/// Nanoseconds in an hour.
const HOUR: f64 = 3.6e12;

/// What is counted of one pool.
#[derive(Clone, Debug)]
struct PoolCounts {
    /// Agents that start.
    starting: Level,
    attempts: u64,
    work: f64,
}

/// What is counted of one class.
#[derive(Clone, Copy, Debug, Default)]
struct ClassCounts {
    completed: u64,
    /// Those that were not completed, or too late.
    missed: u64,
}

/// What costs something, counted.
#[derive(Clone, Debug)]
pub struct CostStats {
    /// Whether attempts or their work cost something anywhere.
    pub(super) of_attempts: bool,
    /// Whether a task that leaves costs something or is worth something.
    pub(super) of_tasks: bool,
    pools: Vec<PoolCounts>,
    classes: Vec<ClassCounts>,
    /// The agents that start.
    starting: Vec<bool>,
}

impl CostStats {
    /// Of a run of the scenario whose window is this.
    pub(super) fn new(from: Time, to: Time, scenario: &Scenario) -> Self {
        let pool = PoolCounts { starting: Level::new(from, to, 0), attempts: 0, work: 0.0 };
        let costs = scenario.pools.iter().map(|pool| pool.conduct.cost);
        CostStats {
            of_attempts: costs.into_iter().any(|cost| cost.attempt > 0.0 || cost.work > 0.0),
            of_tasks: scenario.classes.iter().any(|it| it.penalty > 0.0 || it.value > 0.0),
            pools: vec![pool; scenario.pools.len()],
            classes: vec![ClassCounts::default(); scenario.classes.len()],
            starting: vec![false; scenario.agents()],
        }
    }

    pub(super) fn close(&mut self, at: Time) {
        self.pools.iter_mut().for_each(|pool| pool.starting.close(at));
    }

    /// An agent is asked for, or will not come.
    pub(super) fn scaled(&mut self, at: Time, pool: PoolId, what: Scaled) {
        match what {
            Scaled::Starting { agent } => {
                self.starting[agent.index()] = true;
                self.pools[pool.index()].starting.add(at, 1);
            }
            Scaled::StartFailed { agent } | Scaled::Cancelled { agent } => {
                self.started_up(at, pool, agent);
            }
            Scaled::Decided { .. } | Scaled::Retired { .. } | Scaled::Recalled { .. } => {}
        }
    }

    /// An agent does not start any more: it is there, or will not come.
    pub(super) fn started_up(&mut self, at: Time, pool: PoolId, agent: AgentId) {
        if std::mem::take(&mut self.starting[agent.index()]) {
            self.pools[pool.index()].starting.add(at, -1);
        }
    }

    /// An attempt was started in the window.
    pub(super) fn attempt(&mut self, pool: PoolId) {
        self.pools[pool.index()].attempts += 1;
    }

    /// Work was done, as told in the window.
    pub(super) fn work(&mut self, pool: PoolId, work: f64) {
        self.pools[pool.index()].work += work;
    }

    /// A task left in the window.
    pub(super) fn left(&mut self, class: ClassId, completed: bool, in_time: bool) {
        let class = &mut self.classes[class.index()];
        class.completed += u64::from(completed);
        class.missed += u64::from(!in_time);
    }
}

/// The numbers by name, as far as something costs something or is worth something.
pub(super) fn metrics(summary: &Summary<'_>, mut add: impl FnMut(String, f64)) {
    let scenario = summary.scenario;
    let (mut agents, mut attempts, mut work) = (0.0, 0.0, 0.0);
    for (pool, counts) in scenario.pools.iter().zip(&summary.costs.pools) {
        let cost = pool.conduct.cost;
        let here = pool.agents().map(|agent| summary.agents[agent.index()].present.area());
        let area = here.sum::<u128>() + counts.starting.area();
        let of_agents = area as f64 * cost.hour / HOUR;
        let of_attempts = counts.attempts as f64 * cost.attempt;
        let of_work = counts.work * cost.work;
        if cost.any() {
            add(format!("pool.{}.cost", pool.name), of_agents + of_attempts + of_work);
        }
        agents += of_agents;
        attempts += of_attempts;
        work += of_work;
    }
    let classes = || scenario.classes.iter().zip(&summary.costs.classes);
    let penalties: f64 = classes().map(|(it, counts)| it.penalty * counts.missed as f64).sum();
    if has_costs(scenario) {
        let total = agents + attempts + work + penalties;
        add(String::from("cost_total"), total);
        add(String::from("cost_agents"), agents);
        add(String::from("cost_attempts"), attempts);
        add(String::from("cost_work"), work);
        add(String::from("cost_penalties"), penalties);
        add(String::from("cost_per_task"), share_of(total, summary.throughput));
    }
    if scenario.classes.iter().any(|class| class.value > 0.0) {
        let value = classes().map(|(it, counts)| it.value * counts.completed as f64).sum();
        add(String::from("value_total"), value);
    }
}

/// Whether something costs something.
fn has_costs(scenario: &Scenario) -> bool {
    scenario.pools.iter().any(|pool| pool.conduct.cost.any())
        || scenario.classes.iter().any(|class| class.penalty > 0.0)
}
