//! What a rule asks at each evaluation.
//!
//! `when = "response_mean > 5s"`: a metric, a comparison and a level in the metric's unit. Strict
//! is strict: at the level `>` does not hold. `absent`, `trend` and `burn_rate` have files of
//! their own.

use super::Sees;
use super::absent::Absent;
use super::burn_rate::BurnRate;
use super::trend::Trend;
use crate::base::read::{Node, Read};
use crate::base::time::Span;
use crate::mechanism::metric::Metric;

/// How a value is compared with the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
}

/// The signs; a longer one before the one it begins with.
const SIGNS: [(&str, Op); 6] = [
    (">=", Op::AtLeast),
    ("<=", Op::AtMost),
    ("==", Op::Equal),
    ("!=", Op::Unequal),
    (">", Op::Above),
    ("<", Op::Below),
];

impl Op {
    /// Does the value compare so with the level?
    pub fn holds(self, value: f64, level: f64) -> bool {
        match self {
            Op::Above => value > level,
            Op::AtLeast => value >= level,
            Op::Below => value < level,
            Op::AtMost => value <= level,
            Op::Equal => value == level,
            Op::Unequal => value != level,
        }
    }
}

/// `"response_mean > 5s"`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub metric: Metric,
    /// How.
    pub op: Op,
    /// With what, in the metric's unit.
    pub level: f64,
}

impl Comparison {
    /// What comes of this value.
    pub fn of(&self, value: Option<f64>) -> Outcome {
        let holds = value.is_some_and(|value| self.op.holds(value, self.level));
        Outcome { value, level: self.level, holds }
    }
}

impl Read for Comparison {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a metric, a comparison and a level such as \"response_mean > 5s\"";
        if !node.is_text() {
            return node.expected(what, None);
        }
        let text = node.text()?;
        let at = text.find(['<', '>', '=', '!']).unwrap_or(text.len());
        let (name, rest) = text.split_at(at);
        let sign = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        let Some((sign, op)) = sign.filter(|_| !name.trim().is_empty()) else {
            let help = "the comparisons are >, >=, <, <=, == and !=";
            return node.expected(what, Some(String::from(help)));
        };
        let metric = Metric::named(name.trim(), node)?;
        match metric.unit().parse_level(rest[sign.len()..].trim()) {
            Ok(level) => Some(Comparison { metric, op: *op, level }),
            Err(why) => node.expected(&format!("a level of `{}`", metric.name()), Some(why)),
        }
    }
}

/// A metric compared with a level, over a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// What is compared with what.
    pub comparison: Comparison,
    /// What the value is over; `None`: the monitor's interval.
    pub window: Option<Span>,
}

/// What a rule asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// `when`
    Threshold(Threshold),
    /// `burn_rate`
    Burn(BurnRate),
    /// `absent`
    Absent(Absent),
    /// `trend`
    Trend(Trend),
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What was compared, if it had a value.
    pub value: Option<f64>,
    /// With what it was compared, in the same unit; zero for absence.
    pub level: f64,
    /// Whether the condition holds.
    pub holds: bool,
}

/// Something that a condition looks at: see the method of [`Sees`] of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// [`Sees::value`]
    Value {
        /// The metric.
        metric: Metric,
        /// Over what; `None`: the monitor's interval.
        window: Option<Span>,
    },
    /// [`Sees::slower`]
    Slower {
        /// Longer than this.
        limit: Span,
        /// Over what.
        window: Span,
    },
    /// [`Sees::history`]
    History {
        /// The metric.
        metric: Metric,
        /// How far back.
        over: Span,
    },
}

impl Condition {
    /// Does it hold of what is seen now?
    pub fn holds(&self, sees: &impl Sees) -> Outcome {
        match self {
            Condition::Threshold(Threshold { comparison, window }) => {
                comparison.of(sees.value(comparison.metric, *window))
            }
            Condition::Burn(burn) => burn.holds(sees),
            Condition::Absent(absent) => absent.holds(sees),
            Condition::Trend(trend) => trend.holds(sees),
        }
    }

    /// All that it looks at, so that it can be kept.
    pub fn windows(&self) -> Vec<Look> {
        match self {
            Condition::Threshold(Threshold { comparison, window }) => {
                vec![Look::Value { metric: comparison.metric, window: *window }]
            }
            Condition::Burn(burn) => burn.windows(),
            Condition::Absent(Absent { metric, window }) => {
                vec![Look::Value { metric: *metric, window: *window }]
            }
            Condition::Trend(trend) => {
                vec![Look::History { metric: trend.comparison.metric, over: trend.over }]
            }
        }
    }
}

