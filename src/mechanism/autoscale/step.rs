//! Step scaling, as AWS has it: the further a metric is off, the larger the step.
//!
//! Rule. Of the steps with `above`, the highest that the value reaches (>=) is taken, or of those
//! with `below` the lowest (<=), if the value has been there in `breaches` evaluations in a row. A
//! step adds a number (`add`), a share of the count (`percent`), or sets it (`set`). A share is
//! rounded towards zero, but to at least one agent. Cooldown and warm-up: see
//! [`cooldown`](super::cooldown).
//!
//! | key        | default       | meaning                                                   |
//! |------------|---------------|-----------------------------------------------------------|
//! | `metric`   | "utilisation" | what is looked at                                         |
//! | `window`   | `every`       | what it is taken over                                     |
//! | `steps`    | required      | `[{ above = "80%", add = 2 }, { below = "30%", set = 4 }]` |
//! | `breaches` | 1             | evaluations in a row until a step is taken                |
//! | `cooldown` | "300s"        | how long a step counts                                    |
//! | `warm_up`  | "0s"          | how long an agent that is ready does not count            |
//!
//! and the keys of [`Scaling`]; `every` is 1 min.
//!
//! Source: docs.aws.amazon.com, ApplicationAutoScaling API, StepScalingPolicyConfiguration; the
//! rounding is that of its documentation.

use std::num::NonZeroU32;

use super::cooldown::{Cooldown, Times};
use super::scaling::Defaults;
use super::{Advice, Autoscaler, Limit, Scaling, Signal, View};
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::mechanism::metric::{Metric, Unit};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the further a metric is off, the larger the step (AWS)";

/// `autoscale.step = { steps = [{ above = "80%", add = 2 }], agents = { min = 2, max = 16 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// What is looked at.
    pub signal: Signal,
    /// The steps with `above`, in rising order of the level.
    pub above: Vec<(f64, Adjustment)>,
    /// The steps with `below`, in falling order of the level.
    pub below: Vec<(f64, Adjustment)>,
    /// Evaluations in a row until a step is taken.
    pub breaches: NonZeroU32,
    /// Cooldown and warm-up.
    pub times: Times,
}

/// What a step does to the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// Adds so many, or removes them.
    Add(i64),
    /// Adds so many percent, or removes them.
    Percent(i64),
    /// Sets it.
    Set(u32),
}

impl Adjustment {
    /// The count after it.
    pub fn of(self, count: u32) -> u32 {
        let whole = i64::from(count);
        let after = match self {
            Adjustment::Set(count) => return count,
            Adjustment::Add(number) => whole.saturating_add(number),
            Adjustment::Percent(percent) => {
                // Division cuts off, towards zero.
                let change = whole.saturating_mul(percent) / 100;
                whole + if change == 0 { percent.signum() } else { change }
            }
        };
        u32::try_from(after.max(0)).unwrap_or(u32::MAX)
    }
}

/// A step: above its level, or below it.
struct Step {
    above: bool,
    level: f64,
    adjustment: Adjustment,
}

