//! A rate limit with bursts: the token bucket.
//!
//! Rule: `burst` tokens at most, refilled at `rate`; who finds a whole token takes it and enters.
//! Kept as the time at which the bucket will be full again (the generic cell rate algorithm of
//! ITU-T I.371), on integers: an entry is due every 1/rate, and may come up to burst - 1 of these
//! before it is due. Starts full. Invariant: within any t seconds at most burst + rate * t enter.

use super::Admission;
use crate::base::read::{Node, Read};
use crate::base::time::{NANOS_PER_SECOND, Span, Time};
use crate::base::unit::Rate;
use std::num::NonZeroU32;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a rate with bursts (token bucket)";

/// Parts of a nanosecond: 1/rate is rounded down to these, so that a rate of a million a second is
/// kept to seven digits and more.
const PARTS: f64 = 65_536.0;

/// `admission.token_bucket = { rate = "50/s", burst = 10 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many enter in the long run; above zero.
    pub rate: Rate,
    /// How many may enter at once.
    pub burst: NonZeroU32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let rate = table.need("rate");
        let burst = table.or("burst", NonZeroU32::MIN);
        if rate == Some(Rate::ZERO) {
            table.mistake("the rate is zero", "nobody would ever enter", None);
        }
        table.finish();
        Some(Spec { rate: rate?, burst })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> TokenBucket {
        let every = (NANOS_PER_SECOND as f64 * PARTS / self.rate.per_second()) as u128;
        TokenBucket { every, ahead: every * u128::from(self.burst.get() - 1), due: 0 }
    }
}

/// The machine; all in parts of a nanosecond.
#[derive(Debug)]
pub struct TokenBucket {
    /// Between two entries.
    every: u128,
    /// How long before it is due an entry may come.
    ahead: u128,
    /// When the next entry is due.
    due: u128,
}

impl Admission for TokenBucket {
    fn admit(&mut self, now: Time, _in_flight: u32, _priority: i32) -> bool {
        let now = u128::from(now.nanos()) * PARTS as u128;
        let enters = self.due <= now + self.ahead;
        if enters {
            self.due = self.due.max(now) + self.every;
        }
        enters
    }

    fn result(&mut self, _now: Time, _rtt: Span, _in_flight: u32, _dropped: bool) {}

    fn limit(&self) -> f64 {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn a_burst_then_the_rate() {
        let mut bucket = read::<Spec>("{ rate = '2/s', burst = 3 }").unwrap().build();
        let mut admit = |millis: u64| bucket.admit(Time::from_nanos(millis * 1_000_000), 0, 0);
        assert_eq!([0, 0, 0, 0].map(&mut admit), [true, true, true, false]);
        assert_eq!([499, 500, 500, 1000].map(&mut admit), [false, true, false, true]);
        // Full again after 1.5 s of quiet, and no fuller later.
        assert_eq!([9000, 9000, 9000, 9000].map(&mut admit), [true, true, true, false]);
    }

    #[test]
    fn the_long_run_is_the_rate_even_where_it_is_no_whole_time() {
        // 3/s with a burst of 2, asked every 10 ms for 1000 s: one at zero, and after it one by
        // every (n / 3) s from zero on, at the next ask.
        let mut bucket = read::<Spec>("{ rate = '3/s', burst = 2 }").unwrap().build();
        let admitted =
            (0..100_000).filter(|i| bucket.admit(Time::from_nanos(i * 10_000_000), 0, 0)).count();
        assert_eq!(admitted, 1 + 3 * 1000);
    }
}
