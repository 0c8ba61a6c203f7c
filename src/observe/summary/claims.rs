//! What the summary keeps of resources and conflicts.
//!
//! Units are levels over the window of the levels; waits and conflicts count when they
//! are told in the window.

use super::metrics::mean_of;
use crate::base::time::{Span, Time};
use crate::mechanism::conflict::detect::Kind;
use crate::mechanism::conflict::resolve::What;
use crate::mechanism::retry::Cause;
use crate::model::fact::Claimed;
use crate::scenario::meaning::Scenario;
use crate::stats::level::Level;

/// One type of resource.
#[derive(Clone, Debug)]
pub struct ResourceStats {
    /// How many units there are.
    pub units: u64,
    /// Units held, a shared one once for each holder.
    pub held: Level,
    /// Units used up at the end of the run.
    pub used_up: u64,
}

/// Resources and conflicts of one run.
#[derive(Clone, Debug)]
pub struct ClaimStats {
    /// By type.
    pub resources: Vec<ResourceStats>,
    /// Claims that had to wait for units.
    pub blocked: u64,
    /// Claims that were met.
    pub cleared: u64,
    /// Claims that failed because a unit was not available, and because they gave way in a
    /// deadlock.
    pub unavailable: u64,
    /// Deadlocks that were broken.
    pub deadlocks: u64,
    /// Conflicts, by kind and by what became of the loser.
    pub conflicts: [[u64; What::NAMES.len()]; Kind::NAMES.len()],
    /// The sum of the waits for units and booked times, of claims that were met, in nanoseconds.
    pub blocked_nanos: u128,
    /// The sum of the times that they stood aside.
    pub aside_nanos: u128,
    /// Claims that stood aside.
    pub aside: u64,
}

impl ClaimStats {
    pub(super) fn new(from: Time, to: Time, scenario: &Scenario) -> Self {
        let units = |resource: usize| {
            let own = scenario.resources.types.iter().filter(|of| of.index() == resource);
            own.count() as u64
        };
        let resource = |index: usize| ResourceStats {
            units: units(index),
            held: Level::new(from, to, 0),
            used_up: 0,
        };
        ClaimStats {
            resources: (0..scenario.resources.names.len()).map(resource).collect(),
            blocked: 0,
            cleared: 0,
            unavailable: 0,
            deadlocks: 0,
            conflicts: Default::default(),
            blocked_nanos: 0,
            aside_nanos: 0,
            aside: 0,
        }
    }

    pub(super) fn close(&mut self, at: Time) {
        self.resources.iter_mut().for_each(|resource| resource.held.close(at));
    }

    /// A claim; `counts`: within the window.
    pub(super) fn claim(&mut self, at: Time, scenario: &Scenario, what: Claimed, counts: bool) {
        let types = &scenario.resources.types;
        let counts = u64::from(counts);
        match what {
            Claimed::Held { unit, .. } => {
                self.resources[types[unit.index()].index()].held.add(at, 1);
            }
            Claimed::Released { unit, used_up } => {
                let resource = &mut self.resources[types[unit.index()].index()];
                resource.held.add(at, -1);
                resource.used_up += u64::from(used_up);
            }
            Claimed::Returned { unit } => {
                self.resources[types[unit.index()].index()].used_up -= 1;
            }
            Claimed::Blocked => self.blocked += counts,
            Claimed::Cleared { blocked, aside } => {
                self.cleared += counts;
                self.blocked_nanos += u128::from(counts * blocked.nanos());
                self.aside_nanos += u128::from(counts * aside.nanos());
                self.aside += counts * u64::from(aside > Span::ZERO);
            }
            Claimed::Unavailable { cause, .. } => {
                self.unavailable += counts * u64::from(cause != Cause::Conflict);
            }
            Claimed::Deadlocked => self.deadlocks += counts,
            Claimed::Booked { .. } => {}
        }
    }

    /// A conflict; `counts`: within the window.
    pub(super) fn conflict(&mut self, kind: Kind, what: What, counts: bool) {
        self.conflicts[kind.number()][what.number()] += u64::from(counts);
    }

    /// The numbers by name, for a scenario that has resources or conflicts.
    pub(super) fn metrics(&self, scenario: &Scenario, mut add: impl FnMut(String, f64)) {
        let any = !self.resources.is_empty();
        for (name, it) in scenario.resources.names.iter().zip(&self.resources) {
            let held = it.held.mean().unwrap_or(f64::NAN);
            add(format!("resource.{name}.held_mean"), held);
            add(format!("resource.{name}.utilisation"), held / it.units as f64);
            add(format!("resource.{name}.used_up"), it.used_up as f64);
        }
        if any {
            add(String::from("resources.blocked"), self.blocked as f64);
            add(String::from("resources.unavailable"), self.unavailable as f64);
            add(String::from("resources.deadlocks"), self.deadlocks as f64);
            let wait = mean_of(self.blocked_nanos, self.cleared);
            add(String::from("resources.wait_mean_s"), wait);
        }
        if any || scenario.conflicts.check.is_some() {
            for (kind, by_what) in Kind::NAMES.iter().zip(&self.conflicts) {
                add(format!("conflicts.{kind}"), by_what.iter().sum::<u64>() as f64);
            }
            for (place, what) in What::NAMES.iter().enumerate() {
                let count: u64 = self.conflicts.iter().map(|by_what| by_what[place]).sum();
                add(format!("conflicts.resolved_by_{what}"), count as f64);
            }
            add(String::from("conflicts.aside"), self.aside as f64);
            add(String::from("conflicts.aside_mean_s"), mean_of(self.aside_nanos, self.aside));
        }
    }
}
