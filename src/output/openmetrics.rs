//! OpenMetrics text: the simulated series with virtual time anchored at an epoch, so that real
//! dashboards work on a simulated run (`promtool tsdb create-blocks-from openmetrics`).
//!
//! Each metric is one block: `# TYPE` and `# HELP` under its name without `_total`, then its
//! series, each in order of time. Timestamps are seconds. The text ends with `# EOF`.
//!
//! Source: OpenMetrics 1.0. Of its rules for histograms one is left aside, as Prometheus's own
//! backfilling wants it: a series is written whole, not point by point among its siblings.
//!
//! Invariants: a metric's lines stand together; equal series are equal bytes.

use std::fmt::Write as _;

use crate::mechanism::promql::names::{FAMILIES, Family, Type};
use crate::mechanism::promql::{Labels, Series, is_stale};

/// The text of the series. Virtual time 0 is `epoch_s` seconds after 1970. A series of no known
/// metric is left out, and so are the marks of series that went away.
pub fn text(series: &[Series], epoch_s: u64) -> String {
    let mut text = String::new();
    for family in FAMILIES {
        let names = family.series();
        let own = |series: &&Series| names.contains(&series.name);
        let own: Vec<&Series> = series.iter().filter(own).collect();
        if own.is_empty() {
            continue;
        }
        let name = family.name.strip_suffix("_total").unwrap_or(family.name);
        put(&mut text, format_args!("# TYPE {name} {}", kind(family)));
        put(&mut text, format_args!("# HELP {name} {}", family.help));
        for series in own {
            put_series(&mut text, series, epoch_s);
        }
    }
    text.push_str("# EOF\n");
    text
}

fn kind(family: &Family) -> &'static str {
    match family.kind {
        Type::Counter => "counter",
        Type::Gauge => "gauge",
        Type::Histogram => "histogram",
    }
}

fn put_series(text: &mut String, series: &Series, epoch_s: u64) {
    let head = format!("{}{}", series.name, braces(&series.labels));
    for (at, value) in &series.samples {
        if is_stale(*value) {
            continue;
        }
        let (seconds, nanos) = (at.nanos() / 1_000_000_000, at.nanos() % 1_000_000_000);
        let fraction = format!("{:03}", nanos / 1_000_000);
        let seconds = epoch_s + seconds;
        put(text, format_args!("{head} {} {seconds}.{fraction}", number(*value)));
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory takes every line");
}

/// `{a="x",b="y"}`, or nothing.
fn braces(labels: &Labels) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let escaped =
        |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", labels.join(","))
}

fn number(value: f64) -> String {
    match value {
        _ if value.is_nan() => String::from("NaN"),
        f64::INFINITY => String::from("+Inf"),
        f64::NEG_INFINITY => String::from("-Inf"),
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Time;
    use crate::mechanism::promql::stale;

    fn series(name: &str, label: &str, samples: &[(u64, f64)]) -> Series {
        let samples = samples.iter().map(|(ms, value)| (Time::from_nanos(ms * 1_000_000), *value));
        let labels = Labels::new([("pool", label)]);
        Series { name: name.to_string(), labels, samples: samples.collect() }
    }

    #[test]
    fn metrics_stand_together_with_their_type() {
        let all = [
            series("rehearsal_agents_desired", "b\"\n", &[(0, 2.0), (500, 0.25), (1_000, stale())]),
            series("rehearsal_wait_seconds_count", "a", &[(15_000, 3.0)]),
            series("rehearsal_retries_total", "a", &[(0, 0.0)]),
            series("rehearsal_agents_desired", "", &[(0, f64::INFINITY)]),
            series("rehearsal_wait_seconds_sum", "a", &[(15_000, 0.5)]),
            series("unknown", "a", &[(0, 1.0)]),
        ];
        let expected = r#"# TYPE rehearsal_retries counter
# HELP rehearsal_retries Attempts after a first one.
rehearsal_retries_total{pool="a"} 0 1700000000.000
# TYPE rehearsal_wait_seconds histogram
# HELP rehearsal_wait_seconds How long attempts waited that were started.
rehearsal_wait_seconds_count{pool="a"} 3 1700000015.000
rehearsal_wait_seconds_sum{pool="a"} 0.5 1700000015.000
# TYPE rehearsal_agents_desired gauge
# HELP rehearsal_agents_desired Agents asked for.
rehearsal_agents_desired{pool="b\"\n"} 2 1700000000.000
rehearsal_agents_desired{pool="b\"\n"} 0.25 1700000000.500
rehearsal_agents_desired +Inf 1700000000.000
# EOF
"#;
        assert_eq!(text(&all, 1_700_000_000), expected);
        assert_eq!(text(&[], 0), "# EOF\n");
    }
}
