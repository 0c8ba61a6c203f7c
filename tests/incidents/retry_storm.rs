//! Retry storm: the trigger passes, the failure stays; a retry budget lets it pass.

use rehearsal::model::fact::Outcome;

use super::stage::{Shown, each, is_clean, promtool_agrees};

const NAME: &str = "retry_storm";
const BUDGET: (&str, &str) =
    ("pools.servers.retry_budget", "{ token_bucket = { fill = 0.1, size = 10 } }");
const BACK_OFF: (&str, &str) = (
    "workflows.reply.steps.generate.retry",
    "{ exponential = { first = \"1s\", attempts = 4, on = [\"timeout\"] } }",
);

/// The trigger is from 8:00 to 9:30 min. What came in it gives up at the latest after four tries
/// of 15 s and three waits of 1 s, at 10:33 min: from minute 11 on only what keeps itself up is
/// left. The servers make 2,586 tokens a second together; with 267 for each of five requests a
/// second they are at 52 %, four times which is beyond them.
fn stays(shown: &Shown<'_>) {
    let before = shown.completed_share(1.0..8.0);
    assert!(before > 0.9, "{}: {before} before", shown.what);
    let after = shown.left_per_s(Outcome::Completed, 11.0..26.0);
    // Of five to seven a second. Not one in a hundred is served by luck.
    assert!(after < 0.05, "{}: {after} a second after", shown.what);
    // Each is tried four times: three retries for each that came after minute 8, of all 26.
    let share = shown.metric("step.generate.retries") / shown.metric("arrived");
    assert!(share > 1.5, "{}: {share} retries for each that came", shown.what);
}

#[test]
fn the_failure_outlives_its_trigger() {
    each(NAME, &[], |shown| {
        stays(shown);
        // After the first time-outs at 8:15, one minute of `for`, and the mean over two.
        let [fired] = shown.fired("RetryStorm")[..] else { panic!("{}: once", shown.what) };
        assert!((9.25..11.5).contains(&fired), "{}: at {fired}", shown.what);
        assert_eq!(shown.alerts("RetryStorm", "inactive"), [0.0; 0], "{}", shown.what);
        // Only answers have a latency: the rule of the latency calms down when there are none.
        assert_eq!(shown.alerts("AnswersSlow", "inactive").len(), 1, "{}", shown.what);
    });
}

#[test]
fn without_the_trigger_all_is_well() {
    each(NAME, &[("faults.trigger.slow.factor", "0.999")], |shown| {
        // All but those who are still served at the end, at most a few seconds of demand.
        let share = shown.metric("completed") / shown.metric("arrived");
        assert!(share > 0.98, "{}: {share}", shown.what);
        assert_eq!(shown.fired("RetryStorm"), [0.0; 0], "{}", shown.what);
    });
}

#[test]
fn a_retry_budget_lets_it_pass_and_back_off_does_not() {
    each(NAME, &[BUDGET], |shown| {
        // What 90 s have left undone takes as long again at the half that is spare, and once more
        // for what has been given up and is still served: 14 is a minute after that.
        let share = shown.completed_share(14.0..26.0);
        assert!(share > 0.95, "{}: {share}", shown.what);
        assert_eq!(shown.fired("RetryStorm"), [0.0; 0], "{}", shown.what);
    });
    each(NAME, &[BACK_OFF], stays);
}

#[test]
fn its_file_is_clean_and_promtool_agrees() {
    is_clean(NAME);
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, &[BUDGET]);
}
