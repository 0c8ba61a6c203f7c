//! Bad input never panics: valid scenarios are mutated thousands of times, and each mutant either
//! says clearly what is wrong or runs to its end.
//!
//! A mutation deletes, duplicates or swaps lines, replaces a value by one that is out of range, or
//! cuts the text off anywhere. Mutants that load are run with few tasks, so that thousands of them
//! take seconds.

mod common;

use common::shipped;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rehearsal::base::time::Time;
use rehearsal::model::{Seed, run_for};
use rehearsal::observe::little::Little;
use rehearsal::observe::summary::{Summary, metrics};
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::report::render;

/// One change of a text; numbers choose the place.
#[derive(Clone, Debug)]
enum Mutation {
    DeleteLine(usize),
    DuplicateLine(usize),
    SwapLines(usize, usize),
    ReplaceValue(usize, usize),
    Truncate(usize),
}

/// What stands in for a value: out of range, of another type, overflowing, not a number.
const VALUES: [&str; 24] = [
    "0",
    "-1",
    "1e308",
    "-0.0",
    "nan",
    "inf",
    "\"\"",
    "\"-5s\"",
    "\"0s\"",
    "\"99999999999999y\"",
    "\"1e9/s\"",
    "\"-3/min\"",
    "\"101%\"",
    "\"0%\"",
    "[]",
    "{}",
    "true",
    "9223372036854775807",
    "\"0.0000000001s\"",
    "\"90y\"",
    "{ exponential = \"80y\" }",
    "[[0.5, \"1s\"]]",
    "1979-05-27",
    "{ mean = \"1s\", cv = 1e6 }",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        1 => any::<usize>().prop_map(Mutation::DeleteLine),
        1 => any::<usize>().prop_map(Mutation::DuplicateLine),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Mutation::SwapLines(a, b)),
        4 => (any::<usize>(), any::<usize>()).prop_map(|(at, by)| Mutation::ReplaceValue(at, by)),
        1 => any::<usize>().prop_map(Mutation::Truncate),
    ]
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let n = lines.len().max(1);
    match *mutation {
        Mutation::DeleteLine(at) if at % n < lines.len() => drop(lines.remove(at % n)),
        Mutation::DuplicateLine(at) if at % n < lines.len() => {
            let line = lines[at % n].clone();
            lines.insert(at % n, line);
        }
        Mutation::SwapLines(a, b) if lines.len() > 1 => lines.swap(a % n, b % n),
        Mutation::ReplaceValue(at, by) => {
            let mut assigned: Vec<&mut String> =
                lines.iter_mut().filter(|line| line.contains('=')).collect();
            if !assigned.is_empty() {
                let place = at % assigned.len();
                let key = assigned[place].split_once('=').unwrap().0.to_string();
                *assigned[place] = format!("{key}= {}", VALUES[by % VALUES.len()]);
            }
        }
        Mutation::Truncate(at) => {
            let mut end = at % (text.len() + 1);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            return text[..end].to_string();
        }
        _ => {}
    }
    lines.join("\n")
}

/// Runs a mutant with few tasks; what it says must add up.
fn exercise(mut scenario: Scenario) {
    for workload in &mut scenario.workloads {
        workload.limit = Some(workload.limit.unwrap_or(40).min(40));
    }
    // A mutant with hardly any load would go through a million shifts before its first task.
    scenario.horizon = scenario.horizon.min(Time::from_nanos(40 * 86_400 * 1_000_000_000));
    scenario.warm_up = scenario.warm_up.min(scenario.horizon);
    let mut observers = (Summary::new(&scenario), Little::new(&scenario));
    run_for(&scenario, Seed { seed: 1, replication: 0 }, &mut observers);
    let (summary, little) = observers;
    assert_eq!(little.in_flight, summary.in_flight);
    if little.in_flight == 0 {
        assert_eq!(little.system.integral, little.system.sum, "Little's law");
    }
    assert!(metrics(&summary).iter().all(|metric| !metric.value.is_infinite()));
}

#[test]
fn a_mutated_scenario_says_what_is_wrong_or_runs() {
    let starts: Vec<_> = shipped()
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap(), Directory::of(&path)))
        .collect();
    // Every failure repeats: the runner's own luck is fixed, too.
    let config = Config { cases: 14_000, failure_persistence: None, ..Config::default() };
    let luck = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, luck);
    let cases = (any::<prop::sample::Index>(), prop::collection::vec(mutation(), 1..3));
    let (refused, ran) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let result = runner.run(&cases, |(start, mutations)| {
        let (text, files) = start.get(&starts);
        let mutant = mutations.iter().fold(text.clone(), |text, mutation| mutate(&text, mutation));
        match load(mutant.as_bytes(), files) {
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty(), "a refusal says why");
                let told = render("mutant.toml", &mutant, &mistakes, false);
                prop_assert!(told.contains("error"), "{told}");
                refused.set(refused.get() + 1);
            }
            Ok(loaded) => {
                exercise(loaded.scenario);
                ran.set(ran.get() + 1);
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("{} mutants refused, {} ran", refused.get(), ran.get());
    assert!(refused.get() > 1000 && ran.get() > 1000, "both kinds are frequent");
}
