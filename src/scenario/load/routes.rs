//! To which queue a step goes: one for all, or one by class.
//!
//! `queue = "desk"`, or `queue = { by_class = { gold = "fast" }, default = "normal" }`: tasks of a
//! class that is not written go to the default, which may be left out if none of them come here.

use super::workflows::Ground;
use super::workloads::known_key;
use crate::base::id::QueueId;
use crate::base::read::{Node, list_of};

/// Where a step waits.
pub(super) struct Route<'d> {
    pub queue: QueueId,
    /// By class; empty if that is the same for all.
    pub by_class: Vec<QueueId>,
    /// The queues that are named, with their places.
    pub named: Vec<(Node<'d>, QueueId)>,
}

impl Route<'_> {
    /// To the same queue for all.
    pub fn to(queue: QueueId) -> Self {
        Route { queue, by_class: Vec::new(), named: Vec::new() }
    }
}

/// The route written at `node`, of a step of this workflow.
pub(super) fn read<'d>(
    node: &Node<'d>,
    workflow: usize,
    ground: &Ground<'_, '_>,
) -> Option<Route<'d>> {
    let resolve = |node: &Node<'d>| {
        let queue = ground.queues.resolve(node, node.text()?)?;
        Some((node.clone(), QueueId::new(queue)))
    };
    if node.is_text() {
        let (node, queue) = resolve(node)?;
        return Some(Route { named: vec![(node, queue)], ..Route::to(queue) });
    }
    if !node.is_table() {
        let help = "such as \"desk\", or { by_class = { gold = \"fast\" }, default = \"desk\" }";
        return node.expected("the name of a queue, or a queue by class", Some(help.to_string()));
    }
    let mut table = node.table()?;
    let by_class = table.need_node("by_class");
    let default = table.node("default").map(|node| resolve(&node));
    table.finish();
    let classes = &ground.classes.names;
    let mut queues: Vec<Option<QueueId>> = vec![None; classes.all.len()];
    let mut named = Vec::new();
    let mut good = classes.whole;
    for (name, node) in by_class.as_ref()?.table()?.entries() {
        match (known_key(classes, name, &node), resolve(&node)) {
            (Some(class), Some((node, queue))) => {
                queues[class] = Some(queue);
                named.push((node, queue));
            }
            _ => good = false,
        }
    }
    let default = default.map_or(Some(None), |default| default.map(Some))?;
    if !good {
        return None;
    }
    let reached = |class: &usize| ground.workloads.reach[workflow][*class];
    let missing: Vec<&str> = (0..queues.len())
        .filter(|class| reached(class) && queues[*class].is_none() && default.is_none())
        .map(|class| classes.all[class].as_str())
        .collect();
    let any = default.as_ref().or(named.first()).map(|(_, queue)| *queue);
    let Some(any) = any.filter(|_| missing.is_empty()) else {
        let message = match missing[..] {
            [] => format!("`{}`: no queue at all", node.path()),
            _ => format!("`{}`: no queue for {}", node.path(), list_of(&missing)),
        };
        let help = String::from("add default = \"NAME\", the queue of all others");
        node.mistake(message, "where do the other classes go?", help);
        return None;
    };
    named.extend(default);
    // A class that does not come here may go anywhere.
    let by_class = queues.into_iter().map(|queue| queue.unwrap_or(any)).collect();
    Some(Route { queue: any, by_class, named })
}
