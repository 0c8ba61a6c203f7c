//! Additive increase, multiplicative decrease of a concurrency limit.
//!
//! Rule (`AIMDLimit` of Netflix's concurrency-limits): dropped, or slower than `timeout`: the limit
//! becomes trunc(limit * backoff); otherwise, if at least half of it was in use, it grows by one.
//! Held in [min, max]. Defaults of the source: 20, from 20 to 200, 0.9, 5 s.

use super::{Admission, Bounds, below};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str =
    "a limit that grows by one on success and falls by a tenth on a drop (AIMD)";

/// `admission.aimd = { initial = 20, min = 20, max = 200, backoff = 0.9, timeout = "5s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Start and range.
    pub bounds: Bounds,
    /// What a drop multiplies the limit by; 0.5 or more, below 1.
    pub backoff: f64,
    /// A slower result counts as a drop.
    pub timeout: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let bounds = Bounds::read(&mut table, Bounds { initial: 20, min: 20, max: 200 });
        let backoff = table.or("backoff", 0.9);
        let timeout = table.or("timeout", Span::from_secs(5));
        if !(0.5..1.0).contains(&backoff) {
            table.mistake("`backoff` is out of range", "0.5 or more, below 1", None);
        }
        table.finish();
        Some(Spec { bounds, backoff, timeout })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Aimd {
        Aimd { spec: self.clone(), limit: f64::from(self.bounds.initial) }
    }
}

/// The machine.
#[derive(Debug)]
pub struct Aimd {
    spec: Spec,
    /// Always whole.
    limit: f64,
}

impl Admission for Aimd {
    fn admit(&mut self, _now: Time, in_flight: u32, _priority: i32) -> bool {
        below(in_flight, self.limit)
    }

    fn result(&mut self, _now: Time, rtt: Span, in_flight: u32, dropped: bool) {
        if dropped || rtt > self.spec.timeout {
            self.limit = (self.limit * self.spec.backoff).floor();
        } else if 2.0 * f64::from(in_flight) >= self.limit {
            self.limit += 1.0;
        }
        self.limit = self.spec.bounds.hold(self.limit);
    }

    fn limit(&self) -> f64 {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn grows_by_one_and_falls_by_a_share() {
        let text = "{ initial = 4, min = 2, max = 5, backoff = 0.5 }";
        let mut aimd = read::<Spec>(text).unwrap().build();
        let mut after = |seconds, in_flight, dropped| {
            aimd.result(Time::ZERO, Span::from_secs(seconds), in_flight, dropped);
            aimd.limit()
        };
        assert_eq!(after(1, 1, false), 4.0, "less than half of it in use");
        assert_eq!(after(5, 2, false), 5.0, "five seconds are not slower than five");
        assert_eq!(after(1, 5, false), 5.0, "no more than max");
        assert_eq!(after(6, 5, false), 2.0, "too slow: trunc(2.5)");
        assert_eq!(after(0, 1, true), 2.0, "no less than min");
    }
}
