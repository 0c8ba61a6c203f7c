//! What is seen of one run: the summary that every user gets and, beside it, what no summary
//! offers.

use rehearsal::base::time::{Span, Time};
use rehearsal::model::fact::{Fact, Observer, Outcome};
use rehearsal::observe::summary::{Metric, Summary, TaskStats, metrics};
use rehearsal::scenario::meaning::Scenario;
use rehearsal::stats::level::Level;
use rehearsal::stats::tally::Tally;

use crate::sizes::Sizes;
use crate::uptime::Uptime;

/// What a plan wants to see; the less, the faster.
#[derive(Clone, Copy, Default)]
pub struct Wishes {
    pub summary: bool,
    pub census: bool,
    /// Stays, and how many waited no longer than this, in seconds.
    pub stays: Option<f64>,
    pub fleet: bool,
    /// The tasks however they left, and all work done for them.
    pub lives: bool,
    /// How many agents are up, and whether at least this many are.
    pub uptime: Option<usize>,
    /// Sojourn over work, also of the tasks of this work.
    pub size: Option<f64>,
}

/// Everything seen of one run.
pub struct Seen<'s> {
    summary: Option<Summary<'s>>,
    metrics: Vec<Metric>,
    census: Option<Census>,
    stays: Option<Stays>,
    fleet: Option<Fleet>,
    uptime: Option<Uptime>,
    sizes: Option<Sizes>,
    lives: Option<Lives>,
}

impl<'s> Seen<'s> {
    pub fn new(scenario: &'s Scenario, wishes: Wishes) -> Self {
        let window = (scenario.warm_up, scenario.horizon);
        Seen {
            summary: wishes.summary.then(|| Summary::new(scenario)),
            metrics: Vec::new(),
            census: wishes.census.then(|| Census::new(window)),
            stays: wishes.stays.map(|limit| Stays::new(window, limit)),
            fleet: wishes.fleet.then(|| Fleet::new(window, scenario.agents())),
            uptime: wishes.uptime.map(|enough| Uptime::new(window, scenario.agents(), enough)),
            sizes: wishes.size.map(|size| Sizes::new(window, size)),
            lives: wishes.lives.then(Lives::default),
        }
    }

    /// The run is over: the numbers of the summary are known by name.
    pub fn close(mut self) -> Self {
        self.metrics = self.summary.as_ref().map(metrics).unwrap_or_default();
        self
    }

    /// A number of the summary.
    pub fn metric(&self, name: &str) -> f64 {
        let found = self.metrics.iter().find(|metric| metric.name == name);
        found.unwrap_or_else(|| panic!("the summary has no `{name}`")).value
    }

    /// The mean number at a node of one queue and one pool of the same name: in line and in
    /// service.
    pub fn at_node(&self, name: &str) -> f64 {
        self.metric(&format!("queue.{name}.length_mean"))
            + self.metric(&format!("pool.{name}.busy_mean"))
    }

    /// A count of the summary, per second of the window.
    pub fn per_second(&self, name: &str) -> f64 {
        let summary = self.summary.as_ref().expect("a plan with rates has a summary");
        self.metric(name) / summary.window_s()
    }

    /// How many times a second a step becomes ready.
    pub fn rate_of(&self, step: &str) -> f64 {
        self.per_second(&format!("step.{step}.attempts"))
    }

    /// How many tasks arrive in a second of the window.
    pub fn arrivals(&self) -> f64 {
        self.per_second("arrived")
    }

    /// The variance over tasks of what the summary keeps of them.
    pub fn variance(&self, of: impl Fn(&TaskStats) -> &Tally) -> f64 {
        let mut all = Tally::new();
        let summary = self.summary.as_ref().expect("a plan with variances has a summary");
        summary.cells.iter().for_each(|cell| all.merge(of(cell)));
        all.variance_s2().expect("there are many tasks")
    }

    pub fn census(&self) -> &Census {
        self.census.as_ref().expect("the plan watches the number in the system")
    }

