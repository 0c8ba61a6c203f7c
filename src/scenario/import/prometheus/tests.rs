//! Tests of reading rule files: what is right, and what a user reads of what is wrong.

use super::*;
use crate::scenario::import::check::{broken, read};

#[test]
fn rules_are_read_with_their_defaults() {
    let file: RuleFile = read(
        "groups:
- name: pools
  interval: 30s
  limit: 5
  rules:
  - alert: Slow
    expr: |
      histogram_quantile(0.95,
        sum by (pool, le) (rate(rehearsal_response_seconds_bucket[5m]))) > 5
    for: 1m
    keep_firing_for: 1h30m
    labels: {severity: page, level: 2}
    annotations:
      summary: '{{ $labels.pool }} is slow'
  - {alert: Long, expr: 'rehearsal_queue_length > 40'}
- name: empty
",
    );
    let [pools, empty] = &file.groups[..] else { panic!("two groups") };
    assert_eq!((pools.name.as_str(), pools.limit), ("pools", 5));
    assert_eq!(pools.interval, Some(Span::from_secs(30)));
    assert_eq!((empty.interval, empty.limit, empty.rules.len()), (None, 0, 0));
    let [slow, long] = &pools.rules[..] else { panic!("two rules") };
    assert_eq!(slow.pending, Span::from_secs(60));
    assert_eq!(slow.keep_firing_for, Span::from_secs(5_400));
    assert_eq!(slow.expression.longest_range_ms(), 300_000);
    assert_eq!(slow.labels["level"], "2");
    assert_eq!(slow.annotations["summary"], "{{ $labels.pool }} is slow");
    assert_eq!((long.alert.as_str(), long.pending), ("Long", Span::ZERO));
    assert_eq!(long.text, "rehearsal_queue_length > 40");
    assert_eq!(file.rules().count(), 2);
    assert_eq!(file.name, "x.yaml");
}

#[test]
fn a_mistake_in_an_expression_is_shown_at_its_column() {
    let text = "groups:
- name: a
  rules:
  - alert: A
    expr: |
      sum by (pool) (
        rate(rehearsal_attempts_totl[5m])
      ) > 1
";
    let expected = "\
error: unknown metric `rehearsal_attempts_totl`
 --> scenarios/x.yaml:7:14
  |
7 |         rate(rehearsal_attempts_totl[5m])
  |              ^^^^^^^^^^^^^^^^^^^^^^^ no metric has this name
  |
  = help: did you mean `rehearsal_attempts_total`?

1 mistake in scenarios/x.yaml
";
    assert_eq!(broken::<RuleFile>(text), expected);
}

#[test]
fn alerts_have_the_labels_of_their_samples_and_of_the_rule() {
    let file: RuleFile = read(
        "groups:
- name: a
  rules:
  - {alert: Long, expr: rehearsal_queue_length > 2, labels: {severity: page}}
  - {alert: Same, expr: rehearsal_queue_length > 2, labels: {queue: any}}
",
    );
    let mut store = Store::for_expressions(file.rules().map(|rule| &rule.expression));
    for (queue, length) in [("a", 3.0), ("b", 2.0), ("c", 4.0)] {
        let id = store.series("rehearsal_queue_length", &Labels::new([("queue", queue)]));
        store.push(id, Time::ZERO, length);
    }
    let [long, same] = &file.groups[0].rules[..] else { panic!("two rules") };
    let of = |queue| Labels::new([("queue", queue), ("severity", "page")]);
    assert_eq!(long.alerts(&store, Time::ZERO), Ok(vec![(of("a"), 3.0), (of("c"), 4.0)]));
    let error = String::from("two alerts of the rule have the same labels");
    assert_eq!(same.alerts(&store, Time::ZERO), Err(error));
}

const MANY: &str = "groups:
- name: a
  rules:
  - alert: A
    expr: rehearsal_up offset 5m < 1
    for: 5 minutes
    severity: page
  - record: job:x
    expr: sum(rehearsal_up)
- name: a
  intervall: 1m
  rules:
  - exp: rehearsal_up < 1
    labels: {alertname: x, 'a-b': y, of: '{{ $value }}'}
";

const MANY_SHOWN: &str = "\
error: `offset` is outside the subset of PromQL that is read
 --> scenarios/x.yaml:5:24
  |
5 |     expr: rehearsal_up offset 5m < 1
  |                        ^^^^^^ not supported
  |
  = help: inside are plain selectors

error: `groups[0].rules[0].for`: expected a duration such as 5m, found \"5 minutes\"
 --> scenarios/x.yaml:6:10
  |
6 |     for: 5 minutes
  |          ^^^^^^^^^ expected a duration such as 5m
  |
  = help: a duration is whole numbers with units: 30s, 5m, 1h30m

error: unknown key `groups[0].rules[0].severity`
 --> scenarios/x.yaml:7:5
  |
7 |     severity: page
  |     ^^^^^^^^ unknown key
  |
  = help: known here: `alert`, `expr`, `for`, `keep_firing_for`, `labels` and `annotations`

error: recording rules are not read
 --> scenarios/x.yaml:8:5
  |
8 |   - record: job:x
  |     ^^^^^^ a recording rule
  |
  = help: write its expression into the rules that use it

error: the group name `a` is there already
  --> scenarios/x.yaml:10:9
   |
10 | - name: a
   |         ^ not a new name

error: unknown key `groups[1].intervall`
  --> scenarios/x.yaml:11:3
   |
11 |   intervall: 1m
   |   ^^^^^^^^^ unknown key
   |
   = help: did you mean `interval`?

error: unknown key `groups[1].rules[0].exp`
  --> scenarios/x.yaml:13:5
   |
13 |   - exp: rehearsal_up < 1
   |     ^^^ unknown key
   |
   = help: did you mean `expr`?

error: missing key `alert` in `groups[1].rules[0]`
  --> scenarios/x.yaml:13:5
   |
13 |   - exp: rehearsal_up < 1
   |     ^^^^^^^^^^^^^^^^^^^^^ needs `alert`

error: `alertname` is the rule's own
  --> scenarios/x.yaml:14:14
   |
14 |     labels: {alertname: x, 'a-b': y, of: '{{ $value }}'}
   |              ^^^^^^^^^ another name

error: `a-b` is no name of a label
  --> scenarios/x.yaml:14:28
   |
14 |     labels: {alertname: x, 'a-b': y, of: '{{ $value }}'}
   |                            ^^^^^ another name

error: `groups[1].rules[0].labels.of`: templates in labels are not read
  --> scenarios/x.yaml:14:42
   |
14 |     labels: {alertname: x, 'a-b': y, of: '{{ $value }}'}
   |                                          ^^^^^^^^^^^^^^ a template
   |
   = help: sum by (...) in the expression gives its alerts their labels

11 mistakes in scenarios/x.yaml
";

#[test]
fn all_mistakes_are_shown() {
    assert_eq!(broken::<RuleFile>(MANY), MANY_SHOWN);
}

#[test]
fn a_file_that_is_not_there_is_a_mistake_of_the_scenario() {
    let shown = crate::scenario::import::check::missing::<RuleFile>();
    assert!(shown.starts_with("error: `file`: cannot read the file \"x.yaml\""), "{shown}");
    assert!(shown.contains("--> scenarios/s.toml:1:8"), "{shown}");
}
