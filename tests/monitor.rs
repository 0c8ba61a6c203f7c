//! A monitor that looks and alerts that fire, worked out by hand: arrivals are replayed and work is
//! constant, so every second below can be checked on paper.

mod common;

use common::hand::{story, timed};

/// One agent with two slots, of whose memory and CPU each attempt takes its part. An attempt that
/// is not done after 10 s has timed out, and its agent works on.
const DESK: &str = "workflows.f.steps.s.timeout = \"10s\"\n\
                    [pools.p]\nslots = 2\nmemory = { idle = \"15%\", attempt = \"40%\" }\n\
                    cpu = { idle = \"10%\", attempt = \"30%\" }\n";

/// The row of MODEL 15: ticks of 30 s, six metrics of each agent, three thresholds.
#[test]
fn orchestration_monitor() {
    let tasks = [(1.0, 9.0), (3.0, 2.0), (31.0, 5.0), (70.0, 40.0), (85.0, 8.0), (119.0, 3.0)];
    let scenario = timed(&tasks, "", &format!("{DESK}[alerts]\nreference = true\n"));
    assert_eq!(scenario.monitor.map(|every| every.seconds()), Some(30.0));
    let seen = story(&scenario, &["monitored"]);
    let of_agent: Vec<&String> = seen.iter().filter(|line| line.contains("p-1")).collect();
    assert_eq!(
        of_agent,
        [
            // 9 s and 2 s; nothing is in service.
            "30 monitored p-1 response 5.5, success 1, throughput 0.06666666666666667, \
             error_rate 0, memory 0.15, cpu 0.1",
            "60 monitored p-1 response 5, success 1, throughput 0.03333333333333333, \
             error_rate 0, memory 0.15, cpu 0.1",
            // The one of 70 s has timed out at 80 and is still worked on, next to that of 85 s.
            "90 monitored p-1 response 10, success 0, throughput 0, \
             error_rate 1, memory 0.9500000000000001, cpu 0.7",
            // That of 85 s took 8 s; the one of 119 s is in service.
            "120 monitored p-1 response 8, success 1, throughput 0.03333333333333333, \
             error_rate 0, memory 0.55, cpu 0.4",
        ]
    );
    let of = "{agent=p-1,pool=p}";
    assert_eq!(
        story(&scenario, &["alerted"]),
        [
            format!("30 alerted high_response_time {of} is firing, saw 5.5"),
            // 5 s are not more than 5 s.
            format!("60 alerted high_response_time {of} is inactive, saw 5"),
            format!("90 alerted high_error_rate {of} is firing, saw 1"),
            format!("90 alerted high_resource_usage {of} is firing, saw 0.9500000000000001"),
            format!("90 alerted high_response_time {of} is firing, saw 10"),
            format!("120 alerted high_error_rate {of} is inactive, saw 0"),
            format!("120 alerted high_resource_usage {of} is inactive, saw 0.55"),
        ]
    );
}

/// One agent, five tasks of 20 s at 5 s: from 5 s on four wait, from 25 s on three, from 45 s on
/// two.
fn line(rules: &str, rest: &str) -> Vec<String> {
    let keys = format!("[monitor]\nevery = \"10s\"\n[pools.p]\n{rest}\n");
    story(&timed(&[(5.0, 20.0); 5], rules, &keys), &["alerted"])
}

#[test]
fn an_alert_fires_when_it_has_held_for_so_long() {
    let alerts =
        |keys: &str| line("", &format!("[alerts.long]\nwhen = \"queue_length > 2\"\n{keys}"));
    assert_eq!(
        alerts("for = \"20s\""),
        [
            "10 alerted long {pool=p} is pending, saw 4",
            "30 alerted long {pool=p} is firing, saw 3",
            "50 alerted long {pool=p} is inactive, saw 2",
        ]
    );
    assert_eq!(
        alerts("keep_firing_for = \"15s\""),
        [
            "10 alerted long {pool=p} is firing, saw 4",
            // It ceased at 50; at 60 that was 10 s ago.
            "70 alerted long {pool=p} is inactive, saw 1",
        ]
    );
    // It holds at 10, 20, 30 and 40: for 30 s and no more.
    assert_eq!(
        alerts("for = \"31s\""),
        [
            "10 alerted long {pool=p} is pending, saw 4",
            "50 alerted long {pool=p} is inactive, saw 2",
        ]
    );
}

