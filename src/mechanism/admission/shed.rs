//! Load shedding by priority: the less important a task, the emptier it must be.
//!
//! Rule: a task of priority p may enter while fewer than trunc(share(p) * limit) tasks are in
//! flight, where share(p) is that of the highest level at or below p; below the lowest level a task
//! has that level's share. So the least important are shed first and the room above their share is
//! kept for the others. The idea of Netflix's prioritised load shedding (2020) and of partitioned
//! limits; the numbers are the user's. No memory.

use super::{Admission, below};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Probability;
use std::num::NonZeroU32;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the less important, the smaller its share of the limit";

/// A level of importance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The lowest priority that has it.
    pub priority: i32,
    /// Its share of the limit.
    pub share: Probability,
}

/// `admission.shed = { limit = 100, levels = [{ priority = 0, share = "60%" }, ...] }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many may be in flight with a share of 100 %.
    pub limit: NonZeroU32,
    /// The levels, by rising priority; at least one.
    pub levels: Vec<Level>,
}

impl Read for Level {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let priority_node = table.need_node("priority");
        let share = table.need("share");
        table.finish();
        let priority_node = priority_node?;
        let priority = i32::try_from(priority_node.integer()?).ok();
        let priority =
            priority.or_else(|| priority_node.expected("a number from -2^31 to 2^31 - 1", None));
        Some(Level { priority: priority?, share: share? })
    }
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let limit = table.need("limit");
        let levels: Option<Vec<Level>> = table.need("levels");
        if let Some(levels) = &levels {
            let rises = |pair: &[Level]| {
                pair[0].priority < pair[1].priority && pair[0].share <= pair[1].share
            };
            if levels.is_empty() {
                let help = "such as [{ priority = 0, share = \"60%\" }]".to_string();
                table.mistake("there are no levels", "at least one is needed", help);
            } else if !levels.windows(2).all(rises) {
                let help = "the higher the priority, the larger the share".to_string();
                table.mistake("the levels do not rise", "by rising priority and share", help);
            }
        }
        table.finish();
        Some(Spec { limit: limit?, levels: levels? })
    }
}

impl Spec {
    fn share(&self, priority: i32) -> f64 {
        let above = self.levels.partition_point(|level| level.priority <= priority);
        self.levels[above.saturating_sub(1)].share.get()
    }
}

impl Admission for Spec {
    fn admit(&mut self, _now: Time, in_flight: u32, priority: i32) -> bool {
        // 29 % of 100 is 29, though the product of the nearest binary numbers is just below.
        below(in_flight, self.share(priority) * self.limit() + 1e-9)
    }

    fn result(&mut self, _now: Time, _rtt: Span, _in_flight: u32, _dropped: bool) {}

    /// That of the most important.
    fn limit(&self) -> f64 {
        f64::from(self.limit.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    const LEVELS: &str =
        "levels = [{ priority = 0, share = '50%' }, { priority = 5, share = 0.8 }]";

    #[test]
    fn the_least_important_go_first() {
        let mut shed: Spec = read(&format!("{{ limit = 10, {LEVELS} }}")).unwrap();
        let mut most =
            |priority| (0..20).take_while(|n| shed.admit(Time::ZERO, *n, priority)).count();
        assert_eq!([-3, 0, 4, 5, 99].map(&mut most), [5, 5, 5, 8, 8]);
    }

    #[test]
    fn a_percentage_of_a_hundred_is_that_many() {
        for percent in 1..=100 {
            let levels = format!("levels = [{{ priority = 0, share = '{percent}%' }}]");
            let mut shed: Spec = read(&format!("{{ limit = 100, {levels} }}")).unwrap();
            let admitted = |in_flight| shed.admit(Time::ZERO, in_flight, 0);
            assert_eq!([percent - 1, percent].map(admitted), [true, false], "{percent} %");
        }
    }

    #[test]
    fn levels_must_rise() {
        let falling = LEVELS.replace("0.8", "0.4");
        for (levels, expected) in
            [(falling.as_str(), "the levels do not rise"), ("levels = []", "there are no levels")]
        {
            let mistakes = read::<Spec>(&format!("{{ limit = 10, {levels} }}")).unwrap_err();
            assert_eq!(mistakes, [expected]);
        }
    }
}
