//! Replications: the same scenario with independent luck, and the interval of every number.
//!
//! The unit of inference is the replication: every number is a mean over replications with a
//! Student-t interval (Law, "Simulation Modeling and Analysis", chapter 9). One replication has no
//! interval.

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

/// More of the load than this left lying makes a system unstable, if it is not by chance.
const GROWTH_MOST: f64 = 0.005;

/// The same for a single replication, which says nothing of chance.
const GROWTH_ALONE: f64 = 0.05;

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
    /// The growth of the backlog of each queue.
    pub growths: Vec<f64>,
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
            growths: backlog.of_queues(),
            summary,
        };
        (replication, extra)
    }

    /// The same for an observer that is known only at run time: see
    /// [`run_for`](crate::model::run_for).
    pub fn watched(
        scenario: &'s Scenario,
        seed: u64,
        number: u32,
        extra: &mut dyn Observer,
    ) -> Self {
        Self::observed(scenario, seed, number, extra).0
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

/// Runs `n` replications in parallel, the first one watched by `extra`. Each is handed to `keep`,
/// from any thread, as soon as it is there; what that returns is collected in order.
pub fn replicate<'s, O: Observer + Send, T: Send>(
    scenario: &'s Scenario,
    seed: u64,
    n: u32,
    extra: O,
    keep: impl Fn(Replication<'s>) -> T + Sync,
) -> (Vec<T>, O) {
    let first = || {
        let (first, extra) = Replication::observed(scenario, seed, 0, extra);
        (keep(first), extra)
    };
    let one = |number| keep(Replication::run(scenario, seed, number));
    let others = || (1..n).into_par_iter().map(one).collect::<Vec<_>>();
    let ((first, extra), others) = rayon::join(first, others);
    let all = std::iter::once(first).chain(others).collect();
    (all, extra)
}

/// The mean and interval of the values that are numbers.
pub fn estimate(values: impl Iterator<Item = f64>) -> Option<Interval> {
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    mean_interval(&values, CONFIDENCE)
}

/// Whether a system is unstable, by its [`GROWTH`]: more than half a per cent of the load is left
/// lying, and the interval excludes zero. The growth of a stable system is at most zero on average,
/// so with many replications even a slight overload shows.
pub fn unstable(growth: Option<&Interval>) -> bool {
    growth.is_some_and(|growth| match growth.low {
        Some(low) => growth.mean > GROWTH_MOST && low > 0.0,
        None => growth.mean > GROWTH_ALONE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use crate::experiment::watch::Watch;
    use crate::scenario::load::load;

    fn scenario(agents: u32) -> Scenario {
        let text = format!(
            "name = \"a\"\nhorizon = \"20h\"\nworkloads.w.arrivals.poisson.rate = \"1/min\"\n\
             workflows.f.steps.s.work = {{ exponential = {{ mean = \"100s\" }} }}\n\
             pools.p = {{ agents = {agents}, dispatch = \"random\" }}"
        );
        load(text.as_bytes(), &NoFiles).expect("a scenario").scenario
    }

    #[test]
    fn observing_changes_nothing() {
        let scenario = scenario(2);
        let (watched, watch) = Replication::observed(&scenario, 5, 3, Watch::new(&scenario, 10));
        let alone = Replication::run(&scenario, 5, 3);
        assert_eq!(watched.fingerprint, alone.fingerprint);
        assert_eq!(watched.metrics(), alone.metrics());
        assert_eq!(watch.tasks.left(), alone.summary.arrived_in_all);
        assert_eq!(watch.journal.rows().len(), 10);
    }

    #[test]
    fn replications_come_in_order_and_differ() {
        let scenario = scenario(2);
        let (all, ()) = replicate(&scenario, 5, 4, (), |run| run);
        for (number, replication) in all.iter().enumerate() {
            let alone = Replication::run(&scenario, 5, number as u32);
            assert_eq!(replication.fingerprint, alone.fingerprint);
            assert!(all[..number].iter().all(|other| other.fingerprint != alone.fingerprint));
        }
        let arrived = all.iter().map(|run| run.summary.arrived_in_all as f64);
        let arrived = estimate(arrived).expect("an estimate");
        assert_eq!(arrived.n, 4);
        // 1200 arrivals on average; five standard errors of the mean of four Poisson counts.
        assert!((arrived.mean - 1200.0).abs() < 5.0 * (1200.0_f64 / 4.0).sqrt());
    }

    /// 1.67 agents are busy on average: with one, 40 % of the load is left lying; with three, none.
    #[test]
    fn an_overloaded_system_is_called_unstable() {
        let growth = |agents| {
            let scenario = scenario(agents);
            let (all, ()) = replicate(&scenario, 5, 5, (), |run| run.growth);
            estimate(all.into_iter())
        };
        let over = growth(1).unwrap();
        assert!(unstable(Some(&over)) && (over.mean - 0.4).abs() < 0.1, "{over:?}");
        assert!(!unstable(growth(3).as_ref()));
        assert!(!unstable(None));
    }
}
