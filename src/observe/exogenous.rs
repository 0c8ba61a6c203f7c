//! A digest of what comes from outside: the arrivals, classes and patience of all tasks and the
//! work of their first steps, where these begin at once.
//!
//! On common random numbers these must be the same for every policy. The digest is a sum of one
//! hash per task and first step, so it does not depend on the order of facts at one time. Closed
//! workloads answer the system and are left out. Invariant: equal digests for scenarios that differ
//! only in how tasks are served; a sweep asserts it.

use crate::base::time::Time;
use crate::mechanism::arrivals::Spec;
use crate::model::fact::{Fact, Observer};
use crate::scenario::meaning::Scenario;

/// The digest so far.
pub struct Exogenous<'s> {
    scenario: &'s Scenario,
    /// The workload and key of the task that has just arrived.
    newest: (u64, u64, u64),
    sum: u64,
}

impl<'s> Exogenous<'s> {
    /// The digest of a run of this scenario.
    pub fn new(scenario: &'s Scenario) -> Self {
        Exogenous { scenario, newest: (u64::MAX, 0, 0), sum: 0 }
    }

    /// The digest.
    pub fn digest(&self) -> u64 {
        self.sum
    }

    fn add(&mut self, words: [u64; 5]) {
        // SplitMix64's finaliser over a running word (Steele et al., 2014).
        let hash = words.iter().fold(0x9E37_79B9_7F4A_7C15u64, |state, word| {
            let mut z = (state ^ word).wrapping_add(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        });
        self.sum = self.sum.wrapping_add(hash);
    }
}

impl Observer for Exogenous<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Arrived { task, workload, key, class, patience } => {
                self.newest = (u64::MAX, 0, 0);
                let load = &self.scenario.workloads[workload.index()];
                if !matches!(load.arrivals, Spec::Closed(_)) {
                    self.newest = (task.0, u64::from(workload.0), key);
                    let patience = patience.map_or(u64::MAX, |patience| patience.nanos());
                    let class = u64::from(class.0) << 32 | u64::from(workload.0);
                    self.add([at.nanos(), key, class, patience, 0]);
                }
            }
            // The first steps of a task are made ready at its arrival, before any other task
            // arrives.
            Fact::Readied { task, step, visit: 0, attempt: 0, work } if task.0 == self.newest.0 => {
                let workflow = &self.scenario.workflows
                    [self.scenario.workloads[self.newest.1 as usize].workflow.index()];
                // What waits for resources, or for other actions, is made ready when they let it.
                let at_once = !workflow.asks() && !self.scenario.steps[step.index()].asks();
                if at_once && workflow.first.contains(&step) {
                    self.add([self.newest.1, self.newest.2, u64::from(step.0), work.to_bits(), 1]);
                }
            }
            Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Started { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
            | Fact::WrappedUp { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::CameOn { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::WentOff { .. }
            | Fact::Left(_)
            | Fact::Ended { .. } => {}
        }
    }
}
