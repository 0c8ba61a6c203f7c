//! What faults do, worked out by hand: one of each kind, with replayed arrivals and constant work,
//! so that every second below can be checked on paper.

mod common;

use common::hand::{metric, scenario};
use common::{audited_run, hand};
use rehearsal::observe::journal::Journal;
use rehearsal::scenario::meaning::Scenario;

const ONE_STEP: &str = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n";

const TOLD: [&str; 15] = [
    "queued",
    "started",
    "preempted",
    "finished",
    "withdrawn",
    "left",
    "moved",
    "crashed",
    "repaired",
    "stopped",
    "retrying",
    "fault_began",
    "fault_ended",
    "timed_out",
    "ended",
];

/// What happens, but for what becomes ready; no rule of a run is violated.
fn whole_story(scenario: &Scenario) -> Vec<String> {
    audited_run(scenario, Journal::new(scenario, 0));
    hand::story(scenario, &TOLD)
}

/// A system with one step of unit work and a fault.
fn one(tasks: &str, pool: &str, fault: &str) -> Scenario {
    scenario(tasks, &format!("{ONE_STEP}{pool}\n[faults.f]\n{fault}\n"))
}

#[test]
fn a_crash_fails_returns_or_resumes_what_is_served() {
    let fault = |work: &str| {
        let crash = format!("crash = {{ pool = \"p\", work = \"{work}\" }}");
        whole_story(&one("0,a,6", "", &format!("{crash}\nat = \"4s\"\nlasts = \"3s\"")))
    };
    assert_eq!(
        fault("fail"),
        [
            "0 started 0 p-1",
            "4 fault_began f",
            "4 crashed p-1 1 attempts in service",
            "4 stopped 0 p-1",
            "4 left 0 failed: crash",
            "4 ended 0 tasks in flight",
        ]
    );
    // 2 s of its 6 s are left at 7 s.
    assert_eq!(
        fault("resume"),
        [
            "0 started 0 p-1",
            "4 fault_began f",
            "4 crashed p-1 1 attempts in service",
            "4 preempted 0 p-1",
            "7 fault_ended f",
            "7 repaired p-1",
            "7 started 0 p-1 resumed",
            "9 finished 0 p-1",
            "9 left 0 completed",
            "9 ended 0 tasks in flight",
        ]
    );
    assert_eq!(fault("return")[7..9], ["13 finished 0 p-1", "13 left 0 completed"]);
}

#[test]
fn the_first_agents_that_are_up_crash_together() {
    // Agent 1 is down by `a` when `b` takes the first two that are up: agents 2 and 3. What they
    // did goes to nobody who is about to fall: only agent 4 is left.
    let rest = format!(
        "{ONE_STEP}agents = 4\n[faults.a]\ncrash = {{ pool = \"p\", agent = 1 }}\nat = \"1s\"\n\
         lasts = \"9s\"\n[faults.b]\ncrash = {{ pool = \"p\", agents = 2, work = \"return\" }}\n\
         at = \"2s\"\nlasts = \"3s\"\n"
    );
    let told = ["started", "crashed", "repaired", "finished"];
    let scenario = scenario("0,a,2 1,a,3 1,a,5", &rest);
    audited_run(&scenario, ());
    assert_eq!(
        hand::story(&scenario, &told),
        [
            "0 started 0 p-1",
            "1 started 1 p-2",
            "1 started 2 p-3",
            // By the table of ranks the arrivals of 1 s come before the fault.
            "1 crashed p-1 1 attempts in service",
            "2 crashed p-2 1 attempts in service",
            "2 started 1 p-4 resumed",
            "2 crashed p-3 1 attempts in service",
            "5 finished 1 p-4",
            "5 started 2 p-4 resumed",
            "5 repaired p-2",
            "5 repaired p-3",
            "10 finished 2 p-4",
        ]
    );
}

