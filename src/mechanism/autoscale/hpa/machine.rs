//! The machine: a pool seen as pods, a proposal for each metric, and what limits it.

use super::behaviour::{self, Bound, Events, Log};
use super::group::{Phase, Pod, Sample, Trust, group};
use super::replicas::{self, Fault, Proposal, Tolerance};
use super::{Measured, Source, Spec, Target};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::mechanism::autoscale::{Advice, Autoscaler, Limit, View};
use crate::mechanism::metric::{Metric, Unit};

/// What a pod requests, in thousandths: all of itself.
const REQUEST: i64 = 1_000;

/// The machine.
#[derive(Clone, Debug)]
pub struct Hpa {
    spec: Spec,
    log: Log,
    events: Events,
}

/// In thousandths, cut off; what is whole in decimals is not cut off for its binary form.
fn milli(value: f64) -> i64 {
    (value * 1_000.0 + 1e-6).floor() as i64
}

impl Hpa {
    pub(super) fn new(spec: Spec) -> Hpa {
        Hpa { spec, log: Log::default(), events: Events::default() }
    }

    fn tolerance(&self) -> Tolerance {
        let behaviour = self.spec.behaviour.as_ref();
        let own = |of: Option<Option<f64>>| of.flatten().unwrap_or(self.spec.tolerance);
        Tolerance {
            up: own(behaviour.map(|behaviour| behaviour.up.tolerance)),
            down: own(behaviour.map(|behaviour| behaviour.down.tolerance)),
        }
    }

    /// The proposal for one metric that has this value over the pool.
    fn propose(
        &self,
        now: Time,
        view: &View<'_>,
        measured: &Measured,
        value: Option<f64>,
    ) -> Result<Proposal, Fault> {
        let pods = pods(view);
        let tolerance = self.tolerance();
        let one = || value.map(milli).ok_or(Fault::NoSamples);
        match (measured.source, measured.target) {
            (Source::Object | Source::External, Target::AverageValue(target)) => {
                Ok(replicas::for_value_each(view.size(), (one()?, target), tolerance))
            }
            (_, Target::Value(target)) => {
                replicas::for_value(view.desired, (one()?, target), &pods, tolerance)
            }
            (source, target) => {
                let samples = self.samples(now, view, measured.metric, value);
                let cpu = source == Source::Resource && measured.metric != Metric::Memory;
                let Spec { initialisation, readiness, .. } = self.spec;
                let trust = cpu.then_some(Trust { initialisation, readiness });
                let groups = group(&pods, &samples, trust, now);
                let seen = (pods.as_slice(), samples.as_slice(), &groups);
                match target {
                    Target::Utilisation(percent) => {
                        replicas::for_utilisation(view.desired, percent, seen, tolerance)
                    }
                    Target::AverageValue(target) | Target::Value(target) => {
                        replicas::for_average(view.desired, target, seen, tolerance)
                    }
                }
            }
        }
    }

    /// A sample of each agent that is ready.
    fn samples(
        &self,
        now: Time,
        view: &View<'_>,
        metric: Metric,
        value: Option<f64>,
    ) -> Vec<Sample> {
        let age = self.spec.scaling.delay.nanos();
        let at = Time::from_nanos(now.nanos().saturating_sub(age));
        let each = match metric.unit() {
            Unit::Count | Unit::Rate => value.map(|value| value / f64::from(view.ready())),
            Unit::Time | Unit::Share => value,
        };
        let sample = |(pod, member): (usize, &super::super::Member)| {
            member.ready?;
            let value = if metric == Metric::Utilisation { member.busy } else { each };
            Some(Sample { pod, value: milli(value?), at, window: self.spec.window })
        };
        let mut samples = Vec::with_capacity(view.members.len());
        samples.extend(view.members.iter().enumerate().filter_map(sample));
        samples
    }

    /// The largest of the proposals, with the value of its metric; `None` if there is none, or if
    /// it would scale down while a metric is missing.
    fn recommend(&self, now: Time, view: &View<'_>) -> Option<(Proposal, f64)> {
        let mut best: Option<(Proposal, f64)> = None;
        let mut missing = false;
        for (measured, value) in self.spec.metrics.iter().zip(view.values) {
            let Ok(proposal) = self.propose(now, view, measured, *value) else {
                missing = true;
                continue;
            };
            let per = match measured.target {
                Target::Utilisation(_) => 100.0,
                Target::AverageValue(_) | Target::Value(_) => 1_000.0,
            };
            if best.is_none_or(|(best, _)| proposal.replicas > best.replicas) {
                best = Some((proposal, proposal.usage as f64 / per));
            }
        }
        best.filter(|(proposal, _)| !missing || proposal.replicas >= view.desired)
    }

    /// The recommendation under windows and rates.
    fn normalise(&mut self, now: Time, current: u32, raw: u32) -> (u32, Limit) {
        let Spec { scaling, stabilisation, behaviour, .. } = &self.spec;
        let bounds = (scaling.min, scaling.max);
        let (stable, (desired, bound)) = match behaviour {
            None => {
                let stable = self.log.highest(now, raw, *stabilisation);
                (stable, behaviour::legacy((current, stable), bounds))
            }
            Some(rules) => {
                let up = rules.up.window.unwrap_or(Span::ZERO);
                let down = rules.down.window.unwrap_or(*stabilisation);
                let stable = self.log.stabilise(now, (current, raw), (up, down));
                let counts = (current, stable);
                (stable, behaviour::limit(now, counts, bounds, rules, &self.events))
            }
        };
        let limit = match bound {
            Bound::Within if stable != raw => Limit::Stabilised,
            Bound::Within => Limit::None,
            Bound::UpRate | Bound::DownRate => Limit::Rate,
            Bound::Min => Limit::Min,
            Bound::Max => Limit::Max,
        };
        (desired, limit)
    }
}

/// The agents as pods.
fn pods(view: &View<'_>) -> Vec<Pod> {
    let pod = |member: &super::super::Member| Pod {
        phase: if member.ready.is_some() { Phase::Running } else { Phase::Pending },
        deleted: false,
        start: Some(member.started),
        ready: member.ready.map(|since| (true, since)),
        request: Some(REQUEST),
    };
    view.members.iter().map(pod).collect()
}

impl Autoscaler for Hpa {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let (min, max) = (self.spec.scaling.min, self.spec.scaling.max);
        let current = view.desired;
        if self.log.0.is_empty() {
            self.log.0.push((now, current));
        }
        let forced = |desired, limit| Advice { value: None, raw: None, desired, limit };
        let advice = if current == 0 && min != 0 {
            return forced(0, Limit::Disabled);
        } else if current > max {
            forced(max, Limit::Max)
        } else if current < min {
            forced(min, Limit::Min)
        } else {
            let Some((proposal, value)) = self.recommend(now, view) else {
                return Advice::missing(view);
            };
            let (desired, limit) = self.normalise(now, current, proposal.replicas);
            let near = proposal.kept && limit == Limit::None;
            let limit = if near { Limit::Tolerance } else { limit };
            Advice { value: Some(value), raw: Some(proposal.replicas), desired, limit }
        };
        let advice = self.spec.scaling.hold(current, advice);
        if advice.desired != current {
            let counts = (current, advice.desired);
            self.events.store(now, counts, self.spec.behaviour.as_ref());
        }
        advice
    }
}
