//! A run as a test of `promtool test rules`: the series as scraped, and which alerts fired when.
//!
//! Prometheus's own tool then says whether its rules fire where the run's did. It evaluates all
//! groups at 0 and then after each evaluation interval, which the groups' own intervals do not
//! change. The rules are written anew, without annotations, whose templates a run does not fill.
//!
//! Values are in promtool's notation, one a scrape: `1x3` is 1 and three more of it, `_x3` are
//! three scrapes without a sample, `stale` is a series that went away.
//!
//! Invariant: equal exports are equal bytes.

use std::fmt::Write as _;

use crate::base::read::quoted;
use crate::base::time::{Span, Time};
use crate::mechanism::promql::{Labels, Series, is_stale};
use crate::scenario::import::prometheus::RuleFile;

/// What is exported.
pub struct Export<'e> {
    /// The path of the rules, from where the test will be.
    pub rule_file: &'e str,
    /// From one scrape to the next.
    pub scrape: Span,
    /// From one evaluation to the next.
    pub evaluation: Span,
    /// The series as scraped.
    pub series: &'e [Series],
    /// What was so.
    pub checks: &'e [Check],
}

/// Which alerts of one name were firing after the evaluation at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// When.
    pub at: Time,
    /// The name.
    pub alert: String,
    /// The labels of each that fired, the rule's among them.
    pub firing: Vec<Labels>,
}

/// The test file.
///
/// # Errors
/// A sample or a check that is not on the grid of scrapes or evaluations, or that the tool has no
/// number for; a sentence.
pub fn test_file(export: &Export<'_>) -> Result<String, String> {
    let mut text = String::new();
    let interval = |span: Span| duration(span).ok_or("an interval is not in whole milliseconds");
    let (scrape, evaluation) = (interval(export.scrape)?, interval(export.evaluation)?);
    put(&mut text, format_args!("rule_files: [{}]", quoted(export.rule_file)));
    put(&mut text, format_args!("evaluation_interval: {evaluation}"));
    put(&mut text, format_args!("tests:\n- interval: {scrape}\n  input_series:"));
    for series in export.series {
        let name = quoted(&selector(&series.name, &series.labels));
        put(&mut text, format_args!("  - series: {name}"));
        put(&mut text, format_args!("    values: '{}'", values(series, export.scrape)?));
    }
    put(&mut text, format_args!("  alert_rule_test:"));
    for check in export.checks {
        if !check.at.nanos().is_multiple_of(export.evaluation.nanos()) {
            return Err(format!("nothing is evaluated at {} s", check.at.seconds()));
        }
        let at = duration(check.at.since(Time::ZERO)).ok_or("a check between milliseconds")?;
        put(&mut text, format_args!("  - eval_time: {at}"));
        put(&mut text, format_args!("    alertname: {}", quoted(&check.alert)));
        let none = if check.firing.is_empty() { " []" } else { "" };
        put(&mut text, format_args!("    exp_alerts:{none}"));
        for labels in &check.firing {
            put(&mut text, format_args!("    - exp_labels: {}", table(labels.iter())));
        }
    }
    Ok(text)
}

/// The rules of a file as YAML, without annotations.
pub fn rule_file(rules: &RuleFile) -> String {
    let mut text = String::from("groups:\n");
    for group in &rules.groups {
        put(&mut text, format_args!("- name: {}", quoted(&group.name)));
        if let Some(interval) = group.interval.and_then(duration) {
            put(&mut text, format_args!("  interval: {interval}"));
        }
        if group.limit > 0 {
            put(&mut text, format_args!("  limit: {}", group.limit));
        }
        let none = if group.rules.is_empty() { " []" } else { "" };
        put(&mut text, format_args!("  rules:{none}"));
        for rule in &group.rules {
            put(&mut text, format_args!("  - alert: {}", quoted(&rule.alert)));
            put(&mut text, format_args!("    expr: {}", quoted(&rule.text)));
            let waits = [("for", rule.pending), ("keep_firing_for", rule.keep_firing_for)];
            for (key, span) in waits.into_iter().filter(|(_, span)| *span > Span::ZERO) {
                let span = duration(span).expect("it was read in whole milliseconds");
                put(&mut text, format_args!("    {key}: {span}"));
            }
            if !rule.labels.is_empty() {
                let labels =
                    rule.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                put(&mut text, format_args!("    labels: {}", table(labels)));
            }
        }
    }
    text
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory takes every line");
}

