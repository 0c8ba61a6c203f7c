//! The monitor: at every tick it looks at the pools and agents, tells what it sees that is new, and
//! evaluates the alert rules.
//!
//! Rule (reference, `OrchestrationMonitor`): every 30 s, per agent: response time, success rate,
//! throughput, error rate, memory, CPU; then the thresholds. Of agents that are not there nothing
//! is seen. Invariants: looking changes nothing but alerts; all rules see the same moment; who has
//! settled (see [`meter`](super::meter)) looks as before, and is not looked at again.

use super::event::Event;
use super::fact::{About, Control, Fact, Observer, Seen};
use super::meter::{Meter, Reach, Sight, Subject, Window};
use super::world::World;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::mechanism::alert::{self, Look, Outcome, Scope, Sees, Watch};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::{Alert, Asks, Scenario};

/// The monitor of a run.
pub(super) struct Monitor<'s> {
    every: Span,
    /// How far back it and its rules look.
    back: Span,
    subjects: Vec<Subject>,
    /// What was seen of each subject.
    seen: Vec<Seen>,
    alarms: Vec<Alarm<'s>>,
}

/// An alert rule at run time.
struct Alarm<'s> {
    /// Its place among the scenario's alerts.
    number: u32,
    rule: &'s alert::Rule,
    /// How far back it looks.
    back: Span,
    /// What came of it for each subject; `None`: it is not about that.
    outcomes: Vec<Option<Outcome>>,
    /// By the place among the subjects.
    watch: Watch<usize>,
    /// For whom the condition held last, in order.
    holds: Vec<usize>,
}

impl<'s> Monitor<'s> {
    /// Of a run that has one.
    pub fn new(scenario: &'s Scenario) -> Option<Self> {
        let every = scenario.monitor?;
        let subjects = Subject::all(scenario);
        let alarm = |(number, alert): (usize, &'s Alert)| match &alert.asks {
            Asks::Metrics { rule, pools } => {
                let number = number as u32;
                let is_about = |of: &Subject| is_about(scenario, rule, pools, *of);
                let outcomes = subjects.iter().map(|of| is_about(of).then(Outcome::default));
                Some(Alarm::new(number, rule, outcomes.collect(), every))
            }
            Asks::Series { .. } => None,
        };
        let alarms: Vec<Alarm<'s>> = scenario.alerts.iter().enumerate().filter_map(alarm).collect();
        let back = alarms.iter().map(|alarm| alarm.back).fold(every, Span::max);
        let seen = vec![Seen::default(); subjects.len()];
        Some(Monitor { every, back, subjects, seen, alarms })
    }
}

/// Whether a rule about these pools is about the subject.
fn is_about(scenario: &Scenario, rule: &alert::Rule, pools: &[PoolId], of: Subject) -> bool {
    match (of, rule.per) {
        (Subject::Pool(pool), Scope::Pool) => pools.contains(&pool),
        (Subject::Agent(agent), Scope::Agent) => pools.contains(&scenario.pool_of(agent)),
        (Subject::Pool(_), Scope::Agent) | (Subject::Agent(_), Scope::Pool) => false,
    }
}

impl<'s> Alarm<'s> {
    fn new(
        number: u32,
        rule: &'s alert::Rule,
        outcomes: Vec<Option<Outcome>>,
        every: Span,
    ) -> Self {
        let windows = rule.when.windows().into_iter();
        let back = windows.map(|look| back(look, every)).max().unwrap_or(every);
        Alarm { number, rule, back, outcomes, watch: Watch::new(rule), holds: Vec::new() }
    }

    /// The rule is asked about a subject that has not changed for so long.
    fn ask(&mut self, subject: usize, view: &View<'_, '_>, still: Span) {
        let Some(outcome) = &mut self.outcomes[subject] else { return };
        if has_settled(still, self.back, view.every) {
            return;
        }
        let held = outcome.holds;
        *outcome = self.rule.when.holds(view);
        if outcome.holds != held {
            match self.holds.binary_search(&subject) {
                Ok(place) => drop(self.holds.remove(place)),
                Err(place) => self.holds.insert(place, subject),
            }
        }
    }
}

