//! A HorizontalPodAutoscaler as a cluster has it: the YAML of `autoscaling/v2`.
//!
//! | key of `spec`                       | read as                                             |
//! |-------------------------------------|-----------------------------------------------------|
//! | `minReplicas`, `maxReplicas`        | min (default 1) and max                             |
//! | `metrics`, Resource `cpu`           | the metric `utilisation`: a pod's CPU are its slots |
//! | `metrics`, Resource `memory`        | the metric `memory`, as a utilisation               |
//! | `metrics`, Pods, Object, External   | the metric whose name is the metric's name          |
//! | `behavior`                          | windows and rates                                   |
//! | `scaleTargetRef`                    | nothing: the scenario says which pool it scales     |
//!
//! A metric is the pool's own: selectors and the described object say nothing here. Without
//! `metrics` there is one, 80 % CPU. What a behaviour leaves out is filled in as the API server
//! does it. A quantity is in the metric's unit: seconds, shares from 0 to 1, counts, or per second.
//! Other documents in the file are passed over if they are of another kind.
//!
//! Source: kubernetes/api, autoscaling/v2/types.go; pkg/apis/autoscaling/v2/defaults.go and
//! pkg/apis/autoscaling/validation for the ranges.

mod quantity;
#[cfg(test)]
mod tests;

use super::{Behaviour, Change, Measured, Policy, Rules, Select, Source, Target};
use crate::base::read::{Mistake, Node, Read};
use crate::base::unit::Span;
use crate::base::yaml::{self, Document};
use crate::mechanism::metric::Metric;
use quantity::parse_milli;

/// What an HPA says.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// There are never fewer pods.
    pub min: u32,
    /// There are never more; at least `min`.
    pub max: u32,
    /// The metrics with their targets; at least one.
    pub metrics: Vec<Measured>,
    /// Windows and rates, filled in; `None`: there is no behaviour.
    pub behaviour: Option<Behaviour>,
}

impl Read for Manifest {
    /// Reads the file whose path is written at `node`.
    fn read(node: &Node<'_>) -> Option<Self> {
        let document = Document::open(node)?;
        let roots = document.roots();
        let autoscalers: Vec<&yaml::Node<'_>> =
            roots.iter().filter(|root| roots.len() == 1 || is_autoscaler(root)).collect();
        match autoscalers[..] {
            [only] => read_root(only),
            [_, second, ..] => {
                let help = String::from("give each a file of its own");
                second.mistake("a second autoscaler in the file", "the second", Some(help));
                None
            }
            [] if roots.is_empty() => {
                document.report(0..0, "the file is empty", "nothing here", None);
                None
            }
            [] => {
                let message = format!("there is no {KIND} in the file");
                document.report(roots[0].place(), message, "of another kind", None);
                None
            }
        }
    }
}

const KIND: &str = "HorizontalPodAutoscaler";
const VERSION: &str = "autoscaling/v2";

/// Does the document say that it is an HPA?
fn is_autoscaler(root: &yaml::Node<'_>) -> bool {
    root.peek("kind").is_some_and(|kind| kind.is_text(KIND))
}

fn read_root(root: &yaml::Node<'_>) -> Option<Manifest> {
    let mut table = root.table()?;
    let version = table.need("apiVersion");
    let kind = table.need("kind");
    let spec = table.need("spec");
    table.ignore("metadata");
    table.ignore("status");
    table.finish();
    // The spec of something else, or of another version, has other keys.
    is(&kind?, KIND, "name the file of an HPA")?;
    is(&version?, VERSION, "`kubectl get hpa.v2.autoscaling NAME -o yaml` writes this version")?;
    read_spec(&spec?)
}

/// The text at the node is the one that is wanted.
fn is(node: &yaml::Node<'_>, wanted: &str, help: &str) -> Option<()> {
    if node.text()? == wanted {
        return Some(());
    }
    node.expected(&format!("`{wanted}`"), Some(String::from(help)))
}

