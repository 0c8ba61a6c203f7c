//! What the rows of a sweep say: estimates per point, paired differences, a verdict.
//!
//! Differences are taken replication by replication, on common random numbers: D_r = point -
//! baseline, with a Student-t interval on the D_r. The verdict is about all points at once, so its
//! intervals are wider: Bonferroni over the k points that are compared (level 1 - 0.05 / k each),
//! valid whatever their correlation. A point whose joint interval holds zero cannot be told apart
//! from the baseline.

use rayon::prelude::*;

use super::execute::{Row, names};
use super::plan::{Aim, Plan};
use crate::experiment::replicate::{CONFIDENCE, GROWTH, estimate, unstable};
use crate::stats::interval::{Interval, mean_interval};

/// A paired difference from the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Which point.
    pub point: usize,
    /// The point it is compared with.
    pub baseline: usize,
    /// Which number.
    pub metric: usize,
    /// The mean difference and its 95 % interval.
    pub difference: Interval,
    /// The interval that holds for all compared points at once.
    pub joint: Interval,
    /// The difference in percent of the baseline's mean; `None` if that is zero.
    pub percent: Option<f64>,
    /// How many times smaller the variance of the difference is than with independent luck; `None`
    /// if the difference does not vary.
    pub variance_reduction: Option<f64>,
}

/// What is said of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Better than the baseline.
    Better,
    /// Worse than the baseline.
    Worse,
    /// The difference may be zero.
    CannotTell,
    /// The system is unstable there: what it is judged by grows with the horizon.
    Unstable,
}

/// All that the rows say.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The names of the numbers.
    pub names: Vec<String>,
    /// Which number decides.
    pub judge: usize,
    /// The estimate of every number at every point.
    pub estimates: Vec<Vec<Option<Interval>>>,
    /// Whether the system is unstable at each point.
    pub unstable: Vec<bool>,
    /// The paired differences, by point and number.
    pub pairs: Vec<Pair>,
}

impl Comparison {
    /// Of the rows of a finished sweep.
    ///
    /// # Panics
    /// If the rows are not those of all runs, in order.
    pub fn new(plan: &Plan, rows: &[Row]) -> Self {
        assert_eq!(rows.len(), plan.runs(), "the sweep is finished");
        let names = names(plan);
        let place = |name: &str| names.iter().position(|known| known == name);
        let judge = place(&plan.judge.0).expect("the plan has checked the name");
        let of = |point: usize| -> Vec<Option<Interval>> {
            let number = |metric| estimate(values(plan, rows, point, metric).into_iter());
            (0..names.len()).map(number).collect()
        };
        let estimates: Vec<_> = (0..plan.points.len()).into_par_iter().map(of).collect();
        let growth = place(GROWTH).expect("every run has this number");
        let unstable = estimates.iter().map(|of| unstable(of[growth].as_ref())).collect();
        let pairs = pairs(plan, rows, names.len());
        Comparison { names, judge, estimates, unstable, pairs }
    }

    /// The pairs of the number that decides.
    pub fn judged(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| pair.metric == self.judge)
    }

    /// What is said of a point, by the joint interval.
    pub fn verdict(&self, pair: &Pair, aim: Aim) -> Verdict {
        if self.unstable[pair.point] && grows(&self.names[pair.metric]) {
            return Verdict::Unstable;
        }
        let (Some(low), Some(high)) = (pair.joint.low, pair.joint.high) else {
            return Verdict::CannotTell;
        };
        let (less, more) = (high < 0.0, low > 0.0);
        match (aim, less, more) {
            (Aim::Minimise, true, _) | (Aim::Maximise, _, true) => Verdict::Better,
            (Aim::Minimise, _, true) | (Aim::Maximise, true, _) => Verdict::Worse,
            _ => Verdict::CannotTell,
        }
    }
}

/// Whether a number has no value of its own in an unstable system, but grows with the horizon.
pub fn grows(metric: &str) -> bool {
    ["sojourn_", "wait_mean", "wait_p", "in_system", "in_queue", "length_"]
        .iter()
        .any(|part| metric.contains(part))
}

/// The values of a number at a point, by replication; NaN where it does not exist.
fn values(plan: &Plan, rows: &[Row], point: usize, metric: usize) -> Vec<f64> {
    let replications = plan.replications as usize;
    let rows = &rows[point * replications..(point + 1) * replications];
    rows.iter().map(|row| row.values[metric]).collect()
}

/// The paired differences of every point that is not its own baseline.
fn pairs(plan: &Plan, rows: &[Row], metrics: usize) -> Vec<Pair> {
    let compared: Vec<(usize, usize)> = plan
        .points
        .iter()
        .enumerate()
        .map(|(index, point)| (index, plan.baseline_of(point)))
        .filter(|(point, baseline)| point != baseline)
        .collect();
    let joint = 1.0 - (1.0 - CONFIDENCE) / compared.len().max(1) as f64;
    let of_metric = |(point, baseline), metric| {
        let ours = values(plan, rows, point, metric);
        let theirs = values(plan, rows, baseline, metric);
        let both: (Vec<f64>, Vec<f64>) =
            ours.into_iter().zip(theirs).filter(|(x, y)| x.is_finite() && y.is_finite()).unzip();
        pair(point, baseline, metric, &both, joint)
    };
    let of = |points| (0..metrics).filter_map(move |metric| of_metric(points, metric));
    compared.into_par_iter().flat_map_iter(of).collect()
}

