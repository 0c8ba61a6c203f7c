//! The graph of a workflow's steps: what comes first, what follows what, and that it ends.
//!
//! Rules. Without any `then`, `after` and `first` the steps run in the order in which they are
//! written. First are the steps that nobody's `then` names and that have no `after`, unless `first`
//! says otherwise. Every step can be reached. Every cycle is bounded: `cycles`. A join waits for
//! steps that are done exactly once per task: `certainty`.

mod certainty;
mod cycles;

use super::links::{Failing, Links};
use super::turns;
use crate::base::read::{Node, Show};
use crate::scenario::meaning::Test;

/// One arm of a branch.
#[derive(Clone)]
pub(super) struct Arm<'d> {
    /// The next step; `None`: the path ends.
    pub to: Option<usize>,
    pub chance: f64,
    pub node: Node<'d>,
}

/// The place of a step in a graph that has been checked.
pub(super) struct Linked {
    pub at_most: Option<u16>,
    pub conditions: Vec<(usize, Test, Option<usize>)>,
    pub branch: Vec<(Option<usize>, f64)>,
    pub joins: Vec<usize>,
    pub join_of: u32,
    pub join_needs: u32,
    pub gives_up_rest: bool,
    pub on_failure: Option<Failing>,
    pub compensation: Option<usize>,
}

/// A graph that has been checked.
pub(super) struct Graph {
    pub first: Vec<usize>,
    pub steps: Vec<Linked>,
}

impl Graph {
    /// Whether tasks have to remember visits, joins or parallel steps.
    pub fn remembers(&self) -> bool {
        let fork = |step: &Linked| step.joins.len() + usize::from(!step.branch.is_empty()) > 1;
        let step = |step: &Linked| step.join_of > 1 || step.at_most.is_some() || fork(step);
        let recalls = |step: &Linked| !step.conditions.is_empty() || step.compensation.is_some();
        self.first.len() > 1 || self.steps.iter().any(|it| step(it) || recalls(it))
    }

    /// The steps that a join gives up when it has enough of the others.
    pub fn given_up(&self) -> Vec<usize> {
        let gives_up = |join: &usize| self.steps[*join].gives_up_rest;
        (0..self.steps.len()).filter(|step| self.steps[*step].joins.iter().any(gives_up)).collect()
    }
}

/// The graph, or `None` if something is wrong with it, which has been reported.
pub(super) fn resolve(
    workflow: &Node<'_>,
    links: Vec<Links<'_>>,
    first: Option<Vec<usize>>,
) -> Option<Graph> {
    let draft = Draft::new(links);
    let joined = draft.check_joins() && turns::check(&draft.links, first.as_deref());
    let ends = draft.check_cycles();
    (joined && ends).then_some(())?;
    let first = draft.first(workflow, first)?;
    let good = draft.check_reach(&first) && draft.check_certainty(&first);
    good.then(|| draft.finish(first))
}

/// Steps that say nothing of their order run as they are written, but for those that others turn
/// to.
pub(super) fn put_in_order(mut links: Vec<&mut Links<'_>>) {
    let says = |step: &&mut Links<'_>| {
        step.then.is_some() || step.after.is_some() || !step.conditions.is_empty()
    };
    if links.iter().any(says) {
        return;
    }
    let turned_to = |step: &usize| links.iter().any(|from| from.turns_to().any(|to| to == *step));
    let mut order: Vec<usize> = (0..links.len()).filter(|step| !turned_to(step)).collect();
    order.sort_by_key(|step| links[*step].node.key_place().start);
    for pair in order.windows(2) {
        let next = links[pair[1]].own_name.to_owned();
        let step = &mut links[pair[0]];
        step.arms = vec![Arm { to: Some(pair[1]), chance: 1.0, node: step.node.clone() }];
        step.node.context().fill(step.node.steps().key("then"), next.show());
    }
}

/// A graph that is being checked.
struct Draft<'d> {
    links: Vec<Links<'d>>,
    /// For each step, the joins that wait for it.
    joins: Vec<Vec<usize>>,
}

impl<'d> Draft<'d> {
    fn new(links: Vec<Links<'d>>) -> Self {
        let mut joins = vec![Vec::new(); links.len()];
        for (join, step) in links.iter().enumerate() {
            for before in &step.waits {
                joins[*before].push(join);
            }
        }
        Draft { links, joins }
    }

    /// The steps that may follow a step.
    fn after(&self, step: usize) -> impl Iterator<Item = usize> {
        let links = &self.links[step];
        let arms = links.arms.iter().filter_map(|arm| arm.to);
        let conditions = links.conditions.iter().filter_map(|when| when.to);
        let joins = self.joins[step].iter().copied();
        conditions.chain(arms).chain(joins).chain(links.escalates_to())
    }

