//! `rehearsal check`: what a scenario is, or everything that is wrong with it.

use super::args;
use super::failure::Failure;
use super::screen::Screen;
use super::source::{Source, refuse_plan};
use super::words::{counted, span};
use crate::base::read::{Context, NoFiles};
use crate::base::time::Time;
use crate::experiment::sweep::plan::Plan;
use crate::scenario::explain::explain;
use crate::scenario::load::Loaded;
use crate::scenario::meaning::Scenario;

/// Checks a scenario.
///
/// # Errors
/// The mistakes.
pub fn check(args: &args::Check, screen: &Screen) -> Result<(), Failure> {
    let source = Source::read(&args.source, screen)?;
    let (loaded, objectives) = source.load(screen)?;
    if args.explain {
        return screen.print(&explain(&source.text, &loaded.defaults));
    }
    let mut line = format!("ok: {}", what_it_is(&loaded.scenario));
    if !objectives.is_empty() {
        line += &format!("; {}", counted(objectives.len() as u64, "objective"));
    }
    if has_sweep(&loaded) {
        let plan = Plan::read(&source.text, &source.files)
            .map_err(|refused| refuse_plan(&source.name, &refused, screen))?;
        line += &format!("; a sweep of {}", counted(plan.points.len() as u64, "point"));
    }
    screen.print(&(line + "\n"))
}

fn has_sweep(loaded: &Loaded) -> bool {
    let context = Context::new(&NoFiles);
    let root = loaded.document.root(&context).table();
    root.is_some_and(|mut root| root.has("sweep"))
}

/// A scenario in one line.
fn what_it_is(scenario: &Scenario) -> String {
    let n = |n: usize, what: &str| counted(n as u64, what);
    let parts = [
        n(scenario.workloads.len(), "workload"),
        n(scenario.classes.len(), "class"),
        n(scenario.workflows.len(), "workflow"),
        n(scenario.steps.len(), "step"),
        n(scenario.queues.len(), "queue"),
        n(scenario.pools.len(), "pool"),
        n(scenario.agents(), "agent"),
    ];
    let length = match scenario.horizon {
        Time::MAX => "until all is done".to_string(),
        horizon => span(horizon.seconds()),
    };
    format!("{}: {}; {length}", scenario.name, parts.join(", "))
}
