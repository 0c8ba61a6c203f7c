//! Alerts of Prometheus: states at each evaluation, the worst of a rule, its limit, sending again,
//! and what is left of them after a restart.

use std::collections::BTreeMap;

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::alert::notify::Notifier;
use rehearsal::mechanism::alert::restart::{Kept, Restart};
use rehearsal::mechanism::alert::{Machine, Rule, State, Watch};
use serde_json::Value;

use crate::rows::{list, only, read, text, whole};
use crate::skipped;
use crate::written::{check_all, of_kind};

const STATES: &str = "prometheus_alert_states.json";
const MISC: &str = "prometheus_alert_misc.json";

/// What says where a row comes from.
const ORIGIN: [&str; 6] = ["id", "kind", "source_repo", "source_path", "source_test", "note"];

fn only_also(row: &Value, known: &[&str]) {
    only(row, &[&ORIGIN, known].concat());
}

/// A number of seconds, with a fraction or not, as a time since the start.
fn at(value: &Value) -> Time {
    let seconds = value.as_f64().unwrap_or_else(|| panic!("{value} is a number of seconds"));
    Time::ZERO + Span::from_seconds(seconds)
}

fn span(row: &Value, key: &str) -> Span {
    at(&row[key]).since(Time::ZERO)
}

/// The rule as a scenario writes it: whether its condition holds is the row's business.
fn rule(row: &Value, keys: &[(&str, &str)]) -> Rule {
    let key = |(key, field): &(&str, &str)| format!("{key} = \"{}ns\"\n", span(row, field).nanos());
    let keys: String = keys.iter().map(key).collect();
    read(&format!("when = \"queue_length > 0\"\n{keys}"))
}

/// The places of those for whom it is so.
fn those(all: &[bool]) -> Vec<usize> {
    (0..all.len()).filter(|i| all[*i]).collect()
}

fn state_of(watch: &Watch<usize>, subject: usize) -> State {
    watch.alert(&subject).map_or(State::Inactive, Machine::state)
}

fn yes(value: &Value) -> bool {
    value.as_u64().is_some_and(|value| value == 1)
}

/// A row's condition or state by evaluation, for each series in the order of the names.
fn by_series(value: &Value) -> BTreeMap<&str, &[Value]> {
    let series = value.as_object().expect("series by name");
    series.iter().map(|(name, all)| (name.as_str(), all.as_array().unwrap().as_slice())).collect()
}

fn sequence(row: &Value) {
    only_also(
        row,
        &[
            "for_s",
            "keep_firing_for_s",
            "eval_times_s",
            "condition_true",
            "expected_state",
            "expected_active_at_s",
            "for_changes",
            "verified_promtool",
        ],
    );
    assert!(row["for_changes"].is_null(), "a rule does not change during a run");
    let rule = rule(row, &[("for", "for_s"), ("keep_firing_for", "keep_firing_for_s")]);
    let mut watch = Watch::new(&rule);
    let (holds, states) = (by_series(&row["condition_true"]), by_series(&row["expected_state"]));
    assert!(holds.keys().eq(states.keys()), "{}", row["id"]);
    let times = list(row, "eval_times_s");
    assert!(holds.values().chain(states.values()).all(|it| it.len() == times.len()));
    for (i, time) in times.iter().enumerate() {
        let holds: Vec<bool> = holds.values().map(|holds| yes(&holds[i])).collect();
        watch.step(at(time), &those(&holds), |_, _| ()).expect("there is no limit");
        for (subject, (name, states)) in states.iter().enumerate() {
            let found = state_of(&watch, subject).name();
            assert_eq!(states[i], found, "{}: {name} at {time}", row["id"]);
            if !row["expected_active_at_s"].is_null() {
                let expected = &row["expected_active_at_s"][name][i];
                let expected = (!expected.is_null()).then(|| at(expected));
                let found = watch.alert(&subject).and_then(Machine::active_at);
                assert_eq!(found, expected, "{}: {name} at {time}", row["id"]);
            }
        }
    }
}

#[test]
fn states_of_prometheus() {
    let rows = of_kind(STATES, "alert_state_sequence");
    assert_eq!(check_all(&rows, &[], sequence), 17);
}

/// The condition of each subject at two evaluations a minute apart that leads a rule with
/// `for = "1m"` to the named state.
fn leads_to(state: &Value) -> [bool; 2] {
    match state.as_str() {
        Some("inactive") => [true, false],
        Some("pending") => [false, true],
        Some("firing") => [true, true],
        _ => panic!("no state {state}"),
    }
}

