//! A rule over all its subjects: an alert for each, and the limit on their number.
//!
//! The rule's state is the worst of its alerts'. If after an evaluation more alerts are pending or
//! firing than the limit allows, the rule has failed and all its alerts are dropped: a limit
//! protects whoever gets them from a rule that is wrong.
//!
//! Source: `rules/alerting.go` of Prometheus.

use std::fmt;

use super::{Change, Machine, Rule, State};
use crate::base::time::Time;

/// The alerts of one rule.
#[derive(Clone, Debug)]
pub struct Watch {
    fresh: Machine,
    machines: Vec<Machine>,
    limit: u32,
}

/// There were more alerts than the limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// So many may be.
    pub limit: u32,
    /// So many were.
    pub alerts: u32,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exceeded limit of {} with {} alerts", self.limit, self.alerts)
    }
}

impl Watch {
    /// No alert yet.
    pub fn new(rule: &Rule) -> Watch {
        Watch { fresh: Machine::new(rule), machines: Vec::new(), limit: rule.limit }
    }

    /// An evaluation: of each subject, by its number, whether the condition holds. A subject that
    /// was there before and is beyond the end now is gone, and its condition does not hold. Tells
    /// of each alert that has changed.
    pub fn step(
        &mut self,
        now: Time,
        holds: &[bool],
        mut changed: impl FnMut(usize, Change),
    ) -> Result<(), Exceeded> {
        if self.machines.len() < holds.len() {
            self.machines.resize(holds.len(), self.fresh.clone());
        }
        let before: Vec<State> = self.machines.iter().map(Machine::state).collect();
        let mut alerts = 0;
        for (i, machine) in self.machines.iter_mut().enumerate() {
            machine.step(now, holds.get(i).copied().unwrap_or(false));
            alerts += u32::from(machine.state() != State::Inactive);
        }
        let exceeded = self.limit > 0 && alerts > self.limit;
        if exceeded {
            self.machines.iter_mut().for_each(Machine::clear);
        }
        for (i, (machine, from)) in self.machines.iter().zip(before).enumerate() {
            let to = machine.state();
            if to != from {
                changed(i, Change { from, to });
            }
        }
        if exceeded { Err(Exceeded { limit: self.limit, alerts }) } else { Ok(()) }
    }

    /// The worst state of all alerts.
    pub fn state(&self) -> State {
        self.machines.iter().map(Machine::state).max().unwrap_or(State::Inactive)
    }

    /// The alert of a subject that has been evaluated.
    pub fn alert(&self, subject: usize) -> &Machine {
        &self.machines[subject]
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{read, s};
    use super::*;
    use State::{Firing, Inactive};

    fn step(watch: &mut Watch, at: u64, holds: &[bool]) -> (Vec<(usize, Change)>, bool) {
        let mut changes = Vec::new();
        let result = watch.step(Time::ZERO + s(at), holds, |i, change| changes.push((i, change)));
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
        assert_eq!(watch.alert(0).resolved_at(), None, "dropped, not resolved");
    }
}
