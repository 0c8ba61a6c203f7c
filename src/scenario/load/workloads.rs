//! The workloads: which workflow their tasks go through, of which classes they are, when they come.
//!
//! Shares are of the tasks and sum to one (within 1e-9). A replayed trace whose rows carry classes
//! says the class of each task itself; its shares are then those of its rows.

use super::classes::Classes;
use super::names::{Names, Section};
use crate::base::id::{ClassId, WorkflowId};
use crate::base::read::{Mistake, Node, Read, Show, Table, list_of, suggest};
use crate::base::unit::Probability;
use crate::mechanism::arrivals;
use crate::scenario::meaning::{Entities, Workload};
use std::num::{NonZeroU32, NonZeroU64};

/// How far a sum of probabilities may be from one.
pub(super) const ROUNDING: f64 = 1e-9;

/// The workloads, in the order of their names.
pub(super) struct Workloads {
    pub rows: Vec<Option<Workload>>,
    /// For each workflow, for each class: whether some of its tasks are of it.
    pub reach: Vec<Vec<bool>>,
}

impl Workloads {
    pub fn read(section: &Section<'_>, workflows: &Names, classes: &Classes) -> Self {
        let (mut rows, kinds): (Vec<Option<Workload>>, Vec<Option<String>>) = section
            .iter()
            .map(|(name, node)| read_workload(name, node, workflows, &classes.names).unzip())
            .map(|(row, kind)| (row, kind.flatten()))
            .unzip();
        let mut names: Vec<&String> = kinds.iter().flatten().collect();
        names.sort_unstable();
        names.dedup();
        for (row, kind) in rows.iter_mut().zip(&kinds) {
            let entities = row.as_mut().and_then(|row| row.entities.as_mut());
            if let (Some(entities), Some(kind)) = (entities, kind) {
                entities.kind = names.partition_point(|name| *name < kind) as u32;
            }
        }
        let mut reach = vec![vec![false; classes.rows.len()]; workflows.all.len()];
        for workload in rows.iter().flatten() {
            for (class, _) in &workload.classes {
                reach[workload.workflow.index()][class.index()] = true;
            }
        }
        Workloads { rows, reach }
    }
}

fn read_workload(
    name: &str,
    node: &Node<'_>,
    workflows: &Names,
    classes: &Names,
) -> Option<(Workload, Option<String>)> {
    let mut table = node.table()?;
    let workflow = read_workflow(&mut table, workflows);
    let arrivals_node = table.node("arrivals");
    let arrivals: Option<arrivals::Spec> = table.need("arrivals");
    let shares = table.node("classes");
    let limit: Option<NonZeroU64> = table.maybe("limit");
    let (shares, trace_classes) = match (&arrivals, shares) {
        (Some(arrivals::Spec::Trace(spec)), written) if !spec.table.classes.is_empty() => {
            let by_trace = trace_classes(&arrivals_node?, spec, classes);
            match written {
                Some(written) => refuse_shares(&written),
                None => by_trace.unzip(),
            }
        }
        (_, Some(written)) => (read_shares(&written, classes), Some(Vec::new())),
        (None, None) => (None, None),
        (Some(_), None) => (only_class(&mut table, classes), Some(Vec::new())),
    };
    let (kind, entities) = match table.node("entities") {
        Some(node) => read_entities(&node).map(|(kind, count)| (Some(kind), Some(count)))?,
        None => (None, None),
    };
    table.finish();
    let workload = Workload {
        name: name.to_owned(),
        workflow: WorkflowId::new(workflow?),
        classes: shares?,
        arrivals: arrivals?,
        trace_classes: trace_classes?,
        limit: limit.map(NonZeroU64::get),
        entities: entities.map(|count| Entities { kind: 0, count }),
    };
    Some((workload, kind))
}

/// `{ order = 500 }`: each task is about one of 500 orders.
fn read_entities(node: &Node<'_>) -> Option<(String, u32)> {
    let help = || Some(String::from("such as { order = 500 }: one of 500 orders"));
    if !node.is_table() {
        return node.expected("what a task is about and how many of it there are", help());
    }
    let entries = node.table()?.entries();
    let [(kind, count)] = entries.as_slice() else {
        return node.expected("one kind of thing that a task is about", help());
    };
    let count = NonZeroU32::read(count)?;
    Some(((*kind).to_owned(), count.get()))
}

/// The workflow that is named; the only one needs no naming.
fn read_workflow(table: &mut Table<'_>, workflows: &Names) -> Option<usize> {
    match table.node("workflow") {
        Some(node) => workflows.resolve(&node, node.text()?),
        None if !workflows.whole => None,
        None if workflows.all.len() == 1 => {
            let node = table.as_node();
            node.context().fill(node.steps().key("workflow"), workflows.all[0].show());
            Some(0)
        }
        None => {
            table.mistake(
                format!("`{}` does not say its workflow", table.as_node().path()),
                "which workflow?",
                format!(
                    "write workflow = \"{}\", for example; known: {}",
                    workflows.all[0],
                    list_of(&workflows.list())
                ),
            );
            None
        }
    }
}

