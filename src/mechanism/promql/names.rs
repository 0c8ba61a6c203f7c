//! The simulated metrics as Prometheus would scrape them: names, labels, and what they count.
//!
//! | metric                                  | labels                    | what                  |
//! |-----------------------------------------|---------------------------|-----------------------|
//! | `rehearsal_tasks_arrived_total`         | workload, class           | tasks that came       |
//! | `rehearsal_tasks_left_total`            | workload, class, outcome  | tasks that left       |
//! | `rehearsal_attempts_total`              | pool, agent, result       | attempts that ended   |
//! | `rehearsal_retries_total`               | pool                      | attempts after others |
//! | `rehearsal_response_seconds` (h)        | pool, agent               | start to result       |
//! | `rehearsal_wait_seconds` (h)            | pool                      | waits of the started  |
//! | `rehearsal_sojourn_seconds` (h)         | workload, class           | arrival to leaving    |
//! | `rehearsal_queue_length`                | queue                     | attempts that wait    |
//! | `rehearsal_busy_slots`                  | pool, agent               | slots that serve      |
//! | `rehearsal_slots`                       | pool, agent               | slots there are       |
//! | `rehearsal_agents`                      | pool, state               | agents in the state   |
//! | `rehearsal_agents_desired`              | pool                      | agents asked for      |
//! | `rehearsal_breaker_open`                | pool, agent               | 1 while it is open    |
//! | `rehearsal_memory_used_ratio`           | pool, agent               | memory in use, 0 to 1 |
//! | `rehearsal_cpu_used_ratio`              | pool, agent               | CPU in use, 0 to 1    |
//! | `rehearsal_up`                          | pool, agent               | 1 if the agent is up  |
//!
//! A histogram (h) is three metrics: `_bucket` with the label `le`, `_sum` and `_count`. `result`
//! is success, failure or timeout; `state` is starting, ready or draining; `le` is one of
//! [`BUCKETS`] or `+Inf`.
//!
//! Invariant: each name that an expression may select stands here, once.

use super::expression::{Expression, Form, Selector};
use super::{Label, Relation};
use crate::base::read::{Mistake, list_of};

/// What kind of metric it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// It only grows; its name ends in `_total`.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Counts of observations by bounds, their sum and their number.
    Histogram,
}

/// A metric.
#[derive(Debug)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What kind it is.
    pub kind: Type,
    /// Its labels, besides `le`.
    pub labels: &'static [&'static str],
    /// What it counts.
    pub help: &'static str,
}

const fn family(
    name: &'static str,
    kind: Type,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    Family { name, kind, labels, help }
}

const AGENT: &[&str] = &["pool", "agent"];
const TASK: &[&str] = &["workload", "class"];

/// All metrics.
pub const FAMILIES: &[Family] = &[
    family("rehearsal_tasks_arrived_total", Type::Counter, TASK, "Tasks that came."),
    family(
        "rehearsal_tasks_left_total",
        Type::Counter,
        &["workload", "class", "outcome"],
        "Tasks that left, by outcome.",
    ),
    family(
        "rehearsal_attempts_total",
        Type::Counter,
        &["pool", "agent", "result"],
        "Attempts that ended, by result.",
    ),
    family("rehearsal_retries_total", Type::Counter, &["pool"], "Attempts after a first one."),
    family(
        "rehearsal_response_seconds",
        Type::Histogram,
        AGENT,
        "Time from an attempt's start to its result.",
    ),
    family(
        "rehearsal_wait_seconds",
        Type::Histogram,
        &["pool"],
        "How long attempts waited that were started.",
    ),
    family(
        "rehearsal_sojourn_seconds",
        Type::Histogram,
        TASK,
        "Time from a task's arrival to its leaving.",
    ),
    family("rehearsal_queue_length", Type::Gauge, &["queue"], "Attempts that wait."),
    family("rehearsal_busy_slots", Type::Gauge, AGENT, "Slots that serve."),
    family("rehearsal_slots", Type::Gauge, AGENT, "Slots there are."),
    family("rehearsal_agents", Type::Gauge, &["pool", "state"], "Agents in a state."),
    family("rehearsal_agents_desired", Type::Gauge, &["pool"], "Agents asked for."),
    family("rehearsal_breaker_open", Type::Gauge, AGENT, "1 while the breaker is open."),
    family("rehearsal_memory_used_ratio", Type::Gauge, AGENT, "Memory in use, 0 to 1."),
    family("rehearsal_cpu_used_ratio", Type::Gauge, AGENT, "CPU in use, 0 to 1."),
    family("rehearsal_up", Type::Gauge, AGENT, "1 if the agent is up."),
];

