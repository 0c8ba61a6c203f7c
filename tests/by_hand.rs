//! Small systems worked out by hand: ties, interruptions, shifts, ends of runs. Arrivals are
//! replayed and work is constant, so every second below can be checked on paper.

mod common;

use std::collections::BTreeMap;

use common::audited_run;
use rehearsal::observe::journal::Journal;
use rehearsal::observe::summary::{Summary, metrics};
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// A scenario whose tasks come at these times (seconds, class, work).
fn scenario(tasks: &str, rest: &str) -> Scenario {
    let files = BTreeMap::from([(
        "tasks.csv".to_string(),
        format!("t_s,class,work\n{}", tasks.replace(' ', "\n")).into_bytes(),
    )]);
    let text = format!(
        r#"name = "by-hand"
        [workloads.w]
        arrivals.trace = {{ file = "tasks.csv", class = "class", work = "work" }}
        [classes.a]
        {rest}"#
    );
    load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}")).scenario
}

const ONE_STEP: &str = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n";

/// The journal as lines `time fact task agent detail`, without arrivals and what becomes ready.
fn story(scenario: &Scenario) -> Vec<String> {
    let journal = audited_run(scenario, Journal::new(scenario, usize::MAX));
    let told = ["queued", "started", "preempted", "finished", "withdrawn", "left", "moved"];
    let rows = journal.rows().iter().filter(|row| told.contains(&row.fact));
    let line = |row: &rehearsal::observe::journal::Row| {
        let task = row.task.map_or(String::new(), |task| task.to_string());
        let words = [row.time_s.to_string(), row.fact.to_string(), task];
        let more = [row.agent.clone().unwrap_or_default(), row.detail.clone()];
        let all = words.into_iter().chain(more).filter(|word| !word.is_empty());
        all.collect::<Vec<_>>().join(" ")
    };
    rows.map(line).collect()
}

fn metric(scenario: &Scenario, name: &str) -> f64 {
    let summary = audited_run(scenario, Summary::new(scenario));
    let all = metrics(&summary);
    all.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("no {name}")).value
}

#[test]
fn a_finish_comes_before_an_arrival_of_the_same_time() {
    // The second task comes at 3 s, when the first one ends: it does not wait.
    let story = story(&scenario("0,a,3 3,a,2", ONE_STEP));
    assert_eq!(
        story,
        [
            "0 started 0 p-1",
            "3 finished 0 p-1",
            "3 left 0 completed",
            "3 started 1 p-1",
            "5 finished 1 p-1",
            "5 left 1 completed",
        ]
    );
}

#[test]
fn who_would_be_served_when_patience_ends_is_served() {
    // Patience 3 s ends exactly when the agent is freed: a finish comes before a timeout.
    let rest = format!("patience = \"3s\"\n{ONE_STEP}");
    let kept = story(&scenario("0,a,3 0,a,2", &rest));
    assert!(kept.contains(&"3 started 1 p-1".to_string()), "{kept:?}");
    let lost = story(&scenario("0,a,4 0,a,2", &rest));
    assert!(lost.contains(&"3 left 1 reneged".to_string()), "{lost:?}");
    assert!(!lost.contains(&"4 started 1 p-1".to_string()), "{lost:?}");
}

#[test]
fn a_higher_class_interrupts_and_the_lower_goes_on_where_it_was() {
    let rest = r#"[classes.b]
        priority = 5
        [workflows.f.steps.s]
        work = 1
        [pools.p]
        discipline.priority = { preemptive = true }"#;
    let story = story(&scenario("0,a,10 4,b,3 5,a,1 6,b,2", rest));
    assert_eq!(
        story,
        [
            "0 started 0 p-1",
            "4 preempted 0 p-1",
            "4 started 1 p-1",
            "5 queued 2",
            "6 queued 3",
            "7 finished 1 p-1",
            "7 started 3 p-1",
            "7 left 1 completed",
            "9 finished 3 p-1",
            "9 started 0 p-1 resumed",
            "9 left 3 completed",
            // Six seconds were left of the ten.
            "15 finished 0 p-1",
            "15 started 2 p-1",
            "15 left 0 completed",
            "16 finished 2 p-1",
            "16 left 2 completed",
        ]
    );
}