fn read_spec(spec: &yaml::Node<'_>) -> Option<Manifest> {
    let mut table = spec.table()?;
    table.ignore("scaleTargetRef");
    let min = table.node("minReplicas");
    let max = table.need("maxReplicas");
    let metrics = table.node("metrics");
    let behaviour = table.node("behavior");
    table.finish();
    let min = min.map_or(Some(1), |node| count(&node, 1..=u64::from(u32::MAX)));
    let max = max.and_then(|node| {
        let max = count(&node, 1..=u64::from(u32::MAX))?;
        match min.filter(|min| max < *min) {
            Some(min) => node.expected(&format!("at least minReplicas, {min}"), None),
            None => Some(max),
        }
    });
    let cpu = Measured {
        metric: Metric::Utilisation,
        source: Source::Resource,
        target: Target::Utilisation(80),
    };
    let metrics = match metrics {
        None => Some(vec![cpu]),
        Some(node) => node.list().and_then(|items| {
            let read: Vec<Option<Measured>> = items.iter().map(read_metric).collect();
            if read.is_empty() { Some(vec![cpu]) } else { read.into_iter().collect() }
        }),
    };
    let behaviour = behaviour.map_or(Some(None), |node| read_behaviour(&node).map(Some));
    Some(Manifest { min: min?, max: max?, metrics: metrics?, behaviour: behaviour? })
}

/// A whole number in a range.
fn count(node: &yaml::Node<'_>, range: std::ops::RangeInclusive<u64>) -> Option<u32> {
    let number = node.whole()?;
    if !range.contains(&number) {
        let what = match *range.end() {
            4_294_967_295 => format!("a whole number of at least {}", range.start()),
            end => format!("a whole number from {} to {end}", range.start()),
        };
        return node.expected(&what, None);
    }
    u32::try_from(number).ok()
}

/// One of several words.
fn word<T: Copy>(node: &yaml::Node<'_>, what: &str, words: &[(&str, T)]) -> Option<T> {
    let text = node.text()?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let words = words.iter().map(|(word, _)| *word);
        node.mistake_here(Mistake::unknown(0..0, what, text, words));
    }
    found
}

const SOURCES: [(&str, Source); 4] = [
    ("Resource", Source::Resource),
    ("Pods", Source::Pods),
    ("Object", Source::Object),
    ("External", Source::External),
];

fn read_metric(node: &yaml::Node<'_>) -> Option<Measured> {
    let mut table = node.table()?;
    let of = table.need("type");
    let mut written = [None, None, None, None];
    for (place, key) in ["resource", "pods", "object", "external"].into_iter().enumerate() {
        written[place] = table.node(key);
    }
    table.finish();
    let of = of?;
    let source = word(&of, "type of metric", &SOURCES)?;
    let place = SOURCES.iter().position(|(_, other)| *other == source).expect("it is one of them");
    let key = ["resource", "pods", "object", "external"][place];
    let Some(body) = written[place].take() else {
        of.mistake(format!("`{}` needs `{key}`", node.path()), format!("needs `{key}`"), None);
        return None;
    };
    if let Some(other) = written.iter().flatten().next() {
        let message = format!("`{}` does not belong to this type of metric", other.path());
        other.mistake_at_key(message, format!("only `{key}` can be here"), None);
        return None;
    }
    let mut table = body.table()?;
    let named = match source {
        Source::Resource => table.need("name"),
        _ => table.need("metric"),
    };
    if source == Source::Object {
        table.ignore("describedObject");
    }
    let target = table.need("target");
    table.finish();
    let metric = named.and_then(|node| match source {
        Source::Resource => {
            word(&node, "resource", &[("cpu", Metric::Utilisation), ("memory", Metric::Memory)])
        }
        _ => read_name(&node),
    });
    let target = target.and_then(|node| read_target(&node, source, metric));
    Some(Measured { metric: metric?, source, target: target? })
}

/// The metric of `{ name: x, selector: ... }`.
fn read_name(node: &yaml::Node<'_>) -> Option<Metric> {
    let mut table = node.table()?;
    let name = table.need("name");
    table.ignore("selector");
    table.finish();
    let known: Vec<(&str, Metric)> = Metric::ALL.iter().map(|one| (one.name(), *one)).collect();
    word(&name?, "metric", &known)
}

#[derive(Clone, Copy, PartialEq)]
enum Aim {
    Utilisation,
    AverageValue,
    Value,
}

