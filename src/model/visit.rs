//! Visits with care: time limits, retries and hedges around the attempts of one step.
//!
//! Rule: a visit makes attempts until one succeeds or its retry policy ends. A time limit counts
//! from the start of an attempt, or from when it is ready; when it passes the attempt has failed
//! for its task, and its agent goes on with it as abandoned work unless it is cancellable (MODEL
//! section 3). A failed attempt is tried again after a back-off, if its cause, the number of
//! attempts and the queue's retry budget allow; a hedge sends a copy of a slow one, and the first
//! result counts (MODEL section 7). Invariants: at most one result of a visit counts; a visit ends
//! once; steps without care have no visit and pay nothing.

use super::claim::{self, State};
use super::event::{AttemptKey, ClaimKey, Event, TaskKey, VisitKey};
use super::fact::{Fact, Observer, Outcome, Trouble};
use super::table::Key;
use super::world::{Stage, World};
use crate::base::id::{AgentId, StepId};
use crate::base::random::{Draw, Purpose};
use crate::base::time::Span;
use crate::mechanism::breaker::Verdict;
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Care, Step, Timeout};

/// A task's stay at a step that takes care.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    pub task: TaskKey,
    pub step: StepId,
    /// How often the task has been at the step before.
    pub number: u16,
    /// Attempts made.
    tries: u8,
    failures: u8,
    hedges: u8,
    /// Attempts whose result counts.
    pub open: u8,
    back_off: Span,
    /// The failures after which it is in back-off; zero: it is not.
    pub resting: u8,
    /// Counted among its queue's retries.
    retrying: bool,
    /// The work that was recorded for it.
    recorded: Option<f64>,
    /// The work that is left of an attempt that was called off.
    pub left: Option<f64>,
    /// What it asks for before its attempts; null: nothing.
    pub claim: ClaimKey,
    /// The agent of the last failed attempt.
    pub failed_on: Option<AgentId>,
}

/// An attempt of a visit.
pub(super) struct Try {
    pub of: VisitKey,
    /// The number of the visit.
    pub visit: u16,
    /// How many attempts there were before.
    pub number: u8,
}

impl<'s, O: Observer> World<'s, O> {
    /// A task comes to a step that takes care.
    pub fn visit(&mut self, task: TaskKey, step: &'s Step, recorded: Option<f64>) {
        let visit = self.visits.insert(Visit {
            task,
            step: step.id,
            number: self.tasks[task].come_to(step),
            tries: 0,
            failures: 0,
            hedges: 0,
            open: 0,
            back_off: Span::ZERO,
            resting: 0,
            retrying: false,
            recorded,
            left: None,
            claim: ClaimKey::NULL,
            failed_on: None,
        });
        self.memory(task).visiting.push(visit);
        let queue = self.queue_of(step.id, task);
        let now = self.now;
        if let Some(budget) = &mut self.desks[queue.index()].budget {
            budget.request(now);
        }
        if step.asks() {
            return self.claim_visit(visit);
        }
        self.try_step(visit);
    }