#[test]
fn an_agent_is_up_when_no_reason_is_left() {
    // Its own failure is due after 4 s of being up; repair takes 3 s. The first fault, from 2 s to
    // 3 s, rests its clock: it fails at 5 s. The second is on from 6 s to 10 s, beyond its repair
    // at 8 s; its clock runs from 10 s on, and it fails at 14 s, just when it is done.
    let rest = format!(
        "{ONE_STEP}failures = {{ every = \"4s\", repair = \"3s\" }}\n[faults.f]\n\
         crash = {{ pool = \"p\", work = \"resume\" }}\nat = [\"2s\", \"6s\"]\n\
         lasts = \"1s\"\n"
    );
    let long = rest.replace("lasts = \"1s\"", "lasts = \"4s\"");
    let told = ["started", "crashed", "repaired", "finished", "fault_began", "fault_ended"];
    let (short, long) = (scenario("0,a,8", &rest), scenario("0,a,8", &long));
    audited_run(&short, ());
    audited_run(&long, ());
    assert_eq!(
        hand::story(&short, &told),
        [
            "0 started 0 p-1",
            "2 fault_began f",
            "2 crashed p-1 1 attempts in service",
            "3 fault_ended f",
            "3 repaired p-1",
            "3 started 0 p-1 resumed",
            "5 crashed p-1 1 attempts in service",
            // Down already: nothing more is told of the agent.
            "6 fault_began f",
            "7 fault_ended f",
            "8 repaired p-1",
            "8 started 0 p-1 resumed",
            "12 finished 0 p-1",
        ]
    );
    // From 2 s to 6 s: 2 s of its clock are left then; at 6 s the next begin is also the end.
    assert_eq!(
        hand::story(&long, &told),
        [
            "0 started 0 p-1",
            "2 fault_began f",
            "2 crashed p-1 1 attempts in service",
            "6 fault_ended f",
            "6 repaired p-1",
            "6 started 0 p-1 resumed",
            "6 fault_began f",
            "6 crashed p-1 1 attempts in service",
            "10 fault_ended f",
            "10 repaired p-1",
            "10 started 0 p-1 resumed",
            "12 crashed p-1 1 attempts in service",
            "15 repaired p-1",
            "15 started 0 p-1 resumed",
            "19 finished 0 p-1",
        ]
    );
}

#[test]
fn slower_agents_take_longer_for_what_they_have_begun() {
    // 2 of 6 are done at 2 s; 4 s at half speed do 2 more; 2 are left at 6 s.
    let slow = "slow = { pool = \"p\", factor = 0.5 }\nat = \"2s\"\nlasts = \"4s\"";
    let told = ["started", "finished"];
    let of = |tasks: &str, pool: &str, fault: &str| {
        let scenario = one(tasks, pool, fault);
        audited_run(&scenario, ());
        hand::story(&scenario, &told)
    };
    let plain = of("0,a,6 3,a,1", "", slow);
    assert_eq!(
        plain,
        ["0 started 0 p-1", "8 finished 0 p-1", "8 started 1 p-1", "9 finished 1 p-1"]
    );
    // Shared: one alone does 2 by 2 s and 1 more until 4 s; then two at a quarter of the speed:
    // at 6 s 2.5 and 3.5 are left, from then on at half of it: done after 5 s more, and 1 alone.
    let shared = of("0,a,6 4,a,4", "service = \"processor_sharing\"", slow);
    assert_eq!(
        shared,
        ["0 started 0 p-1", "4 started 1 p-1", "11 finished 0 p-1", "12 finished 1 p-1"]
    );
}

#[test]
fn a_paused_agent_still_takes_work() {
    // 2 of 3 are done at 2 s; the other agent is busy until 5 s. Task 2 comes to the paused one,
    // which has a slot left. All time limits run on.
    let pause = "pause = { pool = \"p\", agents = 1 }\nat = \"2s\"\nlasts = \"10s\"";
    let scenario = one("0,a,3 3,a,1", "slots = 2", pause);
    assert_eq!(
        whole_story(&scenario),
        [
            "0 started 0 p-1",
            "2 fault_began f",
            "3 started 1 p-1",
            "12 fault_ended f",
            "13 finished 0 p-1",
            "13 left 0 completed",
            "13 finished 1 p-1",
            "13 left 1 completed",
            "13 ended 0 tasks in flight",
        ]
    );
    let shared = one("0,a,3", "service = \"processor_sharing\"", pause);
    assert_eq!(whole_story(&shared)[3], "13 finished 0 p-1");
}

#[test]
fn an_attempt_on_a_paused_agent_times_out() {
    let rest = "[workflows.f.steps.s]\nwork = 1\ntimeout = \"5s\"\non_timeout = \"stop\"\n\
                [pools.p]\n[faults.f]\npause = { pool = \"p\" }\nat = \"1s\"\n";
    let rest = rest.replace("on_timeout = \"stop\"\n", "cancellable = true\n");
    let scenario = scenario("0,a,3", &rest);
    let story = whole_story(&scenario);
    assert_eq!(story[..2], ["0 started 0 p-1", "1 fault_began f"]);
    assert!(story[2].starts_with("5 timed_out 0 p-1"), "{story:?}");
}

