//! Renewal arrivals: independent gaps of any distribution (deterministic, gamma, lognormal, ...).
//!
//! Source: Cox, Renewal Theory (1962). The first arrival comes one gap after the start. One uniform
//! per gap.

use super::{Arrival, Arrivals};
use crate::base::dist::Dist;
use crate::base::random::{Purpose, Root, Stream};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "independent gaps of any distribution, such as a fixed gap";

/// `arrivals.renewal = { gap = "5s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The gap between arrivals, in seconds; its mean is above zero.
    pub gap: Dist,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let gap_node = table.node("gap");
        let gap: Option<Dist> = table.need("gap");
        table.finish();
        let gap = gap?;
        if gap.mean() > 0.0 {
            return Some(Spec { gap });
        }
        gap_node?.mistake(
            "the gap between arrivals is zero",
            "must be above zero on average",
            None,
        );
        None
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, root: &Root, workload: &str) -> Renewal {
        let stream = root.stream(workload, Purpose::Arrival);
        Renewal { gap: self.gap.clone(), last: Time::ZERO, stream }
    }
}

/// The machine.
pub struct Renewal {
    gap: Dist,
    last: Time,
    stream: Stream,
}

impl Arrivals for Renewal {
    fn next(&mut self) -> Option<Arrival> {
        let gap = Span::from_seconds(self.gap.quantile(self.stream.uniform()));
        self.last = self.last.saturating_add(gap);
        (self.last < Time::MAX).then_some(Arrival::single(self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_gap_is_a_clock() {
        let spec = Spec { gap: Dist::constant(1.25).unwrap() };
        let mut machine = spec.build(&Root::new(1, 0), "w");
        let seconds: Vec<f64> = (0..4).map(|_| machine.next().unwrap().at.seconds()).collect();
        assert_eq!(seconds, [1.25, 2.5, 3.75, 5.0]);
    }
}
