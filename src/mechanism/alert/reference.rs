//! The three thresholds of the reference's `OrchestrationMonitor`, for each agent.
//!
//! | rule                  | when                      |
//! |-----------------------|---------------------------|
//! | `high_response_time`  | `"response_mean > 5s"`    |
//! | `high_error_rate`     | `"error_rate > 5%"`       |
//! | `high_resource_usage` | `"resource_usage > 90%"`  |
//!
//! They fire at once and stop at once. Written as `alerts.reference = true`.
//!
//! Source: `checkPerformanceThresholds` of the reference. It collects the metrics of each agent
//! and does not show how they are combined; here each agent is judged by its own.

use std::collections::BTreeMap;

use super::condition::{Comparison, Op, Threshold};
use super::{Condition, Rule, Scope};
use crate::mechanism::metric::Metric;

/// The rules by their names.
pub fn rules() -> BTreeMap<String, Rule> {
    let rule = |(name, metric, level): (&str, Metric, f64)| {
        let comparison = Comparison { metric, op: Op::Above, level };
        let rule = Rule::new(Condition::Threshold(Threshold { comparison, window: None }));
        (String::from(name), Rule { per: Scope::Agent, ..rule })
    };
    [
        ("high_response_time", Metric::ResponseMean, 5.0),
        ("high_error_rate", Metric::ErrorRate, 0.05),
        ("high_resource_usage", Metric::ResourceUsage, 0.9),
    ]
    .into_iter()
    .map(rule)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::super::check::read;
    use super::*;

    #[test]
    fn they_are_what_a_user_would_write() {
        let written = "{
            high_response_time = { when = 'response_mean > 5s', per = 'agent' },
            high_error_rate = { when = 'error_rate > 5%', per = 'agent' },
            high_resource_usage = { when = 'resource_usage > 90%', per = 'agent' },
        }";
        let written: String = written.lines().map(str::trim).collect();
        let written = read::<Rules>(&written.replace(",}", "}"));
        assert_eq!(read::<Rules>("{ reference = true }"), written);
        assert_eq!(written.0, rules());
        assert_eq!(read::<Rules>("{ reference = false }"), Rules::default());
    }

    #[test]
    fn one_that_is_written_takes_its_place() {
        let toml = "{ reference = true, high_error_rate = { when = 'error_rate > 1%' } }";
        let Rules(rules) = read::<Rules>(toml);
        assert_eq!(rules.len(), 3);
        let Condition::Threshold(threshold) = &rules["high_error_rate"].when else { panic!() };
        assert_eq!(threshold.comparison.level, 0.01);
    }
}
