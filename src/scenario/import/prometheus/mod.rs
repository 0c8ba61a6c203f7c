//! Prometheus alerting rules: `groups[].rules[]` of a rule file, as `promtool check rules` takes
//! them, over the simulated metrics.
//!
//! | key of a group | meaning                                              |
//! |----------------|------------------------------------------------------|
//! | `name`         | required, each once                                  |
//! | `interval`     | how often it is evaluated; default: the monitor's    |
//! | `limit`        | the most alerts of one rule; 0, the default: no limit |
//! | `rules`        | the rules                                            |
//!
//! | key of a rule     | meaning                                                   |
//! |-------------------|-----------------------------------------------------------|
//! | `alert`, `expr`   | required: the name, and what holds (see [`promql`])       |
//! | `for`             | how long it must hold before the alert fires; default 0   |
//! | `keep_firing_for` | how long it fires after it held last; default 0           |
//! | `labels`          | added to the alerts; texts, no templates                  |
//! | `annotations`     | kept as they are written; their templates are not filled  |
//!
//! Recording rules are refused: each expression is evaluated by itself. Durations are Prometheus's:
//! `5m`, `1h30m`, `1d`.
//!
//! Source: prometheus/prometheus 2.42, `model/rulefmt`.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::base::yaml::{self, Document};
use crate::mechanism::promql::{self, Expression, Labels, Store, names};

/// A rule file.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleFile {
    /// The path as the scenario writes it.
    pub name: String,
    /// The groups, in their order.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated together, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How often it is evaluated.
    pub interval: Option<Span>,
    /// The most alerts of one rule; 0: no limit.
    pub limit: u64,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// An alerting rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The name of its alerts.
    pub alert: String,
    /// What holds; each sample it gives is an alert.
    pub expression: Expression,
    /// The text of the expression.
    pub text: String,
    /// How long it must hold before the alert fires.
    pub pending: Span,
    /// How long it fires after it held last.
    pub keep_firing_for: Span,
    /// Labels that are added.
    pub labels: BTreeMap<String, String>,
    /// What is written about it.
    pub annotations: BTreeMap<String, String>,
}

impl Rule {
    /// The alerts for which the rule holds at `now`: the labels of each, the rule's own among them
    /// but not its name, and the value.
    ///
    /// # Errors
    /// The expression has no value, or two alerts have the same labels. Prometheus then leaves the
    /// rule's alerts as they are.
    pub fn alerts(&self, store: &Store, now: Time) -> Result<Vec<(Labels, f64)>, String> {
        let mut alerts: Vec<(Labels, f64)> = Vec::new();
        let mut known: BTreeSet<Labels> = BTreeSet::new();
        for sample in self.expression.evaluate(store, now)? {
            let own = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let kept = sample.labels.iter().filter(|(name, _)| !self.labels.contains_key(*name));
            let labels = Labels::new(kept.filter(|(name, _)| *name != "alertname").chain(own));
            if !known.insert(labels.clone()) {
                return Err(String::from("two alerts of the rule have the same labels"));
            }
            alerts.push((labels, sample.value));
        }
        Ok(alerts)
    }
}

impl RuleFile {
    /// All rules, group by group.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.groups.iter().flat_map(|group| &group.rules)
    }
}

impl Read for RuleFile {
    /// Reads the file whose path is written at `node`.
    fn read(node: &Node<'_>) -> Option<Self> {
        let document = Document::open(node)?;
        let mut table = document.root()?.table()?;
        let groups = table.need("groups");
        table.finish();
        let groups = groups?.list()?;
        let mut names: Vec<&str> = Vec::new();
        let read: Vec<Option<Group>> =
            groups.iter().map(|group| read_group(group, &mut names)).collect();
        let name = node.text()?.to_string();
        Some(RuleFile { name, groups: read.into_iter().collect::<Option<_>>()? })
    }
}

