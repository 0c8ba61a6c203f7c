//! Back-off: the waits of Finagle's `Backoff` and of resilience4j's `IntervalFunction`.

use rehearsal::base::time::Span;
use rehearsal::mechanism::retry;
use serde_json::Value;

use crate::written::{check_all, number, of_kind, written};

/// Rows not checked, with the reason.
const SKIPPED: &[(&str, &str)] = &[];

/// The wait after each number of failures from 1 on, in milliseconds. No wait of these rows is
/// random.
fn waits(policy: &str, n: usize) -> Vec<f64> {
    let policy: retry::Spec = written(policy);
    let mut previous = Span::ZERO;
    (1..=n as u32)
        .map(|failures| {
            previous = policy.delay(failures, previous, || unreachable!("no jitter, no draw"));
            previous.nanos() as f64 / 1e6
        })
        .collect()
}

fn finagle(row: &Value) {
    let expected: Vec<f64> =
        row["expected"].as_array().unwrap().iter().map(|wait| wait.as_f64().unwrap()).collect();
    let args = &row["args"];
    let policy = match row["function"].as_str().unwrap() {
        "const" => format!("{{ fixed = {{ delay = '{}ms' }} }}", args[0]),
        "exponential" => format!(
            "{{ exponential = {{ first = '{}ms', factor = {}, jitter = 'none' }} }}",
            args["start"], args["multiplier"]
        ),
        "linear" => {
            let cap = args.get("max").map_or(String::new(), |max| format!(", cap = '{max}ms'"));
            let (start, step) = (&args["start"], &args["offset"]);
            format!("{{ linear = {{ first = '{start}ms', step = '{step}ms'{cap} }} }}")
        }
        other => panic!("{} has a function of Backoff, not {other}", row["id"]),
    };
    assert_eq!(waits(&policy, expected.len()), expected, "{}", row["id"]);
}

fn resilience4j(row: &Value) {
    let (initial, multiplier, cap) = (&row["initial_ms"], &row["multiplier"], &row["cap_ms"]);
    let policy = format!(
        "{{ exponential = {{ first = '{initial}ms', factor = {multiplier}, cap = '{cap}ms', \
         jitter = 'none', resolution = '1ms' }} }}"
    );
    let attempt = number(row, "attempt") as usize;
    let wait = waits(&policy, attempt)[attempt - 1];
    assert_eq!(wait, number(row, "expected_ms"), "{}", row["id"]);
}

#[test]
fn waits_of_finagle() {
    let rows = of_kind("resilience_misc.json", "backoff_sequence_ms");
    assert_eq!(check_all(&rows, SKIPPED, finagle), 4);
}

#[test]
fn waits_of_resilience4j() {
    let rows = of_kind("resilience4j_windows_backoff.json", "exponential_backoff");
    assert_eq!(check_all(&rows, SKIPPED, resilience4j), 8);
}
