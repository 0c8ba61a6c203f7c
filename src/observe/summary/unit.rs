//! The unit of a number, from its name.
//!
//! Names end in their unit (`sojourn_mean_s`, `throughput_per_s`); shares end in one of a few
//! words, and what is left is a count or a bare number.

use crate::mechanism::metric::Unit;

/// The endings of shares between 0 and 1.
const SHARES: [&str; 9] = [
    "utilisation",
    "occupancy",
    "success_rate",
    "error_rate",
    "wait_probability",
    "_fraction",
    "fairness",
    "backlog_growth",
    "availability",
];

/// The unit of the number with this name.
pub fn unit(metric: &str) -> Unit {
    if metric.ends_with("_per_s") {
        Unit::Rate
    } else if metric.ends_with("_s") {
        Unit::Time
    } else if SHARES.iter().any(|share| metric.ends_with(share)) {
        Unit::Share
    } else {
        Unit::Count
    }
}
