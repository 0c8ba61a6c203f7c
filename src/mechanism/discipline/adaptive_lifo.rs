//! Adaptive LIFO: in the order of joining while the line is short; when it is longer than a
//! threshold the newest first, since the oldest have probably been given up already.
//!
//! Rule: of what is taken while more than `threshold` attempts wait, the one that joined last;
//! otherwise the one that joined first. Maurer, Fail at scale (ACM Queue, 2015), where the
//! threshold is whether there is a backlog at all; often used together with CoDel.

use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "first come, first served, but the newest first when the line is long";

/// `discipline.adaptive_lifo = { threshold = 10 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The longest line that is taken in order.
    pub threshold: u32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let threshold = table.or("threshold", 10);
        table.finish();
        Some(Spec { threshold })
    }
}

impl Spec {
    /// Whether the newest is taken while `backlog` wait.
    pub fn newest_first(&self, backlog: usize) -> bool {
        backlog > self.threshold as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_round_above_the_threshold() {
        let spec: Spec = crate::mechanism::check::read("{ threshold = 2 }").unwrap();
        assert_eq!([1, 2, 3].map(|backlog| spec.newest_first(backlog)), [false, false, true]);
    }
}
