//! What the monitor saw, pool by pool and agent by agent.

use serde::Serialize;

use super::bounded::Bounded;
use super::series::seen_values;
use crate::base::time::Time;
use crate::model::fact::{Control, Fact, Observer};
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
    rows: Bounded<Row<'s>>,
}

impl<'s> Monitor<'s> {
    /// Keeps at most `limit` rows.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Monitor { scenario, rows: Bounded::new(limit) }
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

impl Observer for Monitor<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        let Fact::Control(Control::Monitored { pool, agent, seen }) = *fact else { return };
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

#[cfg(test)]
mod tests {
    use super::super::check::{tell, watched_over};
    use super::*;
    use crate::base::id::{AgentId, PoolId};
    use crate::model::fact::Seen;

    #[test]
    fn a_row_for_each_look_at_a_pool_or_an_agent() {
        let scenario = watched_over();
        let mut monitor = Monitor::new(&scenario, 2);
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
        tell(&mut monitor, &[(30, look(None)), (30, look(Some(0))), (60, look(None))]);
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
        assert_eq!((monitor.told(), &monitor.rows()[1]), (3, &row));
        assert_eq!((monitor.rows().len(), monitor.rows()[0].agent.as_str()), (2, ""));
    }
}
