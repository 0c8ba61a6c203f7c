//! What agents do, worked out by hand: failures and repairs, warm-up, slow-down, rate limits, stale
//! views, partial matches. Arrivals are replayed, work and times between failures are constant, so
//! every second below can be checked on paper.

mod common;

use std::collections::BTreeMap;

use common::hand::{metric, scenario, story};
use common::observe;
use rehearsal::observe::series::Series;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// What happens, but for what becomes ready.
fn whole_story(scenario: &Scenario) -> Vec<String> {
    let told = [
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
        "refused",
        "ended",
    ];
    story(scenario, &told)
}

const ONE_STEP: &str = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n";

/// An agent works 4 s until it fails, and is down for 3 s.
fn failing(more: &str) -> String {
    format!("failures = {{ every = \"4s\", repair = \"3s\", {more} }}\n")
}

#[test]
fn work_goes_on_where_it_was_at_its_old_place() {
    // 6 s of work: 4 are done at 4 s; after the repair at 7 s the 2 that are left, then the next.
    // The clock runs while the agent is idle, so that the next failure is at 11 s.
    let rest = format!("{ONE_STEP}{}", failing("work = \"resume\""));
    assert_eq!(
        whole_story(&scenario("0,a,6 1,a,1", &rest)),
        [
            "0 started 0 p-1",
            "1 queued 1",
            "4 crashed p-1 1 attempts in service",
            "4 preempted 0 p-1",
            "7 repaired p-1",
            "7 started 0 p-1 resumed",
            "9 finished 0 p-1",
            "9 started 1 p-1",
            "9 left 0 completed",
            "10 finished 1 p-1",
            "10 left 1 completed",
            "10 ended 0 tasks in flight",
        ]
    );
}

#[test]
fn work_that_is_returned_starts_again_on_any_agent() {
    // Both agents fail at 4 s, one after the other, and the work goes through both hands. The first
    // is repaired first, at 7 s: it needs all 3 s, though it had done 2 of them before.
    let one = format!("{ONE_STEP}speed = [1.0, 0.5]\n{}", failing("work = \"return\""));
    assert_eq!(
        whole_story(&scenario("2,a,3", &one)),
        [
            "2 started 0 p-1",
            "4 crashed p-1 1 attempts in service",
            "4 preempted 0 p-1",
            "4 started 0 p-2 resumed",
            "4 crashed p-2 1 attempts in service",
            "4 preempted 0 p-2",
            "7 repaired p-1",
            "7 started 0 p-1 resumed",
            "7 repaired p-2",
            "10 finished 0 p-1",
            "10 left 0 completed",
            "10 ended 0 tasks in flight",
        ]
    );
}

#[test]
fn the_clock_rests_while_the_agent_is_idle() {
    // It serves from 0 to 3 s and fails 1 s into the task that comes at 10 s.
    let rest = format!("{ONE_STEP}{}", failing("while_idle = false, work = \"resume\""));
    assert_eq!(
        whole_story(&scenario("0,a,3 10,a,2", &rest)),
        [
            "0 started 0 p-1",
            "3 finished 0 p-1",
            "3 left 0 completed",
            "10 started 1 p-1",
            "11 crashed p-1 1 attempts in service",
            "11 preempted 1 p-1",
            "14 repaired p-1",
            "14 started 1 p-1 resumed",
            "15 finished 1 p-1",
            "15 left 1 completed",
            "15 ended 0 tasks in flight",
        ]
    );
}

#[test]
fn a_lost_attempt_fails_a_plain_step_and_is_retried_by_one_with_care() {
    let plain = format!("{ONE_STEP}{}", failing("work = \"fail\""));
    assert_eq!(
        whole_story(&scenario("0,a,6", &plain)),
        [
            "0 started 0 p-1",
            "4 crashed p-1 1 attempts in service",
            "4 stopped 0 p-1",
            "4 left 0 failed: crash",
            "4 ended 0 tasks in flight",
        ]
    );
    // A retry 1 s later finds nobody up until 7 s, and needs 3 of the 4 s until the next failure.
    let step = "[workflows.f.steps.s]\nwork = 3\nretry.fixed = { delay = \"1s\" }\n[pools.p]\n";
    let rest = format!("{step}{}", failing("work = \"fail\""));
    assert_eq!(
        whole_story(&scenario("2,a,3", &rest)),
        [
            "2 started 0 p-1",
            "4 crashed p-1 1 attempts in service",
            "4 stopped 0 p-1",
            "4 retrying 0 attempt 2 in 1s after crash",
            "5 queued 0",
            "7 repaired p-1",
            "7 started 0 p-1",
            "10 finished 0 p-1",
            "10 left 0 completed",
            "10 ended 0 tasks in flight",
        ]
    );
}

