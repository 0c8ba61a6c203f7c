//! Agents that come and go, worked out by hand: arrivals are replayed and work is constant, so that
//! every second below can be checked on paper.

mod common;

use common::hand::{story, timed};
use rehearsal::scenario::meaning::Scenario;

/// `n` tasks of this work at the same second.
fn at_once(at: f64, n: usize, work: f64) -> Vec<(f64, f64)> {
    vec![(at, work); n]
}

/// A pool `p` whose autoscaler, with these keys, evaluates every ten seconds.
fn scaled(tasks: &[(f64, f64)], policy: &str, keys: &str) -> Scenario {
    timed(tasks, "", &format!("[pools.p.autoscale.{policy}]\nevery = \"10s\"\n{keys}\n"))
}

/// A pool whose count is by the clock, counted from the start.
fn by_clock(tasks: &[(f64, f64)], counts: &str, keys: &str) -> Scenario {
    scaled(tasks, "schedule", &format!("counts = {{ {counts} }}\n{keys}"))
}

/// What is told of agents and their number, from the first change on; evaluations that change
/// nothing are left out.
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
    let changes = |line: &String| {
        let words: Vec<&str> = line.split([' ', ',']).collect();
        line.starts_with("0 ") || words[1] != "scaled" || words[3] != words[5]
    };
    story(scenario, &told).into_iter().filter(changes).collect()
}

/// What is told of tasks on agents.
fn work(scenario: &Scenario) -> Vec<String> {
    story(scenario, &["started", "finished", "stopped", "left"])
}

/// The row of MODEL 15: target count, start-up, least active removed first.
#[test]
fn auto_scaling_orchestrator() {
    // A task of 1.9 s each second from 0 s to 60 s, for two agents that take turns.
    let tasks: Vec<(f64, f64)> = (0..=60).map(|at| (f64::from(at), 1.9)).collect();
    let keys = "[pools.p]\nagents = 2\n[pools.p.autoscale.reference]\nabove = \"80%\"\n\
                below = \"30%\"\ntarget = \"50%\"\nagents = { min = 1, max = 8 }\n\
                start_up = \"10s\"\n";
    let scenario = timed(&tasks, "", keys);
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
            // At 60: 57 s of work fall into each half minute; 2 agents of 30 s and 2 of 20 s: 0.57,
            // which is no reason to change.
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
    let evaluations = story(&scenario, &["scaled"]);
    assert_eq!(evaluations[1], "60 scaled p: 4 to 4, saw 0.57, wanted 4, limit tolerance");
}

#[test]
fn an_hpa_goes_up_at_once_and_down_when_the_window_lets_it() {
    // 12 tasks of 10 s at 1 s, for two agents: at 15 s two are done, two in service, 8 wait.
    let scenario = timed(
        &at_once(1.0, 12, 10.0),
        "",
        "[pools.p.autoscale.hpa]\nagents = { min = 2, max = 8 }\nmetric = \"queue_length\"\n\
         target = 2\nstabilisation = \"30s\"\nstart_up = \"10s\"\n",
    );
    assert_eq!(
        scaling(&scenario),
        [
            "0 came_on p-1",
            "0 came_on p-2",
            // Each agent is to have 2 of those that wait: 8 / 2 = 4. It saw 4 for each.
            "15 scaled p: 2 to 4, saw 4, wanted 4, limit none",
            "15 starting p-3",
            "15 starting p-4",
            "25 came_on p-3",
            "25 came_on p-4",
            // At 30 four wait and two agents would do, at 45 nobody waits; but the 4 of 15 s counts
            // until 45, and the 2 of 30 s at 60.
            "60 scaled p: 4 to 2, saw 0, wanted 0, limit stabilised",
            "60 retired p-1",
            "60 went_off p-1",
            "60 retired p-2",
            "60 went_off p-2",
        ]
    );
}

#[test]
fn who_leaves_finishes_its_work_or_drops_it() {
    // Two tasks of 30 s at 15 s; the first of two agents goes at 20 s.
    let run = |leave: &str| {
        by_clock(&at_once(15.0, 2, 30.0), "\"0s\" = 2, \"20s\" = 1, \"10m\" = 1", leave)
    };
    let drained = run("leave = \"drain\"");
    assert_eq!(scaling(&drained)[3..], ["20 retired p-1", "45 went_off p-1"]);
    assert_eq!(
        work(&drained)[2..],
        ["45 finished 0 p-1", "45 left 0 completed", "45 finished 1 p-2", "45 left 1 completed"]
    );
    let dropped = run("leave = \"drop\"");
    assert_eq!(scaling(&dropped)[3..], ["20 retired p-1", "20 went_off p-1"]);
    assert_eq!(work(&dropped)[2..4], ["20 stopped 0 p-1", "20 left 0 failed: crash"]);
}

#[test]
fn a_start_that_fails_is_made_good_at_the_next_evaluation() {
    let keys = "start_up = \"5s\"\nstart_fails = \"100%\"";
    let scenario = by_clock(&at_once(1.0, 1, 1.0), "\"0s\" = 1, \"20s\" = 2, \"10m\" = 1", keys);
    assert_eq!(
        scaling(&scenario)[1..8],
        [
            "20 scaled p: 1 to 2, saw -, wanted 2, limit none",
            "20 starting p-2",
            "25 start_failed p-2",
            "30 scaled p: 1 to 2, saw -, wanted 2, limit none",
            "30 starting p-2",
            "35 start_failed p-2",
            "40 scaled p: 1 to 2, saw -, wanted 2, limit none",
        ]
    );
}

