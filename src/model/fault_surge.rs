//! Surges: copies of a workload's arrival process, whose tasks come while the fault is on.
//!
//! Rule: each copy goes its own way from the start of the run, on or not, so that what comes of it
//! does not depend on when it is looked at; its arrivals up to the begin go by. Its tasks have keys
//! of their own, from the name of the fault and the number of the copy, and no other task's draws
//! change. Invariants: at most one arrival of a copy is scheduled and means anything; keys are
//! unique within a workload.

use super::event::Event;
use super::fact::Observer;
use super::world::World;
use crate::base::id::{FaultId, WorkloadId};
use crate::base::random::{Purpose, Root, Stream, stable_hash};
use crate::base::time::Time;
use crate::mechanism::arrivals::{Arrival, Arrivals};
use crate::mechanism::fault::Spec;
use crate::scenario::meaning::{Scenario, Target};

/// So many tasks of one copy have keys of their own.
const KEYS: u32 = 40;

/// A copy of an arrival process.
pub(super) struct Extra {
    fault: FaultId,
    workload: WorkloadId,
    process: Box<dyn Arrivals>,
    /// The share of its arrivals that come, and what decides.
    share: f64,
    thinning: Stream,
    pending: Option<Arrival>,
    /// Whether the pending arrival is scheduled.
    scheduled: bool,
    /// Counted up when it ends, so that what was scheduled is void.
    turn: u32,
    /// The key of its next task.
    key: u64,
}

impl Extra {
    /// The copies of all surges.
    pub fn of_all(scenario: &Scenario, root: &Root) -> Vec<Self> {
        let mut all: Vec<Extra> = Vec::new();
        for (index, fault) in scenario.faults.iter().enumerate() {
            let (Spec::Surge(spec), Target::Workload(workload)) = (&fault.kind, &fault.target)
            else {
                continue;
            };
            let load = &scenario.workloads[workload.index()];
            for (number, share) in spec.copies().into_iter().enumerate() {
                let name = format!("{}.{}.{}", load.name, fault.name, number + 1);
                let process = load.arrivals.build(root, &name);
                let taken: Vec<u64> = all.iter().map(|extra| extra.key).collect();
                all.push(Extra {
                    fault: FaultId::new(index),
                    workload: *workload,
                    process: process.expect("a surge is of an open workload"),
                    share,
                    thinning: root.stream(&name, Purpose::Fault),
                    pending: None,
                    scheduled: false,
                    turn: 0,
                    key: first_key(&name, &taken),
                });
            }
        }
        all
    }

    /// The pending arrival is the next that comes and is before the horizon; up to `gone` they go
    /// by.
    fn advance(&mut self, gone: Option<Time>, horizon: Time) {
        while self.pending.is_none_or(|arrival| Some(arrival.at) <= gone) {
            let Some(arrival) = self.process.next() else {
                self.pending = None;
                return;
            };
            let comes = self.share >= 1.0 || self.thinning.uniform() < self.share;
            self.pending = Some(arrival).filter(|_| comes);
            if arrival.at >= horizon {
                self.pending = None;
                return;
            }
        }
    }
}

/// The first key of the tasks of a copy: above those of the workload itself, by a hash of the name,
/// or the next that is free.
fn first_key(name: &str, taken: &[u64]) -> u64 {
    let mut number = stable_hash(name) >> (KEYS + 1);
    let key = |number: u64| 1 << 63 | number << KEYS;
    while taken.contains(&key(number)) {
        number = (number + 1) % (1 << (63 - KEYS));
    }
    key(number)
}

impl<O: Observer> World<'_, O> {
    /// A surge begins or ends.
    pub fn surge(&mut self, id: FaultId, on: bool) {
        for index in 0..self.faults.extras.len() {
            let extra = &mut self.faults.extras[index];
            if extra.fault != id {
                continue;
            }
            if on {
                self.schedule_more(index, Some(self.now));
            } else {
                extra.turn += 1;
                self.coming -= u64::from(std::mem::take(&mut extra.scheduled));
            }
        }
    }

    fn schedule_more(&mut self, index: usize, gone: Option<Time>) {
        let horizon = self.scenario.horizon;
        let extra = &mut self.faults.extras[index];
        extra.advance(gone, horizon);
        let (workload, turn, pending) = (extra.workload, extra.turn, extra.pending);
        let Some(arrival) = pending.filter(|_| !self.sources[workload.index()].has_sent_all())
        else {
            return;
        };
        self.faults.extras[index].scheduled = true;
        self.coming += 1;
        self.schedule(arrival.at, Event::Surge(index as u32, turn));
    }

    /// The tasks of a surge come, if it is still on.
    pub fn come_more(&mut self, index: u32, turn: u32) {
        let index = index as usize;
        let extra = &mut self.faults.extras[index];
        if extra.turn != turn {
            return;
        }
        extra.scheduled = false;
        self.coming -= 1;
        let workload = extra.workload;
        let arrival = extra.pending.take().expect("an arrival was scheduled");
        for _ in 0..arrival.size() {
            if self.sources[workload.index()].has_sent_all() {
                break;
            }
            let extra = &mut self.faults.extras[index];
            let key = extra.key;
            extra.key += 1;
            self.enter_system(workload, key, arrival.row());
        }
        self.schedule_more(index, None);
    }
}
