//! Arrival processes: when tasks come.
//!
//! A machine yields arrivals in order of time, from its own random streams, so that neither another
//! workload nor the policies under study shift a single arrival. Invariants: times never go back;
//! keys are unique within a workload.

use std::num::NonZero;

use crate::base::random::Root;
use crate::base::time::Time;

choices! { "arrivals":
    poisson => Poisson,
    renewal => Renewal,
    schedule => Schedule,
    mmpp => Mmpp,
    batch => Batch,
    trace => Trace,
    closed => Closed,
}

pub use trace::Row;

/// One arrival of an open process: one task, a batch, or the next row of a trace.
///
/// Two words and no third, so that it is returned in registers: every arrival waits for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// When.
    pub at: Time,
    /// How many tasks; from `RECORDED` on, the task of that row of the trace.
    tasks: NonZero<u64>,
}

const RECORDED: NonZero<u64> = NonZero::new(1 << 32).expect("it is not zero");

impl Arrival {
    /// One task at this time.
    #[inline]
    pub fn single(at: Time) -> Self {
        Arrival { at, tasks: NonZero::<u64>::MIN }
    }

    /// So many tasks at this time; at least one.
    pub fn batch(at: Time, size: u32) -> Self {
        Arrival { at, tasks: NonZero::new(size.into()).unwrap_or(NonZero::<u64>::MIN) }
    }

    /// The task of this row of the trace that is replayed.
    pub fn recorded(at: Time, row: u32) -> Self {
        Arrival { at, tasks: RECORDED.saturating_add(row.into()) }
    }

    /// How many tasks come together; at least one.
    #[inline]
    pub fn size(&self) -> u64 {
        if self.tasks < RECORDED { self.tasks.get() } else { 1 }
    }

    /// The row of the trace that carries the task's facts, if a trace is replayed.
    #[inline]
    pub fn row(&self) -> Option<usize> {
        self.tasks.get().checked_sub(RECORDED.get()).map(|row| row as usize)
    }
}

/// The machine of an open arrival process.
pub trait Arrivals {
    /// The next arrival, or `None` when there will be no more.
    fn next(&mut self) -> Option<Arrival>;
}

impl Spec {
    /// The machine of this process, fresh for one run; `None` for a closed loop, whose arrivals
    /// answer departures ([`closed::Users`]).
    pub fn build(&self, root: &Root, workload: &str) -> Option<Box<dyn Arrivals>> {
        Some(match self {
            Spec::Poisson(spec) => Box::new(spec.build(root, workload)),
            Spec::Renewal(spec) => Box::new(spec.build(root, workload)),
            Spec::Schedule(spec) => Box::new(spec.build(root, workload)),
            Spec::Mmpp(spec) => Box::new(spec.build(root, workload)),
            Spec::Batch(spec) => Box::new(spec.build(root, workload)?),
            Spec::Trace(spec) => Box::new(spec.build()),
            Spec::Closed(_) => return None,
        })
    }

    /// Whether the process ends by itself, so that a run needs no horizon.
    pub fn ends(&self) -> bool {
        match self {
            Spec::Trace(spec) => !spec.loops,
            Spec::Batch(spec) => spec.of.ends(),
            Spec::Poisson(_) | Spec::Renewal(_) | Spec::Schedule(_) => false,
            Spec::Mmpp(_) | Spec::Closed(_) => false,
        }
    }

    /// The long-run arrival rate, in tasks per second, where it is known before the run.
    pub fn rate_per_s(&self) -> Option<f64> {
        match self {
            Spec::Poisson(spec) => Some(spec.rate.per_second()),
            Spec::Renewal(spec) => Some(1.0 / spec.gap.mean()),
            Spec::Schedule(spec) => Some(spec.mean_rate_per_s()),
            Spec::Mmpp(_) | Spec::Trace(_) | Spec::Closed(_) => None,
            Spec::Batch(spec) => Some(spec.of.rate_per_s()? * spec.size.mean()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrival_is_one_task_or_a_batch_or_a_row() {
        let said = |arrival: Arrival| (arrival.size(), arrival.row());
        let at = Time::ZERO;
        assert_eq!(said(Arrival::single(at)), (1, None));
        assert_eq!([0, 1, 9].map(|size| said(Arrival::batch(at, size)).0), [1, 1, 9]);
        assert_eq!(said(Arrival::batch(at, u32::MAX)), (u32::MAX.into(), None));
        let rows = [0, 7, u32::MAX].map(|row| said(Arrival::recorded(at, row)));
        assert_eq!(rows, [0, 7, u32::MAX as usize].map(|row| (1, Some(row))));
    }
}

/// What the tests of all processes share.
#[cfg(test)]
mod check {
    use super::*;

    /// Counts the arrivals of the process in [0, seconds).
    pub fn count(machine: &mut dyn Arrivals, seconds: u64) -> u64 {
        let mut n = 0;
        let mut last = Time::ZERO;
        while let Some(arrival) = machine.next() {
            assert!(arrival.at >= last, "arrivals are in order of time");
            last = arrival.at;
            if arrival.at >= Time::from_nanos(seconds * 1_000_000_000) {
                break;
            }
            n += arrival.size();
        }
        n
    }

    /// Asserts that a count is within five standard deviations of its expectation.
    pub fn near(count: u64, expected: f64, sd: f64) {
        let z = (count as f64 - expected) / sd;
        assert!(z.abs() < 5.0, "{count} arrivals, expected {expected}: z = {z:.2}");
    }
}
