//! Target tracking, as AWS has it: a metric is held at a target, quickly up and slowly down.
//!
//! Rule. Two alarms watch the metric: high when it was above the target in `high` evaluations in a
//! row, low when it was below `target * (1 - slack)` in `low` ones. While one is on, each
//! evaluation asks for `ceil(count * value / target)`: more on the high alarm, fewer on the low
//! one. Cooldowns and warm-up: see [`cooldown`](super::cooldown); with a warm-up the utilisation
//! is that of the agents that are warm. An evaluation without the metric leaves the alarms as they
//! are.
//!
//! | key                  | default       | meaning                                        |
//! |----------------------|---------------|------------------------------------------------|
//! | `metric`             | "utilisation" | what is looked at                              |
//! | `window`             | `every`       | what it is taken over                          |
//! | `target`             | required      | where it is to be                              |
//! | `high`               | 3             | evaluations above the target until it goes up  |
//! | `low`                | 15            | evaluations below it until it goes down        |
//! | `slack`              | "10%"         | how far below the target that is               |
//! | `scale_out_cooldown` | "300s"        | how long those added count as there            |
//! | `scale_in_cooldown`  | "300s"        | how long nobody more is removed                |
//! | `warm_up`            | "0s"          | how long an agent that is ready does not count |
//! | `scale_in`           | true          | whether it goes down at all                    |
//!
//! and the keys of [`Scaling`]; `every` is 1 min.
//!
//! Source: docs.aws.amazon.com, ApplicationAutoScaling API. The number of evaluations and the slack
//! are what its alarms are seen to have, not what AWS promises; how far it goes down is not
//! published, and here it is the same proportion.

use std::num::NonZeroU32;

use super::cooldown::{Cooldown, Times};
use super::scaling::Defaults;
use super::{Advice, Autoscaler, Limit, Scaling, Signal, View, ceil_count};
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::{Probability, Span};
use crate::mechanism::metric::Metric;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "a metric held at a target by alarms, cooldowns and warm-up (AWS)";

