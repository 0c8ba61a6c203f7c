//! A bucket that failures empty and successes fill: gRPC's retry throttling.
//!
//! Rule (gRFC A6): the bucket starts full with `max_tokens`; a failed attempt takes 1, a successful
//! one adds `ratio`; a retry is allowed only while there are more than max_tokens / 2. Counted in
//! thousandths, as gRPC does. Retries themselves cost nothing: their failures do. Defaults: 10 and
//! 0.1, the numbers of the proposal's example.

use super::Budget;
use crate::base::read::{Node, Read};
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str =
    "no retries after many failures: they take tokens, successes add some (gRPC)";

/// `budget.grpc = { max_tokens = 10, ratio = 0.1 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The size of the bucket; 1 to 1000.
    pub max_tokens: u32,
    /// What a success adds; above 0, to three decimals.
    pub ratio: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let max_tokens = table.or("max_tokens", 10);
        let ratio = table.or("ratio", 0.1);
        if !(1..=1000).contains(&max_tokens) {
            table.mistake("`max_tokens` is out of range", "from 1 to 1000", None);
        }
        if !(0.001..=1000.0).contains(&ratio) {
            table.mistake("`ratio` is out of range", "from 0.001 to 1000", None);
        }
        table.finish();
        Some(Spec { max_tokens, ratio })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Grpc {
        let max = self.max_tokens * 1000;
        Grpc { max, ratio: (self.ratio * 1000.0) as u32, tokens: max }
    }
}

/// The machine, in thousandths of a token.
#[derive(Debug)]
pub struct Grpc {
    max: u32,
    ratio: u32,
    tokens: u32,
}

impl Budget for Grpc {
    fn request(&mut self, _now: Time) {}

    fn retry(&mut self, _now: Time, _active: u32, _retrying: u32) -> bool {
        self.tokens > self.max / 2
    }

    fn result(&mut self, _now: Time, success: bool) {
        self.tokens = match success {
            true => self.max.min(self.tokens + self.ratio),
            false => self.tokens.saturating_sub(1000),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn retries_stop_at_half_and_come_back_slowly() {
        let mut budget = read::<Spec>("{ max_tokens = 4, ratio = 0.5 }").unwrap().build();
        let mut after = |success| {
            budget.result(Time::ZERO, success);
            budget.retry(Time::ZERO, 1, 0)
        };
        // 3, 2 (half: no more), 1, 0, 0, 0.5, ..., 2, 2.5.
        assert_eq!([false; 5].map(&mut after), [true, false, false, false, false]);
        assert_eq!([true; 5].map(&mut after), [false, false, false, false, true]);
        // Never above the size: from 4, two failures are needed again.
        assert_eq!([true; 9].map(&mut after), [true; 9]);
        assert_eq!([false; 2].map(&mut after), [true, false]);
    }
}