#[test]
fn a_full_queue_turns_away_whom_its_rule_names() {
    let tasks = "0,a,10 1,a,10 2,a,10 3,a,10";
    let rule = |rule: &str| {
        let rest = format!("{ONE_STEP}capacity = 2\n{rule}");
        let story = story(&scenario(tasks, &rest));
        story.into_iter().find(|line| line.contains("rejected")).unwrap()
    };
    assert_eq!(rule("when_full = \"reject_newcomer\""), "3 left 3 rejected");
    assert_eq!(rule("when_full = \"drop_oldest\""), "3 left 1 rejected");
    // Under LIFO the one that would be taken last is the first that came.
    assert_eq!(rule("discipline = \"lifo\"\nwhen_full = \"drop_last\""), "3 left 1 rejected");
    // Under FIFO it is the newcomer itself.
    assert_eq!(rule("when_full = \"drop_last\""), "3 left 3 rejected");
}

#[test]
fn a_newcomer_that_drops_its_own_task_goes_with_it() {
    // Both steps of the second task want the one place in line: the second step drops the first
    // one, and with it the task.
    let rest = r#"[workflows.f.steps]
        one = { work = "9s", queue = "p", after = ["start"] }
        two = { work = "9s", queue = "p", after = ["start"] }
        start = { work = "1s", queue = "q" }
        [pools.p]
        agents = 2
        capacity = 1
        when_full = "drop_oldest"
        [pools.q]
        agents = 9"#;
    let scenario = scenario("0,a, 1,a,", rest);
    let left: Vec<_> = story(&scenario).into_iter().filter(|line| line.contains("left")).collect();
    assert_eq!(left, ["2 left 1 rejected", "10 left 0 completed"]);
}

#[test]
fn nobody_waits_where_nobody_may() {
    let rest = format!("{ONE_STEP}capacity = 0");
    let story = story(&scenario("0,a,2 1,a,2 2,a,2", &rest));
    let left: Vec<_> = story.iter().filter(|line| line.contains("left")).collect();
    assert_eq!(left, ["1 left 1 rejected", "2 left 0 completed", "4 left 2 completed"]);
}

#[test]
fn a_line_that_is_too_long_is_not_joined() {
    let rest = format!("balk_above = 1\n{ONE_STEP}");
    let story = story(&scenario("0,a,9 1,a,9 2,a,9 3,a,9", &rest));
    // One waits, then two: the last finds two, which is more than one.
    assert!(story.contains(&"3 left 3 balked".to_string()), "{story:?}");
    assert_eq!(story.iter().filter(|line| line.contains("balked")).count(), 1);
}

#[test]
fn an_agent_off_duty_finishes_what_it_holds_and_its_line_moves_on() {
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        agents = 2
        shifts = { "00:00" = 2, "01:00" = 1 }
        binding = "early"
        dispatch = "round_robin""#;
    // Tasks go to p-1, p-2, p-1, p-2; p-2 goes off at 3600 s while it serves and one waits for it.
    let tasks = "3590,a,30 3591,a,30 3592,a,5 3593,a,5";
    let story = story(&scenario(tasks, rest));
    let after: Vec<_> = story.iter().skip_while(|line| !line.starts_with("3600")).collect();
    assert_eq!(
        after,
        [
            "3600 moved 3 p-1",
            "3620 finished 0 p-1",
            "3620 started 2 p-1",
            "3620 left 0 completed",
            "3621 finished 1 p-2",
            "3621 left 1 completed",
            "3625 finished 2 p-1",
            "3625 started 3 p-1",
            "3625 left 2 completed",
            "3630 finished 3 p-1",
            "3630 left 3 completed",
        ]
    );
}

#[test]
fn sharing_halves_the_speed_of_both() {
    let rest = format!("{ONE_STEP}service = \"processor_sharing\"");
    // From 1 s on each goes at half speed: the short one needs 2 s for 1 s of work.
    let story = story(&scenario("0,a,4 1,a,1", &rest));
    let left: Vec<_> = story.iter().filter(|line| line.contains("left")).collect();
    assert_eq!(left, ["3 left 1 completed", "5 left 0 completed"]);
}

#[test]
fn a_wrap_up_keeps_the_slot_and_not_the_task() {
    let rest = format!("{ONE_STEP}wrap_up = \"7s\"");
    let scenario = scenario("0,a,3 1,a,2", &rest);
    let story = story(&scenario);
    assert!(story.contains(&"3 left 0 completed".to_string()));
    assert!(story.contains(&"10 started 1 p-1".to_string()), "{story:?}");
    // The run ends when the last slot has wrapped up, at 19 s: busy 5 s, wrapping up 14 s.
    assert_eq!(metric(&scenario, "pool.p.occupancy"), 1.0);
    assert!((metric(&scenario, "pool.p.utilisation") - 5.0 / 19.0).abs() < 1e-12);
}