/// A duration in promtool's notation, if it has whole milliseconds.
fn duration(span: Span) -> Option<String> {
    let millis = span.nanos() / 1_000_000;
    span.nanos().is_multiple_of(1_000_000).then(|| match millis % 1000 {
        0 => format!("{}s", millis / 1000),
        _ => format!("{millis}ms"),
    })
}

/// `{"a": "x", "b": "y"}`
fn table<'t>(pairs: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let pairs: Vec<String> =
        pairs.map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// `name{a="x",b="y"}`
pub fn selector(name: &str, labels: &Labels) -> String {
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    format!("{name}{{{}}}", labels.join(","))
}

/// The samples of a series at each scrape from the first.
fn values(series: &Series, scrape: Span) -> Result<String, String> {
    let step = scrape.nanos().max(1);
    let mut runs: Vec<(Option<f64>, u64)> = Vec::new();
    let mut next = 0;
    for (at, value) in &series.samples {
        let place = at.nanos() / step;
        if !at.nanos().is_multiple_of(step) || place < next {
            return Err(format!("{}: no scrape for the sample at {} s", series.name, at.seconds()));
        }
        if place > next {
            runs.push((None, place - next));
        }
        match runs.last_mut() {
            Some((Some(last), count)) if last.to_bits() == value.to_bits() => *count += 1,
            _ => runs.push((Some(*value), 1)),
        }
        next = place + 1;
    }
    let shown = runs.into_iter().map(|run| match run {
        (None, 1) => String::from("_"),
        (None, count) => format!("_x{count}"),
        // The tool has no repeats of what is no plain number.
        (Some(value), count) if !value.is_finite() => {
            vec![number(value); usize::try_from(count).expect("memory held them")].join(" ")
        }
        (Some(value), 1) => number(value),
        (Some(value), count) => format!("{}x{}", number(value), count - 1),
    });
    Ok(shown.collect::<Vec<String>>().join(" "))
}

/// A number that reads back as the same.
fn number(value: f64) -> String {
    match value {
        _ if is_stale(value) => String::from("stale"),
        _ if value.is_nan() => String::from("NaN"),
        f64::INFINITY => String::from("Inf"),
        f64::NEG_INFINITY => String::from("-Inf"),
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::promql::stale;

    fn series(samples: &[(u64, f64)]) -> Series {
        let at = |second: u64| Time::from_nanos(second * 1_000_000_000);
        Series {
            name: String::from("x"),
            labels: Labels::new([("pool", "a\"b")]),
            samples: samples.iter().map(|(second, value)| (at(*second), *value)).collect(),
        }
    }

    #[test]
    fn values_are_one_a_scrape() {
        let shown = |samples: &[(u64, f64)]| values(&series(samples), Span::from_secs(15)).unwrap();
        assert_eq!(shown(&[(0, 1.0), (15, 1.0), (30, 1.0), (45, 2.5)]), "1x2 2.5");
        assert_eq!(shown(&[(15, 1.0), (60, 1e-7), (75, stale())]), "_ 1 _x2 0.0000001 stale");
        assert_eq!(shown(&[(0, f64::INFINITY), (15, f64::INFINITY)]), "Inf Inf");
        assert_eq!(shown(&[]), "");
        let between = values(&series(&[(20, 1.0)]), Span::from_secs(15));
        assert_eq!(between, Err(String::from("x: no scrape for the sample at 20 s")));
    }

    #[test]
    fn a_test_file_is_yaml_of_promtool() {
        let checks = [
            Check { at: Time::ZERO, alert: String::from("Slow"), firing: Vec::new() },
            Check {
                at: Time::from_nanos(30_000_000_000),
                alert: String::from("Slow"),
                firing: vec![Labels::new([("pool", "a"), ("severity", "page")])],
            },
        ];
        let export = Export {
            rule_file: "rules.yaml",
            scrape: Span::from_secs(15),
            evaluation: Span::from_nanos(1_500_000_000),
            series: &[series(&[(0, 1.0)])],
            checks: &checks,
        };
        let expected = r#"rule_files: ["rules.yaml"]
evaluation_interval: 1500ms
tests:
- interval: 15s
  input_series:
  - series: "x{pool=\"a\\\"b\"}"
    values: '1'
  alert_rule_test:
  - eval_time: 0s
    alertname: "Slow"
    exp_alerts: []
  - eval_time: 30s
    alertname: "Slow"
    exp_alerts:
    - exp_labels: {"pool": "a", "severity": "page"}
"#;
        assert_eq!(test_file(&export).unwrap(), expected);
        let odd = Export { evaluation: Span::from_secs(20), ..export };
        assert_eq!(test_file(&odd), Err(String::from("nothing is evaluated at 30 s")));
    }
}
