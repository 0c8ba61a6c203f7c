//! What breakers that count failures let a scenario write: how many, and for how long.

use std::num::NonZeroU32;

use crate::base::read::{Node, Read};
use crate::base::time::Span;

/// `{ failures = 5, recovery = "60s" }`, which are the defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many failures open it.
    pub failures: NonZeroU32,
    /// How long it is open.
    pub recovery: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let failures = table.or("failures", NonZeroU32::new(5).expect("five is not zero"));
        let recovery = table.or("recovery", Span::from_secs(60));
        table.finish();
        Some(Spec { failures, recovery })
    }
}
