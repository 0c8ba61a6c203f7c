//! The graph of a workflow's steps: what comes first, what follows what, and that it ends.
//!
//! Rules. Without any `then`, `after` and `first` the steps run in the order in which they are
//! written. First are the steps that nobody's `then` names and that have no `after`, unless `first`
//! says otherwise. Every cycle passes a step with `at_most`. Every step can be reached. A join
//! waits for steps that are done exactly once per task: with the chances of the branches, the
//! expected number of visits is one (within 1e-9; a repeat counts as if it was not bounded).

use super::links::{Failing, Links};
use super::turns;
use super::workloads::ROUNDING;
use crate::base::read::{Node, Show, list_of};
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

    /// Every cycle passes a step with `at_most`.
    fn check_cycles(&self) -> bool {
        let mut open: Vec<bool> = self.links.iter().map(|step| step.at_most.is_none()).collect();
        let mut good = true;
        while let Some(cycle) = self.cycle(&open) {
            good = false;
            self.report_cycle(&cycle);
            for step in cycle {
                open[step] = false;
            }
        }
        good
    }

    /// A cycle of open steps, beginning with the one that is written first.
    fn cycle(&self, open: &[bool]) -> Option<Vec<usize>> {
        // What leads to no open step is on no cycle; when all that is gone, what is left always has
        // a step to go on to.
        let mut left = open.to_vec();
        let next = |left: &[bool], step: usize| self.after(step).find(|next| left[*next]);
        loop {
            let dead = |step: &usize| left[*step] && next(&left, *step).is_none();
            let Some(step) = (0..left.len()).find(dead) else { break };
            left[step] = false;
        }
        let mut path = vec![left.iter().position(|left| *left)?];
        let begin = loop {
            let last = path[path.len() - 1];
            let step = next(&left, last).expect("a step to go on to is left");
            if let Some(begin) = path.iter().position(|earlier| *earlier == step) {
                break begin;
            }
            path.push(step);
        };
        let mut cycle = path.split_off(begin);
        let written = |step: &usize| self.links[*step].node.key_place().start;
        let earliest = (0..cycle.len()).min_by_key(|i| written(&cycle[*i]))?;
        cycle.rotate_left(earliest);
        Some(cycle)
    }

    fn report_cycle(&self, cycle: &[usize]) {
        let (first, last) = (cycle[0], cycle[cycle.len() - 1]);
        let names: Vec<&str> =
            cycle.iter().chain([&first]).map(|step| self.links[*step].name.as_str()).collect();
        let (last, first) = (&self.links[last], (first, &self.links[first]));
        let arm = last.arms.iter().find(|arm| arm.to == Some(first.0)).map(|arm| &arm.node);
        let turn = || last.turn_to(first.0).or(first.1.after.as_ref());
        let node = arm.or_else(turn).unwrap_or(&first.1.node);
        node.mistake(
            format!("these steps follow each other for ever: {}", names.join(" -> ")),
            "the cycle closes here",
            String::from(
                "bound the repeats: write at_most = 3, for example, in one of these steps",
            ),
        );
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

    /// Joins wait only for what is done exactly once.
    fn check_certainty(&self, first: &[usize]) -> bool {
        if self.links.iter().all(|step| step.waits.is_empty()) {
            return true;
        }
        let visits = self.visits(first);
        let mut good = true;
        for join in &self.links {
            let uncertain = |step: &usize| (visits[*step] - 1.0).abs() > ROUNDING;
            let steps: Vec<usize> = join.waits.iter().copied().filter(uncertain).collect();
            if let Some(after) = join.after.as_ref().filter(|_| !steps.is_empty()) {
                self.report_uncertain(join, after, &steps, visits[steps[0]]);
                good = false;
            }
        }
        good
    }

    /// A join waits for `steps`; the first of them is done `visits` times on average.
    fn report_uncertain(&self, join: &Links<'_>, after: &Node<'_>, steps: &[usize], visits: f64) {
        let names: Vec<&str> = steps.iter().map(|step| self.links[*step].name.as_str()).collect();
        let (may, label) = match visits < 1.0 {
            true => ("may be skipped", "may wait in vain"),
            false => ("may be done more than once", "after which time?"),
        };
        let visits = (visits * 1e3).round() / 1e3;
        let each = if names.len() == 1 { "there" } else { "in each of them" };
        after.mistake(
            format!(
                "`{}` waits for `{}`, which {may}: it is done {visits} times per task on average",
                join.name, names[0]
            ),
            label,
            format!(
                "`after` is for steps that are done exactly once; to go on from {}, write \
                     then = {} {each} instead",
                list_of(&names),
                join.name.show()
            ),
        );
    }

    /// The expected number of visits to each step: tokens are pushed along until none is left. A
    /// join follows the first of those that it waits for, as if the others were certain.
    fn visits(&self, first: &[usize]) -> Vec<f64> {
        const ROUNDS: usize = 100_000;
        let mut visits = vec![0.0; self.links.len()];
        let mut tokens = visits.clone();
        for step in first {
            tokens[*step] += 1.0;
        }
        for _ in 0..ROUNDS {
            let mut next = vec![0.0; tokens.len()];
            for (step, token) in tokens.iter().enumerate().filter(|(_, token)| **token > 0.0) {
                visits[step] += token;
                // Nobody knows how often a condition holds: half of the time shows what depends
                // on it.
                let mut token = *token;
                for to in self.links[step].uncertain() {
                    token /= 2.0;
                    if let Some(to) = to {
                        next[to] += token;
                    }
                }
                for arm in &self.links[step].arms {
                    if let Some(to) = arm.to {
                        next[to] += token * arm.chance;
                    }
                }
                for join in self.joins[step].iter().filter(|j| self.links[**j].waits[0] == step) {
                    next[*join] += token;
                }
            }
            tokens = next;
            if tokens.iter().sum::<f64>() < ROUNDING * ROUNDING {
                break;
            }
        }
        visits
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
