//! Shortest work first (SJF, without interruption).
//!
//! Rule: rank = the work the attempt needs, in the units of its step. Schrage and Miller, The queue
//! M/G/1 with the shortest remaining processing time discipline (1966), for the preemptive
//! relative.

use super::Waiting;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the least work first (shortest job first)";

no_parameters!("discipline = \"shortest_work\"");

impl Spec {
    /// The work.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        super::rank_of_number(waiting.work)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn takes_the_least_work() {
        assert_eq!(check::order(&Family::ShortestWork(super::Spec)), [2, 0, 1]);
    }
}
