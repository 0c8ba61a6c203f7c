//! Lines worked out by hand: disciplines that remember, polling, routing by class. Arrivals are
//! replayed and work is constant, so every second below can be checked on paper.

mod common;

use common::hand::{is_lawful, metric, order, rows, scenario, story};
use common::observe;
use rehearsal::observe::little::Little;

const ONE_STEP: &str = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n";

#[test]
fn adaptive_lifo_takes_the_newest_while_the_line_is_long() {
    let rest = format!("{ONE_STEP}discipline.adaptive_lifo.threshold = 2");
    let scenario = scenario("0,a,10 1,a,1 2,a,1 3,a,1 4,a,1", &rest);
    // At 10 s four wait: the newest; at 11 s three: the newest; then two: the oldest.
    assert_eq!(order(&scenario), [0, 4, 3, 1, 2]);
    assert!(is_lawful(&scenario));
}

#[test]
fn adaptive_lifo_looks_at_the_agents_own_lines() {
    let rest = format!(
        "{ONE_STEP}agents = 2\nbinding = \"early\"\ndispatch = \"round_robin\"\n\
         discipline.adaptive_lifo.threshold = 1"
    );
    // Tasks 0, 2, 4 are bound to the first agent, 1, 3 to the second. At 10 s two wait in the first
    // line: the newest; in the second line there is one.
    let scenario = scenario("0,a,10 0,a,20 1,a,1 2,a,1 3,a,1", &rest);
    assert_eq!(order(&scenario), [0, 1, 4, 2, 3]);
}

#[test]
fn adaptive_lifo_finds_the_newest_that_an_agent_can_do() {
    let rest = r#"[workflows.f]
        first = ["one", "two"]
        [workflows.f.steps.one]
        needs = ["one"]
        work = 2
        [workflows.f.steps.two]
        needs = ["two"]
        work = 5
        [queues.q]
        discipline.adaptive_lifo.threshold = 0
        [pools.both]
        queue = "q"
        can = ["one", "two"]
        [pools.second]
        queue = "q"
        can = ["two"]"#;
    let scenario = scenario("0,a, 1,a, 1,a,", rest);
    let steps = rows(&scenario).into_iter().filter(|row| row.fact == "started");
    let told: Vec<String> = steps
        .map(|row| format!("{} {} {}", row.time_s, row.task.unwrap(), row.step.unwrap()))
        .collect();
    // `both` does step one of task 0 until 2 s, `second` step two until 5 s. Of tasks 1 and 2 the
    // last to join is step two of task 2, and then step one of task 2; `second` takes step two of
    // task 1.
    let expected = ["0 0 one", "0 0 two", "2 2 two", "5 1 two", "7 2 one", "9 1 one"];
    assert_eq!(told, expected);
}

#[test]
fn weighted_fair_shares_work_four_to_one() {
    let rest =
        format!("[classes.b]\n{ONE_STEP}discipline.weighted_fair.weights = {{ a = 4, b = 1 }}");
    // Task 0 passes the empty line with finish 1 / 1 = 1 for b, and the clock is at 1. Then, in
    // the order of joining: b at 2, 3, 4; a at 1.25, 1.5, 1.75, 2, 2.25.
    let tasks = "0,b,1 0.5,b,1 0.5,b,1 0.5,b,1 0.5,a,1 0.5,a,1 0.5,a,1 0.5,a,1 0.5,a,1";
    let scenario = scenario(tasks, &rest);
    assert_eq!(order(&scenario), [0, 4, 5, 6, 1, 7, 8, 2, 3]);
}

#[test]
fn who_is_turned_away_uses_no_turn() {
    let weights = "discipline.weighted_fair.weights = { a = 1, b = 1 }\ncapacity = 2";
    let rest = format!("[classes.b]\n{ONE_STEP}{weights}");
    // Tasks 3 and 4 of class a are turned away at a full line. When there is room again the next of
    // a has its finish behind task 1 at 2, at 3: before task 6, the second of b, at 4.
    let tasks = "0,b,1 0.1,a,1 0.1,b,2 0.2,a,9 0.2,a,9 1.5,a,1 2.5,b,1";
    let scenario = scenario(tasks, &rest);
    let rejected = story(&scenario, &["left"]);
    assert_eq!(rejected.iter().filter(|line| line.contains("rejected")).count(), 2);
    assert_eq!(order(&scenario), [0, 1, 2, 5, 6]);
}

