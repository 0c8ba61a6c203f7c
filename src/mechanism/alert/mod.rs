//! Alerts: rules that are evaluated at every tick of the monitor and tell when something is wrong.
//!
//! A rule watches each of its subjects (a pool, or each agent of a pool) on its own. Its condition
//! either holds or not; [`state`] makes of that an alert that is inactive, pending or firing. What
//! has no value fulfils no condition but absence.
//!
//! | key               | default        | meaning                                         |
//! |-------------------|----------------|-------------------------------------------------|
//! | `when`            | one of these   | a metric compared with a level: [`condition`]   |
//! | `burn_rate`       | one of these   | an objective's budget burns too fast            |
//! | `absent`          | one of these   | a metric that has no value                      |
//! | `trend`           | one of these   | where a metric will be if it goes on like this  |
//! | `window`          | the interval   | of `when` and `absent`: what the value is over  |
//! | `for`             | "0s"           | it fires when the condition has held so long    |
//! | `keep_firing_for` | "0s"           | it fires so long after the condition has ceased |
//! | `labels`          | none           | names with texts, for whoever gets the alert    |
//! | `per`             | "pool"         | what it watches one by one; or "agent"          |
//! | `pool`            | all            | the pool, or a list of them                     |
//! | `limit`           | 0: none        | with more alerts than this, all are dropped     |
//!
//! Source: alerting rules of Prometheus; the three thresholds of the reference's
//! `OrchestrationMonitor` are [`mod@reference`].
//!
//! Invariants: what a rule says depends on what it sees at evaluations alone; a rule never changes
//! what it watches.

use std::collections::BTreeMap;

use crate::base::read::{Mistake, Node, Placed, Read, Table, list_of};
use crate::base::time::Span;
use crate::mechanism::metric::Metric;

pub mod absent;
pub mod burn_rate;
pub mod condition;
pub mod detection;
pub mod notify;
pub mod reference;
pub mod restart;
pub mod state;
pub mod trend;
pub mod watch;

#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;

use absent::Absent;
use condition::{Comparison, Threshold};

pub use condition::{Condition, Look, Outcome};
pub use state::{Change, Machine, State};
pub use watch::Watch;

names! {
    /// What a rule watches one by one.
    Scope, "subject of an alert":
    /// Each agent of a pool.
    Agent => "agent",
    /// The pool as a whole.
    Pool => "pool",
}

/// What a rule sees of a subject at an evaluation. A window ends now, and one that reaches back
/// beyond the start has what there is.
pub trait Sees {
    /// The metric over the window; without a window, over the monitor's interval. A gauge is as it
    /// is now. `None`: it has no value.
    fn value(&self, metric: Metric, window: Option<Span>) -> Option<f64>;

    /// Of the attempts that ended in the window, the share that took longer than `limit` from
    /// start to result. `None`: none has ended.
    fn slower(&self, limit: Span, window: Span) -> Option<f64>;

    /// The values of the metric at the evaluations that are less than `over` ago, this one's
    /// included, each with how long ago it was. In any order; what had no value is left out.
    fn history(&self, metric: Metric, over: Span) -> Vec<(Span, f64)>;
}

/// `[alerts.NAME]`: a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What must hold.
    pub when: Condition,
    /// `for`: how long it must hold before the alert fires.
    pub pending: Span,
    /// How long the alert goes on when it has ceased to hold.
    pub keep_firing_for: Span,
    /// For whoever gets the alert.
    pub labels: BTreeMap<String, String>,
    /// What is watched one by one.
    pub per: Scope,
    /// The names of the pools that are watched; empty: all.
    pub pools: Vec<Placed<String>>,
    /// With more alerts than this all of the rule are dropped; zero: no limit.
    pub limit: u32,
}

impl Rule {
    /// A rule that fires at once, of each pool.
    pub fn new(when: Condition) -> Rule {
        Rule {
            when,
            pending: Span::ZERO,
            keep_firing_for: Span::ZERO,
            labels: BTreeMap::new(),
            per: Scope::Pool,
            pools: Vec::new(),
            limit: 0,
        }
    }
}

