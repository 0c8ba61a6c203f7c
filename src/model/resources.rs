//! Resources at run time: claims take their units from the ledger, wait for them, give them back.
//!
//! Rule: a claim that cannot have its units fails ("required resource not available") or waits in
//! line by the priority of its class, then by arrival, at most as long as it says. Waiters that
//! wait for one another are found at every wait and every release; the victim's claim fails with
//! the cause `deadlock`. Units used up by what is done stay with nobody until a step of the task
//! returns them (MODEL section 10). Patience does not run while a claim waits. Invariants: what is
//! held is released exactly once; nobody waits who fits.

use super::claim::{Owner, State};
use super::event::{ClaimKey, TaskKey};
use super::fact::{Claimed, Fact, Observer};
use super::world::World;
use crate::base::id::{ResourceId, StepId};
use crate::mechanism::reservation::UnitId;
use crate::mechanism::reservation::ledger::{Answer, Grant};
use crate::mechanism::retry::Cause;

impl<O: Observer> World<'_, O> {
    /// The claim takes its units; otherwise it waits, or has failed.
    pub fn takes(&mut self, key: ClaimKey) -> bool {
        let Some(holding) = self.holding(key).filter(|_| !self.claims.table[key].holds) else {
            return true;
        };
        if self.ask(key) {
            return true;
        }
        // A declared conflict may have settled it: who loses waits.
        let settled = self.contend(key, true);
        if self.claims.table.get(key).is_none_or(|claim| claim.state != State::Waiting) {
            return false;
        }
        if !holding.waits && !settled {
            let grants = self.claims.ledger.withdraw(self.owner(key));
            self.serve(grants);
            self.fail_claim(key, Cause::NoResource);
            return false;
        }
        self.tell_claim(key, Claimed::Blocked);
        if let Some(timeout) = holding.timeout {
            self.wake(key, self.now.saturating_add(timeout));
        }
        self.break_deadlocks();
        false
    }

    /// Asks the ledger: the claim holds its units, or stands in line from now on.
    pub fn ask(&mut self, key: ClaimKey) -> bool {
        let holding = self.holding(key).expect("only a claim on units asks");
        let class = self.tasks[self.claims.table[key].task].class;
        let priority = self.scenario.classes[class.index()].priority;
        match self.claims.ledger.ask(self.owner(key), &holding.request, priority) {
            Answer::Granted(units) => {
                self.receive(key, &units);
                true
            }
            Answer::Waiting | Answer::Deadlock { .. } => {
                self.enter(key, State::Waiting);
                false
            }
            Answer::Refused => unreachable!("a request that can never be met is not loaded"),
        }
    }

    fn receive(&mut self, key: ClaimKey, units: &[UnitId]) {
        self.claims.table[key].holds = true;
        let alone = &self.holding(key).expect("only a claim on units receives").alone;
        for unit in units {
            let shared = !alone.contains(&self.scenario.resources.types[unit.index()]);
            self.tell_claim(key, Claimed::Held { unit: *unit, shared });
        }
    }

    /// Waiters that were granted what they waited for go on, in the order of the line.
    pub fn serve(&mut self, grants: Vec<Grant<Owner>>) {
        for Grant { who, units } in grants {
            let key = self.claim_of(who);
            self.enter(key, State::Fresh);
            self.receive(key, &units);
            self.wake(key, self.now);
        }
    }

    /// The claim's units are released; those that it uses up, if what it was held for is done, stay
    /// used up.
    pub fn give_up_units(&mut self, key: ClaimKey, done: bool) {
        if !std::mem::take(&mut self.claims.table[key].holds) {
            return;
        }
        let (owner, task) = (self.owner(key), self.claims.table[key].task);
        let holding = self.holding(key).expect("only a claim on units holds");
        let types = &self.scenario.resources.types;
        let units = self.claims.ledger.holds(owner).to_vec();
        let uses_up = |unit: &UnitId| done && holding.consumes.contains(&types[unit.index()]);
        let used: Vec<UnitId> = units.iter().copied().filter(uses_up).collect();
        for unit in &units {
            self.tell_claim(key, Claimed::Released { unit: *unit, used_up: uses_up(unit) });
        }
        self.claims.ledger.hand_over(owner, &used, Owner::default());
        if used.len() < units.len() {
            let grants = self.claims.ledger.release(owner);
            self.serve(grants);
        }
        self.memory(task).used.extend(used);
    }

    /// What the task has used up of these types is there again.
    pub fn return_units(&mut self, task: TaskKey, step: StepId, types: &[ResourceId]) {
        let of = &self.scenario.resources.types;
        let mut used = std::mem::take(&mut self.memory(task).used);
        let (back, kept) = used.drain(..).partition(|unit| types.contains(&of[unit.index()]));
        let back: Vec<UnitId> = back;
        self.memory(task).used = kept;
        let no = self.tasks[task].no;
        for unit in &back {
            let what = Claimed::Returned { unit: *unit };
            self.tell(Fact::Claim { task: no, step: Some(step), what });
        }
        let grants = self.claims.ledger.give_back(Owner::default(), &back);
        self.serve(grants);
        self.break_deadlocks();
    }

    /// Of waiters that wait for one another one gives way, until all can go on.
    pub fn break_deadlocks(&mut self) {
        while let Some(victim) = self.claims.ledger.deadlock() {
            let key = self.claim_of(victim);
            let grants = self.claims.ledger.withdraw(victim);
            self.enter(key, State::Doomed(Cause::Deadlock));
            self.tell_claim(key, Claimed::Deadlocked);
            self.wake(key, self.now);
            self.serve(grants);
        }
    }
}
