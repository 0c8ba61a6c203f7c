//! The decision of the Knative autoscaler from two averages: one over a stable window, one over a
//! panic window.
//!
//! Rule, with r = max(1, ready) and target t: the stable count is `ceil(stable / t)` held in
//! [floor(r / fall), ceil(rise * r)] (the lower end is 0 if no traffic can reach it), the panic
//! count the same of the panic average. An `activation` above 1 lifts a count that wants any. It
//! panics once `ceil(panic / t) / r >= threshold`, before any limit; while that holds the panic
//! is prolonged, and it is over when the stable window has passed since (strictly). In panic the
//! count is the highest of both since it began: it does not go down. Then, with a `delay`, the
//! highest count of that time is taken, in steps of the 2 s of its tick.
//!
//! The excess burst capacity, `floor(ready * total - burst - panic)`, says in the source whether
//! requests go through a buffer; here it is only told.
//!
//! Source: knative/serving, pkg/autoscaler/scaling/autoscaler.go and
//! pkg/autoscaler/aggregation/max.

use crate::base::time::{NANOS_PER_SECOND, Time};
use crate::base::unit::Span;

/// The tick of the source, which its delay is kept in.
const TICK: Span = Span::from_secs(2);

/// What decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// So much of the metric for each agent; above zero.
    pub target: f64,
    /// So much of it an agent can take.
    pub total: f64,
    /// So much of it that may come at once should find room; below zero: any.
    pub burst: f64,
    /// From this ratio of wanted to ready agents on it panics.
    pub threshold: f64,
    /// At most so many times the ready agents.
    pub rise: f64,
    /// At least the ready agents over this.
    pub fall: f64,
    /// The stable window.
    pub stable: Span,
    /// Fewer agents only when no more were wanted for so long.
    pub delay: Span,
    /// If any, at least so many.
    pub activation: u32,
    /// Whether traffic can reach it.
    pub reachable: bool,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// How many agents there are to be.
    pub desired: u32,
    /// What the stable average alone would have, before any limit.
    pub wanted: u32,
    /// The excess burst capacity.
    pub excess: f64,
}

/// What is kept from one decision to the next.
#[derive(Clone, Debug)]
pub struct Decider {
    /// What decides.
    pub rules: Rules,
    /// Since when it panics, and the highest count since the panic began.
    pub panic: Option<(Time, u32)>,
    /// The counts of the delay: (tick, highest count in it).
    delayed: Vec<(u64, u32)>,
}

impl Decider {
    /// A new one panics if more than one agent is ready.
    pub fn new(rules: Rules, now: Time, ready: u32) -> Decider {
        let panic = (ready > 1).then_some((now, ready));
        Decider { rules, panic, delayed: Vec::new() }
    }

    /// The decision for these averages.
    pub fn decide(&mut self, now: Time, ready: u32, (stable, panic): (f64, f64)) -> Decision {
        let rules = self.rules;
        let there = f64::from(ready.max(1));
        let most = (rules.rise * there).ceil();
        let least = if rules.reachable { (there / rules.fall).floor() } else { 0.0 };
        let (wanted, in_panic) = ((stable / rules.target).ceil(), (panic / rules.target).ceil());
        let held = |count: f64| {
            let held = count.max(least).min(most) as u32;
            let lifted = rules.activation > 1 && count > 0.0;
            if lifted { held.max(rules.activation) } else { held }
        };
        let (stable_count, panic_count) = (held(wanted), held(in_panic));
        self.move_panic(now, in_panic / there >= rules.threshold);
        let mut desired = stable_count;
        if let Some((_, highest)) = &mut self.panic {
            *highest = (*highest).max(stable_count).max(panic_count);
            desired = *highest;
        }
        if rules.delay > Span::ZERO {
            desired = self.delay(now, desired);
        }
        let excess = if rules.burst == 0.0 {
            0.0
        } else if rules.burst > 0.0 {
            (f64::from(ready) * rules.total - rules.burst - panic).floor()
        } else {
            -1.0
        };
        Decision { desired, wanted: wanted as u32, excess }
    }

    fn move_panic(&mut self, now: Time, over: bool) {
        let highest = self.panic.map_or(0, |(_, highest)| highest);
        match self.panic {
            _ if over => self.panic = Some((now, highest)),
            Some((since, _)) if now.saturating_since(since) > self.rules.stable => {
                self.panic = None;
            }
            _ => {}
        }
    }

    /// The highest count of the delay, this one included.
    fn delay(&mut self, now: Time, desired: u32) -> u32 {
        let tick = now.nanos() / NANOS_PER_SECOND / (TICK.nanos() / NANOS_PER_SECOND);
        let ticks = self.rules.delay.nanos().div_ceil(TICK.nanos());
        self.delayed.retain(|(at, _)| tick - at < ticks);
        self.delayed.push((tick, desired));
        self.delayed.iter().map(|(_, count)| *count).max().unwrap_or(desired)
    }
}
