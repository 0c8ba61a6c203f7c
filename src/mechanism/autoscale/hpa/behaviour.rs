//! Windows and rates of the HPA, in whole pods: what comes between a recommendation and the count.
//!
//! Windows. A recommendation counts while it is younger than the window (strictly). Up: the lowest
//! that counts is the least that the count may be; down: the highest is the most; the present count
//! is brought within both. Recommendations are kept as they were before; one that is too old for
//! both windows is overwritten.
//!
//! Rates. A policy looks at the pods that there were at the start of its period, `p`: the present
//! ones less those added, plus those removed, in events that are younger than the period. Up: at
//! most `p + pods`, or `ceil(p * (1 + percent / 100))`; down: at least `p - pods`, or `trunc(p *
//! (1 - percent / 100))`. Of several policies the largest change counts, or the smallest; or there
//! is none at all. A limit never forces a change the other way. Windows come first, then rates,
//! then min and max.
//!
//! Without a behaviour: see [`Log::highest`] and [`legacy`].
//!
//! Source: kubernetes/kubernetes, pkg/controller/podautoscaler/horizontal.go; its defaults in
//! pkg/apis/autoscaling/v2/defaults.go.

use super::replicas::whole;
use crate::base::time::Time;
use crate::base::unit::Span;

/// Windows and rates in both directions, all filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// Upwards.
    pub up: Rules,
    /// Downwards.
    pub down: Rules,
}

/// What limits changes in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Which of several policies counts.
    pub select: Select,
    /// The stabilisation window; `None`: the controller's own, which is of the whole autoscaler.
    pub window: Option<Span>,
    /// How fast the count may change; at least one, unless changes are disabled.
    pub policies: Vec<Policy>,
    /// How far the ratio to the target may be off 1; `None`: the controller's own.
    pub tolerance: Option<f64>,
}

names! {
    /// Which of several policies counts.
    Select, "choice of policies":
    /// The one that allows the largest change.
    Max => "max",
    /// The one that allows the smallest change.
    Min => "min",
    /// There is no change in this direction.
    Disabled => "disabled",
}

/// How fast the count may change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// By how much.
    pub change: Change,
    /// In which time; above zero.
    pub period: Span,
}

/// By how much the count may change in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many pods.
    Pods(u32),
    /// So many percent of the pods.
    Percent(u32),
}

impl Behaviour {
    /// What is filled in where an HPA has a behaviour that says nothing more.
    pub fn filled() -> Behaviour {
        let period = Span::from_secs(15);
        let percent = Policy { change: Change::Percent(100), period };
        let pods = Policy { change: Change::Pods(4), period };
        let rules =
            |window, policies| Rules { select: Select::Max, window, policies, tolerance: None };
        Behaviour {
            up: rules(Some(Span::ZERO), vec![pods, percent]),
            down: rules(None, vec![percent]),
        }
    }
}

/// A change of the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was made.
    pub at: Time,
    /// By how many pods, in its own direction.
    pub change: u32,
}

/// Recommendations as they were made, with their times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log(pub Vec<(Time, u32)>);

impl Log {
    /// The present count brought within the recommendations that are younger than the windows; the
    /// new one is kept.
    pub fn stabilise(
        &mut self,
        now: Time,
        (current, desired): (u32, u32),
        (up_window, down_window): (Span, Span),
    ) -> u32 {
        let (mut least, mut most) = (desired, desired);
        let mut old = None;
        for (place, (at, count)) in self.0.iter().enumerate() {
            let age = now.since(*at);
            if age < up_window {
                least = least.min(*count);
            }
            if age < down_window {
                most = most.max(*count);
            }
            if age > up_window && age > down_window {
                old = Some(place);
            }
        }
        self.keep(old, (now, desired));
        current.max(least).min(most)
    }

    /// The highest recommendation that is no older than the window (one of exactly that age
    /// counts); the new one is kept.
    pub fn highest(&mut self, now: Time, desired: u32, window: Span) -> u32 {
        let mut most = desired;
        let mut old = None;
        for (place, (at, count)) in self.0.iter().enumerate() {
            match now.since(*at) > window {
                true => old = Some(place),
                false => most = most.max(*count),
            }
        }
        self.keep(old, (now, desired));
        most
    }

    fn keep(&mut self, old: Option<usize>, new: (Time, u32)) {
        match old {
            Some(place) => self.0[place] = new,
            None => self.0.push(new),
        }
    }
}