fn worst(row: &Value) {
    only_also(row, &["alert_states", "expected"]);
    let mut watch = Watch::new(&read("when = \"queue_length > 0\"\nfor = \"1m\""));
    let states = list(row, "alert_states");
    for i in 0..2 {
        let holds: Vec<bool> = states.iter().map(|state| leads_to(state)[i]).collect();
        let now = Time::ZERO + Span::from_secs(60 * i as u64);
        watch.step(now, &those(&holds), |_, _| ()).expect("there is no limit");
    }
    for (subject, state) in states.iter().enumerate() {
        assert_eq!(*state, state_of(&watch, subject).name(), "{}", row["id"]);
    }
    assert_eq!(watch.state().name(), text(row, "expected"), "{}", row["id"]);
}

#[test]
fn the_state_of_a_rule_is_the_worst() {
    assert_eq!(check_all(&of_kind(MISC, "rule_state_is_max_of_alerts"), &[], worst), 2);
}

fn limit(row: &Value) {
    only_also(row, &["active_or_pending", "limit", "expected_error"]);
    // Zero and below are no limit there; a scenario has zero for that.
    let limit = row["limit"].as_i64().expect("a whole number").max(0);
    let text = format!("when = \"queue_length > 0\"\nlimit = {limit}");
    let mut watch = Watch::new(&read(&text));
    let alerts = vec![true; whole(row, "active_or_pending") as usize];
    let error = watch.step(Time::ZERO, &those(&alerts), |_, _| ());
    let error = error.err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), row["expected_error"].as_str(), "{}", row["id"]);
    let left = if error.is_some() { State::Inactive } else { State::Firing };
    assert_eq!(watch.state(), left, "{}", row["id"]);
}

#[test]
fn beyond_its_limit_a_rule_fails() {
    assert_eq!(check_all(&of_kind(MISC, "rule_limit"), &[], limit), 3);
}

fn resend(row: &Value) {
    only_also(
        row,
        &[
            "for_s",
            "resend_delay_s",
            "interval_s",
            "eval_times_s",
            "condition_true",
            "expected_notifications",
        ],
    );
    let mut alert = Machine::new(&rule(row, &[("for", "for_s")]));
    let mut notifier = Notifier::new(span(row, "resend_delay_s"));
    let times = list(row, "eval_times_s");
    for (i, time) in times.iter().enumerate() {
        alert.step(at(time), yes(&row["condition_true"][i]));
        let sent = notifier.sends(at(time), &alert);
        assert_eq!(sent, yes(&row["expected_notifications"][i]), "{}: at {time}", row["id"]);
    }
}

#[test]
fn alerts_are_sent_again() {
    assert_eq!(check_all(&of_kind(MISC, "resend"), &[], resend), 1);
}

fn restore(row: &Value) {
    only_also(
        row,
        &[
            "for_s",
            "outage_tolerance_s",
            "grace_period_s",
            "restore_at_s",
            "persisted",
            "condition_true_at_restore",
            "expected_active_at_s",
        ],
    );
    let rule = rule(row, &[("for", "for_s")]);
    let restart =
        Restart { tolerance: span(row, "outage_tolerance_s"), grace: span(row, "grace_period_s") };
    let (now, mut found) = (at(&row["restore_at_s"]), BTreeMap::new());
    for kept in list(row, "persisted") {
        only(kept, &["series", "last_sample_at_s", "active_at_s"]);
        let series = text(kept, "series");
        let mut alert = Machine::new(&rule);
        alert.step(now, list(row, "condition_true_at_restore").iter().any(|it| it == series));
        let kept =
            Kept { last: at(&kept["last_sample_at_s"]), active_at: at(&kept["active_at_s"]) };
        if let Some(active_at) = restart.active_at(now, rule.pending, kept) {
            alert.restore(active_at);
        }
        found.extend(alert.active_at().map(|time| (series.to_string(), time)));
    }
    let expected = row["expected_active_at_s"].as_object().expect("times by series");
    let expected: BTreeMap<String, Time> =
        expected.iter().map(|(series, time)| (series.clone(), at(time))).collect();
    assert_eq!(found, expected, "{}", row["id"]);
}

#[test]
fn a_restart_is_as_recorded() {
    assert_eq!(check_all(&of_kind(MISC, "for_state_restore"), &[], restore), 6);
}

#[test]
fn every_row_has_a_test_or_a_reason() {
    let grouping = of_kind(MISC, "alertmanager_group");
    assert_eq!(check_all(&grouping, skipped::ALERTS, |row| panic!("{row}")), 0);
    assert_eq!(crate::vectors::rows(MISC).len(), 2 + 3 + 1 + 6 + grouping.len());
    assert_eq!(crate::vectors::rows(STATES).len(), 17);
}
