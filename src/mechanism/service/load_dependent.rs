//! A server whose total rate grows with its load and saturates: a batched language-model server.
//!
//! Rule: total rate = rate * n / (n + half) with n attempts in service, shared equally. Fitted to a
//! vLLM server's measured throughput it holds from 1 to 256 running requests.

use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a total rate that grows with load and saturates: rate * n / (n + half)";

/// `service.load_dependent = { rate = 16552, half = 4.3 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The total rate at full load, in work per second; above zero.
    pub rate: f64,
    /// The number of attempts at which half of it is reached; zero or more.
    pub half: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let rate: Option<f64> = table.need("rate");
        let half: Option<f64> = table.need("half");
        if rate.is_some_and(|rate| !(rate > 0.0 && rate <= 1e15)) {
            table.mistake("the rate is out of range", "above 0, in work per second", None);
        }
        if half.is_some_and(|half| !(0.0..=1e9).contains(&half)) {
            table.mistake("`half` is out of range", "0 or more attempts", None);
        }
        table.finish();
        Some(Spec { rate: rate?, half: half? })
    }
}

impl Spec {
    /// The total rate with `n` attempts in service, in work per second.
    pub fn total_rate(&self, n: u32) -> f64 {
        let n = f64::from(n);
        if n == 0.0 { 0.0 } else { self.rate * n / (n + self.half) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_the_rate_at_half_and_nearly_all_at_many() {
        let spec = Spec { rate: 100.0, half: 4.0 };
        assert_eq!([0, 1, 4, 36].map(|n| spec.total_rate(n)), [0.0, 20.0, 50.0, 90.0]);
    }
}