fn read_group<'d>(node: &yaml::Node<'d>, names: &mut Vec<&'d str>) -> Option<Group> {
    let mut table = node.table()?;
    let name = table.need("name");
    let interval = table.node("interval");
    let limit = table.node("limit");
    let rules = table.node("rules");
    table.finish();
    let name = name.and_then(|name| {
        let text = name.text()?;
        if text.is_empty() || names.contains(&text) {
            let what = if text.is_empty() { "is empty" } else { "is there already" };
            name.mistake(format!("the group name `{text}` {what}"), "not a new name", None);
            return None;
        }
        names.push(text);
        Some(text.to_string())
    });
    let interval = interval.map_or(Some(None), |node| duration(&node).map(Some));
    let limit = limit.map_or(Some(0), |node| node.whole());
    let rules = rules.map_or(Some(Vec::new()), |node| node.list());
    let rules: Vec<Option<Rule>> = rules?.iter().map(read_rule).collect();
    Some(Group {
        name: name?,
        interval: interval?.filter(|interval| *interval > Span::ZERO),
        limit: limit?,
        rules: rules.into_iter().collect::<Option<_>>()?,
    })
}

fn read_rule(node: &yaml::Node<'_>) -> Option<Rule> {
    if let Some(record) = node.peek("record") {
        let help = "write its expression into the rules that use it";
        record.mistake_at_key(
            "recording rules are not read",
            "a recording rule",
            Some(help.to_string()),
        );
        return None;
    }
    let mut table = node.table()?;
    let alert = table.need("alert");
    let expr = table.need("expr");
    let pending = table.node("for");
    let keep = table.node("keep_firing_for");
    let labels = table.node("labels");
    let annotations = table.node("annotations");
    table.finish();
    let alert = alert.and_then(|node| node.text().map(str::to_string));
    let expression = expr.as_ref().and_then(expression);
    let pending = pending.map_or(Some(Span::ZERO), |node| duration(&node));
    let keep = keep.map_or(Some(Span::ZERO), |node| duration(&node));
    let labels = labels.map_or(Some(BTreeMap::new()), |node| texts(&node, true));
    let annotations = annotations.map_or(Some(BTreeMap::new()), |node| texts(&node, false));
    Some(Rule {
        alert: alert?,
        expression: expression?,
        text: expr?.text()?.to_string(),
        pending: pending?,
        keep_firing_for: keep?,
        labels: labels?,
        annotations: annotations?,
    })
}

/// The expression written at a value.
fn expression(node: &yaml::Node<'_>) -> Option<Expression> {
    let expression = match promql::parse(node.text()?) {
        Ok(expression) => expression,
        Err(mistake) => {
            node.mistake_in_text(mistake);
            return None;
        }
    };
    let mistakes = names::check(&expression);
    let right = mistakes.is_empty();
    mistakes.into_iter().for_each(|mistake| node.mistake_in_text(mistake));
    right.then_some(expression)
}

fn duration(node: &yaml::Node<'_>) -> Option<Span> {
    let parsed = promql::parse_duration(node.text()?);
    parsed.map_or_else(|why| node.expected("a duration such as 5m", Some(why)), Some)
}

/// Names of labels with their texts; those of `labels` without templates.
fn texts(node: &yaml::Node<'_>, labels: bool) -> Option<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    let mut right = true;
    for (name, value) in node.table()?.entries() {
        let reserved = labels && name == "alertname";
        if !promql::is_label_name(name) || reserved {
            let what = if reserved { "is the rule's own" } else { "is no name of a label" };
            value.mistake_at_key(format!("`{name}` {what}"), "another name", None);
            right = false;
        }
        let Some(text) = value.text() else {
            right = false;
            continue;
        };
        if labels && text.contains("{{") {
            let help = "sum by (...) in the expression gives its alerts their labels";
            let message = format!("`{}`: templates in labels are not read", value.path());
            value.mistake(message, "a template", Some(help.to_string()));
            right = false;
        }
        texts.insert(name.to_string(), text.to_string());
    }
    right.then_some(texts)
}
