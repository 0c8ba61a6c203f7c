//! Loading: the text of a scenario becomes a [`Scenario`] that cannot be wrong, or the list of all
//! its mistakes.
//!
//! The sections are read in the order in which they refer to each other: the top, classes,
//! workloads, queues and pools, workflows; then what only the whole can tell (runs that never end).
//! Each section has a file. Invariants: an unreadable part hides no mistake in another part and
//! causes none there; no text makes loading panic; the order of the tables in the file does not
//! matter, but for the steps of a workflow that says nothing of their order.

mod bounds;
mod calls;
mod care;
mod classes;
mod conduct;
mod conflicts;
mod control;
mod faults;
mod graph;
mod links;
mod names;
mod offer;
mod pools;
mod queues;
mod resources;
mod roster;
mod routes;
mod rules;
mod skills;
#[cfg(test)]
mod tests;
mod top;
mod turns;
mod workflows;
mod workloads;

use crate::base::read::{Context, Document, Files, Filled, Mistake, Node, Table};
use crate::base::time::Time;
use crate::scenario::meaning::Scenario;
use bounds::Parts;
use classes::Classes;
use conflicts::{Actions, Written};
use control::Control;
use names::Section;
use pools::Pools;
use queues::Queues;
use resources::Resources;
use top::Top;
use workflows::Ground;
use workloads::Workloads;

/// A scenario with what else its text says.
#[derive(Debug)]
pub struct Loaded {
    /// What is simulated.
    pub scenario: Scenario,
    /// The defaults that were filled in, for `check --explain`.
    pub defaults: Vec<Filled>,
    /// The text as it was read; its `sweep` and its objectives, no part of what is simulated, are
    /// read from here.
    pub document: Document,
}

/// Loads the text of a scenario; the files that it refers to are opened through `files`.
///
/// # Errors
/// All mistakes, in the order of their places; at least one.
pub fn load(text: &[u8], files: &dyn Files) -> Result<Loaded, Vec<Mistake>> {
    let document = Document::from_bytes(text).map_err(|mistake| vec![mistake])?;
    if document.text().trim_start_matches('\u{FEFF}').trim().is_empty() {
        return Err(vec![Mistake {
            place: 0..0,
            message: String::from("the scenario is empty"),
            label: String::from("nothing here"),
            help: Some(String::from(
                "it needs at least a `name`, a workload, a workflow and a pool; start from a copy \
                 of a file in `scenarios`",
            )),
            inside: None,
        }]);
    }
    let context = Context::new(files);
    let scenario = read(&document.root(&context));
    let (mistakes, defaults) = context.finish();
    match scenario {
        Some(scenario) if mistakes.is_empty() => Ok(Loaded { scenario, defaults, document }),
        scenario => {
            let told = scenario.is_some() || !mistakes.is_empty();
            assert!(told, "a loader that gives up has reported why");
            Err(mistakes)
        }
    }
}

/// The sections of a document; those that refer to others are not read yet.
struct Sections<'d> {
    top: Top<'d>,
    classes: Classes,
    workloads: Section<'d>,
    workflows: Section<'d>,
    queues: Section<'d>,
    pools: Section<'d>,
    resources: Resources,
    conflicts: Written<'d>,
    control: Control<'d>,
    faults: Section<'d>,
}

impl<'d> Sections<'d> {
    fn read(mut table: Table<'d>) -> Self {
        let classes = table.or_toml("classes", "{ default = {} }");
        let sections = Sections {
            top: Top::read(&mut table),
            classes: classes.unwrap_or_else(Classes::unreadable),
            workloads: Section::need(&mut table, "workloads", "workload"),
            workflows: Section::need(&mut table, "workflows", "workflow"),
            queues: Section::maybe(&mut table, "queues", "queue"),
            pools: Section::need(&mut table, "pools", "pool"),
            resources: Resources::read(Section::maybe(&mut table, "resources", "resource")),
            conflicts: Written::read(&mut table),
            control: Control::read(&mut table),
            faults: Section::maybe(&mut table, "faults", "fault"),
        };
        // Read where the numbers of a run are known.
        for part in ["sweep", "objectives"] {
            table.node(part).map(|node| node.table());
        }
        table.finish();
        sections
    }
}

fn read(root: &Node<'_>) -> Option<Scenario> {
    let sections = Sections::read(root.table()?);
    let (top, classes, resources) = (&sections.top, &sections.classes, &sections.resources);
    let workloads = Workloads::read(&sections.workloads, &sections.workflows.names, classes);
    let mut queues = Queues::read(&sections.queues, &sections.pools, classes);
    let pools = Pools::read(&sections.pools, &mut queues, top.starts_at);
    queues.join(&pools);
    let ground = faults::Ground::new(&sections, top, &pools, &workloads.rows, resources);
    let faults = faults::read(&sections.faults, &ground);
    let ground =
        Ground { classes, workloads: &workloads, pools: &pools, queues: &queues, resources };
    let tables = workflows::read(&sections.workflows, &ground);
    let ends = bounds::check_horizon(top, &sections.workloads, &workloads.rows);
    let control = sections.control.resolve(&sections.pools.names);
    let (mut workflows, mut steps) = tables?;
    workflows::check_keys(root, &workflows, &steps);
    let all_workloads = workloads.rows.into_iter().collect::<Option<Vec<_>>>()?;
    let mut actions = Actions::new(&all_workloads, &mut workflows, &mut steps, &resources.names);
    let conflicts = sections.conflicts.resolve(&mut actions);
    let queues = queues.rows.into_iter().collect::<Option<Vec<_>>>()?;
    let classes = sections.classes.rows.into_iter().collect::<Option<Vec<_>>>()?;
    let pools = pools.rows.into_iter().collect::<Option<Vec<_>>>()?;
    let parts = Parts {
        classes: &classes,
        workflows: &workflows,
        steps: &steps,
        queues: &queues,
        pools: &pools,
    };
    if ends {
        bounds::check_tasks(top, &sections.workloads, &all_workloads, &parts);
    }
    let (conflicts, faults) = (conflicts?, faults?);
    let whole = sections.workloads.names.whole && sections.pools.names.whole && !classes.is_empty();
    whole.then(|| Scenario {
        name: sections.top.name,
        about: sections.top.about,
        seed: sections.top.seed,
        horizon: sections.top.horizon.map_or(Time::MAX, |horizon| Time::ZERO + horizon),
        warm_up: Time::ZERO + sections.top.warm_up,
        drain: sections.top.drain,
        starts_at: sections.top.starts_at,
        grid: sections.top.grid,
        classes,
        workloads: all_workloads,
        workflows,
        steps,
        queues,
        pools,
        resources: sections.resources.into_meaning(),
        conflicts,
        monitor: control.monitor,
        alerts: control.alerts,
        rule_files: control.files,
        samples: false,
        faults,
    })
}
