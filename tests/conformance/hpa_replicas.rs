//! The HPA's replica calculator and the grouping of pods before it.

use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::autoscale::hpa::group::{Groups, Pod, Sample, group};
use rehearsal::mechanism::autoscale::hpa::replicas::{
    Fault, Proposal, Tolerance, for_average, for_utilisation, for_value, for_value_each,
};
use serde_json::Value;

use crate::hpa::{NOW, at, count, names, pod, sample, trust};
use crate::rows::{FLOATS, GROUPS, REPLICAS, Row, list, only, rows, text, whole};

/// The rows of the calculator, of its floating point and of the groups.
pub fn all() -> Vec<Row> {
    [REPLICAS, FLOATS, GROUPS].into_iter().flat_map(|file| rows(file, |_| true)).collect()
}

fn tolerance(row: &Value) -> Tolerance {
    let of = |key: &str| row[key].as_f64().expect("a tolerance");
    Tolerance { up: of("tolerance_scale_up"), down: of("tolerance_scale_down") }
}

/// The containers that count: all of a pod's, or the second alone.
fn containers<'v>(row: &'v Value, metric: &'v Value) -> &'v [Value] {
    let each = list(metric, "container_milli");
    match text(row, "container") {
        "" => each,
        "container1" => &each[..1],
        "container2" => &each[1..2],
        other => panic!("no container {other}"),
    }
}

/// The proposal for a resource.
fn resource(row: &Value) -> Result<Proposal, Fault> {
    let number = if text(row, "container").is_empty() { 2 } else { 1 };
    let pods: Vec<Pod> = list(row, "pods")
        .iter()
        .map(|own| {
            let request = own["request_milli_per_container"].as_i64();
            Pod { request: request.map(|request| request * number), ..pod(own) }
        })
        .collect();
    let names = names(row);
    let samples: Vec<Sample> = list(row, "metrics")
        .iter()
        .map(|metric| {
            let each = containers(row, metric).iter();
            let value = each.map(|value| value.as_i64().expect("a number")).sum();
            Sample { value, ..sample(metric, &names) }
        })
        .collect();
    let groups = group(&pods, &samples, trust(row), at(whole(row, "now_s")));
    let seen = (pods.as_slice(), samples.as_slice(), &groups);
    let current = count(row, "current_replicas");
    for_utilisation(current, count(row, "target_utilization_pct"), seen, tolerance(row))
}

/// The proposal for another metric.
fn other(row: &Value) -> Result<Proposal, Fault> {
    let pods: Vec<Pod> = list(row, "pods").iter().map(pod).collect();
    let levels = list(row, "levels_milli").iter();
    let levels: Vec<i64> = levels.map(|level| level.as_i64().expect("a level")).collect();
    let target = row["target_milli"].as_i64().expect("a target");
    let current = count(row, "current_replicas");
    let sum = levels.iter().fold(0i64, |sum, level| sum.saturating_add(*level));
    match text(row, "kind") {
        "pods" => {
            let now = at(whole(row, "now_s"));
            let level = |(pod, value): (usize, &i64)| Sample {
                pod,
                value: *value,
                at: now,
                window: Span::ZERO,
            };
            let samples: Vec<Sample> = levels.iter().enumerate().map(level).collect();
            let groups = group(&pods, &samples, None, now);
            for_average(current, target, (&pods, &samples, &groups), tolerance(row))
        }
        "object" | "external" => for_value(current, (sum, target), &pods, tolerance(row)),
        "object_per_pod" | "external_per_pod" => {
            Ok(for_value_each(current, (sum, target), tolerance(row)))
        }
        kind => panic!("no kind {kind}"),
    }
}

#[test]
fn every_proposal_is_as_recorded() {
    let rows = rows(REPLICAS, |_| true);
    for row in &rows {
        let (id, row) = (row.id(), &row.0);
        let expected = &row["expected"];
        let found = if text(row, "kind") == "resource" { resource(row) } else { other(row) };
        match found {
            Err(fault) => {
                let said = text(expected, "error_contains");
                assert!(fault.to_string().contains(said), "{id}: {fault}, not {said}");
                assert!(expected["replicas"].is_null(), "{id}");
            }
            Ok(proposal) => {
                assert!(expected["error_contains"].is_null(), "{id}: {proposal:?}");
                assert_eq!(
                    Some(u64::from(proposal.replicas)),
                    expected["replicas"].as_u64(),
                    "{id}"
                );
                let (usage, mean) = match text(row, "kind") {
                    "resource" => {
                        only(
                            expected,
                            &["replicas", "utilization_pct", "raw_average_milli", "error_contains"],
                        );
                        (&expected["utilization_pct"], &expected["raw_average_milli"])
                    }
                    _ => {
                        only(expected, &["replicas", "usage_milli", "error_contains"]);
                        (&expected["usage_milli"], &expected["usage_milli"])
                    }
                };
                assert_eq!(Some(proposal.usage), usage.as_i64(), "{id}");
                assert_eq!(Some(proposal.mean), mean.as_i64(), "{id}");
            }
        }
    }
    assert_eq!(rows.len(), 53);
}

#[test]
fn floats_are_divided_and_multiplied_in_the_same_order() {
    let rows = rows(FLOATS, |_| true);
    for row in &rows {
        let (id, row) = (row.id(), &row.0);
        assert_eq!(text(row, "kind"), "float_edge");
        let (ready, used) = (count(row, "ready_pods"), whole(row, "utilization_pct"));
        let one = Pod {
            phase: rehearsal::mechanism::autoscale::hpa::group::Phase::Running,
            deleted: false,
            start: Some(Time::ZERO),
            ready: Some((true, Time::ZERO)),
            request: Some(100),
        };
        let pods = vec![one; ready as usize];
        let sample = |pod| {
            let value = i64::try_from(used).expect("a percentage");
            Sample { pod, value, at: at(NOW), window: Span::ZERO }
        };
        let samples: Vec<Sample> = (0..ready as usize).map(sample).collect();
        let groups = group(&pods, &samples, None, at(NOW));
        let seen = (pods.as_slice(), samples.as_slice(), &groups);
        let tolerance = Tolerance { up: 0.1, down: 0.1 };
        let found = for_utilisation(ready, count(row, "target_pct"), seen, tolerance);
        assert_eq!(found.map(|found| found.replicas), Ok(count(row, "expected_replicas")), "{id}");
        let exact = count(row, "exact_rational_would_be");
        assert_ne!(exact, count(row, "expected_replicas"), "{id}: an edge");
    }
    assert_eq!(rows.len(), 28);
}

#[test]
fn every_pod_is_in_its_group() {
    let rows = rows(GROUPS, |_| true);
    for row in &rows {
        let (id, row) = (row.id(), &row.0);
        let names = names(row);
        let pods: Vec<Pod> = list(row, "pods").iter().map(pod).collect();
        let metrics = list(row, "metrics").iter();
        let samples: Vec<Sample> = metrics.map(|metric| sample(metric, &names)).collect();
        let found = group(&pods, &samples, trust(row), at(whole(row, "now_s")));
        let expected = &row["expected"];
        only(expected, &["ready_count", "unready", "missing", "ignored"]);
        let places = |key: &str| {
            let place = |name: &Value| names.iter().position(|other| name == other);
            list(expected, key).iter().map(|name| place(name).expect("a pod")).collect()
        };
        let groups = Groups {
            ready: count(expected, "ready_count") as usize,
            unready: places("unready"),
            missing: places("missing"),
            ignored: places("ignored"),
        };
        assert_eq!(found, groups, "{id}");
    }
    assert_eq!(rows.len(), 10);
}