/// `"gold"`, or `{ gold = 0.45, regular = 0.55 }`.
fn read_shares(node: &Node<'_>, classes: &Names) -> Option<Vec<(ClassId, f64)>> {
    if node.is_text() {
        return Some(vec![(ClassId::new(classes.resolve(node, node.text()?)?), 1.0)]);
    }
    if !node.is_table() {
        let help = String::from("such as \"gold\", or { gold = 0.45, regular = 0.55 }");
        return node.expected("a class, or the share of each class", Some(help));
    }
    let mut sum = 0.0;
    let mut shares = Vec::new();
    let mut good = true;
    for (name, share) in node.table()?.entries() {
        let class = known_key(classes, name, &share);
        match (class, <Probability as crate::base::read::Read>::read(&share)) {
            (Some(class), Some(share)) => {
                sum += share.get();
                shares.push((ClassId::new(class), share.get()));
            }
            _ => good = false,
        }
    }
    if !good {
        return None;
    }
    check_sum(node, "the shares of the classes", sum)?;
    shares.retain(|(_, share)| *share > 0.0);
    Some(shares)
}

/// The index of a name that is written as a key.
pub(super) fn known_key(names: &Names, name: &str, node: &Node<'_>) -> Option<usize> {
    let index = names.find(name);
    if index.is_none() && names.whole {
        let known = names.all.iter().map(String::as_str);
        node.context().report(Mistake::unknown(node.key_place(), names.what, name, known));
    }
    index
}

/// Probabilities must sum to one.
pub(super) fn check_sum(node: &Node<'_>, what: &str, sum: f64) -> Option<()> {
    if (sum - 1.0).abs() <= ROUNDING {
        return Some(());
    }
    // Rounded so that 0.1 + 0.2 reads as 0.3.
    let round = |x: f64| (x * 1e9).round() / 1e9;
    let rest = round((1.0 - sum).abs());
    let help = if sum < 1.0 { format!("{rest} is missing") } else { format!("{rest} too much") };
    node.mistake(
        format!("`{}`: {what} sum to {}, not to 1", node.path(), round(sum)),
        "must sum to 1",
        help,
    );
    None
}

/// No shares are written: there must be only one class.
fn only_class(table: &mut Table<'_>, classes: &Names) -> Option<Vec<(ClassId, f64)>> {
    if !classes.whole {
        return None;
    }
    let node = table.as_node();
    if let [only] = classes.all.as_slice() {
        node.context().fill(node.steps().key("classes"), only.show());
        return Some(vec![(ClassId::new(0), 1.0)]);
    }
    node.mistake(
        format!("`{}` does not say of which classes its tasks are", node.path()),
        "of which classes?",
        format!(
            "write classes = \"{}\", for example, or the shares of {}",
            classes.all[0],
            list_of(&classes.list())
        ),
    );
    None
}

fn refuse_shares<A, B>(written: &Node<'_>) -> (Option<A>, Option<B>) {
    written.mistake(
        format!("`{}`: the trace says the class of each task already", written.path()),
        "these shares would never be used",
        String::from("remove this, or the trace's `class`"),
    );
    (None, None)
}

type TraceClasses = (Vec<(ClassId, f64)>, Vec<ClassId>);

/// The declared class of each class of the trace, and the shares of the rows.
fn trace_classes(
    node: &Node<'_>,
    spec: &arrivals::trace::Spec,
    classes: &Names,
) -> Option<TraceClasses> {
    if !classes.whole {
        return None;
    }
    let found: Vec<Option<usize>> =
        spec.table.classes.iter().map(|(name, _)| classes.find(name)).collect();
    let all = spec.table.classes.iter().zip(&found);
    let unknown: Vec<&(String, u64)> = all.filter(|(_, f)| f.is_none()).map(|(c, _)| c).collect();
    if !unknown.is_empty() {
        report_undeclared(&class_column(node).unwrap_or_else(|| node.clone()), &unknown, classes);
        return None;
    }
    let ids: Vec<ClassId> = found.into_iter().flatten().map(ClassId::new).collect();
    let mut counts = vec![0u64; classes.all.len()];
    for row in &spec.table.rows {
        if let Some(class) = row.class {
            counts[ids[class as usize].index()] += 1;
        }
    }
    let rows = spec.table.rows.len() as f64;
    let shares = counts.iter().enumerate().filter(|(_, n)| **n > 0);
    Some((shares.map(|(i, n)| (ClassId::new(i), *n as f64 / rows)).collect(), ids))
}

/// Classes of a trace, with the lines in which they come first, that are not declared.
fn report_undeclared(node: &Node<'_>, unknown: &[&(String, u64)], classes: &Names) {
    const SHOWN: usize = 5;
    let line = |(name, line): &&(String, u64)| format!("`{name}` (line {line})");
    let mut lines: Vec<String> = unknown.iter().take(SHOWN).map(line).collect();
    if unknown.len() > SHOWN {
        lines.push(format!("{} more", unknown.len() - SHOWN));
    }
    let (name, _) = unknown[0];
    let help = match suggest(name, classes.list()) {
        Some(near) => {
            format!("did you mean `{near}` by `{name}`? Otherwise write `[classes.{name}]`")
        }
        None => format!("declare each of them, such as with `[classes.{name}]`"),
    };
    node.mistake(
        format!("the trace has classes that are not declared: {}", lines.join(", ")),
        "the column of the classes",
        help,
    );
}

/// Where a trace names its column of classes.
fn class_column<'d>(arrivals: &Node<'d>) -> Option<Node<'d>> {
    let (_, trace) = arrivals.choice()?;
    trace.table()?.node("class")
}
