//! What runs cost, worked out by hand: agents by the hour, attempts, work, penalties. Arrivals are
//! replayed and work is constant, so every sum below can be checked on paper. An agent costs 3600
//! an hour: 1 a second.

mod common;

use common::hand::{metric, scenario};
use common::{load_text, observe};
use rehearsal::observe::summary::{Summary, metrics};
use rehearsal::scenario::meaning::Scenario;

const COSTS: &str = "cost = { hour = 3600, attempt = 2, work = 0.5 }\n";

/// One step at one pool with these costs.
fn one_step(step: &str, pool: &str) -> String {
    format!("[workflows.f.steps.s]\nwork = 1\n{step}\n[pools.p]\n{COSTS}{pool}\n")
}

/// The parts: agents, attempts, work, penalties; they make up the total.
fn parts(scenario: &Scenario) -> [f64; 4] {
    let names = ["cost_agents", "cost_attempts", "cost_work", "cost_penalties"];
    let parts = names.map(|name| metric(scenario, name));
    assert_eq!(metric(scenario, "cost_total"), parts.iter().sum::<f64>());
    parts
}

#[test]
fn a_task_costs_by_its_time_its_attempts_and_its_work() {
    // 3 s of work, then 5 s: the second one is there from 1 s to 8 s, later than it should.
    let class = "value = 10\npenalty = 7\ndeadline = \"4s\"\n";
    let slow = scenario("0,a,3 1,a,5", &format!("{class}{}", one_step("", "")));
    assert_eq!(parts(&slow), [8.0, 4.0, 4.0, 7.0]);
    assert_eq!(metric(&slow, "cost_per_task"), 23.0 / 2.0);
    assert_eq!(metric(&slow, "pool.p.cost"), 16.0);
    assert_eq!(metric(&slow, "value_total"), 20.0);
    // Twice as quick: the same work in half the time, and nobody is late.
    let quick = scenario("0,a,3 1,a,5", &format!("{class}{}", one_step("", "speed = 2")));
    assert_eq!(parts(&quick), [4.0, 4.0, 4.0, 0.0]);
}

#[test]
fn work_counts_as_far_as_it_was_done() {
    // Stopped after 3 of 5 s; the task is lost.
    let limit = "timeout = \"3s\"\ncancellable = true";
    let stopped = scenario("0,a,5", &format!("penalty = 7\n{}", one_step(limit, "")));
    assert_eq!(parts(&stopped), [3.0, 2.0, 1.5, 7.0]);
    assert!(metric(&stopped, "cost_per_task").is_nan());
    // 2 s are done when the agent fails at 4 s; after 3 s it starts again with all 3 s. It is one
    // attempt, and the agent is there all the time.
    let failing = "failures = { every = \"4s\", repair = \"3s\", work = \"return\" }";
    let again = scenario("2,a,3", &one_step("", failing));
    assert_eq!(parts(&again), [10.0, 2.0, 2.5, 0.0]);
    // With the 1 s that is left, no work is lost.
    let resumed = scenario("2,a,3", &one_step("", &failing.replace("return", "resume")));
    assert_eq!(parts(&resumed), [8.0, 2.0, 1.5, 0.0]);
    // Two share an agent: 4 s of work from 0 s on, 1 s from 1 s on.
    let shared = scenario("0,a,4 1,a,1", &one_step("", "service = \"processor_sharing\""));
    assert_eq!(parts(&shared), [5.0, 4.0, 2.5, 0.0]);
}

#[test]
fn an_agent_costs_while_it_is_there() {
    // Two for a minute, then one; the second one still has to finish at 70 s what it began at 50 s.
    let shifts = "agents = 2\nshifts = { \"00:00\" = 2, \"00:01\" = 1 }";
    let tasks = "0,a,60 50,a,20 119,a,1";
    assert_eq!(parts(&scenario(tasks, &one_step("", shifts))), [190.0, 6.0, 40.5, 0.0]);
}

