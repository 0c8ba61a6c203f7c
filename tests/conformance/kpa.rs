//! The Knative autoscaler: its decisions from given averages.

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::autoscale::kpa::decide::{Decider, Rules};
use serde_json::Value;

use crate::rows::{KPA, Row, list, only, rows, whole};
use crate::written::number;

/// The rows about it.
pub fn all() -> Vec<Row> {
    rows(KPA, |_| true)
}

/// The moment that a row's time is counted from: a row may speak of what was before.
const START: f64 = 1_000.0;

fn at(seconds: f64) -> Time {
    Time::ZERO + Span::from_seconds(START + seconds)
}

fn rules(spec: &Value) -> Rules {
    only(
        spec,
        &[
            "target",
            "total_value",
            "target_burst_capacity",
            "panic_threshold",
            "max_scale_up_rate",
            "max_scale_down_rate",
            "stable_window_s",
            "scale_down_delay_s",
            "activation_scale",
            "reachable",
        ],
    );
    Rules {
        target: number(spec, "target"),
        total: number(spec, "total_value"),
        burst: number(spec, "target_burst_capacity"),
        threshold: number(spec, "panic_threshold"),
        rise: number(spec, "max_scale_up_rate"),
        fall: number(spec, "max_scale_down_rate"),
        stable: Span::from_secs(whole(spec, "stable_window_s")),
        delay: Span::from_secs(whole(spec, "scale_down_delay_s")),
        activation: whole(spec, "activation_scale") as u32,
        reachable: spec["reachable"].as_bool().expect("yes or no"),
    }
}

fn replay(row: &Row) {
    let (id, row) = (row.id(), &row.0);
    let created = whole(row, "ready_at_creation") as u32;
    let mut decider = Decider::new(rules(&row["spec"]), at(0.0), created);
    if let Some(initial) = row["initial"].as_object() {
        let highest = whole(&row["initial"], "max_panic_pods") as u32;
        assert_eq!(initial.len(), 2, "{id}");
        decider.panic = Some((at(number(&row["initial"], "panic_since_s")), highest));
    }
    for step in list(row, "steps") {
        if let Some(spec) = step.get("update_spec") {
            decider.rules = rules_updated(spec, &row["spec"]);
        }
        let now = at(number(step, "t_s"));
        let averages = (number(step, "stable"), number(step, "panic"));
        let found = decider.decide(now, whole(step, "ready") as u32, averages);
        assert_eq!(u64::from(found.desired), whole(step, "expected_desired"), "{id}: {step}");
        if let Some(excess) = step["expected_ebc"].as_f64() {
            // The source's own test allows for one.
            assert!((found.excess - excess).abs() <= 1.0, "{id}: {} {step}", found.excess);
        }
        if let Some(since) = step.get("expected_panic_since_s") {
            let since = since.as_f64().map(at);
            assert_eq!(decider.panic.map(|(since, _)| since), since, "{id}: {step}");
        }
    }
}

/// A row's new rules; what they leave out stays.
fn rules_updated(new: &Value, old: &Value) -> Rules {
    let mut whole = old.as_object().expect("an object").clone();
    whole.extend(new.as_object().expect("an object").clone());
    rules(&Value::Object(whole))
}

#[test]
fn every_decision_is_as_recorded() {
    let rows = all();
    rows.iter().for_each(replay);
    assert_eq!(rows.len(), 19);
}
