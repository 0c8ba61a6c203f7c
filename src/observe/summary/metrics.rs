//! The numbers of a summary by name: what tables, charts, `--json` and sweeps read.
//!
//! Names end in their unit; a part's numbers are `pool.NAME.utilisation` and so on. Which names
//! there are depends on the scenario alone, so runs of one scenario can be compared; a number that
//! does not exist (the mean of nothing) is NaN here and is left out further up.

use super::{AgentStats, Summary, TaskStats, costs, faults, seconds, share};
use crate::mechanism::assignment;
use crate::model::fact::Outcome;
use crate::scenario::meaning::Step;
use crate::stats::level::Level;
use crate::stats::quantile::Quantiles;
use crate::stats::tally::Tally;

/// A number and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name, with its unit.
    pub name: String,
    /// Its value in one run; NaN if it does not exist.
    pub value: f64,
}

/// The list that is being filled, under a prefix.
struct List {
    prefix: String,
    metrics: Vec<Metric>,
}

impl List {
    fn add(&mut self, name: &str, value: f64) {
        self.metrics.push(Metric { name: format!("{}{name}", self.prefix), value });
    }

    fn percentiles(&mut self, name: &str, sample: &Quantiles) {
        for (label, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
            let value = sample.quantile(q).map_or(f64::NAN, seconds);
            self.add(&format!("{name}_{label}_s"), value);
        }
    }

    /// Of a group of tasks.
    fn tasks(&mut self, tasks: &TaskStats) {
        self.add("sojourn_mean_s", mean_s(&tasks.sojourn));
        self.percentiles("sojourn", &tasks.sojourns);
        self.add("wait_mean_s", mean_s(&tasks.wait));
        self.percentiles("wait", &tasks.waits);
        self.add("wait_probability", share(tasks.waited, tasks.wait.count()));
        let (completed, failed) = (tasks.of(Outcome::Completed), tasks.of(Outcome::Failed));
        self.add("error_rate", share(failed, completed + failed));
        let rejected = tasks.of(Outcome::Rejected);
        self.add("reneged_fraction", share(tasks.of(Outcome::Reneged), tasks.arrived));
        self.add("balked_fraction", share(tasks.of(Outcome::Balked), tasks.arrived));
        self.add("rejected_fraction", share(rejected, tasks.arrived));
        self.add("in_time_fraction", share(tasks.in_time, tasks.arrived));
        let left: u64 = tasks.outcomes.iter().sum();
        self.add("attempts_per_task", share(tasks.attempts, left));
    }

    /// How many tasks there were and how they left.
    fn counts(&mut self, tasks: &TaskStats) {
        self.add("arrived", tasks.arrived as f64);
        for outcome in Outcome::ALL {
            self.add(outcome.name(), tasks.of(outcome) as f64);
        }
        let left: u64 = tasks.outcomes.iter().sum();
        self.add("in_flight", (tasks.arrived - left) as f64);
    }
}

