//! Agents that come and go, a monitor that looks and alerts that fire, worked out by hand: arrivals
//! are replayed and work is constant, so every second below can be checked on paper.

mod common;

use std::collections::BTreeMap;

use common::audited_run;
use common::hand::story;
use rehearsal::observe::journal::Journal;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// Tasks of this work (in seconds) come at these times (in seconds), for two minutes.
fn scenario(times: impl Iterator<Item = f64>, work: f64, rest: &str) -> Scenario {
    let rows: String = times.map(|at| format!("{at},{work}\n")).collect();
    let files = BTreeMap::from([("tasks.csv".to_string(), format!("t_s,work\n{rows}").into())]);
    let text = format!(
        "name = \"scaled\"\nhorizon = \"2m\"\n\
         workloads.w.arrivals.trace = {{ file = \"tasks.csv\", work = \"work\" }}\n\
         workflows.f.steps.s.work = 1\n{rest}"
    );
    let loaded = load(text.as_bytes(), &files);
    let scenario = loaded.unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{text}")).scenario;
    audited_run(&scenario, Journal::new(&scenario, 0));
    scenario
}

fn every_second(from: u32, to: u32) -> impl Iterator<Item = f64> {
    (from..=to).map(f64::from)
}

/// What is told of agents and their number.
fn scaling(scenario: &Scenario) -> Vec<String> {
    let told = [
        "scaled",
        "starting",
        "start_failed",
        "start_cancelled",
        "came_on",
        "retired",
        "recalled",
        "went_off",
    ];
    story(scenario, &told)
}

const REFERENCE: &str = "[pools.p]\nagents = 2\n[pools.p.autoscale.reference]\n\
                         above = \"80%\"\nbelow = \"30%\"\ntarget = \"50%\"\n";

/// The row of MODEL 15: target count, start-up, least active removed first.
#[test]
fn auto_scaling_orchestrator() {
    // A task of 1.9 s each second from 0 s to 60 s, for two agents that take turns.
    let more = "agents = { min = 1, max = 8 }\nstart_up = \"10s\"\n";
    let scenario = scenario(every_second(0, 60), 1.9, &format!("{REFERENCE}{more}"));
    assert_eq!(
        scaling(&scenario),
        [
            "0 came_on p-1",
            "0 came_on p-2",
            // 28 whole tasks of 1.9 s, 1.9 and 1 s of those that came at 28 and 29: 56.1 of 60.
            // ceil(2 * 0.935 / 0.5) = 4.
            "30 scaled p: 2 to 4, saw 0.935, wanted 4, limit none",
            "30 starting p-3",
            "30 starting p-4",
            "40 came_on p-3",
            "40 came_on p-4",
            // 57 s of work fall into each half minute; 2 agents of 30 s and 2 of 20 s.
            "60 scaled p: 4 to 4, saw 0.57, wanted 4, limit tolerance",
            // 0.9 of the task of 59 s and 1.9 of that of 60 s, of 4 agents: 2.8 of 120. Two have
            // done nothing since then, two one task each; of equals the first goes.
            "90 scaled p: 4 to 1, saw 0.023333333333333334, wanted 1, limit none",
            "90 retired p-3",
            "90 went_off p-3",
            "90 retired p-4",
            "90 went_off p-4",
            "90 retired p-1",
            "90 went_off p-1",
        ]
    );
}