/// `autoscale.target_tracking = { target = "70%", agents = { min = 2, max = 16 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// What is looked at.
    pub signal: Signal,
    /// Where it is to be; above zero.
    pub target: f64,
    /// Evaluations in a row above the target until it goes up.
    pub high: NonZeroU32,
    /// Evaluations in a row below it until it goes down.
    pub low: NonZeroU32,
    /// How far below the target that is, as a share of it.
    pub slack: Probability,
    /// Cooldowns and warm-up.
    pub times: Times,
    /// Whether it goes down at all.
    pub scale_in: bool,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let defaults = Defaults::every(60);
        let every = defaults.every;
        let scaling = Scaling::read(&mut table, defaults);
        let every = scaling.as_ref().map_or(every, |scaling| scaling.every);
        let signal = Signal::read(&mut table, Metric::Utilisation, every)?;
        let target = signal.need_target(&mut table, "target");
        let high = table.or("high", NonZeroU32::new(3).expect("three is not zero"));
        let low = table.or("low", NonZeroU32::new(15).expect("fifteen is not zero"));
        let slack = table.or("slack", Probability::new(0.1).expect("a share"));
        let times = Times {
            out: table.or("scale_out_cooldown", Span::from_secs(300)),
            in_: table.or("scale_in_cooldown", Span::from_secs(300)),
            warm_up: table.or("warm_up", Span::ZERO),
        };
        let scale_in = table.or("scale_in", true);
        table.finish();
        let (scaling, target) = (scaling?, target?);
        Some(Spec { scaling, signal, target, high, low, slack, times, scale_in })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> TargetTracking {
        let cooldown = Cooldown::new(self.times);
        TargetTracking { spec: self.clone(), above: 0, below: 0, cooldown }
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct TargetTracking {
    spec: Spec,
    /// Evaluations in a row above the target.
    above: u32,
    /// Evaluations in a row below it.
    below: u32,
    cooldown: Cooldown,
}

impl TargetTracking {
    fn advise(&mut self, now: Time, view: &View<'_>, value: f64) -> Advice {
        let spec = &self.spec;
        let current = view.desired;
        if self.above >= spec.high.get() {
            // One is counted where there is nobody, so that there is a way up from zero.
            let settled = self.cooldown.settled(now, view).max(1);
            let raw = ceil_count(f64::from(settled) * value / spec.target);
            self.cooldown.outwards(view, value, raw)
        } else if self.below >= spec.low.get() && spec.scale_in {
            let raw = ceil_count(f64::from(current) * value / spec.target);
            if raw >= current {
                return Advice::stay(view, value, raw, Limit::Tolerance);
            }
            self.cooldown.inwards(now, view, value, raw)
        } else {
            Advice::stay(view, value, current, Limit::Tolerance)
        }
    }
}

impl Autoscaler for TargetTracking {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let Some(value) = self.cooldown.value(now, view, &self.spec.signal) else {
            return Advice::missing(view);
        };
        let target = self.spec.target;
        let counted = |holds: bool, so_far: u32| if holds { so_far.saturating_add(1) } else { 0 };
        self.above = counted(value > target, self.above);
        self.below = counted(value < target * (1.0 - self.spec.slack.get()), self.below);
        let advice = self.advise(now, view, value);
        let advice = self.spec.scaling.hold(view.desired, advice);
        self.cooldown.decided(now, view.desired, advice.desired);
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Pool, at, pool};
    use super::*;
    use crate::mechanism::check::read;

    fn machine(keys: &str) -> TargetTracking {
        let keys = format!("{{ target = '50%', agents = {{ min = 1, max = 40 }}, {keys} }}");
        read::<Spec>(&keys).unwrap().build()
    }

    /// The count after an evaluation in this minute; it is applied to the pool.
    fn minute(machine: &mut TargetTracking, pool: &mut Pool, minute: u64, value: f64) -> Limit {
        let advice = machine.evaluate(at(60 * minute), &pool.see(&[Some(value)]));
        pool.desired = advice.desired;
        advice.limit
    }

    #[test]
    fn three_minutes_above_and_fifteen_below() {
        let (mut machine, mut pool) = (machine("scale_out_cooldown = '0s'"), pool(4, 0.0));
        for i in 1..=2 {
            assert_eq!(minute(&mut machine, &mut pool, i, 0.75), Limit::Tolerance);
        }
        minute(&mut machine, &mut pool, 3, 0.75);
        assert_eq!(pool.desired, 6, "4 * 0.75 / 0.5");
        for i in 4..=17 {
            assert_eq!(minute(&mut machine, &mut pool, i, 0.40), Limit::Tolerance);
        }
        minute(&mut machine, &mut pool, 18, 0.40);
        assert_eq!(pool.desired, 5, "6 * 0.4 / 0.5 = 4.8");
        // 0.45 is the edge of the slack: not below it.
        assert_eq!(minute(&mut machine, &mut pool, 19, 0.45), Limit::Tolerance);
        assert_eq!(machine.below, 0);
    }

    #[test]
    fn what_was_added_counts_during_the_cooldown() {
        let (mut machine, mut pool) = (machine("high = 1"), pool(10, 0.0));
        minute(&mut machine, &mut pool, 0, 0.6);
        assert_eq!(pool.desired, 12, "10 * 0.6 / 0.5");
        // The same again is nothing more; 10 * 0.65 / 0.5 = 13 is one more than the 2 added.
        assert_eq!(minute(&mut machine, &mut pool, 1, 0.6), Limit::Cooldown);
        minute(&mut machine, &mut pool, 2, 0.65);
        assert_eq!(pool.desired, 13);
        // That was at 2 min: until 7 min the 10 are what counts.
        assert_eq!(minute(&mut machine, &mut pool, 6, 0.65), Limit::Cooldown);
        minute(&mut machine, &mut pool, 7, 0.65);
        assert_eq!(pool.desired, 17, "13 * 0.65 / 0.5 = 16.9");
    }

    #[test]
    fn going_down_waits_and_going_up_ends_the_wait() {
        let keys = "high = 1, low = 1, scale_out_cooldown = '1m'";
        let (mut machine, mut pool) = (machine(keys), pool(10, 0.0));
        minute(&mut machine, &mut pool, 0, 0.4);
        assert_eq!(pool.desired, 8);
        assert_eq!(minute(&mut machine, &mut pool, 1, 0.4), Limit::Cooldown);
        minute(&mut machine, &mut pool, 2, 0.55);
        assert_eq!(pool.desired, 9, "8 * 0.55 / 0.5 = 8.8: at once");
        // One minute later the time for those added is over, and the other was ended.
        minute(&mut machine, &mut pool, 3, 0.4);
        assert_eq!(pool.desired, 8, "9 * 0.4 / 0.5 = 7.2");
    }

    #[test]
    fn who_warms_up_is_not_in_the_metric_and_keeps_the_others() {
        let keys = "high = 1, low = 1, warm_up = '5m', scale_out_cooldown = '0s'";
        let mut machine = machine(keys);
        // Four warm ones at 60 %, two fresh ones that would pull the mean down.
        let fresh = pool(4, 0.6).fresh(2, at(600), Some(0.0));
        let advice = machine.evaluate(at(660), &fresh.see(&[Some(0.4)]));
        assert_eq!((advice.value, advice.raw), (Some(0.6), Some(5)), "4 * 0.6 / 0.5 = 4.8");
        assert_eq!((advice.desired, advice.limit), (6, Limit::Cooldown), "6 are coming");
        let idle = pool(4, 0.1).fresh(2, at(600), Some(0.0));
        assert_eq!(machine.evaluate(at(899), &idle.see(&[Some(0.1)])).limit, Limit::WarmUp);
        let advice = machine.evaluate(at(900), &idle.see(&[Some(0.1)]));
        assert_eq!(advice.desired, 1, "6 * (4 * 0.1 / 6) / 0.5 = 0.8");
        let all_fresh = pool(0, 0.0).starting(2, at(900));
        assert_eq!(machine.evaluate(at(960), &all_fresh.see(&[None])).limit, Limit::Missing);
    }
}
