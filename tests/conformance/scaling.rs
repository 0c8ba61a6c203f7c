//! KEDA's executor, and the cooldown of AWS.

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::autoscale::keda::{self, Executed, execute};
use rehearsal::mechanism::autoscale::{Autoscaler, Member, View, step};

use crate::rows::{MISC, Row, read, rows, whole};

/// The rows about KEDA and AWS.
pub fn all() -> Vec<Row> {
    let kinds = ["keda_activation", "aws_step_scaling_cooldown"];
    rows(MISC, |row| kinds.contains(&row.kind()))
}

#[test]
fn the_executor_of_keda_does_as_recorded() {
    let rows = rows(MISC, |row| row.kind() == "keda_activation");
    for row in &rows {
        let (id, row) = (row.id(), &row.0);
        let min = whole(row, "min_replicas");
        let idle = row["idle_replicas"].as_u64().map(|idle| format!("idle = {idle}"));
        let agents = format!("agents = {{ min = {min}, max = 100 }}");
        let toml = format!("target = 1\n{agents}\n{}", idle.unwrap_or_default());
        let spec: keda::Spec = read(&toml);
        assert!(row["last_active_time"].is_null(), "{id}: it never was active");
        let cooled = Span::from_secs(1) > spec.initial_cooldown;
        let active = row["active"].as_bool().expect("yes or no");
        let current = whole(row, "current") as u32;
        let found = execute((spec.scaling.min, spec.idle), current, active, cooled);
        assert_eq!(found, Executed::Set(whole(row, "expected_replicas") as u32), "{id}");
    }
    assert_eq!(rows.len(), 4);
}

#[test]
fn what_aws_added_counts_during_the_cooldown() {
    let rows = rows(MISC, |row| row.kind() == "aws_step_scaling_cooldown");
    for row in &rows {
        let (id, row) = (row.id(), &row.0);
        let (first, second) = (&row["first_adjustment"], &row["second_adjustment_within_cooldown"]);
        let steps = format!("{{ above = 0.5, add = {first} }}, {{ above = 0.9, add = {second} }}");
        let toml = format!("steps = [{steps}]\nagents = {{ min = 1, max = 99 }}");
        let mut machine = read::<step::Spec>(&toml).build();
        let ready = Member { started: Time::ZERO, ready: Some(Time::ZERO), busy: Some(0.9) };
        let members = [ready; 10];
        let mut evaluate = |second: u64, desired: u32, value: f64| {
            let values = [Some(value)];
            let view = View { members: &members, desired, values: &values };
            machine.evaluate(Time::ZERO + Span::from_secs(second), &view).desired
        };
        let after_first = evaluate(60, 10, 0.6);
        assert_eq!(u64::from(after_first) - 10, first.as_u64().expect("a number"), "{id}");
        let added = evaluate(120, after_first, 0.95) - after_first;
        assert_eq!(u64::from(added), whole(row, "expected_added_second"), "{id}");
    }
    assert_eq!(rows.len(), 1);
}
