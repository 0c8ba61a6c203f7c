//! Count, mean and variance of spans, exact in whole nanoseconds.
//!
//! With m the integer nearest to the mean and r = sum - n m:
//! S = sum (x - m)^2 = squares - m (sum + r), and the variance is (S - r^2 / n) / (n - 1).
//! S is computed modulo 2^128, which is exact as S itself is below 2^128; since |r| <= n / 2,
//! r^2 / n is at most half of S and nothing cancels in floating point.
//!
//! Range: the sum of the squares must stay below 2^128 ns^2, or [`Tally::record`] panics. That
//! holds for 10^6 spans of 213 days, for 10^9 of 6.7 days, for 10^12 of 5 hours. The sum always
//! fits.
//!
//! Invariant: the state is a function of the recorded spans, whatever their order and grouping.

use crate::base::time::{NANOS_PER_SECOND, Span};

/// A summary of spans that can be merged exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    count: u64,
    /// Nanoseconds.
    sum: u128,
    /// Nanoseconds squared.
    squares: u128,
}

impl Tally {
    /// A tally of nothing.
    pub const fn new() -> Self {
        Tally { count: 0, sum: 0, squares: 0 }
    }

    /// Counts one span.
    ///
    /// # Panics
    /// If the sum of the squares leaves the range stated at the top of this module.
    #[inline]
    pub fn record(&mut self, span: Span) {
        let nanos = u128::from(span.nanos());
        self.count += 1;
        self.sum += nanos;
        self.squares = add_squares(self.squares, nanos * nanos);
    }

    /// Adds all that `other` has counted.
    ///
    /// # Panics
    /// As [`Tally::record`].
    pub fn merge(&mut self, other: &Tally) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares = add_squares(self.squares, other.squares);
    }

    /// How many spans were counted.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Their sum, in nanoseconds.
    pub const fn sum_nanos(&self) -> u128 {
        self.sum
    }

    /// The mean in seconds, if there is a span.
    pub fn mean_s(&self) -> Option<f64> {
        let nanos = self.sum as f64 / self.count as f64;
        (self.count > 0).then_some(nanos / NANOS_PER_SECOND as f64)
    }

    /// The sample variance (over n - 1) in seconds squared, if there are two spans.
    pub fn variance_s2(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let n = u128::from(self.count);
        let nearest = (self.sum + n / 2) / n;
        let rest = self.sum.wrapping_sub(n * nearest);
        let about = self.squares.wrapping_sub(nearest.wrapping_mul(self.sum.wrapping_add(rest)));
        let rest = rest as i128 as f64;
        let nanos2 = (about as f64 - rest * rest / n as f64) / (n - 1) as f64;
        let nanos2_per_s2 = NANOS_PER_SECOND as f64 * NANOS_PER_SECOND as f64;
        Some(nanos2 / nanos2_per_s2)
    }
}

fn add_squares(sum: u128, more: u128) -> u128 {
    sum.checked_add(more).expect("the sum of squared spans stays below 2^128 ns^2")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tally(nanos: &[u64]) -> Tally {
        let mut tally = Tally::new();
        nanos.iter().for_each(|&nanos| tally.record(Span::from_nanos(nanos)));
        tally
    }

    #[test]
    fn a_hand_worked_sample() {
        // 2, 4, 4, 5, 10 s: mean 5, squared deviations 9 + 1 + 1 + 0 + 25 = 36, over 4.
        let t = tally(&[2, 4, 4, 5, 10].map(|s| s * NANOS_PER_SECOND));
        assert_eq!((t.count(), t.mean_s()), (5, Some(5.0)));
        assert_eq!(t.variance_s2(), Some(9.0));
    }

    #[test]
    fn too_few_have_no_moments() {
        let none = Tally::new();
        assert_eq!((none.mean_s(), none.variance_s2()), (None, None));
        let one = tally(&[3 * NANOS_PER_SECOND]);
        assert_eq!((one.mean_s(), one.variance_s2()), (Some(3.0), None));
    }

    #[test]
    fn equal_spans_have_no_variance_at_any_length() {
        for nanos in [0, 1, 7, 10_u64.pow(17) + 1, 1 << 62] {
            assert_eq!(tally(&[nanos; 3]).variance_s2(), Some(0.0), "{nanos}");
        }
    }

    /// A spread of one nanosecond on a day: floating-point sums of squares would lose all of it.
    #[test]
    fn a_small_spread_on_a_long_span_is_not_lost() {
        let day = 86_400 * NANOS_PER_SECOND;
        assert_eq!(tally(&[day, day + 1]).variance_s2(), Some(0.5 / 1e18));
        assert_eq!(tally(&[day, day + 1, day + 2]).variance_s2(), Some(1.0 / 1e18));
    }

    /// A mean just below an integer: about the integer below it, six digits would cancel.
    #[test]
    fn a_mean_beside_an_integer_loses_nothing() {
        let mut t = tally(&[0]);
        (1..1_000_000).for_each(|_| t.record(Span::from_nanos(1)));
        let nanos2 = t.variance_s2().expect("many spans") * 1e18;
        assert!((nanos2 * 1e6 - 1.0).abs() <= 10.0 * f64::EPSILON, "1 / n, not {nanos2}");
    }

    #[test]
    #[should_panic(expected = "stays below 2^128")]
    fn squares_out_of_range_are_refused() {
        tally(&[u64::MAX, u64::MAX]);
    }

    #[test]
    fn the_stated_range_fits() {
        let (count, nanos) = (10_u128.pow(9), 67 * 86_400 * 100_000_000_u128);
        assert!(count.checked_mul(nanos * nanos).is_some());
        let (count, nanos) = (10_u128.pow(6), 213 * 86_400_000_000_000_u128);
        assert!(count.checked_mul(nanos * nanos).is_some());
        let (count, nanos) = (10_u128.pow(12), 5 * 3_600_000_000_000_u128);
        assert!(count.checked_mul(nanos * nanos).is_some());
    }

    proptest! {
        #[test]
        fn merging_is_recording_in_any_order(
            all in prop::collection::vec(0..1_u64 << 60, 0..50), cut in 0..50_usize,
        ) {
            let (left, right) = all.split_at(cut.min(all.len()));
            let (mut forth, mut back) = (tally(left), tally(right));
            forth.merge(&tally(right));
            back.merge(&tally(left));
            prop_assert_eq!(&forth, &tally(&all));
            prop_assert_eq!(&forth, &back);
        }

        /// Against two passes in exact integers: n^2 (n - 1) variance = n sum (n x - sum)^2 / n.
        #[test]
        fn variance_is_that_of_exact_rationals(
            all in prop::collection::vec(0..1_u64 << 50, 2..50), far in 0..1_u64 << 50,
        ) {
            let all: Vec<u64> = all.iter().map(|x| x % 1_000 + far).chain([far]).collect();
            let (n, sum) = (all.len() as i128, all.iter().map(|&x| i128::from(x)).sum::<i128>());
            let squares: i128 = all.iter().map(|&x| (n * i128::from(x) - sum).pow(2)).sum();
            let exact = squares as f64 / (n * n * (n - 1)) as f64 / 1e18;
            let variance = tally(&all).variance_s2().expect("two spans");
            // Half of the larger term cancels at most: five roundings, doubled once.
            prop_assert!((variance - exact).abs() <= 10.0 * f64::EPSILON * exact);
        }
    }
}
