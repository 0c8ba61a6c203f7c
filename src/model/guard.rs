//! Breakers before agents: who may be called, what they learn, when they are asked again.
//!
//! Rule: an attempt starts only if the breaker of its target (the agent, its pool, or the pool's
//! capability that the step needs first) admits it. Otherwise it fails at once if the pool fails
//! fast; else an agent whose breaker is open is no candidate, and an attempt for whom nobody is
//! left waits until a breaker may admit again. The result of every admitted attempt is recorded
//! once; a time limit that passes is a failure, recorded then (MODEL section 8). Invariant: no
//! attempt starts on a target whose breaker does not admit it.

use super::event::{AttemptKey, Event};
use super::fact::{Fact, Observer};
use super::world::World;
use crate::base::id::{AgentId, PoolId, StepId};
use crate::base::random::Root;
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::{Guards, State, Verdict};
use crate::mechanism::measure::{Measure, Sums};
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Pool, Scope, Step};

/// The breakers of a pool, fresh for a run.
pub(super) fn guards(pool: &Pool, root: &Root) -> Option<Guards> {
    let guard = pool.guard.as_ref()?;
    Some(guard.breaker.build(targets(pool), root, &pool.name))
}

/// How many breakers a pool has.
fn targets(pool: &Pool) -> usize {
    match pool.guard.as_ref().map(|guard| guard.scope) {
        Some(Scope::Agent) => pool.size(),
        Some(Scope::Pool) => 1,
        Some(Scope::Capability) => pool.can.len().max(1),
        None => 0,
    }
}

/// The breaker that attempts of the step meet in the pool; `None`: that of their agent.
fn shared_target(pool: &Pool, step: Option<&Step>) -> Option<usize> {
    match pool.guard.as_ref().map(|guard| guard.scope) {
        Some(Scope::Agent) => None,
        Some(Scope::Pool) | None => Some(0),
        Some(Scope::Capability) => {
            let first = step.and_then(|step| step.needs.first());
            Some(pool.can.iter().position(|can| Some(can) == first).unwrap_or(0))
        }
    }
}

/// Who of the pool may be called, by number: dispatch may choose them for the step, and they may
/// take it. Without a step: who may be called at all.
#[inline]
pub(super) fn callable(
    pool: &Pool,
    guards: &Guards,
    step: Option<&Step>,
    now: Time,
) -> impl Fn(u32) -> bool {
    let guard = pool.guard.as_ref();
    let fails_fast = guard.is_some_and(|guard| guard.fails_fast);
    let by_step = guard.is_some_and(|guard| guard.scope == Scope::Capability);
    let asks = !fails_fast && (step.is_some() || !by_step);
    let shared = shared_target(pool, step);
    move |number| !asks || guards.allows(shared.unwrap_or(number as usize), now)
}

