//! `rehearsal run`: replications of one scenario, their summary and their files.

use serde_json::{Map, Value, json};

use super::args;
use super::audit;
use super::export;
use super::failure::Failure;
use super::place;
use super::progress::Progress;
use super::screen::Screen;
use super::source::Source;
use super::summary;
use super::words::shell;
use crate::experiment::gather::Gathered;
use crate::output::run::{FILES, write};

/// Runs a scenario.
///
/// # Errors
/// The scenario is not valid, or its results cannot be written.
pub fn run(args: &args::Run, screen: &Screen) -> Result<(), Failure> {
    let source = Source::read(&args.source, screen)?;
    let scenario = source.load(screen)?.scenario;
    let seed = args.common.seed.unwrap_or(scenario.seed);
    let n = args.replications.get();
    let mut directory = place::open(&args.common, &scenario.name, &FILES)?;
    let threads = place::threads(&args.common)?;
    if args.audit {
        threads.install(|| audit::audit(&scenario, seed, n))?;
    }
    let progress = Progress::new(n.into(), 0, args.common.quiet);
    let all = threads.install(|| Gathered::new(&scenario, seed, n, args.rows, || progress.step()));
    progress.finish();
    let mut manifest = place::manifest("run", &scenario.name, &source);
    (manifest.seed, manifest.replications) = (seed, n);
    manifest.command = command(args, seed);
    let command = manifest.command.clone();
    let charts = !args.no_charts;
    threads.install(|| write(&all, &mut directory, &source.text, manifest, charts))?;
    export::export(args, &scenario, seed)?;
    if args.common.json {
        return screen.print(&(json(&all).to_string() + "\n"));
    }
    if args.common.quiet {
        return Ok(());
    }
    screen.print(&summary::text(&all, &directory, &command, screen))
}

/// The command that makes this result again.
fn command(args: &args::Run, seed: u64) -> String {
    let mut command = place::command("run", &args.source, seed);
    command += &format!(" --replications {}", args.replications);
    if args.rows != args::ROWS {
        command += &format!(" --rows {}", args.rows);
    }
    if args.no_charts {
        command += " --no-charts";
    }
    let files = [("openmetrics", &args.openmetrics), ("promtool-test", &args.promtool_test)];
    for (option, file) in files {
        if let Some(file) = file {
            command += &format!(" --{option} {}", shell(&file.display().to_string()));
        }
    }
    command
}

/// The result as JSON. Numbers that exist in no replication are left out.
fn json(all: &Gathered<'_>) -> Value {
    let mut metrics = Map::new();
    for (name, interval) in all.names.iter().zip(&all.estimates) {
        let Some(interval) = interval else { continue };
        let value = json!({
            "mean": interval.mean,
            "ci_low": interval.low,
            "ci_high": interval.high,
            "n": interval.n,
        });
        metrics.insert(name.clone(), value);
    }
    let fingerprints: Vec<&String> = all.runs.iter().map(|run| &run.fingerprint).collect();
    json!({
        "scenario": all.scenario.name,
        "seed": all.seed,
        "replications": all.runs.len(),
        "fingerprints": fingerprints,
        "metrics": metrics,
    })
}
