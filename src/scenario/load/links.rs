//! What a step says about its place in the graph: what comes next, what it comes after, where it
//! leads when it fails, and what undoes it.
//!
//! `when` lists conditions on how steps ended; the first that holds is taken, before `then`. `join`
//! says how many of the steps in `after` are enough, and `rest` what becomes of the others.

use super::graph::Arm;
use super::names::{Names, name_list, pick};
use super::workloads::{check_sum, known_key};
use crate::base::read::{Mistake, Node, Read, Table};
use crate::base::unit::Probability;
use crate::scenario::meaning::Test;

/// The reserved name of the end of a path.
pub(super) const END: &str = "end";
/// The reserved name of the place for tasks that people have to look at.
const DEAD_LETTER: &str = "dead_letter";

/// What a step says of its place in the graph.
pub(super) struct Links<'d> {
    /// Its name, after those of the steps that called its workflow.
    pub name: String,
    /// The name that is written.
    pub own_name: String,
    pub node: Node<'d>,
    pub at_most: Option<u16>,
    pub conditions: Vec<When<'d>>,
    /// Whether its result has a score.
    pub scored: bool,
    pub arms: Vec<Arm<'d>>,
    /// The steps that it comes after.
    pub waits: Vec<usize>,
    /// How many of them are enough.
    pub needs: u32,
    pub gives_up_rest: bool,
    pub then: Option<Node<'d>>,
    pub after: Option<Node<'d>>,
    pub on_failure: Option<(Failing, Node<'d>)>,
    pub compensation: Option<(usize, Node<'d>)>,
}

impl Links<'_> {
    /// The step to which it is handed on when it fails.
    pub fn escalates_to(&self) -> Option<usize> {
        match self.on_failure {
            Some((Failing::To(step), _)) => Some(step),
            Some((Failing::DeadLetter, _)) | None => None,
        }
    }

    /// The step that undoes it.
    pub fn undone_by(&self) -> Option<usize> {
        self.compensation.as_ref().map(|(step, _)| *step)
    }

    /// The steps that it turns to in need, outside its ordinary path.
    pub fn turns_to(&self) -> impl Iterator<Item = usize> {
        let conditions = self.conditions.iter().filter_map(|when| when.to);
        conditions.chain(self.escalates_to()).chain(self.undone_by())
    }

    /// Where it is written that it turns to a step.
    pub fn turn_to(&self, step: usize) -> Option<&Node<'_>> {
        let when = self.conditions.iter().find(|when| when.to == Some(step));
        let failing = || self.on_failure.as_ref().filter(|_| self.escalates_to() == Some(step));
        when.map(|when| &when.node).or_else(|| failing().map(|(_, node)| node))
    }

    /// Where it may lead with a chance that nobody knows before.
    pub fn uncertain(&self) -> impl Iterator<Item = Option<usize>> {
        self.conditions.iter().map(|when| when.to).chain(self.escalates_to().map(Some))
    }
}

/// Where a step leads when it has failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failing {
    /// To another step.
    To(usize),
    /// Out, to be looked at.
    DeadLetter,
}

/// One condition.
pub(super) struct When<'d> {
    pub node: Node<'d>,
    /// The step that is asked.
    pub step: usize,
    pub test: Test,
    pub to: Option<usize>,
}

/// The links of a step, by its full and its written name.
pub(super) fn read<'d>(
    table: &mut Table<'d>,
    full: &str,
    name: &str,
    steps: &Names,
) -> Option<Links<'d>> {
    let at_most = read_at_most(table);
    let then = table.node("then");
    let after = table.node("after");
    let arms = then.as_ref().map(|node| read_arms(node, steps));
    let waits = after.as_ref().map(|node| read_steps_of(node, steps));
    let waits = waits.map_or(Some(Vec::new()), |waits| waits);
    let scored = table.has("score");
    let conditions = match table.node("when") {
        Some(node) => read_conditions(&node, name, steps),
        None => Some(Vec::new()),
    };
    let needs = read_needed(table, waits.as_ref().map(Vec::len));
    let gives_up_rest = match table.has("rest") {
        true => pick(table, "rest", &[("go_on", false), ("give_up", true)]),
        false => Some(false),
    };
    let on_failure =
        table.optional("on_failure", |node| read_failing(node, steps).map(|to| (to, node.clone())));
    let compensation = table.optional("compensation", |node| {
        steps.resolve(node, node.text()?).map(|step| (step, node.clone()))
    });
    Some(Links {
        name: full.to_owned(),
        own_name: name.to_owned(),
        node: table.as_node().clone(),
        at_most: at_most?,
        arms: arms.map_or(Some(Vec::new()), |arms| arms)?,
        waits: waits?,
        conditions: conditions?,
        scored,
        needs: needs?,
        gives_up_rest: gives_up_rest?,
        then,
        after,
        on_failure: on_failure?,
        compensation: compensation?,
    })
}

fn read_at_most(table: &mut Table<'_>) -> Option<Option<u16>> {
    let Some(node) = table.node("at_most") else { return Some(None) };
    match u16::try_from(node.integer()?) {
        Ok(times) if times > 0 => Some(Some(times)),
        _ => node.expected("a whole number from 1 to 65535", None),
    }
}

