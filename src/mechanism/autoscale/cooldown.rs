//! Cooldowns and warm-up, as AWS has them: what a change of late counts for.
//!
//! Rule. Upwards: for `out` after more agents were asked for, those count as there already. A new
//! adjustment is made to the count from before them, so only what goes beyond them is added; if
//! something is, the time begins again. Downwards: not while either time runs; `in_` runs after
//! agents were removed, and ends when more are asked for. An agent warms up until it has been
//! ready for `warm_up`: adjustments upwards are made to the count without those, and nobody is
//! removed meanwhile. Times end when they are over: at exactly that moment they are.
//!
//! Source: docs.aws.amazon.com, ApplicationAutoScaling API (`Cooldown` of step scaling,
//! `ScaleOutCooldown` and `ScaleInCooldown` of target tracking) and the EC2 guide on instance
//! warm-up. That nobody is removed during `out` is our reading.

use super::{Advice, Limit, Member, Signal, View};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::mechanism::metric::Metric;

/// How long changes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// After more were asked for.
    pub out: Span,
    /// After some were removed.
    pub in_: Span,
    /// How long an agent that is ready is not counted on.
    pub warm_up: Span,
}

/// The changes of late.
#[derive(Clone, Debug)]
pub struct Cooldown {
    times: Times,
    /// When more were asked for, and the count from before that.
    out: Option<(Time, u32)>,
    /// When some were removed.
    in_: Option<Time>,
}

impl Cooldown {
    /// No changes yet.
    pub fn new(times: Times) -> Cooldown {
        Cooldown { times, out: None, in_: None }
    }

    /// Whether this agent can be counted on.
    fn is_warm(&self, now: Time, member: &Member) -> bool {
        member.ready.is_some_and(|since| now.since(since) >= self.times.warm_up)
    }

    /// Whether somebody warms up.
    fn some_warm_up(&self, now: Time, view: &View<'_>) -> bool {
        self.times.warm_up > Span::ZERO
            && view.members.iter().any(|member| !self.is_warm(now, member))
    }

    /// The value of the policy's only signal; with a warm-up, utilisation is the mean use of the
    /// agents that are warm.
    pub fn value(&self, now: Time, view: &View<'_>, signal: &Signal) -> Option<f64> {
        if self.times.warm_up == Span::ZERO || signal.only() != Some(Metric::Utilisation) {
            return view.values[0];
        }
        let warm = view.members.iter().filter(|member| self.is_warm(now, member));
        let (n, sum) = warm
            .filter_map(|member| member.busy)
            .fold((0u32, 0.0), |(n, sum), busy| (n + 1, sum + busy));
        (n > 0).then(|| sum / f64::from(n))
    }

    /// The count that an adjustment upwards is made to.
    pub fn settled(&self, now: Time, view: &View<'_>) -> u32 {
        let counted = match self.cooling_out(now) {
            Some(before) => before.min(view.desired),
            None => view.desired,
        };
        if self.times.warm_up == Span::ZERO {
            return counted;
        }
        let warm = view.members.iter().filter(|member| self.is_warm(now, member)).count();
        counted.min(warm as u32)
    }

    /// The count from before, while the time after more were asked for runs.
    fn cooling_out(&self, now: Time) -> Option<u32> {
        self.out.filter(|(at, _)| now.since(*at) < self.times.out).map(|(_, before)| before)
    }

    /// More are asked for: `raw`, adjusted from [`settled`](Self::settled).
    pub fn outwards(&mut self, view: &View<'_>, value: f64, raw: u32) -> Advice {
        match raw > view.desired {
            true => Advice::free(value, raw),
            false => Advice::stay(view, value, raw, Limit::Cooldown),
        }
    }

    /// Fewer are asked for: `raw`.
    pub fn inwards(&mut self, now: Time, view: &View<'_>, value: f64, raw: u32) -> Advice {
        let cooling = self.in_.is_some_and(|at| now.since(at) < self.times.in_);
        if self.some_warm_up(now, view) {
            Advice::stay(view, value, raw, Limit::WarmUp)
        } else if cooling || self.cooling_out(now).is_some() {
            Advice::stay(view, value, raw, Limit::Cooldown)
        } else {
            Advice::free(value, raw)
        }
    }

    /// Keeps what was decided.
    pub fn decided(&mut self, now: Time, before: u32, desired: u32) {
        if desired > before {
            let base = self.cooling_out(now).unwrap_or(before);
            (self.out, self.in_) = (Some((now, base)), None);
        } else if desired < before {
            self.in_ = Some(now);
        }
    }
}
