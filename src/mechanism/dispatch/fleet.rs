//! What a dispatch policy may see of the agents, and of the attempt that it places.

use super::scored::Scored;
use crate::base::id::{AgentId, PoolId};
use crate::mechanism::measure::Sums;

/// The agents, as they are when an attempt is placed.
pub trait Fleet {
    /// Attempts in service on the agent and in its own line.
    fn outstanding(&self, agent: AgentId) -> u32;
    /// Whether it could start an attempt at once.
    fn available(&self, agent: AgentId) -> bool;
    /// Its true speed, in work per second.
    fn speed(&self, agent: AgentId) -> f64;
    /// The share of the step's needed capabilities that it offers; 1 if none is needed.
    fn match_share(&self, agent: AgentId) -> f64;
    /// What has been measured of it.
    fn record(&self, agent: AgentId) -> Sums;
    /// Attempts in service on it, and slots held otherwise.
    fn in_progress(&self, agent: AgentId) -> u32;
    /// Its slots; at least 1.
    fn slots(&self, agent: AgentId) -> u32;
    /// Attempts in its own line.
    fn waiting(&self, agent: AgentId) -> u32;
    /// What it costs per hour.
    fn cost(&self, agent: AgentId) -> f64;
    /// The zone it is in.
    fn zone(&self, agent: AgentId) -> u32;
    /// The pool it belongs to.
    fn pool(&self, agent: AgentId) -> PoolId;
    /// The agent that served the task's step before this one, if there was one.
    fn previous(&self) -> Option<AgentId>;

    /// Whether no breaker suspects it; true where there are no breakers.
    fn healthy(&self, _agent: AgentId) -> bool {
        true
    }

    /// The place of the candidate with the highest score. It is here so that it is compiled with
    /// the fleet's own methods inside: one call for a choice instead of several for each candidate.
    fn best_scored(&self, candidates: &[AgentId], scored: &Scored) -> Option<usize> {
        scored.best(candidates, self)
    }
}

/// A fleet of plain numbers for the tests of all policies.
#[cfg(test)]
pub(crate) mod check {
    use super::super::Dispatch;
    use super::*;
    use crate::base::time::Time;

    /// A fleet given by one row per agent; the row of the previous agent is marked in it.
    #[derive(Default)]
    pub struct Rows(pub Vec<Row>);

    /// What is seen of one agent.
    #[derive(Clone, Copy, Default)]
    pub struct Row {
        pub outstanding: u32,
        pub busy: bool,
        pub speed: f64,
        pub match_share: f64,
        pub record: Sums,
        pub in_progress: u32,
        /// One less than its slots.
        pub more_slots: u32,
        pub cost: f64,
        pub zone: u32,
        pub pool: u32,
        pub served_before: bool,
        pub suspected: bool,
    }

    impl Rows {
        fn row(&self, agent: AgentId) -> &Row {
            &self.0[agent.index()]
        }
    }

    impl Fleet for Rows {
        fn outstanding(&self, agent: AgentId) -> u32 {
            self.row(agent).outstanding
        }
        fn available(&self, agent: AgentId) -> bool {
            !self.row(agent).busy
        }
        fn speed(&self, agent: AgentId) -> f64 {
            self.row(agent).speed
        }
        fn match_share(&self, agent: AgentId) -> f64 {
            self.row(agent).match_share
        }
        fn record(&self, agent: AgentId) -> Sums {
            self.row(agent).record
        }
        fn in_progress(&self, agent: AgentId) -> u32 {
            self.row(agent).in_progress
        }
        fn slots(&self, agent: AgentId) -> u32 {
            self.row(agent).more_slots + 1
        }
        fn waiting(&self, agent: AgentId) -> u32 {
            self.row(agent).outstanding - self.row(agent).in_progress
        }
        fn cost(&self, agent: AgentId) -> f64 {
            self.row(agent).cost
        }
        fn zone(&self, agent: AgentId) -> u32 {
            self.row(agent).zone
        }
        fn pool(&self, agent: AgentId) -> PoolId {
            PoolId(self.row(agent).pool)
        }
        fn previous(&self) -> Option<AgentId> {
            self.0.iter().position(|row| row.served_before).map(AgentId::new)
        }
        fn healthy(&self, agent: AgentId) -> bool {
            !self.row(agent).suspected
        }
    }

    impl Rows {
        /// All agents as candidates.
        pub fn all(&self) -> Vec<AgentId> {
            (0..self.0.len()).map(AgentId::new).collect()
        }

        /// Whom the policy chooses among all.
        pub fn choose(&self, policy: &mut dyn Dispatch) -> Option<usize> {
            policy.choose(Time::ZERO, &self.all(), self)
        }
    }
}