#[test]
fn a_rule_of_prometheus_fires_at_its_second() {
    let rules = "groups:\n- name: desk\n  interval: 20s\n  rules:\n  - alert: Long\n    \
                 expr: rehearsal_queue_length > 2\n    for: 20s\n  - alert: Ends\n    \
                 expr: increase(rehearsal_attempts_total{result=\"success\"}[20s]) > 0\n";
    assert_eq!(
        line(rules, "[alerts]\nprometheus = [\"rules.yaml\"]"),
        [
            "20 alerted Long {queue=p} is pending, saw 4",
            "40 alerted Long {queue=p} is firing, saw 3",
            // The first attempt ended at 25: 0, 1 and 1 at 20, 30 and 40 s, with nothing to
            // extrapolate; one more ends in each window of 20 s from then on.
            "40 alerted Ends {agent=p-1,pool=p,result=success} is firing, saw 1",
            // 2 are not more than 2: the expression has no sample.
            "60 alerted Long {queue=p} is inactive, saw -",
        ]
    );
}

/// What is told of the pool and of its agent by a monitor that looks every 10 s.
fn seen(tasks: &[(f64, f64)], rest: &str) -> Vec<String> {
    let keys = format!("[monitor]\nevery = \"10s\"\n{rest}\n");
    story(&timed(tasks, "", &keys), &["monitored"])
}

#[test]
fn it_tells_what_is_new() {
    let idle = "success -, throughput 0, error_rate -, memory 0, cpu 0";
    let pool = "[pools.p]\nmemory = { attempt = \"40%\" }\ncpu = { attempt = \"30%\" }\n";
    let served = |at: u32, whose: &str, response: u32| {
        let seen = "success 1, throughput 0.1, error_rate 0, memory 0, cpu 0";
        format!("{at} monitored {whose}response {response}, {seen}")
    };
    let (the_pool, the_agent) = ("p: ", "p-1 ");
    let idle = |at: u32, whose: &str| format!("{at} monitored {whose}response -, {idle}");
    let busy = |at: u32, whose: &str| {
        let seen = "success -, throughput 0, error_rate -, memory 0.4, cpu 0.3";
        format!("{at} monitored {whose}response -, {seen}")
    };
    // 3 s of service from 12 s on, and 30 s from 41 s on. Nothing is new at the looks between.
    assert_eq!(
        seen(&[(12.0, 3.0), (41.0, 30.0)], pool),
        [
            idle(10, the_pool),
            idle(10, the_agent),
            served(20, the_pool, 3),
            served(20, the_agent, 3),
            idle(30, the_pool),
            idle(30, the_agent),
            busy(50, the_pool),
            busy(50, the_agent),
            served(80, the_pool, 30),
            served(80, the_agent, 30),
            idle(90, the_pool),
            idle(90, the_agent),
        ]
    );
}

#[test]
fn of_whom_it_does_not_see_it_tells_that_nothing_is_seen() {
    let nothing = "response -, success -, throughput -, error_rate -, memory -, cpu -";
    let idle = "response -, success -, throughput 0, error_rate -, memory 0, cpu 0";
    // Blind from 35 to 55 s: the look at 40 s is the first that sees nothing.
    let fault = "[faults.f]\nblind = {}\nat = \"35s\"\nlasts = \"20s\"\n[pools.p]";
    let of_both = |(at, what): (u32, &str)| {
        ["p: ", "p-1 "].map(|whose| format!("{at} monitored {whose}{what}"))
    };
    let told = [(10, idle), (40, nothing), (60, idle)].map(of_both);
    assert_eq!(seen(&[(1.0, 200.0)], fault), told.concat());
}

#[test]
fn what_stands_still_from_the_start_has_a_trend_as_soon_as_it_has_two_values() {
    // A throughput is over ten seconds: there is one at 10 s and two at 20 s.
    let rule = "trend = { when = \"throughput < 1/s\", over = \"20s\", ahead = \"0s\" }";
    let keys = format!("[monitor]\nevery = \"10s\"\n[alerts.idle]\n{rule}\n[pools.p]\n");
    assert_eq!(
        story(&timed(&[(119.0, 0.5)], "", &keys), &["alerted"]),
        ["20 alerted idle {pool=p} is firing, saw 0"]
    );
}
