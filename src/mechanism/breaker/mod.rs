//! Breakers: who is not asked for a while because calls to it have failed.
//!
//! A breaker guards one target (an agent, a pool or a capability). It is closed: calls pass and
//! their results are watched. It opens: calls are rejected until its time is over, then one or a
//! few trial calls tell whether it closes or opens again (half-open). `outlier_ejection` is the
//! exception: it guards a group, because it compares targets with each other.
//!
//! Three questions are apart. `allows` only looks: would a call be admitted now? (Dispatch filters
//! by it.) `admit` asks and takes: it may start the trial and use up its permit. `record` tells how
//! an admitted call ended, whatever has happened to the breaker meanwhile: a result that comes late
//! is the source's business and each policy says what it does with it. A result does not say which
//! call it belongs to, as in all sources: while half-open, any result decides.
//!
//! Invariants: time never goes back from one question to the next; `admit` is true exactly if
//! `allows` was; nothing changes without a question (all changes by time are made when asked, at
//! the time they were due).

use crate::base::random::{Purpose, Root};
use crate::base::read::{Read, Show, Table};
use crate::base::time::{Span, Time};

choices! { "breaker":
    reference => Reference,
    consecutive => Consecutive,
    resilience4j => Resilience4j,
    hystrix => Hystrix,
    polly => Polly,
    finagle => Finagle,
    outlier_ejection => OutlierEjection,
}

pub mod failures;
pub mod window;

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls pass.
    Closed,
    /// Calls are rejected.
    Open,
    /// Trial calls decide.
    HalfOpen,
}

impl State {
    /// The word for it in tables.
    pub fn name(self) -> &'static str {
        match self {
            State::Closed => "closed",
            State::Open => "open",
            State::HalfOpen => "half_open",
        }
    }
}

/// How an admitted call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It succeeded.
    Success,
    /// The target answered with a failure.
    Failure,
    /// The target did not answer: it timed out or crashed. A failure for every breaker; outlier
    /// ejection can also count these alone, as Envoy does with the codes 502, 503 and 504.
    Unreachable,
    /// It says nothing about the target: withdrawn, or the caller's own mistake.
    Ignored,
}

/// The breaker of one target.
pub trait Breaker {
    /// Would a call be admitted now?
    fn allows(&self, now: Time) -> bool;
    /// Asks for admission; if given, a result must follow.
    fn admit(&mut self, now: Time) -> bool;
    /// An admitted call has ended, having taken `duration`.
    fn record(&mut self, now: Time, verdict: Verdict, duration: Span);
    /// Where it stands. One that is open stays so until a call is admitted.
    fn state(&self, now: Time) -> State;
    /// From when on it admits a call again, if nothing else happens: later than `now`. `None` if
    /// it does so now or if only a result will tell.
    fn until(&self, now: Time) -> Option<Time>;
}

/// The breakers of a number of targets, by index.
pub enum Guards {
    /// One for each target, none of which knows another.
    Each(Vec<Box<dyn Breaker>>),
    /// One for all.
    Group(outlier_ejection::OutlierEjection),
}

impl Spec {
    /// The machines, fresh for one run, of the targets of an entity (a name that is unique in the
    /// scenario, such as `pools.specialists`).
    pub fn build(&self, targets: usize, root: &Root, entity: &str) -> Guards {
        let one = |i: usize| -> Box<dyn Breaker> {
            match self {
                Spec::Reference(spec) => Box::new(reference::Reference::new(spec)),
                Spec::Consecutive(spec) => Box::new(consecutive::Consecutive::new(spec)),
                Spec::Resilience4j(spec) => Box::new(spec.build()),
                Spec::Hystrix(spec) => Box::new(spec.build()),
                Spec::Polly(spec) => Box::new(spec.build()),
                Spec::Finagle(spec) => {
                    let name = format!("{entity}.breaker.{i}");
                    Box::new(spec.build(root.stream(&name, Purpose::Policy)))
                }
                Spec::OutlierEjection(_) => unreachable!("it guards a group"),
            }
        };
        match self {
            Spec::OutlierEjection(spec) => Guards::Group(spec.build(targets)),
            _ => Guards::Each((0..targets).map(one).collect()),
        }
    }
}

impl Guards {
    /// Would a call to the target be admitted now?
    #[inline]
    pub fn allows(&self, target: usize, now: Time) -> bool {
        match self {
            Guards::Each(each) => each[target].allows(now),
            Guards::Group(group) => group.allows(target),
        }
    }

    /// Asks for admission of a call to the target; if given, a result must follow.
    #[inline]
    pub fn admit(&mut self, target: usize, now: Time) -> bool {
        match self {
            Guards::Each(each) => each[target].admit(now),
            Guards::Group(group) => group.allows(target),
        }
    }

    /// An admitted call to the target has ended, having taken `duration`.
    #[inline]
    pub fn record(&mut self, target: usize, now: Time, verdict: Verdict, duration: Span) {
        match self {
            Guards::Each(each) => each[target].record(now, verdict, duration),
            Guards::Group(group) => group.record(target, now, verdict),
        }
    }

    /// Where the target's breaker stands.
    pub fn state(&self, target: usize, now: Time) -> State {
        match self {
            Guards::Each(each) => each[target].state(now),
            Guards::Group(group) if group.ejection(target).is_some() => State::Open,
            Guards::Group(_) => State::Closed,
        }
    }

    /// From when on the target's breaker admits a call again: see [`Breaker::until`].
    pub fn until(&self, target: usize, now: Time) -> Option<Time> {
        match self {
            Guards::Each(each) => each[target].until(now),
            Guards::Group(group) => group.until(target),
        }
    }

    /// When [`sweep`](Self::sweep) is due, if ever.
    pub fn next_sweep(&self) -> Option<Time> {
        match self {
            Guards::Each(_) => None,
            Guards::Group(group) => Some(group.next_sweep()),
        }
    }

    /// What happens to a group once every interval.
    pub fn sweep(&mut self, now: Time) {
        if let Guards::Group(group) = self {
            group.sweep(now);
        }
    }
}

/// The first point after `open`, for policies whose time is over only when more than it has passed.
fn just_after(open: Time) -> Time {
    open.saturating_add(Span::from_nanos(1))
}

/// The part of a whole. Divided, not multiplied: the quotient of 7 and 100 is what `0.07` is read
/// as, while 0.07 times 100 is more than 7.
#[inline]
fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole)
}

/// The value of `key`, or else `default`; a mistake if it does not hold what it must.
fn checked<T: Read + Show>(
    table: &mut Table<'_>,
    key: &'static str,
    default: T,
    holds: impl Fn(&T) -> bool,
    what: &str,
) -> Option<T> {
    let value = table.or(key, default);
    if holds(&value) {
        return Some(value);
    }
    table.node(key).and_then(|node| node.expected(what, None))
}

/// What the tests of all policies share.
#[cfg(test)]
mod check;
#[cfg(test)]
mod tests;
