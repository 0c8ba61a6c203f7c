//! The three works, and what a run of one gives.

use crate::options::Options;
use crate::theory;

pub const NANOS_PER_SECOND: f64 = 1e9;

/// What every engine does.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Work {
    Queue(Queue),
    Timers(Timers),
}

/// M/M/c, first come, first served, service of mean 1 s, arrivals at 90 % of the capacity. It
/// starts empty and ends when the last customer has left; two events a customer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Queue {
    pub servers: u32,
    pub customers: u64,
    /// The customers of the Python peers, a hundredth as fast.
    pub python_customers: u64,
}

/// Timers that set themselves again after an exponential of mean 1 s, until `seconds` have passed.
/// Setting them for the first time is not timed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Timers {
    pub timers: u32,
    pub seconds: f64,
}

/// What was measured in one run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Arrivals and departures, or expiries of timers.
    pub events: u64,
    pub nanos: f64,
    /// The mean wait in seconds, or the expiries per timer and second.
    pub value: f64,
}

impl Work {
    /// W1, W2 and W3 for three numbers of timers.
    pub fn all(options: &Options) -> Vec<Work> {
        let queue = |servers| {
            let Options { customers, python_customers, .. } = *options;
            Work::Queue(Queue { servers, customers, python_customers })
        };
        let timers = |timers| {
            let seconds = options.timer_events as f64 / f64::from(timers);
            Work::Timers(Timers { timers, seconds })
        };
        vec![queue(1), queue(100), timers(1_000), timers(100_000), timers(1_000_000)]
    }

    pub fn name(&self) -> String {
        match self {
            Work::Queue(Queue { servers: 1, .. }) => String::from("W1 M/M/1"),
            Work::Queue(queue) => format!("W2 M/M/{}", queue.servers),
            Work::Timers(timers) => format!("W3 N={:e}", timers.timers),
        }
    }

    /// What theory expects of a run's value.
    pub fn expected(&self) -> f64 {
        match self {
            Work::Queue(queue) => theory::mean_wait(queue),
            Work::Timers(_) => 1.0,
        }
    }

    /// The standard error of the value of a run of so many events.
    pub fn standard_error(&self, events: u64) -> f64 {
        match self {
            Work::Queue(queue) => theory::wait_error(queue, events / 2),
            // Their expiries are a Poisson process, so the count has the variance of its mean.
            Work::Timers(timers) => 1.0 / (f64::from(timers.timers) * timers.seconds).sqrt(),
        }
    }
}

impl Queue {
    /// Arrivals per second.
    pub fn rate(&self) -> f64 {
        0.9 * f64::from(self.servers)
    }

    /// The run of so many events, in which so many seconds were waited.
    pub fn run(&self, events: u64, waited: f64, nanos: f64) -> Run {
        assert_eq!(events, 2 * self.customers, "all came and left");
        Run { events, nanos, value: waited / self.customers as f64 }
    }
}

impl Timers {
    /// The run of so many expiries.
    pub fn run(&self, events: u64, nanos: f64) -> Run {
        Run { events, nanos, value: events as f64 / (f64::from(self.timers) * self.seconds) }
    }

    /// The end, in nanoseconds.
    pub fn end(&self) -> u64 {
        (self.seconds * NANOS_PER_SECOND) as u64
    }
}
