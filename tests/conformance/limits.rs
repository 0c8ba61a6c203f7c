//! Concurrency limits: those of Netflix's concurrency-limits.

use rehearsal::base::random::Root;
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::admission::Spec;
use serde_json::Value;

use crate::written::{check_all, of_kind, written};

/// Rows not checked, with the reason.
const SKIPPED: &[(&str, &str)] = &[];

/// The policy as a scenario writes it.
fn policy(row: &Value) -> String {
    let name = match row["algorithm"].as_str().unwrap() {
        "gradient2" => "gradient",
        name => name,
    };
    let key = |(key, value): (&String, &Value)| match (key.as_str(), value.as_str()) {
        ("decrease", Some("limit/2")) => String::from("decrease = 0.5"),
        (_, Some(other)) => panic!("{}: {key} = {other}", row["id"]),
        (_, None) => format!("{key} = {value}"),
    };
    let keys: Vec<String> = row["config"].as_object().unwrap().iter().map(key).collect();
    format!("{{ {name} = {{ {} }} }}", keys.join(", "))
}

fn limit(row: &Value) {
    let spec: Spec = written(&policy(row));
    let mut machine = spec.build(&Root::new(1, 0), "door");
    let samples = row["samples_rtt_ms_inflight_drop"].as_array().unwrap();
    let expected = row["expected_limit"].as_array().unwrap();
    assert_eq!(samples.len(), expected.len(), "{}", row["id"]);
    for (sample, expected) in samples.iter().zip(expected) {
        let [rtt, in_flight, dropped] = [0, 1, 2].map(|i| sample[i].as_u64().unwrap());
        let rtt = Span::from_nanos(rtt * 1_000_000);
        machine.result(Time::ZERO, rtt, in_flight as u32, dropped == 1);
        // As the source shows it: the whole part.
        assert_eq!(machine.limit() as u64, expected.as_u64().unwrap(), "{} {sample}", row["id"]);
        // And as a newcomer meets it.
        let most = expected.as_u64().unwrap() as u32;
        let admitted = [most - 1, most].map(|others| machine.admit(Time::ZERO, others, 0));
        assert_eq!(admitted, [true, false], "{} {sample}", row["id"]);
    }
}

#[test]
fn limits_of_netflix() {
    let rows = of_kind("resilience_misc.json", "concurrency_limit");
    assert_eq!(check_all(&rows, SKIPPED, limit), 7);
}
