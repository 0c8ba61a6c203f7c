//! One tenant's messages hang and come back, and everybody stands behind them.

use super::stage::{Sets, each, is_clean, promtool_agrees};

const NAME: &str = "queue_poisoning";
const LANE: Sets<'_> = &[
    (
        "workflows.message.steps.handle.queue",
        "{ by_class = { acme = 'lane' }, default = 'shared' }",
    ),
    ("queues.lane", "{}"),
    ("pools.quarantine", "{ queue = 'lane', agents = 1 }"),
    ("pools.workers.agents", "9"),
];

#[test]
fn one_hundredth_of_the_messages_makes_most_of_the_others_late() {
    is_clean(NAME);
    each(NAME, &[], |shown| {
        let share = shown.metric("class.acme.arrived") / shown.metric("arrived");
        assert!(share < 0.015, "{}: {share} of the messages are acme's", shown.what);
        // In time are those of the first ten minutes, a quarter of all, and hardly any other.
        let in_time = shown.metric("class.others.in_time_fraction");
        assert!(in_time < 0.35, "{}: {in_time} are in time", shown.what);
        // All ten workers are busy, from a minute after it began: with what will never be done.
        let busy = shown.level("pool.workers.busy", 13.0..35.0);
        assert!(busy.iter().all(|busy| *busy > 9.9), "{}: {busy:?} busy", shown.what);
        // A worker a five seconds is gone: after a minute or so there are fewer than the four that
        // the others need. Five messages a second then make 50 in line within a minute more; `for`
        // is a minute.
        let grows = shown.fired("LineGrows");
        assert!(grows.len() == 1, "{}: LineGrows at {grows:?}", shown.what);
        assert!((11.0..14.0).contains(&grows[0]), "{}: LineGrows at {grows:?}", shown.what);
        // It is over at 20 min, and at 35 min the line has not become shorter.
        let line = shown.level("queue.shared.length", 19.0..35.0);
        assert!(line[line.len() - 1] > line[0], "{}: {line:?} wait", shown.what);
    });
}

#[test]
fn a_lane_of_its_own_leaves_the_others_in_time() {
    each(NAME, LANE, |shown| {
        // Nine workers for the work of three to five.
        let in_time = shown.metric("class.others.in_time_fraction");
        assert!(in_time > 0.99, "{}: {in_time} are in time", shown.what);
        let line = shown.level("queue.shared.length", 0.0..35.0);
        assert!(line.iter().all(|length| *length < 5.0), "{}: {line:?} wait", shown.what);
        // Whoever is on call still hears of it.
        assert!(!shown.fired("MessagesWait").is_empty(), "{}", shown.what);
    });
}

#[test]
fn promtool_sees_the_same_alerts() {
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, LANE);
}
