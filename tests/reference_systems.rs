//! The reference's two complete systems, CustomerServiceOrchestrator and
//! EcommerceFulfillmentOrchestrator: the order of their steps, where they branch, and what is
//! undone when they fail, read from the journals of the shipped scenarios.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{audited_run, load_file, observe};
use rehearsal::observe::journal::{Journal, Row};
use rehearsal::scenario::meaning::Scenario;

fn shipped(name: &str) -> Scenario {
    load_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name))
}

/// What happened to each task, in order: the fact and the step.
fn lives(scenario: &Scenario) -> BTreeMap<u64, Vec<Row>> {
    let journal = observe(scenario, Journal::new(scenario, usize::MAX));
    let mut lives: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for row in journal.rows() {
        if let Some(task) = row.task {
            lives.entry(task).or_default().push(row.clone());
        }
    }
    lives
}

/// The steps that were done, in order.
fn done(life: &[Row]) -> Vec<&str> {
    let good = life.iter().filter(|row| row.fact == "finished" && row.detail.is_empty());
    good.map(|row| row.step.as_deref().expect("an attempt is of a step")).collect()
}

/// How the task left.
fn end(life: &[Row]) -> &str {
    let last = life.iter().find(|row| row.fact == "left");
    last.map_or("", |row| row.detail.as_str())
}

#[test]
fn customer_service_orchestrator() {
    let scenario = shipped("customer_service.toml");
    let specialists = ["technical", "billing", "account", "product", "general"];
    let (mut escalated, mut failures, mut seen) = (0, 0, Vec::new());
    for life in lives(&scenario).values().filter(|life| end(life) == "completed") {
        let steps = done(life);
        assert_eq!(steps[0], "triage", "{steps:?}");
        if steps.contains(&"system_failure") {
            // A specialist failed: the seniors take it by themselves, and nothing follows.
            assert_eq!(steps, ["triage", "system_failure"]);
            assert!(life.iter().any(|row| row.fact == "escalated"));
            failures += 1;
            continue;
        }
        assert!(specialists.contains(&steps[1]), "{steps:?}");
        seen.push(steps[1].to_string());
        // A review that fails stops nothing, and has no score.
        let score = life.iter().find(|row| row.fact == "scored").map(|row| &row.detail);
        let score = score.map_or(1.0, |score| score.parse::<f64>().expect("a score is a number"));
        let rest: &[&str] = match score < 0.63 {
            true => &["quality", "escalation", "follow_up"],
            false if steps[2] == "quality" => &["quality", "follow_up"],
            false => &["follow_up"],
        };
        assert_eq!(&steps[2..], rest, "score {score}");
        escalated += usize::from(score < 0.63);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5, "every specialist is needed on a day: {seen:?}");
    assert!(escalated > 50 && failures > 20, "{escalated} escalated, {failures} failed");
    audited_run(&scenario, ());
}

const EIGHT: [&str; 8] = [
    "inventory_check",
    "payment_processing",
    "inventory_reservation",
    "picking_list",
    "packaging",
    "shipping_label",
    "dispatch",
    "tracking_notification",
];

/// The eight steps, without a mail that failed.
fn is_whole(steps: &[&str]) -> bool {
    steps == EIGHT || steps == &EIGHT[..7]
}

#[test]
fn ecommerce_fulfillment_orchestrator() {
    let scenario = shipped("ecommerce_fulfillment.toml");
    let lives = lives(&scenario);
    let of = |name: &str| {
        let name = name.to_string();
        lives.values().filter(move |life| life[0].workload.as_deref() == Some(&name))
    };
    let (mut whole, mut undone) = (0, 0);
    for life in of("orders") {
        let steps = done(life);
        if end(life) == "completed" {
            assert!(is_whole(&steps), "{steps:?}");
            whole += 1;
            continue;
        }
        // What was done is undone in reverse order: the stock first, then the payment.
        let (paid, reserved) = (steps.contains(&EIGHT[1]), steps.contains(&EIGHT[2]));
        let mut cleanup: Vec<&str> = Vec::new();
        cleanup.extend(reserved.then_some("release_stock"));
        cleanup.extend(paid.then_some("refund"));
        let tail = &steps[steps.len() - cleanup.len()..];
        assert_eq!(tail, cleanup, "{steps:?}");
        undone += usize::from(paid);
    }
    assert!(whole > 1500 && undone > 0, "{whole} whole, {undone} undone");
    let cancelled = of("cancellations").count();
    assert!(cancelled > 100, "{cancelled} cancellations");
    audited_run(&scenario, ());
}
