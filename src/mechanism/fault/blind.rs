//! The monitor does not see.
//!
//! Rule: while it is on, what the monitor measures of these pools is missing: autoscalers and alert
//! rules get no values of them. The agents themselves go on as ever.
//!
//! | key    | default   | meaning                     |
//! |--------|-----------|-----------------------------|
//! | `pool` | all pools | a pool, or a list of pools  |

use super::scope::read_pools;
use crate::base::read::{Node, Placed, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the monitor sees nothing of some pools, or of all";

/// `blind = { pool = "specialists" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Of which pools; none: of all.
    pub pools: Vec<Placed<String>>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let pools = table.optional("pool", read_pools);
        table.finish();
        Some(Spec { pools: pools?.unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn all_pools_unless_some_are_named() {
        assert!(read::<Spec>("{}").unwrap().pools.is_empty());
        assert_eq!(read::<Spec>("'blind'").unwrap_err().len(), 1, "a table is wanted");
        assert_eq!(read::<Spec>("{ pool = ['a', 'b'] }").unwrap().pools.len(), 2);
    }
}
