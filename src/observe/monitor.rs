//! What the monitor saw at each look, pool by pool and agent by agent.
//!
//! What it sees is told when it is something new; a look has a row for each pool, and for each
//! agent of which it sees anything.

use serde::Serialize;

use super::bounded::Bounded;
use super::series::seen_values;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::Time;
use crate::model::fact::{Control, Fact, Observer, Seen};
use crate::scenario::meaning::Scenario;

/// One row of `monitor.csv`; what has no value is empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'s> {
    /// When, in seconds since the start.
    pub time_s: f64,
    /// The pool.
    pub pool: &'s str,
    /// The agent; empty: the pool as a whole.
    pub agent: String,
    /// Mean time from start to result since it looked last.
    pub response_mean_s: Option<f64>,
    /// Successes over results.
    pub success_rate: Option<f64>,
    /// Successes per minute.
    pub throughput_per_min: Option<f64>,
    /// Failures and time-outs over results.
    pub error_rate: Option<f64>,
    /// Memory in use, as a share.
    pub memory: Option<f64>,
    /// CPU in use, as a share.
    pub cpu: Option<f64>,
}

/// The rows so far.
pub struct Monitor<'s> {
    scenario: &'s Scenario,
    pools: Vec<Seen>,
    agents: Vec<Seen>,
    rows: Bounded<Row<'s>>,
}

impl<'s> Monitor<'s> {
    /// Keeps at most `limit` rows.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Monitor {
            scenario,
            pools: vec![Seen::default(); scenario.pools.len()],
            agents: vec![Seen::default(); scenario.agents()],
            rows: Bounded::new(limit),
        }
    }

    /// The rows kept.
    pub fn rows(&self) -> &[Row<'s>] {
        self.rows.kept()
    }

    /// How many there were, kept or not.
    pub fn told(&self) -> u64 {
        self.rows.told()
    }
}

impl Monitor<'_> {
    fn look(&mut self, at: Time) {
        for (id, pool) in (0..).map(PoolId::new).zip(&self.scenario.pools) {
            self.row(at, id, None, self.pools[id.index()]);
            for agent in pool.agents() {
                let seen = self.agents[agent.index()];
                if seen != Seen::default() {
                    self.row(at, id, Some(agent), seen);
                }
            }
        }
    }

    fn row(&mut self, at: Time, pool: PoolId, agent: Option<AgentId>, seen: Seen) {
        let scenario = self.scenario;
        self.rows.tell(|| {
            let [response, success, throughput, error, memory, cpu] = seen_values(seen);
            Row {
                time_s: at.seconds(),
                pool: &scenario.pools[pool.index()].name,
                agent: agent.map_or(String::new(), |agent| scenario.agent_name(agent)),
                response_mean_s: response,
                success_rate: success,
                throughput_per_min: throughput,
                error_rate: error,
                memory,
                cpu,
            }
        });
    }
}

impl Observer for Monitor<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        let Fact::Control(what) = *fact else { return };
        match what {
            Control::Monitored { pool, agent: None, seen } => self.pools[pool.index()] = seen,
            Control::Monitored { agent: Some(agent), seen, .. } => {
                self.agents[agent.index()] = seen;
            }
            Control::Looked => self.look(at),
            Control::Scaled { .. } | Control::Alerted { .. } | Control::Sampled { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{tell, watched_over};
    use super::*;

    #[test]
    fn a_row_for_each_look_at_a_pool_or_an_agent() {
        let scenario = watched_over();
        let mut monitor = Monitor::new(&scenario, 5);
        let seen = Seen {
            response_mean_s: None,
            success_rate: Some(0.75),
            throughput_per_s: Some(0.2),
            error_rate: Some(0.25),
            memory: Some(0.5),
            cpu: None,
        };
        let look = |agent: Option<usize>| {
            let agent = agent.map(AgentId::new);
            Fact::Control(Control::Monitored { pool: PoolId::new(0), agent, seen })
        };
        let looked = Fact::Control(Control::Looked);
        tell(&mut monitor, &[(30, look(None)), (30, look(Some(0))), (30, looked), (60, looked)]);
        let row = Row {
            time_s: 30.0,
            pool: "p",
            agent: "p-1".into(),
            response_mean_s: None,
            success_rate: Some(0.75),
            throughput_per_min: Some(12.0),
            error_rate: Some(0.25),
            memory: Some(0.5),
            cpu: None,
        };
        // Two pools and the agent of which it saw something; at the second look the same again.
        assert_eq!((monitor.told(), &monitor.rows()[1]), (6, &row));
        assert_eq!(monitor.rows().len(), 5, "no more than that are kept");
        let again = Row { time_s: 60.0, ..row };
        assert_eq!((monitor.rows()[3].agent.as_str(), &monitor.rows()[4]), ("", &again));
    }
}
