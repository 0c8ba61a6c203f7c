//! The Knative pod autoscaler: concurrency over a long window, and over a short one in panic.
//!
//! Rule: [`decide`] has the decision, [`buckets`] the averages. The metric's mean over each period
//! fills the seconds of the period. A count of zero, where min is zero, first is one agent for
//! `grace`.
//!
//! | key          | default       | meaning                                                      |
//! |--------------|---------------|--------------------------------------------------------------|
//! | `metric`     | "concurrency" | what is looked at; or "arrival_rate"                         |
//! | `capacity`   | 100           | so much of it an agent can take; "200/s" of the rate         |
//! | `target`     | "70%"         | the share of that which it is to have                        |
//! | `stable`     | "60s"         | the stable window                                            |
//! | `panic`      | "10%"         | the panic window, as a share of the stable one               |
//! | `threshold`  | 2.0           | it panics when so many times the ready agents are wanted     |
//! | `rise`       | 1000.0        | at most so many times the ready agents                       |
//! | `fall`       | 2.0           | at least the ready agents over this                          |
//! | `hold`       | "0s"          | fewer agents only when no more were wanted for so long       |
//! | `grace`      | "30s"         | how long the last agent stays                                |
//! | `burst`      | 211.0         | so much of the metric should always find room                |
//! | `activation` | 1             | from zero, at least so many                                  |
//!
//! and the keys of [`Scaling`]; `every` is 2 s; at the start there is at least one.
//!
//! Source: knative/serving, pkg/autoscaler/scaling and config/core/configmaps/autoscaler.yaml. How
//! it goes to zero is simpler here: the source also waits until its buffer is in the way.

pub mod buckets;
pub mod decide;
#[cfg(test)]
mod tests;

use super::scaling::Defaults;
use super::{Advice, Autoscaler, Limit, Scaling, Signal, View};
use crate::base::read::{Node, Read, Table};
use crate::base::time::{NANOS_PER_SECOND, Time};
use crate::base::unit::{Probability, Rate, Span};
use crate::mechanism::metric::Metric;
use buckets::Buckets;
use decide::{Decider, Rules};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "concurrency over a stable and a panic window (Knative), exact";

/// `autoscale.kpa = { capacity = 4, agents = { min = 0, max = 20 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// What is looked at, over the period.
    pub signal: Signal,
    /// What decides.
    pub rules: Rules,
    /// The panic window; at least 1 s.
    pub panic: Span,
    /// How long the last agent stays.
    pub grace: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scaling = Scaling::read(&mut table, Defaults { start: 1, ..Defaults::every(2) });
        let metric = table.or("metric", Metric::Concurrency);
        let total = match metric {
            Metric::Concurrency => table.or("capacity", 100.0),
            Metric::ArrivalRate => {
                let capacity = table.or("capacity", Rate::new(200.0).expect("a rate"));
                capacity.per_second()
            }
            _ => {
                let help = "write \"concurrency\" or \"arrival_rate\"";
                let message = format!("`{}`: this metric is not for kpa", node.path());
                table.node("metric")?.mistake(message, "not this one", String::from(help));
                return None;
            }
        };
        let share = table.or("target", Probability::new(0.7).expect("a share")).get();
        let stable = table.or("stable", Span::from_secs(60));
        let panic = table.or("panic", Probability::new(0.1).expect("a share")).get();
        let panic = Span::from_seconds(stable.seconds() * panic);
        let rules = Rules {
            target: share * total,
            total,
            burst: table.or("burst", 211.0),
            threshold: table.or("threshold", 2.0),
            rise: table.or("rise", 1_000.0),
            fall: table.or("fall", 2.0),
            stable,
            delay: table.or("hold", Span::ZERO),
            activation: table.or("activation", 1),
            reachable: true,
        };
        let grace = table.or("grace", Span::from_secs(30));
        check(&table, &rules, panic);
        table.finish();
        let scaling = scaling?;
        let signal = Signal::of(metric, scaling.every);
        Some(Spec { scaling, signal, rules, panic, grace })
    }
}

/// Reports numbers that cannot be.
fn check(table: &Table<'_>, rules: &Rules, panic: Span) {
    let second = Span::from_secs(1);
    for (wrong, what, label) in [
        (rules.target <= 0.0, "`capacity` and `target` leave nothing", "both above zero"),
        (panic < second, "the panic window is too short", "at least \"1s\""),
        (rules.threshold <= 0.0, "`threshold` is out of range", "above zero"),
        (rules.rise <= 1.0, "`rise` is out of range", "above 1"),
        (rules.fall < 1.0, "`fall` is out of range", "at least 1"),
    ] {
        if wrong {
            table.mistake(format!("`{}`: {what}", table.as_node().path()), label, None);
        }
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Kpa {
        let buckets = Buckets::new(seconds(self.rules.stable));
        Kpa { spec: self.clone(), buckets, decider: None, zero_since: None }
    }
}

/// Whole seconds of a window; at least 1.
fn seconds(window: Span) -> usize {
    (window.nanos() / NANOS_PER_SECOND).max(1) as usize
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Kpa {
    spec: Spec,
    buckets: Buckets,
    /// There is none before the first evaluation.
    decider: Option<Decider>,
    /// Since when nobody is wanted.
    zero_since: Option<Time>,
}

impl Autoscaler for Kpa {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let spec = &self.spec;
        let ready = view.ready();
        let decider = self.decider.get_or_insert_with(|| Decider::new(spec.rules, now, ready));
        self.buckets.observe(now, view.values[0]);
        let average = |window| self.buckets.average(seconds(window));
        let averages = average(spec.rules.stable).zip(average(spec.panic));
        let (Some(averages), Some(value)) = (averages, view.values[0]) else {
            return Advice::missing(view);
        };
        let decision = decider.decide(now, ready, averages);
        let mut advice = Advice::free(value, decision.wanted);
        advice.desired = decision.desired;
        advice.limit = match decision.desired {
            same if same == decision.wanted => Limit::None,
            _ if decider.panic.is_some() => Limit::Panic,
            less if less < decision.wanted => Limit::Rate,
            _ if spec.rules.delay > Span::ZERO => Limit::Stabilised,
            _ => Limit::Rate,
        };
        self.zero_since = match advice.desired {
            0 => self.zero_since.or(Some(now)),
            _ => None,
        };
        let leaves = self.zero_since.filter(|since| now.since(*since) < spec.grace);
        if leaves.is_some() && view.desired > 0 {
            (advice.desired, advice.limit) = (1, Limit::Cooldown);
        }
        spec.scaling.hold(view.desired, advice)
    }
}
