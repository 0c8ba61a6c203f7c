//! What all autoscalers have in common: bounds, period, how agents start and which of them leave.
//!
//! The keys stand in the table of the policy, among its own:
//!
//! | key           | default        | meaning                                                    |
//! |---------------|----------------|------------------------------------------------------------|
//! | `agents`      | required       | `{ min = 4, max = 16 }`: never fewer, never more           |
//! | `every`       | of the policy  | the time from one evaluation to the next                   |
//! | `delay`       | "0s"           | how old the metrics are that it sees                       |
//! | `at_most`     | no limit       | `{ up = 4, down = 1 }`: at most so many in one evaluation  |
//! | `start_up`    | none           | how long an agent takes from being asked for to ready      |
//! | `start_fails` | 0              | the probability that one does not become ready             |
//! | `remove`      | "least_active" | who leaves first                                           |
//! | `leave`       | "drain"        | whether they finish their work, or drop it                 |
//!
//! Source: the reference's `AutoScalingOrchestrator`, which removes the least active agents.

use super::{Advice, Limit};
use crate::base::dist::Dist;
use crate::base::read::{Node, Read, Table};
use crate::base::unit::{Probability, Span, TimeDist};

/// What all autoscalers have.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// There are never fewer agents.
    pub min: u32,
    /// There are never more; at least 1 and at least `min`.
    pub max: u32,
    /// How many there are at the start, unless the pool says it; within `min` and `max`.
    pub at_start: u32,
    /// The time from one evaluation to the next; above zero.
    pub every: Span,
    /// How old the metrics are that it sees.
    pub delay: Span,
    /// At most so many are added or removed in one evaluation.
    pub most: Most,
    /// How long an agent takes from being asked for to ready, in seconds; `None`: no time.
    pub start_up: Option<Dist>,
    /// The probability that one does not become ready.
    pub start_fails: Probability,
    /// Who leaves first.
    pub victims: Victims,
    /// What those who leave do with their work.
    pub leave: Leave,
}

/// How far the count may change in one evaluation; `None`: as far as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Most {
    /// At most so many are added.
    pub up: Option<u32>,
    /// At most so many are removed.
    pub down: Option<u32>,
}

names! {
    /// Who leaves first when there are to be fewer.
    Victims, "order of removal":
    /// Who has done the least.
    LeastActive => "least_active",
    /// Who came last.
    Newest => "newest",
    /// Who came first.
    Oldest => "oldest",
    /// Who costs the most.
    MostExpensive => "most_expensive",
}

names! {
    /// What agents that leave do with their work.
    Leave, "way to leave":
    /// They take no more and finish what they have.
    Drain => "drain",
    /// They drop it.
    Drop => "drop",
}

/// The bounds of the count.
struct Bounds {
    min: u32,
    max: u32,
}

impl Read for Bounds {
    fn read(node: &Node<'_>) -> Option<Self> {
        if !node.is_table() {
            let help = String::from("write { min = 2, max = 8 }");
            return node.expected("the bounds of the number of agents", Some(help));
        }
        let mut table = node.table()?;
        let min = table.need("min");
        let max = table.need("max");
        table.finish();
        let (min, max): (u32, u32) = (min?, max?);
        let wrong = match (min, max) {
            (_, 0) => Some((String::from("there is never anybody"), "max is zero")),
            _ if max < min => Some((format!("max is {max}, below min {min}"), "min <= max")),
            _ => None,
        };
        if let Some((what, label)) = wrong {
            node.mistake(format!("`{}`: {what}", node.path()), label, None);
            return None;
        }
        Some(Bounds { min, max })
    }
}

impl Read for Most {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let step = Most { up: table.maybe("up"), down: table.maybe("down") };
        table.finish();
        if step.up == Some(0) && step.down == Some(0) {
            let message = format!("`{}`: nothing could ever change", node.path());
            node.mistake(message, "both are zero", None);
            return None;
        }
        Some(step)
    }
}

/// What a policy has by default.
pub(super) struct Defaults {
    /// The period of its evaluations.
    pub every: Span,
    /// The bounds; `None`: they must be written.
    pub bounds: Option<(u32, u32)>,
    /// How many there are at the start, at least.
    pub start: u32,
}

impl Defaults {
    /// A period of whole seconds, bounds that must be written, and the lower one at the start.
    pub(super) fn every(seconds: u64) -> Defaults {
        Defaults { every: Span::from_secs(seconds), bounds: None, start: 0 }
    }
}

impl Scaling {
    /// These bounds, this period, and the default of everything else.
    pub fn new((min, max): (u32, u32), every: Span) -> Scaling {
        Scaling {
            min,
            max,
            at_start: min,
            every,
            delay: Span::ZERO,
            most: Most::default(),
            start_up: None,
            start_fails: Probability::ZERO,
            victims: Victims::LeastActive,
            leave: Leave::Drain,
        }
    }

    /// Reads the common keys among those of a policy.
    pub(super) fn read(table: &mut Table<'_>, defaults: Defaults) -> Option<Self> {
        let bounds: Option<Bounds> = match defaults.bounds {
            Some((min, max)) => table.or_toml("agents", &format!("{{ min = {min}, max = {max} }}")),
            None => table.need("agents"),
        };
        Self::bounded(table, bounds.map(|bounds| (bounds.min, bounds.max)), &defaults)
    }