/// The numbers of a summary.
pub fn metrics(summary: &Summary<'_>) -> Vec<Metric> {
    let scenario = summary.scenario;
    let mut list = List { prefix: String::new(), metrics: Vec::new() };
    let all = merged(summary, |_, _| true);
    list.tasks(&all);
    let window_s = summary.window_s();
    let queues = summary.queues.iter().map(|queue| mean(&queue.length));
    list.add("in_system_mean", mean(&summary.in_system));
    list.add("in_queue_mean", queues.sum());
    list.add("throughput_per_s", per_s(summary.throughput, window_s));
    list.add("goodput_per_s", per_s(summary.goodput, window_s));
    list.counts(&all);
    list.add("arrived_in_all", summary.arrived_in_all as f64);
    for (class, it) in scenario.classes.iter().enumerate() {
        list.prefix = format!("class.{}.", it.name);
        let tasks = merged(summary, |_, of| of == class);
        list.tasks(&tasks);
        list.counts(&tasks);
    }
    for (workflow, it) in scenario.workflows.iter().enumerate() {
        list.prefix = format!("workflow.{}.", it.name);
        let of = |workload: usize| scenario.workloads[workload].workflow.index();
        list.tasks(&merged(summary, |workload, _| of(workload) == workflow));
    }
    for (stats, step) in summary.steps.iter().zip(&scenario.steps) {
        list.prefix = format!("step.{}.", step.name);
        let attempts = stats.waits.count();
        list.add("wait_mean_s", mean_of(stats.wait_nanos, attempts));
        list.percentiles("wait", &stats.waits);
        list.add("service_mean_s", mean_of(stats.service_nanos, attempts));
        list.add("attempts", attempts as f64);
        list.add("error_rate", share(stats.failed, attempts));
        if step.care.is_some() {
            list.add("timed_out", stats.timed_out as f64);
            list.add("refused", stats.refused as f64);
            list.add("retries", stats.retries as f64);
            list.add("hedges", stats.hedges as f64);
            list.add("gave_up", stats.gave_up as f64);
            list.add("escalated", stats.escalated as f64);
        }
        if step.score.is_some() {
            list.add("score_mean", stats.score_sum / stats.scored as f64);
        }
    }
    for index in 0..scenario.queues.len() {
        queue_metrics(&mut list, summary, index);
    }
    for index in 0..scenario.pools.len() {
        pool_metrics(&mut list, summary, index, window_s);
    }
    list.prefix = String::new();
    summary.claims.metrics(scenario, |name, value| list.add(&name, value));
    summary.controls.metrics(scenario, |name, value| list.add(&name, value));
    faults::metrics(&summary.faults, scenario, |name, value| list.add(&name, value));
    let window = summary.from..summary.to;
    summary.detections.metrics(&window, |name, value| list.add(&name, value));
    costs::metrics(summary, |name, value| list.add(&name, value));
    list.metrics
}

fn queue_metrics(list: &mut List, summary: &Summary<'_>, index: usize) {
    let scenario = summary.scenario;
    let queue = &scenario.queues[index];
    let stats = &summary.queues[index];
    let here =
        |(_, step): &(_, &Step)| step.queue.index() == index && step.queue_by_class.is_empty();
    let steps = summary.steps.iter().zip(&scenario.steps).filter(here);
    let routed = (stats.routed_wait_nanos, stats.routed);
    let (wait, attempts) = steps.fold(routed, |(wait, attempts), (step, _)| {
        (wait + step.wait_nanos, attempts + step.waits.count())
    });
    list.prefix = format!("queue.{}.", queue.name);
    list.add("length_mean", mean(&stats.length));
    list.add("length_max", stats.length.max().map_or(f64::NAN, |max| max as f64));
    list.add("wait_mean_s", mean_of(wait, attempts));
    if queue.poll.is_some() {
        list.add("requeued", stats.requeued as f64);
    }
    if let Some(strategy) = &queue.allocation {
        allocation_metrics(list, summary, index, strategy);
    }
}

/// Of a queue whose attempts are allocated.
fn allocation_metrics(
    list: &mut List,
    summary: &Summary<'_>,
    index: usize,
    strategy: &assignment::Spec,
) {
    let stats = &summary.queues[index];
    list.add("rounds", stats.rounds as f64);
    list.add("assigned_mean", share(stats.assigned, stats.rounds));
    list.add("infeasible", stats.infeasible as f64);
    // Greedy regrets nothing in comparison with itself.
    if !matches!(strategy, assignment::Spec::Greedy(_)) {
        let rounds = stats.rounds as f64;
        let regret = if rounds > 0.0 { stats.regret_sum / rounds } else { f64::NAN };
        list.add("greedy_regret_mean", regret);
    }
    let pools = &summary.scenario.queues[index].pools;
    let agents = pools.iter().flat_map(|pool| summary.scenario.pools[pool.index()].agents());
    let (successes, attempts) = agents.fold((0, 0), |(successes, attempts), agent| {
        let agent = &summary.agents[agent.index()];
        (successes + agent.successes, attempts + agent.attempts)
    });
    list.add("success_rate", share(successes, attempts));
}

