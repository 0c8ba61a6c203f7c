//! Service disciplines: the order in which waiting attempts are taken.
//!
//! A discipline gives each waiting attempt a rank when it joins the line; the lowest rank is taken
//! first, ties in the order of joining. Invariant: a rank never changes once it is given, so a line
//! may keep its attempts sorted. `random` has no rank: it picks among all that wait.
//!
//! What a discipline remembers of one queue is in its [`Machine`]: it is told of each attempt that
//! joins and that is taken, says from which end the line is taken, and whether the one taken is
//! dropped instead of served.

mod machine;

use crate::base::id::ClassId;
use crate::base::time::{Span, Time};

pub use machine::{End, Machine};

choices! { "discipline":
    fifo => Fifo,
    lifo => Lifo,
    priority => Priority,
    credit => Credit,
    earliest_deadline => EarliestDeadline,
    shortest_work => ShortestWork,
    random => Random,
    weighted_fair => WeightedFair,
    least_slack => LeastSlack,
    value_per_work => ValuePerWork,
    adaptive_lifo => AdaptiveLifo,
    codel => Codel,
}

/// What a discipline sees of an attempt that joins the line.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// When it joined.
    pub joined: Time,
    /// How many have joined this line before it.
    pub sequence: u64,
    /// Its class.
    pub class: ClassId,
    /// Its class's priority; higher goes first.
    pub priority: i32,
    /// Its class's time credit.
    pub credit: Span,
    /// When its task must be done, if ever.
    pub deadline: Time,
    /// The work it needs, in units of work.
    pub work: f64,
}

/// How a line is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// In the order of joining: no rank is needed.
    Joining,
    /// By rank.
    Rank,
    /// In no order: one of all is picked.
    Any,
}

impl Spec {
    /// How a line under this discipline is kept.
    pub fn order(&self) -> Order {
        match self {
            Spec::Fifo(_) | Spec::AdaptiveLifo(_) | Spec::Codel(_) => Order::Joining,
            Spec::Random(_) => Order::Any,
            Spec::Lifo(_) | Spec::Priority(_) | Spec::Credit(_) => Order::Rank,
            Spec::EarliestDeadline(_) | Spec::ShortestWork(_) => Order::Rank,
            Spec::WeightedFair(_) | Spec::LeastSlack(_) | Spec::ValuePerWork(_) => Order::Rank,
        }
    }

    /// The rank of an attempt: the lowest goes first. Of a discipline with a memory it is that in
    /// an empty queue; its [`Machine`] knows better.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        match self {
            Spec::Fifo(_) | Spec::Random(_) => 0,
            Spec::AdaptiveLifo(_) | Spec::Codel(_) => 0,
            Spec::Lifo(spec) => spec.rank(waiting),
            Spec::Priority(spec) => spec.rank(waiting),
            Spec::Credit(spec) => spec.rank(waiting),
            Spec::EarliestDeadline(spec) => spec.rank(waiting),
            Spec::ShortestWork(spec) => spec.rank(waiting),
            Spec::WeightedFair(spec) => spec.build().joins(waiting),
            Spec::LeastSlack(spec) => spec.rank(waiting),
            Spec::ValuePerWork(spec) => spec.rank(waiting),
        }
    }

    /// Resolves what is given by class, given the names and values of all classes in the order of
    /// their ids.
    ///
    /// # Errors
    /// The first name that no class has.
    pub fn bind(&mut self, classes: &[String], values: &[f64]) -> Result<(), String> {
        match self {
            Spec::WeightedFair(spec) => spec.bind(classes),
            Spec::ValuePerWork(spec) => {
                spec.bind(values);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether a newcomer of lower rank interrupts an attempt in service, which later goes on where
    /// it was stopped (preemptive resume).
    pub fn preempts(&self) -> bool {
        match self {
            Spec::Lifo(spec) => spec.preemptive,
            Spec::Priority(spec) => spec.preemptive,
            Spec::Fifo(_) | Spec::Credit(_) | Spec::Random(_) => false,
            Spec::EarliestDeadline(_) | Spec::ShortestWork(_) => false,
            Spec::WeightedFair(_) | Spec::LeastSlack(_) | Spec::ValuePerWork(_) => false,
            Spec::AdaptiveLifo(_) | Spec::Codel(_) => false,
        }
    }
}

/// A number of zero or more as a rank: the bits of such a float are ordered as the float is.
fn rank_of_number(number: f64) -> i64 {
    debug_assert!(number >= 0.0, "only numbers of zero or more are ordered as their bits");
    number.to_bits() as i64
}

/// Whole nanoseconds as a rank, clamped to the range.
fn rank_of(nanos: u64) -> i64 {
    i64::try_from(nanos).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod check {
    use super::*;

    /// Three attempts that differ in everything, in the order of joining.
    pub fn three() -> [Waiting; 3] {
        let attempt = |sequence: u64, priority, credit_s, deadline_s, work| Waiting {
            joined: Time::ZERO + Span::from_secs(10 * sequence),
            sequence,
            class: ClassId(sequence as u32),
            priority,
            credit: Span::from_secs(credit_s),
            deadline: Time::ZERO + Span::from_secs(deadline_s),
            work,
        };
        [attempt(0, 1, 0, 300, 5.0), attempt(1, 3, 0, 100, 9.0), attempt(2, 2, 25, 200, 0.5)]
    }

    /// The order in which the discipline takes the three.
    pub fn order(spec: &Spec) -> Vec<u64> {
        let mut all = three();
        all.sort_by_key(|waiting| (spec.rank(waiting), waiting.sequence));
        all.iter().map(|waiting| waiting.sequence).collect()
    }
}
