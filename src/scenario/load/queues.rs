//! The queues: the declared ones, and one of its own for each pool that names none.
//!
//! The rules of a queue (discipline, capacity, dispatch, ...) are written where the queue is: in
//! `[queues.NAME]`, or in the pool whose own it is. Preemption needs late binding and agents that
//! serve each attempt at their own speed. What the rules of one queue are is in `rules`.

use super::classes::Classes;
use super::names::{Names, Section};
use super::pools::Pools;
use super::rules::{self, RULES};
use crate::base::id::{PoolId, QueueId};
use crate::base::read::{Node, Table, list_of};
use crate::scenario::meaning::Queue;

/// All queues, in the order of their names.
pub(super) struct Queues<'d> {
    classes: &'d Classes,
    pub names: Names,
    pub rows: Vec<Option<Queue>>,
    /// Where each is written: its own table, or that of the pool whose own it is.
    nodes: Vec<Node<'d>>,
    declared: Vec<bool>,
    pools: Names,
}

impl<'d> Queues<'d> {
    /// The names of all queues and the rules of the declared ones; those of the others are read
    /// with their pools.
    pub fn read(declared: &Section<'d>, pools: &Section<'d>, classes: &'d Classes) -> Self {
        let mut all: Vec<(&str, &Node<'d>, bool)> =
            declared.iter().map(|(name, node)| (name, node, true)).collect();
        for (name, node) in pools.iter() {
            if writes_queue(node) {
                continue;
            }
            if declared.names.find(name).is_some() {
                node.mistake(
                    format!("the pool `{name}` and the queue `{name}` have one name"),
                    "this pool has a queue of its own, of the same name",
                    format!("write queue = \"{name}\" here, or rename `[queues.{name}]`"),
                );
                continue;
            }
            all.push((name, node, false));
        }
        all.sort_by_key(|(name, _, _)| *name);
        let rule = |(name, node, declared): &(&str, &Node<'d>, bool)| {
            let mut table = declared.then(|| node.table()).flatten()?;
            let rules = rules::read(&mut table, name, classes);
            table.finish();
            rules
        };
        let rows = all.iter().map(rule).collect();
        let names = all.iter().map(|(name, _, _)| (*name).to_owned()).collect();
        let whole = declared.names.whole && pools.names.whole;
        Queues {
            classes,
            names: Names { what: "queue", all: names, whole },
            rows,
            nodes: all.iter().map(|(_, node, _)| (*node).clone()).collect(),
            declared: all.iter().map(|(_, _, declared)| *declared).collect(),
            pools: pools.names.clone(),
        }
    }

    /// The queue that is named at `node`.
    pub fn resolve(&self, node: &Node<'_>, name: &str) -> Option<usize> {
        let index = self.names.find(name);
        if index.is_none() && self.pools.find(name).is_some() {
            node.mistake(
                format!("`{name}` is a pool that serves another queue, not a queue"),
                "expected the name of a queue",
                format!("known: {}", list_of(&self.names.list())),
            );
            return None;
        }
        index.or_else(|| self.names.resolve(node, name))
    }

    /// The queue of a pool: the declared one that it names, or its own, whose rules are read here.
    pub fn of_pool(&mut self, table: &mut Table<'d>, pool: &str) -> Option<QueueId> {
        let Some(node) = table.node("queue") else {
            let rules = rules::read(table, pool, self.classes);
            let own = self.names.find(pool).filter(|own| !self.declared[*own])?;
            self.rows[own] = rules;
            return Some(QueueId::new(own));
        };
        let name = node.text();
        for rule in RULES {
            if let (Some(name), Some(written)) = (name, table.node(rule)) {
                written.mistake(
                    format!(
                        "`{}` is a rule of the queue `{name}`, not of this pool",
                        written.path()
                    ),
                    "has no effect here",
                    format!("write it in `[queues.{name}]`"),
                );
            }
        }
        let index = self.resolve(&node, name?)?;
        if !self.declared[index] {
            node.mistake(
                format!("the queue `{0}` belongs to the pool `{0}` alone", self.names.all[index]),
                "not a queue to share",
                String::from(
                    "declare a queue, such as `[queues.shared]`, and write queue = \"shared\" in \
                     both pools",
                ),
            );
            return None;
        }
        Some(QueueId::new(index))
    }

    /// Gives each queue its pools and checks what a queue and its pools must have together.
    pub fn join(&mut self, pools: &Pools) {
        for (index, queue) in self.rows.iter_mut().enumerate() {
            let own = |(_, pool): &(usize, Option<QueueId>)| *pool == Some(QueueId::new(index));
            let served: Vec<PoolId> = pools
                .queues
                .iter()
                .copied()
                .enumerate()
                .filter(own)
                .map(|(pool, _)| PoolId::new(pool))
                .collect();
            let node = &self.nodes[index];
            let all_known = pools.queues.iter().all(Option::is_some) && self.names.whole;
            if served.is_empty() && self.declared[index] && all_known {
                let name = &self.names.all[index];
                node.mistake(
                    format!("no pool serves the queue `{name}`"),
                    "nobody would ever come",
                    format!("write queue = \"{name}\" in a pool, or remove this queue"),
                );
            }
            if let Some(queue) = queue {
                queue.pools = served;
                rules::check(node, queue, pools);
            }
        }
    }
}

/// Whether the pool says which queue it serves.
fn writes_queue(pool: &Node<'_>) -> bool {
    pool.is_table() && pool.table().is_some_and(|mut table| table.has("queue"))
}
