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
use crate::experiment::objectives::{Judged, Objective};
use crate::output::run::{FILES, write};

/// Runs a scenario.
///
/// # Errors
/// The scenario is not valid, its results cannot be written, or an objective is missed.
pub fn run(args: &args::Run, screen: &Screen) -> Result<(), Failure> {
    let source = Source::read(&args.source, screen)?;
    let (loaded, objectives) = source.load(screen)?;
    let scenario = loaded.scenario;
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
    let judge = |objective: Objective| {
        let estimate = all.estimate(&objective.metric).copied();
        objective.judge(estimate.as_ref())
    };
    let judged: Vec<Judged> = objectives.into_iter().map(judge).collect();
    if args.common.json {
        screen.print(&(json(&all, &judged).to_string() + "\n"))?;
    } else if !args.common.quiet {
        screen.print(&summary::text(&all, &judged, &directory, &command, screen))?;
    }
    all_met(&judged)
}

/// Whether the means meet all objectives.
fn all_met(judged: &[Judged]) -> Result<(), Failure> {
    let missed: Vec<&str> = judged
        .iter()
        .filter(|it| it.met != Some(true))
        .map(|it| it.objective.name.as_str())
        .collect();
    match missed[..] {
        [] => Ok(()),
        [one] => Err(Failure::missed(format!("the objective {one} is missed"))),
        _ => Err(Failure::missed(format!(
            "{} of {} objectives are missed: {}",
            missed.len(),
            judged.len(),
            missed.join(", ")
        ))),
    }
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
fn json(all: &Gathered<'_>, judged: &[Judged]) -> Value {
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
    let mut objectives = Map::new();
    for it in judged {
        let value = json!({
            "metric": it.objective.metric,
            "objective": it.objective.text,
            "mean": it.estimate.map(|estimate| estimate.mean),
            "ci_low": it.estimate.and_then(|estimate| estimate.low),
            "ci_high": it.estimate.and_then(|estimate| estimate.high),
            "level": it.objective.level,
            "met": it.met,
            "verdict": it.verdict.words(),
        });
        objectives.insert(it.objective.name.clone(), value);
    }
    let advice = all.advice.iter().map(|it| {
        let numbers = it.numbers.iter().map(|(name, value)| (name.to_string(), json!(value)));
        let numbers: Map<String, Value> = numbers.collect();
        json!({ "subject": it.subject, "text": it.text, "numbers": numbers })
    });
    json!({
        "recommendations": advice.collect::<Vec<_>>(),
        "scenario": all.scenario.name,
        "seed": all.seed,
        "replications": all.runs.len(),
        "fingerprints": fingerprints,
        "metrics": metrics,
        "objectives": objectives,
    })
}
