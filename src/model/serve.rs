//! Service: attempts start, are interrupted and finish; slots wrap up.
//!
//! Rule: service time = work / speed for agents with slots of their own; shared agents divide their
//! rate (`sharing`). At a finish the agent first takes the next from its line and then the finished
//! task goes on, so that nobody who waits is overtaken by what a finish makes ready. An attempt
//! succeeds when its keyed uniform is below the pool's chance for the step. Invariant: `held` =
//! attempts in service + slots wrapping up.

use super::count;
use super::desk::Spot;
use super::event::{AttemptKey, Event, TaskKey, VisitKey};
use super::fact::{Fact, Observer};
use super::fault_service::Doom;
use super::line::Place;
use super::table::Key;
use super::world::{Attempt, Stage, World};
use crate::base::id::{AgentId, PoolId};
use crate::base::random::{Draw, Purpose};
use crate::base::time::Span;
use crate::mechanism::breaker::Verdict;
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::Step;

impl<O: Observer> World<'_, O> {
    /// An attempt starts on an agent, from the line (`queued`) or as it came.
    #[inline(always)]
    pub fn start(&mut self, place: Place, agent: AgentId, queued: bool) {
        if self.agents[agent.index()].special {
            self.start_specially(place, agent, queued);
        } else {
            self.begin_service(place, agent, queued);
        }
    }

    /// The same on an agent behind a breaker, or with a conduct of its own.
    #[inline(never)]
    fn start_specially(&mut self, place: Place, agent: AgentId, queued: bool) {
        if self.accepts(place.attempt, agent, queued) {
            self.begin_service(place, agent, queued);
        }
    }

    #[inline(always)]
    fn begin_service(&mut self, place: Place, agent_id: AgentId, queued: bool) {
        let key = place.attempt;
        let agent = &mut self.agents[agent_id.index()];
        agent.held += 1;
        debug_assert!(agent.held <= agent.slots, "an agent holds at most its slots");
        let (queue, speed, plain) = (agent.queue, agent.speed, agent.plain);
        if !plain && let Some(serving) = &mut agent.serving {
            serving.push(place);
        }
        let desk = &mut self.desks[queue.index()];
        desk.serving += 1;
        agent.update_idle(desk, &mut self.idle);
        let attempt = &mut self.attempts[key];
        let waited = self.now.since(attempt.since);
        let resumed = attempt.stage == Stage::Interrupted;
        count::begun(self.now, desk, agent, queued, (!resumed).then_some(waited));
        attempt.stage = Stage::Serving;
        attempt.agent = Some(agent_id);
        attempt.since = self.now;
        attempt.waited += waited;
        let (step_id, work, cared_for) = (attempt.step, attempt.work, !attempt.of.is_null());
        let task = &mut self.tasks[attempt.task];
        task.waited += waited;
        task.attempts = task.attempts.saturating_add(u16::from(!resumed));
        let no = task.no;
        self.count_wait(agent_id, (!resumed).then_some(waited));
        self.tell(Fact::Started {
            task: no,
            step: step_id,
            queue,
            agent: agent_id,
            waited,
            queued,
            resumed,
        });
        if plain && !cared_for {
            let at = self.now.saturating_add(Span::from_seconds(work / speed));
            self.schedule(at, Event::Finish(key));
        } else {
            self.serve_specially(place, agent_id);
        }
    }

    /// An attempt that has been started is in service, where its agent or its visit has further
    /// rules.
    #[inline(never)]
    fn serve_specially(&mut self, place: Place, agent_id: AgentId) {
        let key = place.attempt;
        let Attempt { step: step_id, work, served, of, .. } = self.attempts[key];
        let agent = &self.agents[agent_id.index()];
        let (special, shared, speed) = (agent.special, agent.sharing.is_some(), agent.speed);
        let factor = if special { self.take_up(place, agent_id, step_id) } else { 1.0 };
        if special && self.is_affected(agent_id) {
            self.serve_under_faults(key, agent_id, work, factor);
        } else if shared {
            self.join_shared(agent_id, key, work / factor);
        } else {
            let at = self.now.saturating_add(Span::from_seconds(work / (speed * factor)));
            self.schedule(at, Event::Finish(key));
        }
        if !of.is_null() {
            self.limit_service(key, step_id, served);
        } else if special && self.is_abandoned(&self.attempts[key]) {
            // Nobody will tell the breaker how it ends.
            self.tell_guard(agent_id, step_id, Verdict::Ignored, Span::ZERO);
        }
    }

    /// An attempt that has been taken off its line will not be served.
    pub fn tell_withdrawn(&mut self, key: AttemptKey) {
        let attempt = &self.attempts[key];
        let (task, step) = (attempt.task, attempt.step);
        let waited = self.now.since(attempt.since);
        let queue = self.queue_of(step, task);
        self.tasks[task].waited += waited;
        let task = self.tasks[task].no;
        self.count_out(queue);
        self.tell(Fact::Withdrawn { task, step, queue, waited });
    }

    /// An attempt in service is ended without a result.
    pub fn stop(&mut self, key: AttemptKey) -> Attempt {
        let left = self.work_left(key);
        let attempt = *self.attempts.remove(key).expect("an attempt in service is stopped");
        let agent_id = attempt.agent.expect("an attempt in service is on an agent");
        let (now, work) = (self.now, attempt.work - left);
        self.put_down(key, agent_id, false);
        self.leave_shared(key, agent_id);
        let served = attempt.served + now.since(attempt.since);
        let queue = self.agents[agent_id.index()].queue;
        self.desks[queue.index()].serving -= 1;
        let task = self.tasks[attempt.task].no;
        self.tell(Fact::Stopped { task, step: attempt.step, agent: agent_id, served, work });
        if self.taking_may_end(agent_id) {
            // Other attempts of the same task may be about to be stopped.
            self.freed.push(agent_id);
        } else {
            self.free(agent_id);
        }
        attempt
    }

    /// An attempt in service is interrupted: it goes back in line with the work that is left, at
    /// the place that is given back, under a new key, so that its finish and its patience are void.
    /// The caller lets it join the line.
    pub fn interrupt(&mut self, victim: Place, agent_id: AgentId) -> Place {
        let left = self.work_left(victim.attempt);
        self.leave_shared(victim.attempt, agent_id);
        self.put_down(victim.attempt, agent_id, false);
        self.agents[agent_id.index()].held -= 1;
        let mut attempt =
            *self.attempts.remove(victim.attempt).expect("who is interrupted is in service");
        let served = self.now.since(attempt.since);
        attempt.served += served;
        let work = attempt.work - left;
        attempt.work = left;
        attempt.stage = Stage::Interrupted;
        attempt.agent = None;
        attempt.since = self.now;
        let (task, step, cared_for) = (attempt.task, attempt.step, !attempt.of.is_null());
        let taken = attempt.waited + attempt.served;
        let unwatched = self.is_abandoned(&attempt);
        let key = self.attempts.insert(attempt);
        let Spot { queue, .. } = self.spot(step, task);
        self.desks[queue.index()].serving -= 1;
        self.count_back(queue);
        if !unwatched && self.agents[agent_id.index()].guarded {
            // It is admitted anew when it goes on.
            self.tell_guard(agent_id, step, Verdict::Ignored, Span::ZERO);
        }
        // What its task does not wait for it does not wait for after an interruption either.
        if let Some(memory) = &mut self.tasks[task].memory
            && let Some(place) = memory.open.iter().position(|open| *open == victim.attempt)
        {
            memory.open.remove(place);
            memory.open.push(key);
        }
        if let Some(entered) = self.entered.remove(&victim.attempt) {
            self.entered.insert(key, entered);
        }
        if cared_for {
            self.limit_stay(key, step, taken);
        }
        let task = self.tasks[task].no;
        self.tell(Fact::Preempted { task, step, queue, agent: agent_id, served, work });
        Place { attempt: key, ..victim }
    }

    /// The work that an attempt still needs.
    pub fn work_left(&self, key: AttemptKey) -> f64 {
        let attempt = &self.attempts[key];
        let agent = attempt.agent.filter(|_| attempt.stage == Stage::Serving);
        let Some(agent_id) = agent else { return attempt.work };
        if let Some(left) = self.left_under_faults(key, agent_id) {
            return left;
        }
        let agent = &self.agents[agent_id.index()];
        let factor = agent.conduct.as_ref().map_or(1.0, |conduct| conduct.factor(key));
        match &agent.sharing {
            Some(sharing) => {
                sharing.left(self.now, self.pace(agent_id, sharing.held()), key) * factor
            }
            None => {
                let done = self.now.since(attempt.since).seconds() * (agent.speed * factor);
                (attempt.work - done).max(0.0)
            }
        }
    }

    /// An attempt on an agent with slots of its own has had its service.
    #[inline(always)]
    pub fn finish(&mut self, key: AttemptKey) {
        if let Some(&mut attempt) = self.attempts.remove(key) {
            let agent = attempt.agent.expect("an attempt in service is on an agent");
            self.done(key, attempt, agent);
        }
    }

    /// What follows the end of an attempt that has left its agent.
    #[inline(always)]
    pub fn done(&mut self, key: AttemptKey, attempt: Attempt, agent_id: AgentId) {
        let served = attempt.served + self.now.since(attempt.since);
        let scenario = self.scenario;
        let step = &scenario.steps[attempt.step.index()];
        let agent = &mut self.agents[agent_id.index()];
        let doom = agent.put_down(key, self.now, true);
        let (watched, counted, wraps_up) = (agent.watched, agent.counts.is_some(), agent.wraps_up);
        let (pool_id, queue) = (agent.pool, agent.queue);
        let desk = &mut self.desks[queue.index()];
        desk.serving -= 1;
        let gated = desk.admission.is_some();
        let abandoned = attempt.of.is_null() && step.care.is_some();
        let task = &mut self.tasks[attempt.task];
        if !task.left && !abandoned {
            task.served += served;
        }
        if let Some(memory) = &mut task.memory {
            memory.open.retain(|open| *open != key);
            memory.last_agent = Some(agent_id);
        }
        let no = task.no;
        let chance = chance(step, pool_id);
        let success = doom == Doom::None
            && (chance >= 1.0 || self.draw(&attempt, step, Purpose::Outcome) < chance);
        let failure = doom.cause(success);
        let wrap_up = if wraps_up { Some(self.wrap_up(&attempt, step, pool_id)) } else { None };
        if (watched || counted) && !abandoned {
            let verdict = verdict(failure);
            let has_line = self.agents[agent_id.index()].line.is_some();
            // What the orchestrator sees: from handing over to the result.
            let response = if has_line { served + attempt.waited } else { served };
            self.observe(agent_id, attempt.step, verdict, served, response);
        }
        if gated {
            self.leave_gate(key, queue, success.then_some(false));
        }
        self.tell(Fact::Finished {
            task: no,
            step: attempt.step,
            agent: agent_id,
            served,
            waited: attempt.waited,
            success,
            abandoned,
            work: attempt.work,
        });
        match wrap_up {
            Some(wrap_up) => {
                self.schedule(self.now.saturating_add(wrap_up), Event::Ready(agent_id));
            }
            None if !abandoned && !attempt.of.is_null() && self.taking_may_end(agent_id) => {
                let at = (attempt.task, step, attempt.visit);
                return self.free_and_hear(agent_id, at, attempt.of, failure);
            }
            None => self.free(agent_id),
        }
        self.hear(&attempt, step, agent_id, failure, abandoned);
    }

    /// How long the slot of an attempt on an agent of this pool wraps up.
    #[inline(always)]
    fn wrap_up(&self, attempt: &Attempt, step: &Step, pool: PoolId) -> Span {
        let Some(dist) = &self.scenario.pools[pool.index()].wrap_up else { return Span::ZERO };
        Span::from_seconds(dist.quantile(self.draw(attempt, step, Purpose::WrapUp)))
    }

    /// A uniform of an attempt.
    #[inline(always)]
    fn draw(&self, attempt: &Attempt, step: &Step, purpose: Purpose) -> f64 {
        let task = &self.tasks[attempt.task];
        let (visit, attempt) = (attempt.visit, attempt.number);
        let draw = Draw { task: task.key, step: step.key, visit, attempt, purpose };
        self.luck(task.workload).uniform(draw)
    }

    /// Whether tasks may end by what the agent takes from its line: this one's, too.
    fn taking_may_end(&self, agent: AgentId) -> bool {
        let agent = &self.agents[agent.index()];
        let desk = &self.desks[agent.queue.index()];
        agent.special || desk.special
    }

    /// The agent of an attempt of a visit takes the next, by which the attempt's own task may end:
    /// it is held open until it has heard of the result.
    fn free_and_hear(
        &mut self,
        agent: AgentId,
        (task, step, visit): (TaskKey, &Step, u16),
        of: VisitKey,
        failure: Option<Cause>,
    ) {
        self.tasks[task].open += 1;
        self.free(agent);
        if self.visits.contains_key(of) {
            self.decide(of, agent, failure);
        } else if !self.tasks[task].left {
            self.remember(task, step, visit, failure.is_some());
        }
        self.let_go(task);
    }

    /// The agents that were stopped take the next.
    #[inline]
    pub fn free_stopped(&mut self) {
        while !self.freed.is_empty() {
            let agent = self.freed.remove(0);
            self.free(agent);
        }
    }

    /// The task hears of the result of an attempt, if it still waits for it.
    #[inline(always)]
    pub fn hear(
        &mut self,
        attempt: &Attempt,
        step: &Step,
        agent: AgentId,
        failure: Option<Cause>,
        abandoned: bool,
    ) {
        if abandoned {
            self.memory(attempt.task).abandoned -= 1;
            self.drop_row(attempt.task);
        } else if attempt.of.is_null() {
            self.advance(attempt.task, step, attempt.visit, failure);
        } else {
            self.decide(attempt.of, agent, failure);
        }
    }

    /// A visit hears of the result of one of its attempts.
    #[inline(always)]
    fn decide(&mut self, visit: VisitKey, agent: AgentId, failure: Option<Cause>) {
        match failure {
            None => self.succeeded(visit),
            Some(cause) => self.failed(visit, cause, Some(agent)),
        }
    }

    /// A slot has wrapped up.
    pub fn wrapped_up(&mut self, agent: AgentId) {
        self.tell(Fact::WrappedUp { agent });
        self.free(agent);
    }

    /// A slot of the agent is free: it takes the next, or goes home.
    #[inline(always)]
    fn free(&mut self, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        agent.held -= 1;
        if !agent.on_duty {
            self.go_home(agent_id);
        } else if self.pull(agent_id) {
            self.update_idle(agent_id);
        }
    }
}

/// What the result of an attempt says about its agent.
#[inline]
fn verdict(failure: Option<Cause>) -> Verdict {
    match failure {
        None => Verdict::Success,
        Some(Cause::Timeout) => Verdict::Unreachable,
        Some(_) => Verdict::Failure,
    }
}

/// The chance that an attempt of the step succeeds on an agent of the pool.
#[inline]
fn chance(step: &Step, pool: PoolId) -> f64 {
    let skill = step.pools.iter().find(|skill| skill.pool == pool);
    skill.expect("an attempt is on an agent that can do its step").chance
}