#[test]
fn shared_work_goes_on_with_what_is_left() {
    // Two at half speed: at 4 s each has had 2. Task 0 (3 work) has 1 left, task 1 (5) has 3. From
    // 7 s on: task 0 is done at 9 s, and task 1 then has 2 left, alone. The agent fails at 11 s,
    // just when it is done; a finish comes before a failure of the same time.
    let rest =
        format!("{ONE_STEP}service = \"processor_sharing\"\n{}", failing("work = \"resume\""));
    let told = ["crashed", "started", "finished", "ended"];
    assert_eq!(
        story(&scenario("0,a,3 0,a,5", &rest), &told),
        [
            "0 started 0 p-1",
            "0 started 1 p-1",
            "4 crashed p-1 2 attempts in service",
            "7 started 0 p-1 resumed",
            "7 started 1 p-1 resumed",
            "9 finished 0 p-1",
            "11 finished 1 p-1",
            "11 ended 0 tasks in flight",
        ]
    );
}

#[test]
fn who_waits_in_the_line_of_a_failed_agent_moves_on() {
    // Round robin, bound early: tasks 0 and 2 go to the first agent. Only it fails, at 4 s.
    let rest = format!(
        "[workflows.f.steps.s]\nwork = 1\n[queues.q]\nbinding = \"early\"\n\
         dispatch = \"round_robin\"\n[pools.frail]\nqueue = \"q\"\n{}\
         [pools.sound]\nqueue = \"q\"\n",
        failing("work = \"resume\"")
    );
    let told = ["started", "queued", "preempted", "moved", "crashed"];
    assert_eq!(
        story(&scenario("0,a,5 0,a,9 1,a,2", &rest), &told),
        [
            "0 started 0 frail-1",
            "0 started 1 sound-1",
            "1 queued 2 frail-1",
            "4 crashed frail-1 1 attempts in service",
            "4 preempted 0 frail-1",
            "4 moved 0 sound-1",
            "4 moved 2 sound-1",
            "9 started 0 sound-1 resumed",
            "10 started 2 sound-1",
            // Up from 7 s, with nothing in its line.
            "11 crashed frail-1 0 attempts in service",
        ]
    );
}

#[test]
fn a_run_waits_for_a_repair_however_often_others_fail() {
    // The only one who can do it is down from 4 s for a day; another fails every second meanwhile.
    let rest = "[workflows.f.steps.s]\nwork = 1\nneeds = \"x\"\n\
        [pools.busy]\ncan = \"y\"\nfailures = { every = \"1s\", repair = \"1s\" }\n\
        [pools.slow]\ncan = \"x\"\nfailures = { every = \"4s\", repair = \"1d\" }\n";
    let lines = story(&scenario("5,a,2", rest), &["started", "finished", "ended"]);
    let told =
        ["86404 started 0 slow-1", "86406 finished 0 slow-1", "86406 ended 0 tasks in flight"];
    assert_eq!(lines, told);
}

#[test]
fn a_run_ends_when_no_repair_will_help() {
    // The one who can do it goes off duty at 10 s for good; the others fail for ever.
    let files = BTreeMap::from([
        ("on.csv".to_string(), b"agent,on,off\nal,0,10\n".to_vec()),
        ("tasks.csv".to_string(), b"t_s,class,work\n20,a,1\n".to_vec()),
    ]);
    let text = r#"name = "by-hand"
        [workloads.w]
        arrivals.trace = { file = "tasks.csv", class = "class", work = "work" }
        [classes.a]
        [workflows.f.steps.s]
        work = 1
        needs = "x"
        [pools.busy]
        can = "y"
        failures = { every = "1s", repair = "1s" }
        published_every = "1s"
        [pools.gone]
        can = "x"
        sessions = { file = "on.csv", agent = "agent", from = "on", to = "off" }"#;
    let scenario = load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}")).scenario;
    let lines = story(&scenario, &["started", "ended"]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].ends_with("ended 1 tasks in flight"), "{lines:?}");
}

