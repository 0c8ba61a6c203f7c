//! What the hand-coded models share: exponential draws, the state of a queue, and the stopwatch.

use crate::work::{NANOS_PER_SECOND, Queue};
use cpu_time::ThreadTime;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::VecDeque;

/// Exponentials: 53 bits of ChaCha8 and an inversion by the platform's logarithm, which is faster
/// than the portable one that Rehearsal uses.
pub struct Draws(ChaCha8Rng);

impl Draws {
    pub fn new(seed: u64) -> Self {
        Draws(ChaCha8Rng::seed_from_u64(seed))
    }

    /// An exponential, in the unit of its mean.
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "the peers need not agree between platforms")]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        let uniform = ((self.0.next_u64() >> 11) as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64);
        -mean * uniform.ln()
    }

    /// An exponential in whole nanoseconds, of a mean in seconds.
    #[inline]
    pub fn nanos(&mut self, mean: f64) -> u64 {
        self.exponential(mean * NANOS_PER_SECOND) as u64
    }
}

/// A queue with its servers, in any unit of time. All hand-coded models draw in the same order, so
/// that they simulate the same customers.
pub struct Station<T> {
    /// The mean time between arrivals, in seconds.
    pub gap: f64,
    pub to_arrive: u64,
    free: u32,
    line: VecDeque<T>,
    pub events: u64,
}

impl<T> Station<T> {
    pub fn new(queue: &Queue) -> Self {
        Station {
            gap: 1.0 / queue.rate(),
            to_arrive: queue.customers,
            free: queue.servers,
            line: VecDeque::new(),
            events: 0,
        }
    }

    /// A customer arrives; tells whether a server starts at once.
    #[inline]
    pub fn arrive(&mut self, now: T) -> bool {
        self.events += 1;
        self.to_arrive -= 1;
        if self.free > 0 {
            self.free -= 1;
            return true;
        }
        self.line.push_back(now);
        false
    }

    /// A customer leaves; gives when the next one to be served had arrived.
    #[inline]
    pub fn depart(&mut self) -> Option<T> {
        self.events += 1;
        let next = self.line.pop_front();
        if next.is_none() {
            self.free += 1;
        }
        next
    }
}

/// Does the work and gives its nanoseconds too: those that this thread was on a core, so that a
/// shared machine counts as little as it can. All engines work on the calling thread.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = ThreadTime::now();
    let result = work();
    (result, start.elapsed().as_nanos() as f64)
}
