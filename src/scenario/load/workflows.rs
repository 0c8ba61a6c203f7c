//! The workflows: their steps as written, and the tables of steps and workflows made of them.
//!
//! Steps are numbered by workflow, then by name. A step's random draws are keyed by the hash of
//! `workflow.step`, so that neither order nor other steps matter.

use super::calls::{Assembled, Assembly};
use super::care;
use super::classes::Classes;
use super::conduct::read_partial;
use super::graph::{self, Graph};
use super::links::{self, END, Failing, Links};
use super::names::{Names, Section, name_list};
use super::offer::Match;
use super::pools::Pools;
use super::queues::Queues;
use super::resources::{Held, Resources};
use super::skills::{self, Server};
use super::workloads::{Workloads, known_key};
use crate::base::dist::Dist;
use crate::base::id::{ResourceId, StepId, WorkflowId};
use crate::base::random::stable_hash;
use crate::base::read::{Mistake, Node, Read, Table, list_of};
use crate::scenario::meaning::{
    Care, Condition, Holding, Next, OnFailure, Step, Test, Work, Workflow,
};

/// What steps refer to.
pub(super) struct Ground<'a, 'd> {
    pub classes: &'a Classes,
    pub workloads: &'a Workloads,
    pub pools: &'a Pools,
    pub queues: &'a Queues<'d>,
    pub resources: &'a Resources,
}

/// The workflows and all steps; `None` if something is wrong with any of them.
pub(super) type Tables = (Vec<Workflow>, Vec<Step>);

pub(super) fn read(section: &Section<'_>, ground: &Ground<'_, '_>) -> Option<Tables> {
    let mut workflows = Vec::new();
    let mut steps = Vec::new();
    let mut good = section.names.whole;
    for (index, node) in section.parts.iter().enumerate() {
        match read_workflow(ground, section, index, node, steps.len()) {
            Some((workflow, own)) => {
                workflows.push(workflow);
                steps.extend(own);
            }
            None => good = false,
        }
    }
    if !good {
        return None;
    }
    name_steps(&workflows, &mut steps);
    Some((workflows, steps))
}

/// Where two workflows have a step of the same name, the workflow's is put before it.
fn name_steps(workflows: &[Workflow], steps: &mut [Step]) {
    let mut names: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    names.sort_unstable();
    for step in steps {
        let first = names.partition_point(|name| *name < step.name);
        if names.get(first + 1) == Some(&step.name) {
            step.name = format!("{}.{}", workflows[step.workflow.index()].name, step.name);
        }
    }
}

fn read_workflow<'d>(
    ground: &Ground<'_, 'd>,
    section: &Section<'d>,
    index: usize,
    node: &Node<'d>,
    first_step: usize,
) -> Option<(Workflow, Vec<Step>)> {
    let name = &section.names.all[index];
    let within = vec![name.clone()];
    let mut assembly = Assembly { ground, workflows: section, of: index, within };
    let Assembled { links, bodies, first, holds } = assembly.read(node, "")?;
    let graph = graph::resolve(node, links, first)?;
    let mut bodies: Vec<Body> = bodies.into_iter().collect::<Option<_>>()?;
    for given_up in graph.given_up() {
        bodies[given_up].care.get_or_insert_default();
    }
    let watches = |body: &Body| {
        let queue = ground.queues.rows[body.server.queue.index()].as_ref();
        let looks_back = queue.is_some_and(|queue| queue.dispatch.reads_previous());
        let asks = body.care.is_some() || !body.returns.is_empty();
        asks || body.score.is_some() || looks_back
    };
    let remembers = graph.remembers() || holds.is_some() || bodies.iter().any(watches);
    let workflow = Workflow {
        name: name.clone(),
        first: graph.first.iter().map(|step| StepId::new(first_step + step)).collect(),
        first_step: StepId::new(first_step),
        steps: bodies.len(),
        remembers,
        compensates: graph.steps.iter().any(|step| step.compensation.is_some()),
        holds: holds.map(|held| held.holding),
        acts: false,
    };
    let step = |(own, body)| make_step(&workflow, WorkflowId::new(index), &graph, own, body);
    let steps = bodies.into_iter().enumerate().map(step).collect();
    Some((workflow, steps))
}

/// What a step says about itself, without what comes before and after.
pub(super) struct Body {
    name: String,
    needs: Vec<String>,
    work: Work,
    server: Server,
    critical: bool,
    reneging: bool,
    care: Option<Box<Care>>,
    score: Option<Dist>,
    holds: Option<Box<Holding>>,
    returns: Vec<ResourceId>,
}

fn make_step(workflow: &Workflow, id: WorkflowId, graph: &Graph, own: usize, body: Body) -> Step {
    let global = |step: usize| StepId::new(workflow.first_step.index() + step);
    let arm = |(step, p): &(Option<usize>, f64)| (step.map(global), *p);
    let condition = |(step, test, to): &(usize, Test, Option<usize>)| Condition {
        step: global(*step),
        test: *test,
        to: to.map(global),
    };
    Step {
        id: global(own),
        number: own,
        key: stable_hash(&format!("{}.{}", workflow.name, body.name)) as u32,
        name: body.name,
        workflow: id,
        queue: body.server.queue,
        queue_by_class: body.server.by_class,
        work: body.work,
        needs: body.needs,
        partial: body.server.skills.iter().any(|skill| skill.share < 1.0),
        pools: body.server.skills,
        critical: body.critical,
        reneging: body.reneging,
        at_most: graph.steps[own].at_most,
        next: Next {
            conditions: graph.steps[own].conditions.iter().map(condition).collect(),
            branch: graph.steps[own].branch.iter().map(arm).collect(),
            joins: graph.steps[own].joins.iter().map(|step| global(*step)).collect(),
        },
        join_of: graph.steps[own].join_of,
        join_needs: graph.steps[own].join_needs,
        gives_up_rest: graph.steps[own].gives_up_rest,
        care: body.care,
        score: body.score,
        on_failure: match graph.steps[own].on_failure {
            Some(Failing::To(step)) => OnFailure::Escalate(global(step)),
            Some(Failing::DeadLetter) => OnFailure::DeadLetter,
            None => OnFailure::Fail,
        },
        compensation: graph.steps[own].compensation.map(global),
        holds: body.holds,
        acts: false,
        returns: body.returns,
    }
}