#[test]
fn work_longer_than_any_time_between_failures_does_not_go_on_for_ever() {
    let rest = format!("{ONE_STEP}{}", failing("work = \"return\", while_idle = false"));
    // A thousand failures in vain, every 7 s from 4 s on; the next one ends it.
    let lines = story(&scenario("0,a,5", &rest), &["left"]);
    assert_eq!(lines, ["7004 left 0 failed: crash"]);
}

#[test]
fn availability_worked_by_hand() {
    // Up for 4 s, down for 3 s, and so on to the horizon of 20 s: down in 4-7, 11-14 and 18-20.
    let text = format!(
        "name = \"by-hand\"\nhorizon = \"20s\"\ngrid = \"10s\"\n\
         [workloads.w]\narrivals.renewal.gap = \"1h\"\n{ONE_STEP}{}",
        failing("work = \"resume\"")
    );
    let scenario = common::load_text(&text);
    assert!((metric(&scenario, "pool.p.availability") - 12.0 / 20.0).abs() < 1e-12);
    assert_eq!(metric(&scenario, "pool.p.crashes"), 3.0);
    let series = observe(&scenario, Series::new(&scenario));
    let place = Series::levels(&scenario).iter().position(|name| name == "pool.p.down").unwrap();
    let down: Vec<f64> = series.cells().iter().map(|cell| cell.levels[place]).collect();
    assert_eq!(down, [0.3, 0.5]);
}

#[test]
fn a_breaker_hears_of_lost_attempts() {
    let rest = format!(
        "{ONE_STEP}agents = 1\nbreaker.consecutive = {{ failures = 1, recovery = \"1m\" }}\n{}",
        failing("work = \"fail\"")
    );
    let told = ["crashed", "breaker_moved"];
    let lines = story(&scenario("0,a,6", &rest), &told);
    assert_eq!(lines, ["4 crashed p-1 1 attempts in service", "4 breaker_moved p-1 is open"]);
}

#[test]
fn fresh_agents_are_slow_at_first() {
    // The first two attempts at half speed: 4 s and 2 s; then 1 s. Fresh again after the repair.
    let rest = format!("{ONE_STEP}warm_up = {{ attempts = 2, factor = 0.5 }}\n");
    let told = ["finished"];
    let finished = story(&scenario("0,a,2 0,a,1 0,a,1", &rest), &told);
    assert_eq!(finished, ["4 finished 0 p-1", "6 finished 1 p-1", "7 finished 2 p-1"]);
    let rest = format!("{rest}failures = {{ every = \"7.5s\", repair = \"1s\" }}\n");
    let finished = story(&scenario("0,a,2 0,a,1 0,a,1 9,a,1", &rest), &told);
    assert_eq!(finished.last().unwrap(), "11 finished 3 p-1");
}

#[test]
fn what_a_slow_start_has_left_when_it_is_interrupted() {
    // At half speed 2 of 6 work are done at 4 s. Repaired means fresh: from 7 s on at half speed,
    // 2 more until the failure at 11 s; from 14 s on the last 2 take 4 s, until just the next one.
    let rest = format!(
        "{ONE_STEP}warm_up = {{ attempts = 1, factor = 0.5 }}\n{}",
        failing("work = \"resume\"")
    );
    let finished = story(&scenario("0,a,6", &rest), &["finished"]);
    assert_eq!(finished, ["18 finished 0 p-1"]);
}

#[test]
fn others_in_service_slow_a_new_attempt() {
    // Alone 2 s; with one other 2 * 1.5 = 3 s; with two others 2 * 2 = 4 s; fixed at the start.
    let rest = format!("{ONE_STEP}slots = 3\nslow_down = 0.5\n");
    let finished = story(&scenario("0,a,2 0,a,2 0,a,2", &rest), &["finished"]);
    assert_eq!(finished, ["2 finished 0 p-1", "3 finished 1 p-1", "4 finished 2 p-1"]);
}

#[test]
fn capabilities_have_speeds() {
    // The slower of the two needed: 3 work at 0.5 take 6 s.
    let rest = "[workflows.f.steps.s]\nwork = 1\nneeds = [\"x\", \"y\"]\n[pools.p]\n\
        can = { x = { speed = 2.0 }, y = { chance = \"100%\", speed = 0.5 } }\n";
    assert_eq!(story(&scenario("0,a,3", rest), &["finished"]), ["6 finished 0 p-1"]);
}

