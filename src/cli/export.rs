//! `--openmetrics` and `--promtool-test`: replication 0 for other tools.
//!
//! The replication is run once more with its scrapes told. A scenario without a monitor is scraped
//! every 30 s, as the reference's monitor looks.

use std::collections::BTreeMap;
use std::path::Path;

use super::args;
use super::failure::Failure;
use crate::base::time::{Span, Time};
use crate::mechanism::promql::{Labels, Series};
use crate::model::{Seed, run};
use crate::observe::scrapes::{Firing, Scrapes};
use crate::output::directory::replace;
use crate::output::openmetrics;
use crate::output::promtool::{Check, Export, rule_file, test_file};
use crate::scenario::import::prometheus::RuleFile;
use crate::scenario::meaning::{Alert, Asks, Scenario};

/// Writes what the options ask for.
///
/// # Errors
/// There are no rules to test, or a file cannot be written.
pub fn export(args: &args::Run, scenario: &Scenario, seed: u64) -> Result<(), Failure> {
    if args.openmetrics.is_none() && args.promtool_test.is_none() {
        return Ok(());
    }
    let mut scenario = scenario.clone();
    scenario.samples = true;
    let scrape = *scenario.monitor.get_or_insert(Span::from_secs(30));
    let scrapes = run(&scenario, Seed { seed, replication: 0 }, Scrapes::new(&scenario));
    if let Some(file) = &args.openmetrics {
        let text = openmetrics::text(&scrapes.series(), args.epoch);
        replace(&absolute(file)?, text.as_bytes())?;
    }
    if let Some(file) = &args.promtool_test {
        promtool(&absolute(file)?, &scenario, &scrapes, scrape)?;
    }
    Ok(())
}

fn absolute(file: &Path) -> Result<std::path::PathBuf, Failure> {
    std::path::absolute(file)
        .map_err(|error| Failure::io(format!("{}: {error}", file.display()), None))
}

/// The test at `file`, and beside it the rules that it tests.
fn promtool(
    file: &Path,
    scenario: &Scenario,
    scrapes: &Scrapes,
    scrape: Span,
) -> Result<(), Failure> {
    let groups = scenario.rule_files.iter().flat_map(|file| file.groups.clone()).collect();
    let rules = RuleFile { name: String::new(), groups };
    let evaluation = interval(scenario)?;
    let rules_path = file.with_extension("rules.yaml");
    let name = rules_path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut names = Vec::new();
    rules.rules().for_each(|rule| rule.expression.selected(&mut names));
    let selected = |series: &Series| names.iter().any(|name| *name == series.name);
    let series: Vec<Series> = scrapes.series().into_iter().filter(selected).collect();
    let text = test_file(&Export {
        rule_file: &name.unwrap_or_default(),
        scrape,
        evaluation,
        series: &series,
        checks: &checks(scenario, scrapes, evaluation),
    });
    let text = text.map_err(|why| {
        let help = "let `monitor.every` and the groups' intervals be whole milliseconds";
        Failure::usage(format!("this run cannot be a test of promtool: {why}"), help)
    })?;
    replace(&rules_path, rule_file(&rules).as_bytes())?;
    Ok(replace(file, text.as_bytes())?)
}

/// How often all rules are evaluated.
fn interval(scenario: &Scenario) -> Result<Span, Failure> {
    let every = |alert: &Alert| match alert.asks {
        Asks::Series { every, .. } => Some(every),
        Asks::Metrics { .. } => None,
    };
    let mut intervals: Vec<Span> = scenario.alerts.iter().filter_map(every).collect();
    intervals.sort_unstable();
    intervals.dedup();
    match intervals[..] {
        [interval] => Ok(interval),
        [] => Err(Failure::usage(
            "--promtool-test needs alert rules of a Prometheus rule file",
            "write alerts.prometheus = [\"rules.yaml\"] in the scenario",
        )),
        _ => Err(Failure::usage(
            "promtool evaluates all groups at one interval, and these have several",
            "give all groups the same `interval`",
        )),
    }
}

/// What promtool must find: the state at each moment at which one changed, at the evaluation
/// before, and at the last one.
fn checks(scenario: &Scenario, scrapes: &Scrapes, every: Span) -> Vec<Check> {
    let last = scrapes.ended().nanos() / every.nanos() * every.nanos();
    // By alert name, which rules may share, and time.
    let mut checks: BTreeMap<(Time, &str), Vec<Labels>> = BTreeMap::new();
    let rule = |number: usize| match &scenario.alerts[number].asks {
        Asks::Series { rule, .. } => Some(rule),
        Asks::Metrics { .. } => None,
    };
    let numbers: Vec<usize> =
        (0..scenario.alerts.len()).filter(|number| rule(*number).is_some()).collect();
    for &number in &numbers {
        let Some(rule) = rule(number) else { continue };
        let of_name = |other: &&usize| {
            let other = &scenario.alerts[**other].asks;
            matches!(other, Asks::Series { rule: it, .. } if it.alert == rule.alert)
        };
        let same: Vec<u32> = numbers.iter().filter(of_name).map(|it| *it as u32).collect();
        let changes: Vec<&Firing> =
            scrapes.changes().iter().filter(|change| same.contains(&change.rule)).collect();
        let mut times: Vec<Time> = vec![Time::from_nanos(last)];
        for change in &changes {
            let before = change.at.nanos().checked_sub(every.nanos());
            times.extend(before.map(Time::from_nanos));
            times.push(change.at);
        }
        for at in times {
            let firing = same.iter().flat_map(|number| {
                let of = changes.iter().rev().find(|it| it.rule == *number && it.at <= at);
                let about = of.map(|change| change.about.iter()).into_iter().flatten();
                about.map(|about| labels(scenario, *number, about.labels(scenario)))
            });
            checks.insert((at, &rule.alert), firing.collect());
        }
    }
    let check = |((at, alert), firing): ((Time, &str), Vec<Labels>)| Check {
        at,
        alert: alert.to_string(),
        firing,
    };
    checks.into_iter().map(check).collect()
}

/// The labels of an alert: the rule's own go before those of what it is about.
fn labels(scenario: &Scenario, rule: u32, about: Labels) -> Labels {
    let own = scenario.alerts[rule as usize].labels();
    let mut all: BTreeMap<&str, &str> = about.iter().collect();
    all.extend(own.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Labels::new(all)
}
