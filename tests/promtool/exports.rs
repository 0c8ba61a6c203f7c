//! What is exported: the tool agrees about the alerts of a rule file, and takes the metrics.

use std::collections::BTreeMap;

use rehearsal::base::read::{Context, Document};
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::promql::{Labels, Series, Store};
use rehearsal::output::openmetrics;
use rehearsal::output::promtool::{Check, Export, rule_file, test_file};
use rehearsal::scenario::import::prometheus::{Rule, RuleFile};

use super::{printed, promtool};

const RULES: &str = r#"groups:
- name: pools
  rules:
  - alert: Busy
    expr: |
      sum by (pool) (rehearsal_busy_slots)
        / sum by (pool) (rehearsal_slots) >= 0.75  # not counting those that start
    for: 45s
    labels: {severity: "page \"now\"", level: 2}
    annotations: {summary: "{{ $labels.pool }} is busy"}
  - alert: Failing
    expr: 'rate(rehearsal_attempts_total{result!="success"}[1m]) > 0.1'
- name: more
  limit: 9
  rules:
  - {alert: Down, expr: rehearsal_up == 0 unless on (pool) rehearsal_agents_desired < 1}
"#;

fn rules() -> RuleFile {
    let files = BTreeMap::from([(String::from("rules.yaml"), RULES.as_bytes().to_vec())]);
    let toml = Document::parse("rules = 'rules.yaml'").unwrap();
    let context = Context::new(&files);
    let mut table = toml.root(&context).table().unwrap();
    let rules = table.need("rules");
    table.finish();
    assert_eq!(context.finish().0, []);
    rules.unwrap()
}

/// A minute and a half of trouble in two minutes and a half.
fn trouble() -> Vec<Series> {
    let agent = |agent: &'static str| [("pool", "a"), ("agent", agent)];
    let failed = [("pool", "a"), ("agent", "1"), ("result", "timeout")];
    vec![
        series("rehearsal_busy_slots", &agent("1"), &[0., 2., 4., 4., 4., 4., 4., 4., 1., 4., 4.]),
        series("rehearsal_busy_slots", &agent("2"), &[1., 1., 2., 3., 4., 4., 2., 2., 1., 4., 4.]),
        series("rehearsal_slots", &agent("1"), &[4.; 11]),
        series("rehearsal_slots", &agent("2"), &[4.; 11]),
        series("rehearsal_attempts_total", &failed, &[0., 0., 1., 3., 7., 7., 8., 9., 9., 9., 9.]),
        series("rehearsal_up", &agent("1"), &[1., 1., 1., 0., 0., 1., 1., 1., 1., 1., 1.]),
        series("rehearsal_agents_desired", &[("pool", "a")], &[2.; 11]),
    ]
}

/// The alerts of a rule that fire at each evaluation, from Prometheus's definition of pending.
fn firing(rule: &Rule, series: &[Series], times: &[Time]) -> Vec<Vec<Labels>> {
    let mut since: BTreeMap<Labels, Time> = BTreeMap::new();
    let mut store = Store::for_expressions([&rule.expression]);
    let mut pushed = Time::ZERO;
    let mut at_each = Vec::new();
    for &now in times {
        for series in series {
            let id = store.series(&series.name, &series.labels);
            let fresh = |at: Time| at <= now && (at > pushed || now == Time::ZERO);
            for (at, value) in series.samples.iter().filter(|(at, _)| fresh(*at)) {
                store.push(id, *at, *value);
            }
        }
        pushed = now;
        let alerts = rule.alerts(&store, now).unwrap();
        let labels: Vec<Labels> = alerts.into_iter().map(|(labels, _)| labels).collect();
        since.retain(|known, _| labels.contains(known));
        for label in labels {
            since.entry(label).or_insert(now);
        }
        let fires = since.iter().filter(|(_, start)| now.since(**start) >= rule.pending);
        at_each.push(fires.map(|(labels, _)| labels.clone()).collect());
    }
    at_each
}

