//! Least slack first: who has the least time to spare before its deadline, given its work.
//!
//! Rule: slack = deadline - now - work / speed. All lose slack at the same rate while they wait, so
//! rank = deadline - work / speed says it once; tasks without a deadline come last. Mok,
//! Fundamental design problems of distributed systems for hard real-time (1983), without
//! interruption. `speed` turns work into time: units of work per second; 1 if work is given as a
//! duration.

use super::Waiting;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Factor;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the least time to spare first: deadline less work";

/// `discipline.least_slack = { speed = 1 }`, with `classes.NAME.deadline = "5m"`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Units of work per second.
    pub speed: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let speed = table.or("speed", Factor::ONE).get();
        table.finish();
        Some(Spec { speed })
    }
}

impl Spec {
    /// The latest start that keeps the deadline, in nanoseconds; perhaps before the run began.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        if waiting.deadline == Time::MAX {
            return i64::MAX;
        }
        let needs = Span::from_seconds(waiting.work / self.speed);
        super::rank_of(waiting.deadline.nanos()).saturating_sub(super::rank_of(needs.nanos()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, Waiting, check};
    use super::*;

    #[test]
    fn takes_who_must_start_first() {
        // Deadlines 300, 100, 200 s; work 5, 9, 0.5.
        let order = |speed| check::order(&Family::LeastSlack(Spec { speed }));
        assert_eq!(order(1.0), [1, 2, 0], "295, 91, 199.5");
        assert_eq!(order(0.02), [1, 0, 2], "50, -350, 175");
    }

    #[test]
    fn without_a_deadline_last_whatever_the_work() {
        let late = Waiting { deadline: Time::MAX, work: 1e9, ..check::three()[0] };
        assert_eq!(Spec { speed: 1.0 }.rank(&late), i64::MAX);
    }
}
