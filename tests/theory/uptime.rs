//! How many agents are up, and whether enough are: an observer of crashes and repairs.

use rehearsal::base::time::Time;
use rehearsal::model::fact::{Fact, Observer};
use rehearsal::stats::level::Level;

/// How many agents are up.
pub struct Uptime {
    number: usize,
    needed: usize,
    up: Level,
    enough: Level,
}

impl Uptime {
    pub fn new((from, to): (Time, Time), agents: usize, needed: usize) -> Self {
        let level = |value| Level::new(from, to, value);
        Uptime { number: agents, needed, up: level(agents as u64), enough: level(1) }
    }

    /// How many are up on average.
    pub fn mean(&self) -> f64 {
        self.up.mean().expect("the window is not empty")
    }

    /// The share of time in which enough are up.
    pub fn enough(&self) -> f64 {
        self.enough.mean().expect("the window is not empty")
    }
}

impl Observer for Uptime {
    fn on(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Crashed { .. } => self.number -= 1,
            Fact::Repaired { .. } => self.number += 1,
            _ => return,
        }
        self.up.set(at, self.number as u64);
        self.enough.set(at, u64::from(self.number >= self.needed));
    }
}