    fn care(&self, step: StepId) -> &'s Care {
        self.step(step).care.as_deref().expect("a visit is of a step with care")
    }

    /// The next attempt of a visit.
    pub fn try_step(&mut self, key: VisitKey) {
        let visit = &mut self.visits[key];
        let number = visit.tries;
        visit.tries = visit.tries.saturating_add(1);
        visit.open += 1;
        let (task, step, hedges) = (visit.task, visit.step, visit.hedges);
        let recorded = visit.left.take().or(visit.recorded);
        let of = Try { of: key, visit: visit.number, number };
        let step = self.step(step);
        let attempt = self.new_attempt(task, step, Some(of), recorded);
        let care = self.care(step.id);
        let limit = care.timeout.filter(|timeout| timeout.from_ready);
        let copy = care.hedge.filter(|hedge| hedges < hedge.copies);
        if let Some(Timeout { after, .. }) = limit {
            self.schedule(self.now.saturating_add(after), Event::Timeout(attempt));
        }
        if let Some(hedge) = copy {
            self.schedule(self.now.saturating_add(hedge.after), Event::Hedge(key, hedges));
        }
        self.place(task, attempt, step);
    }

    /// The back-off of a visit is over.
    pub fn retry(&mut self, key: VisitKey, failures: u8) {
        let Some(visit) = self.visits.get_mut(key) else { return };
        if visit.resting != failures {
            return;
        }
        visit.resting = 0;
        let claim = visit.claim;
        match self.claims.table.get(claim).map(|claim| claim.state) {
            None | Some(State::Running) => self.try_step(key),
            Some(_) => self.go_on(claim),
        }
    }

    /// A visit has taken long: a copy of its attempt is sent.
    pub fn hedge(&mut self, key: VisitKey, copies: u8) {
        let Some(visit) = self.visits.get_mut(key) else { return };
        if visit.open == 0 || visit.hedges != copies {
            return;
        }
        visit.hedges += 1;
        let (task, step, attempt) = (visit.task, visit.step, visit.tries);
        self.trouble(task, step, Trouble::Hedged { attempt });
        self.try_step(key);
    }

    /// The time limit of an attempt that starts now.
    #[inline]
    pub fn limit_service(&mut self, key: AttemptKey, step: StepId, served: Span) {
        let limit = self.care(step).timeout.filter(|timeout| !timeout.from_ready);
        if let Some(Timeout { after, .. }) = limit {
            let left = if after > served { after - served } else { Span::ZERO };
            self.schedule(self.now.saturating_add(left), Event::Timeout(key));
        }
    }

    /// The time limit of an attempt that is back in line, if it counts from when it was ready.
    pub fn limit_stay(&mut self, key: AttemptKey, step: StepId, taken: Span) {
        let limit = self.care(step).timeout.filter(|timeout| timeout.from_ready);
        if let Some(Timeout { after, .. }) = limit {
            let left = if after > taken { after - taken } else { Span::ZERO };
            self.schedule(self.now.saturating_add(left), Event::Timeout(key));
        }
    }

    /// An attempt has taken too long.
    pub fn time_out(&mut self, key: AttemptKey) {
        let Some(attempt) = self.attempts.get(key) else { return };
        if attempt.of.is_null() {
            return;
        }
        let (visit, step, task) = (attempt.of, attempt.step, attempt.task);
        let serving = attempt.stage == Stage::Serving;
        let (agent, number) = (attempt.agent, attempt.number);
        let taken = self.now.since(attempt.since);
        let goes_on = !self.care(step).cancellable;
        self.leave_gate(key, self.queue_of(step, task), Some(true));
        self.trouble(task, step, Trouble::TimedOut { attempt: number, agent, goes_on });
        if let Some(agent) = agent.filter(|_| serving) {
            self.observe(agent, step, Verdict::Unreachable, taken, taken);
        }
        self.abandon(key, true);
        self.failed(visit, Cause::Timeout, agent);
    }

    /// Nobody waits for the result of an attempt any more: it ends if it can be cancelled. `told`:
    /// its agent's breaker has been told how it ended.
    pub fn abandon(&mut self, key: AttemptKey, told: bool) {
        let attempt = &self.attempts[key];
        let (task, step, stage) = (attempt.task, attempt.step, attempt.stage);
        self.disown(key, told);
        let cancellable = self.care(step).cancellable;
        match stage {
            Stage::Ready | Stage::Back | Stage::Waiting | Stage::Interrupted if cancellable => {
                self.withdraw(key);
            }
            Stage::Serving if cancellable => {
                self.stop(key);
            }
            Stage::Ready | Stage::Back | Stage::Waiting | Stage::Interrupted | Stage::Serving => {
                self.memory(task).abandoned += 1;
            }
        }
    }

    /// The result of an attempt no longer concerns its visit. `told`: as in `abandon`.
    pub fn disown(&mut self, key: AttemptKey, told: bool) {
        let attempt = &mut self.attempts[key];
        let (task, step, stage) = (attempt.task, attempt.step, attempt.stage);
        let agent = attempt.agent.filter(|_| stage == Stage::Serving && !told);
        attempt.of = VisitKey::NULL;
        self.forget_attempt(task, key);
        self.leave_gate(key, self.queue_of(step, task), None);
        if let Some(agent) = agent {
            self.tell_guard(agent, step, Verdict::Ignored, Span::ZERO);
        }
    }

    /// An attempt of a visit succeeded.
    pub fn succeeded(&mut self, key: VisitKey) {
        let Visit { step, task, .. } = self.visits[key];
        let queue = self.queue_of(step, task);
        let now = self.now;
        if let Some(budget) = &mut self.desks[queue.index()].budget {
            budget.result(now, true);
        }
        self.close(key, None);
    }

    /// An attempt of a visit failed.
    pub fn failed(&mut self, key: VisitKey, cause: Cause, agent: Option<AgentId>) {
        self.visits[key].open -= 1;
        self.fell_short(key, cause, agent);
    }

    /// An attempt of a visit failed, or could not be made: it is tried again, or the step has
    /// failed.
    pub fn fell_short(&mut self, key: VisitKey, cause: Cause, agent: Option<AgentId>) {
        let visit = &mut self.visits[key];
        visit.failures = visit.failures.saturating_add(1);
        visit.failed_on = agent;
        let (task, step) = (visit.task, visit.step);
        let queue = self.queue_of(step, task);
        let now = self.now;
        if let Some(budget) = &mut self.desks[queue.index()].budget {
            budget.result(now, false);
        }
        if self.visits[key].open > 0 {
            return;
        }
        if let Some(delay) = self.back_off(key, cause) {
            let attempt = self.visits[key].tries;
            self.trouble(task, step, Trouble::Retrying { attempt, cause, delay });
            let visit = &mut self.visits[key];
            visit.resting = visit.failures;
            let failures = visit.failures;
            self.schedule(self.now.saturating_add(delay), Event::Retry(key, failures));
        } else {
            self.close(key, Some(cause));
        }
    }

    /// How long until the next attempt; `None` if there is none.
    fn back_off(&mut self, key: VisitKey, cause: Cause) -> Option<Span> {
        let visit = &self.visits[key];
        let (step_id, task_key) = (visit.step, visit.task);
        let step = &self.scenario.steps[step_id.index()];
        let retry = self.care(step_id).retry.as_ref()?;
        let ending = self.tasks[task_key].ends();
        if ending || !retry.may(visit.failures.into(), cause) {
            return None;
        }
        let queue = self.queue_of(step_id, task_key);
        let desk = &mut self.desks[queue.index()];
        let active = desk.in_flight();
        if let Some(budget) = &mut desk.budget
            && !budget.retry(self.now, active, desk.retrying)
        {
            return None;
        }
        if !visit.retrying {
            desk.retrying += 1;
            self.visits[key].retrying = true;
        }
        let visit = &self.visits[key];
        let task = &self.tasks[task_key];
        let draw = Draw {
            task: task.key,
            step: step.key,
            visit: visit.number,
            attempt: visit.tries,
            purpose: Purpose::BackOff,
        };
        let luck = self.luck(task.workload);
        let delay = retry.delay(visit.failures.into(), visit.back_off, || luck.uniform(draw));
        self.visits[key].back_off = delay;
        Some(delay)
    }

    /// The visit's row goes; what it was counted in is told.
    fn remove_visit(&mut self, key: VisitKey, result: claim::Result) -> Visit {
        let visit = *self.visits.remove(key).expect("a visit ends once");
        if visit.retrying {
            let queue = self.queue_of(visit.step, visit.task);
            self.desks[queue.index()].retrying -= 1;
        }
        self.memory(visit.task).visiting.retain(|visiting| *visiting != key);
        if !visit.claim.is_null() {
            self.drop_claim(visit.claim, result);
        }
        visit
    }

    /// A visit is decided: its other attempts are abandoned and its task goes on.
    pub fn close(&mut self, key: VisitKey, failure: Option<Cause>) {
        let outcome = if failure.is_some() { Outcome::Failed } else { Outcome::Completed };
        let visit = self.remove_visit(key, Some((outcome, failure)));
        let (task, step) = (visit.task, visit.step);
        if let Some(cause) = failure {
            self.trouble(task, step, Trouble::Failed { attempts: visit.tries, cause });
        }
        if !self.memory(task).open.is_empty() {
            for attempt in self.attempts_of(key, task) {
                self.abandon(attempt, false);
            }
        }
        self.free_stopped();
        self.advance(task, self.step(step), visit.number, failure);
    }

    /// A visit is dropped with its attempts, because its task does not go on.
    pub fn drop_visit(&mut self, key: VisitKey, keeps_serving: bool) -> bool {
        let attempts = self.attempts_of(key, self.visits[key].task);
        let serving = |world: &Self, key: AttemptKey| world.attempts[key].stage == Stage::Serving;
        if keeps_serving && attempts.iter().any(|attempt| serving(self, *attempt)) {
            return false;
        }
        self.remove_visit(key, None);
        for attempt in attempts {
            if serving(self, attempt) {
                self.abandon(attempt, false);
            } else {
                self.withdraw(attempt);
            }
        }
        true
    }

    /// The attempts of a visit whose result counts: those that wait first, so that an agent that is
    /// freed by the end of one does not take another.
    pub fn attempts_of(&self, visit: VisitKey, task: TaskKey) -> Vec<AttemptKey> {
        let memory = self.tasks[task].memory.as_ref().expect("a task with visits remembers");
        let own = |attempt: &&AttemptKey| self.attempts[**attempt].of == visit;
        let mut attempts: Vec<AttemptKey> = memory.open.iter().filter(own).copied().collect();
        attempts.sort_by_key(|attempt| self.attempts[*attempt].stage == Stage::Serving);
        attempts
    }

    /// Tells of trouble.
    pub fn trouble(&mut self, task: TaskKey, step: StepId, trouble: Trouble) {
        let task = self.tasks[task].no;
        self.tell(Fact::Trouble { task, step, trouble });
    }
}
