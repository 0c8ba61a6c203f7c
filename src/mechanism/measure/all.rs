//! Everything since the start of the run, as the reference's agents report it.

use super::{Measure, Sums};
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "all attempts since the start";

no_parameters!("measure = \"all\"");

/// The machine.
#[derive(Default)]
pub struct All(Sums);

impl Measure for All {
    fn record(&mut self, _now: Time, attempt: Sums) {
        self.0 = self.0.plus(attempt);
    }

    #[inline]
    fn sums(&self, _now: Time) -> Sums {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};

    #[test]
    fn forgets_nothing() {
        let all = Family::All(super::Spec);
        assert_eq!(check::after(&all, &check::THREE, 1_000), [3.0, 2.0, 7.0]);
        assert_eq!(check::after(&all, &[], 1_000), [0.0; 3]);
    }
}