#[test]
fn nobody_waits_for_a_pause_without_an_end() {
    // Nothing happens after the time at which it would have been done.
    let story = whole_story(&one("0,a,3", "", "pause = { pool = \"p\" }\nat = \"1s\""));
    assert_eq!(story, ["0 started 0 p-1", "1 fault_began f", "3 ended 1 tasks in flight"]);
}

#[test]
fn what_is_done_when_a_fault_begins_is_done() {
    let pause = "pause = { pool = \"p\" }\nat = \"3s\"\nlasts = \"1s\"";
    let told = whole_story(&one("0,a,3", "", pause));
    assert_eq!(told[..2], ["0 started 0 p-1", "3 finished 0 p-1"]);
    // And what comes when one ends comes under it: a delay of 5 s.
    let delay = "delay = { pool = \"p\", by = \"5s\" }\nat = \"1s\"\nlasts = \"2s\"";
    let told = whole_story(&one("3,a,1", "", delay));
    assert_eq!(told[1..4], ["3 started 0 p-1", "3 fault_ended f", "9 finished 0 p-1"]);
}

#[test]
fn errors_fail_at_once_or_after_their_service() {
    let errors = |after: &str, tasks: &str| {
        let fault = format!("errors = {{ pool = \"p\", rate = 1{after} }}\nat = \"1s\"");
        let scenario = one(tasks, "slots = 2", &format!("{fault}\nlasts = \"2s\""));
        audited_run(&scenario, ());
        hand::story(&scenario, &["finished"])
    };
    let tasks = "0,a,4 2,a,2 4,a,2";
    assert_eq!(
        errors("", tasks),
        ["4 finished 0 p-1", "4 finished 1 p-1 failed", "6 finished 2 p-1"]
    );
    assert_eq!(
        errors(", after = \"500ms\"", tasks),
        ["2.5 finished 1 p-1 failed", "4 finished 0 p-1", "6 finished 2 p-1"]
    );
}

#[test]
fn the_first_attempts_of_each_agent_fail() {
    // The script: 2 on each agent; the second one begins the count anew.
    let fault = "first_fail = { pool = \"p\", attempts = 2 }\nat = [\"1s\", \"30s\"]\n\
                 lasts = \"20s\"";
    let tasks = "2,a,1 4,a,1 6,a,1 31,a,1 31,a,1 33,a,1 33,a,1 35,a,1 60,a,1";
    let scenario = one(tasks, "agents = 2", fault);
    audited_run(&scenario, ());
    let results = hand::story(&scenario, &["finished"]);
    let failed: Vec<&str> = results
        .iter()
        .filter(|line| line.ends_with("failed"))
        .map(|line| line.split(' ').nth(2).unwrap())
        .collect();
    // Agent 1 takes tasks 0, 1, 2, 3, 5 and agent 2 tasks 4 and 6.
    assert_eq!(failed, ["0", "1", "3", "4", "5", "6"]);
}

#[test]
fn a_delay_comes_before_the_work() {
    // Of 2 s delay and 3 s of work 3 s have passed at the crash: 2 s of work are left.
    let rest = format!(
        "{ONE_STEP}[faults.d]\ndelay = {{ pool = \"p\", by = \"2s\" }}\nat = \"0s\"\n\
         lasts = \"1s\"\n[faults.c]\ncrash = {{ pool = \"p\", work = \"resume\" }}\nat = \"4s\"\n\
         lasts = \"6s\"\n"
    );
    let scenario = scenario("1,a,3", &rest);
    audited_run(&scenario, ());
    let told = ["started", "finished"];
    assert_eq!(
        hand::story(&scenario, &told),
        ["1 started 0 p-1", "10 started 0 p-1 resumed", "12 finished 0 p-1"]
    );
}

