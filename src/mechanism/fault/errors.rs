//! Attempts fail more often.
//!
//! Rule: an attempt that starts on a struck agent while it is on fails with this chance, besides
//! all other chances; it is decided at the start and known at the end. With `after` one that is to
//! fail takes only so long at the agent's speed: a poisoned agent that answers errors at once and
//! so draws the work that others would do.
//!
//! | key     | default | meaning                                                     |
//! |---------|---------|-------------------------------------------------------------|
//! | `rate`  |         | the chance that an attempt fails                            |
//! | `after` |         | how long a failing attempt takes; its service if left out   |
//!
//! and whom it strikes: see [`scope`](super::scope).

use super::scope::Scope;
use crate::base::read::{Node, Read};
use crate::base::time::Span;
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "attempts fail with a chance, perhaps at once";

/// `errors = { pool = "specialists", rate = "30%", after = "50ms" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
    /// The chance that an attempt fails.
    pub rate: Probability,
    /// How long one that fails takes.
    pub after: Option<Span>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        let rate = table.need("rate");
        let after = table.optional("after", Span::read);
        table.finish();
        Some(Spec { scope: scope?, rate: rate?, after: after? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_rate_is_a_chance() {
        let spec: Spec = read("{ pool = 'a', rate = '30%', after = '50ms' }").unwrap();
        assert_eq!(spec.rate.get(), 0.3);
        assert_eq!(spec.after, Some(Span::from_nanos(50_000_000)));
        assert_eq!(read::<Spec>("{ pool = 'a', rate = 1 }").unwrap().after, None);
        assert_eq!(read::<Spec>("{ pool = 'a' }").unwrap_err(), ["missing key `rate` in `x`"]);
    }
}
