//! A fixed number of tasks in flight: a semaphore, or bulkhead.
//!
//! Rule: admit while fewer than `limit` are in flight. Little's law gives the limit: the rate that
//! is wanted times the time that a task takes.

use super::Admission;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use std::num::NonZeroU32;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a fixed number in flight (semaphore)";

/// `admission.fixed = { limit = 100 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many may be in flight.
    pub limit: NonZeroU32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let limit = table.need("limit");
        table.finish();
        Some(Spec { limit: limit? })
    }
}

impl Admission for Spec {
    fn admit(&mut self, _now: Time, in_flight: u32, _priority: i32) -> bool {
        in_flight < self.limit.get()
    }

    fn result(&mut self, _now: Time, _rtt: Span, _in_flight: u32, _dropped: bool) {}

    fn limit(&self) -> f64 {
        f64::from(self.limit.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_limit_is_the_most_in_flight() {
        let mut fixed: Spec = read("{ limit = 2 }").unwrap();
        let admitted = [0, 1, 2, 3].map(|in_flight| fixed.admit(Time::ZERO, in_flight, 9));
        assert_eq!(admitted, [true, true, false, false]);
    }
}