/// Whether a subject that has not changed for so long looked at the last tick already as it does
/// now to those who look so far back.
fn has_settled(still: Span, back: Span, every: Span) -> bool {
    still >= every && still - every >= back
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

/// What is seen of a subject now.
struct View<'a, 's> {
    /// `None`: nothing is seen.
    meter: Option<&'a Meter<'s>>,
    now: Time,
    every: Span,
    subject: Subject,
    /// Since the last tick.
    sight: Option<Sight<'a>>,
}

impl<'a, 's> View<'a, 's> {
    /// The subject over a window that ended so long ago.
    fn over(&self, window: Span, ago: Span) -> Option<Sight<'a>> {
        let meter = self.meter?;
        Some(meter.sight(self.subject, meter.window(self.now, window, ago)?))
    }

    fn seen(&self) -> Seen {
        let read = |metric| self.sight.as_ref()?.read(metric);
        Seen {
            response_mean_s: read(Metric::ResponseMean),
            success_rate: read(Metric::SuccessRate),
            throughput_per_s: read(Metric::Throughput),
            error_rate: read(Metric::ErrorRate),
            memory: read(Metric::Memory),
            cpu: read(Metric::Cpu),
        }
    }
}

impl Sees for View<'_, '_> {
    fn value(&self, metric: Metric, window: Option<Span>) -> Option<f64> {
        match window {
            None => self.sight.as_ref()?.read(metric),
            Some(window) => self.over(window, Span::ZERO)?.read(metric),
        }
    }

    fn slower(&self, limit: Span, window: Span) -> Option<f64> {
        self.meter?.slower(self.now, self.subject, limit, window)
    }

    fn history(&self, metric: Metric, over: Span) -> Vec<(Span, f64)> {
        let ago = |i: u64| Span::from_nanos(self.every.nanos().saturating_mul(i));
        let ticks = over.nanos().div_ceil(self.every.nanos());
        let value = |ago: Span| Some((ago, self.over(self.every, ago)?.read(metric)?));
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
        self.look();
        let (Some(mut monitor), Some(meter)) = (self.monitor.take(), &self.meter) else {
            return;
        };
        let window = meter.window(self.now, monitor.every, Span::ZERO);
        for subject in 0..monitor.subjects.len() {
            self.inspect(&mut monitor, subject, window);
        }
        self.tell(Fact::Control(Control::Looked));
        let Monitor { subjects, alarms, .. } = &mut *monitor;
        alarms.iter_mut().for_each(|alarm| self.step_alert(alarm, subjects));
        self.scrape();
        self.schedule(self.now.saturating_add(monitor.every), Event::Watch);
        self.monitor = Some(monitor);
    }

    /// The monitor looks at a subject, unless that has settled.
    fn inspect(&mut self, monitor: &mut Monitor<'_>, subject: usize, window: Option<Window>) {
        let Some(meter) = self.meter.as_deref() else { return };
        let of = monitor.subjects[subject];
        let still = self.now.since(meter.changed_at(of));
        if has_settled(still, monitor.back, monitor.every) {
            return;
        }
        let (pool, agent) = self.whereabouts(of);
        let meter = self.seeing(pool);
        let sight = meter.zip(window).map(|(meter, window)| meter.sight(of, window));
        let view = View { meter, now: self.now, every: monitor.every, subject: of, sight };
        monitor.alarms.iter_mut().for_each(|alarm| alarm.ask(subject, &view, still));
        let is_there = agent.is_none_or(|agent| self.agents[agent.index()].present);
        let seen = if is_there { view.seen() } else { Seen::default() };
        if std::mem::replace(&mut monitor.seen[subject], seen) != seen {
            self.tell(Fact::Control(Control::Monitored { pool, agent, seen }));
        }
    }

    /// An alert rule takes its step.
    fn step_alert(&mut self, alarm: &mut Alarm<'_>, subjects: &[Subject]) {
        let mut changes = Vec::new();
        // A rule with more alerts than its limit drops them: that is told as their end.
        let note = |subject: &usize, change: alert::Change| changes.push((*subject, change.to));
        let _ = alarm.watch.step(self.now, &alarm.holds, note);
        for (subject, state) in changes {
            let Some(outcome) = alarm.outcomes[subject] else { continue };
            let (pool, agent) = self.whereabouts(subjects[subject]);
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
        if meter.reads_oldest() {
            for desk in &mut self.desks {
                let oldest = desk.line.oldest(&self.attempts);
                let since = oldest.map(|place| self.attempts[place.attempt].since);
                if let Some(counts) = &mut desk.counts
                    // Who waits will have waited longer at the next look: that is a change.
                    && (since.is_some() || counts.now().oldest.is_some())
                {
                    counts.change().oldest = since;
                }
            }
        }
        meter.look(now, &mut self.agents, &mut self.desks);
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
}
