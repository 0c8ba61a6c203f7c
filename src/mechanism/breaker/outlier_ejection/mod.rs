//! Outlier ejection of Envoy: the worst of a group get no calls for a while, but never too many.
//!
//! Rule. Four rules find outliers, of which some are only watched (`enforced = false`):
//!
//! - `consecutive`: a target fails so many times in a row. Ejected at once.
//! - `unreachable`: so many times in a row it does not answer. Ejected at once.
//! - `success_rate`: at a sweep, of the targets that got enough calls since the last one, those
//!   whose share of successes is below mean - `deviations` x (population) standard deviation.
//! - `failure_share`: at a sweep, likewise, those whose share of failures is at or above a limit.
//!
//! A target is ejected if it is then at most the share `at_most` of all, or the only one ejected.
//! Sweeps come every `interval`, and only a sweep brings targets back: the first one at or after
//! the end of their time. That is `ejection` x n, at most `ejection_at_most`, where n goes up by
//! one with each ejection and down by one with each sweep that finds the target not ejected. A
//! target that comes back starts with no failures in a row. If less than the share `panic` of all
//! targets is not ejected, ejection is ignored: all get calls.
//!
//! Results while ejected (late ones, or in panic) count, but nothing is ejected twice. Ignored
//! results count nowhere.
//!
//! | key                | default                              | meaning                        |
//! |--------------------|--------------------------------------|--------------------------------|
//! | `interval`         | "10s"                                | between sweeps                 |
//! | `ejection`         | "30s"                                | how long, the first time       |
//! | `ejection_at_most` | "300s", or a longer `ejection`       | how long at most               |
//! | `at_most`          | "10%"                                | how many are ejected at a time |
//! | `panic`            | "50%"                                | with fewer left, all get calls |
//! | `consecutive`      | `{ failures = 5, enforced = true }`  | failures in a row              |
//! | `unreachable`      | `{ failures = 5, enforced = false }` | no answers in a row            |
//! | `success_rate`     | a table, see below                   | far fewer successes            |
//! | `failure_share`    | a table, see below                   | many failures                  |
//!
//! `success_rate = { deviations = 1.9, targets = 5, calls = 100, enforced = true }`, and
//! `failure_share = { share = "85%", targets = 5, calls = 50, enforced = false }`.
//! `targets` and `calls`: the rule needs so many targets with so many calls each.
//!
//! Source: `outlier_detection_impl.cc` and `outlier_detection.proto` of Envoy; the panic threshold
//! from its documentation. Enforcing is yes or no here, not a percentage, there is no jitter, and
//! one target may always be ejected (later versions have `always_eject_one_host` for that).

mod machine;
mod spec;
#[cfg(test)]
mod tests;

pub use machine::{Ejection, OutlierEjection, Reason, Swept};
pub use spec::{ABOUT, FailureShare, InARow, Spec, SuccessRate};
