//! What the rows of a sweep say: estimates per point, paired differences, a verdict.
//!
//! Differences are taken replication by replication, on common random numbers: D_r = point - baseline, with a
//! Student-t interval on the D_r. The verdict is about all points at once, so its intervals are wider:
//! Bonferroni over the k points that are compared (level 1 - 0.05 / k each), valid whatever their
//! correlation. A point whose joint interval holds zero cannot be told apart from the baseline.

use super::execute::Row;
use super::plan::{Aim, Plan};
use crate::experiment::replicate::CONFIDENCE;
use crate::stats::interval::{Interval, mean_interval};

/// A number at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Which point.
    pub point: usize,
    /// Which number, as an index into the names.
    pub metric: usize,
    /// Its mean and interval over the replications where it exists.
    pub interval: Interval,
}

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
    /// How many times smaller the variance of the difference is than with independent luck; `None` if
    /// the difference does not vary.
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
}

/// The values of a number at a point, by replication; NaN where it does not exist.
fn values(plan: &Plan, rows: &[Row], point: usize, metric: usize) -> Vec<f64> {
    let replications = plan.replications as usize;
    let rows = &rows[point * replications..(point + 1) * replications];
    rows.iter().map(|row| row.values[metric]).collect()
}

/// The estimate of every number at every point; `rows` are those of a finished sweep.
pub fn estimates(plan: &Plan, rows: &[Row], metrics: usize) -> Vec<Estimate> {
    let mut all = Vec::new();
    for point in 0..plan.points.len() {
        for metric in 0..metrics {
            let mut sample = values(plan, rows, point, metric);
            sample.retain(|value| value.is_finite());
            if let Some(interval) = mean_interval(&sample, CONFIDENCE) {
                all.push(Estimate { point, metric, interval });
            }
        }
    }
    all
}

/// The paired differences of every point that is not its own baseline.
pub fn pairs(plan: &Plan, rows: &[Row], metrics: usize) -> Vec<Pair> {
    let compared: Vec<(usize, usize)> = plan
        .points
        .iter()
        .enumerate()
        .map(|(index, point)| (index, plan.baseline_of(point)))
        .filter(|(point, baseline)| point != baseline)
        .collect();
    let joint = 1.0 - (1.0 - CONFIDENCE) / compared.len().max(1) as f64;
    let mut all = Vec::new();
    for (point, baseline) in compared {
        for metric in 0..metrics {
            let ours = values(plan, rows, point, metric);
            let theirs = values(plan, rows, baseline, metric);
            let both: (Vec<f64>, Vec<f64>) = ours
                .into_iter()
                .zip(theirs)
                .filter(|(x, y)| x.is_finite() && y.is_finite())
                .unzip();
            all.extend(pair(point, baseline, metric, &both, joint));
        }
    }
    all
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

impl Pair {
    /// What is said of the point, by the joint interval.
    pub fn verdict(&self, aim: Aim) -> Verdict {
        let (Some(low), Some(high)) = (self.joint.low, self.joint.high) else {
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
