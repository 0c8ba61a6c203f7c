//! Runs the plans of a case and asks whether theory lies in the intervals.

use rayon::prelude::*;
use rehearsal::stats::interval::mean_interval;
use rehearsal::stats::student::two_sided_quantile;

use crate::plan::{Demand, Plan, Row};
use crate::vectors::Case;

/// The confidence of the intervals.
const CONFIDENCE: f64 = 0.999;

/// How a case is run: its plans, made from its parameters.
pub type Make = fn(&Case) -> Vec<Plan>;

/// Every metric of the case lies where it must.
pub fn judge(name: &str, make: Make) {
    let case = Case::named(name);
    judge_plans(&case, make(&case));
}

/// The same of these plans.
pub fn judge_plans(case: &Case, plans: Vec<Plan>) {
    #[expect(clippy::disallowed_types, reason = "how long a case takes is shown, not used")]
    let started = std::time::Instant::now();
    let seed = std::env::var("THEORY_SEED").map_or(1, |seed| seed.parse().expect("a seed"));
    let mut told = Vec::new();
    for plan in plans {
        let scenario = plan.load();
        let one = |replication| plan.replicate(&scenario, seed, replication);
        let runs: Vec<Vec<f64>> = (0..plan.replications).into_par_iter().map(one).collect();
        told.extend(verdicts(case, &plan, &runs));
    }
    let lines: Vec<&str> = told.iter().map(|(line, _)| line.as_str()).collect();
    println!("{}\n{} took {:.1?}", lines.join("\n"), case.name, started.elapsed());
    let wrong: Vec<&str> = told.iter().filter(|told| !told.1).map(|told| told.0.as_str()).collect();
    assert!(wrong.is_empty(), "theory is not where it must be:\n{}", wrong.join("\n"));
}

/// A line about each row, and whether it is good.
fn verdicts(case: &Case, plan: &Plan, runs: &[Vec<f64>]) -> Vec<(String, bool)> {
    let column = |metric: &str| -> Vec<f64> {
        let place = plan.rows.iter().position(|row| row.metric == metric);
        let place = place.unwrap_or_else(|| panic!("{}: no row {metric}", case.name));
        runs.iter().map(|run| run[place]).collect()
    };
    let known = |metric: &str| match plan.rows.iter().find(|row| row.metric == metric) {
        Some(Row { demand: Demand::Known(mean), .. }) => *mean,
        _ => case.exact(metric),
    };
    let off = |metric: &&str| -> Vec<f64> {
        column(metric).iter().map(|value| value - known(metric)).collect()
    };
    let judged = plan.rows.iter().filter(|row| !matches!(row.demand, Demand::Known(_)));
    let verdict_of = |row: &Row| {
        let controls: Vec<Vec<f64>> = row.given.iter().map(off).collect();
        verdict(case, row, estimate(&column(&row.metric), &controls))
    };
    judged.map(verdict_of).collect()
}

/// A mean and half of its interval.
struct Estimate {
    mean: f64,
    half: f64,
}

