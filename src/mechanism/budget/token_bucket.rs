//! A bucket that first attempts fill: Brooker's adaptive retries.
//!
//! Rule (`AdaptiveRetryStrategy` of Brooker's retry simulator, and his "Fixing retries with token
//! buckets and circuit breakers", 2022): the bucket starts full with `size`; every first attempt
//! adds `fill`, up to the size; a retry costs 1 and is allowed only while there is *more* than 1.
//! With everything failing, retries add the share `fill` to the load, however many tries are
//! allowed. Defaults: a tenth per attempt, size 10.

use super::Budget;
use crate::base::read::{Node, Read};
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "every first attempt adds a fraction of a retry (Brooker)";

/// `budget.token_bucket = { fill = 0.1, size = 10 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Retries that a first attempt adds; zero or more.
    pub fill: f64,
    /// The most retries that can be saved up; above 1.
    pub size: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let fill = table.or("fill", 0.1);
        let size = table.or("size", 10.0);
        if !(0.0..=1e6).contains(&fill) {
            table.mistake("`fill` is out of range", "from 0 to 1e6", None);
        }
        if !(size > 1.0 && size <= 1e9) {
            table.mistake("`size` is out of range", "above 1, at most 1e9", None);
        }
        table.finish();
        Some(Spec { fill, size })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> TokenBucket {
        TokenBucket { fill: self.fill, size: self.size, tokens: self.size }
    }
}

/// The machine.
#[derive(Debug)]
pub struct TokenBucket {
    fill: f64,
    size: f64,
    tokens: f64,
}

impl Budget for TokenBucket {
    fn request(&mut self, _now: Time) {
        self.tokens = (self.tokens + self.fill).min(self.size);
    }

    fn retry(&mut self, _now: Time, _active: u32, _retrying: u32) -> bool {
        let pays = self.tokens > 1.0;
        if pays {
            self.tokens -= 1.0;
        }
        pays
    }

    fn result(&mut self, _now: Time, _success: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_last_token_stays_and_requests_fill() {
        let mut budget = read::<Spec>("{ fill = 0.25, size = 3 }").unwrap().build();
        let mut retry = |requests| {
            (0..requests).for_each(|_| budget.request(Time::ZERO));
            budget.retry(Time::ZERO, 1, 0)
        };
        // 3, 2, then 1 is not more than 1; one request makes 1.25, which leaves 0.25.
        assert_eq!([retry(0), retry(0), retry(0), retry(1)], [true, true, false, true]);
        // 0.25 + 3/4 is 1: not more than 1. A fourth request is needed.
        assert_eq!([retry(3), retry(1)], [false, true]);
        // Saved up to 3 at most: two more than the one that stays.
        assert_eq!([retry(100), retry(0), retry(0)], [true, true, false]);
    }
}
