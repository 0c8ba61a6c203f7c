//! Thresholds as the reference system has them: up to a target above one, down to it below the
//! other.
//!
//! Rule. While the metric is within [`below`, `above`], nothing changes. Outside, the count is
//! `ceil(ready * value / target)` for so many agents that are ready, but never against the
//! direction: above it does not fall, below it does not rise. Those that start are not multiplied,
//! because the metric does not speak of them; so a second evaluation while they start changes
//! nothing by itself. Where nobody is ready, one is counted, so that there is a way up from zero.
//!
//! | key      | default       | meaning                        |
//! |----------|---------------|--------------------------------|
//! | `metric` | "utilisation" | what is looked at              |
//! | `window` | `every`       | what it is taken over          |
//! | `above`  | required      | from here on there are more    |
//! | `below`  | required      | from here on there are fewer   |
//! | `target` | required      | where the metric is to be then |
//!
//! and the keys of [`Scaling`]; `every` is 30 s.
//!
//! Source: the reference's `AutoScalingOrchestrator`: a policy says scale up or scale down with a
//! target count; the count by proportion is ours, as the reference leaves it open.

use super::scaling::Defaults;
use super::{Advice, Autoscaler, Limit, Scaling, Signal, View, ceil_count};
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::mechanism::metric::Metric;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "up to a target above a threshold, down to it below another (reference)";

/// `autoscale.reference = { above = "80%", below = "30%", target = "60%", agents = { .. } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// What is looked at.
    pub signal: Signal,
    /// Above this there are more agents.
    pub above: f64,
    /// Below this there are fewer.
    pub below: f64,
    /// Where the metric is to be then; above zero, within `below` and `above`.
    pub target: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scaling = Scaling::read(&mut table, Defaults::every(30));
        let every = scaling.as_ref().map_or(Span::from_secs(30), |scaling| scaling.every);
        let signal = Signal::read(&mut table, Metric::Utilisation, every)?;
        let above = signal.need(&mut table, "above");
        let below = signal.need(&mut table, "below");
        let target = signal.need_target(&mut table, "target");
        table.finish();
        let (above, below, target) = (above?, below?, target?);
        if !(below <= target && target <= above) {
            let shown = |level| signal.unit().show_level(level);
            let what = format!(
                "`{}`: the thresholds are out of order: below {}, target {}, above {}",
                node.path(),
                shown(below),
                shown(target),
                shown(above)
            );
            node.mistake(what, "below <= target <= above", None);
        }
        Some(Spec { scaling: scaling?, signal, above, below, target })
    }
}

impl Autoscaler for Spec {
    fn evaluate(&mut self, _now: Time, view: &View<'_>) -> Advice {
        let Some(value) = view.values[0] else { return Advice::missing(view) };
        let current = view.desired;
        if (self.below..=self.above).contains(&value) {
            return self
                .scaling
                .hold(current, Advice::stay(view, value, current, Limit::Tolerance));
        }
        let raw = ceil_count(f64::from(view.ready().max(1)) * value / self.target);
        let against = if value > self.above { raw < current } else { raw > current };
        let advice = match against {
            true => Advice::stay(view, value, raw, Limit::WarmUp),
            false => Advice::free(value, raw),
        };
        self.scaling.hold(current, advice)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, pool};
    use super::*;
    use crate::mechanism::check::read;

    fn spec() -> Spec {
        let keys = "above = '80%', below = '30%', target = '50%', agents = { min = 2, max = 20 }";
        read::<Spec>(&format!("{{ {keys} }}")).unwrap()
    }

    fn advice(ready: u32, starting: u32, value: f64) -> (u32, Option<u32>, Limit) {
        let pool = pool(ready, value).starting(starting, at(0));
        let advice = spec().evaluate(at(30), &pool.see(&[Some(value)]));
        (advice.desired, advice.raw, advice.limit)
    }

    #[test]
    fn outside_of_the_thresholds_the_count_follows_the_proportion() {
        // 4 * 0.9 / 0.5 = 7.2; 10 * 0.1 / 0.5 = 2; at the thresholds nothing changes.
        assert_eq!(advice(4, 0, 0.9), (8, Some(8), Limit::None));
        assert_eq!(advice(10, 0, 0.1), (2, Some(2), Limit::None));
        assert_eq!(advice(4, 0, 0.8), (4, Some(4), Limit::Tolerance));
        assert_eq!(advice(4, 0, 0.3), (4, Some(4), Limit::Tolerance));
    }

    #[test]
    fn those_that_start_are_not_multiplied() {
        // 4 ready ones at 90 % want 8, whether 4 more start already or not.
        assert_eq!(advice(4, 4, 0.9), (8, Some(8), Limit::None));
        // 2 ready ones at 90 % want 4, which is no reason to stop two of the four that start.
        assert_eq!(advice(2, 4, 0.9), (6, Some(4), Limit::WarmUp));
    }

    #[test]
    fn bounds_and_missing_metrics() {
        assert_eq!(advice(15, 0, 1.0), (20, Some(30), Limit::Max));
        assert_eq!(advice(4, 0, 0.0), (2, Some(0), Limit::Min));
        assert_eq!(advice(0, 2, 1.0), (2, Some(2), Limit::None), "as if one was ready");
        let nothing = spec().evaluate(at(30), &pool(4, 0.5).see(&[None]));
        assert_eq!((nothing.desired, nothing.limit), (4, Limit::Missing));
    }

    #[test]
    fn thresholds_have_the_unit_of_their_metric() {
        let keys = "metric = 'wait_p95', above = '5s', below = '1s', target = '2s'";
        let spec: Spec = read(&format!("{{ {keys}, agents = {{ min = 1, max = 9 }} }}")).unwrap();
        assert_eq!((spec.above, spec.below, spec.target), (5.0, 1.0, 2.0));
        let keys = "above = 0.8, below = 0.7, target = 0.5, agents = { min = 1, max = 9 }";
        let order = "`x`: the thresholds are out of order: below 0.7, target 0.5, above 0.8";
        assert_eq!(read::<Spec>(&format!("{{ {keys} }}")).unwrap_err(), [order]);
        let keys = "metric = 'wait_p95', above = 5, below = '1s', target = '2s'";
        let wrong = read::<Spec>(&format!("{{ {keys}, agents = {{ min = 1, max = 9 }} }}"));
        assert_eq!(wrong.unwrap_err().len(), 1);
    }
}