fn read_target(node: &yaml::Node<'_>, source: Source, metric: Option<Metric>) -> Option<Target> {
    let mut table = node.table()?;
    let kind = table.need("type");
    let values = [
        ("averageUtilization", table.node("averageUtilization")),
        ("averageValue", table.node("averageValue")),
        ("value", table.node("value")),
    ];
    table.finish();
    let kind = kind?;
    let kinds = [
        ("Utilization", Aim::Utilisation),
        ("AverageValue", Aim::AverageValue),
        ("Value", Aim::Value),
    ];
    let aim = word(&kind, "type of target", &kinds)?;
    let fitting: &[&str] = match source {
        Source::Resource if metric == Some(Metric::Memory) => &["Utilization"],
        Source::Resource => &["Utilization", "AverageValue"],
        Source::Pods => &["AverageValue"],
        Source::Object | Source::External => &["Value", "AverageValue"],
    };
    if !fitting.contains(&kind.text()?) {
        let what = format!("{} for this metric", fitting.join(" or "));
        return kind.expected(&what, None);
    }
    let place = kinds.iter().position(|(_, other)| *other == aim).expect("it is one of them");
    let (key, value) = &values[place];
    let Some(value) = value else {
        let message = format!("`{}` needs `{key}`", node.path());
        kind.mistake(message, format!("needs `{key}`"), None);
        return None;
    };
    match aim {
        Aim::Utilisation => count(value, 1..=u64::from(u32::MAX)).map(Target::Utilisation),
        Aim::AverageValue => quantity(value).map(Target::AverageValue),
        Aim::Value => quantity(value).map(Target::Value),
    }
}

/// A quantity above zero, in thousandths.
fn quantity(node: &yaml::Node<'_>) -> Option<i64> {
    let milli = parse_milli(node.text()?).filter(|milli| *milli > 0);
    milli.or_else(|| node.expected("a quantity above zero such as 500m or 2", None))
}

fn read_behaviour(node: &yaml::Node<'_>) -> Option<Behaviour> {
    let mut table = node.table()?;
    let (up, down) = (table.node("scaleUp"), table.node("scaleDown"));
    table.finish();
    let Behaviour { up: up_filled, down: down_filled } = Behaviour::filled();
    let read = |node: Option<yaml::Node<'_>>, filled: Rules| match node {
        Some(node) => read_rules(&node, filled),
        None => Some(filled),
    };
    let (up, down) = (read(up, up_filled), read(down, down_filled));
    Some(Behaviour { up: up?, down: down? })
}

fn read_rules(node: &yaml::Node<'_>, filled: Rules) -> Option<Rules> {
    let mut table = node.table()?;
    let window = table.node("stabilizationWindowSeconds");
    let select = table.node("selectPolicy");
    let policies = table.node("policies");
    let tolerance = table.node("tolerance");
    table.finish();
    let seconds = |node: yaml::Node<'_>| {
        count(&node, 0..=3_600).map(|seconds| Some(Span::from_secs(u64::from(seconds))))
    };
    let window = window.map_or(Some(filled.window), seconds);
    let words = [("Max", Select::Max), ("Min", Select::Min), ("Disabled", Select::Disabled)];
    let select =
        select.map_or(Some(filled.select), |node| word(&node, "choice of policies", &words));
    let tolerance = tolerance.map_or(Some(None), |node| {
        let share = parse_milli(node.text()?).filter(|milli| *milli <= 1_000);
        let share = share.map(|milli| Some(milli as f64 / 1_000.0));
        share.or_else(|| node.expected("a tolerance from 0 to 1", None))
    });
    let policies = match policies {
        None => Some(filled.policies),
        Some(node) => node.list().and_then(|items| {
            if items.is_empty() {
                return node.expected("at least one policy", None);
            }
            let read: Vec<Option<Policy>> = items.iter().map(read_policy).collect();
            read.into_iter().collect()
        }),
    };
    Some(Rules { select: select?, window: window?, policies: policies?, tolerance: tolerance? })
}

fn read_policy(node: &yaml::Node<'_>) -> Option<Policy> {
    let mut table = node.table()?;
    let kind = table.need("type");
    let value = table.need("value");
    let period = table.need("periodSeconds");
    table.finish();
    let percent =
        kind.and_then(|node| word(&node, "type of policy", &[("Pods", false), ("Percent", true)]));
    let value = value.and_then(|node| count(&node, 1..=u64::from(u32::MAX)));
    let period = period.and_then(|node| count(&node, 1..=1_800));
    let change = if percent? { Change::Percent(value?) } else { Change::Pods(value?) };
    Some(Policy { change, period: Span::from_secs(u64::from(period?)) })
}
