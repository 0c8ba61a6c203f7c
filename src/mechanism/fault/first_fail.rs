//! The first attempts fail, as by a script.
//!
//! Rule: of the attempts that start on each struck agent while it is on the first `attempts` fail;
//! the count begins anew when the fault does. With `after` such an attempt takes only so long.
//!
//! | key        | default | meaning                                                     |
//! |------------|---------|-------------------------------------------------------------|
//! | `attempts` |         | how many attempts of each agent fail                        |
//! | `after`    |         | how long a failing attempt takes; its service if left out   |
//!
//! and whom it strikes: see [`scope`](super::scope).

use std::num::NonZeroU32;

use super::scope::Scope;
use crate::base::read::{Node, Read};
use crate::base::time::Span;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the first so many attempts of each agent fail";

/// `first_fail = { pool = "specialists", agent = 1, attempts = 3 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
    /// How many attempts of each agent fail.
    pub attempts: NonZeroU32,
    /// How long one that fails takes.
    pub after: Option<Span>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        let attempts = table.need("attempts");
        let after = table.optional("after", Span::read);
        table.finish();
        Some(Spec { scope: scope?, attempts: attempts?, after: after? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn at_least_one_fails() {
        let spec: Spec = read("{ pool = 'a', attempts = 3 }").unwrap();
        assert_eq!((spec.attempts.get(), spec.after), (3, None));
        let found = read::<Spec>("{ pool = 'a', attempts = 0 }").unwrap_err();
        assert_eq!(found, ["`x.attempts`: expected at least 1, found the number 0"]);
    }
}