#[test]
fn a_join_waits_for_all_and_a_failed_critical_step_ends_the_task() {
    let rest = |critical: bool| {
        format!(
            r#"[workflows.f.steps]
            left = {{ work = "2s", needs = ["safe"], after = ["start"] }}
            right = {{ work = "5s", needs = ["risky"], after = ["start"], critical = {critical} }}
            both = {{ work = "1s", needs = ["safe"], after = ["left", "right"] }}
            start = {{ work = "1s", needs = ["safe"] }}
            [pools.p]
            agents = 2
            can = ["safe"]
            [pools.q]
            can = {{ risky = 0 }}"#
        )
    };
    let left = |critical| {
        let story = story(&scenario("0,a,", &rest(critical)));
        story.iter().find(|line| line.contains("left")).unwrap().clone()
    };
    assert_eq!(left(true), "6 left 0 failed: failure");
    assert_eq!(left(false), "7 left 0 completed");
}

#[test]
fn rework_ends_at_its_bound() {
    let rest = r#"[workflows.f]
        first = "write"
        [workflows.f.steps]
        write = { work = "1s", at_most = 3, then = "review" }
        review = { work = "1s", then = { write = 0.999999999, end = 0.000000001 } }
        [pools.p]"#;
    let scenario = scenario("0,a,", rest);
    // Three rounds of two seconds; then the arm back is no arm any more.
    assert_eq!(metric(&scenario, "attempts_per_task"), 6.0);
    assert_eq!(metric(&scenario, "sojourn_mean_s"), 6.0);
}

#[test]
fn a_run_without_drain_stops_at_the_horizon() {
    let text = ONE_STEP;
    let mut scenario = scenario("0,a,4 1,a,4 2,a,4 10,a,1", text);
    scenario.horizon = rehearsal::base::time::Time::from_nanos(10_000_000_000);
    scenario.drain = false;
    let summary = audited_run(&scenario, Summary::new(&scenario));
    // The task that would come at 10 s does not come; the third one is in service.
    assert_eq!((summary.arrived_in_all, summary.in_flight, summary.throughput), (3, 1, 2));
    // 1 from 0 to 1, 2 to 2, 3 to 4, 2 to 8, 1 to 10: 1 + 2 + 6 + 8 + 2 over 10 s.
    assert!((metric(&scenario, "in_system_mean") - 1.9).abs() < 1e-12);
    scenario.drain = true;
    let drained = audited_run(&scenario, Summary::new(&scenario));
    assert_eq!((drained.in_flight, drained.ended.seconds()), (0, 12.0));
}

#[test]
fn the_warm_up_is_clipped_exactly() {
    let mut scenario = scenario("0,a,4 1,a,4 6,a,4", ONE_STEP);
    scenario.horizon = rehearsal::base::time::Time::from_nanos(20_000_000_000);
    scenario.warm_up = rehearsal::base::time::Time::from_nanos(6_000_000_000);
    let summary = audited_run(&scenario, Summary::new(&scenario));
    // Only the task that came at 6 s counts; it waits until 8 s and leaves at 12 s.
    assert_eq!(summary.cells.iter().map(|cell| cell.arrived).sum::<u64>(), 1);
    assert_eq!(metric(&scenario, "wait_mean_s"), 2.0);
    assert_eq!(metric(&scenario, "sojourn_mean_s"), 6.0);
    // The second one is still there from 6 to 8 s: levels count it.
    assert!((metric(&scenario, "in_system_mean") - (2.0 + 6.0) / 14.0).abs() < 1e-12);
    assert!((metric(&scenario, "throughput_per_s") - 2.0 / 14.0).abs() < 1e-12);
}

#[test]
fn what_one_attempt_comes_to_after_a_crash_ends_the_other_before_it_is_in_line() {
    // Both steps of task 0 are on p-1 when it fails. Of the 170 tokens of p-2 task 1 has left 70:
    // the first attempt is refused there, which ends its task, and the second is withdrawn.
    let rest = r#"[workflows.f.steps]
        start = { work = "1s" }
        x = { work = "80s", after = ["start"] }
        y = { work = "80s", after = ["start"] }
        [pools.p]
        agents = 2
        slots = 2
        dispatch = "fastest_first"
        service.rate_limited = { tokens = "10/h", burst = "17h" }
        failures = { every = "4s", repair = "1h", while_idle = false, work = "return" }"#;
    let story = story(&scenario("0,a,1 2,a,100", rest));
    assert_eq!(
        story[..10],
        [
            "0 started 0 p-1",
            "1 finished 0 p-1",
            "1 started 0 p-1",
            "1 started 0 p-1",
            "2 started 1 p-2",
            "4 preempted 0 p-1",
            "4 preempted 0 p-1",
            "4 withdrawn 0",
            "4 withdrawn 0",
            "4 left 0 failed: rejected",
        ]
    );
}