#[test]
fn what_finds_no_room_under_a_rate_limit_is_refused() {
    // Two requests and 10 tokens a minute, at once. The second has the tokens left, the third finds
    // no request; at 30 s there is one request more and 5 tokens.
    let rest = format!(
        "{ONE_STEP}service.rate_limited = {{ requests = \"2/min\", tokens = \"10/min\" }}\n"
    );
    assert_eq!(
        whole_story(&scenario("0,a,6 0,a,5 1,a,4 1,a,1 30,a,6 30,a,5", &rest)),
        [
            "0 started 0 p-1",
            "0 refused 1 p-1 rejected",
            "0 left 1 failed: rejected",
            "1 started 2 p-1",
            "1 refused 3 p-1 rejected",
            "1 left 3 failed: rejected",
            "5 finished 2 p-1",
            "5 left 2 completed",
            "6 finished 0 p-1",
            "6 left 0 completed",
            "30 refused 4 p-1 rejected",
            "30 left 4 failed: rejected",
            "30 started 5 p-1",
            "35 finished 5 p-1",
            "35 left 5 completed",
            "35 ended 0 tasks in flight",
        ]
    );
}

#[test]
fn dispatch_sees_what_was_published() {
    // Least outstanding, bound early. What is published at 0 and 10 s holds until the next: three
    // tasks at 1 s all go to the first agent; at 10 s it is seen with three.
    let rest = format!(
        "{ONE_STEP}agents = 2\nbinding = \"early\"\ndispatch = \"least_outstanding\"\n\
         published_every = \"10s\"\n"
    );
    let lines = story(&scenario("1,a,20 1,a,20 1,a,20 11,a,1", &rest), &["queued", "started"]);
    assert_eq!(lines[..3], ["1 started 0 p-1", "1 queued 1 p-1", "1 queued 2 p-1"]);
    assert_eq!(lines[3], "11 started 3 p-2");
}

#[test]
fn a_partial_match_is_a_candidate_with_its_share() {
    // The generalist offers one of two needs. By the weight of the capability alone the expert's
    // score is 1 and the generalist's 0.5: the expert first, then the idle generalist, at half
    // speed.
    let rest = "[workflows.f.steps.s]\nwork = 1\nneeds = [\"x\", \"y\"]\nrequire_all = false\n\
        partial.speed = 0.5\nqueue = \"q\"\n\
        [queues.q.dispatch.scored.weights]\ncapability = 1\nsuccess = 0\nresponse = 0\n\
        availability = 0\n\
        [pools.a_generalist]\nqueue = \"q\"\ncan = \"x\"\n\
        [pools.expert]\nqueue = \"q\"\ncan = [\"x\", \"y\"]\n";
    assert_eq!(
        story(&scenario("0,a,4 0,a,4", rest), &["started", "finished"]),
        [
            "0 started 0 expert-1",
            "0 started 1 a_generalist-1",
            "4 finished 0 expert-1",
            "8 finished 1 a_generalist-1",
        ]
    );
}

#[test]
fn the_cheapest_first_and_near_the_last_one() {
    let rest = "[workflows.f.steps.s]\nwork = 1\nqueue = \"q\"\n\
        [queues.q]\ndispatch = \"cheapest_first\"\n\
        [pools.a]\nqueue = \"q\"\ncost = \"1/min\"\n[pools.b]\nqueue = \"q\"\ncost = 38\n";
    let lines = story(&scenario("0,a,1 0,a,1", rest), &["started"]);
    assert_eq!(lines, ["0 started 0 b-1", "0 started 1 a-1"]);
    // A task's second step goes to the zone of its first: from north-1 to the only other in north.
    let rest = "[workflows.f.steps.one]\nwork = 1\nqueue = \"n\"\n\
        [workflows.f.steps.two]\nwork = 1\nneeds = \"y\"\nqueue = \"m\"\n\
        [queues.n]\n[queues.m.dispatch.scored.weights]\nlocality = 1\n\
        [pools.north]\nqueue = \"n\"\nzone = \"north\"\n\
        [pools.a_south]\nqueue = \"m\"\ncan = \"y\"\nzone = \"south\"\n\
        [pools.b_north]\nqueue = \"m\"\ncan = \"y\"\nzone = \"north\"\n";
    let lines = story(&scenario("0,a,1", rest), &["started"]);
    assert_eq!(lines, ["0 started 0 north-1", "1 started 0 b_north-1"]);
}