    /// Reads the common keys but `agents`, which the policy knows itself; `None` if it was wrong.
    pub(super) fn bounded(
        table: &mut Table<'_>,
        bounds: Option<(u32, u32)>,
        defaults: &Defaults,
    ) -> Option<Self> {
        let (min, max) = bounds.unwrap_or((0, u32::MAX));
        let at_start = defaults.start.clamp(min, max);
        let scaling = Self::within(table, defaults.every, (min, max), at_start);
        bounds.and(scaling)
    }

    /// Reads the common keys but `agents`; the policy knows it itself, and the count at the start.
    pub(super) fn within(
        table: &mut Table<'_>,
        every: Span,
        (min, max): (u32, u32),
        at_start: u32,
    ) -> Option<Self> {
        let period = table.node("every");
        let every = table.or("every", every);
        let delay = table.or("delay", Span::ZERO);
        let most: Option<Most> = table.maybe("at_most");
        let start_up: Option<TimeDist> = table.maybe("start_up");
        let start_fails = table.or("start_fails", Probability::ZERO);
        let victims = table.or("remove", Victims::LeastActive);
        let leave = table.or("leave", Leave::Drain);
        if let Some(period) = period.filter(|_| every == Span::ZERO) {
            period.mistake(format!("`{}` is zero", period.path()), "above zero", None);
            return None;
        }
        let (most, start_up) = (most.unwrap_or_default(), start_up.map(|time| time.0));
        Some(Scaling {
            min,
            max,
            at_start,
            every,
            delay,
            most,
            start_up,
            start_fails,
            victims,
            leave,
        })
    }

    /// The advice under the common limits: at most so many a step from `current`, then min and max.
    pub(super) fn hold(&self, current: u32, advice: Advice) -> Advice {
        let Advice { mut desired, mut limit, .. } = advice;
        let up = current.saturating_add(self.most.up.unwrap_or(u32::MAX));
        let down = current.saturating_sub(self.most.down.unwrap_or(u32::MAX));
        for (bound, held, why) in
            [(desired > up, up, Limit::Step), (desired < down, down, Limit::Step)]
        {
            if bound {
                (desired, limit) = (held, why);
            }
        }
        if desired < self.min {
            (desired, limit) = (self.min, Limit::Min);
        } else if desired > self.max {
            (desired, limit) = (self.max, Limit::Max);
        }
        Advice { desired, limit, ..advice }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixed;
    use super::super::reference::Spec;
    use super::*;
    use crate::mechanism::check::read;

    fn scaling(keys: &str) -> Result<Scaling, Vec<String>> {
        let keys = format!("{{ above = 0.8, below = 0.3, target = 0.5, {keys} }}");
        read::<Spec>(&keys).map(|spec| spec.scaling)
    }

    #[test]
    fn the_defaults_are_those_of_the_table() {
        let common = scaling("agents = { min = 2, max = 8 }").unwrap();
        assert_eq!(common, Scaling::new((2, 8), Span::from_secs(30)));
        assert_eq!((common.at_start, common.delay), (2, Span::ZERO));
        assert_eq!((common.most.up, common.start_up), (None, None));
        assert_eq!((common.victims, common.leave), (Victims::LeastActive, Leave::Drain));
        let fixed = read::<fixed::Spec>("{ agents = 3 }").unwrap().scaling;
        assert_eq!((fixed.min, fixed.max, fixed.at_start), (3, 3, 3));
    }

    #[test]
    fn what_cannot_be_is_a_mistake() {
        for (keys, mistake) in [
            ("", "missing key `agents` in `x`"),
            (
                "agents = 4",
                "`x.agents`: expected the bounds of the number of agents, found the number 4",
            ),
            ("agents = { min = 3, max = 2 }", "`x.agents`: max is 2, below min 3"),
            ("agents = { min = 0, max = 0 }", "`x.agents`: there is never anybody"),
            ("agents = { min = 1, max = 4 }, every = '0s'", "`x.every` is zero"),
            (
                "agents = { min = 1, max = 4 }, at_most = { up = 0, down = 0 }",
                "`x.at_most`: nothing could ever change",
            ),
        ] {
            assert_eq!(scaling(keys).unwrap_err(), [mistake], "{keys}");
        }
    }

    #[test]
    fn a_step_is_held_before_the_bounds() {
        let common = scaling("agents = { min = 2, max = 8 }, at_most = { up = 3, down = 1 }");
        let common = common.unwrap();
        let hold = |current, raw| {
            let advice = common.hold(current, Advice::free(0.5, raw));
            (advice.desired, advice.limit)
        };
        assert_eq!(hold(4, 6), (6, Limit::None));
        assert_eq!(hold(4, 9), (7, Limit::Step));
        assert_eq!(hold(7, 12), (8, Limit::Max), "7 + 3 is still above 8");
        assert_eq!(hold(4, 1), (3, Limit::Step));
        assert_eq!(hold(2, 0), (2, Limit::Min), "2 - 1 is still below 2");
    }
}
