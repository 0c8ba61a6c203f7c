//! Quantiles of whole numbers (nanoseconds): exact while they are few, then from a histogram.
//!
//! The q-quantile of n values is the smallest value x of which a share of at least q is <= x: the
//! value of rank ceil(q n), at least 1 (nearest rank; Hyndman and Fan 1996, type 1).
//!
//! Up to [`EXACT_MAX`] values are kept. Beyond, a histogram counts them in buckets that are exact
//! below 256 and then split each octave in 128 equal parts, the idea of HdrHistogram: the middle of
//! a bucket is reported, within 1/256 = 0.4 % of the value of that rank, and never outside of the
//! smallest and largest value, which are exact. At most 7424 buckets of 8 bytes.
//!
//! Invariant: the answers are a function of the recorded values, whatever their order and grouping
//! in merges, also when parts that are exact together are not.

/// The most values that are kept as they are.
pub const EXACT_MAX: usize = 4096;

/// An octave is split in `1 << SPLIT` buckets.
const SPLIT: u32 = 7;

/// A sample of whole numbers that answers for its quantiles and can be merged.
#[derive(Clone, Debug)]
pub struct Quantiles {
    count: u64,
    min: u64,
    max: u64,
    /// All values in the order they came, until there are too many; then empty.
    values: Vec<u64>,
    /// Empty as long as `values` holds all; then the counts by bucket, up to the last in use.
    buckets: Vec<u64>,
}

impl Default for Quantiles {
    fn default() -> Self {
        Self::new()
    }
}

impl Quantiles {
    /// A sample of nothing.
    pub const fn new() -> Self {
        Quantiles { count: 0, min: u64::MAX, max: 0, values: Vec::new(), buckets: Vec::new() }
    }

    /// Adds one value.
    #[inline(always)]
    pub fn record(&mut self, value: u64) {
        self.count += 1;
        if value < self.min {
            self.min = value;
        }
        if value > self.max {
            self.max = value;
        }
        if let Some(bucket) = self.buckets.get_mut(bucket_of(value)) {
            *bucket += 1;
        } else {
            self.record_slowly(value);
        }
    }

    /// Adds all values of `other`.
    pub fn merge(&mut self, other: &Quantiles) {
        other.values.iter().for_each(|&value| self.record(value));
        if other.is_exact() {
            return;
        }
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.leave_exactness();
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += more;
        }
    }

    /// How many values were recorded.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Whether the answers are exact; otherwise they are within 1/256 of the value.
    pub fn is_exact(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The `q`-quantile, if there is a value.
    ///
    /// # Panics
    /// Unless `q` is in 0..=1.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        assert!((0.0..=1.0).contains(&q), "a quantile is for a share from 0 to 1");
        if self.count == 0 {
            return None;
        }
        let rank = self.rank(q);
        if rank == 1 {
            return Some(self.min);
        }
        if rank == self.count {
            return Some(self.max);
        }
        if self.is_exact() {
            let mut values = self.values.clone();
            return Some(*values.select_nth_unstable(rank as usize - 1).1);
        }
        let mut seen = 0;
        let bucket = self.buckets.iter().position(|&count| {
            seen += count;
            seen >= rank
        });
        let bucket = bucket.expect("the buckets hold all values");
        Some(middle_of(bucket).clamp(self.min, self.max))
    }

    /// The smallest k, from 1 on, with k / n >= q. The division rounds as a written q does, so that
    /// 0.07 of 100 values is the seventh, though 0.07 x 100 is above 7 in floating point.
    fn rank(&self, q: f64) -> u64 {
        let n = self.count;
        let mut rank = ((q * n as f64) as u64).clamp(1, n);
        while rank > 1 && (rank - 1) as f64 / n as f64 >= q {
            rank -= 1;
        }
        while rank < n && (rank as f64 / n as f64) < q {
            rank += 1;
        }
        rank
    }

    /// Keeps the value as it is, or adds the bucket that is missing.
    #[inline(never)]
    fn record_slowly(&mut self, value: u64) {
        if self.is_exact() && self.values.len() < EXACT_MAX {
            self.values.push(value);
            return;
        }
        self.leave_exactness();
        self.count_bucket(value);
    }

    fn leave_exactness(&mut self) {
        for value in std::mem::take(&mut self.values) {
            self.count_bucket(value);
        }
    }

    fn count_bucket(&mut self, value: u64) {
        let bucket = bucket_of(value);
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
    }
}

/// Below 2^(SPLIT + 1) the value itself; above, the octave and the SPLIT bits after the first one.
#[inline]
fn bucket_of(value: u64) -> usize {
    let octave = (value | 1 << SPLIT).ilog2() - SPLIT;
    ((octave as usize) << SPLIT) + (value >> octave) as usize
}

