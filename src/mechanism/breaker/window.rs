//! Sliding windows over results: the last n calls, or the last n seconds.
//!
//! By calls: the newest replaces the oldest once n are there. By seconds: n buckets, one for each
//! whole second of the clock, the current one included: a result counts until the n-th second
//! after its own begins, so for more than n - 1 and at most n seconds.
//!
//! Source: `FixedSizeSlidingWindowMetrics` and `SlidingTimeWindowMetrics` of resilience4j.
//! Invariants: the sums are those of what is kept; nothing is allocated after the start.

use std::num::NonZeroU32;

use super::share;
use crate::base::read::{Node, Read, Show};
use crate::base::time::{NANOS_PER_SECOND, Span, Time};

/// The most places a window may have, so that it fits in memory many times.
pub const MOST_PLACES: u32 = 1_000_000;

/// How far a window reaches: `100` calls, or `"20s"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extent {
    /// So many calls.
    Calls(NonZeroU32),
    /// So long.
    Time(Span),
}

impl Read for Extent {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a number of calls up to 1000000, or a duration such as \"30s\"";
        if !node.is_number() {
            let span = if node.is_text() { Span::read(node)? } else { Span::ZERO };
            let extent = (span > Span::ZERO).then_some(Extent::Time(span));
            return extent.or_else(|| node.expected(what, None));
        }
        let calls = NonZeroU32::read(node)?;
        let extent = (calls.get() <= MOST_PLACES).then_some(Extent::Calls(calls));
        extent.or_else(|| node.expected(what, None))
    }
}

impl Show for Extent {
    fn show(&self) -> String {
        match self {
            Extent::Calls(calls) => calls.show(),
            Extent::Time(span) => span.show(),
        }
    }
}

/// How one call ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// It failed.
    pub failed: bool,
    /// It was slow.
    pub slow: bool,
    /// How long it took.
    pub duration: Span,
}

/// Sums over calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All calls.
    pub total: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that were slow, failed or not.
    pub slow: u32,
    /// The sum of their durations, in nanoseconds.
    pub duration_ns: u128,
}

impl Counts {
    /// Those that succeeded.
    pub fn successful(&self) -> u32 {
        self.total - self.failed
    }

    /// The share that failed; zero without calls.
    pub fn failure_rate(&self) -> f64 {
        if self.total == 0 { 0.0 } else { share(self.failed, self.total) }
    }

    /// The share that was slow; zero without calls.
    pub fn slow_rate(&self) -> f64 {
        if self.total == 0 { 0.0 } else { share(self.slow, self.total) }
    }

    /// The mean duration; zero without calls. Whole nanoseconds, rounded down.
    pub fn mean_duration(&self) -> Span {
        let nanos = self.duration_ns.checked_div(u128::from(self.total)).unwrap_or(0);
        Span::from_nanos(u64::try_from(nanos).expect("a mean is at most the longest"))
    }

    #[inline]
    fn add(&mut self, outcome: Outcome) {
        self.total += 1;
        self.failed += u32::from(outcome.failed);
        self.slow += u32::from(outcome.slow);
        self.duration_ns += u128::from(outcome.duration.nanos());
    }

    #[inline]
    fn remove(&mut self, other: Counts) {
        self.total -= other.total;
        self.failed -= other.failed;
        self.slow -= other.slow;
        self.duration_ns -= other.duration_ns;
    }
}

impl From<Outcome> for Counts {
    #[inline]
    fn from(outcome: Outcome) -> Self {
        let mut counts = Counts::default();
        counts.add(outcome);
        counts
    }
}

/// The last n calls.
#[derive(Clone, Debug)]
pub struct CallWindow {
    ring: Box<[Outcome]>,
    /// Where the next call goes.
    next: usize,
    sums: Counts,
}

/// The last n seconds.
#[derive(Clone, Debug)]
pub struct SecondsWindow {
    /// The bucket of a second s is at s modulo n.
    ring: Box<[Counts]>,
    /// The second of the newest bucket.
    latest: u64,
    sums: Counts,
}

/// A sliding window.
#[derive(Clone, Debug)]
pub enum Window {
    /// Over calls.
    Calls(CallWindow),
    /// Over time.
    Seconds(SecondsWindow),
}

impl Window {
    /// The last `n` calls.
    pub fn of_calls(n: NonZeroU32) -> Window {
        let ring = vec![Outcome::default(); n.get() as usize].into();
        Window::Calls(CallWindow { ring, next: 0, sums: Counts::default() })
    }

    /// The last `n` seconds.
    pub fn of_seconds(n: NonZeroU32) -> Window {
        let ring = vec![Counts::default(); n.get() as usize].into();
        Window::Seconds(SecondsWindow { ring, latest: 0, sums: Counts::default() })
    }

