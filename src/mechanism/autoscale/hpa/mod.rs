//! The Kubernetes HorizontalPodAutoscaler, version 2, as its controller computes it.
//!
//! Rule. Each period, for each metric, a number of agents is proposed (see [`replicas`], where the
//! tolerance and agents without a sample have their say); the largest counts, and if a metric is
//! missing there is no scaling down. Without `behaviour`: the highest recommendation of the last
//! `stabilisation` counts, then it is held in [min, min(max, max(2 n, 4))] for n agents. With
//! `behaviour`: windows and rates in both directions, see [`behaviour`], and then min and max.
//! A count that is outside of min and max is brought there at once; a pool at zero that may not be
//! there stays there: scaling is off.
//!
//! | key              | default       | meaning                                              |
//! |------------------|---------------|------------------------------------------------------|
//! | `metric`         | "utilisation" | what is looked at                                    |
//! | `target`         | "80%"         | where it is to be; required for other metrics        |
//! | `per_agent`      | see below     | whether the target is for each agent, or for all     |
//! | `metrics`        |               | instead: several tables of these three keys          |
//! | `window`         | `every`       | what the metrics are taken over                      |
//! | `tolerance`      | 0.1           | how far the ratio to the target may be off 1         |
//! | `stabilisation`  | "300s"        | how long a higher recommendation holds               |
//! | `initialisation` | "300s"        | how long a fresh agent's use is not trusted          |
//! | `readiness`      | "30s"         | who became ready so soon after the start was ready   |
//! | `behaviour`      | none          | `{ up, down }`: see [`read`]                         |
//! | `file`           |               | instead of metrics, `agents`, `behaviour`: its YAML  |
//!
//! and the keys of [`Scaling`]; `every` is 15 s, `agents.min` 1 as a rule. Utilisation, CPU and
//! memory are a share of what an agent has; numbers and rates are by default for each agent, and
//! times and shares for all. `initialisation` and `readiness` are for utilisation and CPU only.
//!
//! A pod is an agent: it is pending while it starts, its request is 1000 milli, its use is the
//! share of its slots that was busy. Of a metric that is no use, the pool's value stands for each
//! of its ready agents: shares and times as they are, numbers and rates in equal parts.
//!
//! Source: kubernetes/kubernetes, pkg/controller/podautoscaler (replica_calculator.go,
//! horizontal.go, config/v1alpha1/defaults.go) and pkg/apis/autoscaling/v2/defaults.go; defaults
//! are those of the controller. `desired` is its spec.replicas, the agents are status.replicas.

pub mod behaviour;
pub mod group;
mod machine;
pub mod manifest;
pub mod read;
pub mod replicas;
#[cfg(test)]
mod tests;

use super::{Scaling, Signal};
use crate::base::unit::Span;
use crate::mechanism::metric::Metric;

pub use behaviour::{Behaviour, Change, Policy, Rules, Select};
pub use machine::Hpa;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the Kubernetes HPA v2, exact: tolerance, windows, rates, fresh agents";

/// `autoscale.hpa = { target = "70%", agents = { min = 4, max = 16 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have: minReplicas and maxReplicas among them.
    pub scaling: Scaling,
    /// The metrics with their targets; at least one.
    pub metrics: Vec<Measured>,
    /// What the metrics are taken over.
    pub window: Span,
    /// How far the ratio of value to target may be off 1, unless the behaviour says otherwise.
    pub tolerance: f64,
    /// How long a higher recommendation holds, unless the behaviour says otherwise.
    pub stabilisation: Span,
    /// How long a fresh agent's use is not trusted.
    pub initialisation: Span,
    /// An agent that stopped being ready so soon after its start has never been ready.
    pub readiness: Span,
    /// Windows and rates; `None`: as before there were any.
    pub behaviour: Option<Behaviour>,
}

/// One metric with its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The metric.
    pub metric: Metric,
    /// What it is a metric of.
    pub source: Source,
    /// Where it is to be.
    pub target: Target,
}

/// What a metric is of: the `type` of a metric of an HPA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The use of what the pods request: utilisation, CPU or memory.
    Resource,
    /// Any other metric of the pods.
    Pods,
    /// One object: its value.
    Object,
    /// Something outside.
    External,
}

/// Where a metric is to be: the `target` of a metric of an HPA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Resources only: so many percent of what is requested; at least 1.
    Utilisation(u32),
    /// So many thousandths for each pod; at least 1.
    AverageValue(i64),
    /// Objects and external metrics: so many thousandths in all; at least 1.
    Value(i64),
}

impl Spec {
    /// The defaults of the controller for these metrics.
    pub fn new(scaling: Scaling, metrics: Vec<Measured>) -> Spec {
        Spec {
            window: scaling.every,
            scaling,
            metrics,
            tolerance: 0.1,
            stabilisation: Span::from_secs(300),
            initialisation: Span::from_secs(300),
            readiness: Span::from_secs(30),
            behaviour: None,
        }
    }

    /// One signal for each metric.
    pub fn signals(&self) -> Vec<Signal> {
        self.metrics.iter().map(|measured| Signal::of(measured.metric, self.window)).collect()
    }

    /// The machine, fresh for one run.
    pub fn build(&self) -> Hpa {
        Hpa::new(self.clone())
    }
}
