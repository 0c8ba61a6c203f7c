//! A level that holds from one change to the next (a queue's length, busy agents) and its average
//! over the time observed, exact in integers.
//!
//! Mean over the window [from, to): sum of v_k (min(t_{k+1}, to) - max(t_k, from))^+ / (to - from).
//! What lies before the end of the warm-up or after the end of the run is clipped, and the last
//! interval, which no change closes, is included (Law, "Simulation Modeling and Analysis", 1.4).
//!
//! Invariants: the area is at most 2^64 x 2^64 - 1, so it cannot overflow; areas of several levels
//! over one window may be added in any order. A value that held for no time counts neither for the
//! mean nor for the maximum.

use crate::base::time::{Span, Time};

/// The time average of an integer level over a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    from: Time,
    to: Time,
    value: u64,
    /// The time up to which `area` and `max` are known, within the window.
    since: Time,
    /// Value x nanoseconds.
    area: u128,
    max: u64,
}

impl Level {
    /// A level of `value` from the start of the run, observed in the window [from, to). If `to` is
    /// not after `from`, the window is empty.
    pub fn new(from: Time, to: Time, value: u64) -> Self {
        Level { from, to: to.max(from), value, since: from, area: 0, max: 0 }
    }

    /// The level is `value` from the time `at` on. Changes come in the order of their times.
    #[inline(always)]
    pub fn set(&mut self, at: Time, value: u64) {
        // `since` is never before the window, so only its end clips.
        let until = at.min(self.to);
        if until > self.since {
            let span = until.since(self.since);
            self.area += u128::from(self.value) * u128::from(span.nanos());
            if self.value > self.max {
                self.max = self.value;
            }
            self.since = until;
        }
        self.value = value;
    }

    /// The level goes up by `by`, or down if that is negative.
    ///
    /// # Panics
    /// If the level would leave the range of u64.
    #[inline(always)]
    pub fn add(&mut self, at: Time, by: i64) {
        let value = self.value.checked_add_signed(by).expect("a level is never below zero");
        self.set(at, value);
    }

    /// Ends the window at `at`, if that is before its end: for a run that ends by itself.
    pub fn close(&mut self, at: Time) {
        self.set(at, self.value);
        self.to = at.clamp(self.from, self.to);
    }

    /// The value that holds now.
    #[inline]
    pub const fn value(&self) -> u64 {
        self.value
    }

    /// The length of the window.
    pub fn window(&self) -> Span {
        self.to.since(self.from)
    }

    /// Value x nanoseconds over the whole window: the present value holds to its end.
    pub fn area(&self) -> u128 {
        self.area_until(self.to)
    }

    /// Value x nanoseconds up to `at`, which is in the window; up to the last change, if that was
    /// later.
    pub fn area_until(&self, at: Time) -> u128 {
        self.area + u128::from(self.value) * u128::from(at.saturating_since(self.since).nanos())
    }

    /// The time average over the window, unless that is empty.
    pub fn mean(&self) -> Option<f64> {
        let window = self.window();
        (window > Span::ZERO).then(|| self.area() as f64 / window.nanos() as f64)
    }

