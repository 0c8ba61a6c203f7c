//! Workflows that call workflows: the steps of the one that is called stand in place of the call.
//!
//! Rule: `steps.check = { workflow = "fraud_check", then = "pay" }`. What leads to the call leads
//! to the first step of the called workflow, and what ends there goes on with the call's `then`.
//! The steps are called `check.NAME`. Invariants: a called workflow begins with one step; none
//! calls itself, not even through others; a join after a call waits for the one step with which the
//! called workflow ends.

use super::graph::{self, Arm};
use super::links::{self, Failing, Links, read_steps_of};
use super::names::Section;
use super::resources::Held;
use super::workflows::{Body, Ground, read_step};
use crate::base::read::Node;

/// The steps of a workflow, with those of the workflows that it calls in their places.
pub(super) struct Assembled<'d> {
    pub links: Vec<Links<'d>>,
    pub bodies: Vec<Option<Body>>,
    /// The steps with which it begins, if it says so.
    pub first: Option<Vec<usize>>,
    /// The resources that its tasks hold.
    pub holds: Option<Held>,
}

/// What is being put together: the workflow whose task it will be, and who calls whom.
pub(super) struct Assembly<'a, 'd> {
    pub ground: &'a Ground<'a, 'd>,
    pub workflows: &'a Section<'d>,
    /// The workflow that a task runs; its classes are the ones that come here.
    pub of: usize,
    /// The workflows that are being put together, the outermost first.
    pub within: Vec<String>,
}

/// A step of one workflow: its own, or those of the workflow that it calls.
enum Part<'d> {
    Step(Links<'d>, Option<Body>),
    Call { links: Links<'d>, node: Node<'d>, called: Assembled<'d> },
}

impl<'d> Assembly<'_, 'd> {
    /// The steps of the workflow written at `node`, under names that begin with `prefix`.
    pub fn read(&mut self, node: &Node<'d>, prefix: &str) -> Option<Assembled<'d>> {
        let mut table = node.table()?;
        let section = Section::need(&mut table, "steps", "step");
        let first = table.node("first").map(|node| read_steps_of(&node, &section.names));
        let holds = self.ground.resources.holding(&mut table, None);
        table.finish();
        let outer = holds.as_ref().and_then(Option::as_ref);
        let parts: Vec<Option<Part<'d>>> = section
            .iter()
            .map(|(name, step)| self.read_part([prefix, name], step, &section, outer))
            .collect();
        let mut parts: Vec<Part<'d>> = parts.into_iter().collect::<Option<_>>()?;
        let first = first.map_or(Some(None), |first| first.map(Some))?;
        if !section.names.whole {
            return None;
        }
        if first.is_none() {
            graph::put_in_order(parts.iter_mut().map(Part::links).collect());
        }
        Some(Assembled { holds: holds?, ..join_parts(parts, first)? })
    }

    fn read_part(
        &mut self,
        [prefix, name]: [&str; 2],
        node: &Node<'d>,
        section: &Section<'d>,
        outer: Option<&Held>,
    ) -> Option<Part<'d>> {
        let full = format!("{prefix}{name}");
        let mut table = node.table()?;
        let Some(callee) = table.node("workflow") else {
            let names = [full.as_str(), name];
            let read = read_step(self.ground, self.of, names, node, &section.names, outer);
            return Some(Part::Step(read.links?, read.body));
        };
        let links = links::read(&mut table, &full, name, &section.names);
        table.finish();
        let links = links.filter(|links| only_its_place(&callee, links));
        let index = self.workflows.names.resolve(&callee, callee.text()?)?;
        let called = self.workflows.names.all[index].clone();
        if let Some(at) = self.within.iter().position(|outer| *outer == called) {
            let mut circle = self.within[at..].to_vec();
            circle.push(called);
            callee.mistake(
                format!("these workflows call each other for ever: {}", circle.join(" -> ")),
                "the circle closes here",
                String::from("repeat a step instead, with `at_most`"),
            );
            return None;
        }
        self.within.push(called);
        let called = self.read(&self.workflows.parts[index].clone(), &format!("{full}."));
        self.within.pop();
        if called.as_ref().is_some_and(|called| called.holds.is_some()) {
            callee.mistake(
                format!("`{}`: the workflow that is called holds resources", callee.path()),
                "a task holds what its own workflow says",
                String::from("let the workflow that calls hold them, or the steps that need them"),
            );
            return None;
        }
        Some(Part::Call { links: links?, node: callee, called: called? })
    }
}

/// A call says what comes before and after it, and nothing else.
fn only_its_place(call: &Node<'_>, links: &Links<'_>) -> bool {
    let plain = links.conditions.is_empty() && links.turns_to().next().is_none();
    if plain && links.at_most.is_none() && links.on_failure.is_none() {
        return true;
    }
    call.mistake(
        format!("`{}`: a step that calls a workflow has only `then` and `after`", call.path()),
        "what else it says belongs to steps",
        String::from("write it in the steps of the workflow that is called, or in a step after it"),
    );
    false
}

impl<'d> Part<'d> {
    fn links(&mut self) -> &mut Links<'d> {
        match self {
            Part::Step(links, _) | Part::Call { links, .. } => links,
        }
    }

    fn len(&self) -> usize {
        match self {
            Part::Step(..) => 1,
            Part::Call { called, .. } => called.links.len(),
        }
    }
}