#[test]
fn codel_drops_what_has_waited_too_long() {
    let codel = "discipline.codel = { target = \"1s\", interval = \"4s\" }";
    let rest = format!("{ONE_STEP}{codel}");
    // One at a time, 3 s each, all at once: they come up at 3, 6, 9, ... having waited as long.
    // Delays are high from 3 s on; an interval later, at 9 s, task 3 is dropped and 4 is served.
    // The next drop is due at 13 s: at 15 s, task 6; then at 13 + 4 / sqrt(2) = 15.8 s: at 18 s,
    // task 8. At 21 s, for task 10, nobody is behind.
    let tasks = ["0,a,3"; 11].join(" ");
    let dropping = scenario(&tasks, &rest);
    let dropped = story(&dropping, &["refused"]);
    assert_eq!(dropped, ["9 refused 3 dropped", "15 refused 6 dropped", "18 refused 8 dropped"]);
    assert_eq!(order(&dropping), [0, 1, 2, 4, 5, 7, 9, 10]);
    assert_eq!((metric(&dropping, "shed"), metric(&dropping, "completed")), (3.0, 8.0));
    assert!(is_lawful(&dropping));
    // A step that is tried again when it is dropped joins once more.
    let retry = "retry.fixed = { delay = \"30s\", on = [\"dropped\"] }\n[pools.p]";
    let retried = scenario(&tasks, &rest.replace("[pools.p]", retry));
    assert_eq!(metric(&retried, "completed"), 11.0);
    assert!(is_lawful(&retried));
}

#[test]
fn values_of_classes_order_a_line() {
    let line = |gold: u32| {
        let classes = format!("[classes.b]\nvalue = {gold}\npenalty = 2.5\n");
        let rest = format!("value = 1\n{classes}{ONE_STEP}discipline = \"value_per_work\"");
        order(&scenario("0,a,9 1,a,2 2,b,8", &rest))
    };
    // 1 / 2 against 8 / 8 and 3 / 8.
    assert_eq!(line(8), [0, 2, 1]);
    assert_eq!(line(3), [0, 1, 2]);
    // Where nothing is said of values, the shortest work is first.
    let rest = format!("{ONE_STEP}discipline = \"value_per_work\"");
    assert_eq!(order(&scenario("0,a,9 1,a,8 2,a,2", &rest)), [0, 2, 1]);
}

#[test]
fn a_polled_queue_hands_out_one_attempt_a_visit() {
    let rest = format!("{ONE_STEP}poll = \"2s\"\nagents = 2");
    // Nobody starts between the visits: not the newcomers at 0 s, though both agents are idle, and
    // not at 5 s, when an agent is freed.
    let polled = scenario("0,a,1 0,a,3 0,a,5 0,a,1 4.5,a,1", &rest);
    assert_eq!(
        story(&polled, &["started", "finished", "requeued"]),
        [
            "2 started 0 p-1",
            "3 finished 0 p-1",
            "4 started 1 p-1",
            "6 started 2 p-2",
            "7 finished 1 p-1",
            "8 started 3 p-1",
            "9 finished 3 p-1",
            "10 started 4 p-1",
            "11 finished 2 p-2",
            "11 finished 4 p-1",
        ]
    );
    assert!(is_lawful(&polled));
}

