//! Windows and rates of the HPA, with and without a behaviour.

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::autoscale::hpa::behaviour::{
    Bound, Events, Log, changed, legacy, limit, limit_down, limit_up,
};
use serde_json::Value;

use crate::hpa::{NOW, at, both_ways, count, events, rules, spec};
use crate::rows::{BEHAVIOUR, Row, list, only, rows, text, whole};

/// The rows about behaviour.
pub fn all() -> Vec<Row> {
    rows(BEHAVIOUR, |_| true)
}

fn condition(bound: Bound) -> &'static str {
    match bound {
        Bound::Within => "DesiredWithinRange",
        Bound::UpRate => "ScaleUpLimit",
        Bound::DownRate => "ScaleDownLimit",
        Bound::Min => "TooFewReplicas",
        Bound::Max => "TooManyReplicas",
    }
}

/// The count and why it is this one.
fn bounded(row: &Value, found: (u32, Bound)) {
    let expected = &row["expected"];
    only(expected, &["replicas", "condition"]);
    let expected = (count(expected, "replicas"), text(expected, "condition"));
    assert_eq!((found.0, condition(found.1)), expected, "{}", row["id"]);
}

fn counts(row: &Value) -> (u32, u32) {
    (count(row, "current_replicas"), count(row, "desired_replicas"))
}

fn bounds(row: &Value) -> (u64, u64) {
    (whole(row, "min_replicas"), whole(row, "max_replicas"))
}

fn both_events(row: &Value) -> Events {
    Events { up: events(row, "scale_up_events"), down: events(row, "scale_down_events") }
}

/// The recommendations of a row, with their times.
fn log(row: &Value) -> Log {
    let one = |row: &Value| (at(NOW - whole(row, "age_s")), count(row, "value"));
    Log(list(row, "recommendations").iter().map(one).collect())
}

fn rate_limit(row: &Value) {
    let spec = spec(bounds(row), &rules(&row["scale_up"]), &rules(&row["scale_down"]));
    let behaviour = spec.behaviour.expect("it is written");
    let window = |key: &str| row[key]["stabilization_window_s"].as_u64().map(Span::from_secs);
    assert_eq!(behaviour.up.window, window("scale_up").or(Some(Span::ZERO)));
    assert_eq!(behaviour.down.window, window("scale_down"));
    let bounds = (spec.scaling.min, spec.scaling.max);
    bounded(row, limit(at(NOW), counts(row), bounds, &behaviour, &both_events(row)));
}

fn stabilise(row: &Value) {
    let window = |key: &str| Span::from_secs(whole(row, key));
    let windows = (window("scale_up_window_s"), window("scale_down_window_s"));
    let mut log = log(row);
    let found = log.stabilise(at(NOW), counts(row), windows);
    let expected = &row["expected"];
    only(expected, &["replicas", "recommendations_after"]);
    assert_eq!(found, count(expected, "replicas"), "{}", row["id"]);
    let after: Vec<u64> = log.0.iter().map(|(_, count)| u64::from(*count)).collect();
    let expected: Vec<u64> =
        list(expected, "recommendations_after").iter().flat_map(Value::as_u64).collect();
    assert_eq!(after, expected, "{}", row["id"]);
}

fn legacy_stabilise(row: &Value) {
    let mut log = log(row);
    let window = Span::from_secs(whole(row, "downscale_stabilization_s"));
    let found = log.highest(at(NOW), count(row, "desired_replicas"), window);
    let expected = &row["expected"];
    only(expected, &["replicas", "log_length"]);
    assert_eq!(found, count(expected, "replicas"), "{}", row["id"]);
    assert_eq!(log.0.len() as u64, whole(expected, "log_length"), "{}", row["id"]);
}

/// A change is kept in the same way in both directions.
fn store(row: &Value) {
    let behaviour = (!row["rules"].is_null()).then(|| both_ways(&row["rules"]));
    let change = count(row, "replica_change");
    let expected = &row["expected"];
    only(expected, &["change_in_last_60s_before_store", "events_after_change_outdated"]);
    let before = events(row, "prev_events");
    let minute = Span::from_secs(60);
    let recent = expected["change_in_last_60s_before_store"].as_i64();
    assert_eq!(Some(changed(&before, at(NOW), minute)), recent, "{}", row["id"]);
    let longest = behaviour.iter().flat_map(|both| &both.up.policies).map(|policy| policy.period);
    let longest = longest.max().unwrap_or(Span::ZERO);
    let outdated = |at_time: Time| at(NOW).since(at_time) > longest;
    for up in [true, false] {
        let mut all = match up {
            true => Events { up: before.clone(), down: Vec::new() },
            false => Events { up: Vec::new(), down: before.clone() },
        };
        let counts = if up { (10, 10 + change) } else { (10 + change, 10) };
        all.store(at(NOW), counts, behaviour.as_ref());
        let (own, other) = if up { (all.up, all.down) } else { (all.down, all.up) };
        assert!(other.is_empty(), "{}", row["id"]);
        let own: Vec<Value> =
            own.iter().map(|event| serde_json::json!([event.change, outdated(event.at)])).collect();
        assert_eq!(own, list(expected, "events_after_change_outdated"), "{}", row["id"]);
    }
}

#[test]
fn every_window_and_rate_is_as_recorded() {
    let rows = all();
    for row in &rows {
        let row = &row.0;
        match text(row, "kind") {
            "rate_limit" => rate_limit(row),
            "legacy_convert" => {
                let (min, max) = bounds(row);
                let bounds = (min as u32, max as u32);
                bounded(row, legacy(counts(row), bounds));
            }
            kind @ ("limit_up" | "limit_down") => {
                let (behaviour, events) = (both_ways(&row["rules"]), both_events(row));
                let current = count(row, "current_replicas");
                let found = match kind {
                    "limit_up" => limit_up(at(NOW), current, &behaviour.up, &events),
                    _ => limit_down(at(NOW), current, &behaviour.down, &events),
                };
                only(&row["expected"], &["limit"]);
                assert_eq!(found, count(&row["expected"], "limit"), "{}", row["id"]);
            }
            "stabilize" => stabilise(row),
            "legacy_stabilize" => legacy_stabilise(row),
            "store_scale_event" => store(row),
            kind => panic!("no kind {kind}"),
        }
    }
    assert_eq!(rows.len(), 50);
}