/// The middle of a bucket: at most half a width, 1/256 of the lowest value in it, from any other.
fn middle_of(bucket: usize) -> u64 {
    let octave = (bucket >> SPLIT).saturating_sub(1);
    let low = ((bucket - (octave << SPLIT)) as u64) << octave;
    low + ((1 << octave) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    const SHARES: [f64; 9] = [0.0, 0.001, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0];

    fn sample(values: impl IntoIterator<Item = u64>) -> Quantiles {
        let mut sample = Quantiles::new();
        values.into_iter().for_each(|value| sample.record(value));
        sample
    }

    fn answers(sample: &Quantiles) -> Vec<Option<u64>> {
        SHARES.iter().map(|&q| sample.quantile(q)).collect()
    }

    /// Spread over every order of magnitude.
    fn random(count: usize, seed: u64) -> Vec<u64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| rng.next_u64() >> (rng.next_u32() % 64)).collect()
    }

    #[test]
    fn the_nearest_rank_of_few_values() {
        let s = sample([50, 15, 40, 20, 35]);
        let of = |q| s.quantile(q).expect("five values");
        // ceil(5 q): 1 for q <= 0.2, 2 up to 0.4, ...
        for (q, value) in [(0.0, 15), (0.2, 15), (0.21, 20), (0.4, 20), (0.5, 35), (1.0, 50)] {
            assert_eq!(of(q), value, "{q}");
        }
    }

    #[test]
    fn a_share_that_hits_a_rank_is_not_rounded_past_it() {
        let s = sample(1..=100);
        for percent in 1..=100 {
            assert_eq!(s.quantile(percent as f64 / 100.0), Some(percent), "{percent}%");
        }
    }

    #[test]
    fn nothing_has_no_quantile_and_one_value_is_all_of_them() {
        assert_eq!(answers(&Quantiles::new()), [None; 9]);
        assert_eq!(answers(&sample([7])), [Some(7); 9]);
    }

    #[test]
    fn the_buckets_are_without_gap_and_in_order() {
        assert_eq!(bucket_of(u64::MAX), 57 * 128 + 127);
        let mut next = 0_u64;
        for bucket in 0..=bucket_of(u64::MAX) {
            assert_eq!(bucket_of(next), bucket, "the lowest value of a bucket");
            let width = if bucket < 256 { 1 } else { 1 << (bucket / 128 - 1) };
            let last = next + (width - 1);
            assert_eq!(bucket_of(last), bucket, "the highest value of a bucket");
            let middle = middle_of(bucket);
            assert!((next..=last).contains(&middle));
            assert!((middle - next).max(last - middle) <= next / 256);
            next = last.wrapping_add(1);
        }
        assert_eq!(next, 0, "every u64 has a bucket");
    }

    #[test]
    fn many_values_are_within_the_stated_bound() {
        let mut values = random(50_000, 1);
        let s = sample(values.iter().copied());
        assert!(!s.is_exact());
        values.sort_unstable();
        for q in SHARES {
            let exact = values[((q * 50_000.0) as usize).max(1) - 1];
            let reported = s.quantile(q).expect("values");
            assert!(reported.abs_diff(exact) <= exact / 256, "{q}: {reported} for {exact}");
        }
        assert_eq!((s.quantile(0.0), s.quantile(1.0)), (Some(values[0]), Some(values[49_999])));
    }

    #[test]
    fn many_equal_values_are_exact() {
        assert_eq!(answers(&sample([8_000_000_001; 5_000])), [Some(8_000_000_001); 9]);
    }

    #[test]
    fn exactness_ends_after_its_last_value() {
        let values = random(EXACT_MAX + 1, 2);
        let mut s = sample(values[..EXACT_MAX].iter().copied());
        assert!(s.is_exact());
        s.record(values[EXACT_MAX]);
        assert!(!s.is_exact() && s.count() == EXACT_MAX as u64 + 1);
    }

    #[test]
    fn merging_is_recording_in_any_order_and_grouping() {
        for total in [10, EXACT_MAX, EXACT_MAX + 1, 3 * EXACT_MAX] {
            let values = random(total, total as u64);
            let whole = sample(values.iter().copied());
            for cut in [0, 3, total / 2, total - 1] {
                let (left, right) = values.split_at(cut);
                let (left, right) = (sample(left.iter().copied()), sample(right.iter().copied()));
                for (first, second) in [(&left, &right), (&right, &left)] {
                    let mut merged = first.clone();
                    merged.merge(second);
                    assert_eq!(answers(&merged), answers(&whole), "{total} cut at {cut}");
                    assert_eq!(merged.buckets, whole.buckets);
                    assert_eq!(
                        (merged.count(), merged.is_exact()),
                        (total as u64, whole.is_exact())
                    );
                }
            }
        }
    }

    proptest! {
        /// The definition itself: a share of q is at or below the answer, and less below any other.
        #[test]
        fn the_answer_is_the_smallest_with_its_share(
            values in prop::collection::vec(0..40_u64, 1..60), q in 0.0..=1.0_f64,
        ) {
            let at_most = |x: u64| values.iter().filter(|&&v| v <= x).count();
            let share = |x| at_most(x) as f64 / values.len() as f64;
            let answer = sample(values.iter().copied()).quantile(q).expect("a value");
            prop_assert!(values.contains(&answer) && share(answer) >= q);
            prop_assert!(values.iter().all(|&v| v >= answer || share(v) < q));
        }
    }
}
