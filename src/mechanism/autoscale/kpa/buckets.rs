//! Averages over the last seconds, in buckets of one second.
//!
//! Rule. What was observed over a time fills each second of it. The average over a window is that
//! of its seconds, of those that have been, where less than a window has; a second without an
//! observation is zero. It is rounded to six decimals.
//!
//! Source: knative/serving, pkg/autoscaler/aggregation/bucketing.go.

use std::collections::VecDeque;

use crate::base::time::{NANOS_PER_SECOND, Time};

/// The seconds of the longest window.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// The newest last.
    seconds: VecDeque<f64>,
    longest: usize,
    /// The first second that is not filled.
    next: u64,
}

impl Buckets {
    /// For windows of at most so many seconds; at least 1.
    pub fn new(longest: usize) -> Buckets {
        Buckets { seconds: VecDeque::new(), longest, next: 0 }
    }

    /// This was seen from the last observation until now; `None`: nothing was.
    pub fn observe(&mut self, now: Time, value: Option<f64>) {
        let end = now.nanos() / NANOS_PER_SECOND;
        // Seconds that no window reaches need not be filled.
        self.next = self.next.max(end.saturating_sub(self.longest as u64));
        while self.next < end {
            if self.seconds.len() == self.longest {
                self.seconds.pop_front();
            }
            self.seconds.push_back(value.unwrap_or(0.0));
            self.next += 1;
        }
    }

    /// The average over the last so many seconds; `None` if none has been.
    pub fn average(&self, window: usize) -> Option<f64> {
        let there = self.seconds.len().min(window);
        if there == 0 {
            return None;
        }
        let sum: f64 = self.seconds.iter().rev().take(there).sum();
        Some((sum / there as f64 * 1e6).round() / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::at;
    use super::*;

    #[test]
    fn windows_average_the_seconds_that_have_been() {
        let mut buckets = Buckets::new(6);
        assert_eq!(buckets.average(6), None);
        buckets.observe(at(2), Some(4.0));
        buckets.observe(at(3), Some(1.0));
        // 4 4 1
        assert_eq!((buckets.average(6), buckets.average(2)), (Some(3.0), Some(2.5)));
        buckets.observe(at(5), None);
        // 4 4 1 0 0
        assert_eq!((buckets.average(6), buckets.average(2)), (Some(1.8), Some(0.0)));
        buckets.observe(at(7), Some(7.0));
        // (4) 4 1 0 0 7 7: 19 / 6
        assert_eq!(buckets.average(6), Some(3.166667));
        buckets.observe(at(1_000_000_000), Some(2.0));
        assert_eq!(buckets.average(6), Some(2.0));
    }
}
