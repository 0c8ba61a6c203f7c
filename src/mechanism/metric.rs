//! Metrics: what the monitor can see of a pool or of one agent, by name.
//!
//! Autoscalers and alert rules name them. A gauge is what is so at the moment of looking; the
//! others are taken over a window that ends then. What has no value (the mean response of no
//! attempt) is not zero: it is missing.
//!
//! A level of a metric is written in the metric's [`Unit`] and held as a plain number: seconds, a
//! share from 0 to 1, so many per second, so many. A level without its unit is a mistake.
//!
//! Source: the six metrics of the reference's `OrchestrationMonitor`, and what autoscalers in
//! production act on.

use crate::base::read::{Node, Read, Show};
use crate::base::unit::{Probability, Rate, Span, parse_span};

names! {
    /// A metric of a pool or of one of its agents.
    Metric, "metric":
    /// Busy slots over the slots of the agents that are ready, mean over the window.
    Utilisation => "utilisation",
    /// Attempts that wait; a gauge.
    QueueLength => "queue_length",
    /// Attempts in service; a gauge.
    InService => "in_service",
    /// Attempts that wait or are in service, mean over the window.
    Concurrency => "concurrency",
    /// Agents that are ready; a gauge.
    Agents => "agents",
    /// Attempts that came, per second.
    ArrivalRate => "arrival_rate",
    /// Attempts that succeeded, per second.
    Throughput => "throughput",
    /// Mean wait of the attempts that were started.
    WaitMean => "wait_mean",
    /// 95 % of the attempts that were started waited at most so long.
    WaitP95 => "wait_p95",
    /// How long the longest of those that wait has waited; a gauge.
    WaitOldest => "wait_oldest",
    /// Mean time from start to result of the attempts that ended.
    ResponseMean => "response_mean",
    /// The median of these times.
    ResponseP50 => "response_p50",
    /// Their 95th percentile.
    ResponseP95 => "response_p95",
    /// Their 99th percentile.
    ResponseP99 => "response_p99",
    /// Attempts that succeeded over those that ended.
    SuccessRate => "success_rate",
    /// Attempts that failed or timed out over those that ended.
    ErrorRate => "error_rate",
    /// Memory in use over what the agents have; a gauge.
    Memory => "memory",
    /// CPU in use over what the agents have; a gauge.
    Cpu => "cpu",
    /// The larger of memory and CPU; a gauge.
    ResourceUsage => "resource_usage",
}

/// In what a metric is measured, which decides how a threshold is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds: `"5s"`.
    Time,
    /// A share of a whole: `"80%"` or `0.8`.
    Share,
    /// So many per second: `"120/min"`.
    Rate,
    /// A number of things: `40`.
    Count,
}

impl Metric {
    /// In what it is measured.
    pub fn unit(self) -> Unit {
        match self {
            Metric::Utilisation | Metric::SuccessRate | Metric::ErrorRate => Unit::Share,
            Metric::Memory | Metric::Cpu | Metric::ResourceUsage => Unit::Share,
            Metric::QueueLength | Metric::InService | Metric::Concurrency => Unit::Count,
            Metric::Agents => Unit::Count,
            Metric::ArrivalRate | Metric::Throughput => Unit::Rate,
            Metric::WaitMean | Metric::WaitP95 | Metric::WaitOldest => Unit::Time,
            Metric::ResponseMean | Metric::ResponseP50 => Unit::Time,
            Metric::ResponseP95 | Metric::ResponseP99 => Unit::Time,
        }
    }
}

impl Unit {
    /// The level that is written at `node`.
    pub fn read_level(self, node: &Node<'_>) -> Option<f64> {
        match self {
            Unit::Time => Span::read(node).map(Span::seconds),
            Unit::Share => Probability::read(node).map(Probability::get),
            Unit::Rate => Rate::read(node).map(Rate::per_second),
            Unit::Count => {
                let what = "a number of things such as 40";
                if !node.is_number() {
                    return node.expected(what, None);
                }
                let count = node.number()?;
                let help = || String::from("it is never negative");
                (count >= 0.0).then_some(count).or_else(|| node.expected(what, Some(help())))
            }
        }
    }

