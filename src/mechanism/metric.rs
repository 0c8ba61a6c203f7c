//! Metrics: what the monitor can see of a pool or of one agent, by name.
//!
//! Autoscalers and alert rules name them. A gauge is what is so at the moment of looking; the
//! others are taken over a window that ends then. What has no value (the mean response of no
//! attempt) is not zero: it is missing.
//!
//! Source: the six metrics of the reference's `OrchestrationMonitor`, and what autoscalers in
//! production act on.

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
