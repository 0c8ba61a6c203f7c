//! A concurrency limit that follows the gradient of response times.
//!
//! Rule (`Gradient2Limit` of Netflix's concurrency-limits): `long` is the mean of the first 10
//! response times, then an exponential average with factor 2 / (long_window + 1); it is cut by a
//! tenth when above twice the sample. If at least half of the limit was in use,
//!
//! ```text
//! g = clamp(tolerance * long / rtt, 0.5, 1)
//! limit = limit * (1 - smoothing) + (limit * g + queue) * smoothing
//! ```
//!
//! held in [min, max]. Drops are not looked at. Defaults of the source: 20, from 20 to 200,
//! smoothing 0.2, queue 4, tolerance 1.5, long window 600.

use super::{Admission, Bounds, below};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use std::num::NonZeroU32;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a limit that falls as response times rise above their average (Gradient2)";

/// Samples of which the long average is the plain mean.
const WARM_UP: u32 = 10;

/// `admission.gradient = { initial = 20, min = 20, max = 200, smoothing = 0.2, queue = 4, ... }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Start and range.
    pub bounds: Bounds,
    /// The weight of a new value of the limit; above 0, at most 1.
    pub smoothing: f64,
    /// How many may queue: what the limit may grow by.
    pub queue: u32,
    /// How far response times may rise above their average before the limit falls; at least 1.
    pub tolerance: f64,
    /// The length of the long average, in samples.
    pub long_window: NonZeroU32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let bounds = Bounds::read(&mut table, Bounds { initial: 20, min: 20, max: 200 });
        let smoothing = table.or("smoothing", 0.2);
        let queue = table.or("queue", 4);
        let tolerance = table.or("tolerance", 1.5);
        let window = NonZeroU32::new(600).expect("600 is not zero");
        let long_window = table.or("long_window", window);
        if !(smoothing > 0.0 && smoothing <= 1.0) {
            table.mistake("`smoothing` is out of range", "above 0, at most 1", None);
        }
        if !(1.0..=1e6).contains(&tolerance) {
            table.mistake("`tolerance` is out of range", "from 1 to 1e6", None);
        }
        table.finish();
        Some(Spec { bounds, smoothing, queue, tolerance, long_window })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Gradient {
        let limit = f64::from(self.bounds.initial);
        Gradient { spec: self.clone(), limit, long: 0.0, sum: 0.0, samples: 0 }
    }
}

/// The machine.
#[derive(Debug)]
pub struct Gradient {
    spec: Spec,
    limit: f64,
    /// The long average, in nanoseconds.
    long: f64,
    /// The sum of the first samples.
    sum: f64,
    /// How many of the first samples there were.
    samples: u32,
}

impl Gradient {
    /// The long average with a new sample.
    fn average(&mut self, rtt: f64) -> f64 {
        if self.samples < WARM_UP {
            self.samples += 1;
            self.sum += rtt;
            self.long = self.sum / f64::from(self.samples);
        } else {
            let factor = 2.0 / (f64::from(self.spec.long_window.get()) + 1.0);
            self.long = self.long * (1.0 - factor) + rtt * factor;
        }
        self.long
    }
}

impl Admission for Gradient {
    fn admit(&mut self, _now: Time, in_flight: u32, _priority: i32) -> bool {
        below(in_flight, self.limit)
    }

    fn result(&mut self, _now: Time, rtt: Span, in_flight: u32, _dropped: bool) {
        // A ratio to a response time of zero has no meaning: one nanosecond.
        let rtt = rtt.nanos().max(1) as f64;
        let long = self.average(rtt);
        if long / rtt > 2.0 {
            self.long *= 0.9;
        }
        if f64::from(in_flight) < self.limit / 2.0 {
            return;
        }
        let Spec { bounds, smoothing, queue, tolerance, .. } = &self.spec;
        let gradient = (tolerance * long / rtt).clamp(0.5, 1.0);
        let new = self.limit * gradient + f64::from(*queue);
        self.limit = bounds.hold(self.limit * (1.0 - smoothing) + new * smoothing);
    }

    fn limit(&self) -> f64 {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn grows_while_steady_and_falls_when_slow() {
        let text = "{ initial = 20, min = 1, smoothing = 0.5, queue = 4, tolerance = 1 }";
        let mut gradient = read::<Spec>(text).unwrap().build();
        let mut after = |seconds, in_flight| {
            gradient.result(Time::ZERO, Span::from_secs(seconds), in_flight, false);
            gradient.limit()
        };
        assert_eq!(after(1, 9), 20.0, "less than half of it in use");
        assert_eq!(after(1, 10), 22.0, "(20 + 24) / 2");
        // The average of 1, 1 and 4 s is 2 s: g = 1/2. (22 + 11 + 4) / 2.
        assert_eq!(after(4, 22), 18.5);
        // Of 1, 1, 4 and 42 s: 12 s, and g is never below 1/2. (18.5 + 9.25 + 4) / 2.
        assert_eq!(after(42, 22), 15.875);
    }

    #[test]
    fn the_average_falls_faster_when_the_slow_time_is_over() {
        let mut gradient = read::<Spec>("{}").unwrap().build();
        let mut after = |seconds| {
            gradient.result(Time::ZERO, Span::from_secs(seconds), 20, false);
            gradient.long / 1e9
        };
        assert_eq!(after(9), 9.0);
        // (9 + 1) / 2 is more than twice 1: a tenth is cut off.
        assert_eq!(after(1), 4.5);
    }
}
