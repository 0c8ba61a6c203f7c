//! The queues: the declared ones, and one of its own for each pool that names none.
//!
//! The rules of a queue (discipline, capacity, dispatch, ...) are written where the queue is: in
//! `[queues.NAME]`, or in the pool whose own it is. Preemption needs late binding and agents that
//! serve each attempt at their own speed.

use super::names::{Names, Section, pick};
use super::pools::Pools;
use crate::base::id::{PoolId, QueueId};
use crate::base::read::{Mistake, Node, Read, Table, list_of};
use crate::scenario::meaning::{Binding, Queue, WhenFull};

/// The keys of the rules.
const RULES: [&str; 9] = [
    "discipline",
    "capacity",
    "when_full",
    "dispatch",
    "binding",
    "admission",
    "retry_budget",
    "without_agent",
    "expired",
];

/// All queues, in the order of their names.
pub(super) struct Queues<'d> {
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
    pub fn read(declared: &Section<'d>, pools: &Section<'d>) -> Self {
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
            let rules = read_rules(&mut table, name);
            table.finish();
            rules
        };
        let rows = all.iter().map(rule).collect();
        let names = all.iter().map(|(name, _, _)| (*name).to_owned()).collect();
        let whole = declared.names.whole && pools.names.whole;
        Queues {
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
            let rules = read_rules(table, pool);
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
                check_preemption(node, queue, pools);
                bind_weights(node, queue, pools);
            }
        }
    }
}

/// Whether the pool says which queue it serves.
fn writes_queue(pool: &Node<'_>) -> bool {
    pool.is_table() && pool.table().is_some_and(|mut table| table.has("queue"))
}

fn read_rules(table: &mut Table<'_>, name: &str) -> Option<Queue> {
    let discipline = table.or_choice("discipline", "fifo");
    let capacity = table.maybe("capacity");
    let when_full = pick(
        table,
        "when_full",
        &[
            ("reject_newcomer", WhenFull::RejectNewcomer),
            ("drop_oldest", WhenFull::DropOldest),
            ("drop_last", WhenFull::DropLast),
        ],
    );
    let dispatch = table.or_choice("dispatch", "least_outstanding");
    let binding = pick(table, "binding", &[("late", Binding::Late), ("early", Binding::Early)]);
    let admission = maybe_choice(table, "admission");
    let retry_budget = maybe_choice(table, "retry_budget");
    let fails = pick(table, "without_agent", &[("wait", false), ("fail", true)]);
    let drops = pick(table, "expired", &[("serve", false), ("drop", true)]);
    Some(Queue {
        name: name.to_owned(),
        discipline: discipline?,
        capacity,
        when_full: when_full?,
        dispatch: dispatch?,
        binding: binding?,
        pools: Vec::new(),
        admission: admission?,
        retry_budget: retry_budget?,
        fails_without_agent: fails?,
        drops_expired: drops?,
    })
}

/// A choice that may be left out: `Some(None)` if it is.
pub(super) fn maybe_choice<T: Read>(table: &mut Table<'_>, key: &'static str) -> Option<Option<T>> {
    match table.node(key) {
        Some(node) => T::read(&node).map(Some),
        None => Some(None),
    }
}

/// The weights of a dispatch policy are of pools that are there.
fn bind_weights(node: &Node<'_>, queue: &mut Queue, pools: &Pools) {
    let Err(unknown) = queue.dispatch.bind(&pools.names) else { return };
    let mut table = node.table().expect("a queue that was read is a table");
    let here = table.node("dispatch").unwrap_or_else(|| node.clone());
    let names = pools.names.iter().map(String::as_str);
    here.context().report(Mistake::unknown(here.place(), "pool", &unknown, names));
}

fn check_preemption(node: &Node<'_>, queue: &Queue, pools: &Pools) {
    if !queue.discipline.preempts() {
        return;
    }
    let mut table = node.table().expect("a queue that was read is a table");
    let here = table.node("discipline").unwrap_or_else(|| node.clone());
    if queue.binding == Binding::Early {
        let binding = table.node("binding").unwrap_or_else(|| here.clone());
        binding.mistake(
            format!("the queue `{}` is preemptive and binds early", queue.name),
            "bound to its agent before it starts",
            String::from("a preemptive discipline needs binding = \"late\""),
        );
    }
    let sharing: Vec<&str> = queue
        .pools
        .iter()
        .filter_map(|pool| pools.rows[pool.index()].as_ref())
        .filter(|pool| pool.service.shares())
        .map(|pool| pool.name.as_str())
        .collect();
    if !sharing.is_empty() {
        here.mistake(
            format!(
                "the queue `{}` is preemptive, but the agents of {} share their speed among \
                     attempts",
                queue.name,
                list_of(&sharing)
            ),
            "whom to interrupt, when all are served at once?",
            String::from("a preemptive discipline needs pools with service = \"slots\""),
        );
    }
}
