//! The reference's WorkflowOrchestrator and AgentCircuitBreaker, worked out by hand: the order of
//! steps, a critical failure that ends early, compensation, time limits, "no suitable agent", the
//! second at which a breaker opens and closes.
//!
//! Arrivals are replayed and work is constant, so every second below can be checked on paper.

#[path = "reference_workflow/breaker.rs"]
mod breaker;
mod common;

use std::collections::BTreeMap;

use common::observe;
use rehearsal::observe::journal::{Journal, Row};
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// A scenario whose tasks come at these seconds.
fn scenario(seconds: &str, rest: &str) -> Scenario {
    let tasks = format!("t_s\n{}", seconds.replace(' ', "\n"));
    let files = BTreeMap::from([("tasks.csv".to_string(), tasks.into_bytes())]);
    let text = format!(
        "name = \"reference\"\nworkloads.w.arrivals.trace = {{ file = \"tasks.csv\" }}\n{rest}"
    );
    load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}\n{text}")).scenario
}

/// The journal as lines `time fact task step agent detail`, without what comes and is ready.
fn story(scenario: &Scenario) -> Vec<String> {
    let journal = observe(scenario, Journal::new(scenario, usize::MAX));
    let silent = ["arrived", "readied", "came_on", "went_off", "ended"];
    let line = |row: &Row| {
        let task = row.task.map_or(String::new(), |task| task.to_string());
        let words = [row.time_s.to_string(), row.fact.to_string(), task];
        let more = [&row.step, &row.agent].map(|word| word.clone().unwrap_or_default());
        let all = words.into_iter().chain(more).chain([row.detail.clone()]);
        all.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    journal.rows().iter().filter(|row| !silent.contains(&row.fact)).map(line).collect()
}

/// The lines of a story that are about these facts.
fn only(scenario: &Scenario, facts: &[&str]) -> Vec<String> {
    let of = |line: &String| facts.iter().any(|fact| line.split(' ').nth(1) == Some(fact));
    story(scenario).into_iter().filter(of).collect()
}

/// Two steps; what the second needs, a pool that always fails offers.
const SECOND_FAILS: &str = "
[pools.sure]
can = [\"sure\"]
[pools.hopeless]
can = { hopeless = \"0%\" }
[workflows.f.steps.reserve]
needs = [\"sure\"]
work = 2
";

#[test]
fn steps_run_in_the_order_in_which_they_are_written() {
    let steps =
        "[workflows.f.steps.zebra]\nwork = 2\n[workflows.f.steps.ape]\nwork = 3\n[pools.p]\n";
    assert_eq!(
        story(&scenario("0", steps)),
        [
            "0 started 0 zebra p-1",
            "2 finished 0 zebra p-1",
            "2 started 0 ape p-1",
            "5 finished 0 ape p-1",
            "5 left 0 completed",
        ]
    );
}

#[test]
fn a_critical_failure_ends_the_workflow_early() {
    let rest = format!(
        "{SECOND_FAILS}[workflows.f.steps.pay]\nneeds = [\"hopeless\"]\nwork = 3\n\
         [workflows.f.steps.ship]\nneeds = [\"sure\"]\nwork = 1\n"
    );
    let story = story(&scenario("0", &rest));
    assert_eq!(story[3..], ["5 finished 0 pay hopeless-1 failed", "5 left 0 failed: failure"]);
    let rest = rest.replace("work = 3", "work = 3\ncritical = false");
    let goes_on = only(&scenario("0", &rest), &["finished", "left"]);
    assert_eq!(
        goes_on[1..],
        ["5 finished 0 pay hopeless-1 failed", "6 finished 0 ship sure-1", "6 left 0 completed"]
    );
}

#[test]
fn cleanup_undoes_the_completed_steps_in_reverse_order() {
    let rest = format!(
        "{SECOND_FAILS}compensation = \"release\"\n\
         [workflows.f.steps.charge]\nneeds = [\"sure\"]\nwork = 1\ncompensation = \"refund\"\n\
         [workflows.f.steps.pack]\nneeds = [\"hopeless\"]\nwork = 3\n\
         [workflows.f.steps.release]\nneeds = [\"sure\"]\nwork = 4\n\
         [workflows.f.steps.refund]\nneeds = [\"sure\"]\nwork = 5\n"
    );
    assert_eq!(
        only(&scenario("0", &rest), &["finished", "undoing", "left"]),
        [
            "2 finished 0 reserve sure-1",
            "3 finished 0 charge sure-1",
            "6 finished 0 pack hopeless-1 failed",
            "6 undoing 0 failed",
            "11 finished 0 refund sure-1",
            "15 finished 0 release sure-1",
            "15 left 0 failed: failure",
        ]
    );
}

#[test]
fn a_parallel_step_in_service_is_undone_too_when_it_completes_after_the_failure() {
    let rest = "
        [pools.sure]
        can = [\"sure\"]
        [pools.hopeless]
        can = { hopeless = \"0%\" }
        [workflows.f]
        first = [\"book\", \"pay\"]
        steps.book = { needs = [\"sure\"], work = 5, compensation = \"cancel\" }
        steps.pay = { needs = [\"hopeless\"], work = 3 }
        steps.cancel = { needs = [\"sure\"], work = 1 }
    ";
    assert_eq!(
        only(&scenario("0", rest), &["finished", "undoing", "left"]),
        [
            "3 finished 0 pay hopeless-1 failed",
            "3 undoing 0 failed",
            "5 finished 0 book sure-1",
            "6 finished 0 cancel sure-1",
            "6 left 0 failed: failure",
        ]
    );
}

#[test]
fn a_time_limit_counts_from_the_start_and_its_agent_goes_on() {
    let limited = "[pools.p]\n[workflows.f.steps.s]\nwork = 5\ntimeout = \"3s\"\n";
    assert_eq!(
        story(&scenario("0 1", limited)),
        [
            "0 started 0 s p-1",
            "1 queued 1 s",
            "3 timed_out 0 s p-1 goes on",
            "3 gave_up 0 s timeout after 1 attempts",
            "3 left 0 failed: timeout",
            // The second one waits for work that nobody wants any more.
            "5 finished 0 s p-1 abandoned",
            "5 started 1 s p-1",
            "8 timed_out 1 s p-1 goes on",
            "8 gave_up 1 s timeout after 1 attempts",
            "8 left 1 failed: timeout",
            "10 finished 1 s p-1 abandoned",
        ]
    );
    let stops = story(&scenario("0 1", &format!("{limited}cancellable = true\n")));
    assert_eq!(
        stops[2..7],
        [
            "3 timed_out 0 s p-1",
            "3 stopped 0 s p-1",
            "3 started 1 s p-1",
            "3 gave_up 0 s timeout after 1 attempts",
            "3 left 0 failed: timeout",
        ]
    );
}

#[test]
fn a_time_limit_from_ready_counts_the_wait() {
    let limited = "[pools.p]\n[workflows.f.steps.s]\nwork = 5\ntimeout = \"6s\"\n\
                   timeout_from = \"ready\"\n";
    // The second one has waited 4 s at 5 s and times out at 7 s, in service.
    assert_eq!(
        only(&scenario("0 1 2", limited), &["timed_out"]),
        ["7 timed_out 1 s p-1 goes on", "8 timed_out 2 s goes on"]
    );
}

#[test]
fn no_suitable_agent_fails_at_once_or_waits() {
    // Scores: success (0 + 1) / (1 + 2), response 1 - 50/10: 0.4 + 0.1 + 0.2 * -4 + 0.1 < 0.
    let rest = "[workflows.f.steps.s]\nwork = 50\n[pools.p]\nreliability = \"0%\"\n\
                binding = \"early\"\ndispatch = \"scored\"\n";
    let fails = format!("{rest}without_agent = \"fail\"\n");
    assert_eq!(
        story(&scenario("0 60", &fails))[2..],
        ["50 left 0 failed: failure", "60 refused 1 s no_agent", "60 left 1 failed: no_agent"]
            .map(String::from)[..]
    );
    let waits = story(&scenario("0 60", rest));
    assert_eq!(waits.last().unwrap(), "60 queued 1 s");
}

#[test]
fn a_failed_step_is_tried_again_escalated_or_kept_for_people() {
    let rest = "
        [pools.sure]
        can = [\"sure\"]
        [pools.hopeless]
        can = { hopeless = \"0%\" }
        [workflows.f.steps.s]
        needs = [\"hopeless\"]
        work = 2
        retry.exponential = { first = \"1s\", factor = 3, attempts = 3, jitter = \"none\" }
        then = \"end\"
    ";
    let tried = only(&scenario("0", rest), &["started", "retrying", "gave_up", "left"]);
    assert_eq!(
        tried,
        [
            "0 started 0 s hopeless-1",
            "2 retrying 0 s attempt 2 in 1s after failure",
            "3 started 0 s hopeless-1",
            "5 retrying 0 s attempt 3 in 3s after failure",
            "8 started 0 s hopeless-1",
            "10 gave_up 0 s failure after 3 attempts",
            "10 left 0 failed: failure",
        ]
    );
    let senior = format!(
        "{rest}on_failure = \"senior\"\n\
         [workflows.f.steps.senior]\nneeds = [\"sure\"]\nwork = 7\n"
    );
    assert_eq!(
        only(&scenario("0", &senior), &["escalated", "finished", "left"])[3..],
        ["10 escalated 0 s senior", "17 finished 0 senior sure-1", "17 left 0 completed"]
    );
    let kept = format!("{rest}on_failure = \"dead_letter\"\n");
    assert_eq!(only(&scenario("0", &kept), &["left"]), ["10 left 0 dead_lettered: failure"]);
}

#[test]
fn the_first_result_of_a_hedged_step_counts() {
    let rest = "[pools.slow]\nspeed = [0.1, 1.0]\nqueue = \"q\"\n\
                [queues.q]\ndispatch = \"round_robin\"\n\
                [workflows.f.steps.s]\nwork = 2\nhedge = { after = \"5s\" }\ncancellable = true\n";
    assert_eq!(
        story(&scenario("0", rest)),
        [
            "0 started 0 s slow-1",
            "5 hedged 0 s attempt 2",
            "5 started 0 s slow-2",
            "7 finished 0 s slow-2",
            "7 stopped 0 s slow-1",
            "7 left 0 completed",
        ]
    );
}

#[test]
fn a_join_may_be_ready_after_two_of_three() {
    let rest = "
        [pools.p]
        agents = 3
        [workflows.f.steps]
        a = { work = 1 }
        b = { work = 2 }
        c = { work = 9 }
        sum = { work = 1, after = [\"a\", \"b\", \"c\"], join = 2 }
    ";
    let goes_on = only(&scenario("0", rest), &["finished", "left"]);
    assert_eq!(goes_on[2..], ["3 finished 0 sum p-1", "9 finished 0 c p-3", "9 left 0 completed"]);
    let rest = rest.replace("join = 2", "join = 2, rest = \"give_up\"");
    assert_eq!(
        only(&scenario("0", &rest), &["left", "finished"])[2..],
        ["3 finished 0 sum p-1", "3 left 0 completed", "9 finished 0 c p-3 abandoned"]
    );
}

#[test]
fn the_steps_of_a_called_workflow_stand_where_it_is_called() {
    let rest = "
        workflow = \"order\"
        [pools.p]
        [workflows.order.steps.check]
        workflow = \"screening\"
        [workflows.order.steps.pay]
        work = 2
        [workflows.order.steps.recheck]
        workflow = \"screening\"
        [workflows.screening.steps]
        score = { work = 1, then = \"deep\" }
        deep = { work = 3 }
    ";
    let tasks = "[workloads.w]\narrivals.trace = { file = \"tasks.csv\" }";
    let files = BTreeMap::from([("tasks.csv".to_string(), b"t_s\n0\n".to_vec())]);
    let text = format!("name = \"calls\"\n{tasks}\n{rest}");
    let loaded = load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}"));
    assert_eq!(
        only(&loaded.scenario, &["finished"]),
        [
            "1 finished 0 check.score p-1",
            "4 finished 0 check.deep p-1",
            "6 finished 0 pay p-1",
            "7 finished 0 recheck.score p-1",
            "10 finished 0 recheck.deep p-1",
        ]
    );
}

#[test]
fn a_score_below_the_threshold_leads_elsewhere() {
    let rest = "
        [pools.p]
        [workflows.f.steps.quality]
        work = 1
        score = 0.6
        when = [{ score_below = 0.7, then = \"escalation\" }]
        then = \"follow_up\"
        [workflows.f.steps.escalation]
        work = 1
        then = \"follow_up\"
        [workflows.f.steps.follow_up]
        work = 1
    ";
    let steps = only(&scenario("0", rest), &["scored", "finished"]);
    assert_eq!(
        steps,
        [
            "1 finished 0 quality p-1",
            "1 scored 0 quality 0.6",
            "2 finished 0 escalation p-1",
            "3 finished 0 follow_up p-1",
        ]
    );
    let good = rest.replace("score = 0.6", "score = 0.7");
    assert_eq!(only(&scenario("0", &good), &["finished"])[1], "2 finished 0 follow_up p-1");
}

#[test]
fn a_condition_may_ask_how_another_path_ended() {
    let rest = "
        [pools.sure]
        can = [\"sure\"]
        [workflows.f]
        first = [\"look\", \"talk\"]
        steps.look = { needs = [\"sure\"], work = 1 }
        steps.tell = { needs = [\"sure\"], work = 3 }
        [workflows.f.steps.talk]
        needs = [\"sure\"]
        work = 2
        when = [{ step = \"look\", failed = false, then = \"tell\" }]
        then = \"end\"
    ";
    // One agent: it looks until 1 s, talks until 3 s, and then knows that looking was done.
    let steps = only(&scenario("0", rest), &["finished"]);
    assert_eq!(steps[2..], ["6 finished 0 tell sure-1"]);
}
