//! KEDA: a queue decides whether there is anybody at all, an HPA how many.
//!
//! Rule. At each evaluation the pool is active if the metric is above `activation` (strictly).
//! Active: from zero, or with `idle` from below min, the count becomes max(min, 1). Inactive: with
//! min zero, or with `idle`, the count becomes zero or `idle`, if `cooldown` has passed since the
//! pool was active last (strictly), or `initial_cooldown` since the start if it never was; without
//! `idle`, a count below min becomes min. If none of this changes anything and the count is above
//! zero, an HPA with the metric's average value as target has its say, see
//! [`hpa`], with a minimum of max(min, 1). Cooldown is not for changes from n to m.
//! While the metric is missing nothing changes.
//!
//! | key                | default        | meaning                                            |
//! |--------------------|----------------|----------------------------------------------------|
//! | `metric`           | "queue_length" | what is looked at                                  |
//! | `window`           | `every`        | what it is taken over                              |
//! | `target`           | required       | so much of it for each agent                       |
//! | `activation`       | 0              | above this there is somebody                       |
//! | `cooldown`         | "300s"         | from the last activity until there is nobody       |
//! | `initial_cooldown` | "0s"           | from the start, if there never was any             |
//! | `idle`             | none           | 0: nobody while inactive, though min is above zero |
//! | `tolerance`        | 0.1            | of the HPA                                         |
//! | `stabilisation`    | "300s"         | of the HPA                                         |
//! | `behaviour`        | none           | of the HPA                                         |
//!
//! and the keys of [`Scaling`]; `every` is 30 s, `agents` is 0 to 100. The HPA is asked at the same
//! time, where the source asks it every 15 s.
//!
//! Source: kedacore/keda, pkg/scaling/executor/scale_scaledobjects.go and
//! apis/keda/v1alpha1/scaledobject_types.go.

use super::hpa::{self, Behaviour, Measured, Source, Target};
use super::scaling::Defaults;
use super::{Advice, Autoscaler, Limit, Scaling, Signal, View};
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::mechanism::metric::Metric;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "so much of a queue for each agent, and nobody without one (KEDA)";

/// `autoscale.keda = { target = 5, agents = { min = 0, max = 20 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// What is looked at.
    pub signal: Signal,
    /// So much of it for each agent, in thousandths; at least 1.
    pub target: i64,
    /// Above this there is somebody.
    pub activation: f64,
    /// How long after the last activity there is nobody.
    pub cooldown: Span,
    /// The same from the start, if there never was any.
    pub initial_cooldown: Span,
    /// So many while inactive, instead of min; below min.
    pub idle: Option<u32>,
    /// Of the HPA.
    pub tolerance: f64,
    /// Of the HPA.
    pub stabilisation: Span,
    /// Of the HPA.
    pub behaviour: Option<Behaviour>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let defaults = Defaults { bounds: Some((0, 100)), ..Defaults::every(30) };
        let every = defaults.every;
        let scaling = Scaling::read(&mut table, defaults);
        let every = scaling.as_ref().map_or(every, |scaling| scaling.every);
        let signal = Signal::read(&mut table, Metric::QueueLength, every)?;
        let target = hpa::read::milli(&mut table, signal.unit());
        let activation = signal.or(&mut table, "activation", 0.0);
        let cooldown = table.or("cooldown", Span::from_secs(300));
        let initial_cooldown = table.or("initial_cooldown", Span::ZERO);
        let idle_node = table.node("idle");
        let idle: Option<u32> = table.maybe("idle");
        let (tolerance, stabilisation) = hpa::read::common(&mut table);
        let behaviour = table.maybe("behaviour");
        table.finish();
        let scaling = scaling?;
        match (idle_node, idle) {
            (Some(node), Some(1..)) => {
                let message = format!("`{}` can only be 0", node.path());
                let help =
                    String::from("KEDA supports no other: its HPA would go back to min at once");
                node.mistake(message, "agents while inactive", help);
            }
            (Some(node), Some(0)) if scaling.min == 0 => {
                let message = format!("`{}` is not below min", node.path());
                node.mistake(message, format!("min is {}", scaling.min), None);
            }
            _ => {}
        }
        Some(Spec {
            scaling,
            signal,
            target: target?,
            activation: activation?,
            cooldown,
            initial_cooldown,
            idle,
            tolerance,
            stabilisation,
            behaviour,
        })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Keda {
        let scaling = Scaling { min: self.scaling.min.max(1), ..self.scaling.clone() };
        let metric = self.signal.parts[0].0;
        let target = Target::AverageValue(self.target);
        let measured = Measured { metric, source: Source::External, target };
        let hpa = hpa::Spec {
            tolerance: self.tolerance,
            stabilisation: self.stabilisation,
            behaviour: self.behaviour.clone(),
            ..hpa::Spec::new(scaling, vec![measured])
        };
        Keda { spec: self.clone(), hpa: hpa.build(), active_at: None }
    }
}

/// What the executor does with a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executed {
    /// It sets the count.
    Set(u32),
    /// It would, but for the cooldown.
    Cooling,
    /// It leaves it alone.
    Nothing,
}

