//! `rehearsal sweep`: every point of a grid on the same luck, resumable, and what it says.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::args;
use super::failure::Failure;
use super::place;
use super::progress::Progress;
use super::screen::Screen;
use super::signals::Signals;
use super::source::{Source, refuse_plan};
use super::verdict;
use super::words::{about, columns, counted, cut};
use crate::experiment::replicate::Replication;
use crate::experiment::sweep::axis::Axis;
use crate::experiment::sweep::compare::Comparison;
use crate::experiment::sweep::execute::{Row, Torn, check_common, execute, names};
use crate::experiment::sweep::plan::Plan;
use crate::output::manifest::Manifest;
use crate::output::sweep::partial::{Found, NAME, Partial};
use crate::output::sweep::{FILES, Outcome};

/// Runs a sweep.
///
/// # Errors
/// The scenario or its sweep is not valid; its results cannot be written; a signal stopped it; two
/// points saw different tasks.
pub fn sweep(args: &args::Sweep, screen: &Screen) -> Result<(), Failure> {
    let source = Source::read(&args.source, screen)?;
    let mut plan = Plan::read(&source.text, &source.files)
        .map_err(|refused| refuse_plan(&source.name, &refused, screen))?;
    plan.replications = args.replications.map_or(plan.replications, |n| n.get());
    let seed = args.common.seed.unwrap_or(plan.base.seed);
    let threads = place::threads(&args.common)?;
    if args.dry_run {
        return dry_run(&plan, seed, threads.current_num_threads(), screen);
    }
    let mut directory = place::open(&args.common, &plan.base.name, &FILES)?;
    let mut manifest = place::manifest("sweep", &plan.base.name, &source);
    (manifest.seed, manifest.replications) = (seed, plan.replications);
    manifest.command = command(args, seed, &plan);
    let command = manifest.command.clone();
    let (partial, finished) = resume(args, &plan, &manifest, directory.path(), screen)?;
    let rows = threads.install(|| run_all(&plan, seed, finished, &partial, args, &command))?;
    check_common(&plan, &rows).map_err(|torn| differ(&plan, torn))?;
    let comparison = threads.install(|| Comparison::new(&plan, &rows));
    let outcome = Outcome { plan: &plan, seed, rows: &rows, comparison: &comparison };
    let charts = !args.no_charts;
    threads.install(|| outcome.write(&mut directory, &source.text, manifest, charts))?;
    partial.remove()?;
    if args.common.json {
        return screen.print(&(verdict::json(&outcome).to_string() + "\n"));
    }
    if args.common.quiet {
        return Ok(());
    }
    screen.print(&verdict::text(&outcome, &directory, &command, screen))
}

/// The command that makes this result again, or goes on with it.
fn command(args: &args::Sweep, seed: u64, plan: &Plan) -> String {
    let mut command = place::command("sweep", &args.source, seed);
    command += &format!(" --replications {}", plan.replications);
    if args.no_charts {
        command += " --no-charts";
    }
    command
}

/// The rows that an interrupted sweep has left, and the file for the others.
fn resume(
    args: &args::Sweep,
    plan: &Plan,
    manifest: &Manifest,
    directory: &std::path::Path,
    screen: &Screen,
) -> Result<(Partial, Vec<Row>), Failure> {
    match Partial::open(directory, plan, &names(plan), manifest, args.common.force)? {
        Found::Ours(partial, rows) => {
            if !rows.is_empty() && !args.common.quiet {
                screen.note(&format!("going on: {} of {} runs are done", rows.len(), plan.runs()));
            }
            Ok((partial, rows))
        }
        Found::Other(command) => Err(Failure::usage(
            format!("{} holds the rows of another sweep", directory.join(NAME).display()),
            format!("go on with it by `{command}`, or drop them with --force"),
        )),
    }
}

fn run_all(
    plan: &Plan,
    seed: u64,
    finished: Vec<Row>,
    partial: &Partial,
    args: &args::Sweep,
    command: &str,
) -> Result<Vec<Row>, Failure> {
    let signals = Signals::listen()?;
    let progress = Progress::new(plan.runs() as u64, finished.len() as u64, args.common.quiet);
    let trouble: Mutex<Option<anyhow::Error>> = Mutex::new(None);
    let failed = AtomicUsize::new(0);
    let stop = || signals.caught().is_some() || failed.load(Ordering::Relaxed) > 0;
    let rows = execute(plan, seed, finished, stop, |row| {
        if let Err(error) = partial.append(row) {
            failed.fetch_add(1, Ordering::Relaxed);
            trouble.lock().expect("no thread panics here").get_or_insert(error);
        }
        progress.step();
    });
    progress.finish();
    if let Some(error) = trouble.into_inner().expect("no thread panics here") {
        return Err(error.into());
    }
    match signals.caught() {
        Some(code) if rows.len() < plan.runs() => Err(Failure::interrupted(
            code,
            format!("interrupted: {} of {} runs are done and kept", rows.len(), plan.runs()),
            format!("the same command goes on from there: {command}"),
        )),
        _ => Ok(rows),
    }
}

fn differ(plan: &Plan, torn: Torn) -> Failure {
    let [one, other] = torn.points.map(|point| plan.points[point].label.as_str());
    Failure::nondeterminism(
        format!(
            "replication {} saw different tasks at the points `{one}` and `{other}`, whose load is \
             the same",
            torn.replication
        ),
        "this is a bug in Rehearsal: please report the scenario and the command; the rows are kept",
    )
}

/// What a sweep would do, and how long it would take.
#[expect(clippy::disallowed_types, reason = "the time that a run takes is the user's time")]
fn dry_run(plan: &Plan, seed: u64, threads: usize, screen: &Screen) -> Result<(), Failure> {
    let start = std::time::Instant::now();
    Replication::run(&plan.points[0].scenario, seed, 0);
    let one_s = start.elapsed().as_secs_f64();
    let runs = plan.runs();
    let mut lines = vec![screen.bold(&format!(
        "{}: {}",
        plan.base.name,
        counted(plan.axes.len() as u64, "axis")
    ))];
    let row =
        |axis: &Axis| vec![format!("  {}", axis.name), counted(axis.values.len() as u64, "value")];
    let rows: Vec<Vec<String>> = plan.axes.iter().map(row).collect();
    for (axis, line) in plan.axes.iter().zip(columns(&rows)) {
        let labels: Vec<&str> = axis.values.iter().map(|value| value.label.as_str()).collect();
        let room = 97usize.saturating_sub(line.chars().count()).max(20);
        lines.push(format!("{line}: {}", cut(&labels.join(", "), room)));
    }
    lines.push(format!(
        "{} with {} each: {}",
        counted(plan.points.len() as u64, "point"),
        counted(plan.replications.into(), "replication"),
        counted(runs as u64, "run")
    ));
    lines.push(format!(
        "one run took {}; on {} all would take about {}",
        about(one_s),
        counted(threads as u64, "thread"),
        about(one_s * runs as f64 / threads as f64)
    ));
    screen.print(&(lines.join("\n") + "\n"))
}
