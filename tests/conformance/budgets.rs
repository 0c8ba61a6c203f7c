//! Retry budgets: Finagle's, with a clock that stands still.

use rehearsal::base::time::Time;
use rehearsal::mechanism::budget::{Budget, Spec};
use serde_json::Value;

use crate::written::{check_all, number, of_kind, written};

/// Rows not checked, with the reason.
const SKIPPED: &[(&str, &str)] = &[];

fn finagle(row: &Value) {
    let (ttl, percent, reserve) =
        (&row["ttl_s"], &row["percent_can_retry"], &row["min_retries_per_s"]);
    let text = format!("{{ ttl = '{ttl}s', percent = {percent}, reserve = '{reserve}/s' }}");
    let Spec::Finagle(spec) = written(&format!("{{ finagle = {text} }}")) else {
        unreachable!("it was written so")
    };
    let mut budget = spec.build();
    assert!(row["frozen_clock"].as_bool().unwrap(), "{}", row["id"]);
    assert_eq!(budget.balance(Time::ZERO) as f64, number(row, "initial_balance"), "{}", row["id"]);
    let mut retries = 0;
    for _ in 0..number(row, "requests") as u32 {
        budget.request(Time::ZERO);
        if budget.retry(Time::ZERO, 1, 0) {
            retries += 1;
        }
    }
    let off = (f64::from(retries) - number(row, "expected_retries")).abs();
    assert!(off <= number(row, "tolerance"), "{}: {retries} retries", row["id"]);
}

#[test]
fn retries_of_finagle() {
    let rows = of_kind("resilience_misc.json", "retry_budget");
    assert_eq!(check_all(&rows, SKIPPED, finagle), 10);
}