/// The bounds of the buckets of every histogram, in seconds; the last bucket, `+Inf`, has none.
pub const BUCKETS: [f64; 18] = [
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0,
    1_800.0, 3_600.0,
];

/// The values of the label `le`, as they are written.
pub fn bounds() -> Vec<String> {
    let bounds = BUCKETS.iter().map(f64::to_string);
    bounds.chain([String::from("+Inf")]).collect()
}

/// Labels whose values are known.
const VALUES: [(&str, &[&str]); 2] =
    [("result", &["success", "failure", "timeout"]), ("state", &["starting", "ready", "draining"])];

impl Family {
    /// The names of its series, with the suffixes of a histogram.
    pub fn series(&self) -> Vec<String> {
        match self.kind {
            Type::Counter | Type::Gauge => vec![self.name.to_string()],
            Type::Histogram => ["_bucket", "_sum", "_count"]
                .iter()
                .map(|end| format!("{}{end}", self.name))
                .collect(),
        }
    }

    /// The labels of its series of this name.
    fn labels_of(&self, series: &str) -> Vec<&'static str> {
        let bucket = self.kind == Type::Histogram && series.ends_with("_bucket");
        self.labels.iter().copied().chain(bucket.then_some("le")).collect()
    }

    /// The family that has a series of this name.
    pub fn of(series: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.series().iter().any(|name| name == series))
    }
}

/// The values that a label can have, if they are known.
fn values_of(label: &str) -> Option<Vec<String>> {
    if label == "le" {
        return Some(bounds());
    }
    let (_, values) = VALUES.iter().find(|(name, _)| *name == label)?;
    Some(values.iter().map(|value| (*value).to_string()).collect())
}

/// Every name and label in an expression that no metric has. Places count in its text.
pub fn check(expression: &Expression) -> Vec<Mistake> {
    let mut mistakes = match &expression.form {
        Form::Selector(selector) | Form::Range(selector, _) => check_selector(selector),
        Form::Aggregate(_, grouping, _) => check_labels(&grouping.labels),
        Form::Binary(_, Some(matching), ..) => check_labels(&matching.labels),
        _ => Vec::new(),
    };
    mistakes.extend(expression.parts().into_iter().flat_map(check));
    mistakes
}

fn check_selector(selector: &Selector) -> Vec<Mistake> {
    let place = || selector.name_place.clone();
    let Some(family) = Family::of(&selector.name) else {
        let known: Vec<String> = FAMILIES.iter().flat_map(Family::series).collect();
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        if let Some(histogram) = FAMILIES.iter().find(|family| family.name == selector.name) {
            let series = histogram.series();
            let series: Vec<&str> = series.iter().map(String::as_str).collect();
            return vec![Mistake {
                place: place(),
                message: format!("`{}` is a histogram, which is three metrics", selector.name),
                label: String::from("no metric has this name"),
                help: Some(format!("write one of {}", list_of(&series))),
                inside: None,
            }];
        }
        return vec![Mistake::unknown(place(), "metric", &selector.name, names)];
    };
    let labels = family.labels_of(&selector.name);
    let mut mistakes = Vec::new();
    for (matcher, place) in &selector.matchers {
        if !labels.contains(&matcher.label.as_str()) {
            let of = format!("label of `{}`", selector.name);
            let labels = labels.iter().copied();
            mistakes.push(Mistake::unknown(place.clone(), &of, &matcher.label, labels));
        }
        let exact = matches!(matcher.relation, Relation::Is | Relation::IsNot);
        let Some(values) = values_of(&matcher.label).filter(|_| exact) else { continue };
        if !values.contains(&matcher.value) {
            let what = format!("value of `{}`", matcher.label);
            let names: Vec<&str> = values.iter().map(String::as_str).collect();
            let known = names.iter().copied();
            let mut mistake = Mistake::unknown(place.clone(), &what, &matcher.value, known);
            if matcher.label == "le" {
                // The word nearest in letters is not the nearest number.
                mistake.help = Some(format!("known: {}", list_of(&names)));
            }
            mistakes.push(mistake);
        }
    }
    mistakes
}