    /// A call has ended; the sums with it.
    #[inline]
    pub fn record(&mut self, now: Time, outcome: Outcome) -> Counts {
        match self {
            Window::Calls(window) => window.record(outcome),
            Window::Seconds(window) => window.record(now, outcome),
        }
    }

    /// The sums over what the window holds.
    pub fn counts(&self, now: Time) -> Counts {
        match self {
            Window::Calls(window) => window.sums,
            Window::Seconds(window) => window.counts(now),
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        match self {
            Window::Calls(window) => {
                (window.next, window.sums) = (0, Counts::default());
            }
            Window::Seconds(window) => {
                window.ring.fill(Counts::default());
                window.sums = Counts::default();
            }
        }
    }
}

impl CallWindow {
    #[inline]
    fn record(&mut self, outcome: Outcome) -> Counts {
        if self.sums.total as usize == self.ring.len() {
            self.sums.remove(self.ring[self.next].into());
        }
        self.ring[self.next] = outcome;
        self.sums.add(outcome);
        self.next = if self.next + 1 == self.ring.len() { 0 } else { self.next + 1 };
        self.sums
    }
}

impl SecondsWindow {
    /// The places of the buckets that are too old in this second.
    fn expired(&self, second: u64) -> impl Iterator<Item = usize> + use<> {
        let n = self.ring.len() as u64;
        let first = self.latest + 1;
        let count = second.saturating_sub(self.latest).min(n);
        (first..first + count).map(move |second| (second % n) as usize)
    }

    #[inline]
    fn record(&mut self, now: Time, outcome: Outcome) -> Counts {
        let second = now.nanos() / NANOS_PER_SECOND;
        for place in self.expired(second) {
            self.sums.remove(std::mem::take(&mut self.ring[place]));
        }
        self.latest = second;
        self.ring[(second % self.ring.len() as u64) as usize].add(outcome);
        self.sums.add(outcome);
        self.sums
    }

    fn counts(&self, now: Time) -> Counts {
        let mut sums = self.sums;
        for place in self.expired(now.nanos() / NANOS_PER_SECOND) {
            sums.remove(self.ring[place]);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::ms;
    use super::*;

    fn n(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap()
    }

    fn outcome(failed: bool, slow: bool, ns: u64) -> Outcome {
        Outcome { failed, slow, duration: Span::from_nanos(ns) }
    }

    fn counts(total: u32, failed: u32, slow: u32, duration_ns: u128) -> Counts {
        Counts { total, failed, slow, duration_ns }
    }

    #[test]
    fn the_newest_call_replaces_the_oldest() {
        let mut window = Window::of_calls(n(2));
        assert_eq!(window.record(ms(0), outcome(true, false, 5)), counts(1, 1, 0, 5));
        assert_eq!(window.record(ms(0), outcome(false, true, 6)), counts(2, 1, 1, 11));
        assert_eq!(window.record(ms(0), outcome(false, false, 7)), counts(2, 0, 1, 13));
        assert_eq!(window.record(ms(0), outcome(true, false, 8)), counts(2, 1, 0, 15));
        assert_eq!(window.counts(ms(9_999_999)), counts(2, 1, 0, 15), "time is nothing to it");
        assert_eq!(window.counts(ms(0)).mean_duration(), Span::from_nanos(7));
        window.clear();
        assert_eq!(window.record(ms(0), outcome(true, true, 1)), counts(1, 1, 1, 1));
    }

    #[test]
    fn seconds_leave_together() {
        let mut window = Window::of_seconds(n(3));
        window.record(ms(0), outcome(true, false, 1));
        window.record(ms(999), outcome(false, true, 2));
        window.record(ms(1_000), outcome(true, false, 4));
        assert_eq!(window.counts(ms(2_999)), counts(3, 2, 1, 7));
        assert_eq!(window.counts(ms(3_000)), counts(1, 1, 0, 4), "second 0 is over");
        assert_eq!(window.counts(ms(4_000)), Counts::default());
        assert_eq!(window.record(ms(3_500), outcome(false, false, 8)), counts(2, 1, 0, 12));
        // Looking ahead has changed nothing; a gap longer than the window empties it.
        assert_eq!(window.record(ms(60_000), outcome(true, false, 1)), counts(1, 1, 0, 1));
        window.clear();
        assert_eq!(window.counts(ms(60_000)), Counts::default());
    }

    #[test]
    fn rates_are_shares() {
        let counts = counts(4, 1, 3, 0);
        assert_eq!((counts.failure_rate(), counts.slow_rate()), (0.25, 0.75));
        assert_eq!(counts.successful(), 3);
        assert_eq!((Counts::default().failure_rate(), Counts::default().slow_rate()), (0.0, 0.0));
        assert_eq!(Counts::default().mean_duration(), Span::ZERO);
    }
}
