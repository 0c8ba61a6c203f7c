//! The monitor and the alert rules.
//!
//! Without a `monitor` table there is a monitor if there are rules. Invariant: a rule watches at
//! least one pool.

use super::names::Names;
use crate::base::id::PoolId;
use crate::base::read::{Mistake, Node, Placed, Read, Table};
use crate::base::time::Span;
use crate::mechanism::alert::{Look, Rule, Rules, Scope};
use crate::scenario::meaning::Alert;

/// What is written of the monitor and the rules.
pub(super) struct Control<'d> {
    monitor: Option<Span>,
    rules: Option<Rules>,
    /// Where the rules are written.
    alerts: Option<Node<'d>>,
}

impl<'d> Control<'d> {
    pub fn read(table: &mut Table<'d>) -> Self {
        let alerts = table.node("alerts");
        let rules = alerts.as_ref().and_then(Rules::read);
        let monitor = match table.has("monitor") || rules.is_some() {
            true => table.or_empty("monitor").map(|Monitor(every)| every),
            false => None,
        };
        Control { monitor, rules, alerts }
    }

    /// How often the monitor looks, and the rules by name with the pools that they watch.
    pub fn resolve(self, pools: &Names) -> (Option<Span>, Vec<Alert>) {
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
            Alert { name, rule, pools: watched }
        };
        (self.monitor, rules.into_iter().map(alert).collect())
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
