//! Requests to agents, or their answers, are lost.
//!
//! Rule: an attempt that starts on a struck agent while it is on is lost with this chance. Nothing
//! is done for it; it holds its slot until somebody notices: after `after` it has failed with the
//! cause `timeout`, or before, if the step has a shorter time limit.
//!
//! | key     | default | meaning                                            |
//! |---------|---------|----------------------------------------------------|
//! | `rate`  |         | the chance that an attempt is lost                 |
//! | `after` | "30s"   | how long until that is noticed                     |
//!
//! and whom it strikes: see [`scope`](super::scope).

use super::scope::Scope;
use crate::base::read::{Node, Read};
use crate::base::time::Span;
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "attempts are lost with a chance, and time out";

/// `loss = { pool = "specialists", rate = "5%", after = "30s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
    /// The chance that an attempt is lost.
    pub rate: Probability,
    /// How long until that is noticed.
    pub after: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        let rate = table.need("rate");
        let after = table.or("after", Span::from_secs(30));
        table.finish();
        Some(Spec { scope: scope?, rate: rate?, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn a_loss_is_noticed_after_a_time() {
        let spec: Spec = read("{ pool = 'a', rate = '5%' }").unwrap();
        assert_eq!((spec.rate.get(), spec.after), (0.05, Span::from_secs(30)));
        let spec: Spec = read("{ pool = 'a', rate = 1, after = '2s' }").unwrap();
        assert_eq!(spec.after, Span::from_secs(2));
    }
}