#[test]
fn an_agent_costs_while_it_starts() {
    // At 30 s three wait: one more agent, which is there at 50 s. At 150 s nobody waits: it goes,
    // and is gone at 250 s when it has finished. So 250 s of the first agent, 220 s of the second.
    let scaled = |more: &str| {
        format!(
            "autoscale.reference = {{ metric = \"queue_length\", above = 2, below = 1, \
             target = 1.5, agents = {{ min = 1, max = 4 }}, start_up = \"20s\", \
             remove = \"newest\", {more} }}"
        )
    };
    let four = scenario("0,a,100 0,a,100 0,a,100 0,a,100", &one_step("", &scaled("")));
    assert_eq!(metric(&four, "pool.p.agents_mean"), 450.0 / 250.0);
    assert_eq!(parts(&four), [470.0, 8.0, 200.0, 0.0]);
    // Its start fails each time, 20 s after it was asked for at 30, 60, 90 and 120 s.
    let failing = scaled("start_fails = 1");
    let alone = scenario("0,a,50 0,a,50 0,a,50 0,a,50", &one_step("", &failing));
    assert_eq!(metric(&alone, "pool.p.starts_failed"), 4.0);
    assert_eq!(parts(&alone), [280.0, 8.0, 100.0, 0.0]);
}

/// Agents that come and go, fail, and are scaled without a start-up time cost what their mean
/// number costs over the window.
#[test]
fn agents_cost_their_mean_number_times_the_window() {
    let scenario = load_text(
        r#"
        name = "theory"
        horizon = "10h"
        warm_up = "90m"
        workloads.w.arrivals.poisson.rate = "90/h"
        [workflows.f.steps.s]
        work = { exponential = "4m" }
        [pools.scaled]
        cost = "38/h"
        queue = "line"
        [pools.scaled.autoscale.hpa]
        metric = "utilisation"
        target = "70%"
        agents = { min = 1, max = 9 }
        [pools.shifts]
        cost = "0.5/min"
        queue = "line"
        agents = 4
        shifts = { "00:00" = 1, "03:00" = 4, "07:30" = 2 }
        failures = { every = { exponential = "1h" }, repair = "5m" }
        [queues.line]
        "#,
    );
    let summary = observe(&scenario, Summary::new(&scenario));
    let all = metrics(&summary);
    let number = |name: &str| all.iter().find(|metric| metric.name == name).unwrap().value;
    let expected =
        |pool: &str, price: f64| number(&format!("pool.{pool}.agents_mean")) * 8.5 * price;
    let (scaled, shifts) = (expected("scaled", 38.0), expected("shifts", 30.0));
    assert!(number("pool.scaled.scaled_up") > 0.0 && shifts > 8.5 * 30.0);
    // Both sides come from the same whole nanoseconds.
    for (name, sum) in [
        ("pool.scaled.cost", scaled),
        ("pool.shifts.cost", shifts),
        ("cost_agents", scaled + shifts),
        ("cost_total", scaled + shifts),
        ("cost_per_task", (scaled + shifts) / (number("throughput_per_s") * 8.5 * 3600.0)),
    ] {
        assert!((number(name) / sum - 1.0).abs() < 1e-12, "{name}: {} and {sum}", number(name));
    }
}

#[test]
fn what_costs_nothing_has_no_cost() {
    let names = |rest: &str| {
        let scenario = scenario("0,a,3", rest);
        let all = metrics(&Summary::new(&scenario)).into_iter().map(|metric| metric.name);
        let ours = |name: &String| name.contains("cost") || name.contains("value");
        all.filter(ours).collect::<Vec<_>>()
    };
    let step = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n";
    assert_eq!(names(step), [""; 0]);
    assert_eq!(names(&format!("{step}cost = 0")), [""; 0]);
    assert_eq!(names(&format!("value = 1\n{step}")), ["value_total"]);
    let all = [
        "cost_total",
        "cost_agents",
        "cost_attempts",
        "cost_work",
        "cost_penalties",
        "cost_per_task",
    ];
    assert_eq!(names(&format!("penalty = 1\n{step}")), all);
    let of_pool = names(&format!("{step}cost.work = 1"));
    assert_eq!((of_pool[0].as_str(), &of_pool[1..]), ("pool.p.cost", &all.map(String::from)[..]));
}
