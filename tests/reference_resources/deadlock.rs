//! Waiters that wait for one another: who gives way, and how asking otherwise avoids it.

use super::{balanced, metric, several, story};

#[test]
fn resource_manager_a_deadlock_is_found_and_its_victim_fails() {
    let rest = r#"[classes.a]
        [resources]
        fork = {}
        knife = {}
        [workflows.left]
        resources = { fork = 1 }
        [workflows.left.steps]
        sit = { work = 1 }
        eat = { work = "5s", resources = { knife = 1 }, on_unavailable = "wait" }
        [workflows.right]
        resources = { knife = 1 }
        [workflows.right.steps]
        sit = { work = 1 }
        eat = { work = "5s", resources = { fork = 1 }, on_unavailable = "wait" }"#;
    let scenario = several(&[("left", "0,a,4"), ("right", "1,a,2")], "", rest);
    // The second waits for the fork from 3 s on, the first for the knife from 4 s on: that closes
    // the circle, and the last to ask gives way.
    assert_eq!(
        story(&scenario, "held blocked deadlocked unavailable released left"),
        [
            "0 held 0 fork-1",
            "1 held 1 knife-1",
            "3 blocked 1",
            "4 blocked 0",
            "4 deadlocked 0",
            "4 unavailable 0 deadlock",
            "4 released 0 fork-1",
            "4 held 1 fork-1",
            "4 left 0 failed: deadlock",
            "9 released 1 fork-1",
            "9 released 1 knife-1",
            "9 left 1 completed",
        ]
    );
    assert_eq!(metric(&scenario, "resources.deadlocks"), 1.0);
    balanced(&scenario);
}

#[test]
fn resource_manager_as_written_may_deadlock_and_the_other_ways_do_not() {
    // a is taken until 3 s, b until 4 s. Who wants b and then a asks at 1 s, who wants a and then b
    // at 2 s: that one has a from 3 s on, the other b from 4 s on.
    let loads = [("ab", "2,x,5"), ("ba", "1,x,5"), ("one", "0,x,3"), ("two", "0,x,4")];
    let left = |acquire: &str, retry: &str| {
        let rest = format!(
            r#"[classes.x]
            [resources]
            a = {{}}
            b = {{}}
            [workflows]
            one.steps.s = {{ work = 1, resources = {{ a = 1 }} }}
            two.steps.s = {{ work = 1, resources = {{ b = 1 }} }}
            [workflows.ab.steps.s]
            work = 1
            resources = {{ a = 1, b = 1 }}
            acquire = "{acquire}"
            on_unavailable = "wait"
            {retry}
            [workflows.ba.steps.s]
            work = 1
            resources = {{ b = 1, a = 1 }}
            acquire = "{acquire}"
            on_unavailable = "wait""#
        );
        let scenario = several(&loads, "", &rest);
        balanced(&scenario);
        let mut story = story(&scenario, "deadlocked left");
        story.retain(|line| !line.contains("left 0") && !line.contains("left 1"));
        story
    };
    let fine = ["9 left 2 completed", "14 left 3 completed"];
    assert_eq!(left("together", ""), fine);
    assert_eq!(left("ordered", ""), fine);
    let stuck = ["4 deadlocked 3", "4 left 3 failed: deadlock", "9 left 2 completed"];
    assert_eq!(left("as_written", ""), stuck);
    // A step that is tried again comes after the other.
    let retry = r#"retry.fixed = { delay = "1s", on = ["deadlock"] }"#;
    assert_eq!(left("as_written", retry)[1..], fine);
}
