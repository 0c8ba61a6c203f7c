//! Absence: a metric has no value, because nothing has happened that it could be taken of.
//!
//! `absent = "response_mean"` with `window = "10m"` holds when no attempt has ended for ten
//! minutes. Counts and rates always have a value, zero if nothing is there: they are compared, as
//! in `when = "throughput == 0/s"`.
//!
//! Source: `absent_over_time` of Prometheus.

use super::{Outcome, Sees};
use crate::base::read::Node;
use crate::base::time::Span;
use crate::mechanism::metric::{Metric, Unit};

/// A metric that has no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Absent {
    /// The metric.
    pub metric: Metric,
    /// Over what; `None`: the monitor's interval.
    pub window: Option<Span>,
}

impl Absent {
    pub(super) fn holds(&self, sees: &impl Sees) -> Outcome {
        let value = sees.value(self.metric, self.window);
        Outcome { value, level: 0.0, holds: value.is_none() }
    }
}

/// The metric that is written at `node`, if it can have no value.
pub(super) fn can_be(metric: Metric, node: &Node<'_>) -> Option<Metric> {
    let zero = match metric.unit() {
        Unit::Time | Unit::Share => return Some(metric),
        Unit::Rate => "0/s",
        Unit::Count => "0",
    };
    let name = metric.name();
    let message = format!("`{}`: `{name}` always has a value", node.path());
    node.mistake(message, "it is never absent", format!("write when = \"{name} == {zero}\""));
    None
}

#[cfg(test)]
mod tests {
    use super::super::check::{Seen, mistakes, read, s};
    use super::super::{Condition, Rule};
    use super::*;

    #[test]
    fn it_holds_exactly_without_a_value() {
        let rule = read::<Rule>("{ absent = 'response_mean', window = '10m' }");
        let absent = Absent { metric: Metric::ResponseMean, window: Some(s(600)) };
        assert_eq!(rule.when, Condition::Absent(absent));
        let mut seen = Seen::default();
        // The value over another window is not looked at.
        seen.values.push((Metric::ResponseMean, None, 3.0));
        assert_eq!(absent.holds(&seen), Outcome { value: None, level: 0.0, holds: true });
        seen.values.push((Metric::ResponseMean, Some(s(600)), 0.0));
        assert_eq!(absent.holds(&seen), Outcome { value: Some(0.0), level: 0.0, holds: false });
    }

    #[test]
    fn what_is_never_absent_is_a_mistake() {
        for (name, help) in [
            ("throughput", "write when = \"throughput == 0/s\""),
            ("queue_length", "write when = \"queue_length == 0\""),
        ] {
            let message = format!("`x.absent`: `{name}` always has a value");
            let toml = format!("{{ absent = '{name}' }}");
            assert_eq!(mistakes::<Rule>(&toml), [(message, Some(String::from(help)))]);
        }
    }
}
