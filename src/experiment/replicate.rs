//! Replications: the same scenario with independent luck, and the interval of every number.
//!
//! The unit of inference is the replication: every number is a mean over replications with a Student-t interval
//! (EXPERIMENTS: Law, Simulation Modeling and Analysis, chapter 9). One replication has no interval.

use rayon::prelude::*;

use crate::model::{Seed, run};
use crate::observe::exogenous::Exogenous;
use crate::observe::fingerprint::Fingerprint;
use crate::observe::summary::{Metric, Summary, metrics};
use crate::scenario::meaning::Scenario;
use crate::stats::interval::{Interval, mean_interval};

/// The confidence of every interval that is shown.
pub const CONFIDENCE: f64 = 0.95;

/// One replication.
#[derive(Clone, Debug)]
pub struct Replication<'s> {
    /// Its number, from 0.
    pub number: u32,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The digest of what came from outside.
    pub exogenous: u64,
    /// Its summary.
    pub summary: Summary<'s>,
}

impl<'s> Replication<'s> {
    /// Runs replication `number` of the scenario from this seed.
    pub fn run(scenario: &'s Scenario, seed: u64, number: u32) -> Self {
        let observers = ((Fingerprint::default(), Exogenous::new(scenario)), Summary::new(scenario));
        let ((fingerprint, exogenous), summary) =
            run(scenario, Seed { seed, replication: number }, observers);
        let (fingerprint, exogenous) = (fingerprint.digest(), exogenous.digest());
        Replication { number, fingerprint, exogenous, summary }
    }

    /// Its numbers.
    pub fn metrics(&self) -> Vec<Metric> {
        metrics(&self.summary)
    }
}

/// Runs `n` replications in parallel; `done` is told after each, from any thread.
pub fn replicate<'s>(
    scenario: &'s Scenario,
    seed: u64,
    n: u32,
    done: impl Fn() + Sync,
) -> Vec<Replication<'s>> {
    let one = |number| {
        let replication = Replication::run(scenario, seed, number);
        done();
        replication
    };
    (0..n).into_par_iter().map(one).collect()
}

/// The estimate of every number; `None` where it exists in no replication.
pub fn estimates(runs: &[Vec<Metric>]) -> Vec<(String, Option<Interval>)> {
    let Some(first) = runs.first() else { return Vec::new() };
    let estimate = |(index, metric): (usize, &Metric)| {
        let values: Vec<f64> =
            runs.iter().map(|run| run[index].value).filter(|value| value.is_finite()).collect();
        (metric.name.clone(), mean_interval(&values, CONFIDENCE))
    };
    first.iter().enumerate().map(estimate).collect()
}