/// The executor: what becomes of so many agents of a pool that is active or not; `cooled`: the
/// cooldown is over.
pub fn execute(
    (min, idle): (u32, Option<u32>),
    current: u32,
    active: bool,
    cooled: bool,
) -> Executed {
    if active {
        let asleep = current == 0 || (idle.is_some() && current < min);
        return if asleep { Executed::Set(min.max(1)) } else { Executed::Nothing };
    }
    let too_many = match idle {
        Some(idle) => current > idle,
        None => min == 0 && current > 0,
    };
    if too_many {
        let rest = Executed::Set(idle.unwrap_or(0));
        return if cooled { rest } else { Executed::Cooling };
    }
    let too_few = idle.is_none() && current < min;
    if too_few { Executed::Set(min) } else { Executed::Nothing }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Keda {
    spec: Spec,
    hpa: hpa::Hpa,
    /// When it was active last.
    active_at: Option<Time>,
}

impl Autoscaler for Keda {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let Some(value) = view.values[0] else { return Advice::missing(view) };
        let spec = &self.spec;
        let current = view.desired;
        let active = value > spec.activation;
        let cooled = match self.active_at {
            Some(at) => now.since(at) > spec.cooldown,
            None => now.since(Time::ZERO) > spec.initial_cooldown,
        };
        if active {
            self.active_at = Some(now);
        }
        let executed = execute((spec.scaling.min, spec.idle), current, active, cooled);
        match executed {
            // Idle may be below min: the bounds are not for it.
            Executed::Set(count) if Some(count) == spec.idle => Advice::free(value, count),
            Executed::Set(count) => spec.scaling.hold(current, Advice::free(value, count)),
            Executed::Nothing if current == 0 => Advice::stay(view, value, 0, Limit::None),
            Executed::Nothing | Executed::Cooling => {
                let advice = self.hpa.evaluate(now, view);
                let limit = match advice.limit {
                    Limit::Tolerance | Limit::None if executed == Executed::Cooling => {
                        Limit::Cooldown
                    }
                    limit => limit,
                };
                Advice { limit, ..advice }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Pool, at, pool};
    use super::*;
    use crate::mechanism::check::read;

    /// The count after an evaluation; it is applied to the pool.
    fn evaluate(machine: &mut Keda, pool: &mut Pool, second: u64, queue: f64) -> (u32, Limit) {
        let advice = machine.evaluate(at(second), &pool.see(&[Some(queue)]));
        *pool = super::super::check::pool(advice.desired, 0.0);
        (advice.desired, advice.limit)
    }

    #[test]
    fn nobody_without_a_queue_and_a_cooldown_only_to_nobody() {
        let spec: Spec = read("{ target = 5, stabilisation = '0s' }").unwrap();
        assert_eq!((spec.scaling.min, spec.scaling.max, spec.target), (0, 100, 5_000));
        let (mut machine, mut pool) = (spec.build(), pool(0, 0.0));
        assert_eq!(evaluate(&mut machine, &mut pool, 30, 0.0), (0, Limit::None));
        assert_eq!(evaluate(&mut machine, &mut pool, 60, 1.0), (1, Limit::None));
        // 18 / 5 = 3.6; the HPA without behaviour lets one be at most four.
        assert_eq!(evaluate(&mut machine, &mut pool, 90, 18.0), (4, Limit::None));
        assert_eq!(evaluate(&mut machine, &mut pool, 120, 6.0), (2, Limit::None));
        // Inactive since 120 s: the HPA holds one until more than 300 s have passed.
        assert_eq!(evaluate(&mut machine, &mut pool, 150, 0.0), (1, Limit::Min));
        assert_eq!(evaluate(&mut machine, &mut pool, 420, 0.0).0, 1, "exactly 300 s");
        assert_eq!(evaluate(&mut machine, &mut pool, 421, 0.0), (0, Limit::None));
    }

    #[test]
    fn idle_is_below_the_minimum() {
        let text = "{ target = 1, idle = 0, cooldown = '1m', agents = { min = 3, max = 9 } }";
        let spec: Spec = read(text).unwrap();
        let (mut machine, mut pool) = (spec.build(), pool(3, 0.0));
        assert_eq!(evaluate(&mut machine, &mut pool, 30, 0.0), (0, Limit::None), "never active");
        assert_eq!(evaluate(&mut machine, &mut pool, 60, 1.0), (3, Limit::None));
        assert_eq!(evaluate(&mut machine, &mut pool, 120, 0.0).0, 3, "exactly one minute");
        assert_eq!(evaluate(&mut machine, &mut pool, 121, 0.0).0, 0);
        let wrong = "{ target = 1, idle = 2, agents = { min = 3, max = 9 } }";
        assert_eq!(read::<Spec>(wrong).unwrap_err(), ["`x.idle` can only be 0"]);
        let wrong = "{ target = 1, idle = 0, agents = { min = 0, max = 9 } }";
        assert_eq!(read::<Spec>(wrong).unwrap_err(), ["`x.idle` is not below min"]);
    }

    #[test]
    fn activation_is_strict() {
        let spec: Spec = read("{ target = 1, activation = 2 }").unwrap();
        let (mut machine, mut pool) = (spec.build(), pool(0, 0.0));
        assert_eq!(evaluate(&mut machine, &mut pool, 30, 2.0).0, 0);
        assert_eq!(evaluate(&mut machine, &mut pool, 60, 2.5).0, 1);
        assert_eq!(machine.evaluate(at(90), &pool.see(&[None])).limit, Limit::Missing);
    }
}