fn pool_metrics(list: &mut List, summary: &Summary<'_>, index: usize, window_s: f64) {
    let pool = &summary.scenario.pools[index];
    let first = pool.first_agent.index();
    let agents = &summary.agents[first..first + pool.size()];
    let (mut busy, mut wrapping, mut slots, mut present) = (0, 0, 0, 0);
    for agent in agents {
        let here = agent.present.area();
        present += here;
        busy += agent.busy.area();
        wrapping += agent.wrapping.area();
        slots += here * u128::from(agent.slots);
    }
    let ratio =
        |part: u128, whole: u128| if whole == 0 { f64::NAN } else { part as f64 / whole as f64 };
    // Those of a scaled pool that never came have no share of the load.
    let came = |agent: &&AgentStats| pool.autoscale.is_none() || agent.present.area() > 0;
    let attempts: Vec<u64> = agents.iter().filter(came).map(|agent| agent.attempts).collect();
    let successes: u64 = agents.iter().map(|agent| agent.successes).sum();
    let finished: u64 = attempts.iter().sum();
    let service: u128 = agents.iter().map(|agent| agent.service_nanos).sum();
    list.prefix = format!("pool.{}.", pool.name);
    list.add("utilisation", ratio(busy, slots));
    list.add("occupancy", ratio(busy + wrapping, slots));
    list.add("busy_mean", busy as f64 / 1e9 / window_s);
    list.add("agents_mean", present as f64 / 1e9 / window_s);
    list.add("attempts", finished as f64);
    list.add("success_rate", share(successes, finished));
    list.add("service_mean_s", mean_of(service, finished));
    list.add("fairness", jain(&attempts));
    if pool.guard.is_some() {
        list.add("breaker_openings", summary.pools[index].openings.iter().sum::<u64>() as f64);
    }
    if summary.scenario.can_fail(pool) {
        let down: u128 = agents.iter().map(|agent| agent.down.area()).sum();
        list.add("availability", up_share(down, present));
        list.add("crashes", agents.iter().map(|agent| agent.crashes).sum::<u64>() as f64);
    }
}

/// The tasks of the cells that are wanted, by workload and class.
pub(super) fn merged(summary: &Summary<'_>, wanted: impl Fn(usize, usize) -> bool) -> TaskStats {
    let classes = summary.scenario.classes.len();
    let mut all = TaskStats::default();
    for (row, cell) in summary.cells.iter().enumerate() {
        if wanted(row / classes, row % classes) {
            all.merge(cell);
        }
    }
    all
}

fn mean(level: &Level) -> f64 {
    level.mean().unwrap_or(f64::NAN)
}

fn mean_s(tally: &Tally) -> f64 {
    tally.mean_s().unwrap_or(f64::NAN)
}

/// The mean, in seconds, of so many that sum to so many nanoseconds.
pub(super) fn mean_of(nanos: u128, count: u64) -> f64 {
    if count == 0 { f64::NAN } else { nanos as f64 / 1e9 / count as f64 }
}

/// The share of the time on duty that is not down; NaN of no time.
pub(super) fn up_share(down: u128, present: u128) -> f64 {
    if present == 0 { f64::NAN } else { 1.0 - down as f64 / present as f64 }
}

fn per_s(count: u64, window_s: f64) -> f64 {
    if window_s > 0.0 { count as f64 / window_s } else { f64::NAN }
}

/// Jain's fairness index of a load: 1 if all have the same, 1/n if one has all (Jain et al., 1984).
pub fn jain(loads: &[u64]) -> f64 {
    let sum: f64 = loads.iter().map(|load| *load as f64).sum();
    let squares: f64 = loads.iter().map(|load| *load as f64 * *load as f64).sum();
    if squares == 0.0 { f64::NAN } else { sum * sum / (loads.len() as f64 * squares) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fairness_worked_by_hand() {
        assert_eq!(jain(&[4, 4, 4]), 1.0);
        assert_eq!(jain(&[9, 0, 0]), 1.0 / 3.0);
        assert!(jain(&[0, 0]).is_nan());
    }
}
