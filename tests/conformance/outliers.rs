//! Outlier ejection of Envoy: rows with steps (codes and sweeps), and rows with one interval.

use rehearsal::base::time::Time;
use rehearsal::mechanism::breaker::Verdict;
use rehearsal::mechanism::breaker::outlier_ejection::{OutlierEjection, Reason, Spec};
use serde_json::Value;

use crate::rows::{MISC, Row, at_ms, list, only, read, rows, text, whole};

/// The rows about outlier ejection.
pub fn all() -> Vec<Row> {
    rows(MISC, |row| row.kind().starts_with("outlier_"))
}

/// The scenario's text for a row's configuration.
fn toml(config: &Value) -> String {
    let mut toml = String::new();
    for (key, value) in config.as_object().expect("a configuration is an object") {
        let enforced = |rule: &str| {
            let enforced = match value.as_u64() {
                Some(0) => false,
                Some(100) => true,
                _ => panic!("{key} is yes or no, not {value}"),
            };
            format!("{rule}.enforced = {enforced}")
        };
        let line = match key.as_str() {
            "consecutive_5xx" => format!("consecutive.failures = {value}"),
            "consecutive_gateway_failure" => format!("unreachable.failures = {value}"),
            "interval_ms" => format!("interval = \"{value}ms\""),
            "base_ejection_ms" => format!("ejection = \"{value}ms\""),
            "max_ejection_percent" => format!("at_most = \"{value}%\""),
            "success_rate_minimum_hosts" => format!("success_rate.targets = {value}"),
            "success_rate_request_volume" => format!("success_rate.calls = {value}"),
            "success_rate_stdev_factor" => {
                // Thousandths.
                let factor = value.as_f64().expect("a number") / 1_000.0;
                format!("success_rate.deviations = {factor}")
            }
            "enforcing_consecutive_5xx" => enforced("consecutive"),
            "enforcing_consecutive_gateway_failure" => enforced("unreachable"),
            _ => panic!("no key for {key}"),
        };
        toml += &format!("{line}\n");
    }
    toml
}

/// What an answer with this code is.
fn verdict(code: &str) -> Verdict {
    match code {
        "200" => Verdict::Success,
        "500" => Verdict::Failure,
        "502" | "503" | "504" => Verdict::Unreachable,
        _ => panic!("no verdict on {code}"),
    }
}

fn reason(name: &str) -> Reason {
    match name {
        "gateway_failure" => Reason::Unreachable,
        "consecutive_5xx" => Reason::Consecutive,
        _ => panic!("no reason {name}"),
    }
}

/// One step: answers of a host, as in "500x4", or a sweep; then what is expected. A sweep's step
/// names no host: it is about the first.
fn take(group: &mut OutlierEjection, now: Time, step: &Value, id: &str) {
    only(step, &["t_ms", "host", "codes", "sweep", "expect_ejected", "reason"]);
    let host = step.get("host").map_or(0, |_| whole(step, "host") as usize);
    if step.get("sweep").is_some() {
        assert!(step["sweep"] == true && step.get("codes").is_none());
        group.sweep(now);
    } else {
        let (code, times) = text(step, "codes").split_once('x').expect("a code and a number");
        for _ in 0..times.parse().expect("a number") {
            group.record(host, now, verdict(code));
        }
    }
    let ejection = group.ejection(host);
    if let Some(expected) = step.get("expect_ejected") {
        assert_eq!(Some(ejection.is_some()), expected.as_bool(), "{id}: {step}");
        assert_eq!(group.allows(host), ejection.is_none(), "{id}: no panic at half; {step}");
    }
    if step.get("reason").is_some() {
        let found = ejection.expect("it is ejected").reason;
        assert_eq!(found, reason(text(step, "reason")), "{id}: {step}");
    }
}

fn replay_steps(row: &Row) {
    let hosts = whole(&row.0, "hosts") as usize;
    let mut group = read::<Spec>(&toml(&row.0["config"])).build(hosts);
    let mut now = Time::ZERO;
    for step in list(&row.0, "steps") {
        now = step.get("t_ms").map_or(now, |_| at_ms(whole(step, "t_ms")));
        take(&mut group, now, step, row.id());
    }
    if row.0.get("expected_total_ejections").is_some() {
        assert_eq!(group.ejections(), whole(&row.0, "expected_total_ejections"), "{}", row.id());
    }
    if let Some(expected) = row.0.get("expected") {
        only(expected, &["ejections_active", "ejections_overflow"]);
        assert_eq!(u64::from(group.ejected()), whole(expected, "ejections_active"));
        assert_eq!(group.overflows(), whole(expected, "ejections_overflow"));
    }
}

/// Percent as the rows have it: -1 if it is not known.
fn percent(value: Option<f64>) -> Option<f64> {
    Some(value.unwrap_or(-1.0))
}

fn replay_interval(row: &Row, group: &mut OutlierEjection) {
    for host in list(&row.0, "requests") {
        only(host, &["host", "ok", "failed"]);
        let (target, now) = (whole(host, "host") as usize, Time::ZERO);
        (0..whole(host, "ok")).for_each(|_| group.record(target, now, Verdict::Success));
        (0..whole(host, "failed")).for_each(|_| group.record(target, now, Verdict::Failure));
    }
    group.sweep(at_ms(whole(&row.0, "sweep_ms")));
    let expected = &row.0["expected"];
    only(expected, &["host4_success_rate", "average", "ejection_threshold", "ejected"]);
    let found = |key: &str| expected[key].as_f64();
    let swept = group.swept();
    assert_eq!(percent(group.success_rate(4)), found("host4_success_rate"), "{}", row.id());
    assert_eq!(percent(swept.map(|it| it.mean)), found("average"), "{}", row.id());
    let threshold = percent(swept.map(|it| it.threshold));
    assert_eq!(threshold, found("ejection_threshold"), "{}", row.id());
    let ejected: Vec<u64> = (0..5u64).filter(|i| group.ejection(*i as usize).is_some()).collect();
    let expected: Vec<u64> = list(expected, "ejected").iter().flat_map(Value::as_u64).collect();
    assert_eq!(ejected, expected, "{}", row.id());
}

/// The rows with requests, each in a fresh group of five.
fn group_of(row: &Row) -> OutlierEjection {
    read::<Spec>(&toml(&row.0["config"])).build(list(&row.0, "requests").len())
}

#[test]
fn every_ejection_is_as_recorded() {
    let rows = all();
    let (steps, intervals): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.0.get("steps").is_some());
    steps.iter().for_each(replay_steps);
    intervals.iter().for_each(|row| replay_interval(row, &mut group_of(row)));
    assert_eq!((steps.len(), intervals.len()), (5, 2));
}

#[test]
fn the_two_intervals_of_one_story() {
    // What the note of x-004 says, with x-005 behind it in the same group, as in the source.
    let rows = rows(MISC, |row| ["x-004", "x-005"].contains(&row.id()));
    let mut group = group_of(&rows[0]);
    replay_interval(&rows[0], &mut group);
    let out = group.ejection(4).expect("it is ejected");
    assert_eq!((out.reason, out.until), (Reason::SuccessRate, at_ms(40_000)));
    group.sweep(at_ms(19_999));
    assert!(group.ejection(4).is_some(), "it stays out");
    group.sweep(at_ms(50_001));
    assert!(group.ejection(4).is_none(), "it returns");
    replay_interval(&rows[1], &mut group);
}
