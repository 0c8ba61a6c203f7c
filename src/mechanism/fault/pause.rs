//! Agents stand still, as if their clock was stopped, and nobody can tell.
//!
//! Rule: while it is on, an agent that is struck makes no progress. It still looks available and
//! takes what it is given; time limits run on. When it ends, work goes on where it was: a long
//! collection of garbage, a frozen virtual machine. (An agent that is known to be gone is a
//! [`crash`](super::crash) with `work = "resume"`.)
//!
//! Whom it strikes: see [`scope`](super::scope).

use super::scope::Scope;
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "agents stand still and still look available";

/// `pause = { pool = "specialists", agent = 2 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        table.finish();
        Some(Spec { scope: scope? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn it_only_says_whom() {
        assert!(read::<Spec>("{ pool = 'a' }").is_ok());
        let found = read::<Spec>("{ pool = 'a', factor = 0 }").unwrap_err();
        assert_eq!(found, ["unknown key `x.factor`"]);
    }
}
