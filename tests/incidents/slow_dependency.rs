//! Slow dependency: what only gets slow takes all workers; a time limit gives them back.

use super::stage::{Shown, each, is_clean, promtool_agrees};

const NAME: &str = "slow_dependency";
const LIMIT: (&str, &str) = ("workflows.order.steps.payment_processing.timeout", "15s");

/// The provider is slow from minute 120 to 150.
const SLOW: std::ops::Range<f64> = 120.0..150.0;

fn questions_in_time(shown: &Shown<'_>, minutes: std::ops::Range<f64>) -> f64 {
    shown.within("question", 10.0, minutes)
}

/// A payment takes 4.3 s on average, and 86 s when twenty times as slow: 1,204 an hour would hold
/// 29 of the 16 workers, so that at most 16 / 29 of the load is done and the line grows from the
/// first minutes on: who comes after five of them waits longer than ten seconds for a worker.
#[test]
fn it_takes_all_workers_from_those_who_do_not_need_it() {
    each(NAME, &[], |shown| {
        let before = questions_in_time(shown, 0.0..119.0);
        assert!(before > 0.99, "{}: {before} before", shown.what);
        let meanwhile = questions_in_time(shown, 125.0..SLOW.end);
        assert!(meanwhile < 0.05, "{}: {meanwhile} meanwhile", shown.what);
        let held = shown.level("resource.worker.held", 125.0..SLOW.end);
        assert!(held.iter().all(|held| *held > 15.5), "{}: {held:?}", shown.what);
        // What customers feel and what causes it are told within ten minutes, errors never.
        for rule in ["QuestionsSlow", "PaymentsSlow"] {
            let fired = shown.fired(rule);
            assert!(fired.len() == 1, "{}: {rule} at {fired:?}", shown.what);
            assert!((120.0..130.0).contains(&fired[0]), "{}: {rule} at {fired:?}", shown.what);
        }
        assert_eq!(shown.fired("Errors"), [0.0; 0], "{}", shown.what);
        assert_eq!(shown.metric("failed"), 0.0, "{}", shown.what);
        // It is over when the line is done: within half an hour of the provider's recovery.
        let after = questions_in_time(shown, 180.0..240.0);
        assert!(after > 0.99, "{}: {after} after", shown.what);
    });
}

/// A payment holds a worker for at most 15 s: 1,204 an hour hold 5 of the 16, and all else one.
#[test]
fn a_time_limit_gives_the_workers_back() {
    each(NAME, &[LIMIT], |shown| {
        let meanwhile = questions_in_time(shown, 125.0..SLOW.end);
        assert!(meanwhile > 0.99, "{}: {meanwhile} meanwhile", shown.what);
        assert_eq!(shown.fired("QuestionsSlow"), [0.0; 0], "{}", shown.what);
        // Now the rule on errors sees where it comes from.
        let errors = shown.fired("Errors");
        assert!(errors.iter().any(|at| (120.0..130.0).contains(at)), "{}: {errors:?}", shown.what);
        // The limit costs the slowest ordinary payments: 15 s is the 97th percentile of a lognormal
        // of 3 s and 12 s. Before, one order in 36 fails by it; five in a hundred is beyond chance.
        let orders = shown.within("order", 60.0, 0.0..119.0);
        assert!(orders > 0.95, "{}: {orders} of the orders before", shown.what);
    });
}

#[test]
fn its_file_is_clean_and_promtool_agrees() {
    is_clean(NAME);
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, &[LIMIT]);
}
