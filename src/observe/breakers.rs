//! Every change of state of every breaker, and how long each was open or half open.

use serde::Serialize;

use super::bounded::Bounded;
use super::stretch::{Stretch, stretches};
use crate::base::id::PoolId;
use crate::base::time::Time;
use crate::mechanism::breaker::State;
use crate::model::fact::{Fact, Observer};
use crate::scenario::meaning::Scenario;

/// One breaker: its pool and the number of what it protects.
pub type Target = (PoolId, u32);

/// One row of `breakers.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'s> {
    /// When, in seconds since the start.
    pub time_s: f64,
    /// Whose breaker.
    pub pool: &'s str,
    /// What it protects: an agent, a capability of the pool, or the pool.
    pub target: String,
    /// What it is from now on.
    pub state: &'static str,
}

/// The changes so far.
pub struct Breakers<'s> {
    scenario: &'s Scenario,
    moves: Bounded<(Time, Target, State)>,
}

impl<'s> Breakers<'s> {
    /// Keeps at most `limit` changes.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Breakers { scenario, moves: Bounded::new(limit) }
    }

    /// The changes kept, as rows.
    pub fn rows(&self) -> Vec<Row<'s>> {
        let row = |&(at, (pool, target), state): &(Time, Target, State)| Row {
            time_s: at.seconds(),
            pool: &self.scenario.pools[pool.index()].name,
            target: self.scenario.target_name(pool, target),
            state: state.name(),
        };
        self.moves.kept().iter().map(row).collect()
    }

    /// How many changes there were, kept or not.
    pub fn told(&self) -> u64 {
        self.moves.told()
    }

    /// How long each breaker was what since its first change, as far as the changes are kept.
    pub fn stretches(&self) -> Vec<Stretch<Target, State>> {
        stretches(self.moves.kept().iter().copied())
    }
}

impl Observer for Breakers<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        if let Fact::BreakerMoved { pool, target, state } = *fact {
            self.moves.tell(|| (at, (pool, target), state));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, tell, watched_over};
    use super::*;
    use State::{Closed, HalfOpen, Open};

    #[test]
    fn rows_and_stretches_of_a_breaker() {
        let scenario = watched_over();
        let mut breakers = Breakers::new(&scenario, 3);
        let moved = |state| Fact::BreakerMoved { pool: PoolId::new(1), target: 1, state };
        let facts = [(5, moved(Open)), (35, moved(HalfOpen)), (36, moved(Closed))];
        tell(&mut breakers, &facts);
        tell(&mut breakers, &[(50, moved(Open))]);
        let rows = breakers.rows();
        let row = Row { time_s: 35.0, pool: "q", target: "q-2".into(), state: "half_open" };
        assert_eq!((rows.len(), breakers.told(), &rows[1]), (3, 4, &row));
        let stretches = breakers.stretches();
        let stretches: Vec<_> = stretches.iter().map(|it| (it.state, it.from, it.to)).collect();
        let expected =
            [(Open, at(5), at(35)), (HalfOpen, at(35), at(36)), (Closed, at(36), Time::MAX)];
        assert_eq!(stretches, expected);
    }
}
