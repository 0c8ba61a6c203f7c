//! Last in, first out; `preemptive`: the newcomer interrupts whom it finds in service (LCFS-PR).
//!
//! Rule: rank = - sequence. Kleinrock, Queueing Systems I (1975), section 4.4 for the preemptive
//! form.

use super::Waiting;
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "last come, first served; optionally interrupting";

/// `discipline.lifo = { preemptive = false }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whether a newcomer interrupts an attempt in service.
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
    /// The latest has the lowest rank.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        -super::rank_of(waiting.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn takes_the_last() {
        assert_eq!(check::order(&Family::Lifo(super::Spec { preemptive: false })), [2, 1, 0]);
    }
}
