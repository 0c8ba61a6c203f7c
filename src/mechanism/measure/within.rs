//! The attempts that finished within the last t: those with an age below the window.

use std::collections::VecDeque;

use super::{Measure, Sums};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the attempts that finished within the last t";

/// `measure.within = { window = "5m" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How long an attempt is remembered.
    pub window: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let window = table.need("window");
        table.finish();
        Some(Spec { window: window? })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Within {
        Within { window: self.window, kept: VecDeque::new() }
    }
}

/// The machine.
pub struct Within {
    window: Span,
    kept: VecDeque<(Time, Sums)>,
}

impl Within {
    fn is_young(&self, now: Time, finished: Time) -> bool {
        now.since(finished) < self.window
    }
}

impl Measure for Within {
    fn record(&mut self, now: Time, attempt: Sums) {
        while self.kept.front().is_some_and(|(at, _)| !self.is_young(now, *at)) {
            self.kept.pop_front();
        }
        self.kept.push_back((now, attempt));
    }

    #[inline(never)]
    fn sums(&self, now: Time) -> Sums {
        let first = self.kept.partition_point(|(at, _)| !self.is_young(now, *at));
        self.kept.range(first..).fold(Sums::default(), |sum, (_, attempt)| sum.plus(*attempt))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};
    use super::*;

    #[test]
    fn forgets_what_is_as_old_as_the_window() {
        let within = |s| Family::Within(Spec { window: Span::from_secs(s) });
        assert_eq!(check::after(&within(5), &check::THREE, 9), [2.0, 1.0, 3.0]);
        assert_eq!(check::after(&within(4), &check::THREE, 9), [1.0, 1.0, 1.0]);
        assert_eq!(check::after(&within(5), &check::THREE, 14), [0.0; 3]);
    }
}
