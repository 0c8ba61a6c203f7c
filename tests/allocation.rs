//! Allocation in rounds, stealing and explanations, worked out by hand. Arrivals are replayed and
//! work is constant, so every second below can be checked on paper.

mod common;

use common::fingerprint;
use common::hand::{is_lawful, metric, order, rows, scenario, story};

/// Two tasks that come at 0 s and two agents. The first agent is fast (speed 2), the second slow.
/// The step `a` can be done by both, the step `b` by the fast one alone.
fn two_by_two(allocation: &str) -> rehearsal::scenario::meaning::Scenario {
    let rest = format!(
        r#"[classes.b]
        [workflows.f]
        first = ["route"]
        [workflows.f.steps.route]
        needs = ["route"]
        work = 0
        queue = {{ by_class = {{ a = "desk-a", b = "desk-b" }} }}
        [queues.desk-a]
        [queues.desk-b]
        [queues.shared]
        allocation.{allocation}
        [pools.one]
        queue = "desk-a"
        can = ["route"]
        [pools.two]
        queue = "desk-b"
        can = ["route"]
        [workflows.f.steps.do]
        needs = ["do"]
        work = {{ by_class = {{ a = 4, b = 10 }} }}
        after = "route"
        queue = "shared"
        [pools.fast]
        queue = "shared"
        can = ["do"]
        speed = 2
        [pools.slow]
        queue = "shared"
        can = ["do"]"#
    );
    scenario("0,a, 0,b,", &rest)
}

#[test]
fn optimal_beats_greedy_on_a_two_by_two() {
    // Seconds to completion: task 0 takes 2 (fast) or 4 (slow), task 1 takes 5 or 10. Greedy takes
    // 2 first and then 10: 12. The optimum is 4 + 5 = 9.
    let of = |strategy: &str| {
        let scenario = two_by_two(&format!("{strategy} = {{ by = \"completion\" }}"));
        let started = story(&scenario, &["started"]);
        let pairs = started.into_iter().filter(|l| l.contains("fast") || l.contains("slow"));
        (pairs.collect::<Vec<_>>(), scenario)
    };
    let (greedy, scenario) = of("greedy");
    assert_eq!(greedy, ["1 started 0 fast-1", "1 started 1 slow-1"]);
    // Two pairs at (2 + 1) * 10 each, less 12.
    let told = "1 allocated 2 of 2 to 2 slots, worth 48, greedy 48";
    assert_eq!(story(&scenario, &["allocated"]), [told]);
    for strategy in ["optimal", "auction"] {
        let (pairs, scenario) = of(strategy);
        assert_eq!(pairs, ["1 started 0 slow-1", "1 started 1 fast-1"]);
        let told = "1 allocated 2 of 2 to 2 slots, worth 51, greedy 48";
        assert_eq!(story(&scenario, &["allocated"]), [told]);
        assert_eq!(metric(&scenario, "queue.shared.greedy_regret_mean"), 3.0);
        assert_eq!(metric(&scenario, "queue.shared.rounds"), 1.0);
        assert_eq!(metric(&scenario, "queue.shared.success_rate"), 1.0);
        assert!(is_lawful(&scenario));
    }
}

#[test]
fn a_round_is_made_when_enough_wait_and_somebody_is_free() {
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        agents = 2
        slots = 2
        dispatch = "scored"
        allocation.optimal = { every = "10s", when_waiting = 3 }"#;
    let scenario = scenario("0,a,8 1,a,8 2,a,3 3,a,8 4,a,8 5,a,8 6,a,8 6.5,a,8", rest);
    // The third at 2 s makes a round. At 5 s a slot is freed, and then a third one waits again: two
    // of them start. At 6.5 s three wait, but nobody is free until 10 s, which is a round in turn
    // too. The last one is alone: the slots that are free from 13 s on are given at 20 s.
    let rounds = story(&scenario, &["allocated"]);
    let times: Vec<&str> = rounds.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(times, ["2", "5", "10", "20"], "{rounds:?}");
    assert!(rounds[0].contains("3 of 3 to 4 slots"), "{rounds:?}");
    assert!(rounds[1].contains("2 of 3 to 2 slots"), "{rounds:?}");
    assert!(rounds[2].contains("2 of 3 to 2 slots"), "{rounds:?}");
    assert_eq!(order(&scenario).len(), 8);
    assert!(is_lawful(&scenario));
}

#[test]
fn a_score_that_is_not_above_zero_is_never_assigned() {
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        speed = [1, 2]
        dispatch.scored.weights = { capability = 0.2, success = 0, response = 1, availability = 0 }
        allocation.greedy = { every = "1s" }"#;
    // A response of 20 s makes the term 1 - 2: the first agent is out after its first task.
    let scenario = scenario("0,a,20 0,a,2 0,a,2", rest);
    let started = story(&scenario, &["started"]);
    assert_eq!(started, ["1 started 0 p-1", "1 started 1 p-2", "2 started 2 p-2"]);
    assert!(is_lawful(&scenario));
}

