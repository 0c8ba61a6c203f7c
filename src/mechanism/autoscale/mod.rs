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
//! Invariants: the desired count is at most [`Scaling::max`]; it is at least [`Scaling::min`], but
//! for two sources' sake: an HPA leaves a pool alone that is at zero, and KEDA's `idle` is below
//! min. Without its metric a machine changes nothing. It draws no random number.

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

#[cfg(test)]
mod tests {
    use super::check::{at, pool};
    use super::*;
    use crate::mechanism::check::read;

    /// The least that a scenario writes.
    fn shortest(choice: &str) -> String {
        let bounds = "agents = { min = 2, max = 8 }";
        let keys = match choice {
            "fixed" => String::from("agents = 4"),
            "schedule" => String::from("counts = { '08:00' = 4, '09:00' = 8, '10:00' = 2 }"),
            "reference" => format!("{bounds}, above = 0.8, below = 0.2, target = 0.5"),
            "target_tracking" => format!("{bounds}, target = 0.5"),
            "step" => format!("{bounds}, steps = [{{ above = 0.8, add = 1 }}]"),
            "keda" => format!("{bounds}, target = 3"),
            "predictive" => format!("{bounds}, service = '10s'"),
            _ => String::from(bounds),
        };
        format!("{{ {choice} = {{ {keys} }} }}")
    }

    #[test]
    fn all_are_read_and_keep_within_the_bounds() {
        for choice in CHOICES {
            let text = shortest(choice.name);
            let spec: Spec = read(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
            let (min, max) = (spec.scaling().min, spec.scaling().max);
            let mut machine = spec.build(Span::ZERO);
            let mut pool = pool(spec.at_start(Span::ZERO), 1.0);
            for i in 1..=200u64 {
                // Up and down, far beyond both bounds, and now and then nothing.
                let value = [Some(0.0), Some(50.0), Some(1.0), None][(i / 20 % 4) as usize];
                let values = vec![value; spec.signals().len()];
                let now = Time::ZERO + Span::from_nanos(spec.scaling().every.nanos() * i);
                let advice = machine.evaluate(now, &pool.see(&values));
                let within = (min..=max).contains(&advice.desired);
                assert!(within, "{}: {advice:?} at {now}", choice.name);
                if value.is_none() && !values.is_empty() && choice.name != "hpa" {
                    assert_eq!(advice.desired, pool.desired, "{}", choice.name);
                    assert_eq!(advice.limit, Limit::Missing, "{}", choice.name);
                }
                pool = check::pool(advice.desired, 1.0);
            }
        }
    }

    #[test]
    fn at_the_start_there_are_as_many_as_it_says() {
        let at_start = |text: &str, hour: u64| {
            read::<Spec>(text).unwrap().at_start(Span::from_secs(3600 * hour))
        };
        assert_eq!(at_start(&shortest("hpa"), 0), 2);
        assert_eq!(at_start("{ kpa = { agents = { min = 2, max = 8 } } }", 0), 2);
        assert_eq!(at_start("{ kpa = { agents = { min = 0, max = 8 } } }", 0), 1);
        assert_eq!([7, 8, 9].map(|hour| at_start(&shortest("schedule"), hour)), [2, 4, 8]);
    }

    #[test]
    fn a_pool_counts_those_that_start_apart() {
        let pool = pool(3, 0.5).starting(2, at(5));
        let view = pool.see(&[]);
        assert_eq!((view.size(), view.ready(), view.desired), (5, 3, 5));
    }
}
