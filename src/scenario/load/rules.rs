//! The rules of one queue, and what they must have together.
//!
//! Preemption needs late binding and agents that serve each attempt at their own speed. A queue
//! that is polled, or whose attempts are allocated in rounds, binds late and interrupts nobody;
//! agents can steal only where they have lines of their own; only a score can be explained, or
//! maximised.

use super::classes::Classes;
use super::names::{Names, pick};
use super::pools::Pools;
use crate::base::read::{Mistake, Node, Read, Table, list_of};
use crate::base::time::Span;
use crate::mechanism::assignment::{self, By};
use crate::mechanism::{admission, budget, discipline, dispatch};
use crate::scenario::meaning::{Binding, Queue, WhenFull};

/// The keys of the rules.
pub(super) const RULES: [&str; 13] = [
    "discipline",
    "capacity",
    "when_full",
    "dispatch",
    "binding",
    "admission",
    "retry_budget",
    "without_agent",
    "expired",
    "poll",
    "allocation",
    "steal",
    "explain",
];

/// The shortest time between two visits of a polled queue.
const SHORTEST: Span = Span::from_nanos(1_000_000);

/// The rules of the queue of this name, without its pools.
pub(super) fn read(table: &mut Table<'_>, name: &str, classes: &Classes) -> Option<Queue> {
    let discipline = read_discipline(table, classes);
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
    let admission = table.optional("admission", admission::Spec::read);
    let retry_budget = table.optional("retry_budget", budget::Spec::read);
    let fails = pick(table, "without_agent", &[("wait", false), ("fail", true)]);
    let drops = pick(table, "expired", &[("serve", false), ("drop", true)]);
    let poll = table.optional("poll", Span::read);
    let allocation = table.optional("allocation", assignment::Spec::read);
    let steals = table.or("steal", false);
    let explains = table.or("explain", false);
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
        poll: poll?,
        allocation: allocation?,
        steals,
        explains,
    })
}

/// The discipline, with the classes that it names.
fn read_discipline(table: &mut Table<'_>, classes: &Classes) -> Option<discipline::Spec> {
    let mut discipline: discipline::Spec = table.or_choice("discipline", "fifo")?;
    let values = classes.values().filter(|_| classes.names.whole);
    // With a class that could not be read nobody knows who is named.
    let Some(mut values) = values else { return Some(discipline) };
    // Where nothing is said of values, all classes are worth the same.
    if values.iter().all(|value| *value == 0.0) {
        values.fill(1.0);
    }
    match discipline.bind(&classes.names.all, &values) {
        Ok(()) => Some(discipline),
        Err(unknown) => {
            let node = table.node("discipline").expect("a name of a class is written");
            report_class(&node, &unknown, &classes.names);
            None
        }
    }
}

/// Reports the key of this name below `node` that is no class.
fn report_class(node: &Node<'_>, unknown: &str, classes: &Names) {
    let Some(found) = find_key(node, unknown) else { return };
    let known = classes.all.iter().map(String::as_str);
    let mistake = Mistake::unknown(found.key_place(), classes.what, unknown, known);
    node.context().report(mistake);
}

fn find_key<'d>(node: &Node<'d>, key: &str) -> Option<Node<'d>> {
    if !node.is_table() {
        return None;
    }
    node.table()?.entries().into_iter().find_map(|(name, inner)| match name == key {
        true => Some(inner),
        false => find_key(&inner, key),
    })
}

/// What the rules of a queue and its pools must have together.
pub(super) fn check(node: &Node<'_>, queue: &Queue, pools: &Pools) {
    let mut table = node.table().expect("a queue that was read is a table");
    let written = Written { node: node.clone(), name: &queue.name };
    check_preemption(&mut table, &written, queue, pools);
    check_rounds(&mut table, &written, queue);
    if queue.steals && queue.binding == Binding::Late {
        written.mistake(
            &mut table,
            "steal",
            "lets agents steal, but they have no lines of their own",
            "steal from whom?",
            "write binding = \"early\" too, or remove this",
        );
    }
    let is_scored = matches!(queue.dispatch, dispatch::Spec::Scored(_));
    if queue.explains && !(is_scored && queue.allocation.is_none()) {
        written.mistake(
            &mut table,
            "explain",
            "is to explain its choices, but only the choice of the best score can be explained",
            "nothing to explain",
            "write dispatch = \"scored\", without `allocation`, or remove this",
        );
    }
}

/// A queue whose rules disagree.
struct Written<'d, 'n> {
    node: Node<'d>,
    name: &'n str,
}

impl<'d> Written<'d, '_> {
    /// Where the key is written, or else the queue.
    fn at(&self, table: &mut Table<'d>, key: &'static str) -> Node<'d> {
        table.node(key).unwrap_or_else(|| self.node.clone())
    }

    fn mistake(
        &self,
        table: &mut Table<'d>,
        key: &'static str,
        what: &str,
        label: &str,
        help: &str,
    ) {
        let message = format!("the queue `{}` {what}", self.name);
        self.at(table, key).mistake(message, label, help.to_owned());
    }
}

fn check_preemption<'d>(
    table: &mut Table<'d>,
    written: &Written<'d, '_>,
    queue: &Queue,
    pools: &Pools,
) {
    if !queue.discipline.preempts() {
        return;
    }
    if queue.binding == Binding::Early {
        written.mistake(
            table,
            "binding",
            "is preemptive and binds early",
            "bound to its agent before it starts",
            "a preemptive discipline needs binding = \"late\"",
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
        let sharing = list_of(&sharing);
        written.mistake(
            table,
            "discipline",
            &format!("is preemptive, but the agents of {sharing} share their speed among attempts"),
            "whom to interrupt, when all are served at once?",
            "a preemptive discipline needs pools with service = \"slots\"",
        );
    }
}

/// What a queue that is served at intervals must not have.
fn check_rounds<'d>(table: &mut Table<'d>, written: &Written<'d, '_>, queue: &Queue) {
    let how = match (&queue.poll, &queue.allocation) {
        (None, None) => return,
        (Some(_), None) => "is polled",
        (None, Some(_)) => "is served in rounds of allocation",
        (Some(_), Some(_)) => {
            return written.mistake(
                table,
                "poll",
                "is polled and served in rounds of allocation",
                "a second way to serve it",
                "keep one of `poll` and `allocation`",
            );
        }
    };
    let mut refuse = |at: &'static str, what: &str, label: &str, help: &str| {
        written.mistake(table, at, what, label, help);
    };
    if queue.poll.is_some_and(|poll| poll < SHORTEST) {
        let help = "write poll = \"1s\", for example";
        refuse("poll", "is polled less than 1ms apart", "too often", help);
    }
    if queue.binding == Binding::Early {
        let help = "write binding = \"late\", or remove it";
        refuse("binding", &format!("{how} and binds early"), "bound before it is served", help);
    }
    if queue.discipline.preempts() {
        let help = "a preemptive discipline starts newcomers at once: remove one of the two";
        refuse("discipline", &format!("{how} and is preemptive"), "interrupts at once", help);
    }
    if queue.capacity == Some(0) {
        let help = "everyone waits for the next visit: write capacity = 1 or more";
        refuse("capacity", &format!("{how}, but nobody may wait in it"), "nobody comes in", help);
    }
    let by_score = queue.allocation.as_ref().is_some_and(|spec| spec.round().by == By::Score);
    if by_score && !matches!(queue.dispatch, dispatch::Spec::Scored(_)) {
        let help =
            "write dispatch = \"scored\", or by = \"completion\" or \"cost\" in `allocation`";
        refuse("allocation", "is allocated by a score that it does not have", "which score?", help);
    }
}
