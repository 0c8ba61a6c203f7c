//! Failure accrual of Finagle: when a target is marked dead, and for how long.

use rehearsal::base::random::{Purpose, Root};
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::breaker::finagle::{Finagle, Spec};
use rehearsal::mechanism::breaker::{Breaker, Verdict};
use serde_json::Value;

use crate::rows::{MISC, Row, list, only, read, rows, text, whole};

/// The rows about failure accrual.
pub fn all() -> Vec<Row> {
    rows(MISC, |row| row.kind() == "failure_accrual")
}

/// The rules of a policy, as a scenario writes them.
fn rules(policy: &Value) -> String {
    let recovery = || {
        let backoff = text(policy, "backoff").strip_prefix("const ").expect("it is constant");
        format!("recovery = \"{backoff}\"")
    };
    match text(policy, "type") {
        "consecutive" => {
            only(policy, &["type", "n", "backoff"]);
            let n = whole(policy, "n");
            format!("{{ consecutive = {{ failures = {n}, {} }} }}", recovery())
        }
        "success_rate_ema" => {
            only(policy, &["type", "required", "window_requests", "backoff"]);
            let (required, window) = (&policy["required"], whole(policy, "window_requests"));
            let keys = format!("required = {required}, window = {window}, {}", recovery());
            format!("{{ success_rate = {{ {keys} }} }}")
        }
        "or" => {
            only(policy, &["type", "a", "b"]);
            format!("{}, {}", rules(&policy["a"]), rules(&policy["b"]))
        }
        other => panic!("no policy {other}"),
    }
}

/// One failure; for how long the target is then dead.
fn fail(breaker: &mut Finagle, now: Time) -> Option<Span> {
    breaker.record(now, Verdict::Failure, Span::ZERO);
    breaker.until(now).map(|until| until.since(now))
}

#[test]
fn every_policy_marks_dead_as_recorded() {
    let rows = all();
    for row in &rows {
        let stream = Root::new(1, 0).stream(row.id(), Purpose::Policy);
        let toml = format!("rules = [{}]", rules(&row.0["policy"]));
        let (mut breaker, now) = (read::<Spec>(&toml).build(stream), Time::ZERO);
        for step in list(&row.0, "ops") {
            only(step, &["op", "times", "mark_dead_s"]);
            for _ in 0..step.get("times").map_or(1, |_| whole(step, "times")) {
                match text(step, "op") {
                    "failure" => {
                        let expected = step["mark_dead_s"].as_u64().map(Span::from_secs);
                        assert!(breaker.admit(now), "{}: {step}", row.id());
                        assert_eq!(fail(&mut breaker, now), expected, "{}: {step}", row.id());
                    }
                    "success" => {
                        assert!(breaker.admit(now), "{}: {step}", row.id());
                        breaker.record(now, Verdict::Success, Span::ZERO);
                    }
                    "revived" => breaker.revive(now),
                    op => panic!("{}: no step `{op}`", row.id()),
                }
            }
        }
    }
    assert_eq!(rows.len(), 5);
}
