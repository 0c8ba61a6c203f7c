//! Static priority by class, higher first; `preemptive`: a higher class interrupts a lower one in
//! service, which later goes on where it was stopped (preemptive resume).
//!
//! Rule: rank = - priority. Kleinrock, Queueing Systems II (1976), chapter 3.

use super::Waiting;
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "higher class first; optionally interrupting (preemptive resume)";

/// `discipline.priority = { preemptive = false }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whether a higher class interrupts a lower one in service.
    pub preemptive: bool,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let preemptive = table.or("preemptive", false);
        table.finish();
        Some(Spec { preemptive })
    }
}

impl Spec {
    /// The highest priority has the lowest rank.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        -i64::from(waiting.priority)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn takes_the_highest_class() {
        assert_eq!(check::order(&Family::Priority(super::Spec { preemptive: false })), [1, 2, 0]);
    }
}
