//! A rule over all that it is about: an alert for each, and the limit on their number.
//!
//! The rule's state is the worst of its alerts'. If after an evaluation more alerts are pending or
//! firing than the limit allows, the rule has failed and all its alerts are dropped: a limit
//! protects whoever gets them from a rule that is wrong.
//!
//! Source: `rules/alerting.go` of Prometheus.

use std::collections::BTreeMap;
use std::fmt;

use super::{Change, Machine, Rule, State};
use crate::base::time::Time;

/// The alerts of one rule, by what they are about.
#[derive(Clone, Debug)]
pub struct Watch<K> {
    fresh: Machine,
    machines: BTreeMap<K, Machine>,
    /// Those that are pending or firing, in order, with their states: no other takes a step.
    active: Vec<(K, State)>,
    limit: u64,
}

/// There were more alerts than the limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// So many may be.
    pub limit: u64,
    /// So many were.
    pub alerts: u64,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exceeded limit of {} with {} alerts", self.limit, self.alerts)
    }
}

impl<K: Ord + Clone> Watch<K> {
    /// No alert yet.
    pub fn new(rule: &Rule) -> Self {
        Self::of(Machine::new(rule), rule.limit.into())
    }

    /// No alert yet; each begins as `fresh`. With more than `limit` (zero: any number) all are
    /// dropped.
    pub fn of(fresh: Machine, limit: u64) -> Self {
        Watch { fresh, machines: BTreeMap::new(), active: Vec::new(), limit }
    }

    /// An evaluation: those for whom the condition holds, in their order. It does not hold for
    /// anybody else. Tells of each alert that has changed, in the order of what they are about.
    pub fn step(
        &mut self,
        now: Time,
        holds: &[K],
        mut changed: impl FnMut(&K, Change),
    ) -> Result<(), Exceeded> {
        for about in holds {
            if let Err(place) = self.active.binary_search_by(|(active, _)| active.cmp(about)) {
                self.active.insert(place, (about.clone(), State::Inactive));
                self.machines.entry(about.clone()).or_insert(self.fresh.clone());
            }
        }
        let mut alerts = 0;
        for (about, _) in &self.active {
            let Some(machine) = self.machines.get_mut(about) else { continue };
            machine.step(now, holds.binary_search(about).is_ok());
            alerts += u64::from(machine.state() != State::Inactive);
        }
        let exceeded = self.limit > 0 && alerts > self.limit;
        self.active.retain_mut(|(about, state)| {
            let Some(machine) = self.machines.get_mut(about) else { return false };
            if exceeded {
                machine.clear();
            }
            let from = std::mem::replace(state, machine.state());
            let to = *state;
            if to != from {
                changed(about, Change { from, to });
            }
            to != State::Inactive
        });
        if exceeded { Err(Exceeded { limit: self.limit, alerts }) } else { Ok(()) }
    }

    /// The worst state of all alerts.
    pub fn state(&self) -> State {
        self.active.iter().map(|(_, state)| *state).max().unwrap_or(State::Inactive)
    }

    /// The alert about this; there is none where the condition has never held.
    pub fn alert(&self, about: &K) -> Option<&Machine> {
        self.machines.get(about)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{read, s};
    use super::*;
    use State::{Firing, Inactive};

    fn step(watch: &mut Watch<usize>, at: u64, holds: &[bool]) -> (Vec<(usize, Change)>, bool) {
        let mut changes = Vec::new();
        let holds: Vec<usize> = (0..holds.len()).filter(|i| holds[*i]).collect();
        let result = watch.step(Time::ZERO + s(at), &holds, |i, change| changes.push((*i, change)));
        (changes, result.is_ok())
    }

    #[test]
    fn subjects_come_and_go() {
        let mut watch = Watch::new(&read("{ when = 'queue_length > 1' }"));
        assert_eq!(watch.state(), Inactive);
        let fires = Change { from: Inactive, to: Firing };
        let ends = Change { from: Firing, to: Inactive };
        assert_eq!(step(&mut watch, 0, &[false, true]), (vec![(1, fires)], true));
        assert_eq!(step(&mut watch, 1, &[false, true, true]), (vec![(2, fires)], true));
        assert_eq!(step(&mut watch, 2, &[true]), (vec![(0, fires), (1, ends), (2, ends)], true));
        assert_eq!(watch.state(), Firing);
    }

    #[test]
    fn beyond_the_limit_all_are_dropped() {
        let mut watch = Watch::new(&read("{ when = 'queue_length > 1', limit = 1 }"));
        let fires = Change { from: Inactive, to: Firing };
        assert_eq!(step(&mut watch, 0, &[true, false]), (vec![(0, fires)], true));
        let ends = Change { from: Firing, to: Inactive };
        assert_eq!(step(&mut watch, 1, &[true, true]), (vec![(0, ends)], false));
        assert_eq!(watch.state(), Inactive);
        assert_eq!(watch.alert(&0).and_then(Machine::resolved_at), None, "dropped, not resolved");
    }
}
