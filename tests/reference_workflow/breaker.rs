//! The reference's AgentCircuitBreaker: the second at which it opens and closes, and what becomes
//! of work that meets it.

use std::collections::BTreeMap;

use rehearsal::scenario::load::load;

use super::{only, scenario, story};

#[test]
fn the_reference_breaker_opens_at_the_fifth_failure_and_forgets_after_more_than_60_s() {
    let rest = "[workflows.f.steps.s]\nwork = 1\n\
                [pools.p]\nreliability = \"0%\"\nbreaker = \"reference\"\nwhen_open = \"fail\"\n";
    // Failures at 1, 3, 5, 7 and 9 s; it opens at 9 s. 69 s is not more than 60 s later, 70 s is.
    let moments = "0 2 4 6 8 10 69 70 72";
    assert_eq!(
        only(&scenario(moments, rest), &["breaker_moved", "refused"]),
        [
            "9 breaker_moved p-1 is open",
            "10 refused 5 s p-1 rejected",
            "69 refused 6 s p-1 rejected",
            "70 breaker_moved p-1 is closed",
        ]
    );
    // The counter began at zero again: one failure at 71 s, one at 73 s, and it stays closed.
    assert_eq!(story(&scenario(moments, rest)).last().unwrap(), "73 left 8 failed: failure");
}

#[test]
fn a_success_clears_the_counter_of_the_reference_breaker() {
    // Three failures in a row open it. A success at 5 s comes between the second and the third.
    let rest = "[workflows.f.steps.s]\nneeds = [\"poor\"]\nwork = 1\n\
                [workflows.g.steps.t]\nneeds = [\"sure\"]\nwork = 1\n\
                [pools.p]\ncan = { sure = \"100%\", poor = \"0%\" }\n\
                breaker.reference.failures = 3\n";
    let two = "workflow = \"f\"\n[workloads.v]\nworkflow = \"g\"\n\
               arrivals.trace = { file = \"others.csv\" }\n";
    let files = |others: &str| {
        BTreeMap::from([
            ("tasks.csv".to_string(), b"t_s\n0\n2\n6\n8\n".to_vec()),
            ("others.csv".to_string(), format!("t_s\n{others}\n").into_bytes()),
        ])
    };
    let text = format!(
        "name = \"reference\"\n[workloads.w]\n\
         arrivals.trace = {{ file = \"tasks.csv\" }}\n{two}{rest}"
    );
    let moves = |others| {
        let loaded = load(text.as_bytes(), &files(others)).unwrap_or_else(|m| panic!("{m:#?}"));
        only(&loaded.scenario, &["breaker_moved"])
    };
    assert_eq!(moves("4"), Vec::<String>::new());
    // Those that wait are served as soon as more than 60 s have passed since the failure at 7 s.
    let forgotten = "67.000000001 breaker_moved p-1 is closed";
    assert_eq!(moves("20"), ["7 breaker_moved p-1 is open", forgotten]);
}

#[test]
fn an_open_breaker_sends_work_to_another_agent_and_then_waits() {
    let rest = "[workflows.f.steps.s]\nwork = 1\n\
                [pools.p]\nagents = 2\nreliability = \"0%\"\n\
                breaker.consecutive = { failures = 1, recovery = \"10s\" }\n";
    assert_eq!(
        only(&scenario("0 2 4", rest), &["started", "queued", "breaker_moved"]),
        [
            "0 started 0 s p-1",
            "1 breaker_moved p-1 is open",
            "2 started 1 s p-2",
            "3 breaker_moved p-2 is open",
            "4 queued 2 s",
            "11 breaker_moved p-1 is half_open",
            "11 started 2 s p-1",
            "12 breaker_moved p-1 is open",
        ]
    );
}
