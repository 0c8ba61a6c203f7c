//! How a case is run: scenarios as a user writes them, how long and how often, and what is taken
//! from a replication for each metric.

use rehearsal::base::read::NoFiles;
use rehearsal::model::{Seed, run};
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

use crate::watch::{Seen, Wishes};

/// Replications of a plan that does not say otherwise.
const REPLICATIONS: u32 = 100;

/// What is asked of the interval of a metric.
#[derive(Clone, Copy, PartialEq)]
pub enum Demand {
    /// It holds the exact value; half of it is below 2 % of the value, 5 % for percentiles.
    Exact,
    /// It lies within 0.5 % of the value, which is a limit and not exact.
    Limit,
    /// As for `Exact`, and it lies above this.
    ExactAbove(f64),
    /// It lies below this.
    Below(f64),
    /// Nothing: a number whose mean is known, so that others can be estimated given it.
    Known(f64),
}

type Take = Box<dyn Fn(&Seen<'_>) -> f64 + Send + Sync>;

/// One metric of the case and what is taken for it from a replication.
pub struct Row {
    pub metric: String,
    pub demand: Demand,
    /// Other rows of the plan whose exact values are known: how far off a replication is there
    /// tells how far off it probably is here.
    pub given: &'static [&'static str],
    pub take: Take,
}

/// One set of replications.
pub struct Plan {
    text: String,
    pub replications: u32,
    wishes: Wishes,
    pub rows: Vec<Row>,
}

/// How long a plan runs, over all its replications.
#[derive(Clone, Copy)]
pub struct Length {
    /// Millions of tasks.
    pub million: f64,
    /// Tasks per second.
    pub rate: f64,
    /// Seconds left out of each replication.
    pub warm_up: f64,
}

impl Plan {
    /// Replications of the scenario with this body.
    pub fn new(body: &str, length: Length) -> Self {
        let tasks = length.million * 1e6 / f64::from(REPLICATIONS);
        let (warm_up, span) = (length.warm_up.ceil(), (tasks / length.rate).ceil());
        let horizon = warm_up + span;
        let head = format!("horizon = \"{horizon}s\"\nwarm_up = \"{warm_up}s\"\n");
        let plan = Plan::small(&(head + body), REPLICATIONS);
        plan.watching(|wishes| wishes.summary = true)
    }

    /// Many small runs from an empty system, as written, without a summary.
    pub fn small(text: &str, replications: u32) -> Self {
        let text = format!("name = \"theory\"\n{text}");
        Plan { text, replications, wishes: Wishes::default(), rows: Vec::new() }
    }

    /// Sees more of a run than its summary, or less.
    pub fn watching(mut self, wish: impl FnOnce(&mut Wishes)) -> Self {
        wish(&mut self.wishes);
        self
    }

    /// The metric is a number of the summary.
    pub fn metric(self, metric: impl Into<String>, name: impl Into<String>) -> Self {
        let name = name.into();
        self.row(metric, move |run| run.metric(&name))
    }

    /// The metric is something of one run.
    pub fn row(
        self,
        metric: impl Into<String>,
        take: impl Fn(&Seen<'_>) -> f64 + Send + Sync + 'static,
    ) -> Self {
        self.demand(Demand::Exact, metric, take)
    }

    /// The metric is something of one run, with a demand of its own.
    pub fn demand(
        mut self,
        demand: Demand,
        metric: impl Into<String>,
        take: impl Fn(&Seen<'_>) -> f64 + Send + Sync + 'static,
    ) -> Self {
        let (metric, take) = (metric.into(), Box::new(take));
        self.rows.push(Row { metric, demand, given: &[], take });
        self
    }

    /// How fast tasks arrive is known, so that others can be estimated given `arrivals`.
    pub fn arrivals(self, rate: f64) -> Self {
        self.demand(Demand::Known(rate), "arrivals", |run| run.arrivals())
    }

    /// The row that was added last is estimated given others.
    pub fn given(mut self, others: &'static [&'static str]) -> Self {
        self.rows.last_mut().expect("a row was added").given = others;
        self
    }

    /// The scenario.
    pub fn load(&self) -> Scenario {
        match load(self.text.as_bytes(), &NoFiles) {
            Ok(loaded) => loaded.scenario,
            Err(mistakes) => panic!("{mistakes:#?}\n{}", self.text),
        }
    }

    /// What one replication gives for each row.
    pub fn replicate(&self, scenario: &Scenario, seed: u64, replication: u32) -> Vec<f64> {
        let seen = Seen::new(scenario, self.wishes);
        let seen = run(scenario, Seed { seed, replication }, seen).close();
        self.rows.iter().map(|row| (row.take)(&seen)).collect()
    }
}

/// How long until a queue has forgotten how it began, in seconds: ten times the relaxation time of
/// one server that is as fast as all of them (Cohen, "The Single Server Queue", 1982), and ten
/// services.
pub fn forgotten(arrivals: f64, speed: f64, servers: f64) -> f64 {
    let all = speed * servers;
    let gap = 1.0 - (arrivals / all).sqrt();
    10.0 / (all * gap * gap) + 10.0 / speed
}
