//! Trend: where a metric will be some time ahead if it goes on as it has over the last while.
//!
//! Rule: the line of least squares through the values at the evaluations of the last `over`, read
//! `ahead` from now, is compared with the level. With times t_i and values y_i about their means,
//! slope = sum (t_i - t)(y_i - y) / sum (t_i - t)^2, and the value is y + slope (now + ahead - t).
//! Fewer than two values have no trend, and it does not hold.
//!
//! | key     | default | meaning                                            |
//! |---------|---------|----------------------------------------------------|
//! | `when`  | needed  | the comparison, such as `"queue_length > 100"`     |
//! | `over`  | needed  | how far back the values are taken from             |
//! | `ahead` | needed  | how far the line is drawn; `"0s"`: where it is now |
//!
//! Source: `predict_linear` of Prometheus. It sums without means, in compensated arithmetic; the
//! line is the same.

use super::condition::Comparison;
use super::{Outcome, Sees, positive};
use crate::base::read::{Node, Read};
use crate::base::time::Span;

/// `trend = { when = "queue_length > 100", over = "10m", ahead = "30m" }`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// What is compared with what.
    pub comparison: Comparison,
    /// How far back.
    pub over: Span,
    /// How far ahead.
    pub ahead: Span,
}

impl Read for Trend {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let comparison = table.need("when");
        let over = table.need_node("over");
        let over = over.and_then(|node| positive(&node));
        let ahead = table.need("ahead");
        table.finish();
        Some(Trend { comparison: comparison?, over: over?, ahead: ahead? })
    }
}

impl Trend {
    pub(super) fn holds(&self, sees: &impl Sees) -> Outcome {
        let history = sees.history(self.comparison.metric, self.over);
        self.comparison.of(ahead(&history, self.ahead))
    }
}

/// The line of least squares through values, each with how long ago it was, `ahead` from now.
pub fn ahead(history: &[(Span, f64)], ahead: Span) -> Option<f64> {
    if history.len() < 2 {
        return None;
    }
    let n = history.len() as f64;
    let time = |ago: Span| -ago.seconds();
    let mean_time = history.iter().map(|(ago, _)| time(*ago)).sum::<f64>() / n;
    let mean = history.iter().map(|(_, value)| value).sum::<f64>() / n;
    let (mut along, mut spread) = (0.0, 0.0);
    for (ago, value) in history {
        let off = time(*ago) - mean_time;
        along += off * (value - mean);
        spread += off * off;
    }
    Some(mean + along / spread * (ahead.seconds() - mean_time)).filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::super::check::{Seen, mistakes, read, s};
    use super::super::{Condition, Rule};
    use super::*;
    use crate::mechanism::metric::Metric;

    #[test]
    fn a_straight_line_goes_on() {
        // 10 a minute: 0, 10, 20 at 2, 1 and 0 minutes ago; in 3 minutes 50.
        let line = [(s(120), 0.0), (s(60), 10.0), (s(0), 20.0)];
        assert_eq!(ahead(&line, s(180)), Some(50.0));
        assert_eq!(ahead(&line, s(0)), Some(20.0));
        assert_eq!(ahead(&line[1..], s(60)), Some(30.0));
    }

    #[test]
    fn least_squares_through_what_scatters() {
        // Values 1, 2, 6 at -2, -1, 0 s: means -1 and 3; slope (2 + 3) / 2 = 2.5; at 0: 5.5.
        let scattered = [(s(0), 6.0), (s(2), 1.0), (s(1), 2.0)];
        assert_eq!(ahead(&scattered, s(0)), Some(5.5));
        assert_eq!(ahead(&scattered, s(4)), Some(15.5));
    }

    /// `predict_linear(x[50m], 3600)` at 50 minutes over `0+10x4 0+10x5` with a sample every five
    /// minutes: what `promtool test rules` 2.42 finds.
    #[test]
    fn as_prometheus_predicts() {
        let values = [0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50].map(f64::from);
        let ago = |i: usize| s(300 * (values.len() - 1 - i) as u64);
        let history: Vec<_> =
            values.iter().enumerate().map(|(i, value)| (ago(i), *value)).collect();
        let predicted = ahead(&history, s(3600)).unwrap();
        assert!((predicted - 76.818_181_818_181_81).abs() < 1e-12, "{predicted}");
    }

    #[test]
    fn fewer_than_two_values_or_one_moment_have_no_trend() {
        assert_eq!(ahead(&[], s(60)), None);
        assert_eq!(ahead(&[(s(0), 5.0)], s(60)), None);
        assert_eq!(ahead(&[(s(7), 5.0), (s(7), 6.0)], s(60)), None);
    }

    #[test]
    fn it_holds_where_the_line_will_be() {
        let toml = "{ trend = { when = 'queue_length > 49', over = '5m', ahead = '3m' } }";
        let Condition::Trend(trend) = read::<Rule>(toml).when else { panic!("it is a trend") };
        let mut seen = Seen::default();
        assert_eq!(trend.holds(&seen), Outcome { value: None, level: 49.0, holds: false });
        for (ago, value) in [(300, 900.0), (120, 0.0), (60, 10.0), (0, 20.0)] {
            seen.history.push((Metric::QueueLength, s(ago), value));
        }
        // What is as old as the window is out of it.
        assert_eq!(trend.holds(&seen), Outcome { value: Some(50.0), level: 49.0, holds: true });
    }

    #[test]
    fn mistakes_are_told() {
        let message = |toml: &str| mistakes::<Trend>(toml).remove(0).0;
        assert_eq!(
            message("{ when = 'queue_length > 1', over = '0s', ahead = '1m' }"),
            "`x.over`: expected a duration above zero, found the text \"0s\""
        );
        assert_eq!(
            message("{ when = 'queue_length > 1' }"),
            "missing keys `over` and `ahead` in `x`"
        );
    }
}
