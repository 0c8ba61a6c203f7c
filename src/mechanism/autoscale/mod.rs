//! Autoscaling: how many agents a pool is to have, decided anew each period.
//!
//! One path for all policies: metrics -> policy -> desired count -> limits (at most so many a step,
//! min, max) -> agents are started or removed. A policy is a machine that is shown the pool as a
//! [`View`] at each evaluation and answers with an [`Advice`], which says what it saw, what it
//! would have and what limited it. It starts and removes nobody itself.
//!
//! What is common to all (bounds, period, start-up, who is removed and how) is [`Scaling`], read
//! from the same table as the policy's own keys. What a policy looks at are its [`Signal`]s, which
//! the caller computes over the pool.
//!
//! Invariants: the desired count lies within [`Scaling::min`] and [`Scaling::max`], except that
//! one who is at zero and may not be stays there (as the source of `hpa` has it); without a metric
//! nothing changes; a machine draws no random number.

#[cfg(test)]
mod check;
pub mod cooldown;
mod scaling;
mod signal;

use crate::base::time::{Span, Time};

pub use scaling::{Leave, Most, Scaling, Victims};
pub use signal::Signal;

choices! { "autoscale":
    reference => Reference,
    fixed => Fixed,
    target_tracking => TargetTracking,
    step => Step,
    hpa => Hpa,
    keda => Keda,
    kpa => Kpa,
    schedule => Schedule,
    predictive => Predictive,
}

/// One agent as its autoscaler sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// When it was asked for.
    pub started: Time,
    /// Since when it is ready; `None`: it still starts.
    pub ready: Option<Time>,
    /// The share of its slots that was busy, mean over the window; `None`: there is no sample.
    pub busy: Option<f64>,
}

/// What an autoscaler sees at one evaluation.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The agents that start or are ready; not those that finish their work to leave.
    pub members: &'a [Member],
    /// How many were asked for last.
    pub desired: u32,
    /// The value of each of [`Spec::signals`] over the pool, as seen now; `None`: it is missing.
    pub values: &'a [Option<f64>],
}

impl View<'_> {
    /// How many agents there are, those that start included.
    pub fn size(&self) -> u32 {
        self.members.len() as u32
    }

    /// How many agents are ready.
    pub fn ready(&self) -> u32 {
        self.members.iter().filter(|member| member.ready.is_some()).count() as u32
    }
}

/// What came of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advice {
    /// The value of the metric that decided, as the policy saw it.
    pub value: Option<f64>,
    /// What the policy would have, before any limit.
    pub raw: Option<u32>,
    /// How many agents there are to be.
    pub desired: u32,
    /// What limited it last.
    pub limit: Limit,
}

names! {
    /// What kept an autoscaler from what it would have.
    Limit, "limit of an autoscaler":
    /// Nothing.
    None => "none",
    /// The metric is missing.
    Missing => "missing",
    /// The metric is near enough to its target.
    Tolerance => "tolerance",
    /// Other recommendations of late, higher or lower ones.
    Stabilised => "stabilised",
    /// How fast the count may change.
    Rate => "rate",
    /// A change of late.
    Cooldown => "cooldown",
    /// Agents that were started of late.
    WarmUp => "warm_up",
    /// It is not to go down now.
    Panic => "panic",
    /// At most so many a step.
    Step => "at_most",
    /// There are never fewer.
    Min => "min",
    /// There are never more.
    Max => "max",
    /// It is switched off.
    Disabled => "disabled",
}

impl Advice {
    /// No metric, no change.
    fn missing(view: &View<'_>) -> Advice {
        Advice { value: None, raw: None, desired: view.desired, limit: Limit::Missing }
    }

    /// It stays as it is, in spite of `raw`.
    fn stay(view: &View<'_>, value: f64, raw: u32, limit: Limit) -> Advice {
        Advice { value: Some(value), raw: Some(raw), desired: view.desired, limit }
    }

    /// What the policy would have, without a limit so far.
    fn free(value: f64, raw: u32) -> Advice {
        Advice { value: Some(value), raw: Some(raw), desired: raw, limit: Limit::None }
    }
}

/// The machine of a policy.
pub trait Autoscaler {
    /// How many agents there are to be from `now` on.
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice;
}

impl Spec {
    /// What is common to all policies.
    pub fn scaling(&self) -> &Scaling {
        match self {
            Spec::Reference(spec) => &spec.scaling,
            Spec::Fixed(spec) => &spec.scaling,
            Spec::TargetTracking(spec) => &spec.scaling,
            Spec::Step(spec) => &spec.scaling,
            Spec::Hpa(spec) => &spec.scaling,
            Spec::Keda(spec) => &spec.scaling,
            Spec::Kpa(spec) => &spec.scaling,
            Spec::Schedule(spec) => &spec.scaling,
            Spec::Predictive(spec) => &spec.scaling,
        }
    }

    /// What it looks at; [`View::values`] has one value for each.
    pub fn signals(&self) -> Vec<Signal> {
        match self {
            Spec::Reference(spec) => vec![spec.signal.clone()],
            Spec::TargetTracking(spec) => vec![spec.signal.clone()],
            Spec::Step(spec) => vec![spec.signal.clone()],
            Spec::Hpa(spec) => spec.signals(),
            Spec::Keda(spec) => vec![spec.signal.clone()],
            Spec::Kpa(spec) => vec![spec.signal.clone()],
            Spec::Predictive(spec) => vec![spec.signal.clone()],
            Spec::Fixed(_) | Spec::Schedule(_) => Vec::new(),
        }
    }

    /// How many agents there are at the start of a run that starts at this time of day.
    pub fn at_start(&self, starts_at: Span) -> u32 {
        match self {
            Spec::Schedule(spec) => spec.at(starts_at),
            other => other.scaling().at_start,
        }
    }

    /// The machine, fresh for one run that starts at this time of day.
    pub fn build(&self, starts_at: Span) -> Box<dyn Autoscaler> {
        match self {
            Spec::Reference(spec) => Box::new(spec.clone()),
            Spec::Fixed(spec) => Box::new(spec.clone()),
            Spec::TargetTracking(spec) => Box::new(spec.build()),
            Spec::Step(spec) => Box::new(spec.build()),
            Spec::Hpa(spec) => Box::new(spec.build()),
            Spec::Keda(spec) => Box::new(spec.build()),
            Spec::Kpa(spec) => Box::new(spec.build()),
            Spec::Schedule(spec) => Box::new(spec.build(starts_at)),
            Spec::Predictive(spec) => Box::new(spec.build()),
        }
    }
}

/// The least whole number of agents that is at least `count`; what is no number or negative is 0.
fn ceil_count(count: f64) -> u32 {
    // `as` saturates, and maps NaN to zero.
    count.ceil() as u32
}
