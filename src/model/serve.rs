//! Service: attempts start, are interrupted and finish; slots wrap up.
//!
//! Rule: service time = work / speed for agents with slots of their own; shared agents divide their
//! rate (`sharing`). At a finish the agent first takes the next from its line and then the finished
//! task goes on, so that nobody who waits is overtaken by what a finish makes ready. An attempt
//! succeeds when its keyed uniform is below the pool's chance for the step. Invariant: `held` =
//! attempts in service + slots wrapping up.

use slotmap::Key;

use super::desk::Spot;
use super::event::{AttemptKey, Event};
use super::fact::{Fact, Observer};
use super::line::Place;
use super::sharing::Sharing;
use super::world::{Attempt, Stage, World};
use crate::base::id::{AgentId, PoolId};
use crate::base::random::{Draw, Purpose};
use crate::base::time::Span;
use crate::mechanism::breaker::Verdict;
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::Step;

impl<O: Observer> World<'_, O> {
    /// An attempt starts on an agent, from the line (`queued`) or as it came.
    #[inline]
    pub fn start(&mut self, place: Place, agent_id: AgentId, queued: bool) {
        let key = place.attempt;
        if self.agents[agent_id.index()].guarded && !self.admitted(key, agent_id, queued) {
            return;
        }
        let attempt = &mut self.attempts[key];
        let waited = self.now.since(attempt.since);
        let resumed = attempt.stage == Stage::Interrupted;
        attempt.stage = Stage::Serving;
        attempt.agent = Some(agent_id);
        attempt.since = self.now;
        attempt.waited += waited;
        let (step_id, work) = (attempt.step, attempt.work);
        let (cared_for, served) = (!attempt.of.is_null(), attempt.served);
        let task = &mut self.tasks[attempt.task];
        task.waited += waited;
        task.attempts = task.attempts.saturating_add(u16::from(!resumed));
        let no = task.no;
        let agent = &mut self.agents[agent_id.index()];
        agent.held += 1;
        debug_assert!(agent.held <= agent.slots, "an agent holds at most its slots");
        let (queue, speed, shared) = (agent.queue, agent.speed, agent.sharing.is_some());
        if let Some(serving) = &mut agent.serving {
            serving.push(place);
        }
        self.desks[queue.index()].serving += 1;
        self.update_idle(agent_id);
        self.tell(Fact::Started {
            task: no,
            step: step_id,
            queue,
            agent: agent_id,
            waited,
            queued,
            resumed,
        });
        if shared {
            self.join_shared(agent_id, key, work);
        } else {
            let at = self.now.saturating_add(Span::from_seconds(work / speed));
            self.schedule(at, Event::Finish(key));
        }
        if cared_for {
            self.limit_service(key, step_id, served);
        }
    }

    /// Whether the breaker before the agent admits the attempt, which otherwise fails.
    fn admitted(&mut self, key: AttemptKey, agent: AgentId, queued: bool) -> bool {
        let step = self.attempts[key].step;
        let admitted = self.admit(agent, step);
        if !admitted {
            if queued {
                self.tell_withdrawn(key);
            }
            self.refuse(key, Cause::Rejected, Some(agent));
        }
        admitted
    }

    /// An attempt that has been taken off its line will not be served.
    pub fn tell_withdrawn(&mut self, key: AttemptKey) {
        let attempt = &self.attempts[key];
        let (task, step) = (attempt.task, attempt.step);
        let waited = self.now.since(attempt.since);
        let queue = self.queue_of(step, task);
        self.tasks[task].waited += waited;
        let task = self.tasks[task].no;
        self.tell(Fact::Withdrawn { task, step, queue, waited });
    }

    /// An attempt in service is ended without a result.
    pub fn stop(&mut self, key: AttemptKey) {
        let attempt = self.attempts.remove(key).expect("an attempt in service is stopped");
        let agent_id = attempt.agent.expect("an attempt in service is on an agent");
        let now = self.now;
        self.agents[agent_id.index()].serves_no_more(key);
        if self.agents[agent_id.index()].sharing.is_some() {
            let held = self.sharing(agent_id).held();
            let pace = self.pace(agent_id, held);
            self.sharing(agent_id).leave(now, pace, key);
            self.next_shared(agent_id);
        }
        let served = attempt.served + now.since(attempt.since);
        let queue = self.agents[agent_id.index()].queue;
        self.desks[queue.index()].serving -= 1;
        let task = self.tasks[attempt.task].no;
        self.tell(Fact::Stopped { task, step: attempt.step, agent: agent_id, served });
        self.free(agent_id);
    }

    /// An attempt in service is interrupted: it goes back in line with the work that is left, at
    /// its old place, under a new key, so that its finish and its patience are void.
    pub fn interrupt(&mut self, victim: Place, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        agent.serves_no_more(victim.attempt);
        agent.held -= 1;
        let speed = agent.speed;
        let mut attempt =
            self.attempts.remove(victim.attempt).expect("who is interrupted is in service");
        let served = self.now.since(attempt.since);
        attempt.served += served;
        attempt.work = (attempt.work - served.seconds() * speed).max(0.0);
        attempt.stage = Stage::Interrupted;
        attempt.agent = None;
        attempt.since = self.now;
        let (task, step) = (attempt.task, attempt.step);
        let key = self.attempts.insert(attempt);
        let spot @ Spot { queue, .. } = self.spot(step, task);
        self.desks[queue.index()].serving -= 1;
        if let Some(memory) = &mut self.tasks[task].memory {
            memory.open.retain(|open| *open != victim.attempt);
            memory.open.push(key);
        }
        self.join(Place { attempt: key, ..victim }, spot, None);
        let task = self.tasks[task].no;
        self.tell(Fact::Preempted { task, step, queue, agent: agent_id, served });
    }

    /// An attempt on an agent with slots of its own has had its service.
    #[inline]
    pub fn finish(&mut self, key: AttemptKey) {
        if let Some(attempt) = self.attempts.remove(key) {
            let agent = attempt.agent.expect("an attempt in service is on an agent");
            self.done(key, attempt, agent);
        }
    }

    /// The attempt with the least work left on a shared agent is done, if this finish still holds.
    pub fn finish_shared(&mut self, agent_id: AgentId, epoch: u32) {
        let now = self.now;
        let sharing = self.sharing(agent_id);
        if sharing.epoch() != epoch {
            return;
        }
        let key = sharing.finish(now);
        self.next_shared(agent_id);
        let attempt = self.attempts.remove(key).expect("an attempt in shared service");
        self.done(key, attempt, agent_id);
    }

    /// What follows the end of an attempt that has left its agent.
    #[inline(always)]
    fn done(&mut self, key: AttemptKey, attempt: Attempt, agent_id: AgentId) {
        let served = attempt.served + self.now.since(attempt.since);
        let scenario = self.scenario;
        let step = &scenario.steps[attempt.step.index()];
        let agent = &mut self.agents[agent_id.index()];
        agent.serves_no_more(key);
        let pool = &scenario.pools[agent.pool.index()];
        // What the orchestrator sees: from handing over to the result.
        let response = if agent.line.is_some() { served + attempt.waited } else { served };
        let watched = agent.measure.is_some() || agent.guarded;
        let (pool_id, queue) = (agent.pool, agent.queue);
        let desk = &mut self.desks[queue.index()];
        desk.serving -= 1;
        let gated = desk.admission.is_some();
        let abandoned = self.is_abandoned(&attempt);
        let task = &mut self.tasks[attempt.task];
        if !task.left && !abandoned {
            task.served += served;
        }
        if let Some(memory) = &mut task.memory {
            memory.open.retain(|open| *open != key);
            memory.last_agent = Some(agent_id);
        }
        let no = task.no;
        let draw = |purpose| {
            let luck = self.sources[task.workload.index()].luck;
            let (visit, attempt) = (attempt.visit, attempt.number);
            luck.uniform(Draw { task: task.key, step: step.key, visit, attempt, purpose })
        };
        let chance = chance(step, pool_id);
        let success = chance >= 1.0 || draw(Purpose::Outcome) < chance;
        let wrap_up = pool.wrap_up.as_ref().map(|dist| dist.quantile(draw(Purpose::WrapUp)));
        if watched && !abandoned {
            let verdict = if success { Verdict::Success } else { Verdict::Failure };
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
        });
        match wrap_up {
            Some(seconds) => {
                let at = self.now.saturating_add(Span::from_seconds(seconds));
                self.schedule(at, Event::Ready(agent_id));
            }
            None => self.free(agent_id),
        }
        self.hear(&attempt, agent_id, success, abandoned);
    }

    /// The task hears of the result of an attempt, if it still waits for it.
    #[inline(always)]
    fn hear(&mut self, attempt: &Attempt, agent: AgentId, success: bool, abandoned: bool) {
        let failure = (!success).then_some(Cause::Failure);
        if abandoned {
            self.memory(attempt.task).abandoned -= 1;
            self.drop_row(attempt.task);
        } else if attempt.of.is_null() {
            self.advance(attempt.task, attempt.step, attempt.visit, failure);
        } else {
            match failure {
                None => self.succeeded(attempt.of),
                Some(cause) => self.failed(attempt.of, cause, Some(agent)),
            }
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
        if agent.on_duty {
            self.pull(agent_id);
            self.update_idle(agent_id);
        } else {
            self.go_home(agent_id);
        }
    }

    fn sharing(&mut self, agent: AgentId) -> &mut Sharing {
        let sharing = self.agents[agent.index()].sharing.as_mut();
        sharing.expect("the agent's attempts share its rate")
    }

    fn join_shared(&mut self, agent_id: AgentId, key: AttemptKey, work: f64) {
        let now = self.now;
        let before = self.sharing(agent_id).held();
        let pace = self.pace(agent_id, before);
        self.sharing(agent_id).join(now, pace, key, work);
        self.next_shared(agent_id);
    }

    fn next_shared(&mut self, agent_id: AgentId) {
        let held = self.sharing(agent_id).held();
        let pace = self.pace(agent_id, held);
        if let Some((span, epoch)) = self.sharing(agent_id).next(pace) {
            let at = self.now.saturating_add(span);
            self.schedule(at, Event::FinishShared(agent_id, epoch));
        }
    }

    /// How fast each of `n` attempts progresses on a shared agent, in work per second.
    fn pace(&self, agent: AgentId, n: u32) -> f64 {
        if n == 0 {
            return 0.0;
        }
        let agent = &self.agents[agent.index()];
        let service = &self.scenario.pools[agent.pool.index()].service;
        agent.speed * service.total_rate(n) / f64::from(n)
    }
}

/// The chance that an attempt of the step succeeds on an agent of the pool.
#[inline]
fn chance(step: &Step, pool: PoolId) -> f64 {
    let skill = step.pools.iter().find(|skill| skill.pool == pool);
    skill.expect("an attempt is on an agent that can do its step").chance
}
