//! The ConflictResolver: who wins, what becomes of the other, what is released.

use super::{balanced, metric, scenario, several, story};
use rehearsal::scenario::meaning::Scenario;

/// Two steps, of which the second is of a higher class; both want the dock.
fn dock(loser: &str) -> Scenario {
    let rest = format!(
        r#"[classes]
        a = {{}}
        b.priority = 5
        [resources.dock]
        [conflicts.dock]
        resource = "dock"
        loser = "{loser}"
        [workflows.f.steps]
        s = {{ work = 1, resources = {{ dock = 1 }} }}"#
    );
    scenario("0,a,10 4,b,3 5,a,1", &rest)
}

#[test]
fn conflict_resolver_resource_conflict_the_loser_waits() {
    // Nothing is taken from who is in progress; of those that wait the higher class is next.
    let scenario = dock("wait");
    assert_eq!(
        story(&scenario, "conflicted held released left"),
        [
            "0 held 0 dock-1",
            "4 conflicted 1 resource dock: wait, task 0 goes on",
            "5 conflicted 2 resource dock: wait, task 0 goes on",
            "10 released 0 dock-1",
            "10 held 1 dock-1",
            "10 left 0 completed",
            "13 released 1 dock-1",
            "13 held 2 dock-1",
            "13 left 1 completed",
            "14 released 2 dock-1",
            "14 left 2 completed",
        ]
    );
    assert_eq!(metric(&scenario, "conflicts.resource"), 2.0);
    assert_eq!(metric(&scenario, "conflicts.resolved_by_wait"), 2.0);
}

#[test]
fn conflict_resolver_resource_conflict_the_higher_priority_preempts() {
    // Six seconds of the ten are left when the first goes on at 7 s, before the third.
    let scenario = dock("preempt");
    assert_eq!(
        story(&scenario, "conflicted stopped held released left"),
        [
            "0 held 0 dock-1",
            "4 conflicted 0 resource dock: preempt, task 1 goes on",
            "4 stopped 0",
            "4 released 0 dock-1",
            "4 held 1 dock-1",
            "5 conflicted 2 resource dock: wait, task 1 goes on",
            "7 released 1 dock-1",
            "7 held 0 dock-1",
            "7 left 1 completed",
            "13 released 0 dock-1",
            "13 held 2 dock-1",
            "13 left 0 completed",
            "14 released 2 dock-1",
            "14 left 2 completed",
        ]
    );
    balanced(&scenario);
}

#[test]
fn conflict_resolver_resource_conflict_the_loser_is_requeued() {
    // What it had done is lost: its recorded ten seconds begin again at 7 s.
    let scenario = dock("requeue");
    assert_eq!(
        story(&scenario, "conflicted held left"),
        [
            "0 held 0 dock-1",
            "4 conflicted 0 resource dock: requeue, task 1 goes on",
            "4 held 1 dock-1",
            "5 conflicted 2 resource dock: requeue, task 1 goes on",
            "7 held 0 dock-1",
            "7 left 1 completed",
            "17 held 2 dock-1",
            "17 left 0 completed",
            "18 left 2 completed",
        ]
    );
    balanced(&scenario);
}

#[test]
fn conflict_resolver_takes_no_more_than_is_enough_and_nothing_in_vain() {
    let rest = r#"[classes]
        a = {}
        b.priority = 5
        c.priority = 1
        [resources.dock]
        count = 3
        [conflicts.dock]
        resource = "dock"
        loser = "requeue"
        [workflows.one.steps]
        s = { work = 1, resources = { dock = 1 } }
        [workflows.two.steps]
        s = { work = 1, resources = { dock = 2 } }"#;
    let lost = |two: &str| {
        let scenario = several(&[("one", "0,c,9 1,a,9 2,a,9"), ("two", two)], "", rest);
        balanced(&scenario);
        story(&scenario, "conflicted")
    };
    // Two docks: of the lowest class both, the last to start first.
    assert_eq!(
        lost("4,b,1"),
        [
            "4 conflicted 2 resource dock: requeue, task 3 goes on",
            "4 conflicted 1 resource dock: requeue, task 3 goes on",
        ]
    );
    // Of equal class nothing is taken; a class above only one of two needed takes nothing either.
    assert_eq!(lost("4,a,1").len(), 1);
    let alone = several(&[("one", "0,c,9 1,c,9 2,a,9"), ("two", "4,c,1")], "", rest);
    assert_eq!(story(&alone, "conflicted").len(), 1);
    assert_eq!(story(&alone, "stopped"), Vec::<String>::new());
}

