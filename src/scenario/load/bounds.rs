//! Runs that would never end are refused before they begin.
//!
//! Rule: no workload may send more than 10^10 tasks (hours of computing) or, without a limit, more
//! than one in each nanosecond. Expected tasks = rate * horizon, at most the limit. Where the rate
//! is not a constant its highest is taken. The users of a closed loop send at most one task per
//! cycle; a cycle is the mean think time and, if no task can be turned away or give up at once, the
//! mean work of the longest of the first steps.

use super::names::Section;
use super::top::Top;
use crate::base::id::ClassId;
use crate::base::read::{Node, Show, list_of};
use crate::base::time::{NANOS_PER_SECOND, Span};
use crate::mechanism::arrivals::Spec;
use crate::scenario::meaning::{Class, Pool, Queue, Step, Work, Workflow, Workload};

/// The most tasks that one workload may send.
const MOST_TASKS: f64 = 1e10;

/// The parts of the scenario that decide how long a run takes.
pub(super) struct Parts<'a> {
    pub classes: &'a [Class],
    pub workflows: &'a [Workflow],
    pub steps: &'a [Step],
    pub queues: &'a [Queue],
    pub pools: &'a [Pool],
}

/// Without a horizon every workload must end by itself. False if when the run ends is not known.
pub(super) fn check_horizon(
    top: &Top<'_>,
    section: &Section<'_>,
    workloads: &[Option<Workload>],
) -> bool {
    if top.horizon_node.is_some() {
        return top.horizon.is_some();
    }
    let endless = |load: &&Workload| load.limit.is_none() && !load.arrivals.ends();
    let endless: Vec<&str> =
        workloads.iter().flatten().filter(endless).map(|load| load.name.as_str()).collect();
    let Some(index) = endless.first().and_then(|first| section.names.find(first)) else {
        return true;
    };
    section.parts[index].mistake(
        format!("there is no `horizon`, and the tasks of {} never end", list_of(&endless)),
        "would send tasks for ever",
        String::from("write horizon = \"8h\", for example, at the top, or limit = 1000 here"),
    );
    false
}

/// Refuses workloads that send too many tasks.
pub(super) fn check_tasks(
    top: &Top<'_>,
    section: &Section<'_>,
    workloads: &[Workload],
    parts: &Parts<'_>,
) {
    let horizon_s = top.horizon.map_or(f64::INFINITY, Span::seconds);
    for (load, node) in workloads.iter().zip(&section.parts) {
        let rate = highest_rate(load, parts);
        let limit = load.limit.map_or(f64::INFINITY, |limit| limit as f64);
        // A rate of zero for ever is no tasks.
        let tasks = if rate > 0.0 { (rate * horizon_s).min(limit) } else { 0.0 };
        if tasks > MOST_TASKS || limit.is_infinite() && rate > NANOS_PER_SECOND as f64 {
            let mut table = node.table().expect("a workload that was read is a table");
            let here = table.node("arrivals").unwrap_or_else(|| node.clone());
            report_endless(&here, load, rate, tasks);
        }
    }
}

fn report_endless(node: &Node<'_>, load: &Workload, rate: f64, tasks: f64) {
    let name = &load.name;
    let (message, label, help) = if let Spec::Closed(spec) = &load.arrivals {
        (
            format!(
                "this run would hardly end: each user of `{name}` may send a task every {}",
                Span::from_seconds(f64::from(spec.users.get()) / rate).show()
            ),
            "the next task comes as soon as one has left",
            "let them think, or let their steps take time; a task that is turned away takes none",
        )
    } else if tasks > MOST_TASKS {
        (
            format!("this run would hardly end: `{name}` may send {tasks:.0e} tasks"),
            "more than 1e10 tasks",
            "lower the rate, shorten the horizon or set a `limit`",
        )
    } else {
        (
            format!("`{name}` may send {rate:.0e} tasks a second"),
            "more than one in a nanosecond, the clock's resolution",
            "lower the rate",
        )
    };
    node.mistake(message, label, String::from(help));
}

/// Not fewer tasks a second than the workload sends in the long run.
fn highest_rate(load: &Workload, parts: &Parts<'_>) -> f64 {
    rate_of(&load.arrivals).unwrap_or_else(|| match &load.arrivals {
        Spec::Closed(spec) => f64::from(spec.users.get()) / cycle_s(load, spec.think.mean(), parts),
        _ => 0.0,
    })
}

fn rate_of(spec: &Spec) -> Option<f64> {
    match spec {
        Spec::Poisson(_) | Spec::Renewal(_) | Spec::Schedule(_) => spec.rate_per_s(),
        Spec::Batch(batch) => Some(rate_of(&batch.of)? * batch.size.mean().max(1.0)),
        Spec::Mmpp(spec) => {
            spec.states.iter().map(|state| state.rate.per_second()).reduce(f64::max)
        }
        Spec::Trace(spec) => {
            // A recording is as long as its file; one that loops repeats after its length.
            let last_s = spec.table.rows.last().map_or(0.0, |row| row.at.seconds()).max(1e-9);
            let rate = spec.table.rows.len() as f64 / last_s * spec.speed_up;
            Some(if spec.loops { rate } else { 0.0 })
        }
        Spec::Closed(_) => None,
    }
}

/// The shortest mean time between two tasks of one user.
fn cycle_s(load: &Workload, think_s: f64, parts: &Parts<'_>) -> f64 {
    let workflow = &parts.workflows[load.workflow.index()];
    let first = workflow.first_step.index();
    let steps = &parts.steps[first..first + workflow.steps];
    let impatient = |(class, _): &(ClassId, f64)| {
        let class = &parts.classes[class.index()];
        class.patience.is_some() || class.balk_above.is_some()
    };
    let full =
        |step: &Step| step.queues().any(|queue| parts.queues[queue.index()].capacity.is_some());
    if load.classes.iter().any(impatient) || steps.iter().any(full) {
        return think_s;
    }
    let certain = workflow.first.iter().map(|step| &parts.steps[step.index()]);
    think_s + certain.map(|step| shortest_s(load, step, parts)).fold(0.0, f64::max)
}

/// The mean time that a step takes on the fastest agent that can do it.
fn shortest_s(load: &Workload, step: &Step, parts: &Parts<'_>) -> f64 {
    let speeds = step.pools.iter().flat_map(|skill| {
        let pool = &parts.pools[skill.pool.index()];
        let rate = pool.service.total_rate(1);
        pool.speeds.iter().map(move |speed| speed * rate)
    });
    let fastest = speeds.fold(0.0, f64::max);
    let work = match &step.work {
        Work::Same(dist) => dist.mean(),
        Work::ByClass(dists) => {
            let of_class = |(class, share): &(ClassId, f64)| share * dists[class.index()].mean();
            load.classes.iter().map(of_class).sum()
        }
    };
    work / fastest
}