/// Where a part begins and ends among all steps.
struct Place {
    begin: usize,
    /// The steps after which nothing of the part comes.
    ends: Vec<usize>,
}

/// All steps in one list, each link leading to its step there.
fn join_parts<'d>(parts: Vec<Part<'d>>, first: Option<Vec<usize>>) -> Option<Assembled<'d>> {
    let mut offset = 0;
    let mut places = Vec::new();
    for part in &parts {
        places.push(match part {
            Part::Step(..) => Place { begin: offset, ends: vec![offset] },
            Part::Call { node, called, .. } => Place {
                begin: offset + called.only_first(node)?,
                ends: called.ends().into_iter().map(|end| offset + end).collect(),
            },
        });
        offset += part.len();
    }
    let first = first.map(|first| first.into_iter().map(|part| places[part].begin).collect());
    let mut all = Assembled { links: Vec::new(), bodies: Vec::new(), first, holds: None };
    for (part, place) in parts.into_iter().zip(&places) {
        match part {
            Part::Step(mut links, body) => {
                lead(&mut links, &places)?;
                all.links.push(links);
                all.bodies.push(body);
            }
            Part::Call { mut links, called, .. } => {
                lead(&mut links, &places)?;
                all.take_in(called, links, place);
            }
        }
    }
    Some(all)
}

/// The links of a step among the parts of its workflow lead to steps of the one list.
fn lead(links: &mut Links<'_>, places: &[Place]) -> Option<()> {
    for arm in &mut links.arms {
        arm.to = arm.to.map(|part| places[part].begin);
    }
    for when in &mut links.conditions {
        when.step = *places[when.step].ends.last()?;
        when.to = when.to.map(|part| places[part].begin);
    }
    if let Some((Failing::To(part), _)) = &mut links.on_failure {
        *part = places[*part].begin;
    }
    if let Some((part, _)) = &mut links.compensation {
        *part = places[*part].begin;
    }
    for part in &mut links.waits {
        let [end] = places[*part].ends[..] else {
            let after = links.after.as_ref().expect("a step that waits says for what");
            after.mistake(
                format!("`{}` waits for a workflow that ends in several steps", links.name),
                "after which of them?",
                String::from("let the workflow that is called end with one step"),
            );
            return None;
        };
        *part = end;
    }
    Some(())
}

impl<'d> Assembled<'d> {
    /// The step with which it begins, if there is only one.
    fn only_first(&self, call: &Node<'d>) -> Option<usize> {
        let named = |step: &usize| {
            let arms = |from: &Links<'d>| from.arms.iter().any(|arm| arm.to == Some(*step));
            self.links.iter().any(|from| arms(from) || from.turns_to().any(|to| to == *step))
        };
        let unnamed = || {
            (0..self.links.len()).filter(|step| self.links[*step].waits.is_empty() && !named(step))
        };
        let first = self.first.clone().unwrap_or_else(|| unnamed().collect());
        match first[..] {
            [only] => Some(only),
            _ => {
                call.mistake(
                    format!(
                        "`{}`: the workflow that is called begins with several steps",
                        call.path()
                    ),
                    "where does it begin?",
                    String::from("let it begin with one step, of work = 0 if it only forks"),
                );
                None
            }
        }
    }

    /// The steps after which nothing comes.
    fn ends(&self) -> Vec<usize> {
        let last = |step: &usize| {
            let links = &self.links[*step];
            let waited = self.links.iter().any(|other| other.waits.contains(step));
            let undoes = self.links.iter().any(|other| other.undone_by() == Some(*step));
            links.arms.is_empty() && !waited && !undoes
        };
        (0..self.links.len()).filter(last).collect()
    }

    /// The steps of a called workflow stand where it is called: `call` says what comes before and
    /// after.
    fn take_in(&mut self, called: Assembled<'d>, call: Links<'d>, place: &Place) {
        let offset = self.links.len();
        let shift: Vec<Place> = (0..called.links.len())
            .map(|step| Place { begin: offset + step, ends: vec![offset + step] })
            .collect();
        for mut links in called.links {
            lead(&mut links, &shift).expect("each place is one step");
            let own = self.links.len();
            if place.ends.contains(&own) {
                links.arms = call.arms.clone();
            } else if !call.arms.is_empty() {
                links.arms = links.arms.into_iter().flat_map(|arm| arm.go_on(&call.arms)).collect();
            }
            if own == place.begin {
                (links.waits, links.needs) = (call.waits.clone(), call.needs);
                (links.after, links.gives_up_rest) = (call.after.clone(), call.gives_up_rest);
            }
            self.links.push(links);
        }
        self.bodies.extend(called.bodies);
    }
}

impl<'d> Arm<'d> {
    /// Where an arm that ends goes on when something comes after.
    fn go_on(self, after: &[Arm<'d>]) -> Vec<Arm<'d>> {
        match self.to {
            Some(_) => vec![self],
            None => after
                .iter()
                .map(|next| Arm {
                    to: next.to,
                    chance: self.chance * next.chance,
                    node: self.node.clone(),
                })
                .collect(),
        }
    }
}
