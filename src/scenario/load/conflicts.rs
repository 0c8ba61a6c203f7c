//! The conflicts: which steps, workflows and resources are meant.
//!
//! A declared pair is of steps or of workflows, and some tasks of both must be about the same kind
//! of thing. A step of a pair takes care of itself, like one that holds resources.

use super::names::{Names, Section};
use super::top::above_zero;
use crate::base::id::{StepId, WorkflowId};
use crate::base::read::{Mistake, Node, Placed, Read, Table};
use crate::base::time::Span;
use crate::mechanism::conflict::Spec;
use crate::mechanism::conflict::detect::{Pair, Rules};
use crate::scenario::meaning::{Conflicts, Step, Workflow, Workload};

/// How often what waits is checked, unless it is said.
const CHECK: Span = Span::from_secs(10);

/// The conflicts as they are written.
pub(super) struct Written<'d> {
    rows: Vec<(String, Node<'d>, Option<Spec>)>,
    check: Option<Option<Span>>,
    whole: bool,
}

/// What conflicts refer to.
pub(super) struct Actions<'a> {
    workloads: &'a [Workload],
    workflows: &'a mut [Workflow],
    steps: &'a mut [Step],
    resources: &'a Names,
}

impl<'a> Actions<'a> {
    pub fn new(
        workloads: &'a [Workload],
        workflows: &'a mut [Workflow],
        steps: &'a mut [Step],
        resources: &'a Names,
    ) -> Self {
        Actions { workloads, workflows, steps, resources }
    }
}

impl<'d> Written<'d> {
    pub fn read(table: &mut Table<'d>) -> Self {
        let section = Section::maybe(table, "conflicts", "conflict");
        let rows: Vec<(String, Node<'d>, Option<Spec>)> = section
            .iter()
            .map(|(name, node)| (name.to_owned(), node.clone(), Spec::read(node)))
            .collect();
        let check = match table.node("conflict_check") {
            Some(node) if section.names.whole && rows.is_empty() => {
                node.mistake(
                    "`conflict_check` says how often conflicts are looked for, and none are named",
                    "has no effect here",
                    String::from("write `[conflicts.NAME]`, or remove this"),
                );
                None
            }
            Some(_) => above_zero(table, "conflict_check").map(Some),
            None if rows.is_empty() => Some(None),
            None => Some(Some(table.or("conflict_check", CHECK))),
        };
        Written { rows, check, whole: section.names.whole }
    }

    /// The conflicts as meant; the steps and workflows in them are told that they are.
    pub fn resolve(self, actions: &mut Actions<'_>) -> Option<Conflicts> {
        let steps = actions.steps.len() as u32;
        let mut conflicts = Conflicts { steps, ..Conflicts::default() };
        let mut good = self.whole;
        for (name, node, spec) in self.rows {
            let row = spec.and_then(|spec| add(&mut conflicts.rules, spec, &node, actions));
            match row {
                Some(true) => conflicts.names.push(name),
                Some(false) => {}
                None => good = false,
            }
        }
        conflicts.check = self.check?;
        good.then_some(conflicts)
    }
}

/// Adds a declaration to the rules, and tells whether it is a pair.
fn add(rules: &mut Rules, spec: Spec, node: &Node<'_>, actions: &mut Actions<'_>) -> Option<bool> {
    match spec {
        Spec::Resource { resource, loser } => {
            let Some(index) = actions.resources.find(&resource.value) else {
                let names = actions.resources.all.iter().map(String::as_str);
                let what = actions.resources.what;
                let mistake = Mistake::unknown(resource.place, what, &resource.value, names);
                return report(node, mistake);
            };
            if rules.losers.insert(index as u32, loser).is_some() {
                return report(
                    node,
                    Mistake {
                        place: resource.place,
                        message: format!(
                            "`{}`: what becomes of who loses `{}` is declared twice",
                            node.path(),
                            resource.value
                        ),
                        label: String::from("a second time"),
                        help: Some(String::from("remove one of the declarations")),
                        inside: None,
                    },
                );
            }
            Some(false)
        }
        Spec::Pair { names, ordered, rule } => {
            let found = names.each_ref().map(|name| find(name, node, actions));
            let [Some(first), Some(second)] = found else { return None };
            check_pair([first, second], ordered, &names, node, actions)?;
            for action in [first, second] {
                match action {
                    Action::Step(step) => {
                        let step = &mut actions.steps[step.index()];
                        step.acts = true;
                        step.care.get_or_insert_default();
                        actions.workflows[step.workflow.index()].remembers = true;
                    }
                    Action::Workflow(workflow) => {
                        let workflow = &mut actions.workflows[workflow.index()];
                        (workflow.acts, workflow.remembers) = (true, true);
                    }
                }
            }
            let steps = actions.steps.len() as u32;
            let number = |action| match action {
                Action::Step(step) => step.0,
                Action::Workflow(workflow) => steps + workflow.0,
            };
            rules.pairs.push(Pair { names: [first, second].map(number), ordered, rule });
            Some(true)
        }
    }
}

/// What a name of a pair means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    Step(StepId),
    Workflow(WorkflowId),
}

