//! The network between the orchestrator and its agents is slow.
//!
//! Rule: an attempt that starts on a struck agent while it is on takes so much longer, drawn for
//! each. It holds its slot meanwhile, and its time limit runs. The delay comes first and passes as
//! the agent's work does: slower if that is slowed; where attempts share the agent's rate, as if it
//! was alone.
//!
//! | key  | default | meaning                                 |
//! |------|---------|-----------------------------------------|
//! | `by` |         | how much longer: a time, or how it      |
//! |      |         | spreads                                 |
//!
//! and whom it strikes: see [`scope`](super::scope).

use super::scope::Scope;
use crate::base::dist::Dist;
use crate::base::read::{Node, Read};
use crate::base::unit::TimeDist;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "attempts take longer by a time on the network";

/// `delay = { pool = "specialists", by = { p50 = "100ms", p95 = "2s" } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
    /// How much longer an attempt takes, in seconds.
    pub by: Dist,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        let by: Option<TimeDist> = table.need("by");
        table.finish();
        Some(Spec { scope: scope?, by: by?.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_delay_is_a_time() {
        let spec: Spec = read("{ pool = 'a', by = '2s' }").unwrap();
        assert_eq!(spec.by.mean(), 2.0);
        assert_eq!(read::<Spec>("{ pool = 'a', by = 2 }").unwrap_err().len(), 1);
    }
}
