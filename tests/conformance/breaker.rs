//! Sequences of resilience4j's breaker, step by step.

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::breaker::resilience4j::{Phase, Resilience4j, Spec};
use rehearsal::mechanism::breaker::{Breaker, State, Verdict};
use serde_json::Value;

use crate::rows::{BREAKERS, Row, ms, only, read, rows, span_ms, text, whole};

/// All rows of the file.
pub fn all() -> Vec<Row> {
    rows(BREAKERS, |_| true)
}

/// The scenario's text for a row's configuration; what is not there is left to the default.
fn toml(config: &Value) -> String {
    const KEYS: [(&str, &str, &str); 8] = [
        ("failure_rate_threshold_pct", "failure_rate", "%"),
        ("slow_call_rate_threshold_pct", "slow_rate", "%"),
        ("slow_call_duration_ms", "slow", "ms"),
        ("half_open_permitted", "trials", ""),
        ("minimum_calls", "min_calls", ""),
        ("wait_open_ms", "recovery", "ms"),
        ("window_size", "window", ""),
        ("window_type", "", ""),
    ];
    only(config, &KEYS.map(|(key, ..)| key));
    let timed = config.get("window_type").is_some_and(|kind| kind == "TIME_BASED");
    let mut toml = String::new();
    for (from, key, unit) in KEYS.iter().filter(|(from, ..)| *from != "window_type") {
        if config.get(from).is_none() {
            continue;
        }
        let (value, unit) =
            (whole(config, from), if *key == "window" && timed { "s" } else { unit });
        let written =
            if unit.is_empty() { value.to_string() } else { format!("\"{value}{unit}\"") };
        toml += &format!("{key} = {written}\n");
    }
    toml
}

fn phase(name: &str) -> Phase {
    match name {
        "CLOSED" => Phase::Closed,
        "OPEN" => Phase::Open,
        "HALF_OPEN" => Phase::HalfOpen,
        "DISABLED" => Phase::Disabled,
        "METRICS_ONLY" => Phase::MetricsOnly,
        "FORCED_OPEN" => Phase::ForcedOpen,
        _ => panic!("no phase {name}"),
    }
}

/// A rate as the rows have it: percent, -1 if it is not known.
fn percent(rate: Option<f64>) -> f64 {
    // Rows have whole percents: the product is rounded back to what the quotient was.
    rate.map_or(-1.0, |rate| (rate * 100.0).round())
}

/// What a step expects, with what there is.
fn expect(breaker: &Resilience4j, now: Time, step: &Value) {
    let counts = breaker.counts(now);
    for (key, expected) in step.as_object().expect("a step is an object") {
        let found = match key.as_str() {
            "op" => continue,
            "state" => {
                assert_eq!(breaker.phase(), phase(text(step, key)), "{step}");
                continue;
            }
            "failure_rate" => percent(breaker.failure_rate(now)),
            "slow_rate" => percent(breaker.slow_rate(now)),
            "buffered" => f64::from(counts.total),
            "failed" => f64::from(counts.failed),
            "successful" => f64::from(counts.successful()),
            "slow" => f64::from(counts.slow),
            "not_permitted" => breaker.not_permitted() as f64,
            _ => panic!("nothing expects `{key}`"),
        };
        assert_eq!(Some(found), expected.as_f64(), "`{key}` of {step}");
    }
}

/// Replays one row; panics where the machine differs.
pub fn replay(row: &Row) {
    let mut breaker = read::<Spec>(&toml(&row.0["config"])).build();
    let mut now = Time::ZERO;
    for step in crate::rows::list(&row.0, "steps") {
        match text(step, "op") {
            "acquire" => {
                only(step, &["op", "expect"]);
                let allowed = breaker.allows(now);
                let admitted = breaker.admit(now);
                assert_eq!(Some(admitted), step["expect"].as_bool(), "{}: {step}", row.id());
                assert_eq!(allowed, admitted, "{}: {step}", row.id());
            }
            "success" => breaker.record(now, Verdict::Success, span_ms(step, "duration_ms")),
            "error" => breaker.record(now, Verdict::Failure, span_ms(step, "duration_ms")),
            "ignored_error" => breaker.record(now, Verdict::Ignored, Span::ZERO),
            "advance" => now += ms(whole(step, "ms")),
            "force" => {
                only(step, &["op", "state", "expect_ok"]);
                assert_eq!(step["expect_ok"], true, "{}: {step}", row.id());
                breaker.enter(now, phase(text(step, "state")));
            }
            "force_open_for" => breaker.open_for(now, span_ms(step, "ms")),
            "reset" => breaker.enter(now, Phase::Closed),
            "expect" => expect(&breaker, now, step),
            op => panic!("{}: no step `{op}`", row.id()),
        }
    }
}

#[test]
fn every_sequence_is_as_recorded() {
    let rows = all();
    rows.iter().for_each(replay);
    assert_eq!(rows.len(), 24);
}

#[test]
fn a_wrong_expectation_would_be_seen() {
    let mut row = all().into_iter().find(|row| row.id() == "r4j-cb-007").expect("it is there");
    replay(&row);
    let steps = row.0["steps"].as_array_mut().expect("steps");
    let open = steps.iter_mut().find(|step| step["state"] == "OPEN").expect("it opens");
    open["failure_rate"] = 61.into();
    assert!(std::panic::catch_unwind(|| replay(&row)).is_err());
}

#[test]
fn phases_are_states_of_the_family() {
    let mut breaker = read::<Spec>("").build();
    for (name, state) in [
        ("CLOSED", State::Closed),
        ("OPEN", State::Open),
        ("HALF_OPEN", State::HalfOpen),
        ("DISABLED", State::Closed),
        ("METRICS_ONLY", State::Closed),
        ("FORCED_OPEN", State::Open),
    ] {
        breaker.enter(Time::ZERO, phase(name));
        assert_eq!(breaker.state(Time::ZERO), state, "{name}");
    }
}