fn read_step(node: &Node<'_>, unit: Unit) -> Option<Step> {
    let mut table = node.table()?;
    let (above, below) = (table.node("above"), table.node("below"));
    let add: Option<i64> = table.maybe("add");
    let percent: Option<i64> = table.maybe("percent");
    let set: Option<u32> = table.maybe("set");
    table.finish();
    let help = || Some(String::from("such as { above = \"80%\", add = 2 }"));
    let (above, level) = match (above, below) {
        (Some(above), None) => (true, above),
        (None, Some(below)) => (false, below),
        _ => return node.expected("either `above` or `below`", help()),
    };
    let adjustment = match (add, percent, set) {
        (Some(add), None, None) if add != 0 => Adjustment::Add(add),
        (None, Some(percent), None) if percent != 0 => Adjustment::Percent(percent),
        (None, None, Some(count)) => Adjustment::Set(count),
        _ => return node.expected("one of `add`, `percent` and `set`, not zero", help()),
    };
    Some(Step { above, level: unit.read_level(&level)?, adjustment })
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let defaults = Defaults::every(60);
        let every = defaults.every;
        let scaling = Scaling::read(&mut table, defaults);
        let every = scaling.as_ref().map_or(every, |scaling| scaling.every);
        let signal = Signal::read(&mut table, Metric::Utilisation, every)?;
        let written = table.need_node("steps");
        let breaches = table.or("breaches", NonZeroU32::MIN);
        let cooldown = table.or("cooldown", Span::from_secs(300));
        let warm_up = table.or("warm_up", Span::ZERO);
        table.finish();
        let written = written?;
        let steps = written.list()?;
        let unit = signal.unit();
        let steps: Vec<Option<Step>> = steps.iter().map(|node| read_step(node, unit)).collect();
        let steps: Vec<Step> = steps.into_iter().collect::<Option<_>>()?;
        let side = |up: bool| {
            let own = steps.iter().filter(|step| step.above == up);
            let mut own: Vec<_> = own.map(|step| (step.level, step.adjustment)).collect();
            own.sort_by(|a, b| if up { a.0.total_cmp(&b.0) } else { b.0.total_cmp(&a.0) });
            own
        };
        let (above, below) = (side(true), side(false));
        check(&written, &above, &below);
        let times = Times { out: cooldown, in_: cooldown, warm_up };
        Some(Spec { scaling: scaling?, signal, above, below, breaches, times })
    }
}