pub(super) struct StepRead<'d> {
    pub body: Option<Body>,
    pub links: Option<Links<'d>>,
}

/// A step, by its full and its written name.
pub(super) fn read_step<'d>(
    ground: &Ground<'_, '_>,
    workflow: usize,
    [full, name]: [&str; 2],
    node: &Node<'d>,
    steps: &Names,
    outer: Option<&Held>,
) -> StepRead<'d> {
    if name == END {
        node.context().report(Mistake {
            place: node.key_place(),
            message: format!("a step cannot be called `{END}`"),
            label: String::from("reserved: `then = \"end\"` ends the path"),
            help: Some(String::from("give it another name")),
            inside: None,
        });
    }
    let Some(mut table) = node.table() else { return StepRead { body: None, links: None } };
    let needs = read_needs(&mut table);
    let work = table.need_node("work").and_then(|node| read_work(ground, workflow, &node));
    let asked = read_match(&mut table);
    // What was wrong has been reported; the widest match causes no mistake of its own.
    let widest = asked.unwrap_or(Match::Partly(None));
    let server = skills::find(&mut table, name, workflow, needs.as_deref(), widest, ground);
    let critical = table.or("critical", true);
    let reneging = table.or("reneging", true);
    let care = care::read(&mut table);
    let score = table.optional("score", Dist::read);
    let holds = ground.resources.holding(&mut table, outer);
    let returns = ground.resources.returns(&mut table);
    let links = links::read(&mut table, full, name, steps);
    table.finish();
    let body = || {
        asked?;
        let holds = holds?.map(|held| held.holding);
        let mut care = care?;
        if holds.is_some() {
            care.get_or_insert_default();
        }
        let needs = needs?.iter().map(|(need, _)| (*need).to_owned()).collect();
        Some(Body {
            name: full.to_owned(),
            needs,
            work: work?,
            server: server?,
            critical,
            reneging,
            care,
            score: score?,
            holds,
            returns: returns?,
        })
    };
    StepRead { body: body(), links }
}

/// Whether the step asks for agents that offer all that it needs.
fn read_match(table: &mut Table<'_>) -> Option<Match> {
    let all = table.or("require_all", true);
    let partial = read_partial(table)?;
    match table.node("partial") {
        Some(node) if all => {
            node.mistake(
                format!("`{}` is about a partial match, and there is none", node.path()),
                "has no effect here",
                String::from("write require_all = false in this step, or remove this"),
            );
            None
        }
        _ => Some(if all { Match::Whole } else { Match::Partly(partial) }),
    }
}

type Needs<'d> = Vec<(&'d str, Node<'d>)>;

fn read_needs<'d>(table: &mut Table<'d>) -> Option<Needs<'d>> {
    match table.node("needs") {
        Some(node) => name_list(&node),
        None => {
            let node = table.as_node();
            node.context().fill(node.steps().key("needs"), String::from("[]"));
            Some(Vec::new())
        }
    }
}

/// A distribution, or `{ by_class = { gold = ..., regular = ... } }`.
fn read_work(ground: &Ground<'_, '_>, workflow: usize, node: &Node<'_>) -> Option<Work> {
    if !node.is_table() || !node.table()?.has("by_class") {
        return Dist::read(node).map(Work::Same);
    }
    let mut table = node.table()?;
    let by_class = table.node("by_class")?;
    table.finish();
    let names = &ground.classes.names;
    let mut dists: Vec<Option<Dist>> = vec![None; names.all.len()];
    let mut good = names.whole;
    for (name, work) in by_class.table()?.entries() {
        match (known_key(names, name, &work), Dist::read(&work)) {
            (Some(class), Some(dist)) => dists[class] = Some(dist),
            _ => good = false,
        }
    }
    if !good {
        return None;
    }
    let reached = |class: &usize| ground.workloads.reach[workflow][*class];
    let missing: Vec<&str> = (0..dists.len())
        .filter(|class| reached(class) && dists[*class].is_none())
        .map(|class| names.all[class].as_str())
        .collect();
    if !missing.is_empty() {
        by_class.mistake(
            format!("`{}`: no work for {}", by_class.path(), list_of(&missing)),
            "tasks of these classes come here",
            format!("add {} = \"30s\", for example", missing[0]),
        );
        return None;
    }
    // What no task will ever ask for.
    let none = Dist::constant(0.0).expect("zero is a constant");
    Some(Work::ByClass(dists.into_iter().map(|dist| dist.unwrap_or(none.clone())).collect()))
}

/// Every step has draws of its own.
pub(super) fn check_keys(root: &Node<'_>, workflows: &[Workflow], steps: &[Step]) {
    let name = |step: &Step| format!("{}.{}", workflows[step.workflow.index()].name, step.name);
    let mut keys: Vec<(u32, &Step)> = steps.iter().map(|step| (step.key, step)).collect();
    keys.sort_by_key(|(key, _)| *key);
    for pair in keys.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        root.mistake(
            format!(
                "the steps `{}` and `{}` would share their random draws",
                name(pair[0].1),
                name(pair[1].1)
            ),
            "by an unlucky chance, their names have one hash",
            String::from("rename one of them"),
        );
    }
}