impl<O: Observer> World<'_, O> {
    /// The first sweeps of the breakers are scheduled.
    pub fn set_guards(&mut self) {
        for pool in 0..self.guards.len() {
            self.schedule_sweep(PoolId::new(pool));
        }
    }

    fn schedule_sweep(&mut self, pool: PoolId) {
        let next = self.guards[pool.index()].as_ref().and_then(Guards::next_sweep);
        if let Some(at) = next {
            self.schedule(at, Event::Sweep(pool));
        }
    }

    /// The breaker that an attempt of the step meets on this agent.
    #[inline]
    fn target(&self, agent: AgentId, step: StepId) -> usize {
        let agent = &self.agents[agent.index()];
        let pool = &self.scenario.pools[agent.pool.index()];
        let shared = shared_target(pool, Some(&self.scenario.steps[step.index()]));
        shared.unwrap_or(agent.number as usize)
    }

    /// Whether the agent may be called by its breaker: for this step, or at all.
    pub fn may_call(&self, agent: AgentId, step: Option<&Step>) -> bool {
        let agent = &self.agents[agent.index()];
        let pool = agent.pool.index();
        self.guards[pool].as_ref().is_none_or(|guards| {
            callable(&self.scenario.pools[pool], guards, step, self.now)(agent.number)
        })
    }

    /// Whether the breaker before the agent, and the agent itself, take an attempt that otherwise
    /// fails.
    pub fn accepts(&mut self, key: AttemptKey, agent_id: AgentId, queued: bool) -> bool {
        if self.agents[agent_id.index()].guarded && !self.admitted(key, agent_id, queued) {
            return false;
        }
        let has_room =
            self.agents[agent_id.index()].conduct.is_none() || self.has_room(key, agent_id);
        if !has_room {
            self.turn_down(key, agent_id, queued);
        }
        has_room
    }

    /// Whether the breaker before the agent admits the attempt, which otherwise fails.
    fn admitted(&mut self, key: AttemptKey, agent: AgentId, queued: bool) -> bool {
        let step = self.attempts[key].step;
        let admitted = self.admit(agent, step);
        if !admitted {
            self.turn_down(key, agent, queued);
        }
        admitted
    }

    /// An attempt that its agent, or the breaker before it, does not take has failed.
    fn turn_down(&mut self, key: AttemptKey, agent: AgentId, queued: bool) {
        if queued {
            self.tell_withdrawn(key);
        }
        self.refuse(key, Cause::Rejected, Some(agent));
    }

    /// Asks the breaker to admit an attempt that is about to start.
    pub fn admit(&mut self, agent: AgentId, step: StepId) -> bool {
        let target = self.target(agent, step);
        let pool = self.agents[agent.index()].pool;
        let now = self.now;
        let Some(guards) = &mut self.guards[pool.index()] else { return true };
        let before = guards.state(target, now);
        let admitted = guards.admit(target, now);
        let after = guards.state(target, now);
        if after != before {
            self.moved(pool, target, after);
        }
        admitted
    }

    /// What the orchestrator sees of an attempt: its result and how long it took, in service and
    /// from handing it over.
    #[inline(always)]
    pub fn observe(
        &mut self,
        agent: AgentId,
        step: StepId,
        verdict: Verdict,
        served: Span,
        response: Span,
    ) {
        self.count_result(agent, verdict, response);
        if self.agents[agent.index()].watched {
            self.learn(agent, step, verdict, served, response);
        }
    }

    /// Those who choose among agents see it, of an agent that is watched.
    fn learn(
        &mut self,
        agent_id: AgentId,
        step: StepId,
        verdict: Verdict,
        served: Span,
        response: Span,
    ) {
        let now = self.now;
        let agent = &mut self.agents[agent_id.index()];
        let (queue, guarded) = (agent.queue, agent.guarded);
        if let Some(measure) = &mut agent.measure {
            measure.record(now, Sums::one(verdict == Verdict::Success, response));
        }
        self.desks[queue.index()].dispatch.observe(now, agent_id, response);
        if guarded {
            self.tell_guard(agent_id, step, verdict, served);
        }
    }

    /// The breaker of an admitted attempt is told how it ended.
    pub fn tell_guard(&mut self, agent: AgentId, step: StepId, verdict: Verdict, served: Span) {
        let target = self.target(agent, step);
        let pool = self.agents[agent.index()].pool;
        let now = self.now;
        if let Some(guards) = &mut self.guards[pool.index()] {
            let before = guards.state(target, now);
            let silent = before != State::Closed && !guards.allows(target, now);
            guards.record(target, now, verdict, served);
            let after = guards.state(target, now);
            let opened = silent && guards.allows(target, now);
            if after != before {
                self.moved(pool, target, after);
            }
            if opened {
                self.schedule(now, Event::Admit(pool));
            }
        }
    }

    /// A breaker has moved; one that opened is asked again when it may admit.
    #[cold]
    fn moved(&mut self, pool: PoolId, target: usize, state: State) {
        self.tell(Fact::BreakerMoved { pool, target: target as u32, state });
        if state == State::Open {
            self.ask_later(pool);
        }
    }

    /// The breakers of the pool that admit nobody now are asked again when one may.
    pub fn ask_later(&mut self, pool: PoolId) {
        let now = self.now;
        let Some(guards) = &self.guards[pool.index()] else { return };
        let blocked = |target: &usize| !guards.allows(*target, now);
        let at = (0..targets(&self.scenario.pools[pool.index()]))
            .filter(blocked)
            .filter_map(|target| guards.until(target, now))
            .filter(|at| *at > now)
            .min();
        let asked = self.asked[pool.index()];
        if let Some(at) = at.filter(|at| asked <= now || asked > *at) {
            self.asked[pool.index()] = at;
            self.schedule(at, Event::Admit(pool));
        }
    }

    /// A breaker of the pool may admit again: its agents may take from their lines.
    pub fn admit_again(&mut self, pool: PoolId) {
        for agent in self.scenario.pools[pool.index()].agents() {
            self.pull(agent);
        }
        // Late results may have put it off.
        self.ask_later(pool);
    }

    /// The breakers of a pool look at all their agents together.
    pub fn sweep(&mut self, pool: PoolId) {
        let now = self.now;
        let Some(guards) = &mut self.guards[pool.index()] else { return };
        let targets = targets(&self.scenario.pools[pool.index()]);
        let states = |guards: &Guards| -> Vec<State> {
            (0..targets).map(|target| guards.state(target, now)).collect()
        };
        let before = states(guards);
        guards.sweep(now);
        let after = states(guards);
        for (target, (before, after)) in before.into_iter().zip(after).enumerate() {
            if after != before {
                self.moved(pool, target, after);
            }
        }
        for agent in self.scenario.pools[pool.index()].agents() {
            self.pull(agent);
        }
        self.schedule_sweep(pool);
    }
}
