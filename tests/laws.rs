//! Laws that every run must obey: Little's law, conservation of tasks, common random numbers.

mod common;

use common::{audited_run, load_file, load_text, name_of, shipped};
use rehearsal::experiment::replicate::Replication;
use rehearsal::observe::little::{Little, Sides};
use rehearsal::observe::summary::{Metric, Summary};
use rehearsal::scenario::meaning::Scenario;

/// The two sides of the law must agree to 1e-9 relative; as they are whole nanoseconds, they do so
/// exactly.
fn agree(sides: &Sides) -> bool {
    sides.integral == sides.sum
}

#[test]
fn littles_law_holds_on_every_shipped_scenario() {
    for path in shipped() {
        let scenario = Scenario { drain: true, ..load_file(&path) };
        let little = audited_run(&scenario, Little::new(&scenario));
        let name = name_of(&path);
        assert_eq!(little.in_flight, 0, "{name} is drained");
        assert!(little.system.sum > 0, "{name} has tasks");
        assert!(agree(&little.system), "{name}: {:?}", little.system);
        for (queue, sides) in scenario.queues.iter().zip(&little.queues) {
            assert!(agree(sides), "{name}, queue {}: {sides:?}", queue.name);
        }
    }
}

#[test]
fn tasks_are_conserved_on_every_shipped_scenario() {
    for path in shipped() {
        let scenario = load_file(&path);
        let summary = audited_run(&scenario, Summary::new(&scenario));
        let arrived: u64 = summary.cells.iter().map(|cell| cell.arrived).sum();
        let left: u64 = summary.cells.iter().flat_map(|cell| cell.outcomes).sum();
        let name = name_of(&path);
        assert!(arrived > 0, "{name} has tasks");
        if scenario.drain {
            assert_eq!((arrived, summary.in_flight), (left, 0), "{name}");
        } else {
            assert!(arrived - left <= summary.in_flight, "{name}");
        }
    }
}

/// Five agents on the shoulder of a day, with the speed of the agents left open.
fn desk(speed: f64, seed: u64) -> Scenario {
    load_text(&format!(
        r#"
        name = "desk"
        horizon = "4h"
        seed = {seed}
        [workloads.calls]
        arrivals.poisson = {{ rate = "80/h" }}
        [workflows.call.steps.answer]
        work = {{ mean = "3m", cv = 1.2 }}
        [pools.desk]
        agents = 5
        speed = {speed}
        "#
    ))
}

fn mean_sojourn(scenario: &Scenario, replication: u32) -> f64 {
    let metrics = Replication::run(scenario, scenario.seed, replication).metrics();
    let is_mean = |metric: &&Metric| metric.name == "sojourn_mean_s";
    metrics.iter().find(is_mean).unwrap().value
}

fn variance(sample: &[f64]) -> f64 {
    let mean = sample.iter().sum::<f64>() / sample.len() as f64;
    sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (sample.len() - 1) as f64
}

/// A 3 % change of service work, on common random numbers and on independent seeds.
#[test]
fn common_random_numbers_sharpen_a_comparison_at_least_fivefold() {
    let difference = |seed: u64| {
        let (slow, fast) = (desk(1.0, 1), desk(1.03, seed));
        let one = |r| mean_sojourn(&slow, r) - mean_sojourn(&fast, r);
        (0..100).map(one).collect::<Vec<f64>>()
    };
    let (common, independent) = (variance(&difference(1)), variance(&difference(2)));
    let factor = independent / common;
    println!("variance of the difference: {factor:.1} times smaller on common random numbers");
    assert!(factor >= 5.0, "only {factor:.2} times smaller");
}

#[test]
fn what_comes_from_outside_is_the_same_for_every_policy() {
    let variants = [
        "dispatch = \"random\"",
        "dispatch = \"fastest_first\"\nbinding = \"early\"",
        "discipline = \"lifo\"\nagents = 3",
        "speed = 0.5\ncapacity = 2",
    ];
    let digest = |variant: &str, seed: u64| {
        let scenario = load_text(&format!(
            r#"
            name = "desk"
            horizon = "2h"
            [workloads.calls]
            arrivals.schedule = {{ per = "1h", rates = ["60/h", "200/h"], daily_factor_cv = 0.3 }}
            classes = {{ a = 0.3, b = 0.7 }}
            [classes.a]
            patience = {{ mean = "2m", cv = 1 }}
            [classes.b]
            [workflows.call.steps.answer]
            work = {{ mean = "3m", cv = 1.2 }}
            [workflows.call.steps.check]
            work = {{ exponential = "1m" }}
            [pools.desk]
            {variant}
            "#
        ));
        Replication::run(&scenario, seed, 0).exogenous
    };
    let expected = digest(variants[0], 1);
    for variant in variants {
        assert_eq!(digest(variant, 1), expected, "{variant}");
    }
    assert_ne!(digest(variants[0], 2), expected, "another seed is another day");
}