fn pair(
    point: usize,
    baseline: usize,
    metric: usize,
    (ours, theirs): &(Vec<f64>, Vec<f64>),
    joint: f64,
) -> Option<Pair> {
    let differences: Vec<f64> = ours.iter().zip(theirs).map(|(x, y)| x - y).collect();
    let base = mean(theirs);
    let difference = mean_interval(&differences, CONFIDENCE)?;
    let (paired, alone) = (variance(&differences), variance(ours) + variance(theirs));
    Some(Pair {
        point,
        baseline,
        metric,
        percent: (base != 0.0).then(|| 100.0 * difference.mean / base.abs()),
        difference,
        joint: mean_interval(&differences, joint)?,
        variance_reduction: (paired > 0.0).then(|| alone / paired),
    })
}

fn mean(sample: &[f64]) -> f64 {
    sample.iter().sum::<f64>() / sample.len() as f64
}

fn variance(sample: &[f64]) -> f64 {
    let mean = mean(sample);
    let squares: f64 = sample.iter().map(|x| (x - mean) * (x - mean)).sum();
    if sample.len() < 2 { 0.0 } else { squares / (sample.len() - 1) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;

    /// Three points with agents 1, 2 and 3; the numbers of the judged one by point and replication.
    fn comparison(values: [[f64; 3]; 3]) -> (Plan, Comparison) {
        let text = r#"
            name = "a"
            horizon = "10m"
            workloads.w.arrivals.poisson.rate = "1/s"
            workflows.f.steps.s.work = 1
            pools.p = {}
            [sweep]
            replications = 3
            axes."pools.p.agents" = [1, 2, 3]
        "#;
        let plan = Plan::read(text, &NoFiles).expect("a sweep");
        let names = names(&plan);
        let judge = names.iter().position(|name| *name == plan.judge.0).unwrap();
        let row = |point: usize, replication: usize| {
            let mut all = vec![f64::NAN; names.len()];
            all[judge] = values[point][replication];
            let replication = replication as u32;
            Row { point, replication, fingerprint: String::new(), exogenous: 0, values: all }
        };
        let rows: Vec<Row> = (0..3).flat_map(|p| (0..3).map(move |r| row(p, r))).collect();
        let comparison = Comparison::new(&plan, &rows);
        (plan, comparison)
    }

    #[test]
    fn differences_worked_by_hand() {
        let (_, all) = comparison([[10.0, 20.0, 30.0], [8.0, 17.0, 29.0], [10.0, 20.0, 30.0]]);
        let [pair, same] = all.judged().collect::<Vec<_>>()[..] else { panic!("two pairs") };
        assert_eq!((pair.point, pair.baseline), (1, 0));
        // D = -2, -3, -1: mean -2, s = 1, t_{0.975, 2} = 4.302652729911275, s / sqrt(3).
        assert_eq!(pair.difference.mean, -2.0);
        let half = 4.302_652_729_911_275 / 3.0_f64.sqrt();
        assert!((pair.difference.low.unwrap() - (-2.0 - half)).abs() < 1e-9);
        // Two pairs: 97.5 % each, t_{0.9875, 2} = 6.205346816597.
        let half = 6.205_346_816_597 / 3.0_f64.sqrt();
        assert!((pair.joint.low.unwrap() - (-2.0 - half)).abs() < 1e-9);
        assert_eq!(pair.percent, Some(-10.0));
        // Variances 100 and 111 against 1.
        assert!((pair.variance_reduction.unwrap() - 211.0).abs() < 1e-9);
        assert_eq!((same.difference.mean, same.variance_reduction), (0.0, None));
    }

    #[test]
    fn verdicts_go_by_the_joint_interval_and_the_aim() {
        let (_, all) = comparison([[10.0, 20.0, 30.0], [8.0, 18.0, 28.1], [10.0, 21.0, 28.0]]);
        let [clear, vague] = all.judged().collect::<Vec<_>>()[..] else { panic!("two pairs") };
        assert_eq!(all.verdict(clear, Aim::Minimise), Verdict::Better);
        assert_eq!(all.verdict(clear, Aim::Maximise), Verdict::Worse);
        assert_eq!(all.verdict(vague, Aim::Minimise), Verdict::CannotTell);
        let mut shaky = all.clone();
        shaky.unstable[1] = true;
        assert_eq!(shaky.verdict(clear, Aim::Minimise), Verdict::Unstable);
    }

    #[test]
    fn what_does_not_exist_is_left_out() {
        let (_, all) = comparison([[1.0, f64::NAN, 3.0], [f64::NAN, 5.0, 6.0], [2.0, 3.0, 4.0]]);
        let [pair, other] = all.judged().collect::<Vec<_>>()[..] else { panic!("two pairs") };
        assert_eq!((pair.difference.n, pair.difference.mean), (1, 3.0));
        assert_eq!((other.difference.n, other.difference.mean), (2, 1.0));
        assert_eq!(all.estimates[0][all.judge].unwrap().mean, 2.0);
    }
}
