//! A concurrency limit from the estimated queue: TCP Vegas for requests.
//!
//! Rule (`VegasLimit` of Netflix's concurrency-limits). The least response time seen is that
//! without load, rtt0; with l = max(1, trunc(log10 limit)) and q = ceil(limit * (1 - rtt0 / rtt))
//! requests queued behind:
//!
//! ```text
//! dropped: limit falls;   2 * in_flight < limit: unchanged;   q <= l: limit + beta * l
//! q < alpha * l: limit + l;   q > beta * l: limit falls;   otherwise unchanged
//! ```
//!
//! It falls by l, or, if `decrease` is given, to `decrease * limit`. The result is held between min
//! and max and smoothed. A sample below rtt0 becomes rtt0 and changes nothing else; so does every
//! sample after about U(0.5, 1) * probe * limit others, so that rtt0 can rise. Defaults of the
//! source: 20, from 1 to 1000, alpha 3, beta 6, smoothing 1, probe 30.

use super::{Admission, Bounds, below};
use crate::base::random::Stream;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a limit that keeps a short queue behind it (TCP Vegas)";

/// `admission.vegas = { initial = 20, max = 1000, alpha = 3, beta = 6, smoothing = 1, ... }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Start and range.
    pub bounds: Bounds,
    /// A queue below this many l is short.
    pub alpha: u32,
    /// A queue above this many l is long; also the growth without a queue.
    pub beta: u32,
    /// The weight of a new value of the limit; above 0, at most 1.
    pub smoothing: f64,
    /// What a decrease multiplies the limit by, if it is not to subtract l; above 0, below 1.
    pub decrease: Option<f64>,
    /// Samples between probes, in limits; at least 1.
    pub probe: u32,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let bounds = Bounds::read(&mut table, Bounds { initial: 20, min: 1, max: 1000 });
        let alpha = table.or("alpha", 3);
        let beta = table.or("beta", 6);
        let smoothing = table.or("smoothing", 1.0);
        let decrease = table.maybe("decrease");
        let probe = table.or("probe", 30);
        if !(alpha <= beta && beta <= 1_000_000) {
            table.mistake("the queue's bounds are out of order", "alpha <= beta <= 1e6", None);
        }
        if !(smoothing > 0.0 && smoothing <= 1.0) {
            table.mistake("`smoothing` is out of range", "above 0, at most 1", None);
        }
        if decrease.is_some_and(|by| !(by > 0.0 && by < 1.0)) {
            table.mistake("`decrease` is out of range", "above 0, below 1", None);
        }
        if probe == 0 {
            table.mistake("`probe` is zero", "at least 1", None);
        }
        table.finish();
        Some(Spec { bounds, alpha, beta, smoothing, decrease, probe })
    }
}

impl Spec {
    /// The machine, fresh for one run; the stream is for the times of the probes.
    pub fn build(&self, stream: Stream) -> Vegas {
        let limit = f64::from(self.bounds.initial);
        let mut vegas =
            Vegas { spec: self.clone(), limit, rtt0: Span::MAX, since: 0, jitter: 0.0, stream };
        vegas.reset();
        vegas
    }
}

/// The machine.
#[derive(Debug)]
pub struct Vegas {
    spec: Spec,
    limit: f64,
    /// The response time without load; the longest span before the first sample.
    rtt0: Span,
    /// Samples since the last probe.
    since: u32,
    jitter: f64,
    stream: Stream,
}

impl Vegas {
    fn reset(&mut self) {
        self.since = 0;
        self.jitter = 0.5 + 0.5 * self.stream.uniform();
    }

    /// The limit that a sample asks for, if it asks for another one.
    fn wanted(&self, rtt: Span, in_flight: u32, dropped: bool) -> Option<f64> {
        let Spec { alpha, beta, decrease, .. } = self.spec;
        let l = libm::log10(self.limit.floor()).floor().max(1.0);
        let less = || Some(decrease.map_or(self.limit - l, |by| self.limit * by));
        if dropped {
            return less();
        }
        if 2.0 * f64::from(in_flight) < self.limit {
            return None;
        }
        let queue = (self.limit * (1.0 - self.rtt0.nanos() as f64 / rtt.nanos() as f64)).ceil();
        if queue <= l {
            Some(self.limit + f64::from(beta) * l)
        } else if queue < f64::from(alpha) * l {
            Some(self.limit + l)
        } else if queue > f64::from(beta) * l {
            less()
        } else {
            None
        }
    }
}

impl Admission for Vegas {
    fn admit(&mut self, _now: Time, in_flight: u32, _priority: i32) -> bool {
        below(in_flight, self.limit)
    }

    fn result(&mut self, _now: Time, rtt: Span, in_flight: u32, dropped: bool) {
        // The source refuses a response time of zero: one nanosecond.
        let rtt = rtt.max(Span::from_nanos(1));
        self.since += 1;
        if self.jitter * f64::from(self.spec.probe) * self.limit <= f64::from(self.since) {
            self.reset();
            self.rtt0 = rtt;
        } else if rtt < self.rtt0 {
            self.rtt0 = rtt;
        } else if let Some(wanted) = self.wanted(rtt, in_flight, dropped) {
            let Spec { bounds, smoothing, .. } = &self.spec;
            self.limit = (1.0 - smoothing) * self.limit + smoothing * bounds.hold(wanted);
        }
    }

    fn limit(&self) -> f64 {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{Purpose, Root};
    use crate::mechanism::check::read;

    fn vegas(toml: &str) -> Vegas {
        let stream = Root::new(1, 0).stream("door", Purpose::Policy);
        read::<Spec>(toml).unwrap().build(stream)
    }

    fn after(vegas: &mut Vegas, millis: u64, in_flight: u32, dropped: bool) -> f64 {
        let rtt = Span::from_nanos(millis * 1_000_000);
        vegas.result(Time::ZERO, rtt, in_flight, dropped);
        vegas.limit()
    }

    #[test]
    fn the_queue_moves_the_limit() {
        // l = 1 up to a limit of 99.
        let mut vegas = vegas("{ initial = 20, max = 30 }");
        for (millis, in_flight, dropped, expected, why) in [
            (100, 20, false, 20.0, "the first sample is the time without load"),
            (100, 9, false, 20.0, "less than half in use"),
            (100, 20, false, 26.0, "no queue: up by beta"),
            (105, 20, false, 27.0, "q = ceil(26 * 5/105) = 2: up by one"),
            (115, 20, false, 27.0, "q = ceil(27 * 15/115) = 4: kept"),
            (200, 20, false, 26.0, "q = 14: down by one"),
            (100, 1, true, 25.0, "a drop: down by one"),
            (90, 20, false, 25.0, "a new time without load"),
            (90, 20, false, 30.0, "never above max"),
        ] {
            assert_eq!(after(&mut vegas, millis, in_flight, dropped), expected, "{why}");
        }
    }

    #[test]
    fn a_probe_lets_the_time_without_load_rise() {
        // Limit 2, never in use, so that it stays: a probe within 2 samples of 1 * 2.
        let mut vegas = vegas("{ initial = 2, probe = 1 }");
        after(&mut vegas, 100, 0, false);
        for _ in 0..2 {
            after(&mut vegas, 500, 0, false);
        }
        assert_eq!(vegas.rtt0, Span::from_nanos(500_000_000));
    }
}
