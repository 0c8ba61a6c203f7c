//! Agents at run time: who is on duty, what they hold, who can start an attempt at once.
//!
//! Invariants: an agent never holds more than its slots; the idle set of a pool holds exactly the
//! agents on duty with a free slot.

use super::conduct::Conduct;
use super::desk::Desk;
use super::line::{Line, Place};
use super::meter::{Crew, Running};
use super::publish::Published;
use super::sharing::Sharing;
use crate::base::id::{AgentId, PoolId, QueueId};
use crate::mechanism::dispatch::Fleet;
use crate::mechanism::measure::{Machine, Measure, Sums};
use crate::scenario::meaning::Step;

use crate::base::time::Time;

/// An agent.
pub(super) struct Agent {
    pub pool: PoolId,
    /// The queue that it serves.
    pub queue: QueueId,
    /// Its number in the pool.
    pub number: u32,
    /// In work per second.
    pub speed: f64,
    pub slots: u32,
    /// Per hour on duty.
    pub cost: f64,
    /// The zone it is in; agents of one zone are near each other.
    pub zone: u32,
    /// Slots taken: by attempts in service and by wrap-up.
    pub held: u32,
    /// Slots that it has as long as it is on duty and up; otherwise zero.
    pub room: u32,
    /// Meant to be on duty by the roster.
    pub on_duty: bool,
    /// It has failed and is not repaired yet.
    pub down: bool,
    /// Known to be able to start an attempt at once.
    pub idle: bool,
    /// Told to be on duty: it leaves only when it holds nothing.
    pub present: bool,
    /// Its own line, if attempts are bound early.
    pub line: Option<Line>,
    /// What it shares, if its attempts share its rate.
    pub sharing: Option<Sharing>,
    /// Behind a breaker.
    pub guarded: bool,
    /// Behind a breaker, or with a conduct of its own.
    pub special: bool,
    /// Not special, neither shared nor interrupted.
    pub plain: bool,
    /// Its slots wrap up after an attempt.
    pub wraps_up: bool,
    /// Somebody hears of the results of its attempts: its breaker, its record, or dispatch.
    pub watched: bool,
    /// What the meter reads, if anybody looks at the system.
    pub counts: Option<Box<Running<Crew>>>,
    /// What is measured of it, if anyone reads it.
    pub measure: Option<Machine>,
    /// The places of the attempts in service, if they can be interrupted.
    pub serving: Option<Vec<Place>>,
    /// What it carries if its pool has rules about its conduct.
    pub conduct: Option<Box<Conduct>>,
    /// What dispatch sees of it, if that is not as it is.
    pub published: Option<Box<Published>>,
}

impl Agent {
    /// Whether it can start an attempt at once.
    #[inline]
    pub fn available(&self) -> bool {
        self.held < self.room
    }

    /// It comes on duty or goes off it.
    pub fn set_on_duty(&mut self, on: bool) {
        self.on_duty = on;
        self.set_room();
    }

    /// It fails or is repaired.
    pub fn set_down(&mut self, down: bool) {
        self.down = down;
        self.set_room();
    }

    fn set_room(&mut self) {
        self.room = if self.on_duty && !self.down { self.slots } else { 0 };
    }

    /// Whether it can start an attempt at once has changed: its desk and the sets of the idle, by
    /// pool, know.
    #[inline(always)]
    pub fn update_idle(&mut self, desk: &mut Desk, idle: &mut [AgentSet]) {
        let available = self.available();
        if self.idle != available {
            self.idle = available;
            idle[self.pool.index()].set(self.number, available);
            desk.idle = if available { desk.idle + 1 } else { desk.idle - 1 };
        }
    }
}

/// A set of agents of one pool, by number.
#[derive(Debug)]
pub(super) struct AgentSet {
    /// The first agent of the pool.
    first: AgentId,
    words: Vec<u64>,
    len: usize,
}

impl AgentSet {
    /// An empty set for a pool of this size that starts with `first`.
    pub fn new(first: AgentId, size: usize) -> Self {
        AgentSet { first, words: vec![0; size.div_ceil(64)], len: 0 }
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Puts a member in or out.
    pub fn set(&mut self, number: u32, member: bool) {
        let (word, bit) = (&mut self.words[number as usize / 64], 1u64 << (number % 64));
        if (*word & bit != 0) != member {
            *word ^= bit;
            self.len = if member { self.len + 1 } else { self.len - 1 };
        }
    }

    /// Appends the members for whose number this holds to `out`, in order.
    #[inline]
    pub fn list(&self, out: &mut Vec<AgentId>, holds: impl Fn(u32) -> bool) {
        for (i, word) in self.words.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                let number = i as u32 * 64 + rest.trailing_zeros();
                if holds(number) {
                    out.push(AgentId(self.first.0 + number));
                }
                rest &= rest - 1;
            }
        }
    }
}

/// What a dispatch policy sees.
pub(super) struct View<'a> {
    pub now: Time,
    pub agents: &'a [Agent],
    /// The agent that served the task's step before this one.
    pub previous: Option<AgentId>,
    /// What the attempt is of.
    pub step: &'a Step,
}

impl Fleet for View<'_> {
    fn outstanding(&self, agent: AgentId) -> u32 {
        self.in_progress(agent) + self.waiting(agent)
    }

    fn available(&self, agent: AgentId) -> bool {
        let it = &self.agents[agent.index()];
        it.published.as_ref().map_or_else(|| it.available(), |seen| seen.available)
    }

    fn speed(&self, agent: AgentId) -> f64 {
        self.agents[agent.index()].speed
    }

    fn match_share(&self, agent: AgentId) -> f64 {
        if !self.step.partial {
            return 1.0;
        }
        let pool = self.agents[agent.index()].pool;
        let skill = self.step.pools.iter().find(|skill| skill.pool == pool);
        skill.map_or(0.0, |skill| skill.share)
    }

    #[inline(always)]
    fn record(&self, agent: AgentId) -> Sums {
        let it = &self.agents[agent.index()];
        if let Some(seen) = &it.published {
            return seen.record;
        }
        it.measure.as_ref().map_or_else(Sums::default, |measure| measure.sums(self.now))
    }

    fn in_progress(&self, agent: AgentId) -> u32 {
        let it = &self.agents[agent.index()];
        it.published.as_ref().map_or(it.held, |seen| seen.held)
    }

    fn slots(&self, agent: AgentId) -> u32 {
        self.agents[agent.index()].slots
    }

    fn waiting(&self, agent: AgentId) -> u32 {
        let it = &self.agents[agent.index()];
        let waiting = || it.line.as_ref().map_or(0, |line| line.waiting() as u32);
        it.published.as_ref().map_or_else(waiting, |seen| seen.waiting)
    }

    fn cost(&self, agent: AgentId) -> f64 {
        self.agents[agent.index()].cost
    }

    fn zone(&self, agent: AgentId) -> u32 {
        self.agents[agent.index()].zone
    }

    fn pool(&self, agent: AgentId) -> PoolId {
        self.agents[agent.index()].pool
    }

    fn previous(&self) -> Option<AgentId> {
        self.previous
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_lists_its_members_in_order() {
        let mut set = AgentSet::new(AgentId(10), 130);
        for number in [129, 3, 64, 3] {
            set.set(number, true);
        }
        set.set(64, false);
        set.set(7, false);
        let mut out = Vec::new();
        set.list(&mut out, |_| true);
        assert_eq!(out, [AgentId(13), AgentId(139)]);
        assert_eq!(set.len(), 2);
        set.list(&mut out, |number| number > 3);
        assert_eq!(out[2..], [AgentId(139)]);
    }
}
