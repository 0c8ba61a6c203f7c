//! New agents fail to start.
//!
//! Rule: an agent that is started while it is on never gets ready, with this chance; its autoscaler
//! asks for another one.
//!
//! | key     | default | meaning                                |
//! |---------|---------|----------------------------------------|
//! | `pool`  |         | a pool, or a list of pools             |
//! | `fails` | 1.0     | the chance that a start fails          |

use super::scope::read_pools;
use crate::base::read::{Node, Placed, Read};
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "agents that an autoscaler starts do not get ready";

/// `start_up = { pool = "specialists", fails = "100%" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Of which pools; at least one.
    pub pools: Vec<Placed<String>>,
    /// The chance that a start fails.
    pub fails: Probability,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let pools = table.need_node("pool").and_then(|node| read_pools(&node));
        let fails = table.or("fails", Probability::ONE);
        table.finish();
        Some(Spec { pools: pools?, fails })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn starts_fail_always_unless_said_otherwise() {
        assert_eq!(read::<Spec>("{ pool = 'a' }").unwrap().fails, Probability::ONE);
        assert_eq!(read::<Spec>("{ pool = 'a', fails = 0.5 }").unwrap().fails.get(), 0.5);
        assert_eq!(read::<Spec>("{}").unwrap_err(), ["missing key `pool` in `x`"]);
    }
}
