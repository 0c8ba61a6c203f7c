//! Autoscaling: the agents of a pool come and go as its autoscaler decides.
//!
//! Rule: each period the policy is shown the metrics of its pool and the agents that start or are
//! ready, and says how many there are to be. Missing ones are started: they are ready after the
//! start-up time, unless their start fails, and are then replaced at the next evaluation. Surplus
//! ones go: those that still start first, the last asked for before the others, then the ready ones
//! in the order of the policy's `remove`. Who goes takes nothing new and finishes what it holds
//! (`drain`) or fails with it at once (`drop`), and is gone when it holds nothing. If every row of
//! the pool is taken by agents that leave, the last of them are called back.
//!
//! Invariants: after an evaluation as many agents start or are ready as were decided; one who is
//! off duty starts nothing.

use std::cmp::Reverse;

use super::event::{AttemptKey, Event};
use super::fact::{Control, Fact, Observer, Scaled};
use super::meter::{Reach, Still, Subject};
use super::world::{Attempt, Stage, World};
use crate::base::id::{AgentId, PoolId};
use crate::base::random::{Purpose, Root, Stream};
use crate::base::time::{Span, Time};
use crate::mechanism::autoscale::{Autoscaler, Leave, Member, Scaling, Signal, Victims, View};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::{Pool, Scenario};

/// Where an agent of such a pool is in its life.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Life {
    /// It does not exist.
    Away,
    /// It was asked for and is not ready yet.
    Starting { asked: Time },
    /// It is ready.
    Ready { asked: Time, since: Time },
    /// It was told to go and still holds something.
    Leaving { told: Time },
}

/// The autoscaler of a pool at run time.
pub(super) struct Scaler<'s> {
    scaling: &'s Scaling,
    machine: Box<dyn Autoscaler>,
    signals: Vec<Signal>,
    desired: u32,
    lives: Vec<Life>,
    /// How busy each agent was when it was last looked at.
    busy: Vec<Still<Option<f64>>>,
    /// How often each agent was started.
    starts: Vec<u32>,
    luck: Stream,
}

impl<'s> Scaler<'s> {
    /// Of a pool, if it has an autoscaler.
    pub fn new(scenario: &Scenario, pool: &'s Pool, root: &Root) -> Option<Self> {
        let spec = pool.autoscale.as_ref()?;
        let scaling = spec.scaling();
        let life = |number| match number < pool.at_start {
            true => Life::Ready { asked: Time::ZERO, since: Time::ZERO },
            false => Life::Away,
        };
        Some(Scaler {
            scaling,
            machine: spec.build(scenario.starts_at),
            signals: spec.signals(),
            desired: pool.at_start as u32,
            lives: (0..pool.size()).map(life).collect(),
            busy: vec![Still::new(); pool.size()],
            starts: vec![0; pool.size()],
            luck: root.stream(&pool.name, Purpose::StartUp),
        })
    }

    /// How far back it reads.
    pub fn reach(&self, reach: &mut Reach) {
        for signal in &self.signals {
            for (metric, _) in &signal.parts {
                reach.include(*metric, true, signal.window + self.scaling.delay);
            }
        }
        reach.agents = reach.agents.max(self.scaling.every);
        reach.pools = reach.pools.max(reach.agents);
    }

    /// How many agents were asked for last.
    pub fn desired(&self) -> u32 {
        self.desired
    }

    /// How many agents start.
    pub fn starting(&self) -> u32 {
        let starts = |life: &&Life| matches!(life, Life::Starting { .. });
        self.lives.iter().filter(starts).count() as u32
    }

    /// The agents that start or are ready, by number.
    fn members(&self) -> Vec<usize> {
        let exists = |number: &usize| match self.lives[*number] {
            Life::Starting { .. } | Life::Ready { .. } => true,
            Life::Away | Life::Leaving { .. } => false,
        };
        (0..self.lives.len()).filter(exists).collect()
    }

    /// The agent that was told to go last, if one still leaves.
    fn last_told(&self) -> Option<usize> {
        let told = |number: usize| match self.lives[number] {
            Life::Leaving { told } => Some((told, Reverse(number))),
            Life::Away | Life::Starting { .. } | Life::Ready { .. } => None,
        };
        (0..self.lives.len()).filter_map(told).max().map(|(_, Reverse(number))| number)
    }
}

impl<'s, O: Observer> World<'s, O> {
    /// The first evaluations are scheduled.
    pub fn set_scalers(&mut self) {
        for pool in 0..self.scalers.len() {
            self.schedule_scale(PoolId::new(pool));
        }
    }

