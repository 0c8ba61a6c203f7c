//! Poisson arrivals: independent exponential gaps of mean 1 / rate.
//!
//! Source: Kingman, Poisson Processes (1993), chapter 4. One uniform per gap.

use super::{Arrival, Arrivals};
use crate::base::random::{Purpose, Root, Stream};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Rate;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "independent exponential gaps at a constant rate";

/// `arrivals.poisson = { rate = "120/min" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Tasks per second; zero means that none come.
    pub rate: Rate,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let rate = table.need("rate");
        table.finish();
        Some(Spec { rate: rate? })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, root: &Root, workload: &str) -> Poisson {
        let gap_s = 1.0 / self.rate.per_second();
        Poisson { gap_s, last: Time::ZERO, stream: root.stream(workload, Purpose::Arrival) }
    }
}

/// The machine.
pub struct Poisson {
    gap_s: f64,
    last: Time,
    stream: Stream,
}

impl Arrivals for Poisson {
    fn next(&mut self) -> Option<Arrival> {
        let gap = Span::from_seconds(self.stream.exponential() * self.gap_s);
        self.last = self.last.saturating_add(gap);
        (self.last < Time::MAX).then_some(Arrival::single(self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn comes_at_its_rate() {
        let spec = Spec { rate: Rate::new(2.0).unwrap() };
        let count = check::count(&mut spec.build(&Root::new(1, 0), "w"), 10_000);
        check::near(count, 20_000.0, 20_000f64.sqrt());
    }

    #[test]
    fn none_come_at_rate_zero() {
        let spec = Spec { rate: Rate::new(0.0).unwrap() };
        assert_eq!(spec.build(&Root::new(1, 0), "w").next(), None);
    }
}