fn report<T>(node: &Node<'_>, mistake: Mistake) -> Option<T> {
    node.context().report(mistake);
    None
}

/// The step or workflow of this name; a step's may have its workflow's before it.
fn find(name: &Placed<String>, node: &Node<'_>, actions: &Actions<'_>) -> Option<Action> {
    let full = |step: &Step| {
        let own = step.name.rsplit('.').next().unwrap_or(&step.name);
        format!("{}.{own}", actions.workflows[step.workflow.index()].name)
    };
    let step = actions.steps.iter().position(|it| it.name == name.value || full(it) == name.value);
    let workflow = actions.workflows.iter().position(|it| it.name == name.value);
    match (step, workflow) {
        (Some(step), None) => Some(Action::Step(StepId::new(step))),
        (None, Some(workflow)) => Some(Action::Workflow(WorkflowId::new(workflow))),
        (Some(step), Some(_)) => report(
            node,
            Mistake {
                place: name.place.clone(),
                message: format!("`{}` is a step and a workflow", name.value),
                label: String::from("which of them?"),
                help: Some(format!(
                    "write \"{}\" for the step, or rename the workflow",
                    full(&actions.steps[step])
                )),
                inside: None,
            },
        ),
        (None, None) => {
            let steps = actions.steps.iter().map(|step| step.name.as_str());
            let all = steps.chain(actions.workflows.iter().map(|it| it.name.as_str()));
            let place = name.place.clone();
            report(node, Mistake::unknown(place, "step or workflow", &name.value, all))
        }
    }
}

/// Both are steps, or both workflows that need not be in order; and they can meet.
fn check_pair(
    pair: [Action; 2],
    ordered: bool,
    names: &[Placed<String>; 2],
    node: &Node<'_>,
    actions: &Actions<'_>,
) -> Option<()> {
    let mistake = |message: &str, label: &str, help: &str| Mistake {
        place: names[1].place.clone(),
        message: format!("`{}`: {message}", node.path()),
        label: label.to_owned(),
        help: Some(help.to_owned()),
        inside: None,
    };
    let workflows = pair.map(|action| match action {
        Action::Step(step) => (actions.steps[step.index()].workflow, false),
        Action::Workflow(workflow) => (workflow, true),
    });
    if workflows[0].1 != workflows[1].1 {
        let (label, help) = ("not of one sort", "name two steps, or two workflows");
        return report(node, mistake("a step cannot conflict with a workflow", label, help));
    }
    if ordered && workflows[0].1 {
        return report(
            node,
            mistake(
                "a workflow in progress cannot stand aside for another",
                "an order is of steps",
                "name two steps, or write `between` for who came first",
            ),
        );
    }
    let kinds = workflows.map(|(workflow, _)| {
        let of = actions.workloads.iter().filter(move |load| load.workflow == workflow);
        of.filter_map(|load| load.entities.map(|it| it.kind)).collect::<Vec<u32>>()
    });
    if !kinds[0].iter().any(|kind| kinds[1].contains(kind)) {
        return report(
            node,
            mistake(
                "no two tasks of these are ever about the same thing",
                "they never meet",
                "let their workloads say what they are about: entities = { order = 500 }",
            ),
        );
    }
    Some(())
}