#[test]
fn what_a_breaker_refuses_then_falls_back() {
    // The breaker of the pool `a` opens at the failure of task 0 at 1.5 s, and admits one trial 4 s
    // later. At 6 s both attempts are allocated to its two agents; the second proves infeasible
    // and takes the slow agent of `b` instead.
    let rest = r#"[workflows.f.steps.s]
        work = 1
        critical = false
        [queues.q]
        allocation.optimal = { every = "1s", by = "completion" }
        [pools.a]
        queue = "q"
        agents = 2
        speed = 2
        reliability = 0.000001
        breaker.consecutive = { failures = 1, recovery = "4s" }
        breaker_per = "pool"
        [pools.b]
        queue = "q"
        speed = 0.1
        reliability = 0.0000001"#;
    let scenario = scenario("0,a,1 6,a,1 6,a,1", rest);
    let told = story(&scenario, &["started", "allocation_infeasible"]);
    assert_eq!(
        told,
        ["1 started 0 a-1", "6 started 1 a-1", "6 allocation_infeasible 2 a-2", "6 started 2 b-1",]
    );
    assert_eq!(metric(&scenario, "queue.q.infeasible"), 1.0);
    assert!(is_lawful(&scenario));
}

#[test]
fn a_freed_agent_steals_the_oldest_of_the_longest_line() {
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        agents = 3
        binding = "early"
        dispatch = "round_robin""#;
    let tasks = "0,a,2.5 0,a,1 0,a,20 2,a,9 2,a,1.5 2,a,5 3,a,5 3,a,1 3,a,5";
    let stealing = scenario(tasks, &format!("{rest}\nsteal = true"));
    // The first agent goes on with 3 at 2.5 s and has 6 waiting, the third has 5 and 8; the second
    // does 4 until 3.5 s and 7 until 4.5 s. Then it steals 5 from the longer line. At 9.5 s both
    // others have one: it takes that of the first, 6, which at 11.5 s in turn takes 8.
    assert_eq!(
        story(&stealing, &["moved", "started"])[3..],
        [
            "2 started 4 p-2",
            "2.5 started 3 p-1",
            "3.5 started 7 p-2",
            "4.5 moved 5 p-2",
            "4.5 started 5 p-2",
            "9.5 moved 6 p-2",
            "9.5 started 6 p-2",
            "11.5 moved 8 p-1",
            "11.5 started 8 p-1",
        ]
    );
    assert!(is_lawful(&stealing));
    let patient = scenario(tasks, rest);
    assert_eq!(story(&patient, &["moved"]).len(), 0);
    assert!(metric(&patient, "wait_mean_s") > metric(&stealing, "wait_mean_s"));
}

#[test]
fn nobody_steals_what_it_cannot_do() {
    let rest = r#"[classes.b]
        [workflows.f.steps.s]
        needs = ["s"]
        work = 1
        [queues.q]
        binding = "early"
        steal = true
        [pools.one]
        queue = "q"
        can = ["s"]
        [pools.other]
        queue = "q"
        can = ["t"]"#;
    let scenario = scenario("0,a,2 0,a,2 0,a,2", rest);
    assert_eq!(order(&scenario), [0, 1, 2]);
    assert!(story(&scenario, &["moved"]).is_empty());
}

#[test]
fn a_choice_is_explained_and_explaining_changes_nothing() {
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        speed = [1, 3]
        [pools.p.dispatch.scored.counterfactual.weights]
        capability = 0
        success = 0
        response = 0
        availability = 0
        load = 1"#;
    let tasks = "0,a,3 1,a,3 1.5,a,3";
    let explained = scenario(tasks, &rest.replace("[pools.p]", "[pools.p]\nexplain = true"));
    let told = story(&explained, &["considered", "chose", "started"]);
    // Nobody has been measured: success 1 / 2, response 1 - 0, so 0.4 + 0.15 + 0.2 + 0.1.
    let terms = "capability 1, success 0.5, response 1, availability 1, load 1, cost 1, queue 1, \
                 affinity 0, locality 0";
    let seen = |agent: &str| format!("0 considered 0 {agent} score 0.85, otherwise 1, {terms}");
    let expected = [
        seen("p-1"),
        seen("p-2"),
        "0 chose 0 p-1 otherwise p-1".to_string(),
        "0 started 0 p-1".to_string(),
    ];
    assert_eq!(told[..4], expected, "{told:#?}");
    // Task 1 finds the second agent alone; task 2 waits, and the second agent takes it at 2 s.
    let chosen: Vec<&String> = told.iter().filter(|line| line.contains("chose")).collect();
    assert_eq!(
        chosen,
        [
            "0 chose 0 p-1 otherwise p-1",
            "1 chose 1 p-2 otherwise p-2",
            "2 chose 2 p-2 otherwise p-2"
        ]
    );
    let plain = scenario(tasks, rest);
    assert!(rows(&explained).len() > rows(&plain).len());
    assert_eq!(fingerprint(&explained), fingerprint(&plain));
}