#[test]
fn who_finds_no_agent_is_queued_again_behind_those_of_its_rank() {
    let rest =
        format!("[classes.b]\npriority = 1\n{ONE_STEP}poll = \"1s\"\ndiscipline = \"priority\"");
    // The agent is busy from 1 to 4.5 s. Of the higher class, tasks 2 and 3 take turns at the head;
    // task 1, of the lower class, never comes up before them.
    let scenario = scenario("0,a,3.5 1.5,a,1 1.5,b,1 1.5,b,1", &rest);
    assert_eq!(
        story(&scenario, &["started", "requeued"]),
        [
            "1 started 0 p-1",
            "2 requeued 2",
            "3 requeued 3",
            "4 requeued 2",
            "5 started 3 p-1",
            "6 started 2 p-1",
            "7 started 1 p-1",
        ]
    );
    assert_eq!(metric(&scenario, "queue.p.requeued"), 3.0);
    assert!(is_lawful(&scenario));
}

#[test]
fn a_run_ends_although_a_queue_is_polled_for_ever() {
    // Somebody is on duty in the first minute of each day, which is enough to start two tasks of
    // 45 s. At 179 visits from 0.5 to 45 s tasks 1 and 2 are queued again in turns, 1 first and
    // last, so that 2 is next; 1 is started when the next day begins, and a visit is due.
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        poll = "250ms"
        shifts = { "00:00" = 1, "00:01" = 0 }"#;
    let served = scenario("0,a,45 0,a,45 0,a,45", rest);
    let started = story(&served, &["started"]);
    assert_eq!(started, ["0.25 started 0 p-1", "45.25 started 2 p-1", "86400 started 1 p-1"]);
    // Without a prior an agent that is not known has the score zero for ever: nobody is served, and
    // the run ends all the same.
    let rest = r#"[workflows.f.steps.s]
        work = 1
        [pools.p]
        poll = "1s"
        [pools.p.dispatch.scored]
        weights = { capability = 0, success = 1, response = 0, availability = 0 }
        prior = { successes = 0, attempts = 0 }"#;
    let stuck = scenario("0,a,1 0,a,1", rest);
    let little = observe(&stuck, Little::new(&stuck));
    assert_eq!(little.in_flight, 2, "nobody is served");
}

#[test]
fn queues_that_are_due_together_are_visited_by_name() {
    let rest = r#"[classes.b]
        [workflows.f.steps.s]
        work = 1
        queue = { by_class = { a = "zeta" }, default = "alpha" }
        [queues.alpha]
        poll = "1s"
        [queues.zeta]
        poll = "2s"
        [pools.x]
        queue = "alpha"
        [pools.y]
        queue = "zeta""#;
    // Zeta's visit at 2 s is scheduled first, at 0 s; alpha's at 1.5 s.
    let scenario = scenario("0,a,1 1.5,b,1", rest);
    assert_eq!(story(&scenario, &["started"]), ["2 started 1 x-1", "2 started 0 y-1"]);
}

#[test]
fn the_class_decides_the_queue() {
    let rest = r#"[classes.b]
        [workflows.f.steps.s]
        work = 1
        queue = { by_class = { b = "fast" }, default = "normal" }
        retry.fixed = { attempts = 2, delay = "1s" }
        timeout = "8s"
        cancellable = true
        [queues.fast]
        [queues.normal]
        [pools.few]
        queue = "normal"
        [pools.many]
        queue = "fast"
        agents = 2"#;
    let routed = scenario("0,a,4 0,b,9 0,b,3 1,a,2 2,b,1", rest);
    let started = story(&routed, &["started"]);
    assert_eq!(started[..3], ["0 started 0 few-1", "0 started 1 many-1", "0 started 2 many-2"]);
    assert_eq!(started[3..5], ["3 started 4 many-2", "4 started 3 few-1"]);
    // Task 1 takes too long twice.
    assert_eq!(started[5], "9 started 1 many-1");
    assert_eq!(metric(&routed, "failed"), 1.0);
    // Only task 3 waited in `normal`, for 3 s, and task 4 in `fast`, for 1 s; tasks 2 and 4 ended.
    assert_eq!(metric(&routed, "queue.normal.wait_mean_s"), 1.5);
    assert_eq!(metric(&routed, "queue.fast.wait_mean_s"), 0.5);
    assert!(is_lawful(&routed));
}
