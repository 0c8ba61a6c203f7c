//! The rows that are not checked, each with its reason.

/// Row and reason: so far there is none.
pub const SKIPPED: &[(&str, &str)] = &[];

/// Rows about alerts. How alerts are grouped into notifications is the business of another program,
/// Alertmanager, which is behind the rules: nothing in a run acts on a notification.
pub const ALERTS: &[(&str, &str)] = &[
    ("am-001", "grouping and repeating of notifications by Alertmanager"),
    ("am-002", "a notification that fails is tried again by Alertmanager"),
    ("am-004", "an alert without an end is resolved by a timeout of Alertmanager"),
];
