//! Two kinds of work take two things in opposite order, and lock each other out.

use super::stage::{Sets, each, is_clean};

const NAME: &str = "conflict_deadlock";
const BAY_FIRST: Sets<'_> = &[
    ("workflows.return.resources", "{ bay = 1 }"),
    ("workflows.return.steps.unload.resources", "{ truck = 1 }"),
];

#[test]
fn they_lock_each_other_out() {
    is_clean(NAME);
    each(NAME, &[], |shown| {
        let found = shown.metric("resources.deadlocks");
        assert!(found >= 5.0, "{}: {found} deadlocks", shown.what);
        // Each throws out one task, and nothing else fails.
        let lost = shown.metric("error_rate") * shown.metric("arrived");
        assert!((lost - found).abs() < 0.5, "{}: {lost} lost, {found} found", shown.what);
    });
}

#[test]
fn with_one_order_for_all_nobody_can() {
    each(NAME, BAY_FIRST, |shown| {
        // Who holds a truck wants nothing more: it goes on, always.
        assert_eq!(shown.metric("resources.deadlocks"), 0.0, "{}", shown.what);
        assert_eq!(shown.metric("error_rate"), 0.0, "{}", shown.what);
    });
}