/// Reports steps that are none, that are at one level, or that overlap.
fn check(node: &Node<'_>, above: &[(f64, Adjustment)], below: &[(f64, Adjustment)]) {
    let twice = |side: &[(f64, Adjustment)]| side.windows(2).any(|pair| pair[0].0 == pair[1].0);
    let overlap = match (above.first(), below.first()) {
        (Some((above, _)), Some((below, _))) => above <= below,
        _ => false,
    };
    let wrong = if above.is_empty() && below.is_empty() {
        Some(("there are no steps", "at least one"))
    } else if twice(above) || twice(below) {
        Some(("two steps are at the same level", "each level once on each side"))
    } else if overlap {
        Some(("the steps overlap", "every `below` is lower than every `above`"))
    } else {
        None
    };
    if let Some((what, label)) = wrong {
        node.mistake(format!("`{}`: {what}", node.path()), label, None);
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> StepScaling {
        let cooldown = Cooldown::new(self.times);
        StepScaling { spec: self.clone(), above: 0, below: 0, cooldown }
    }

    /// The step for this value.
    fn step(&self, value: f64) -> Option<Adjustment> {
        let above = self.above.iter().rev().find(|(level, _)| value >= *level);
        let below = || self.below.iter().rev().find(|(level, _)| value <= *level);
        above.or_else(below).map(|(_, adjustment)| *adjustment)
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct StepScaling {
    spec: Spec,
    /// Evaluations in a row that reached a step above.
    above: u32,
    /// Evaluations in a row that reached a step below.
    below: u32,
    cooldown: Cooldown,
}

impl StepScaling {
    fn advise(&mut self, now: Time, view: &View<'_>, value: f64) -> Advice {
        let current = view.desired;
        let breached = self.above.max(self.below) >= self.spec.breaches.get();
        let Some(step) = self.spec.step(value).filter(|_| breached) else {
            return Advice::stay(view, value, current, Limit::Tolerance);
        };
        let down = step.of(current);
        if down < current {
            return self.cooldown.inwards(now, view, value, down);
        }
        let raw = step.of(self.cooldown.settled(now, view));
        self.cooldown.outwards(view, value, raw)
    }
}

impl Autoscaler for StepScaling {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let Some(value) = self.cooldown.value(now, view, &self.spec.signal) else {
            return Advice::missing(view);
        };
        let counted = |holds: bool, so_far: u32| if holds { so_far.saturating_add(1) } else { 0 };
        let above = self.spec.above.first().is_some_and(|(level, _)| value >= *level);
        let below = self.spec.below.first().is_some_and(|(level, _)| value <= *level);
        (self.above, self.below) = (counted(above, self.above), counted(below, self.below));
        let advice = self.advise(now, view, value);
        let advice = self.spec.scaling.hold(view.desired, advice);
        self.cooldown.decided(now, view.desired, advice.desired);
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, pool};
    use super::*;
    use crate::mechanism::check::read;

    fn spec(steps: &str, more: &str) -> Result<Spec, Vec<String>> {
        read(&format!("{{ steps = [{steps}], agents = {{ min = 1, max = 50 }}, {more} }}"))
    }

    #[test]
    fn shares_are_rounded_towards_zero_but_to_one_at_least() {
        for (count, percent, after) in
            [(10, 30, 13), (10, 67, 16), (10, 5, 11), (10, -5, 9), (10, -67, 4), (3, -200, 0)]
        {
            assert_eq!(Adjustment::Percent(percent).of(count), after, "{count} {percent} %");
        }
        assert_eq!((Adjustment::Add(-3).of(2), Adjustment::Set(7).of(2)), (0, 7));
    }

    #[test]
    fn the_furthest_step_that_is_reached_counts() {
        let steps = "{ above = '90%', add = 5 }, { below = '30%', add = -1 }, \
                     { above = '70%', add = 1 }, { below = '10%', percent = -50 }";
        let spec = spec(steps, "cooldown = '0s'").unwrap();
        let pool = pool(8, 0.0);
        let after = |value| spec.build().evaluate(at(60), &pool.see(&[Some(value)])).desired;
        let values = [0.95, 0.9, 0.89, 0.7, 0.69, 0.31, 0.3, 0.11, 0.1, 0.0];
        assert_eq!(values.map(after), [13, 13, 9, 9, 8, 8, 7, 7, 4, 4]);
    }

    #[test]
    fn it_waits_for_breaches_and_counts_what_was_added() {
        let steps = "{ above = '70%', add = 2 }, { above = '90%', add = 3 }";
        let mut machine = spec(steps, "breaches = 2").unwrap().build();
        let mut pool = pool(10, 0.0);
        let mut minute = |i: u64, value: f64| {
            let advice = machine.evaluate(at(60 * i), &pool.see(&[Some(value)]));
            pool.desired = advice.desired;
            (advice.desired, advice.limit)
        };
        assert_eq!(minute(1, 0.8), (10, Limit::Tolerance));
        assert_eq!(minute(2, 0.8), (12, Limit::None));
        assert_eq!(minute(3, 0.8), (12, Limit::Cooldown));
        assert_eq!(minute(4, 0.95), (13, Limit::None), "3 for 10, of which 2 are coming");
        assert_eq!(minute(8, 0.95), (13, Limit::Cooldown));
        assert_eq!(minute(9, 0.95), (16, Limit::None), "the time is over: 3 for 13");
    }

    #[test]
    fn steps_that_cannot_be_are_mistakes() {
        for (steps, what) in [
            ("", "`x.steps`: there are no steps"),
            (
                "{ above = 0.5, add = 1 }, { above = '50%', add = 2 }",
                "`x.steps`: two steps are at the same level",
            ),
            ("{ above = 0.5, add = 1 }, { below = 0.5, add = -1 }", "`x.steps`: the steps overlap"),
            (
                "{ above = 0.5, add = 0 }",
                "`x.steps[0]`: expected one of `add`, `percent` and `set`, not zero, found a table",
            ),
            ("{ add = 1 }", "`x.steps[0]`: expected either `above` or `below`, found a table"),
        ] {
            assert_eq!(spec(steps, "").unwrap_err(), [what]);
        }
    }
}
