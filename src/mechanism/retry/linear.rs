//! A wait that grows by the same step with every retry.
//!
//! Rule: wait before the n-th retry = min(cap, first + (n - 1) * step); Finagle's
//! `Backoff.linear`. Without `cap` it grows on. No randomness.

use super::Common;
use crate::base::read::{Node, Read};
use crate::base::time::Span;
use crate::base::unit::LONGEST;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a wait that grows by the same step with every retry";

/// `retry.linear = { first = "1s", step = "1s", cap = "10s", attempts = 3, ... }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What every policy has.
    pub common: Common,
    /// The wait before the first retry.
    pub first: Span,
    /// What each retry adds.
    pub step: Span,
    /// The longest wait, if there is one.
    pub cap: Option<Span>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let first = table.or("first", Span::from_secs(1));
        let step = table.or("step", Span::from_secs(1));
        let cap = table.maybe("cap");
        let common = Common::read(&mut table);
        table.finish();
        Some(Spec { common, first, step, cap })
    }
}

impl Spec {
    /// The wait after `failures` failed tries.
    pub fn delay(&self, failures: u32) -> Span {
        let steps = self.step.nanos().saturating_mul(u64::from(failures - 1));
        let wait = Span::from_nanos(self.first.nanos().saturating_add(steps));
        wait.min(self.cap.unwrap_or(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::waits_ms;

    #[test]
    fn grows_up_to_the_cap() {
        let text = "{ linear = { first = '2s', step = '500ms', cap = '3.2s' } }";
        assert_eq!(waits_ms(text, 0.3, 5), [2000.0, 2500.0, 3000.0, 3200.0, 3200.0]);
        assert_eq!(waits_ms("'linear'", 0.3, 3), [1000.0, 2000.0, 3000.0]);
    }
}