/// `"quality"`, or `{ rework = "8%", end = 0.92 }`.
fn read_arms<'d>(node: &Node<'d>, steps: &Names) -> Option<Vec<Arm<'d>>> {
    if node.is_text() {
        let name = node.text()?;
        let to = if name == END { None } else { Some(steps.resolve(node, name)?) };
        return Some(vec![Arm { to, chance: 1.0, node: node.clone() }]);
    }
    if !node.is_table() {
        let help = "such as \"review\", or { review = 0.2, end = 0.8 }; for several at once, let \
                    each say `after`";
        return node.expected("the next step, or the chance of each", Some(String::from(help)));
    }
    let entries = node.table()?.entries();
    let arm = |(name, chance): &(&str, Node<'d>)| {
        let to = if *name == END { Some(None) } else { known_key(steps, name, chance).map(Some) };
        let p = Probability::read(chance);
        Some(Arm { to: to?, chance: p?.get(), node: chance.clone() })
    };
    let arms: Vec<Option<Arm<'d>>> = entries.iter().map(arm).collect();
    let arms: Vec<Arm<'d>> = arms.into_iter().collect::<Option<_>>()?;
    check_sum(node, "the chances of what comes next", arms.iter().map(|arm| arm.chance).sum())?;
    Some(arms)
}

/// The steps named at `node`: one name or a list.
pub(super) fn read_steps_of(node: &Node<'_>, steps: &Names) -> Option<Vec<usize>> {
    let names = name_list(node)?;
    if names.is_empty() {
        return node.expected("at least one step", None);
    }
    let found: Vec<Option<usize>> =
        names.iter().map(|(name, node)| steps.resolve(node, name)).collect();
    found.into_iter().collect()
}

/// A step, or `dead_letter`.
fn read_failing(node: &Node<'_>, steps: &Names) -> Option<Failing> {
    let name = node.text()?;
    if name == DEAD_LETTER {
        return Some(Failing::DeadLetter);
    }
    let step = steps.find(name);
    if step.is_none() && steps.whole {
        let known = steps.list().into_iter().chain([DEAD_LETTER]);
        node.context().report(Mistake::unknown(node.place(), steps.what, name, known));
    }
    step.map(Failing::To)
}

/// How many of the steps that it comes after are enough: all, unless `join` says fewer. Where
/// `after` is itself wrong, only that is told.
fn read_needed(table: &mut Table<'_>, waits: Option<usize>) -> Option<u32> {
    let Some(node) = table.node("join") else { return Some(waits? as u32) };
    let enough = node.integer()?;
    if !table.has("after") {
        node.mistake(
            format!("`{}` says how many steps are enough, and it comes after none", node.path()),
            "there is nothing to join",
            String::from("write after = [\"a\", \"b\"], for example, or remove this"),
        );
        return None;
    }
    let waits = waits?;
    if enough >= 1 && enough <= waits as i64 {
        return Some(enough as u32);
    }
    let few = if waits == 1 { "is one step" } else { "are the steps" };
    let help = format!("in `after` {few} to wait for: all of them, unless this says fewer");
    node.expected(&format!("a whole number from 1 to {waits}"), Some(help))
}

/// `[{ step = "quality", score_below = 0.7, then = "escalation" }, ...]`
fn read_conditions<'d>(node: &Node<'d>, own: &str, steps: &Names) -> Option<Vec<When<'d>>> {
    if !node.is_list() {
        let help =
            "such as [{ score_below = 0.7, then = \"repair\" }]: the first that holds is taken";
        return node.expected("a list of conditions", Some(String::from(help)));
    }
    let all: Vec<Option<When<'d>>> =
        node.list()?.into_iter().map(|item| read_condition(item, own, steps)).collect();
    all.into_iter().collect()
}

fn read_condition<'d>(node: Node<'d>, own: &str, steps: &Names) -> Option<When<'d>> {
    let mut table = node.table()?;
    let step = match table.node("step") {
        Some(node) => steps.resolve(&node, node.text()?),
        None => steps.find(own),
    };
    let test = read_test(&mut table);
    let then = table.need_node("then");
    table.finish();
    let then = then?;
    let to = match then.text()? {
        END => None,
        name => Some(steps.resolve(&then, name)?),
    };
    Some(When { step: step?, test: test?, to, node })
}

/// The one thing that a condition asks.
fn read_test(table: &mut Table<'_>) -> Option<Test> {
    let keys = ["failed", "score_below", "score_from"];
    let written = keys.map(|key| table.has(key)).into_iter().filter(|written| *written).count();
    let below: Option<f64> = table.maybe("score_below");
    let from: Option<f64> = table.maybe("score_from");
    let failed: Option<bool> = table.maybe("failed");
    if written != 1 {
        let (what, label) = match written {
            0 => ("asks nothing", "when does it hold?"),
            _ => ("asks several things", "one condition, one question"),
        };
        table.mistake(
            format!("`{}` {what}", table.as_node().path()),
            label,
            String::from("write one of `failed`, `score_below` and `score_from`"),
        );
        return None;
    }
    let failed = failed.map(|failed| if failed { Test::Failed } else { Test::Done });
    failed.or(below.map(Test::ScoreBelow)).or(from.map(Test::ScoreFrom))
}