#[test]
fn conflict_resolver_checks_who_waits_every_so_often() {
    // The third wants two docks and waits for the first, who is of its own class. At 3 s the
    // second's dock passes to the fourth, of a lower class: one dock is not enough for the third.
    // At 8 s the first ends, and the third has what is free and what the fourth holds. Nobody
    // starts then: the check at 10 s finds it.
    let rest = r#"conflict_check = "10s"
        ===
        [classes]
        a = {}
        b.priority = 5
        [resources.dock]
        count = 2
        [conflicts.dock]
        resource = "dock"
        loser = "preempt"
        [workflows.one.steps]
        s = { work = 1, resources = { dock = 1 } }
        [workflows.two.steps]
        s = { work = 1, resources = { dock = 2 } }"#;
    let scenario = several(&[("one", "0,b,8 0,b,3 2,a,30"), ("two", "1,b,4")], "", rest);
    assert_eq!(
        story(&scenario, "conflicted stopped held left"),
        [
            "0 held 0 dock-1",
            "0 held 1 dock-2",
            "1 conflicted 2 resource dock: wait, task 0 goes on",
            "2 conflicted 3 resource dock: wait, task 0 goes on",
            "3 held 3 dock-2",
            "3 left 1 completed",
            "8 left 0 completed",
            "10 conflicted 3 resource dock: preempt, task 2 goes on",
            "10 stopped 3",
            "10 held 2 dock-1",
            "10 held 2 dock-2",
            "14 held 3 dock-1",
            "14 left 2 completed",
            // 7 of its 30 seconds were done.
            "37 left 3 completed",
        ]
    );
    balanced(&scenario);
}

/// A pick of 5 s, and a second action on the same order (or on another) 2 s later, of 3 s.
fn orders(pair: &str, entities: &str) -> Scenario {
    let rest = format!(
        r#"[classes]
        a = {{}}
        b.priority = 5
        [conflicts.mind]
        {pair}
        [workflows.buy.steps.pick]
        work = 1
        [workflows.stop.steps.cancel_order]
        work = 1"#
    );
    several(&[("buy", "0,a,5"), ("stop", "2,b,3")], entities, &rest)
}

const SAME: &str = "entities = { order = 1 }";
const TOLD: &str = "conflicted started stopped left";

#[test]
fn conflict_resolver_logical_conflict_serialise() {
    let pair = r#"between = ["pick", "cancel_order"]
        rule = "serialise""#;
    let scenario = orders(pair, SAME);
    assert_eq!(
        story(&scenario, TOLD),
        [
            "0 started 0",
            "2 conflicted 1 logical mind: wait, task 0 goes on",
            "5 left 0 completed",
            "5 started 1",
            "8 left 1 completed",
        ]
    );
    assert_eq!(metric(&scenario, "conflicts.logical"), 1.0);
    assert_eq!(metric(&scenario, "conflicts.aside"), 1.0);
    assert_eq!(metric(&scenario, "conflicts.aside_mean_s"), 3.0);
}

#[test]
fn conflict_resolver_logical_conflict_cancel_later() {
    let pair = r#"between = ["cancel_order", "pick"]
        rule = "cancel_later""#;
    assert_eq!(
        story(&orders(pair, SAME), TOLD),
        [
            "0 started 0",
            "2 conflicted 1 logical mind: cancel, task 0 goes on",
            "2 left 1 failed: conflict",
            "5 left 0 completed",
        ]
    );
}

#[test]
fn conflict_resolver_logical_conflict_merge() {
    let pair = r#"between = ["pick", "cancel_order"]
        rule = "merge""#;
    assert_eq!(
        story(&orders(pair, SAME), TOLD),
        [
            "0 started 0",
            "2 conflicted 1 logical mind: merge, task 0 goes on",
            // It ends when and as the other does, and never starts itself.
            "5 left 0 completed",
            "5 left 1 completed",
        ]
    );
}

