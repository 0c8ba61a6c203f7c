//! The last n attempts.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use super::{Measure, Sums};
use crate::base::read::{Node, Read};
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the last n attempts";

/// `measure.last = { n = 50 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many attempts are remembered.
    pub n: NonZeroU32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let n = table.need("n");
        table.finish();
        Some(Spec { n: n? })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Last {
        Last { n: self.n.get() as usize, kept: VecDeque::new() }
    }
}

/// The machine.
pub struct Last {
    n: usize,
    kept: VecDeque<Sums>,
}

impl Measure for Last {
    fn record(&mut self, _now: Time, attempt: Sums) {
        if self.kept.len() == self.n {
            self.kept.pop_front();
        }
        self.kept.push_back(attempt);
    }

    /// Summed anew at each look, so that no rounding error builds up.
    #[inline(never)]
    fn sums(&self, _now: Time) -> Sums {
        self.kept.iter().fold(Sums::default(), |sum, attempt| sum.plus(*attempt))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};
    use super::*;

    #[test]
    fn remembers_n() {
        let last = |n| Family::Last(Spec { n: NonZeroU32::new(n).unwrap() });
        assert_eq!(check::after(&last(2), &check::THREE, 1_000), [2.0, 1.0, 3.0]);
        assert_eq!(check::after(&last(9), &check::THREE, 1_000), [3.0, 2.0, 7.0]);
    }
}