    /// The level written in `text`; the error says how it is written, in a sentence for the user.
    pub fn parse_level(self, text: &str) -> Result<f64, String> {
        let number = text.trim().parse::<f64>().ok().filter(|number| *number >= 0.0);
        match self {
            Unit::Time => match number {
                Some(number) => {
                    Err(format!("the unit is missing: \"{number}s\" or \"{number}ms\""))
                }
                None => parse_span(text).map(Span::seconds),
            },
            Unit::Share => match number {
                Some(share) if share <= 1.0 => Ok(share),
                Some(number) => Err(format!("a share is from 0 to 1: write \"{number}%\"")),
                None => Probability::parse(text).map(Probability::get),
            },
            Unit::Rate => match number {
                Some(number) => Err(format!("write \"{number}/s\" or \"{number}/min\"")),
                None => Rate::parse(text).map(Rate::per_second),
            },
            Unit::Count => {
                let count = number.filter(|count| count.is_finite());
                count.ok_or_else(|| String::from("a number of things is written as 40 or 2.5"))
            }
        }
    }

    /// How a scenario writes a level.
    pub fn show_level(self, level: f64) -> String {
        match self {
            Unit::Time => Span::from_seconds(level).show(),
            Unit::Share | Unit::Count => level.show(),
            Unit::Rate => Rate::new(level).map_or_else(|| level.show(), |rate| rate.show()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    /// A level of a metric, for the tests: `{ wait_mean = "5s" }`.
    struct Level(f64);

    impl Read for Level {
        fn read(node: &Node<'_>) -> Option<Self> {
            let (name, node) = node.table()?.entries().remove(0);
            let metric = match name {
                "wait_mean" => Metric::WaitMean,
                "utilisation" => Metric::Utilisation,
                "arrival_rate" => Metric::ArrivalRate,
                _ => Metric::QueueLength,
            };
            metric.unit().read_level(&node).map(Level)
        }
    }

    #[test]
    fn levels_are_written_in_the_unit_of_their_metric() {
        for (metric, toml, level, shown) in [
            ("wait_mean", "'1m30s'", 90.0, "\"1m30s\""),
            ("utilisation", "'80%'", 0.8, "0.8"),
            ("utilisation", "0.8", 0.8, "0.8"),
            ("arrival_rate", "'120/min'", 2.0, "\"2/s\""),
            ("queue_length", "40", 40.0, "40.0"),
            ("queue_length", "2.5", 2.5, "2.5"),
        ] {
            let text = format!("{{ {metric} = {toml} }}");
            let held = read::<Level>(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}")).0;
            assert_eq!(held, level, "{text}");
            let unit = read::<Metric>(&format!("'{metric}'")).unwrap().unit();
            assert_eq!(unit.parse_level(toml.trim_matches('\'')), Ok(level), "{text}");
            assert_eq!(unit.show_level(level), shown);
        }
    }

    #[test]
    fn a_level_without_its_unit_says_what_to_write() {
        for (unit, text, why) in [
            (Unit::Time, "5", "the unit is missing: \"5s\" or \"5ms\""),
            (Unit::Share, "80", "a share is from 0 to 1: write \"80%\""),
            (Unit::Share, "120%", "it is at most \"100%\""),
            (Unit::Rate, "12", "write \"12/s\" or \"12/min\""),
            (Unit::Count, "-1", "a number of things is written as 40 or 2.5"),
            (Unit::Count, "inf", "a number of things is written as 40 or 2.5"),
        ] {
            assert_eq!(unit.parse_level(text), Err(String::from(why)), "{text}");
        }
        for toml in ["{ wait_mean = 5 }", "{ utilisation = 80 }", "{ arrival_rate = 12 }"] {
            assert_eq!(read::<Level>(toml).err().map(|all| all.len()), Some(1), "{toml}");
        }
        for toml in ["{ queue_length = '40' }", "{ queue_length = -1 }"] {
            assert_eq!(read::<Level>(toml).err().map(|all| all.len()), Some(1), "{toml}");
        }
    }
}
