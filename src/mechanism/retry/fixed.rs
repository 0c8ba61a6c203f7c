//! The same wait before every retry.
//!
//! Rule: wait = `delay`; 500 ms unless said otherwise, as in resilience4j's `RetryConfig` (Polly
//! has 2 s; `delay = "0s"` retries at once). No randomness.

use super::Common;
use crate::base::read::{Node, Read};
use crate::base::time::Span;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the same wait before every retry";

/// `retry.fixed = { delay = "500ms", attempts = 3, on = [...], elsewhere = false }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What every policy has.
    pub common: Common,
    /// The wait.
    pub delay: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let delay = table.or("delay", Span::from_nanos(500_000_000));
        let common = Common::read(&mut table);
        table.finish();
        Some(Spec { common, delay })
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::waits_ms;

    #[test]
    fn waits_the_same_each_time() {
        assert_eq!(waits_ms("'fixed'", 0.3, 3), [500.0; 3]);
        assert_eq!(waits_ms("{ fixed = { delay = '0s' } }", 0.3, 2), [0.0; 2]);
    }
}
