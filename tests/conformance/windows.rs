//! Sliding windows of resilience4j, by calls and by seconds.

use std::num::NonZeroU32;

use rehearsal::base::time::Time;
use rehearsal::mechanism::breaker::window::{Outcome, Window};
use serde_json::Value;

use crate::rows::{Row, WINDOWS, list, ms, only, rows, span_ms, text, whole};

/// The rows about windows.
pub fn all() -> Vec<Row> {
    rows(WINDOWS, |row| row.0.get("window").is_some())
}

fn window(row: &Row) -> Window {
    let size = u32::try_from(whole(&row.0, "size")).ok().and_then(NonZeroU32::new);
    let size = size.expect("a window has places");
    match text(&row.0, "window") {
        "count" => Window::of_calls(size),
        "time" => Window::of_seconds(size),
        other => panic!("no window by {other}"),
    }
}

fn outcome(step: &Value) -> Outcome {
    only(step, &["op", "outcome", "duration_ms"]);
    let (failed, slow) = match text(step, "outcome") {
        "SUCCESS" => (false, false),
        "ERROR" => (true, false),
        "SLOW_SUCCESS" => (false, true),
        "SLOW_ERROR" => (true, true),
        other => panic!("no outcome {other}"),
    };
    Outcome { failed, slow, duration: span_ms(step, "duration_ms") }
}

fn expect(window: &Window, now: Time, step: &Value) {
    let counts = window.counts(now);
    for (key, expected) in step.as_object().expect("a step is an object") {
        let found = match key.as_str() {
            "op" => continue,
            "total" => f64::from(counts.total),
            "successful" => f64::from(counts.successful()),
            "failed" => f64::from(counts.failed),
            "slow" => f64::from(counts.slow),
            "total_duration_ms" => counts.duration_ns as f64 / 1e6,
            "average_duration_ms" => counts.mean_duration().nanos() as f64 / 1e6,
            "failure_rate" => counts.failure_rate() * 100.0,
            "slow_rate" => counts.slow_rate() * 100.0,
            _ => panic!("nothing expects `{key}`"),
        };
        assert_eq!(Some(found), expected.as_f64(), "`{key}` of {step}");
    }
}

#[test]
fn every_window_is_as_recorded() {
    let rows = all();
    for row in &rows {
        let (mut window, mut now) = (window(row), Time::ZERO);
        for step in list(&row.0, "steps") {
            match text(step, "op") {
                "record" => {
                    let sums = window.record(now, outcome(step));
                    assert_eq!(sums, window.counts(now), "{}: {step}", row.id());
                }
                "advance" => now += ms(whole(step, "ms")),
                // The source has to be asked for its sums before they can be compared.
                "snapshot" => {}
                "expect" => expect(&window, now, step),
                op => panic!("{}: no step `{op}`", row.id()),
            }
        }
    }
    assert_eq!(rows.len(), 7);
}
