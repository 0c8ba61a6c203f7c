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
        // Of 20 tasks an hour some are thrown out in the sixteen hours, and more when those that
        // are in line then have their turn.
        let found = shown.metric("resources.deadlocks");
        assert!(found >= 5.0, "{}: {found} deadlocks", shown.what);
        let lost = shown.metric("error_rate");
        assert!(lost > 0.1, "{}: {lost} are thrown out", shown.what);
        // Everything is taken and few work: a bay that is held is mostly one in which all wait.
        let held = shown.metric("resource.bay.held_mean");
        let busy = shown.metric("pool.warehouse.busy_mean");
        assert!(busy < 0.75 * held, "{}: {held} bays are held, {busy} work", shown.what);
    });
}

#[test]
fn with_one_order_for_all_nobody_can() {
    each(NAME, BAY_FIRST, |shown| {
        // Who holds a truck wants nothing more: it goes on, always.
        assert_eq!(shown.metric("resources.deadlocks"), 0.0, "{}", shown.what);
        assert_eq!(shown.metric("error_rate"), 0.0, "{}", shown.what);
        // In a bay that is held there is work, but for the waits for a truck.
        let held = shown.metric("resource.bay.held_mean");
        let busy = shown.metric("pool.warehouse.busy_mean");
        assert!(busy > 0.9 * held, "{}: {held} bays are held, {busy} work", shown.what);
        // And there are enough: nobody waits for hours. An order has 11 min of work.
        let sojourn_s = shown.metric("class.order.sojourn_mean_s");
        assert!(sojourn_s < 3600.0, "{}: {sojourn_s} s for an order", shown.what);
    });
}