impl Read for Rule {
    fn read(node: &Node<'_>) -> Option<Self> {
        if node.is_text() {
            let help = String::from("write { when = \"queue_length > 40\" }");
            return node.expected("a rule", Some(help));
        }
        let mut table = node.table()?;
        let when = condition(&mut table);
        let pending = table.or("for", Span::ZERO);
        let keep_firing_for = table.or("keep_firing_for", Span::ZERO);
        let labels = table.or("labels", BTreeMap::new());
        let per = table.or("per", Scope::Pool);
        let pools = table.node("pool").map_or(Some(Vec::new()), |node| pools(&node));
        let limit = table.or("limit", 0);
        table.finish();
        Some(Rule { when: when?, pending, keep_firing_for, labels, per, pools: pools?, limit })
    }
}

/// The one condition that is written among the keys of a rule.
fn condition(table: &mut Table<'_>) -> Option<Condition> {
    let kinds = ["when", "burn_rate", "absent", "trend"];
    let written: Vec<&'static str> = kinds.into_iter().filter(|key| table.has(key)).collect();
    if let [_, second, ..] = written.as_slice() {
        let node = table.node(second)?;
        let (path, names) = (table.as_node().path(), list_of(&written));
        node.context().report(Mistake {
            place: node.key_place(),
            message: format!("`{path}`: only one of {names} can be"),
            label: String::from("a second condition"),
            help: Some(String::from("keep one, and write another rule for the other")),
            inside: None,
        });
        return None;
    }
    match written.first() {
        Some(&"burn_rate") => table.need("burn_rate").map(Condition::Burn),
        Some(&"trend") => table.need("trend").map(Condition::Trend),
        Some(&"absent") => {
            let node = table.need_node("absent")?;
            let metric = Metric::read(&node);
            let window = window(table, metric);
            let metric = absent::can_be(metric?, &node)?;
            Some(Condition::Absent(Absent { metric, window: window? }))
        }
        // Without any of them, this one is reported as missing.
        _ => {
            let comparison: Option<Comparison> = table.need("when");
            let window = window(table, comparison.map(|comparison| comparison.metric));
            Some(Condition::Threshold(Threshold { comparison: comparison?, window: window? }))
        }
    }
}

/// The window that is written, if one is, for a metric that can have one. `None`: it is wrong.
fn window(table: &mut Table<'_>, metric: Option<Metric>) -> Option<Option<Span>> {
    let Some(node) = table.node("window") else { return Some(None) };
    let window = positive(&node)?;
    match metric {
        Some(metric) if condition::is_gauge(metric) => {
            let message =
                format!("`{}`: `{}` is as it is when looked at", node.path(), metric.name());
            node.mistake(message, "it has no window", String::from("leave the window out"));
            None
        }
        _ => Some(Some(window)),
    }
}

/// A span above zero.
fn positive(node: &Node<'_>) -> Option<Span> {
    let span = Span::read(node)?;
    let above = (span > Span::ZERO).then_some(span);
    above.or_else(|| node.expected("a duration above zero", None))
}

/// A name, or a list of at least one.
fn pools(node: &Node<'_>) -> Option<Vec<Placed<String>>> {
    if node.is_text() {
        return Some(vec![Placed::read(node)?]);
    }
    if !node.is_list() {
        return node.expected("the name of a pool, or a list of names", None);
    }
    let names = Vec::<Placed<String>>::read(node)?;
    let some = (!names.is_empty()).then_some(names);
    some.or_else(|| {
        node.expected("the name of a pool, or a list of names", Some("leave it out for all".into()))
    })
}

/// `[alerts]`: the rules by their names. `reference = true` adds the three of the reference; a rule
/// that is written under the name of one of them takes its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules(pub BTreeMap<String, Rule>);

impl Read for Rules {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let preset = table.or("reference", false);
        // Rule files are for the loader.
        table.has("prometheus");
        let written = table.entries();
        let rules: Vec<(&str, Option<Rule>)> =
            written.iter().map(|(name, node)| (*name, Rule::read(node))).collect();
        table.finish();
        let written: Option<BTreeMap<String, Rule>> =
            rules.into_iter().map(|(name, rule)| Some((name.to_owned(), rule?))).collect();
        let mut all = if preset { reference::rules() } else { BTreeMap::new() };
        all.extend(written?);
        Some(Rules(all))
    }
}