    fn schedule_scale(&mut self, pool: PoolId) {
        if let Some(scaler) = &self.scalers[pool.index()] {
            let at = self.now.saturating_add(scaler.scaling.every);
            self.schedule(at, Event::Scale(pool));
        }
    }

    fn scaler(&mut self, pool: PoolId) -> &mut Scaler<'s> {
        self.scalers[pool.index()].as_mut().expect("a pool that is scaled has a scaler")
    }

    /// The autoscaler of the pool looks at it.
    pub fn scale(&mut self, pool: PoolId) {
        self.look();
        let scaler = self.scalers[pool.index()].as_ref().expect("a pool that is scaled");
        let numbers = scaler.members();
        let signals = scaler.signals.iter();
        let values: Vec<_> = signals.map(|signal| self.signal(pool, scaler, signal)).collect();
        let mut busy = std::mem::take(&mut self.scaler(pool).busy);
        let member = |number: &usize| self.member(pool, *number, &mut busy[*number]);
        let members: Vec<Member> = numbers.iter().map(member).collect();
        let (now, from) = (self.now, numbers.len() as u32);
        let scaler = self.scaler(pool);
        scaler.busy = busy;
        let view = View { members: &members, desired: scaler.desired, values: &values };
        let advice = scaler.machine.evaluate(now, &view);
        scaler.desired = advice.desired;
        let (value, raw, to, limit) = (advice.value, advice.raw, advice.desired, advice.limit);
        self.tell(Fact::Control(Control::Scaled {
            pool,
            what: Scaled::Decided { value, raw, from, to, limit },
        }));
        for _ in from..to {
            self.start_agent(pool);
        }
        if to < from {
            for number in self.victims(pool, &numbers).into_iter().take((from - to) as usize) {
                self.dismiss(pool, number);
            }
        }
        self.schedule_scale(pool);
    }

    /// The weighted sum of the parts of a signal; missing if one of them is.
    fn signal(&self, pool: PoolId, scaler: &Scaler<'_>, signal: &Signal) -> Option<f64> {
        let (meter, delay) = (self.seeing(pool)?, scaler.scaling.delay);
        let window = meter.window(self.now, signal.window, delay)?;
        let sight = meter.sight(Subject::Pool(pool), window);
        signal.parts.iter().map(|(metric, weight)| Some(weight * sight.read(*metric)?)).sum()
    }

    /// What the autoscaler sees of an agent.
    fn member(&self, pool: PoolId, number: usize, still: &mut Still<Option<f64>>) -> Member {
        let scaler = self.scalers[pool.index()].as_ref().expect("a pool that is scaled");
        let (started, since) = match scaler.lives[number] {
            Life::Starting { asked } => return Member { started: asked, ready: None, busy: None },
            Life::Ready { asked, since } => (asked, since),
            Life::Away | Life::Leaving { .. } => unreachable!("it starts or is ready"),
        };
        let agent = self.agent_of(pool, number);
        let window = scaler.signals.first().map_or(scaler.scaling.every, |signal| signal.window);
        let of = Subject::Agent(agent);
        let busy = self.seeing(pool).and_then(|meter| {
            let window = meter.window(self.now, window, scaler.scaling.delay)?;
            let read = || meter.sight(of, window).read(Metric::Utilisation);
            still.get(meter.changed_at(of), window.from, read)
        });
        let up = !self.agents[agent.index()].down;
        Member { started, ready: up.then_some(since), busy }
    }

    fn agent_of(&self, pool: PoolId, number: usize) -> AgentId {
        AgentId(self.scenario.pools[pool.index()].first_agent.0 + number as u32)
    }

    /// One more agent is asked for: the first that does not exist, or else the one that was told to
    /// go last.
    fn start_agent(&mut self, pool: PoolId) {
        let now = self.now;
        let scaler = self.scaler(pool);
        let away = scaler.lives.iter().position(|life| *life == Life::Away);
        let Some(number) = away.or_else(|| scaler.last_told()) else { return };
        if away.is_none() {
            scaler.lives[number] = Life::Ready { asked: now, since: now };
            let agent = self.agent_of(pool, number);
            self.tell(Fact::Control(Control::Scaled { pool, what: Scaled::Recalled { agent } }));
            return self.change_duty(agent, true);
        }
        scaler.lives[number] = Life::Starting { asked: now };
        scaler.starts[number] += 1;
        let start = scaler.starts[number];
        let time = scaler.scaling.start_up.as_ref();
        let time = time.map(|dist| Span::from_seconds(dist.quantile(scaler.luck.uniform())));
        let agent = self.agent_of(pool, number);
        self.tell(Fact::Control(Control::Scaled { pool, what: Scaled::Starting { agent } }));
        let at = now.saturating_add(time.unwrap_or(Span::ZERO));
        self.starting = self.starting.max(at);
        self.schedule(at, Event::StartUp(agent, start));
    }

    /// An agent is ready or has failed to start, if it is still wanted.
    pub fn start_up(&mut self, agent: AgentId, start: u32) {
        let now = self.now;
        let it = &self.agents[agent.index()];
        let (pool, number) = (it.pool, it.number as usize);
        let by_fault = self.start_up_fails(pool).unwrap_or(0.0);
        let scaler = self.scaler(pool);
        let Life::Starting { asked } = scaler.lives[number] else { return };
        if scaler.starts[number] != start {
            return;
        }
        let fails = scaler.scaling.start_fails.get().max(by_fault);
        if fails > 0.0 && scaler.luck.uniform() < fails {
            scaler.lives[number] = Life::Away;
            return self.tell(Fact::Control(Control::Scaled {
                pool,
                what: Scaled::StartFailed { agent },
            }));
        }
        scaler.lives[number] = Life::Ready { asked, since: now };
        self.change_duty(agent, true);
    }

    /// The agents in the order in which they go.
    fn victims(&self, pool: PoolId, numbers: &[usize]) -> Vec<usize> {
        let scaler = self.scalers[pool.index()].as_ref().expect("a pool that is scaled");
        let begin = Time::from_nanos(self.now.nanos().saturating_sub(scaler.scaling.every.nanos()));
        let activity = |number: usize| {
            let agent = self.agent_of(pool, number);
            let counts = self.agents[agent.index()].counts.as_ref().zip(self.meter.as_ref());
            counts.map_or(0, |(counts, meter)| {
                counts.now().results() - meter.agent_at(agent, begin).results()
            })
        };
        let cost = |number: usize| self.agents[self.agent_of(pool, number).index()].cost.to_bits();
        // Those who still start go before all others.
        let rank = |number: usize| match (scaler.lives[number], scaler.scaling.victims) {
            (Life::Starting { asked }, _) => (0, u64::MAX - asked.nanos()),
            (Life::Ready { .. }, Victims::LeastActive) => (1, activity(number)),
            (Life::Ready { since, .. }, Victims::Newest) => (1, u64::MAX - since.nanos()),
            (Life::Ready { since, .. }, Victims::Oldest) => (1, since.nanos()),
            // A cost is never negative, so its bits are in order.
            (Life::Ready { .. }, Victims::MostExpensive) => (1, u64::MAX - cost(number)),
            (Life::Away | Life::Leaving { .. }, _) => unreachable!("it starts or is ready"),
        };
        let mut order: Vec<_> = numbers.iter().map(|number| (rank(*number), *number)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, number)| number).collect()
    }

    /// An agent is not wanted any more.
    fn dismiss(&mut self, pool: PoolId, number: usize) {
        let now = self.now;
        let agent = self.agent_of(pool, number);
        let scaler = self.scaler(pool);
        let leave = scaler.scaling.leave;
        if let Life::Starting { .. } = scaler.lives[number] {
            scaler.lives[number] = Life::Away;
            return self
                .tell(Fact::Control(Control::Scaled { pool, what: Scaled::Cancelled { agent } }));
        }
        scaler.lives[number] = Life::Leaving { told: now };
        self.tell(Fact::Control(Control::Scaled { pool, what: Scaled::Retired { agent } }));
        self.change_duty(agent, false);
        if leave == Leave::Drop {
            let on_it = |(key, attempt): (AttemptKey, &Attempt)| {
                let on_it = attempt.stage == Stage::Serving && attempt.agent == Some(agent);
                on_it.then_some(key)
            };
            let keys: Vec<AttemptKey> = self.attempts.iter().filter_map(on_it).collect();
            self.drop_attempts(agent, &keys);
        }
    }

    /// An agent that has left does not exist any more, if its pool is scaled.
    pub fn forget_agent(&mut self, agent: AgentId) {
        let it = &self.agents[agent.index()];
        let (pool, number) = (it.pool, it.number as usize);
        if let Some(scaler) = &mut self.scalers[pool.index()] {
            scaler.lives[number] = Life::Away;
        }
    }
}
