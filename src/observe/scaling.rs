//! Every decision of every autoscaler, and what became of the agents that it asked for.

use std::collections::BTreeSet;

use serde::Serialize;

use super::bounded::Bounded;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::Time;
use crate::model::fact::{Control, Fact, Observer, Scaled};
use crate::scenario::meaning::Scenario;

/// One row of `scaling.csv`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// When, in seconds since the start.
    pub time_s: f64,
    /// Of which pool.
    pub pool: String,
    /// What happened: `decided`, `starting`, `ready`, `start_failed`, `cancelled`, `retired`,
    /// `recalled`.
    pub what: &'static str,
    /// To which agent; empty: it is a decision.
    pub agent: String,
    /// Of a decision: the metric that decided.
    pub value: Option<f64>,
    /// How many agents there would be without limits.
    pub raw: Option<u32>,
    /// How many start or are ready.
    pub from: Option<u32>,
    /// How many there are to be.
    pub to: Option<u32>,
    /// What limited it last; `none`: nothing.
    pub limit: &'static str,
}

/// The rows so far.
pub struct Scaling<'s> {
    scenario: &'s Scenario,
    rows: Bounded<Row>,
    /// Those that start.
    starting: BTreeSet<AgentId>,
}

impl<'s> Scaling<'s> {
    /// Keeps at most `limit` rows.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Scaling { scenario, rows: Bounded::new(limit), starting: BTreeSet::new() }
    }

    /// The rows kept.
    pub fn rows(&self) -> &[Row] {
        self.rows.kept()
    }

    /// How many there were, kept or not.
    pub fn told(&self) -> u64 {
        self.rows.told()
    }

    fn scaled(&mut self, at: Time, pool: PoolId, what: Scaled) {
        match what {
            Scaled::Decided { value, raw, from, to, limit } => {
                let pool = &self.scenario.pools[pool.index()].name;
                self.rows.tell(|| Row {
                    time_s: at.seconds(),
                    pool: pool.clone(),
                    what: "decided",
                    agent: String::new(),
                    value,
                    raw,
                    from: Some(from),
                    to: Some(to),
                    limit: limit.name(),
                });
            }
            Scaled::Starting { agent } => {
                self.starting.insert(agent);
                self.agent(at, "starting", agent);
            }
            Scaled::StartFailed { agent } => self.no_start(at, "start_failed", agent),
            Scaled::Cancelled { agent } => self.no_start(at, "cancelled", agent),
            Scaled::Retired { agent } => self.agent(at, "retired", agent),
            Scaled::Recalled { agent } => self.agent(at, "recalled", agent),
        }
    }

    fn no_start(&mut self, at: Time, what: &'static str, agent: AgentId) {
        self.starting.remove(&agent);
        self.agent(at, what, agent);
    }

    fn agent(&mut self, at: Time, what: &'static str, agent: AgentId) {
        let scenario = self.scenario;
        self.rows.tell(|| Row {
            time_s: at.seconds(),
            pool: scenario.pools[scenario.pool_of(agent).index()].name.clone(),
            what,
            agent: scenario.agent_name(agent),
            ..Row::default()
        });
    }
}

impl Observer for Scaling<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Control(Control::Scaled { pool, what }) => self.scaled(at, pool, what),
            Fact::CameOn { agent } if self.starting.remove(&agent) => {
                self.agent(at, "ready", agent);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{agent, scaled, tell, watched_over};
    use super::*;
    use crate::mechanism::autoscale::Limit;

    #[test]
    fn a_row_for_each_decision_and_each_change_of_an_agent() {
        let scenario = watched_over();
        let mut scaling = Scaling::new(&scenario, 6);
        let (value, limit) = (Some(0.9), Limit::Max);
        tell(
            &mut scaling,
            &[
                // Who is there from the start was not asked for.
                (0, Fact::CameOn { agent: agent(1) }),
                (15, scaled(Scaled::Decided { value, raw: Some(4), from: 1, to: 3, limit })),
                (15, scaled(Scaled::Starting { agent: agent(2) })),
                (15, scaled(Scaled::Starting { agent: agent(3) })),
                (20, Fact::CameOn { agent: agent(2) }),
                (25, scaled(Scaled::Cancelled { agent: agent(3) })),
                (26, Fact::CameOn { agent: agent(3) }),
                (40, scaled(Scaled::Retired { agent: agent(2) })),
                (41, scaled(Scaled::Recalled { agent: agent(2) })),
            ],
        );
        let short = |row: &Row| (row.time_s, row.what, row.agent.clone(), row.to);
        let row = |time, what, agent: &str| (time, what, agent.to_string(), None);
        let expected = [
            (15.0, "decided", String::new(), Some(3)),
            row(15.0, "starting", "p-2"),
            row(15.0, "starting", "p-3"),
            row(20.0, "ready", "p-2"),
            row(25.0, "cancelled", "p-3"),
            row(40.0, "retired", "p-2"),
        ];
        assert_eq!(scaling.rows().iter().map(short).collect::<Vec<_>>(), expected);
        let decided = &scaling.rows()[0];
        assert_eq!((decided.value, decided.raw, decided.from), (Some(0.9), Some(4), Some(1)));
        assert_eq!((decided.limit, decided.pool.as_str()), ("max", "p"));
        assert_eq!(scaling.told(), 7, "one more than is kept");
    }
}
