//! Deadlock: waiters of a ledger of which each waits for another.
//!
//! Rule: everybody who does not wait, with no part that waits, will release some day; so will a
//! waiter that fits once those have. What is left when nobody else fits is stuck (reduction of the
//! resource graph: Holt, Some deadlock properties of computer systems, 1972). A stuck waiter waits
//! for the stuck ones that have, or stand before it for, the units it lacks. The victim is of those
//! on a cycle of this graph the one of the lowest priority, of these the last to have asked.
//!
//! Invariants: no victim without a deadlock, no deadlock without a victim. Where a unit of several
//! would do, one victim may not be enough: ask again after it is released.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::ledger::{Holder, Ledger};
use super::request::{Need, UnitId, first_fit};

/// Waiters that give nothing back.
struct Stuck<H> {
    who: BTreeSet<H>,
    /// How many of them are parts of each whole.
    wholes: BTreeMap<H, usize>,
}

impl<H: Holder> Stuck<H> {
    fn new(all: impl Iterator<Item = H>) -> Self {
        let mut stuck = Stuck { who: all.collect(), wholes: BTreeMap::new() };
        for part in &stuck.who {
            *stuck.wholes.entry(part.whole()).or_default() += 1;
        }
        stuck
    }

    /// It goes on, and gives back what it has.
    fn remove(&mut self, who: H) {
        self.who.remove(&who);
        if let Some(parts) = self.wholes.get_mut(&who.whole()) {
            *parts -= 1;
            if *parts == 0 {
                self.wholes.remove(&who.whole());
            }
        }
    }

    /// Whether the holder gives nothing back before the stuck ones go on.
    fn is_there(&self, who: H) -> bool {
        self.who.contains(&who) || self.wholes.contains_key(&who)
    }
}

impl<H: Holder> Ledger<H> {
    /// Whom to release so that waiters who wait for one another can go on; `None` if all can.
    pub fn deadlock(&self) -> Option<H> {
        // Without a waiter that holds something, each waits for who is not waiting or stands
        // before it, and somebody stands first.
        let holds = |who: H| !self.holds(who).is_empty() || !self.holds(who.whole()).is_empty();
        if !self.line.iter().any(|waiter| holds(waiter.who)) {
            return None;
        }
        let stuck = self.stuck();
        if stuck.who.is_empty() {
            return None;
        }
        let remains = |place: usize| stuck.who.contains(&self.line[place].who);
        let edges: Vec<Vec<usize>> = (0..self.line.len())
            .map(|place| if remains(place) { self.waits_for(place, &stuck) } else { Vec::new() })
            .collect();
        let cyclic = (0..self.line.len()).filter(|&place| reaches_itself(place, &edges));
        let rank = |&place: &usize| (self.line[place].priority, Reverse(self.line[place].turn));
        let victim = cyclic.min_by_key(rank).expect("who is stuck waits for one that is");
        Some(self.line[victim].who)
    }

    /// The waiters that nothing the others can do lets go on.
    fn stuck(&self) -> Stuck<H> {
        let mut stuck = Stuck::new(self.line.iter().map(|waiter| waiter.who));
        loop {
            let before = stuck.who.len();
            for (place, waiter) in self.line.iter().enumerate() {
                if stuck.who.contains(&waiter.who) && self.would_fit(place, &stuck) {
                    stuck.remove(waiter.who);
                }
            }
            if stuck.who.len() == before {
                return stuck;
            }
        }
    }

    /// Whether the waiter at `place` could take the unit once only the stuck ones are there.
    fn would_be_open(&self, place: usize, need: &Need, unit: UnitId, stuck: &Stuck<H>) -> bool {
        !self.line[place].got.contains(&unit)
            && self.is_open(place, need.shared, unit, |who| stuck.is_there(who))
    }

    fn would_fit(&self, place: usize, stuck: &Stuck<H>) -> bool {
        first_fit(self.line[place].needs(), &mut Vec::new(), |need| {
            need.all().filter(move |unit| self.would_be_open(place, need, *unit, stuck))
        })
    }

    /// The places of the stuck waiters that the one at `place` waits for.
    fn waits_for(&self, place: usize, stuck: &Stuck<H>) -> Vec<usize> {
        let needs = self.line[place].needs();
        let open = |need: &Need, unit: UnitId| self.would_be_open(place, need, unit, stuck);
        let short = |need: &&Need| {
            let count = need.units.iter().filter(|unit| open(need, **unit)).count();
            count < need.count as usize
        };
        let mut lacking: Vec<&Need> = needs.iter().filter(short).collect();
        if lacking.is_empty() {
            // Each need alone could be met, but not all together.
            lacking = needs.iter().collect();
        }
        let closed: Vec<(bool, UnitId)> = lacking
            .iter()
            .flat_map(|need| need.units.iter().map(move |unit| (*need, *unit)))
            .filter(|(need, unit)| !open(need, *unit))
            .map(|(need, unit)| (need.shared, unit))
            .collect();
        let blocks = |other: &usize| {
            let mut closed = closed.iter();
            stuck.who.contains(&self.line[*other].who)
                && closed.any(|(shared, unit)| self.is_in_the_way(place, *other, *shared, *unit))
        };
        (0..self.line.len()).filter(blocks).collect()
    }

    /// Whether the waiter at `other` keeps the one at `place` from the unit: it holds it, or it
    /// stands before a reader and wants it alone.
    fn is_in_the_way(&self, place: usize, other: usize, shared: bool, unit: UnitId) -> bool {
        let waiter = &self.line[other];
        let holds = &self.holds[unit.index()];
        let its = |who: H| who == waiter.who || who == waiter.who.whole();
        let held = holds.iter().any(|hold| its(hold.who) && !(shared && hold.shared));
        let mine = place == other && waiter.got.contains(&unit);
        mine || held || (shared && other < place && waiter.wants_alone(unit))
    }
}

/// Whether a way along the edges leads from `start` back to it.
fn reaches_itself(start: usize, edges: &[Vec<usize>]) -> bool {
    let mut seen = vec![false; edges.len()];
    let mut open = edges[start].clone();
    while let Some(place) = open.pop() {
        if place == start {
            return true;
        }
        if !std::mem::replace(&mut seen[place], true) {
            open.extend(&edges[place]);
        }
    }
    false
}