#[test]
fn who_still_starts_goes_first() {
    let counts = "\"0s\" = 1, \"20s\" = 2, \"30s\" = 3, \"40s\" = 2, \"10m\" = 1";
    let scenario = by_clock(&at_once(1.0, 1, 1.0), counts, "start_up = \"30s\"");
    assert_eq!(
        scaling(&scenario),
        [
            "0 came_on p-1",
            "20 scaled p: 1 to 2, saw -, wanted 2, limit none",
            "20 starting p-2",
            "30 scaled p: 2 to 3, saw -, wanted 3, limit none",
            "30 starting p-3",
            // Of those who start, the one that was asked for last.
            "40 scaled p: 3 to 2, saw -, wanted 2, limit none",
            "40 start_cancelled p-3",
            "50 came_on p-2",
        ]
    );
}

#[test]
fn who_leaves_is_called_back_when_there_is_nobody_else() {
    // A pool of at most one agent has room for one more that leaves. Tasks of 100 s.
    let counts = "\"0s\" = 1, \"20s\" = 0, \"30s\" = 1, \"40s\" = 0, \"50s\" = 1, \"10m\" = 1";
    let scenario = by_clock(&[(10.0, 100.0), (11.0, 60.0), (12.0, 5.0)], counts, "");
    assert_eq!(
        scaling(&scenario),
        [
            "0 came_on p-1",
            "20 scaled p: 1 to 0, saw -, wanted 0, limit none",
            "20 retired p-1",
            "30 scaled p: 0 to 1, saw -, wanted 1, limit none",
            "30 starting p-2",
            "30 came_on p-2",
            "40 scaled p: 1 to 0, saw -, wanted 0, limit none",
            "40 retired p-2",
            "50 scaled p: 0 to 1, saw -, wanted 1, limit none",
            "50 recalled p-2",
            "110 went_off p-1",
        ]
    );
    // It holds its task of 11 s until 90, and then takes the third, as if it had not been told.
    assert_eq!(
        work(&scenario)[2..6],
        ["90 finished 1 p-2", "90 started 2 p-2", "90 left 1 completed", "95 finished 2 p-2"]
    );
}

#[test]
fn keda_goes_to_zero_and_up_again() {
    // 4 tasks of 8 s at 5 s, and one at 75 s; nobody is there.
    let tasks = [at_once(5.0, 4, 8.0), at_once(75.0, 1, 8.0)].concat();
    let keys = "agents = { min = 0, max = 4 }\ntarget = 2\ncooldown = \"20s\"\n\
                stabilisation = \"0s\"\nstart_up = \"5s\"";
    assert_eq!(
        scaling(&scaled(&tasks, "keda", keys)),
        [
            "10 scaled p: 0 to 1, saw 4, wanted 1, limit none",
            "10 starting p-1",
            "15 came_on p-1",
            // 3 wait: ceil(3 / 2) = 2.
            "20 scaled p: 1 to 2, saw 3, wanted 2, limit none",
            "20 starting p-2",
            "25 came_on p-2",
            // One waits. The first agent finished at 23, the second has done nothing: it drains.
            "30 scaled p: 2 to 1, saw 0.5, wanted 1, limit none",
            "30 retired p-2",
            "33 went_off p-2",
            // Active last at 30: at 50 the 20 s are not over yet, they have to be passed.
            "60 scaled p: 1 to 0, saw 0, wanted 0, limit none",
            "60 retired p-1",
            "60 went_off p-1",
            "80 scaled p: 0 to 1, saw 1, wanted 1, limit none",
            "80 starting p-1",
            "85 came_on p-1",
            "110 scaled p: 1 to 0, saw 0, wanted 0, limit none",
            "110 retired p-1",
            "110 went_off p-1",
        ]
    );
}

#[test]
fn the_newest_or_the_oldest_goes() {
    let counts = "\"0s\" = 1, \"20s\" = 2, \"40s\" = 3, \"60s\" = 2, \"10m\" = 1";
    for (remove, who) in [("newest", "60 retired p-3"), ("oldest", "60 retired p-1")] {
        let keys = format!("remove = \"{remove}\"");
        let scenario = by_clock(&at_once(1.0, 1, 1.0), counts, &keys);
        assert_eq!(story(&scenario, &["retired"]), [who]);
    }
}

#[test]
fn metrics_are_seen_late() {
    // 5 tasks of 60 s at 15 s for one agent: 4 wait from then on.
    let started = |delay: &str| {
        let keys = format!(
            "agents = {{ min = 1, max = 2 }}\nmetric = \"queue_length\"\n\
             steps = [{{ above = 3, set = 2 }}]\n{delay}"
        );
        story(&scaled(&at_once(15.0, 5, 60.0), "step", &keys), &["starting"])
    };
    assert_eq!(started(""), ["20 starting p-2"]);
    assert_eq!(started("delay = \"10s\""), ["30 starting p-2"]);
    // At 30 it would see 15 s, when nobody looked: it sees what stood at 10.
    assert_eq!(started("delay = \"15s\""), ["40 starting p-2"]);
}