#[test]
fn conflict_resolver_logical_conflict_in_the_wrong_order() {
    // The pick should have come after the cancellation: it stands aside, with 3 s left.
    let pair = r#"order = ["cancel_order", "pick"]
        rule = "serialise""#;
    assert_eq!(
        story(&orders(pair, SAME), TOLD),
        [
            "0 started 0",
            "2 conflicted 0 logical mind: wait, task 1 goes on",
            "2 stopped 0",
            "2 started 1",
            "5 left 1 completed",
            "5 started 0",
            "8 left 0 completed",
        ]
    );
}

#[test]
fn conflict_resolver_default_is_first_come_first_served() {
    let scenario = orders(r#"between = ["pick", "cancel_order"]"#, SAME);
    assert_eq!(
        story(&scenario, TOLD),
        [
            "0 started 0",
            // The higher class does not matter.
            "2 conflicted 1 other mind: wait, task 0 goes on",
            "5 left 0 completed",
            "5 started 1",
            "8 left 1 completed",
        ]
    );
    assert_eq!(metric(&scenario, "conflicts.other"), 1.0);
}

#[test]
fn conflict_resolver_actions_on_different_orders_do_not_meet() {
    // A workload's draws are its own: of many orders these two are different ones.
    let pair = r#"between = ["pick", "cancel_order"]
        rule = "cancel_later""#;
    let scenario = orders(pair, "entities = { order = 1000000 }");
    assert_eq!(story(&scenario, "conflicted"), Vec::<String>::new());
    assert_eq!(story(&scenario, "left"), ["5 left 0 completed", "5 left 1 completed"]);
}

#[test]
fn conflict_resolver_workflows_conflict_before_their_resources_are_allocated() {
    let flows = |rule: &str| {
        let rest = format!(
            r#"[classes.a]
            [resources.desk]
            count = 2
            [conflicts.orders]
            between = ["f", "f"]
            {rule}
            [workflows.f]
            resources = {{ desk = 1 }}
            steps.one.work = 1
            steps.two.work = "2s""#
        );
        let scenario = several(&[("w", "0,a,3 1,a,3")], SAME, &rest);
        balanced(&scenario);
        story(&scenario, "conflicted held left")
    };
    assert_eq!(
        flows("rule = \"serialise\""),
        [
            "0 held 0 desk-1",
            "1 conflicted 1 logical orders: wait, task 0 goes on",
            "5 left 0 completed",
            "5 held 1 desk-1",
            "10 left 1 completed",
        ]
    );
    let merged = ["5 left 0 completed", "5 left 1 completed"];
    assert_eq!(flows("rule = \"merge\"")[2..], merged);
    assert_eq!(flows("rule = \"cancel_later\"")[2], "1 left 1 failed: conflict");
}

#[test]
fn conflict_resolver_timing_conflict_shifts_the_later_reservation() {
    let rest = r#"[classes.a]
        [resources.dock]
        [workflows.f]
        reserve = { resource = "dock", lead = "10s", for = "5s" }
        steps.s.work = 1"#;
    // Booked 10 to 15 s; 12 to 17 s is shifted to 15 s; 21 to 26 s is free.
    let scenario = scenario("0,a,4 2,a,5 11,a,5", rest);
    assert_eq!(
        story(&scenario, "conflicted booked held released left"),
        [
            "0 booked 0 dock at 10s for 5s",
            "2 conflicted 1 timing dock: shift by 3s, task 0 goes on",
            "2 booked 1 dock at 15s for 5s",
            "10 held 0 dock-1",
            "11 booked 2 dock at 21s for 5s",
            "14 released 0 dock-1",
            "14 left 0 completed",
            "15 held 1 dock-1",
            "20 released 1 dock-1",
            "20 left 1 completed",
            "21 held 2 dock-1",
            "26 released 2 dock-1",
            "26 left 2 completed",
        ]
    );
    assert_eq!(metric(&scenario, "conflicts.timing"), 1.0);
    assert_eq!(metric(&scenario, "conflicts.resolved_by_shift"), 1.0);
    balanced(&scenario);
}
