//! The replications of one scenario, and what is kept of them.
//!
//! The summary of a run holds samples of every class and step; of thousands of runs that would be
//! gigabytes. So each gives its numbers and its agents, its sojourns go into one pool, and it is
//! dropped. Invariant: pooling is exact in any order, so threads change nothing.

use std::sync::Mutex;

use super::evidence::{Shown, evidence};
use super::replicate::{Replication, estimate, names, replicate};
use super::watch::Watch;
use crate::observe::advice::{Recommendation, recommendations};
use crate::observe::summary::AgentStats;
use crate::scenario::meaning::Scenario;
use crate::stats::interval::Interval;
use crate::stats::quantile::Quantiles;

/// What is kept of one replication.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its number, from 0.
    pub number: u32,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its numbers, in the order of [`Gathered::names`]; NaN where one does not exist.
    pub values: Vec<f64>,
    /// Its agents.
    pub agents: Vec<AgentStats>,
    /// What it has shown, for recommendations.
    pub shown: Shown,
}

/// All replications.
pub struct Gathered<'s> {
    /// What was run.
    pub scenario: &'s Scenario,
    /// The seed.
    pub seed: u64,
    /// The names of the numbers.
    pub names: Vec<String>,
    /// The replications, in order.
    pub runs: Vec<Run>,
    /// The estimate of each number; `None` if it exists in no replication.
    pub estimates: Vec<Option<Interval>>,
    /// The sojourns of each class, of all replications.
    pub sojourns: Vec<Quantiles>,
    /// What could be done.
    pub advice: Vec<Recommendation>,
    /// Replication 0 in detail.
    pub watch: Watch<'s>,
}

impl<'s> Gathered<'s> {
    /// Runs `n` replications in parallel, telling each to `done`; of replication 0 at most `rows`
    /// tasks and facts are kept.
    pub fn new(
        scenario: &'s Scenario,
        seed: u64,
        n: u32,
        rows: usize,
        done: impl Fn() + Sync,
    ) -> Self {
        let pool = Mutex::new(vec![Quantiles::default(); scenario.classes.len()]);
        let keep = |replication: Replication<'s>| {
            let values = replication.metrics().into_iter().map(|metric| metric.value).collect();
            let shown = Shown::of(&replication);
            let Replication { number, fingerprint, summary, .. } = replication;
            let mut pool = pool.lock().expect("no thread panics while it pools");
            for (cell, tasks) in summary.cells.iter().enumerate() {
                pool[cell % scenario.classes.len()].merge(&tasks.sojourns);
            }
            done();
            Run { number, fingerprint, values, agents: summary.agents, shown }
        };
        let (runs, watch) = replicate(scenario, seed, n, Watch::new(scenario, rows), keep);
        let names = names(scenario);
        let of = |number: usize| estimate(runs.iter().map(|run| run.values[number]));
        let estimates = (0..names.len()).map(of).collect();
        let sojourns = pool.into_inner().expect("no thread panics while it pools");
        let shown: Vec<&Shown> = runs.iter().map(|run| &run.shown).collect();
        let advice = recommendations(&evidence(scenario, &shown));
        Gathered { scenario, seed, names, runs, estimates, sojourns, advice, watch }
    }

    /// The estimate of a number; `None` if there is none.
    pub fn estimate(&self, name: &str) -> Option<&Interval> {
        self.estimates[self.place(name)?].as_ref()
    }

    /// The values of a number by replication.
    ///
    /// # Panics
    /// If no number has this name.
    pub fn values(&self, name: &str) -> Vec<f64> {
        let place = self.place(name).expect("a number has this name");
        self.runs.iter().map(|run| run.values[place]).collect()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use crate::scenario::load::load;

    #[test]
    fn nothing_that_is_told_is_lost() {
        let text = r#"
            name = "a"
            horizon = "1h"
            classes = { gold = {}, regular = { patience = "60s" } }
            workloads.v = { arrivals.poisson.rate = "1/min", classes = "gold" }
            [workloads.w]
            arrivals.poisson.rate = "1/min"
            classes = { gold = 0.5, regular = 0.5 }
            [workflows.f.steps.s]
            work = { exponential = { mean = "40s" } }
            [pools.p]
            dispatch = "round_robin"
        "#;
        let scenario = load(text.as_bytes(), &NoFiles).expect("a scenario").scenario;
        let all = Gathered::new(&scenario, 3, 4, 1000, || ());
        let sum = |name: &str| all.values(name).iter().sum::<f64>();
        assert!(sum("class.gold.completed") > 0.0 && sum("class.regular.reneged") > 0.0);
        for (class, pooled) in scenario.classes.iter().zip(&all.sojourns) {
            let completed = sum(&format!("class.{}.completed", class.name));
            assert_eq!(pooled.count() as f64, completed);
        }
        for (number, run) in all.runs.iter().enumerate() {
            let alone = Replication::run(&scenario, 3, number as u32);
            assert_eq!((run.number, &run.fingerprint), (number as u32, &alone.fingerprint));
        }
        assert_eq!(all.estimate("arrived").unwrap().mean, sum("arrived") / 4.0);
        assert_eq!(all.estimate("no such number"), None);
    }
}
