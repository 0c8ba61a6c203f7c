//! The monitor: at every tick it looks at the pools and agents, tells what it saw, and evaluates
//! the alert rules.
//!
//! Rule (reference, `OrchestrationMonitor`): every 30 s, per agent: response time, success rate,
//! throughput, error rate, memory, CPU; then the thresholds. Agents that are not there are not
//! looked at. Invariants: looking changes nothing but alerts; all rules see the same moment.

use super::event::Event;
use super::fact::{About, Control, Fact, Observer, Seen};
use super::meter::{Meter, Reach, Subject};
use super::world::World;
use crate::base::id::{AgentId, PoolId, QueueId};
use crate::base::time::{Span, Time};
use crate::mechanism::alert::{self, Look, Scope, Sees, Watch};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::{Asks, Scenario};

/// An alert rule at run time.
pub(super) struct Alarm<'s> {
    /// Its place among the scenario's alerts.
    number: u32,
    rule: &'s alert::Rule,
    subjects: Vec<Subject>,
    /// By the place among the subjects.
    watch: Watch<usize>,
}

impl<'s> Alarm<'s> {
    /// The rules of the scenario that ask of metrics.
    pub fn all(scenario: &'s Scenario) -> Vec<Self> {
        let mut alarms = Vec::new();
        for (number, alert) in scenario.alerts.iter().enumerate() {
            if let Asks::Metrics { rule, pools } = &alert.asks {
                alarms.push(Alarm::new(scenario, number as u32, rule, pools));
            }
        }
        alarms
    }

    fn new(scenario: &Scenario, number: u32, rule: &'s alert::Rule, pools: &[PoolId]) -> Self {
        let pools = pools.iter().copied();
        let agents = |pool: PoolId| scenario.pools[pool.index()].agents().map(Subject::Agent);
        let subjects = match rule.per {
            Scope::Pool => pools.map(Subject::Pool).collect(),
            Scope::Agent => pools.flat_map(agents).collect(),
        };
        Alarm { number, rule, subjects, watch: Watch::new(rule) }
    }
}

/// How far back the alert rules read.
pub(super) fn reach(scenario: &Scenario, every: Span, reach: &mut Reach) {
    reach.agents = reach.agents.max(every);
    reach.pools = reach.pools.max(every);
    for Alarm { rule, .. } in Alarm::all(scenario) {
        let of_agents = rule.per == Scope::Agent;
        for look in rule.when.windows() {
            match look {
                Look::Value { metric, window } => {
                    reach.include(metric, of_agents, window.unwrap_or(every));
                }
                Look::Slower { window, .. } => {
                    reach.include(Metric::ResponseP50, of_agents, window);
                }
                Look::History { metric, over } => reach.include(metric, of_agents, over + every),
            }
        }
    }
}

/// What a rule sees of a subject now.
struct View<'a, 's> {
    /// `None`: nothing is seen.
    meter: Option<&'a Meter<'s>>,
    now: Time,
    every: Span,
    subject: Subject,
}

impl Sees for View<'_, '_> {
    fn value(&self, metric: Metric, window: Option<Span>) -> Option<f64> {
        let window = window.unwrap_or(self.every);
        self.meter?.read(self.now, self.subject, metric, window, Span::ZERO)
    }

    fn slower(&self, limit: Span, window: Span) -> Option<f64> {
        self.meter?.slower(self.now, self.subject, limit, window)
    }

    fn history(&self, metric: Metric, over: Span) -> Vec<(Span, f64)> {
        let ago = |i: u64| Span::from_nanos(self.every.nanos().saturating_mul(i));
        let ticks = over.nanos().div_ceil(self.every.nanos());
        let value = |ago: Span| {
            let past = self.now.nanos() >= ago.nanos();
            let value = self.meter?.read(self.now, self.subject, metric, self.every, ago);
            value.filter(|_| past).map(|value| (ago, value))
        };
        (0..ticks).map(ago).filter_map(value).collect()
    }
}