/// Is the metric what is so at the moment of looking?
pub(super) fn is_gauge(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::QueueLength
            | Metric::InService
            | Metric::Agents
            | Metric::WaitOldest
            | Metric::Memory
            | Metric::Cpu
            | Metric::ResourceUsage
    )
}

#[cfg(test)]
mod tests {
    use super::super::check::{mistakes, read};
    use super::*;

    #[test]
    fn a_comparison_reads_in_the_unit_of_its_metric() {
        for (text, metric, op, level) in [
            ("response_mean > 5s", Metric::ResponseMean, Op::Above, 5.0),
            ("wait_p95>=1m30s", Metric::WaitP95, Op::AtLeast, 90.0),
            ("error_rate > 5%", Metric::ErrorRate, Op::Above, 0.05),
            ("success_rate < 0.95", Metric::SuccessRate, Op::Below, 0.95),
            (" queue_length  <= 40 ", Metric::QueueLength, Op::AtMost, 40.0),
            ("throughput == 0/s", Metric::Throughput, Op::Equal, 0.0),
            ("arrival_rate != 120/min", Metric::ArrivalRate, Op::Unequal, 2.0),
        ] {
            let expected = Comparison { metric, op, level };
            assert_eq!(read::<Comparison>(&format!("\"{text}\"")), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_comparison_says_what_to_write() {
        let form = "`x`: expected a metric, a comparison and a level such as \
                    \"response_mean > 5s\", found ";
        let signs = "the comparisons are >, >=, <, <=, == and !=";
        for (toml, found) in [
            ("'response_mean'", "the text \"response_mean\""),
            ("'response_mean 5s'", "the text \"response_mean 5s\""),
            ("'queue_length = 5'", "the text \"queue_length = 5\""),
            ("'queue_length => 5'", "the text \"queue_length => 5\""),
            ("'queue_length ! 5'", "the text \"queue_length ! 5\""),
            ("' > 5s'", "the text \" > 5s\""),
            ("''", "the text \"\""),
        ] {
            let expected = (format!("{form}{found}"), Some(String::from(signs)));
            assert_eq!(mistakes::<Comparison>(toml), [expected], "{toml}");
        }
        assert_eq!(mistakes::<Comparison>("5"), [(format!("{form}the number 5"), None)]);
        for (text, message, help) in [
            ("reponse_mean > 5s", "unknown metric `reponse_mean`", "did you mean `response_mean`?"),
            (
                "response_mean > 5",
                "`x`: expected a level of `response_mean`, found the text \"response_mean > 5\"",
                "the unit is missing: \"5s\" or \"5ms\"",
            ),
            (
                "error_rate > 5",
                "`x`: expected a level of `error_rate`, found the text \"error_rate > 5\"",
                "a share is from 0 to 1: write \"5%\"",
            ),
            (
                "throughput < 2",
                "`x`: expected a level of `throughput`, found the text \"throughput < 2\"",
                "write \"2/s\" or \"2/min\"",
            ),
            (
                "queue_length >> 2",
                "`x`: expected a level of `queue_length`, found the text \"queue_length >> 2\"",
                "a number of things is written as 40 or 2.5",
            ),
        ] {
            let expected = (String::from(message), Some(String::from(help)));
            assert_eq!(mistakes::<Comparison>(&format!("'{text}'")), [expected], "{text}");
        }
    }

    #[test]
    fn at_the_level_strict_is_strict() {
        for (op, below, at, above) in [
            (Op::Above, false, false, true),
            (Op::AtLeast, false, true, true),
            (Op::Below, true, false, false),
            (Op::AtMost, true, true, false),
            (Op::Equal, false, true, false),
            (Op::Unequal, true, false, true),
        ] {
            let comparison = Comparison { metric: Metric::ResponseMean, op, level: 5.0 };
            let holds = |value| comparison.of(Some(value)).holds;
            assert_eq!((holds(4.9), holds(5.0), holds(5.1)), (below, at, above), "{op:?}");
            let missing = Outcome { value: None, level: 5.0, holds: false };
            assert_eq!(comparison.of(None), missing, "{op:?}");
        }
    }
}
