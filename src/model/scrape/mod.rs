//! Scrapes: the simulated system as a Prometheus server sees it, and the alert rules that were read
//! from its rule files.
//!
//! Rule: at each tick of the monitor every series that a rule selects gets a sample; the series of
//! an agent that is not there goes stale. Then the rules of each group that is due are evaluated;
//! each sample that an expression gives is one alert, told apart by its labels. A rule with more
//! alerts than its group's limit drops them all. An expression whose samples do not match one to
//! one leaves its rule's alerts as they are. The series of a pool that the monitor is blind to go
//! stale too, as those of a target whose scrape fails.
//!
//! Invariants: a group is evaluated after the scrape of the same moment; the series of the whole
//! exposition are told, on request, in its order.

mod counts;
mod exposition;
mod words;

use std::collections::BTreeMap;

use super::fact::{About, Control, Fact, Observer};
use super::world::World;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::mechanism::alert::{Machine, State, Watch};
use crate::mechanism::breaker::{self, Guards, Verdict};
use crate::mechanism::promql::{Labels, SeriesId, Store, stale};
use crate::scenario::import::prometheus::Rule;
use crate::scenario::meaning::{Asks, Scenario};
use counts::Counts;
pub use exposition::{Exposed, Part, RESULTS, STATES, Source, exposition};
pub use words::words;

/// A rule of a rule file at run time.
struct Alerting<'s> {
    /// Its place among the scenario's alerts.
    number: u32,
    rule: &'s Rule,
    every: Span,
    watch: Watch<Labels>,
}

/// The scraping server of a run.
pub(super) struct Scraper<'s> {
    counts: Counts<'s>,
    series: Vec<Exposed>,
    /// Where the store has those that a rule selects.
    held: Vec<Option<SeriesId>>,
    /// Which had a sample at the last scrape.
    live: Vec<bool>,
    store: Store,
    rules: Vec<Alerting<'s>>,
}

impl<'s> Scraper<'s> {
    /// Of a run, if its alert rules or whoever runs it want one.
    pub fn new(scenario: &'s Scenario) -> Option<Self> {
        let rules: Vec<Alerting<'s>> = alerting(scenario);
        if rules.is_empty() && !scenario.samples {
            return None;
        }
        let series = exposition(scenario);
        let expressions = || rules.iter().map(|rule| &rule.rule.expression);
        let mut store = Store::for_expressions(expressions());
        let mut names = Vec::new();
        expressions().for_each(|expression| expression.selected(&mut names));
        let hold = |series: &Exposed| {
            let selected = names.contains(&series.name);
            selected.then(|| store.series(series.name, &series.labels))
        };
        Some(Scraper {
            held: series.iter().map(hold).collect(),
            live: vec![false; series.len()],
            series,
            counts: Counts::new(scenario),
            store,
            rules,
        })
    }

    /// A fact of the run.
    pub fn on(&mut self, at: Time, fact: &Fact) {
        self.counts.on(at, fact);
    }

    /// An attempt on the agent has a result.
    pub fn ended(&mut self, agent: AgentId, verdict: Verdict, response: Span) {
        self.counts.ended(agent, verdict, response);
    }
}

fn alerting(scenario: &Scenario) -> Vec<Alerting<'_>> {
    let mut rules = Vec::new();
    for (number, alert) in scenario.alerts.iter().enumerate() {
        if let Asks::Series { rule, every, limit } = &alert.asks {
            let fresh = Machine::waiting(rule.pending, rule.keep_firing_for);
            let (number, watch) = (number as u32, Watch::of(fresh, *limit));
            rules.push(Alerting { number, rule, every: *every, watch });
        }
    }
    rules
}

impl Alerting<'_> {
    /// An evaluation: which alerts changed, into what, and what was seen.
    fn step(&mut self, now: Time, alerts: Vec<(Labels, f64)>) -> Vec<(Labels, State, Option<f64>)> {
        let seen: BTreeMap<Labels, f64> = alerts.into_iter().collect();
        let holds: Vec<Labels> = seen.keys().cloned().collect();
        let mut changes = Vec::new();
        // A rule with more alerts than its limit drops them: that is told as their end.
        let _ = self.watch.step(now, &holds, |labels, change| {
            changes.push((labels.clone(), change.to, seen.get(labels).copied()));
        });
        changes
    }
}

