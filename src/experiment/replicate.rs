//! Replications: the same scenario with independent luck, and the interval of every number.
//!
//! The unit of inference is the replication: every number is a mean over replications with a Student-t interval
//! (Law, "Simulation Modeling and Analysis", chapter 9). One replication has no interval.

use rayon::prelude::*;

use crate::model::fact::Observer;
use crate::model::{Seed, run};
use crate::observe::backlog::Backlog;
use crate::observe::exogenous::Exogenous;
use crate::observe::fingerprint::Fingerprint;
use crate::observe::summary::{Metric, Summary, metrics};
use crate::scenario::meaning::Scenario;
use crate::stats::interval::{Interval, mean_interval};

/// The confidence of every interval that is shown.
pub const CONFIDENCE: f64 = 0.95;

/// The number that tells whether a system is stable: see [`Backlog`] and [`unstable`].
pub const GROWTH: &str = "backlog_growth";

/// More of the load than this left lying makes a system unstable.
const GROWTH_MOST: f64 = 0.02;

/// One replication.
#[derive(Clone, Debug)]
pub struct Replication<'s> {
    /// Its number, from 0.
    pub number: u32,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The digest of what came from outside.
    pub exogenous: u64,
    /// The growth of its backlog.
    pub growth: f64,
    /// Its summary.
    pub summary: Summary<'s>,
}

impl<'s> Replication<'s> {
    /// Runs replication `number` of the scenario from this seed, watched by one more observer.
    pub fn observed<O: Observer>(
        scenario: &'s Scenario,
        seed: u64,
        number: u32,
        extra: O,
    ) -> (Self, O) {
        let outside = (Exogenous::new(scenario), Backlog::new(scenario));
        let observers = ((Fingerprint::default(), outside), (Summary::new(scenario), extra));
        let ((fingerprint, (exogenous, backlog)), (summary, extra)) =
            run(scenario, Seed { seed, replication: number }, observers);
        let replication = Replication {
            number,
            fingerprint: fingerprint.digest(),
            exogenous: exogenous.digest(),
            growth: backlog.growth(),
            summary,
        };
        (replication, extra)
    }

    /// Runs replication `number` of the scenario from this seed.
    pub fn run(scenario: &'s Scenario, seed: u64, number: u32) -> Self {
        Self::observed(scenario, seed, number, ()).0
    }

    /// Its numbers.
    pub fn metrics(&self) -> Vec<Metric> {
        all_metrics(&self.summary, self.growth)
    }
}

fn all_metrics(summary: &Summary<'_>, growth: f64) -> Vec<Metric> {
    let mut all = metrics(summary);
    all.push(Metric { name: GROWTH.to_string(), value: growth });
    all
}

/// The names of the numbers that runs of this scenario have.
pub fn names(scenario: &Scenario) -> Vec<String> {
    let nothing = all_metrics(&Summary::new(scenario), f64::NAN);
    nothing.into_iter().map(|metric| metric.name).collect()
}

/// Runs `n` replications in parallel, the first one watched by `extra`; `done` is told after each, from
/// any thread.
pub fn replicate<'s, O: Observer + Send>(
    scenario: &'s Scenario,
    seed: u64,
    n: u32,
    extra: O,
    done: impl Fn() + Sync,
) -> (Vec<Replication<'s>>, O) {
    let one = |number| {
        let replication = Replication::run(scenario, seed, number);
        done();
        replication
    };
    let first = || {
        let first = Replication::observed(scenario, seed, 0, extra);
        done();
        first
    };
    let others = || (1..n).into_par_iter().map(one).collect::<Vec<_>>();
    let ((first, extra), others) = rayon::join(first, others);
    let all = std::iter::once(first).chain(others).collect();
    (all, extra)
}

/// The estimate of a number over the replications in which it exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Its name.
    pub name: String,
    /// Its mean and interval; `None` if it exists in no replication.
    pub interval: Option<Interval>,
}

/// The estimate of every number.
pub fn estimates(runs: &[Replication<'_>]) -> Vec<Estimate> {
    let runs: Vec<Vec<Metric>> = runs.iter().map(Replication::metrics).collect();
    let Some(first) = runs.first() else { return Vec::new() };
    let estimate = |(index, metric): (usize, &Metric)| Estimate {
        name: metric.name.clone(),
        interval: estimate(runs.iter().map(|run| run[index].value)),
    };
    first.iter().enumerate().map(estimate).collect()
}

/// The mean and interval of the values that are numbers.
pub fn estimate(values: impl Iterator<Item = f64>) -> Option<Interval> {
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    mean_interval(&values, CONFIDENCE)
}

/// Whether a system is unstable, by its [`GROWTH`]: more than 2 % of the load is left lying, and not by
/// chance. A single replication says nothing of chance; its value is taken as it is.
pub fn unstable(growth: Option<&Interval>) -> bool {
    growth.is_some_and(|growth| growth.mean > GROWTH_MOST && growth.low.is_none_or(|low| low > 0.0))
}