#[test]
fn a_lost_attempt_holds_its_slot_until_it_is_noticed() {
    let fault = |pool: &str| {
        let loss = "loss = { pool = \"p\", rate = 1, after = \"4s\" }\nat = \"1s\"\nlasts = \"2s\"";
        whole_story(&one("2,a,1 3,a,1 5,a,1", pool, loss))
    };
    // Task 1 comes when the fault ends, but starts only when the slot is free, at 6 s.
    let story = fault("");
    assert_eq!(
        story,
        [
            "1 fault_began f",
            "2 started 0 p-1",
            "3 queued 1",
            "3 fault_ended f",
            "5 queued 2",
            "6 finished 0 p-1 failed",
            "6 started 1 p-1",
            "6 left 0 failed: timeout",
            "7 finished 1 p-1",
            "7 started 2 p-1",
            "7 left 1 completed",
            "8 finished 2 p-1",
            "8 left 2 completed",
            "8 ended 0 tasks in flight",
        ]
    );
    // Where attempts share the rate it takes no part: tasks 0 and 1 are lost, task 2 is alone.
    let shared = fault("service = \"processor_sharing\"");
    let finished: Vec<&String> = shared.iter().filter(|line| line.contains("finished")).collect();
    assert_eq!(
        finished,
        ["6 finished 0 p-1 failed", "6 finished 2 p-1", "7 finished 1 p-1 failed"]
    );
}

/// Two GPUs, each task needs one.
fn gpus(tasks: &str, on_unavailable: &str, fault: &str) -> Scenario {
    let rest = format!(
        "[resources.gpu]\ncount = 2\n[workflows.f.steps.s]\nwork = 1\n\
         resources = {{ gpu = 1 }}\non_unavailable = \"{on_unavailable}\"\n[pools.p]\nslots = 9\n\
         [faults.f]\n{fault}\n"
    );
    scenario(tasks, &rest)
}

#[test]
fn lost_units_cannot_be_had_until_they_are_back() {
    // At 1 s unit 1 is held and unit 2 free: both are lost, the first when it is given back at 3 s.
    let lost = "lost = { resource = \"gpu\" }\nat = \"1s\"\nlasts = \"5s\"";
    let scenario = gpus("0,a,3 2,a,1 4,a,1", "wait", lost);
    audited_run(&scenario, ());
    let told = ["held", "unit_lost", "unit_regained", "blocked", "finished"];
    assert_eq!(
        hand::story(&scenario, &told),
        [
            "0 held 0 gpu-1",
            "1 unit_lost gpu-2",
            "1 unit_lost gpu-1",
            "2 blocked 1",
            "3 finished 0 p-1",
            "4 blocked 2",
            "6 unit_regained gpu-2",
            "6 unit_regained gpu-1",
            "6 held 1 gpu-1",
            "6 held 2 gpu-2",
            "7 finished 1 p-1",
            "7 finished 2 p-1",
        ]
    );
    let one_unit = "lost = { resource = \"gpu\", units = 1 }\nat = \"1s\"";
    let scenario = gpus("0,a,3 2,a,1 4,a,1", "fail", one_unit);
    audited_run(&scenario, ());
    assert_eq!(
        hand::story(&scenario, &["held", "left"]),
        ["0 held 0 gpu-1", "2 left 1 failed: no_resource", "3 left 0 completed", "4 held 2 gpu-1"]
            .into_iter()
            .chain(["5 left 2 completed"])
            .collect::<Vec<_>>()
    );
}

#[test]
fn rows_of_a_trace_come_so_many_times() {
    // Rows at 1, 2, 2 and 5 s; three times as many from 1 s (after the row of that time) to 5 s
    // (with the row of that time).
    let surge = "surge = { workload = \"w\", factor = 3 }\nat = \"1s\"\nlasts = \"4s\"";
    let scenario = one("1,a,1 2,a,1 2,a,1 5,a,1 6,a,1", "slots = 99", surge);
    audited_run(&scenario, ());
    let mut times: Vec<f64> = hand::rows(&scenario)
        .into_iter()
        .filter(|row| row.fact == "arrived")
        .map(|row| row.time_s)
        .collect();
    let three = |at: f64| std::iter::repeat_n(at, 3);
    let expected: Vec<f64> = std::iter::once(1.0)
        .chain(three(2.0).chain(three(2.0)).chain(three(5.0)))
        .chain([6.0])
        .collect();
    times.sort_by(f64::total_cmp);
    assert_eq!(times, expected);
    assert_eq!(metric(&scenario, "fault.f.times"), 1.0);
    assert_eq!(metric(&scenario, "fault.f.on_s"), 4.0);
}