impl<O: Observer> World<'_, O> {
    /// A scrape, and the rules that are due.
    pub fn scrape(&mut self) {
        let Some(mut scraper) = self.scraper.take() else { return };
        for place in 0..scraper.series.len() {
            if scraper.held[place].is_none() && !self.scenario.samples {
                continue;
            }
            let source = scraper.series[place].source;
            let blind = self.pool_of(source).is_some_and(|pool| self.is_blind(pool));
            let value = self.exposed(source, &scraper.counts).filter(|_| !blind);
            let value = match value {
                None if !scraper.live[place] => continue,
                None => stale(),
                Some(value) => value,
            };
            scraper.live[place] = !blind && self.is_exposed(source);
            if let Some(series) = scraper.held[place] {
                scraper.store.push(series, self.now, value);
            }
            if self.scenario.samples {
                let sampled = Control::Sampled { series: place as u32, value };
                self.observer.on(self.now, &Fact::Control(sampled));
            }
        }
        let (now, scenario) = (self.now, self.scenario);
        for rule in &mut scraper.rules {
            if now.nanos() % rule.every.nanos() != 0 {
                continue;
            }
            let Ok(alerts) = rule.rule.alerts(&scraper.store, now) else { continue };
            for (labels, state, value) in rule.step(now, alerts) {
                let about = About::of(&labels, scenario);
                let (rule, level) = (rule.number, None);
                self.tell(Fact::Control(Control::Alerted { rule, about, state, value, level }));
            }
        }
        self.scraper = Some(scraper);
    }

    /// The pool that a series is about, if it is about one.
    fn pool_of(&self, source: Source) -> Option<PoolId> {
        match source {
            Source::Retries(pool) | Source::Wait(pool, _) | Source::Agents(pool, _) => Some(pool),
            Source::Desired(pool) | Source::Breaker(pool, _) => Some(pool),
            Source::Arrived(..) | Source::Left(..) | Source::Sojourn(..) => None,
            Source::QueueLength(_) => None,
            Source::Attempts(agent, _) | Source::Response(agent, _) => self.pool_with(agent),
            Source::Busy(agent) | Source::Slots(agent) | Source::Up(agent) => self.pool_with(agent),
            Source::Memory(agent) | Source::Cpu(agent) => self.pool_with(agent),
        }
    }

    fn pool_with(&self, agent: AgentId) -> Option<PoolId> {
        Some(self.agents[agent.index()].pool)
    }

    /// Whether the series has values now.
    fn is_exposed(&self, source: Source) -> bool {
        source.agent().is_none_or(|agent| self.agents[agent.index()].present)
    }

    /// The value of a series now; `None` if what it is about is not there.
    fn exposed(&self, source: Source, counts: &Counts<'_>) -> Option<f64> {
        if !self.is_exposed(source) {
            return None;
        }
        let crew = |agent: AgentId| self.agents[agent.index()].counts.as_ref().map(|it| it.now());
        let conduct =
            |agent: AgentId| &self.scenario.pools[self.agents[agent.index()].pool.index()].conduct;
        let whole = |flag: bool| f64::from(u8::from(flag));
        Some(match source {
            Source::Arrived(w, class) => counts.tasks[w.index()][class.index()].arrived as f64,
            Source::Left(w, class, outcome) => {
                counts.tasks[w.index()][class.index()].left[outcome as usize] as f64
            }
            Source::Sojourn(w, class, part) => {
                counts.tasks[w.index()][class.index()].sojourns.part(part)
            }
            Source::Attempts(agent, result) => crew(agent)?.results[result] as f64,
            Source::Response(agent, part) => counts.responses[agent.index()].part(part),
            Source::Retries(pool) => counts.retries[pool.index()] as f64,
            Source::Wait(pool, part) => counts.waits[pool.index()].part(part),
            Source::QueueLength(queue) => f64::from(self.desks[queue.index()].waiting),
            Source::Busy(agent) => crew(agent)?.serving.now() as f64,
            Source::Slots(agent) => match self.agents[agent.index()].slots {
                u32::MAX => f64::INFINITY,
                slots => f64::from(slots),
            },
            Source::Memory(agent) => conduct(agent).memory.of(crew(agent)?.serving.now() as f64),
            Source::Cpu(agent) => conduct(agent).cpu.of(crew(agent)?.serving.now() as f64),
            Source::Up(agent) => whole(!self.agents[agent.index()].down),
            Source::Agents(pool, state) => f64::from(self.agents_in(pool)[state]),
            Source::Desired(pool) => match &self.scalers[pool.index()] {
                Some(scaler) => f64::from(scaler.desired()),
                None => f64::from(self.agents_in(pool)[1]),
            },
            Source::Breaker(pool, target) => {
                let guards: Option<&Guards> = self.guards[pool.index()].as_ref();
                let state = guards.map(|guards| guards.state(target as usize, self.now));
                whole(state == Some(breaker::State::Open))
            }
        })
    }

    /// How many agents of a pool start, are ready and leave.
    fn agents_in(&self, pool: PoolId) -> [u32; 3] {
        let starting = self.scalers[pool.index()].as_ref().map_or(0, |scaler| scaler.starting());
        let mut counts = [starting, 0, 0];
        for agent in self.scenario.pools[pool.index()].agents() {
            let agent = &self.agents[agent.index()];
            counts[1] += u32::from(agent.on_duty && !agent.down);
            counts[2] += u32::from(agent.present && !agent.on_duty);
        }
        counts
    }
}
