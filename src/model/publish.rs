//! Publication: dispatch sees agents as they were a while ago.
//!
//! Rule: at every multiple of its period, after all else of that moment, each agent of a pool
//! publishes what it holds, whether it can start something, and what was measured of it; until the
//! next time dispatch sees that. Who is a candidate (on duty; idle, under late binding) is not
//! stale. Invariant: what is seen is never older than one period.

use super::agent::Agent;
use super::event::Event;
use super::fact::Observer;
use super::world::World;
use crate::base::id::PoolId;
use crate::base::time::Time;
use crate::mechanism::measure::{Measure, Sums};

/// What an agent has published.
#[derive(Clone, Copy, Default)]
pub(super) struct Published {
    pub held: u32,
    pub waiting: u32,
    pub available: bool,
    pub record: Sums,
}

impl Agent {
    /// What it would publish now.
    fn news(&self, now: Time) -> Published {
        Published {
            held: self.held,
            waiting: self.line.as_ref().map_or(0, |line| line.waiting() as u32),
            available: self.available(),
            record: self.measure.as_ref().map_or_else(Sums::default, |measure| measure.sums(now)),
        }
    }
}

impl<O: Observer> World<'_, O> {
    /// The first publications.
    pub fn set_publications(&mut self) {
        for pool in 0..self.scenario.pools.len() {
            self.publish(PoolId::new(pool));
        }
    }

    /// The agents of a pool publish, if they do; what the policy sees may let them take something.
    pub fn publish(&mut self, pool: PoolId) {
        let it = &self.scenario.pools[pool.index()];
        let Some(every) = it.conduct.published_every else { return };
        for agent in it.agents() {
            let news = self.agents[agent.index()].news(self.now);
            self.agents[agent.index()].published = Some(Box::new(news));
        }
        for agent in it.agents() {
            self.pull(agent);
        }
        self.schedule(self.now.saturating_add(every), Event::Publish(pool));
    }
}
