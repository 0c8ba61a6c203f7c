//! The monitor: at every tick it looks at the pools and agents, tells what it saw, and evaluates
//! the alert rules.
//!
//! Rule (reference, `OrchestrationMonitor`): every 30 s, per agent: response time, success rate,
//! throughput, error rate, memory, CPU; then the thresholds. Agents that are not there are not
//! looked at. Invariants: looking changes nothing but alerts; all rules see the same moment.

use super::event::Event;
use super::fact::{About, Control, Fact, Observer, Seen};
use super::meter::{Meter, Reach, Sight, Still, Subject, Window};
use super::world::World;
use crate::base::id::{AgentId, PoolId, QueueId};
use crate::base::time::{Span, Time};
use crate::mechanism::alert::{self, Look, Outcome, Scope, Sees, Watch};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::{Asks, Scenario};

/// The monitor of a run.
pub(super) struct Monitor<'s> {
    every: Span,
    /// What is seen of each pool and of each agent.
    pools: Vec<Still<Seen>>,
    agents: Vec<Still<Seen>>,
    alarms: Vec<Alarm<'s>>,
}

/// An alert rule at run time.
struct Alarm<'s> {
    /// Its place among the scenario's alerts.
    number: u32,
    rule: &'s alert::Rule,
    subjects: Vec<Watched>,
    /// How far back it looks.
    back: Span,
    /// By the place among the subjects.
    watch: Watch<usize>,
    /// For whom the condition held last.
    holds: Vec<usize>,
}

/// What a rule is about, and what came of it.
struct Watched {
    of: Subject,
    still: Still<Outcome>,
    outcome: Outcome,
}

impl<'s> Monitor<'s> {
    /// Of a run that has one.
    pub fn new(scenario: &'s Scenario) -> Option<Self> {
        let every = scenario.monitor?;
        let pools = vec![Still::new(); scenario.pools.len()];
        let agents = vec![Still::new(); scenario.agents()];
        let mut alarms = Vec::new();
        for (number, alert) in scenario.alerts.iter().enumerate() {
            if let Asks::Metrics { rule, pools } = &alert.asks {
                alarms.push(Alarm::new(scenario, number as u32, rule, pools, every));
            }
        }
        Some(Monitor { every, pools, agents, alarms })
    }
}

impl<'s> Alarm<'s> {
    fn new(
        scenario: &Scenario,
        number: u32,
        rule: &'s alert::Rule,
        pools: &[PoolId],
        every: Span,
    ) -> Self {
        let pools = pools.iter().copied();
        let agents = |pool: PoolId| scenario.pools[pool.index()].agents().map(Subject::Agent);
        let subjects: Vec<Subject> = match rule.per {
            Scope::Pool => pools.map(Subject::Pool).collect(),
            Scope::Agent => pools.flat_map(agents).collect(),
        };
        let watched = |of| Watched { of, still: Still::new(), outcome: Outcome::default() };
        let subjects = subjects.into_iter().map(watched).collect();
        let windows = rule.when.windows();
        let back = windows.into_iter().map(|look| back(look, every)).max().unwrap_or(every);
        Alarm { number, rule, subjects, back, watch: Watch::new(rule), holds: Vec::new() }
    }
}

/// How far back a rule looks.
fn back(look: Look, every: Span) -> Span {
    match look {
        Look::Value { window, .. } => window.unwrap_or(every),
        Look::Slower { window, .. } => window,
        Look::History { over, .. } => over + every,
    }
}

