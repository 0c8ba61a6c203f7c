//! Conflicts at run time: found when something starts and, for who waits, every so often.
//!
//! Rule: a step (or task) that is about to start meets those in progress about the same thing; the
//! declared pairs say who stands aside, ends or becomes part of the other. A claim that lacks a
//! resource of which a loser is declared meets the steps that hold it: it takes units from those
//! of lower priority, least first, then the last to start, if that is enough; otherwise it waits.
//! What a whole task holds is not taken from it. Reservations that overlap are shifted to the
//! earliest free start. Invariants: each conflict and what was done about it is told; two actions
//! that must not meet are never in progress together.

use super::claim::{Owner, Result, State};
use super::event::{ClaimKey, Event, VisitKey};
use super::fact::{Claimed, Fact, Observer};
use super::table::Key;
use super::world::{Stage, World};
use crate::base::id::ResourceId;
use crate::base::time::Span;
use crate::mechanism::conflict::detect::{Action, Conflict, Kind};
use crate::mechanism::conflict::resolve::{Resolution, What, resolve};
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::Holding;

/// Actions that are compared by their resources are about nothing in common.
const NEW: u64 = 1;
const HOLDER: u64 = 0;

impl<O: Observer> World<'_, O> {
    /// The claim meets no one in progress that it must not; otherwise it stands aside, has failed,
    /// or is part of another. From then on it is in progress.
    pub fn passes(&mut self, key: ClaimKey) -> bool {
        let claim = &self.claims.table[key];
        if !self.acts(key) || claim.acting.is_some() {
            return true;
        }
        let entity = self.entity(claim.task);
        let others = self.claims.acting.get(&entity).cloned().unwrap_or_default();
        let actions: Vec<Action<ClaimKey>> =
            others.iter().map(|other| self.action(*other, entity)).collect();
        let new = self.action(key, entity);
        let found = self.scenario.conflicts.rules.detect(self.now, &new, &actions);
        let own = self.claims.table[key].task;
        let another = |conflict: &&Conflict<ClaimKey>| {
            [conflict.earlier, conflict.later]
                .iter()
                .all(|party| party.task == key || self.claims.table[party.task].task != own)
        };
        let settled: Vec<(Kind, Resolution<ClaimKey>)> =
            found.iter().filter(another).map(|it| (it.kind, resolve(it))).collect();
        if let Some((kind, resolution)) = settled.iter().find(|(_, it)| it.loser.task == key) {
            self.lose(key, *kind, resolution);
            return false;
        }
        for (kind, resolution) in settled {
            let loser = resolution.loser.task;
            // Who is freed when one is called off may drop what is expired, and its task with it.
            if !self.claims.table.contains_key(loser) || !self.claims.table.contains_key(key) {
                continue;
            }
            self.tell_conflict(kind, key, loser, resolution.what);
            self.call_off(loser, true);
            self.stop_acting(loser, None);
            self.enter(loser, State::Aside(key));
        }
        let Some(claim) = self.claims.table.get_mut(key) else { return false };
        claim.acting = Some(self.now);
        self.claims.acting.entry(entity).or_default().push(key);
        true
    }

    /// Whether the claim is in a declared pair.
    fn acts(&self, key: ClaimKey) -> bool {
        let claim = &self.claims.table[key];
        match claim.step {
            Some(step) => self.scenario.steps[step.index()].acts,
            None => {
                let workload = &self.scenario.workloads[self.tasks[claim.task].workload.index()];
                self.scenario.workflows[workload.workflow.index()].acts
            }
        }
    }

    /// The claim as it is compared with others.
    fn action(&self, key: ClaimKey, entity: u64) -> Action<ClaimKey> {
        let claim = &self.claims.table[key];
        let task = &self.tasks[claim.task];
        let conflicts = &self.scenario.conflicts;
        let workflow = self.scenario.workloads[task.workload.index()].workflow;
        let own = conflicts.workflow(workflow);
        Action {
            task: key,
            name: claim.step.map_or(own, |step| conflicts.step(step)),
            entity,
            resources: Vec::new(),
            interval: None,
            priority: self.scenario.classes[task.class.index()].priority,
            since: claim.acting.unwrap_or(self.now),
        }
    }

    /// A claim that has not started loses a logical conflict.
    fn lose(&mut self, key: ClaimKey, kind: Kind, resolution: &Resolution<ClaimKey>) {
        let winner = resolution.winner.task;
        self.tell_conflict(kind, winner, key, resolution.what);
        match resolution.what {
            What::Cancel => self.fail_claim(key, Cause::Conflict),
            What::Merge => self.enter(key, State::Merged(winner)),
            What::Wait | What::Requeue | What::Preempt | What::Shift(_) => {
                self.enter(key, State::Aside(winner));
            }
        }
    }

    /// The claim is no longer in progress: who stood aside for it goes on, who is part of it hears
    /// how it ended.
    pub fn stop_acting(&mut self, key: ClaimKey, result: Result) {
        let claim = &mut self.claims.table[key];
        if claim.acting.take().is_none() {
            return;
        }
        let entity = self.entity(self.claims.table[key].task);
        if let Some(acting) = self.claims.acting.get_mut(&entity) {
            acting.retain(|other| *other != key);
            if acting.is_empty() {
                self.claims.acting.remove(&entity);
            }
        }
        for other in self.claims.apart.clone() {
            let state = match (self.claims.table[other].state, result) {
                (State::Merged(winner), Some((outcome, cause))) if winner == key => {
                    State::Told(outcome, cause)
                }
                (State::Merged(winner) | State::Aside(winner), _) if winner == key => State::Fresh,
                _ => continue,
            };
            self.enter(other, state);
            self.wake(other, self.now);
        }
    }

    /// A claim in line takes what it lacks from those who lose it by declaration. Gives whether
    /// there was such a conflict; if it loses, that is told to a `newcomer` only.
    pub fn contend(&mut self, key: ClaimKey, newcomer: bool) -> bool {
        let losers = &self.scenario.conflicts.rules.losers;
        let Some(holding) = self.holding(key).filter(|_| !losers.is_empty()) else { return false };
        let wanted = |resource: &&ResourceId| losers.contains_key(&resource.0);
        let lacks: Vec<u32> = holding.alone.iter().filter(wanted).map(|it| it.0).collect();
        let holders = self.holders(key, &lacks);
        let new = Action { resources: lacks, ..self.action(key, NEW) };
        let found = self.scenario.conflicts.rules.detect(self.now, &new, &holders);
        let Some(first) = found.first() else { return false };
        let takeable = self.takeable(key, &found);
        if let Some(taken) = self.enough(key, takeable) {
            self.take_from(key, &taken);
        } else if newcomer {
            let resolution = resolve(first);
            let (holder, what) = match resolution.winner.task == key {
                true => (resolution.loser.task, What::Wait),
                false => (resolution.winner.task, resolution.what),
            };
            self.tell_conflict(first.kind, holder, key, what);
        }
        true
    }

    /// Who holds units of these types alone, other tasks only.
    fn holders(&self, key: ClaimKey, resources: &[u32]) -> Vec<Action<ClaimKey>> {
        let own = self.claims.table[key].task;
        let mut holders: Vec<Action<ClaimKey>> = Vec::new();
        let mut resources: Vec<ResourceId> = resources.iter().copied().map(ResourceId).collect();
        resources.sort_unstable();
        let units = |resource| self.scenario.resources.units_of(resource);
        let units = |resource| units(resource).map(move |unit| (resource, unit));
        for (resource, unit) in resources.into_iter().flat_map(units) {
            for owner in self.claims.ledger.holders(unit) {
                if owner == Owner::default() || owner.task == own {
                    continue;
                }
                let claim = self.claim_of(owner);
                let alone = |it: &Holding| it.alone.contains(&resource);
                if !self.holding(claim).is_some_and(alone) {
                    continue;
                }
                match holders.iter_mut().find(|holder| holder.task == claim) {
                    Some(holder) => holder.resources.push(resource.0),
                    None => holders.push(Action {
                        resources: vec![resource.0],
                        since: self.claims.table[claim].since(),
                        ..self.action(claim, HOLDER)
                    }),
                }
            }
        }
        holders
    }

    /// The conflicts in which a step in progress loses to the claim, the least first.
    fn takeable(
        &self,
        key: ClaimKey,
        found: &[Conflict<ClaimKey>],
    ) -> Vec<(Kind, Resolution<ClaimKey>)> {
        let mut all: Vec<(Kind, Resolution<ClaimKey>)> = Vec::new();
        for conflict in found {
            let resolution = resolve(conflict);
            let loser = resolution.loser.task;
            let taken = matches!(resolution.what, What::Requeue | What::Preempt);
            let claim = &self.claims.table[loser];
            let step = !claim.visit.is_null() && claim.holds;
            let known = all.iter().any(|(_, it)| it.loser.task == loser);
            if resolution.winner.task == key && taken && step && !known {
                all.push((conflict.kind, resolution));
            }
        }
        let rank = |(_, it): &(Kind, Resolution<ClaimKey>)| {
            let since = self.claims.table[it.loser.task].since();
            (it.loser.priority, std::cmp::Reverse(since))
        };
        all.sort_by_key(rank);
        all
    }

    /// As many of them as are needed for the claim to have its units; `None`: all are not enough.
    fn enough(
        &self,
        key: ClaimKey,
        mut all: Vec<(Kind, Resolution<ClaimKey>)>,
    ) -> Option<Vec<(Kind, Resolution<ClaimKey>)>> {
        if all.is_empty() {
            return None;
        }
        let mut trial = self.claims.ledger.clone();
        let own = self.owner(key);
        let needed = all.iter().position(|(_, it)| {
            trial.release(self.owner(it.loser.task));
            !trial.waits(own)
        });
        all.truncate(needed? + 1);
        Some(all)
    }

    /// The losers are called off and give up their units; then they stand in line again.
    fn take_from(&mut self, key: ClaimKey, losers: &[(Kind, Resolution<ClaimKey>)]) {
        let mut taken = Vec::new();
        for (kind, resolution) in losers {
            let loser = resolution.loser.task;
            if !self.claims.table.contains_key(loser) || !self.claims.table.contains_key(key) {
                continue;
            }
            self.tell_conflict(*kind, key, loser, resolution.what);
            self.call_off(loser, resolution.what == What::Preempt);
            taken.push(loser);
            self.stop_acting(loser, None);
            self.enter(loser, State::Fresh);
            self.give_up_units(loser, false);
        }
        for loser in taken {
            if !self.claims.table.contains_key(loser) {
                continue;
            }
            if self.ask(loser) {
                self.wake(loser, self.now);
            } else {
                self.tell_claim(loser, Claimed::Blocked);
                let timeout = self.holding(loser).and_then(|holding| holding.timeout);
                if let Some(timeout) = timeout {
                    self.wake(loser, self.now.saturating_add(timeout));
                }
            }
        }
        self.break_deadlocks();
    }

    /// When the claims in line are checked for conflicts next, if anything can still happen.
    pub fn schedule_check(&mut self) {
        let conflicts = &self.scenario.conflicts;
        if let Some(check) = conflicts.check.filter(|_| !conflicts.rules.losers.is_empty()) {
            self.schedule(self.now.saturating_add(check), Event::Check);
        }
    }

    /// All that stand in line are checked.
    pub fn check_conflicts(&mut self) {
        let line: Vec<Owner> = self.claims.ledger.line().collect();
        for owner in line {
            if self.claims.ledger.waits(owner) {
                self.contend(self.claim_of(owner), false);
            }
        }
        // With nothing else to come nobody will ever take or release anything.
        if !self.events.is_empty() {
            self.schedule_check();
        }
    }

    /// The attempts of the claim's visit end without a result; `keeps`: its next one goes on with
    /// the work that is left.
    fn call_off(&mut self, key: ClaimKey, keeps: bool) {
        let (task, visit) = (self.claims.table[key].task, self.claims.table[key].visit);
        let mut left = None;
        for attempt in self.attempts_of(visit, task) {
            if keeps {
                left = Some(self.work_left(attempt));
            }
            let waits = self.attempts[attempt].stage != Stage::Serving;
            self.disown(attempt, false);
            if waits {
                self.withdraw(attempt);
            } else {
                self.stop(attempt);
            }
        }
        self.call_to_rest(visit, left);
    }

    /// A reservation has been shifted.
    pub fn tell_shift(&mut self, key: ClaimKey, other: Owner, resource: ResourceId, by: Span) {
        let kind = Kind::Timing { resource: resource.0, by };
        self.tell_conflict(kind, self.claim_of(other), key, What::Shift(by));
    }

    fn tell_conflict(&mut self, kind: Kind, winner: ClaimKey, loser: ClaimKey, what: What) {
        let no = |key: ClaimKey| self.tasks[self.claims.table[key].task].no;
        let (winner, step) = (no(winner), self.claims.table[loser].step);
        let loser = no(loser);
        self.tell(Fact::Conflicted { kind, winner, loser, step, what });
    }

    /// A visit that is called off has no attempt and no back-off.
    fn call_to_rest(&mut self, key: VisitKey, left: Option<f64>) {
        let visit = &mut self.visits[key];
        visit.open = 0;
        visit.resting = 0;
        visit.left = left;
    }
}