    pub fn stays(&self) -> &Stays {
        self.stays.as_ref().expect("the plan watches stays")
    }

    pub fn fleet(&self) -> &Fleet {
        self.fleet.as_ref().expect("the plan watches the fleet")
    }

    pub fn lives(&self) -> &Lives {
        self.lives.as_ref().expect("the plan watches lives")
    }

    pub fn uptime(&self) -> &Uptime {
        self.uptime.as_ref().expect("the plan watches who is up")
    }

    pub fn sizes(&self) -> &Sizes {
        self.sizes.as_ref().expect("the plan watches sizes")
    }
}

impl Observer for Seen<'_> {
    #[inline]
    fn on(&mut self, at: Time, fact: &Fact) {
        if let Some(summary) = &mut self.summary {
            summary.on(at, fact);
        }
        if let Some(census) = &mut self.census {
            census.on(at, fact);
        }
        if let Some(stays) = &mut self.stays {
            stays.on(at, fact);
        }
        if let Some(fleet) = &mut self.fleet {
            fleet.on(at, fact);
        }
        if let Some(uptime) = &mut self.uptime {
            uptime.on(at, fact);
        }
        if let Some(sizes) = &mut self.sizes {
            sizes.on(at, fact);
        }
        if let Some(lives) = &mut self.lives {
            lives.on(at, fact);
        }
    }
}

/// All tasks of a run without warm-up, and all that agents did for them.
#[derive(Default)]
pub struct Lives {
    sojourn: Tally,
    served: u128,
}

impl Lives {
    /// The mean sojourn of all tasks, however they left.
    pub fn sojourn_s(&self) -> f64 {
        self.sojourn.mean_s().expect("there are tasks")
    }

    /// The mean time of agents that a task took, over all its attempts.
    pub fn served_s(&self) -> f64 {
        self.served as f64 / 1e9 / self.sojourn.count() as f64
    }
}

impl Observer for Lives {
    fn on(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Left(departure) => self.sojourn.record(at.since(departure.arrived)),
            Fact::Finished { served, .. } | Fact::Stopped { served, .. } => {
                self.served += u128::from(served.nanos());
            }
            _ => {}
        }
    }
}

/// The start and the end of what counts.
pub type Window = (Time, Time);

pub fn within((from, to): Window, at: Time) -> bool {
    from <= at && at < to
}

/// How long each number of tasks was in the system, and how many tasks found it.
pub struct Census {
    window: Window,
    number: usize,
    since: Time,
    nanos: Vec<u64>,
    found: Vec<u64>,
}

impl Census {
    fn new(window: Window) -> Self {
        Census { window, number: 0, since: window.0, nanos: Vec::new(), found: Vec::new() }
    }

    #[inline]
    fn hold(&mut self, at: Time) {
        let until = at.max(self.since).min(self.window.1);
        let span = until.saturating_since(self.since);
        if span > Span::ZERO {
            if self.number >= self.nanos.len() {
                self.nanos.resize(self.number + 1, 0);
            }
            self.nanos[self.number] += span.nanos();
            self.since = until;
        }
    }

    /// The time average of a function of the number in the system.
    pub fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        let total: f64 = self.nanos.iter().map(|nanos| *nanos as f64).sum();
        let weighted = |(n, nanos): (usize, &u64)| of(n as f64) * *nanos as f64;
        self.nanos.iter().enumerate().map(weighted).sum::<f64>() / total
    }

    /// The share of time in which the number is one of these.
    pub fn share(&self, is: impl Fn(f64) -> bool) -> f64 {
        self.mean(|n| f64::from(u8::from(is(n))))
    }

    /// The share of arriving tasks that find nobody.
    pub fn found_empty(&self) -> f64 {
        self.found[0] as f64 / self.found.iter().sum::<u64>() as f64
    }

    /// The number at the end of a run that is not drained.
    pub fn at_end(&self) -> f64 {
        self.number as f64
    }
}

