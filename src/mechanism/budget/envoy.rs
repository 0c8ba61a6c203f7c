//! A share of what is in flight: Envoy's retry budget.
//!
//! Rule (`RetryBudgetImpl` of Envoy's `resource_manager_impl.h`): a retry may be made while fewer
//! than max(min, trunc(percent * active)) retries are in flight, where `active` counts requests in
//! progress and waiting. Defaults: 20 %, at least 3. It replaces a fixed number of concurrent
//! retries. No memory.

use super::Budget;
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "retries up to a share of what is in flight, or a minimum (Envoy)";

/// `budget.envoy = { percent = "20%", min = 3 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Retries per active attempt.
    pub percent: Probability,
    /// Retries allowed at once however few are active.
    pub min: u32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let percent = table.or("percent", Probability::new(0.2).expect("a fifth is a share"));
        let min = table.or("min", 3);
        table.finish();
        Some(Spec { percent, min })
    }
}

impl Budget for Spec {
    fn request(&mut self, _now: Time) {}

    fn retry(&mut self, _now: Time, active: u32, retrying: u32) -> bool {
        retrying < self.min.max((self.percent.get() * f64::from(active)) as u32)
    }

    fn result(&mut self, _now: Time, _success: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn a_fifth_but_at_least_three() {
        let mut budget: Spec = read("{}").unwrap();
        for (active, retrying, allowed) in [
            (1, 2, true),
            (1, 3, false),
            // A fifth of 19 is 3.8, and 3 are allowed; of 20, four.
            (19, 3, false),
            (20, 3, true),
            (20, 4, false),
            (1000, 199, true),
            (1000, 200, false),
        ] {
            let got = budget.retry(Time::ZERO, active, retrying);
            assert_eq!(got, allowed, "{retrying} of {active}");
        }
    }
}
