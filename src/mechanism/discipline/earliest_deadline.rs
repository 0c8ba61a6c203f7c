//! Earliest deadline first (EDF).
//!
//! Rule: rank = the task's deadline; tasks without one come last. Liu and Layland, Scheduling
//! algorithms for multiprogramming in a hard-real-time environment (1973).

use super::Waiting;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "earliest deadline first (EDF)";

no_parameters!("discipline = \"earliest_deadline\", with classes.NAME.deadline = \"5m\"");

impl Spec {
    /// The deadline in nanoseconds.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        super::rank_of(waiting.deadline.nanos())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn takes_the_most_urgent() {
        assert_eq!(check::order(&Family::EarliestDeadline(super::Spec)), [1, 2, 0]);
    }
}
