//! The monitor and the alert rules: the scenario's own, and those of Prometheus rule files.
//!
//! Without a `monitor` table there is a monitor if there are rules. Invariant: a rule watches at
//! least one pool.

use super::names::{Names, name_list};
use crate::base::id::PoolId;
use crate::base::read::{Mistake, Node, Placed, Read, Table};
use crate::base::time::Span;
use crate::mechanism::alert::{Look, Rule, Rules, Scope};
use crate::scenario::import::prometheus::RuleFile;
use crate::scenario::meaning::{Alert, Asks};

/// What is written of the monitor and the rules.
pub(super) struct Control<'d> {
    monitor: Option<Span>,
    rules: Option<Rules>,
    /// Where the rules are written.
    alerts: Option<Node<'d>>,
    files: Vec<(RuleFile, Node<'d>)>,
}

/// The monitor and the rules, resolved.
pub(super) struct Resolved {
    /// How often the monitor looks.
    pub monitor: Option<Span>,
    pub alerts: Vec<Alert>,
    pub files: Vec<RuleFile>,
}

impl<'d> Control<'d> {
    pub fn read(table: &mut Table<'d>) -> Self {
        let alerts = table.node("alerts");
        let rules = alerts.as_ref().and_then(Rules::read);
        let files = alerts.as_ref().map_or(Vec::new(), read_files);
        let monitor = match table.has("monitor") || rules.is_some() {
            true => table.or_empty("monitor").map(|Monitor(every)| every),
            false => None,
        };
        Control { monitor, rules, alerts, files }
    }

    /// The rules of the scenario by name with the pools that they watch, then those of its files.
    pub fn resolve(self, pools: &Names) -> Resolved {
        let rules = self.rules.unwrap_or_default().0;
        let nodes = self.alerts.and_then(|node| node.table()).map(|mut table| table.entries());
        let nodes = nodes.unwrap_or_default();
        let alert = |(name, rule): (String, Rule)| {
            let node = nodes.iter().find(|(written, _)| **written == *name).map(|(_, node)| node);
            let watched = match rule.pools.is_empty() {
                true => (0..pools.all.len()).map(PoolId::new).collect(),
                false => node.map_or(Vec::new(), |node| resolve(&rule, node, pools)),
            };
            if let Some(node) = node.filter(|_| rule.per == Scope::Agent) {
                check_of_agents(&rule, node);
            }
            Alert { name, asks: Asks::Metrics { rule, pools: watched } }
        };
        let mut alerts: Vec<Alert> = rules.into_iter().map(alert).collect();
        let every = self.monitor.unwrap_or(Span::from_secs(30));
        for (file, node) in &self.files {
            add_rules(file, node, every, &mut alerts);
        }
        let files = self.files.into_iter().map(|(file, _)| file).collect();
        Resolved { monitor: self.monitor, alerts, files }
    }
}

/// `prometheus = ["rules.yaml"]`
fn read_files<'d>(alerts: &Node<'d>) -> Vec<(RuleFile, Node<'d>)> {
    let node = alerts.table().and_then(|mut table| table.node("prometheus"));
    let nodes = node.and_then(|node| name_list(&node)).unwrap_or_default();
    let read = |(_, node): (&str, Node<'d>)| Some((RuleFile::read(&node)?, node));
    nodes.into_iter().filter_map(read).collect()
}

/// The rules of a file join those that are there.
fn add_rules(file: &RuleFile, node: &Node<'_>, monitor: Span, alerts: &mut Vec<Alert>) {
    for group in &file.groups {
        let every = group.interval.unwrap_or(monitor);
        if every.nanos() % monitor.nanos() != 0 {
            node.mistake(
                format!(
                    "the group `{}` is evaluated every {}, the monitor scrapes every {}",
                    group.name, every, monitor
                ),
                "evaluated between two scrapes",
                String::from("let the group's interval be a multiple of `monitor.every`"),
            );
        }
        for rule in &group.rules {
            // Prometheus lets rules of different groups share a name.
            let taken = |name: &str| alerts.iter().any(|alert| alert.name == name);
            let name = match taken(&rule.alert) {
                true => format!("{}/{}", group.name, rule.alert),
                false => rule.alert.clone(),
            };
            if taken(&name) {
                node.mistake(
                    format!("there are two alert rules of the name `{name}`"),
                    "in this file",
                    String::from("give one of them another name"),
                );
            }
            let (rule, limit) = (rule.clone(), group.limit);
            alerts.push(Alert { name, asks: Asks::Series { rule, every, limit } });
        }
    }
}

/// The pools that a rule names.
fn resolve(rule: &Rule, node: &Node<'_>, pools: &Names) -> Vec<PoolId> {
    let mut watched = Vec::new();
    for Placed { value, place } in &rule.pools {
        match pools.find(value) {
            Some(pool) => watched.push(PoolId::new(pool)),
            None if pools.whole => {
                let names = pools.all.iter().map(String::as_str);
                node.context().report(Mistake::unknown(place.clone(), pools.what, value, names));
            }
            None => {}
        }
    }
    watched.sort_unstable();
    watched.dedup();
    watched
}

/// A rule of single agents asks only what an agent has.
fn check_of_agents(rule: &Rule, node: &Node<'_>) {
    for look in rule.when.windows() {
        let (Look::Value { metric, .. } | Look::History { metric, .. }) = look else { continue };
        if !metric.of_agents() {
            node.mistake(
                format!("`{}`: `{}` is of a queue, not of an agent", node.path(), metric.name()),
                "no agent has it",
                String::from("write per = \"pool\", or leave `per` out"),
            );
        }
    }
}

/// `[monitor]`
struct Monitor(Span);

impl Read for Monitor {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let written = table.node("every");
        let every = table.or("every", Span::from_secs(30));
        table.finish();
        if every == Span::ZERO {
            return written?.expected("a duration above zero", None);
        }
        Some(Monitor(every))
    }
}