/// The mean over replications; given controls that are known to be zero on average, the mean where
/// they are zero, by least squares (Lavenberg and Welch, "A perspective on the use of control
/// variables to increase the efficiency of Monte Carlo simulations", 1981): exact for normal
/// values.
fn estimate(values: &[f64], controls: &[Vec<f64>]) -> Estimate {
    if controls.is_empty() {
        let interval = mean_interval(values, CONFIDENCE).expect("there are replications");
        let high = interval.high.expect("there are two replications");
        return Estimate { mean: interval.mean, half: high - interval.mean };
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let without = |from: &[f64], basis: &[Vec<f64>]| {
        basis.iter().fold(from.to_vec(), |rest, one| {
            let share = dot(&rest, one) / dot(one, one);
            rest.iter().zip(one).map(|(rest, one)| rest - share * one).collect()
        })
    };
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for control in controls {
        basis.push(without(control, &basis));
    }
    let one = without(&vec![1.0; values.len()], &basis);
    let rest = without(values, &basis);
    let mean = dot(&one, &rest) / dot(&one, &one);
    let noise: Vec<f64> = rest.iter().zip(&one).map(|(rest, one)| rest - mean * one).collect();
    let freedom = (values.len() - 1 - controls.len()) as f64;
    let error = (dot(&noise, &noise) / freedom / dot(&one, &one)).sqrt();
    Estimate { mean, half: two_sided_quantile(CONFIDENCE, freedom) * error }
}

fn verdict(case: &Case, row: &Row, Estimate { mean, half }: Estimate) -> (String, bool) {
    let exact = match row.demand {
        Demand::Below(bound) => bound,
        _ => case.exact(&row.metric),
    };
    let (off, width) = (mean - exact, half / exact);
    let holds = off.abs() <= half && width < widest(&row.metric);
    let good = match row.demand {
        Demand::Exact => holds,
        Demand::ExactAbove(bound) => holds && mean - half > bound,
        Demand::Limit => off.abs() + half <= 0.005 * exact,
        Demand::Below(_) => off + half < 0.0,
        Demand::Known(_) => true,
    };
    let line = format!(
        "{} {}: {exact}, mean {mean:.6} +- {:.2} %, off by {:.2} of it{}",
        case.name,
        row.metric,
        100.0 * width,
        if off == 0.0 { 0.0 } else { off / half },
        if good { "" } else { " WRONG" },
    );
    (line, good)
}

/// The half-width must be below this share of the value.
fn widest(metric: &str) -> f64 {
    let percentile = |word: &str| matches!(word, "p50" | "p95" | "p99");
    if metric.split('_').any(percentile) { 0.05 } else { 0.02 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On the line 2.3 + 1.4 x the rests are 0.1, -0.3, 0.3 and -0.1: s^2 = 0.2 / 2; x is 0.5 on
    /// average with squares of 5 about it: the error at zero is s sqrt(1 / 4 + 0.25 / 5). Student's
    /// quantile for 0.999 and 2 degrees of freedom is 31.599.
    #[test]
    fn the_mean_given_a_control_worked_by_hand() {
        let Estimate { mean, half } = estimate(&[1.0, 2.0, 4.0, 5.0], &[vec![-1.0, 0.0, 1.0, 2.0]]);
        assert!((mean - 2.3).abs() < 1e-12);
        assert!((half - 31.599 * (0.1 * 0.3_f64).sqrt()).abs() < 1e-3, "{half}");
    }

    #[test]
    fn two_controls_that_explain_all_leave_no_width() {
        let controls = [vec![1.0, -2.0, 0.5, 3.0, 1.0], vec![0.0, 1.0, -1.0, 2.0, 4.0]];
        let value = |(a, b): (&f64, &f64)| 7.0 + 3.0 * a - 2.0 * b;
        let values: Vec<f64> = controls[0].iter().zip(&controls[1]).map(value).collect();
        let Estimate { mean, half } = estimate(&values, &controls);
        assert!((mean - 7.0).abs() < 1e-9 && half < 1e-9, "{mean} +- {half}");
    }

    #[test]
    fn a_verdict_can_be_bad() {
        let case = Case::named("D001");
        let good = |metric: &str, demand, mean: f64, half: f64| {
            let row = Row { metric: metric.into(), demand, given: &[], take: Box::new(|_| 0.0) };
            verdict(&case, &row, Estimate { mean, half }).1
        };
        // The mean wait is 1, the 95th percentile of the sojourn 5.99.
        let wait = |demand, mean, half| good("mean_wait", demand, mean, half);
        assert!(wait(Demand::Exact, 1.01, 0.015) && !wait(Demand::Exact, 1.01, 0.009));
        assert!(!wait(Demand::Exact, 1.01, 0.03), "too wide");
        assert!(good("p95_sojourn", Demand::Exact, 6.0, 0.2), "percentiles may be wider");
        assert!(!wait(Demand::Exact, f64::NAN, 0.01) && !wait(Demand::Exact, 1.0, f64::NAN));
        assert!(wait(Demand::Limit, 1.002, 0.002) && !wait(Demand::Limit, 1.002, 0.004));
        assert!(wait(Demand::Below(1.1), 1.0, 0.09) && !wait(Demand::Below(1.1), 1.0, 0.11));
        assert!(wait(Demand::ExactAbove(0.98), 1.0, 0.01));
        assert!(!wait(Demand::ExactAbove(0.995), 1.0, 0.01));
    }
}
