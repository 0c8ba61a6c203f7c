//! How an agent goes about its work: how fast an attempt goes, room under its rate limits, and
//! what it holds when it fails.
//!
//! Rule: an attempt goes at the agent's speed, times the step's factor on its pool (capabilities,
//! partial match), times the warm-up's factor while the agent is fresh, divided by 1 + slow_down *
//! others in service; fixed when it starts. An agent is fresh for its first attempts since it came
//! on duty or was repaired. On an agent whose attempts share its rate, the factors stretch the
//! work instead. Invariant: only agents of pools with such rules carry any of this; the factor of
//! all others is exactly one.

use super::agent::Agent;
use super::event::AttemptKey;
use super::fact::Observer;
use super::failure::Wear;
use super::fault_service::{Affected, Course, Doom};
use super::line::Place;
use super::world::World;
use crate::base::id::{AgentId, PoolId, StepId};
use crate::base::random::Root;
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;
use crate::mechanism::service::Spec;
use crate::mechanism::service::rate_limited::Buckets;
use crate::scenario::meaning::{Scenario, Skill};

/// An attempt in service and its factor on the agent's speed.
#[derive(Clone, Copy)]
pub(super) struct Served {
    pub place: Place,
    pub factor: f64,
    /// How it goes on, if faults may strike the agent.
    pub course: Course,
}

/// What an agent with rules of its own carries.
pub(super) struct Conduct {
    /// The attempts in service, in the order of their starts.
    pub served: Vec<Served>,
    /// So many attempts will still be slow.
    fresh: u32,
    buckets: Option<Buckets>,
    pub wear: Option<Wear>,
    /// Where faults may strike the agent.
    pub affected: Option<Affected>,
}

impl Conduct {
    /// Of an agent of this pool, if it needs any.
    pub fn new(scenario: &Scenario, pool_id: PoolId, number: usize, root: &Root) -> Option<Self> {
        let pool = &scenario.pools[pool_id.index()];
        let rules = &pool.conduct;
        let paced = |skill: &Skill| skill.pool == pool_id && skill.speed != 1.0;
        let paced = scenario.steps.iter().flat_map(|step| &step.pools).any(paced);
        let buckets = match &pool.service {
            Spec::RateLimited(spec) => Some(spec.build()),
            _ => None,
        };
        let plain = rules.failures.is_none() && rules.warm_up.is_none() && rules.slow_down == 0.0;
        let agent = AgentId(pool.first_agent.0 + number as u32);
        let affected = scenario.faults.iter().any(|fault| fault.may_strike(agent));
        if plain && !paced && buckets.is_none() && !affected {
            return None;
        }
        let name = format!("{}-{}", pool.name, number + 1);
        let wear = rules.failures.as_ref().map(|failures| Wear::new(failures, root, &name));
        let affected = affected.then(Affected::default);
        Some(Conduct { served: Vec::new(), fresh: 0, buckets, wear, affected })
    }

    /// The factor of an attempt in service.
    pub fn factor(&self, attempt: AttemptKey) -> f64 {
        self.served(attempt).map_or(1.0, |served| served.factor)
    }

    /// An attempt in service.
    pub fn served(&self, attempt: AttemptKey) -> Option<&Served> {
        self.served.iter().find(|served| served.place.attempt == attempt)
    }
}

impl<O: Observer> World<'_, O> {
    /// Whether the agent's rate limits leave room for an attempt, which is refused otherwise.
    pub fn has_room(&mut self, key: AttemptKey, agent_id: AgentId) -> bool {
        let (work, now) = (self.attempts[key].work, self.now);
        let conduct = self.agents[agent_id.index()].conduct.as_mut();
        let buckets = conduct.and_then(|conduct| conduct.buckets.as_mut());
        let has_room = buckets.is_none_or(|buckets| buckets.admit(now, work));
        if !has_room {
            let step = self.attempts[key].step;
            self.observe(agent_id, step, Verdict::Failure, Span::ZERO, Span::ZERO);
        }
        has_room
    }

    /// An attempt begins on an agent with rules of its own: its factor on the agent's speed.
    pub fn take_up(&mut self, place: Place, agent_id: AgentId, step: StepId) -> f64 {
        let agent = &mut self.agents[agent_id.index()];
        let rules = &self.scenario.pools[agent.pool.index()].conduct;
        let pool = agent.pool;
        let Some(conduct) = &mut agent.conduct else { return 1.0 };
        let skills = &self.scenario.steps[step.index()].pools;
        let mut factor =
            skills.iter().find(|skill| skill.pool == pool).map_or(1.0, |skill| skill.speed);
        if let Some(warm_up) = &rules.warm_up
            && conduct.fresh > 0
        {
            conduct.fresh -= 1;
            factor *= warm_up.factor;
        }
        factor /= 1.0 + rules.slow_down * conduct.served.len() as f64;
        conduct.served.push(Served { place, factor, course: Course::default() });
        if conduct.served.len() == 1 {
            self.age_while_serving(agent_id);
        }
        factor
    }

    /// An attempt is no longer in service on the agent, because it is done or otherwise.
    pub fn put_down(&mut self, key: AttemptKey, agent_id: AgentId, done: bool) {
        self.agents[agent_id.index()].put_down(key, self.now, done);
    }

    /// The agent has come on duty or was repaired: its next attempts are slow, if its pool says so.
    pub fn refresh(&mut self, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        let rules = &self.scenario.pools[agent.pool.index()].conduct;
        if let (Some(conduct), Some(warm_up)) = (&mut agent.conduct, &rules.warm_up) {
            conduct.fresh = warm_up.attempts;
        }
    }
}

impl Agent {
    /// An attempt is no longer in service here, because it is done or otherwise; what was decided
    /// of it at its start.
    #[inline(always)]
    pub fn put_down(&mut self, attempt: AttemptKey, now: Time, done: bool) -> Doom {
        if let Some(counts) = &mut self.counts {
            counts.change().serving.fall(now);
        }
        if self.plain {
            return Doom::None;
        }
        if let Some(serving) = &mut self.serving {
            serving.retain(|place| place.attempt != attempt);
        }
        match &mut self.conduct {
            Some(conduct) => conduct.put_down(attempt, now, done),
            None => Doom::None,
        }
    }
}

impl Conduct {
    fn put_down(&mut self, key: AttemptKey, now: Time, done: bool) -> Doom {
        let doom = self.served(key).map_or(Doom::None, |served| served.course.doom);
        self.served.retain(|served| served.place.attempt != key);
        let Some(wear) = &mut self.wear else { return doom };
        if done {
            wear.bear_fruit();
        }
        if self.served.is_empty() && !wear.while_idle {
            wear.rest(now);
        }
        doom
    }
}