    /// The largest value that held for some time in the window, unless that is empty.
    pub fn max(&self) -> Option<u64> {
        let open = if self.to > self.since { self.value } else { 0 };
        (self.window() > Span::ZERO).then(|| self.max.max(open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::NANOS_PER_SECOND;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Time {
        Time::from_nanos(seconds * NANOS_PER_SECOND)
    }

    fn level(from: u64, to: u64, changes: &[(u64, u64)]) -> Level {
        let mut level = Level::new(at(from), at(to), 0);
        changes.iter().for_each(|&(time, value)| level.set(at(time), value));
        level
    }

    /// The row of the reference constants; its parameters are repeated here.
    #[test]
    fn the_reference_average() {
        let (row, mean) =
            crate::stats::student::tests::constants("time_weighted_average").remove(0);
        assert_eq!(row, "t=0|1|3|4|7|10;value_on_interval=0|2|5|1|3;warmup=2");
        let level = level(2, 10, &[(0, 0), (1, 2), (3, 5), (4, 1), (7, 3)]);
        assert_eq!((level.mean(), level.max()), (Some(mean), Some(5)));
    }

    #[test]
    fn both_ends_clip_and_the_last_interval_counts() {
        // 9 before the window, 2 on [10, 15), 4 on [15, 20), 7 after it.
        let l = level(10, 20, &[(0, 9), (9, 2), (15, 4), (20, 7), (25, 100)]);
        assert_eq!((l.mean(), l.max(), l.value()), (Some(3.0), Some(4), 100));
        assert_eq!(l.area_until(at(20)), l.area());
        // No change at all: the initial value holds throughout.
        let l = Level::new(at(10), at(20), 6);
        assert_eq!((l.mean(), l.max()), (Some(6.0), Some(6)));
        assert_eq!(l.area_until(at(13)), 18 * u128::from(NANOS_PER_SECOND));
    }

    #[test]
    fn a_change_on_a_boundary_belongs_to_what_follows() {
        let l = level(10, 20, &[(0, 50), (10, 1), (20, 50)]);
        assert_eq!((l.mean(), l.max()), (Some(1.0), Some(1)));
    }

    #[test]
    fn a_peak_of_no_length_is_none() {
        let mut l = level(0, 10, &[(0, 1), (5, 1)]);
        l.add(at(5), 1);
        l.add(at(5), -2);
        assert_eq!((l.mean(), l.max(), l.value()), (Some(0.5), Some(1), 0));
    }

    #[test]
    fn a_warm_up_after_the_end_leaves_nothing() {
        for (from, to) in [(20, 10), (10, 10)] {
            let l = level(from, to, &[(0, 3), (15, 4), (30, 5)]);
            assert_eq!((l.mean(), l.max(), l.area()), (None, None, 0));
        }
    }

    #[test]
    fn a_run_that_ends_early_closes_the_window() {
        let mut l = Level::new(at(10), Time::MAX, 4);
        l.set(at(15), 8);
        l.close(at(20));
        l.set(at(25), 1_000);
        assert_eq!((l.mean(), l.max()), (Some(6.0), Some(8)));
        l.close(at(30));
        assert_eq!(l.window(), Span::from_secs(10));
        let mut before = Level::new(at(10), Time::MAX, 4);
        before.close(at(5));
        assert_eq!(before.mean(), None);
    }

    #[test]
    fn the_largest_area_fits() {
        let l = Level::new(Time::ZERO, Time::MAX, u64::MAX);
        assert_eq!(l.area(), u128::from(u64::MAX) * u128::from(u64::MAX));
    }

    #[test]
    #[should_panic(expected = "never below zero")]
    fn a_level_below_zero_is_refused() {
        Level::new(at(0), at(1), 0).add(at(0), -1);
    }

    proptest! {
        /// Against the value of every single nanosecond.
        #[test]
        fn the_area_is_the_sum_over_instants(
            changes in prop::collection::vec((0..5_u64, 0..9_u64), 0..30),
            from in 0..60_u64, to in 0..60_u64,
        ) {
            let mut level = Level::new(Time::from_nanos(from), Time::from_nanos(to), 3);
            let (mut now, mut values) = (0, vec![3; 60]);
            for (gap, value) in changes {
                now += gap;
                level.set(Time::from_nanos(now), value);
                values.iter_mut().skip(now as usize).for_each(|v| *v = value);
            }
            let seen = &values[(from as usize).min(to as usize)..to as usize];
            prop_assert_eq!(level.area(), seen.iter().map(|&v| u128::from(v)).sum::<u128>());
            prop_assert_eq!(level.max(), seen.iter().copied().max());
        }
    }
}