/// What bounded a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Nothing.
    Within,
    /// The rate upwards.
    UpRate,
    /// The rate downwards.
    DownRate,
    /// minReplicas.
    Min,
    /// maxReplicas.
    Max,
}

/// The count under rates, then min and max.
pub fn limit(
    now: Time,
    (current, desired): (u32, u32),
    (min, max): (u32, u32),
    behaviour: &Behaviour,
    events: &Events,
) -> (u32, Bound) {
    if desired > current {
        let rate = limit_up(now, current, &behaviour.up, events).max(current);
        let (most, bound) = if max > rate { (rate, Bound::UpRate) } else { (max, Bound::Max) };
        if desired > most {
            return (most, bound);
        }
    } else if desired < current {
        let rate = limit_down(now, current, &behaviour.down, events).min(current);
        let (least, bound) = if min < rate { (rate, Bound::DownRate) } else { (min, Bound::Min) };
        if desired < least {
            return (least, bound);
        }
    }
    (desired, Bound::Within)
}

/// The count where there is no behaviour: within [min, min(max, max(2 n, 4))] for n present ones.
pub fn legacy((current, desired): (u32, u32), (min, max): (u32, u32)) -> (u32, Bound) {
    let rate = current.saturating_mul(2).max(4);
    let (most, bound) = if max > rate { (rate, Bound::UpRate) } else { (max, Bound::Max) };
    if desired < min {
        (min, Bound::Min)
    } else if desired > most {
        (most, bound)
    } else {
        (desired, Bound::Within)
    }
}

/// The changes of late.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    /// Upwards.
    pub up: Vec<Event>,
    /// Downwards.
    pub down: Vec<Event>,
}

impl Events {
    /// Keeps a change of the count, in place of one that no policy looks at any more; without a
    /// behaviour nobody will ask for it.
    pub fn store(&mut self, now: Time, (before, after): (u32, u32), behaviour: Option<&Behaviour>) {
        let Some(behaviour) = behaviour else { return };
        let (kept, rules) = match after > before {
            true => (&mut self.up, &behaviour.up),
            false => (&mut self.down, &behaviour.down),
        };
        let longest = rules.policies.iter().map(|policy| policy.period).max();
        let longest = longest.unwrap_or(Span::ZERO);
        let event = Event { at: now, change: after.abs_diff(before) };
        match kept.iter_mut().rev().find(|event| now.since(event.at) > longest) {
            Some(old) => *old = event,
            None => kept.push(event),
        }
    }

    /// How many pods there were at the start of a period: it may not be a number of pods.
    fn before(&self, now: Time, current: u32, period: Span) -> i64 {
        i64::from(current) - changed(&self.up, now, period) + changed(&self.down, now, period)
    }
}

/// How much has changed in events that are younger than the period.
pub fn changed(events: &[Event], now: Time, period: Span) -> i64 {
    let young = events.iter().filter(|event| now.since(event.at) < period);
    young.map(|event| i64::from(event.change)).sum()
}

/// The most that the rates let the count be.
pub fn limit_up(now: Time, current: u32, rules: &Rules, events: &Events) -> u32 {
    let proposals = rules.policies.iter().map(|policy| {
        let start = events.before(now, current, policy.period);
        match policy.change {
            Change::Pods(pods) => count(start + i64::from(pods)),
            Change::Percent(percent) => whole(start as f64 * (1.0 + f64::from(percent) / 100.0)),
        }
    });
    match rules.select {
        Select::Max => proposals.max().unwrap_or(0),
        Select::Min => proposals.min().unwrap_or(i32::MAX as u32),
        Select::Disabled => current,
    }
}

/// The least that the rates let the count be.
pub fn limit_down(now: Time, current: u32, rules: &Rules, events: &Events) -> u32 {
    let proposals = rules.policies.iter().map(|policy| {
        let start = events.before(now, current, policy.period);
        match policy.change {
            Change::Pods(pods) => count(start - i64::from(pods)),
            Change::Percent(percent) => {
                // `as` cuts off, as the source does.
                count((start as f64 * (1.0 - f64::from(percent) / 100.0)) as i64)
            }
        }
    });
    match rules.select {
        Select::Max => proposals.min().unwrap_or(i32::MAX as u32),
        Select::Min => proposals.max().unwrap_or(0),
        Select::Disabled => current,
    }
}

/// As a count: what is negative is none.
fn count(pods: i64) -> u32 {
    pods.clamp(0, i64::from(i32::MAX)) as u32
}
