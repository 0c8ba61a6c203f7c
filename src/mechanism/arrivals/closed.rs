//! A closed loop: N users, each with at most one task; a user thinks, sends a task, waits for its
//! end and thinks again.
//!
//! Source: the machine-repair and interactive models of Lazowska et al., Quantitative System
//! Performance (1984). Arrivals answer departures, so a slow system slows its own load down. Think
//! times are keyed by (user, cycle): every policy sees the same ones. At the start all users think.

use std::num::NonZeroU32;

use crate::base::dist::Dist;
use crate::base::random::{Draw, Luck, Purpose, Root};
use crate::base::read::{Node, Read};
use crate::base::time::Span;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a fixed number of users who think, send one task and wait for its end";

/// `arrivals.closed = { users = 20, think = { exponential = "5s" } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many users.
    pub users: NonZeroU32,
    /// How long a user thinks before sending a task.
    pub think: Dist,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let users = table.need("users");
        let think = table.need("think");
        table.finish();
        Some(Spec { users: users?, think: think? })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, root: &Root, workload: &str) -> Users {
        let cycles = vec![0; self.users.get() as usize];
        Users { think: self.think.clone(), luck: root.luck(workload), cycles }
    }
}

/// The machine: how often each user has sent a task.
pub struct Users {
    think: Dist,
    luck: Luck,
    cycles: Vec<u32>,
}

impl Users {
    /// How many users there are.
    pub fn len(&self) -> u32 {
        self.cycles.len() as u32
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cycles.is_empty()
    }

    /// The user starts to think: how long until its next task.
    pub fn think(&mut self, user: u32) -> Span {
        let key = self.key(user);
        self.cycles[user as usize] += 1;
        Span::from_seconds(
            self.think.quantile(self.luck.uniform(Draw::of_task(key, Purpose::Think))),
        )
    }

    /// The key of the task that the user sends next.
    pub fn key(&self, user: u32) -> u64 {
        u64::from(user) << 32 | u64::from(self.cycles[user as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn think_times_belong_to_user_and_cycle() {
        let think = Dist::exponential(3.0).unwrap();
        let spec = Spec { users: NonZeroU32::new(2).unwrap(), think };
        let (mut one, mut other) =
            (spec.build(&Root::new(1, 0), "w"), spec.build(&Root::new(1, 0), "w"));
        let first = (one.think(0), one.think(1), one.think(0));
        let (c, a) = (other.think(1), other.think(0));
        assert_eq!((a, c, other.think(0)), first, "the order of asking does not matter");
        assert_ne!(first.0, first.2, "a new cycle is a new draw");
    }
}