impl Observer for Census {
    #[inline]
    fn on(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Arrived { .. } => {
                self.hold(at);
                if within(self.window, at) {
                    if self.number >= self.found.len() {
                        self.found.resize(self.number + 1, 0);
                    }
                    self.found[self.number] += 1;
                }
                self.number += 1;
            }
            Fact::Left(_) => {
                self.hold(at);
                self.number -= 1;
            }
            Fact::Ended { .. } => self.hold(at.max(self.window.1)),
            _ => {}
        }
    }
}

/// Waits of the completed tasks that arrived in the window, and the moments of their service.
pub struct Stays {
    window: Window,
    limit: Span,
    count: u64,
    /// Tasks that waited no longer than the limit.
    soon: u64,
    wait: Tally,
    /// Sums of powers of wait and time in service, in seconds.
    square: f64,
    cube: f64,
    wait_square: f64,
    wait_square_work: f64,
}

impl Stays {
    fn new(window: Window, limit_s: f64) -> Self {
        let limit = Span::from_seconds(limit_s);
        Stays {
            window,
            limit,
            count: 0,
            soon: 0,
            wait: Tally::new(),
            square: 0.0,
            cube: 0.0,
            wait_square: 0.0,
            wait_square_work: 0.0,
        }
    }

    /// The share that waited no longer than the limit.
    pub fn soon(&self) -> f64 {
        self.soon as f64 / self.count as f64
    }

    /// The mean wait, in seconds.
    pub fn wait(&self) -> f64 {
        self.wait.mean_s().expect("there are tasks")
    }

    /// The mean square of the time in service.
    pub fn square(&self) -> f64 {
        self.square / self.count as f64
    }

    /// The mean cube of the time in service.
    pub fn cube(&self) -> f64 {
        self.cube / self.count as f64
    }

    /// The mean of the squared wait times what the own time in service is above its mean.
    pub fn wait_by_work(&self, mean: f64) -> f64 {
        (self.wait_square_work - mean * self.wait_square) / self.count as f64
    }
}

impl Observer for Stays {
    #[inline]
    fn on(&mut self, _at: Time, fact: &Fact) {
        let Fact::Left(departure) = fact else { return };
        if departure.outcome == Outcome::Completed && within(self.window, departure.arrived) {
            self.count += 1;
            self.soon += u64::from(departure.waited <= self.limit);
            self.wait.record(departure.waited);
            let (wait, work) = (departure.waited.seconds(), departure.served.seconds());
            self.square += work * work;
            self.cube += work * work * work;
            self.wait_square += wait * wait;
            self.wait_square_work += wait * wait * work;
        }
    }
}

/// How many attempts each agent has, in its own line and in service.
pub struct Fleet {
    has: Vec<u32>,
    busy: usize,
    /// 1 while every agent has one.
    all_busy: Level,
}

impl Fleet {
    fn new((from, to): Window, agents: usize) -> Self {
        Fleet { has: vec![0; agents], busy: 0, all_busy: Level::new(from, to, 0) }
    }

    /// The share of time in which every agent has one.
    pub fn all_busy(&self) -> f64 {
        self.all_busy.mean().expect("the window is not empty")
    }

    fn change(&mut self, at: Time, agent: usize, more: bool) {
        let has = &mut self.has[agent];
        *has = if more { *has + 1 } else { *has - 1 };
        match (*has, more) {
            (1, true) => self.busy += 1,
            (0, false) => self.busy -= 1,
            _ => return,
        }
        self.all_busy.set(at, u64::from(self.busy == self.has.len()));
    }
}

impl Observer for Fleet {
    fn on(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Queued { agent: Some(agent), .. }
            | Fact::Started { agent, queued: false, .. } => self.change(at, agent.index(), true),
            Fact::Finished { agent, .. } => self.change(at, agent.index(), false),
            _ => {}
        }
    }
}
