//! Exponentially weighted: each new attempt fades all earlier ones by 1 - weight.

use super::{Measure, Sums};
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "exponentially weighted: each attempt fades the earlier ones";

/// `measure.fading = { weight = 0.1 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The weight of the newest attempt against all earlier ones.
    pub weight: Probability,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weight = table.need("weight");
        table.finish();
        Some(Spec { weight: weight? })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Fading {
        Fading { keep: 1.0 - self.weight.get(), sums: Sums::default() }
    }
}

/// The machine.
pub struct Fading {
    keep: f64,
    sums: Sums,
}

impl Measure for Fading {
    fn record(&mut self, _now: Time, attempt: Sums) {
        self.sums = self.sums.scaled(self.keep).plus(attempt);
    }

    fn sums(&self, _now: Time) -> Sums {
        self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};
    use super::*;

    #[test]
    fn the_newest_weighs_most() {
        let half = Family::Fading(Spec { weight: Probability::new(0.5).unwrap() });
        // Weights 1/4, 1/2, 1 on the three attempts.
        assert_eq!(check::after(&half, &check::THREE, 1_000), [1.75, 1.25, 3.0]);
    }
}
