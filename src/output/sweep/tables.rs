//! The tables of a sweep. Every row of each names its point and the values of the axes there.

use super::Outcome;
use crate::experiment::sweep::plan::Plan;
use crate::output::table::{Table, cell, cells_of};

/// The header: the point, the axes, then the rest.
fn header(plan: &Plan, rest: &[&str]) -> Vec<String> {
    let axes = plan.axes.iter().map(|axis| axis.name.clone());
    let rest = rest.iter().map(ToString::to_string);
    std::iter::once("point".to_string()).chain(axes).chain(rest).collect()
}

/// The cells of a point: its number and the values of the axes.
fn place(plan: &Plan, point: usize) -> Vec<String> {
    let values = plan.labels(point).map(str::to_string);
    std::iter::once(point.to_string()).chain(values).collect()
}

/// `runs.csv`: every number of every run.
pub fn runs(outcome: &Outcome<'_>) -> Vec<u8> {
    let plan = outcome.plan;
    let mut header = header(plan, &["replication", "fingerprint"]);
    header.extend(outcome.comparison.names.iter().cloned());
    let mut table = Table::new(header);
    for row in outcome.rows {
        let mut cells = place(plan, row.point);
        cells.extend([row.replication.to_string(), row.fingerprint.clone()]);
        cells.extend(row.values.iter().map(|value| cell(*value)));
        table.row(cells);
    }
    table.bytes()
}

/// `points.csv`: the estimate of every number at every point.
pub fn points(outcome: &Outcome<'_>) -> Vec<u8> {
    let plan = outcome.plan;
    let mut table = Table::new(header(plan, &["metric", "mean", "ci_low", "ci_high", "n"]));
    for (point, estimates) in outcome.comparison.estimates.iter().enumerate() {
        let place = place(plan, point);
        for (name, interval) in outcome.comparison.names.iter().zip(estimates) {
            let mut cells = place.clone();
            cells.push(name.clone());
            cells.extend(cells_of(interval.as_ref()));
            table.row(cells);
        }
    }
    table.bytes()
}

/// `pairs.csv`: the difference of every number of every point from its baseline.
pub fn pairs(outcome: &Outcome<'_>) -> Vec<u8> {
    let plan = outcome.plan;
    let mut head = header(plan, &[]);
    head.insert(1, "baseline".to_string());
    head.extend(
        [
            "metric",
            "difference",
            "ci_low",
            "ci_high",
            "joint_low",
            "joint_high",
            "percent",
            "variance_reduction",
            "n",
        ]
        .map(String::from),
    );
    let mut table = Table::new(head);
    for pair in &outcome.comparison.pairs {
        let mut cells = place(plan, pair.point);
        cells.insert(1, pair.baseline.to_string());
        cells.push(outcome.comparison.names[pair.metric].clone());
        let [mean, low, high, n] = cells_of(Some(&pair.difference));
        let [_, joint_low, joint_high, _] = cells_of(Some(&pair.joint));
        let maybe = |value: Option<f64>| cell(value.unwrap_or(f64::NAN));
        let (percent, reduction) = (maybe(pair.percent), maybe(pair.variance_reduction));
        cells.extend([mean, low, high, joint_low, joint_high, percent, reduction, n]);
        table.row(cells);
    }
    table.bytes()
}
