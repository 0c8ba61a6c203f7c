//! Evidence of small systems, and what is recommended on it.

use std::path::Path;

use crate::base::read::NoFiles;
use crate::experiment::gather::Gathered;
use crate::observe::advice::Recommendation;
use crate::scenario::files::Directory;
use crate::scenario::load::load;

/// What is recommended after four replications of this scenario.
fn advice(text: &str) -> Vec<Recommendation> {
    let text = format!("name = \"a\"\n{text}");
    let scenario = load(text.as_bytes(), &NoFiles).unwrap_or_else(|it| panic!("{it:#?}")).scenario;
    Gathered::new(&scenario, 7, 4, 0, || ()).advice
}

/// The only recommendation is about this and says this, with this number in this range.
fn only(all: &[Recommendation], subject: &str, part: &str, number: &str, range: [f64; 2]) {
    assert!(all.len() == 1 && all[0].subject == subject, "{all:#?}");
    assert!(all[0].text.contains(part), "{all:#?}");
    let value = all[0].numbers.iter().find(|it| it.0 == number).expect("a number").1;
    assert!(range[0] <= value && value <= range[1], "{number} is {value}");
}

/// A task every 10 s, with 18 s of work on average, for so many agents.
fn desk(more: &str) -> String {
    format!(
        "horizon = \"5h\"\nworkloads.w.arrivals.poisson.rate = \"6/min\"\n\
         [workflows.f.steps.s]\nwork = {{ exponential = \"18s\" }}\n[pools.p]\n{more}\n"
    )
}

#[test]
fn where_all_is_well_there_is_none() {
    assert_eq!(advice(&desk("agents = 3")), []);
    assert_eq!(advice(&desk("agents = 9")), []);
}

#[test]
fn shipped_scenarios_that_are_well_have_none() {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/gallery");
    for name in ["arrivals-poisson", "cost", "objectives", "shifts", "workflow-branch", "wrap-up"] {
        let path = gallery.join(format!("{name}.toml"));
        let text = std::fs::read(&path).expect("the scenario is there");
        let scenario = load(&text, &Directory::of(&path)).expect("a scenario").scenario;
        let all = Gathered::new(&scenario, scenario.seed, 3, 0, || ());
        assert_eq!(all.advice, [], "{name}");
    }
}

/// The offered load is 1.8: it needs 3 agents, and they are busy 60 % of the time.
#[test]
fn a_saturated_pool_needs_so_many_agents() {
    let all = advice(&desk("agents = 1"));
    only(
        &all,
        "pool p",
        "add 2 agents (offered load 1.8, 3 agents give",
        "offered_load",
        [1.7, 1.9],
    );
    // Who loses patience came, too.
    let text = format!("classes.c.patience = \"40s\"\n{}", desk("agents = 1"));
    only(&advice(&text), "pool p", "add 2 agents", "offered_load", [1.7, 1.9]);
    // Two pools share the line, and each gets one more.
    let text =
        desk("queue = \"l\"\n[pools.q]\nqueue = \"l\"\n[queues.l]").replace("6/min", "9/min");
    let all = advice(&text);
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(all.iter().all(|it| it.text.contains("add 1 agent (offered load 1.")), "{all:#?}");
}

#[test]
fn a_scaled_pool_at_its_most_is_allowed_more() {
    let scaled = "autoscale.hpa = { metric = \"utilisation\", target = \"70%\", \
                  agents = { min = 1, max = 1 } }";
    let all = advice(&desk(scaled));
    only(&all, "pool p", "at its most of 1 agent 100 % of the time", "time_at_most", [0.99, 1.0]);
    assert!(all[0].text.contains("allow 3 (offered load 1.8"), "{all:#?}");
}

#[test]
fn what_comes_in_batches_waits_though_agents_idle() {
    let text = desk("agents = 4").replace(
        "workloads.w.arrivals.poisson.rate = \"6/min\"",
        "workloads.w.arrivals.batch = { size = 60, of.poisson.rate = \"6/h\" }",
    );
    let all = advice(&text);
    only(&all, "pool p", "they come in bursts", "utilisation", [0.3, 0.6]);
}

/// The fast agent looks best and gets nearly everybody, bound early.
#[test]
fn agents_herd() {
    let text = desk("speed = [3, 1, 1, 1]\nbinding = \"early\"\ndispatch = \"fastest_first\"")
        .replace("6/min", "9.6/min");
    let all = advice(&text);
    only(&all, "pool p", "attempts herd to one agent", "fairness", [0.2, 0.8]);
}

/// Each attempt fails half of the time and is tried up to six times; a budget that is there is not
/// recommended.
#[test]
fn retries_amplify() {
    let text = desk("agents = 9\nreliability = 0.5")
        .replace("work =", "retry.fixed = { attempts = 6, delay = \"1s\" }\nwork =");
    let all = advice(&text);
    // 1 + 1/2 + ... + 1/32 = 1.97 attempts for each first one.
    only(&all, "retries", "add a retry budget", "amplification", [1.9, 2.05]);
    let budget = "retry_budget.token_bucket = { size = 1000000, fill = 1000000 }";
    assert_eq!(advice(&format!("{text}{budget}\n")), []);
}

/// A breaker that three failures in a row open, before agents who fail one attempt in four.
#[test]
fn a_breaker_flaps() {
    let guard = "agents = 3\nreliability = 0.75\nbreaker.consecutive = { failures = 3 }\n";
    let quick = desk(guard).replace("18s", "1s").replace("6/min", "30/min");
    let all = advice(&quick);
    let subject = all[0].subject.clone();
    assert!(subject.starts_with("breaker of p-"), "{all:#?}");
    only(&all, &subject, "though nothing was down", "error_rate", [0.2, 0.3]);
}

#[test]
fn an_alert_is_restless() {
    let alert = "agents = 9\n[alerts.full]\nwhen = \"in_service > 0\"\n";
    let all = advice(&desk(alert).replace("6/min", "1/min"));
    only(&all, "alert full", "give it a longer `for`", "firings_per_hour", [6.0, 120.0]);
}