/// How far back the alert rules read.
pub(super) fn reach(scenario: &Scenario, every: Span, reach: &mut Reach) {
    reach.agents = reach.agents.max(every);
    reach.pools = reach.pools.max(every);
    for alert in &scenario.alerts {
        let Asks::Metrics { rule, .. } = &alert.asks else { continue };
        let of_agents = rule.per == Scope::Agent;
        for look in rule.when.windows() {
            let metric = match look {
                Look::Value { metric, .. } | Look::History { metric, .. } => metric,
                Look::Slower { .. } => Metric::ResponseP50,
            };
            reach.include(metric, of_agents, back(look, every));
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
        let meter = self.meter?;
        let window = meter.window(self.now, window, Span::ZERO)?;
        meter.sight(self.subject, window).read(metric)
    }

    fn slower(&self, limit: Span, window: Span) -> Option<f64> {
        self.meter?.slower(self.now, self.subject, limit, window)
    }

    fn history(&self, metric: Metric, over: Span) -> Vec<(Span, f64)> {
        let ago = |i: u64| Span::from_nanos(self.every.nanos().saturating_mul(i));
        let ticks = over.nanos().div_ceil(self.every.nanos());
        let value = |ago: Span| {
            let past = self.now.nanos() >= ago.nanos();
            let meter = self.meter?;
            let window = meter.window(self.now, self.every, ago)?;
            let value = meter.sight(self.subject, window).read(metric);
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
        let Some(mut monitor) = self.monitor.take() else { return };
        self.look();
        let (now, every) = (self.now, monitor.every);
        let meter = self.meter.as_ref();
        let window = meter.and_then(|meter| meter.window(now, every, Span::ZERO));
        for pool in (0..self.scenario.pools.len()).map(PoolId::new) {
            self.tell_seen(pool, None, &mut monitor.pools[pool.index()], window);
            for agent in self.scenario.pools[pool.index()].agents() {
                if self.agents[agent.index()].present {
                    self.tell_seen(pool, Some(agent), &mut monitor.agents[agent.index()], window);
                }
            }
        }
        monitor.alarms.iter_mut().for_each(|alarm| self.check_alert(alarm, every));
        self.scrape();
        self.schedule(now.saturating_add(every), Event::Watch);
        self.monitor = Some(monitor);
    }

    fn tell_seen(
        &mut self,
        pool: PoolId,
        agent: Option<AgentId>,
        seen: &mut Still<Seen>,
        window: Option<Window>,
    ) {
        let of = agent.map_or(Subject::Pool(pool), Subject::Agent);
        let sees = self.seeing(pool).zip(window);
        let seen = sees.map_or_else(Seen::default, |(meter, window)| {
            let read = || seen_in(&meter.sight(of, window));
            seen.get(meter.changed_at(of), window.from, read)
        });
        self.tell(Fact::Control(Control::Monitored { pool, agent, seen }));
    }

    /// An alert rule is evaluated.
    fn check_alert(&mut self, alarm: &mut Alarm<'_>, every: Span) {
        let (now, begin) = (self.now, self.before(alarm.back));
        alarm.holds.clear();
        for (place, watched) in alarm.subjects.iter_mut().enumerate() {
            let subject = watched.of;
            let meter = self.seeing(self.whereabouts(subject).0);
            let read = || alarm.rule.when.holds(&View { meter, now, every, subject });
            watched.outcome = match meter {
                Some(meter) => watched.still.get(meter.changed_at(subject), begin, read),
                None => read(),
            };
            if watched.outcome.holds {
                alarm.holds.push(place);
            }
        }
        let mut changes = Vec::new();
        // A rule with more alerts than its limit drops them: that is told as their end.
        let note = |place: &usize, change: alert::Change| changes.push((*place, change.to));
        let _ = alarm.watch.step(now, &alarm.holds, note);
        for (place, state) in changes {
            let Watched { of, outcome, .. } = alarm.subjects[place];
            let (pool, agent) = self.whereabouts(of);
            let about = About { pool: Some(pool), agent, ..About::default() };
            let Outcome { value, level, .. } = outcome;
            let compares = !matches!(alarm.rule.when, alert::Condition::Absent(_));
            let (rule, level) = (alarm.number, compares.then_some(level));
            self.tell(Fact::Control(Control::Alerted { rule, about, state, value, level }));
        }
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

    /// The meter, if the monitor is not blind to the pool.
    pub fn seeing(&self, pool: PoolId) -> Option<&Meter<'_>> {
        self.meter.as_deref().filter(|_| !self.is_blind(pool))
    }

    /// The pool of a subject, and the agent if it is one.
    fn whereabouts(&self, of: Subject) -> (PoolId, Option<AgentId>) {
        match of {
            Subject::Pool(pool) => (pool, None),
            Subject::Agent(agent) => (self.agents[agent.index()].pool, Some(agent)),
        }
    }

    /// So long ago, or time zero.
    fn before(&self, back: Span) -> Time {
        Time::from_nanos(self.now.nanos().saturating_sub(back.nanos()))
    }
}

/// What the monitor sees of a subject.
fn seen_in(sight: &Sight<'_>) -> Seen {
    Seen {
        response_mean_s: sight.read(Metric::ResponseMean),
        success_rate: sight.read(Metric::SuccessRate),
        throughput_per_s: sight.read(Metric::Throughput),
        error_rate: sight.read(Metric::ErrorRate),
        memory: sight.read(Metric::Memory),
        cpu: sight.read(Metric::Cpu),
    }
}
