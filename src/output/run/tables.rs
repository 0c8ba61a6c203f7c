//! The tables of a run.

use crate::base::id::AgentId;
use crate::experiment::gather::Gathered;
use crate::model::fact::Outcome;
use crate::observe::series::{PERCENTILES, Series};
use crate::observe::summary::AgentStats;
use crate::output::table::{Table, cell, cells_of};
use crate::scenario::meaning::Scenario;

/// `summary.csv`: every number with its interval.
pub fn summary(all: &Gathered<'_>) -> Vec<u8> {
    let mut table = Table::new(["metric", "mean", "ci_low", "ci_high", "n"]);
    for (name, interval) in all.names.iter().zip(&all.estimates) {
        let [mean, low, high, n] = cells_of(interval.as_ref());
        table.row([name, &mean, &low, &high, &n]);
    }
    table.bytes()
}

/// `agents.csv`: every agent in every replication that has it; with availability and crashes where
/// agents fail.
pub fn agents(all: &Gathered<'_>) -> Vec<u8> {
    let fails = all.scenario.pools.iter().any(|pool| all.scenario.can_fail(pool));
    let mut header = vec![
        "replication",
        "agent",
        "pool",
        "on_duty_s",
        "busy_s",
        "wrap_up_s",
        "utilisation",
        "attempts",
        "success_rate",
        "service_mean_s",
    ];
    if fails {
        header.extend(["availability", "crashes"]);
    }
    let mut table = Table::new(header);
    for run in &all.runs {
        for (index, agent) in run.agents.iter().enumerate() {
            let id = AgentId::new(index);
            let pool = all.scenario.pool_of(id);
            if !came(all.scenario, id, agent) {
                continue;
            }
            let success = agent.successes as f64 / agent.attempts as f64;
            let mut row = vec![
                run.number.to_string(),
                all.scenario.agent_name(id),
                all.scenario.pools[pool.index()].name.clone(),
                cell(seconds(agent.present.area())),
                cell(seconds(agent.busy.area())),
                cell(seconds(agent.wrapping.area())),
                cell(utilisation(agent)),
                agent.attempts.to_string(),
                cell(success),
                cell(agent.service_mean_s()),
            ];
            if fails {
                row.extend([cell(agent.availability()), agent.crashes.to_string()]);
            }
            table.row(row);
        }
    }
    table.bytes()
}

/// Whether there was this agent: of a pool that is scaled, some never come.
pub fn came(scenario: &Scenario, id: AgentId, agent: &AgentStats) -> bool {
    let is_scaled = scenario.pools[scenario.pool_of(id).index()].autoscale.is_some();
    !is_scaled || agent.present.area() > 0 || agent.attempts > 0
}

/// The share of an agent's slots that is busy while it is on duty; NaN if it never is, or has no
/// number of slots.
pub fn utilisation(agent: &AgentStats) -> f64 {
    if agent.slots == u32::MAX {
        return f64::NAN;
    }
    agent.busy.area() as f64 / (agent.present.area() as f64 * f64::from(agent.slots))
}

/// Seconds of an area under a level.
fn seconds(area: u128) -> f64 {
    area as f64 / 1e9
}

/// `series.csv`: the cells of replication 0.
pub fn series(all: &Gathered<'_>) -> Vec<u8> {
    let mut header = vec!["time_s".to_string(), "arrivals".to_string()];
    header.extend(Outcome::ALL.map(|way| way.name().to_string()));
    header.extend(PERCENTILES.map(|(label, _)| format!("sojourn_{label}_s")));
    header.extend(Series::levels(all.scenario));
    let mut table = Table::new(header);
    for it in all.watch.series.cells() {
        let mut row = vec![cell(it.time_s), it.arrivals.to_string()];
        row.extend(it.left.map(|n| n.to_string()));
        row.extend(it.sojourn_s.unwrap_or([f64::NAN; 3]).map(cell));
        row.extend(it.levels.iter().map(|level| cell(*level)));
        table.row(row);
    }
    table.bytes()
}

/// `tasks.csv`: the tasks of replication 0.
pub fn tasks(all: &Gathered<'_>) -> Vec<u8> {
    let header = [
        "task",
        "workload",
        "class",
        "outcome",
        "arrived_s",
        "left_s",
        "sojourn_s",
        "waited_s",
        "served_s",
        "attempts",
    ];
    Table::of(&header, all.watch.tasks.rows())
}

/// `journal.csv`: the facts of replication 0.
pub fn journal(all: &Gathered<'_>) -> Vec<u8> {
    let header = [
        "time_s", "fact", "task", "workload", "class", "step", "queue", "agent", "work",
        "waited_s", "served_s", "detail",
    ];
    Table::of(&header, all.watch.journal.rows())
}

/// `recommendations.csv`: what could be done, a row for each number behind it.
pub fn recommendations(all: &Gathered<'_>) -> Vec<u8> {
    let mut table = Table::new(["recommendation", "subject", "text", "number", "value"]);
    for (place, it) in all.advice.iter().enumerate() {
        let place = (place + 1).to_string();
        for (number, value) in &it.numbers {
            table.row([place.as_str(), &it.subject, &it.text, number, &cell(*value)]);
        }
    }
    table.bytes()
}