impl<O: Observer> World<'_, O> {
    /// The first tick of the monitor is scheduled.
    pub fn set_monitor(&mut self) {
        if let Some(every) = self.scenario.monitor {
            self.schedule(self.now.saturating_add(every), Event::Watch);
        }
    }

    /// The monitor looks.
    pub fn watch(&mut self) {
        let Some(every) = self.scenario.monitor else { return };
        self.look();
        for pool in (0..self.scenario.pools.len()).map(PoolId::new) {
            self.tell_seen(pool, None, Subject::Pool(pool), every);
            for agent in self.scenario.pools[pool.index()].agents() {
                if self.agents[agent.index()].present {
                    self.tell_seen(pool, Some(agent), Subject::Agent(agent), every);
                }
            }
        }
        self.check_alerts(every);
        self.scrape();
        self.schedule(self.now.saturating_add(every), Event::Watch);
    }

    fn tell_seen(&mut self, pool: PoolId, agent: Option<AgentId>, of: Subject, every: Span) {
        let read = |metric| self.read(of, metric, every, Span::ZERO);
        let seen = Seen {
            response_mean_s: read(Metric::ResponseMean),
            success_rate: read(Metric::SuccessRate),
            throughput_per_s: read(Metric::Throughput),
            error_rate: read(Metric::ErrorRate),
            memory: read(Metric::Memory),
            cpu: read(Metric::Cpu),
        };
        self.tell(Fact::Control(Control::Monitored { pool, agent, seen }));
    }

    /// All alert rules are evaluated.
    fn check_alerts(&mut self, every: Span) {
        let now = self.now;
        let mut alarms = std::mem::take(&mut self.alarms);
        for alarm in &mut alarms {
            let outcome = |subject: &Subject| {
                let meter = self.meter.as_deref().filter(|_| !self.is_unseen(*subject));
                alarm.rule.when.holds(&View { meter, now, every, subject: *subject })
            };
            let outcomes: Vec<_> = alarm.subjects.iter().map(outcome).collect();
            let holds = (0..outcomes.len()).filter(|i| outcomes[*i].holds).collect();
            let mut changes = Vec::new();
            // A rule with more alerts than its limit drops them: that is told as their end.
            let _ = alarm.watch.step(now, &holds, |subject, change| {
                changes.push((*subject, change.to));
            });
            for (subject, state) in changes {
                let (pool, agent) = match alarm.subjects[subject] {
                    Subject::Pool(pool) => (pool, None),
                    Subject::Agent(agent) => (self.agents[agent.index()].pool, Some(agent)),
                };
                let about = About { pool: Some(pool), agent, ..About::default() };
                let alert::Outcome { value, level, .. } = outcomes[subject];
                let compares = !matches!(alarm.rule.when, alert::Condition::Absent(_));
                let (rule, level) = (alarm.number, compares.then_some(level));
                let fact = Control::Alerted { rule, about, state, value, level };
                self.tell(Fact::Control(fact));
            }
        }
        self.alarms = alarms;
    }

    /// What stands now is kept, for those who read metrics.
    pub fn look(&mut self) {
        let now = self.now;
        let Some(meter) = &mut self.meter else { return };
        if meter.asks_for_oldest() {
            for (queue, desk) in self.desks.iter().enumerate() {
                let oldest = desk.line.oldest(&self.attempts);
                let since = oldest.map(|place| self.attempts[place.attempt].since);
                meter.oldest(QueueId::new(queue), since);
            }
        }
        meter.look(now);
    }

    /// A metric over a window that ended `delay` ago, if it is seen at all.
    pub fn read(&self, of: Subject, metric: Metric, window: Span, delay: Span) -> Option<f64> {
        if self.is_unseen(of) {
            return None;
        }
        self.meter.as_ref()?.read(self.now, of, metric, window, delay)
    }

    /// Whether the monitor is blind to it.
    fn is_unseen(&self, of: Subject) -> bool {
        self.is_blind(match of {
            Subject::Pool(pool) => pool,
            Subject::Agent(agent) => self.agents[agent.index()].pool,
        })
    }
}
