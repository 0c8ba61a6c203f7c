//! What the rows of the HPA share: pods, samples, rules and the events of late.

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::autoscale::hpa::Spec;
use rehearsal::mechanism::autoscale::hpa::behaviour::{Behaviour, Event};
use rehearsal::mechanism::autoscale::hpa::group::{Phase, Pod, Sample, Trust};
use serde_json::Value;

use crate::rows::{list, read, text, whole};

/// The moment that ages are counted from, and that rows without a time have.
pub const NOW: u64 = 1_000_000;

/// This many seconds after the start.
pub fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

/// The time in a field of seconds; `None` where there is none.
fn time(value: &Value, key: &str) -> Option<Time> {
    (!value[key].is_null()).then(|| at(whole(value, key)))
}

/// The phase and the deletion of a pod of a row.
pub fn pod(row: &Value) -> Pod {
    let phase = match text(row, "phase") {
        "Pending" => Phase::Pending,
        "Running" => Phase::Running,
        "Succeeded" => Phase::Succeeded,
        "Failed" => Phase::Failed,
        other => panic!("no phase {other}"),
    };
    let condition = row.get("ready").or(row.get("ready_condition")).and_then(Value::as_bool);
    let ready = condition.zip(time(row, "ready_last_transition_s"));
    let deleted = row["deleted"].as_bool().expect("yes or no");
    Pod { phase, deleted, start: time(row, "start_time_s"), ready, request: None }
}

/// The sample of a row, with the place of its pod by name; its value is filled in by the caller.
pub fn sample(row: &Value, names: &[&str]) -> Sample {
    let name = text(row, "pod");
    // A pod that is not there has a place beyond the list.
    let pod = names.iter().position(|other| *other == name).unwrap_or(names.len());
    let window = Span::from_secs(whole(row, "window_s"));
    Sample { pod, value: 0, at: at(whole(row, "timestamp_s")), window }
}

/// The names of the pods of a row.
pub fn names(row: &Value) -> Vec<&str> {
    list(row, "pods").iter().map(|pod| text(pod, "name")).collect()
}

/// How far the CPU of fresh pods is trusted in a row; `None` for other resources.
pub fn trust(row: &Value) -> Option<Trust> {
    (row["resource"] == "cpu").then(|| Trust {
        initialisation: Span::from_secs(whole(row, "cpu_initialization_period_s")),
        readiness: Span::from_secs(whole(row, "initial_readiness_delay_s")),
    })
}

/// A list of policies as a scenario writes it.
fn policies(rules: &Value) -> String {
    let policy = |row: &Value| {
        let (value, period) = (whole(row, "value"), whole(row, "period_s"));
        let key = match text(row, "type") {
            "Pods" => "agents",
            "Percent" => "percent",
            other => panic!("no policy {other}"),
        };
        format!("{{ {key} = {value}, per = \"{period}s\" }}")
    };
    let policies: Vec<String> = list(rules, "policies").iter().map(policy).collect();
    format!("[{}]", policies.join(", "))
}

/// Rules as a scenario writes them.
pub fn rules(rules: &Value) -> String {
    let select = text(rules, "select_policy").to_lowercase();
    let window = match rules["stabilization_window_s"].as_u64() {
        Some(window) => format!("window = \"{window}s\", "),
        None => String::new(),
    };
    format!("{{ {window}select = \"{select}\", policies = {} }}", policies(rules))
}

/// The autoscaler with these bounds and this behaviour.
pub fn spec((min, max): (u64, u64), up: &str, down: &str) -> Spec {
    let agents = format!("agents = {{ min = {min}, max = {max} }}");
    read(&format!("{agents}\nbehaviour = {{ up = {up}, down = {down} }}"))
}

/// The behaviour that has the same rules in both directions.
pub fn both_ways(row: &Value) -> Behaviour {
    let rules = rules(row);
    spec((1, 1_000), &rules, &rules).behaviour.expect("it is written")
}

/// Events with their ages, as of [`NOW`].
pub fn events(row: &Value, key: &str) -> Vec<Event> {
    let event = |row: &Value| Event {
        at: at(NOW - whole(row, "age_s")),
        change: u32::try_from(whole(row, "change")).expect("a count"),
    };
    list(row, key).iter().map(event).collect()
}

/// A count of pods.
pub fn count(row: &Value, key: &str) -> u32 {
    u32::try_from(whole(row, key)).expect("a count")
}