#[test]
fn the_tool_agrees_about_the_alerts() {
    let (rules, series) = (rules(), trouble());
    let scrape = Span::from_secs(15);
    let times: Vec<Time> = (0..11).map(|i| Time::from_nanos(scrape.nanos() * i)).collect();
    let mut checks = Vec::new();
    for rule in rules.rules() {
        let fires = firing(rule, &series, &times);
        let count = fires.iter().filter(|alerts| !alerts.is_empty()).count();
        assert!((1..11).contains(&count), "{} fires now and then: {count}", rule.alert);
        for (at, firing) in times.iter().zip(fires) {
            checks.push(Check { at: *at, alert: rule.alert.clone(), firing });
        }
    }
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("rules.yaml"), rule_file(&rules)).unwrap();
    let ask = |checks: &[Check]| {
        let export =
            Export { rule_file: "rules.yaml", scrape, evaluation: scrape, series: &series, checks };
        std::fs::write(directory.path().join("test.yaml"), test_file(&export).unwrap()).unwrap();
        promtool(directory.path(), &["test", "rules", "test.yaml"])
    };
    let Some(output) = ask(&checks) else { return };
    assert!(output.status.success(), "{}", printed(&output));
    let fires = checks.iter_mut().find(|check| !check.firing.is_empty()).unwrap();
    fires.firing.clear();
    let output = ask(&checks).expect("it ran before");
    assert!(!output.status.success(), "the tool would see a wrong alert");
}

fn series(name: &str, labels: &[(&str, &str)], values: &[f64]) -> Series {
    let at = |scrape: usize| Time::from_nanos(15_000_000_000 * scrape as u64);
    Series {
        name: name.to_string(),
        labels: Labels::new(labels.iter().copied()),
        samples: values.iter().enumerate().map(|(i, value)| (at(i), *value)).collect(),
    }
}

#[test]
fn the_tool_reads_the_metrics_into_its_database() {
    let agent = [("pool", "a"), ("agent", "a-\"1\"\\\n")];
    let bucket = |le: &'static str| [("pool", "a"), ("le", le)];
    let all = [
        series("rehearsal_attempts_total", &agent, &[0.0, 1.0, 2.5, 1e-7]),
        series("rehearsal_wait_seconds_bucket", &bucket("1"), &[0.0, 1.0]),
        series("rehearsal_wait_seconds_bucket", &bucket("+Inf"), &[0.0, 2.0]),
        series("rehearsal_wait_seconds_sum", &[("pool", "a")], &[0.0, 3.5]),
        series("rehearsal_wait_seconds_count", &[("pool", "a")], &[0.0, 2.0]),
        series("rehearsal_cpu_used_ratio", &agent, &[0.1 + 0.2, f64::INFINITY]),
    ];
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run.txt");
    std::fs::write(path, openmetrics::text(&all, 1_700_000_000)).unwrap();
    let arguments = ["tsdb", "create-blocks-from", "openmetrics", "run.txt", "data"];
    let Some(output) = promtool(directory.path(), &arguments) else { return };
    assert!(output.status.success(), "{}", printed(&output));
    // The tool reads no database without a log of what is not yet in blocks.
    std::fs::create_dir_all(directory.path().join("data/wal")).unwrap();
    let output = promtool(directory.path(), &["tsdb", "dump", "data"]).expect("it ran before");
    let shown = printed(&output);
    let lines = shown.lines().filter(|line| line.starts_with('{')).count();
    let samples: usize = all.iter().map(|series| series.samples.len()).sum();
    assert_eq!(lines, samples, "{shown}");
    for (name, sample) in [
        ("rehearsal_attempts_total", "2.5 1700000030000"),
        ("rehearsal_cpu_used_ratio", "0.30000000000000004 1700000000000"),
    ] {
        let labels = r#"agent="a-\"1\"\\\n", pool="a""#;
        let line = format!("{{__name__=\"{name}\", {labels}}} {sample}");
        assert!(shown.contains(&line), "{line} is not in\n{shown}");
    }
}
