//! Conformance: the mechanisms against recorded behaviour of the production systems they are named
//! after, row by row.
//!
//! Source: `tests/vectors/*.json`, each row with its own. A row's configuration is written as a
//! scenario would write it and read back, so that keys and defaults are checked with the machines.
//! Invariant: every row of a kind that a module here checks is checked or listed with the reason
//! why not, never both.

mod accrual;
mod alerts;
mod backoff;
mod balancing;
mod breaker;
mod budgets;
mod hpa;
mod hpa_behaviour;
mod hpa_replicas;
mod kpa;
mod limits;
mod outliers;
mod rows;
mod scaling;
mod skipped;
mod vectors;
mod windows;
mod written;

#[test]
fn every_row_is_checked_or_skipped() {
    let mut names = Vec::new();
    for checked in [
        breaker::all(),
        windows::all(),
        outliers::all(),
        accrual::all(),
        hpa_replicas::all(),
        hpa_behaviour::all(),
        kpa::all(),
        scaling::all(),
    ] {
        names.extend(checked.iter().map(|row| row.id().to_string()));
    }
    names.extend(skipped::SKIPPED.iter().map(|(row, _)| row.to_string()));
    let about_these = |row: &rows::Row| {
        let kinds = ["outlier", "failure_accrual", "keda", "aws"];
        kinds.iter().any(|kind| row.kind().contains(kind))
    };
    let mut there = rows::rows(rows::BREAKERS, |_| true);
    there.extend(rows::rows(rows::WINDOWS, |row| row.kind() != "exponential_backoff"));
    there.extend(rows::rows(rows::MISC, about_these));
    let scaling = [rows::REPLICAS, rows::FLOATS, rows::GROUPS, rows::BEHAVIOUR, rows::KPA];
    there.extend(scaling.into_iter().flat_map(|file| rows::rows(file, |_| true)));
    let mut there: Vec<String> = there.iter().map(|row| row.id().to_string()).collect();
    names.sort();
    there.sort();
    assert_eq!(names, there, "each row once");
    assert_eq!(there.len(), 24 + 7 + 12 + 5 + 53 + 28 + 10 + 50 + 19);
}
