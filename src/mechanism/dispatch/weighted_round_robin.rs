//! Weighted round robin, smooth: each candidate is chosen as often as its weight says, as evenly
//! spread as can be.
//!
//! Rule (nginx, `ngx_http_upstream_get_peer`): each candidate's credit grows by its weight; the one
//! with the most credit, the first on ties, is chosen and pays the sum of the weights. An agent
//! that is no candidate neither gains nor pays. The weight is that given for its pool, or else the
//! agent's true speed. With weights 5, 1, 1 the order is a a b a c a a.

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::mechanism::weights::Weights;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "in turn, as often as the weights say (smooth, as nginx does)";

/// `dispatch.weighted_round_robin = { weights = { pool = 3, other_pool = 1 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The weights of pools; an agent of any other pool weighs its speed.
    pub weights: Weights,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weights = Weights::read(&mut table);
        table.finish();
        Some(Spec { weights })
    }
}

impl Spec {
    /// Resolves the names of pools, given all in the order of their ids. Until then all agents
    /// weigh their speed.
    ///
    /// # Errors
    /// The first name that no pool has.
    pub fn bind(&mut self, pools: &[String]) -> Result<(), String> {
        self.weights.bind(pools)
    }

    /// The machine, fresh for one run.
    pub fn build(&self) -> WeightedRoundRobin {
        WeightedRoundRobin { weights: self.weights.clone(), credits: Vec::new() }
    }
}

/// The machine.
#[derive(Debug)]
pub struct WeightedRoundRobin {
    weights: Weights,
    credits: Vec<f64>,
}

impl WeightedRoundRobin {
    fn weight(&self, agent: AgentId, fleet: &dyn Fleet) -> f64 {
        self.weights.get(fleet.pool(agent).index()).unwrap_or_else(|| fleet.speed(agent))
    }
}

impl Dispatch for WeightedRoundRobin {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        if candidates.len() < 2 {
            return (candidates.len() == 1).then_some(0);
        }
        let size = candidates.iter().map(|agent| agent.index() + 1).max().unwrap_or(0);
        if self.credits.len() < size {
            self.credits.resize(size, 0.0);
        }
        let (mut sum, mut best) = (0.0, 0);
        for (place, agent) in candidates.iter().enumerate() {
            let weight = self.weight(*agent, fleet);
            self.credits[agent.index()] += weight;
            sum += weight;
            if self.credits[agent.index()] > self.credits[candidates[best].index()] {
                best = place;
            }
        }
        self.credits[candidates[best].index()] -= sum;
        Some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;
    use crate::mechanism::check::read;

    fn turns(spec: &Spec, fleet: &Rows, n: usize) -> Vec<usize> {
        let mut policy = spec.build();
        (0..n).map(|_| fleet.choose(&mut policy).unwrap()).collect()
    }

    #[test]
    fn the_example_of_nginx() {
        let fleet = Rows([5.0, 1.0, 1.0].map(|speed| Row { speed, ..Row::default() }).into());
        let turns = turns(&read("{}").unwrap(), &fleet, 14);
        assert_eq!(turns, [0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0]);
    }

    #[test]
    fn a_pool_s_weight_goes_before_speed() {
        let row = |pool, speed| Row { pool, speed, ..Row::default() };
        let fleet = Rows(vec![row(0, 1.0), row(1, 8.0)]);
        let mut spec: Spec = read("{ weights = { b = 0.5 } }").unwrap();
        assert_eq!(spec.bind(&["a".to_string()]), Err("b".to_string()));
        assert_eq!(spec.bind(&["a".to_string(), "b".to_string()]), Ok(()));
        // 1 : 0.5.
        assert_eq!(turns(&spec, &fleet, 6), [0, 1, 0, 0, 1, 0]);
    }

    #[test]
    fn an_absent_agent_neither_gains_nor_pays() {
        let fleet = Rows(vec![Row { speed: 1.0, ..Row::default() }; 3]);
        let mut policy = read::<Spec>("{}").unwrap().build();
        let (one, two) = ([AgentId(1)], [AgentId(0), AgentId(1)]);
        assert_eq!(policy.choose(Time::ZERO, &two, &fleet), Some(0));
        assert_eq!(policy.choose(Time::ZERO, &one, &fleet), Some(0));
        assert_eq!(policy.choose(Time::ZERO, &[], &fleet), None);
        assert_eq!(policy.choose(Time::ZERO, &two, &fleet), Some(1), "it is the turn of agent 1");
        assert_eq!(fleet.choose(&mut policy), Some(0), "all have paid what they gained");
    }
}