    /// The arms that lead to a step.
    fn arms_to(&self, step: usize) -> impl Iterator<Item = (&Links<'d>, &Arm<'d>)> {
        let arms = self.links.iter().flat_map(|from| from.arms.iter().map(move |arm| (from, arm)));
        arms.filter(move |(_, arm)| arm.to == Some(step))
    }

    /// A step comes after others, or others name it: not both.
    fn check_joins(&self) -> bool {
        let mut good = true;
        for (index, step) in self.links.iter().enumerate() {
            let Some(after) = &step.after else { continue };
            if let Some((from, _)) = self.arms_to(index).next() {
                after.mistake(
                    format!(
                        "`{}` has `after`, and `{}` names it in its `then`",
                        step.name, from.name
                    ),
                    "two ways to come here",
                    format!("keep one of them: the `then` of `{}`, or this `after`", from.name),
                );
                good = false;
            }
        }
        good
    }

    /// The steps that are ready when a task comes.
    fn first(&self, workflow: &Node<'_>, written: Option<Vec<usize>>) -> Option<Vec<usize>> {
        if let Some(first) = written {
            for step in &first {
                if let Some(after) = &self.links[*step].after {
                    after.mistake(
                        format!(
                            "`{}` is one of the `first` steps and has `after`",
                            self.links[*step].name
                        ),
                        "is it first, or after others?",
                        String::from("remove one of the two"),
                    );
                    return None;
                }
            }
            return Some(first);
        }
        let is_first = |step: &usize| {
            let others = || self.links.iter().filter(|from| from.name != self.links[*step].name);
            self.links[*step].after.is_none()
                && self.arms_to(*step).next().is_none()
                && !others().any(|from| from.turns_to().any(|to| to == *step))
        };
        let first: Vec<usize> = (0..self.links.len()).filter(is_first).collect();
        let names: Vec<String> = first.iter().map(|step| self.links[*step].name.clone()).collect();
        let filled = match names.as_slice() {
            [] => {
                workflow.mistake(
                    format!("no step of `{}` comes first: each follows another", workflow.path()),
                    "where does a task begin?",
                    format!(
                        "write first = {} in `[{}]`, for example",
                        self.earliest().show(),
                        workflow.path()
                    ),
                );
                return None;
            }
            [only] => only.show(),
            several => several.to_vec().show(),
        };
        // A step of a called workflow has no name here.
        if first.iter().all(|step| self.links[*step].name == self.links[*step].own_name) {
            workflow.context().fill(workflow.steps().key("first"), filled);
        }
        Some(first)
    }

    /// The name of the step that is written first.
    fn earliest(&self) -> String {
        let step = self.links.iter().min_by_key(|step| step.node.key_place().start);
        step.map_or(String::new(), |step| step.name.clone())
    }

    fn check_reach(&self, first: &[usize]) -> bool {
        let mut reached = vec![false; self.links.len()];
        let mut to_do = first.to_vec();
        while let Some(step) = to_do.pop() {
            if !std::mem::replace(&mut reached[step], true) {
                to_do.extend(self.after(step));
                to_do.extend(self.links[step].undone_by());
            }
        }
        for (step, _) in self.links.iter().zip(&reached).filter(|(_, reached)| !**reached) {
            step.node.mistake(
                format!("no task can reach the step `{}`", step.name),
                "nothing leads here from the first step",
                String::from("name it in the `then` of another step, or remove it"),
            );
        }
        !reached.contains(&false)
    }

    fn finish(self, first: Vec<usize>) -> Graph {
        let steps = self.links.into_iter().zip(self.joins).map(|(step, joins)| {
            let arms = step.arms.iter().filter(|arm| arm.chance > 0.0);
            let branch: Vec<(Option<usize>, f64)> = arms.map(|arm| (arm.to, arm.chance)).collect();
            // A branch of which every arm ends is no branch.
            let ends = branch.iter().all(|(to, _)| to.is_none());
            Linked {
                at_most: step.at_most,
                conditions: step.conditions.iter().map(|w| (w.step, w.test, w.to)).collect(),
                branch: if ends { Vec::new() } else { branch },
                joins,
                join_of: step.waits.len() as u32,
                join_needs: step.needs,
                gives_up_rest: step.gives_up_rest,
                on_failure: step.on_failure.as_ref().map(|(to, _)| *to),
                compensation: step.compensation.as_ref().map(|(step, _)| *step),
            }
        });
        Graph { first, steps: steps.collect() }
    }
}