fn check_labels(labels: &[Label]) -> Vec<Mistake> {
    let mut known: Vec<&str> = FAMILIES.iter().flat_map(|family| family.labels).copied().collect();
    known.push("le");
    known.sort_unstable();
    known.dedup();
    let unknown = labels.iter().filter(|label| !known.contains(&label.name.as_str()));
    unknown
        .map(|label| {
            Mistake::unknown(label.place.clone(), "label", &label.name, known.iter().copied())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::promql::{is_label_name, parse};

    #[test]
    fn names_are_there_once_and_as_prometheus_wants_them() {
        let mut names: Vec<String> = FAMILIES.iter().flat_map(Family::series).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        for family in FAMILIES {
            assert!(family.name.starts_with("rehearsal_"), "{}", family.name);
            let total = family.name.ends_with("_total");
            assert_eq!(total, family.kind == Type::Counter, "{}", family.name);
            assert!(family.labels.iter().all(|label| is_label_name(label)), "{}", family.name);
        }
    }

    #[test]
    fn bounds_rise_and_are_written_shortly() {
        assert!(BUCKETS.windows(2).all(|pair| pair[0] < pair[1]));
        let bounds = bounds();
        assert_eq!((bounds[1].as_str(), bounds[6].as_str()), ("0.025", "1"));
        assert_eq!(bounds.last().map(String::as_str), Some("+Inf"));
    }

    #[test]
    fn what_is_known_is_no_mistake() {
        for text in [
            "rehearsal_queue_length{queue=\"desk\"} > 40",
            "sum by (pool) (rate(rehearsal_attempts_total{result!=\"success\"}[5m])) > 1",
            "histogram_quantile(0.95, sum by (le) (rate(rehearsal_wait_seconds_bucket[5m]))) > 3",
            "rate(rehearsal_wait_seconds_bucket{le=\"2.5\",pool!=\"x\"}[1m]) > 1",
            "rehearsal_agents{state=~\"ready|odd\"} < on (pool) rehearsal_agents_desired",
        ] {
            assert_eq!(check(&parse(text).unwrap()), [], "{text}");
        }
    }

    #[test]
    fn what_no_metric_has_is_a_mistake_at_its_place() {
        for (text, at, message, help) in [
            (
                "rehearsal_queue_lenght > 40",
                "rehearsal_queue_lenght",
                "unknown metric `rehearsal_queue_lenght`",
                "did you mean `rehearsal_queue_length`?",
            ),
            (
                "rate(rehearsal_wait_seconds[5m]) > 1",
                "rehearsal_wait_seconds",
                "`rehearsal_wait_seconds` is a histogram, which is three metrics",
                "write one of `rehearsal_wait_seconds_bucket`, `rehearsal_wait_seconds_sum` and \
                 `rehearsal_wait_seconds_count`",
            ),
            (
                "rehearsal_up{pol=\"a\"} < 1",
                "pol",
                "unknown label of `rehearsal_up` `pol`",
                "did you mean `pool`?",
            ),
            (
                "rate(rehearsal_attempts_total{result=\"error\"}[1m]) > 1",
                "result",
                "unknown value of `result` `error`",
                "known: `success`, `failure` and `timeout`",
            ),
            (
                "rate(rehearsal_wait_seconds_bucket{le=\"2\"}[1m]) > 1",
                "le",
                "unknown value of `le` `2`",
                "known: `0.01`, `0.025`, `0.05`, `0.1`, `0.25`, `0.5`, `1`, `2.5`, `5`, `10`, \
                 `15`, `30`, `60`, `120`, `300`, `600`, `1800`, `3600` and `+Inf`",
            ),
            (
                "sum by (workflow) (rehearsal_up) < 1",
                "workflow",
                "unknown label `workflow`",
                "did you mean `workload`?",
            ),
        ] {
            let mut mistakes = check(&parse(text).unwrap());
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
            let mistake = mistakes.remove(0);
            assert_eq!((&text[mistake.place], mistake.message.as_str()), (at, message), "{text}");
            assert_eq!(mistake.help.as_deref(), Some(help), "{text}");
        }
        assert_eq!(check(&parse("a + on (b) c").unwrap()).len(), 3);
    }
}
