//! The rules of failure accrual: what is watched, and for how long a target is dead.

use std::num::NonZeroU32;

use super::super::window::Extent;
use crate::base::random::Stream;
use crate::base::read::{Mistake, Node, Read};
use crate::base::time::{NANOS_PER_SECOND, Span, Time};
use crate::base::unit::Probability;

const MILLISECOND: u64 = NANOS_PER_SECOND / 1_000;

/// A window of calls or of time.
pub type Window = Extent;

/// What marks a target dead.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Failures in a row.
    Consecutive {
        /// How many.
        failures: NonZeroU32,
        /// How long it is dead.
        recovery: Recovery,
    },
    /// A moving average of successes that is too low.
    SuccessRate {
        /// Marked dead below this.
        required: Probability,
        /// The scale of the average.
        window: Window,
        /// Within a window of time, at least these.
        min_calls: u32,
        /// How long it is dead.
        recovery: Recovery,
    },
}

impl Read for Rule {
    fn read(node: &Node<'_>) -> Option<Self> {
        let (name, inner) = node.choice()?;
        match name {
            "consecutive" => {
                let mut table = inner.table()?;
                let five = NonZeroU32::new(5).expect("five is not zero");
                let failures = table.or("failures", five);
                let recovery = table.or_toml("recovery", Recovery::DEFAULT);
                table.finish();
                Some(Rule::Consecutive { failures, recovery: recovery? })
            }
            "success_rate" => {
                let mut table = inner.table()?;
                let most = Probability::new(0.8).expect("four fifths are a share");
                let required = table.or("required", most);
                let window = table.or("window", Extent::Time(Span::from_secs(30)));
                let min_calls = table.or("min_calls", 5);
                let recovery = table.or_toml("recovery", Recovery::DEFAULT);
                table.finish();
                Some(Rule::SuccessRate { required, window, min_calls, recovery: recovery? })
            }
            _ => {
                let known = vec!["consecutive", "success_rate"];
                let mistake = Mistake::unknown(inner.key_place(), "rule", name, known);
                node.context().report(mistake);
                None
            }
        }
    }
}

/// How long a target is dead: first `from`, then ever longer with equal jitter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// The first time.
    pub from: Span,
    /// No longer than this; `from` itself: the same each time.
    pub at_most: Span,
}

impl Recovery {
    const DEFAULT: &str = "{ from = \"5s\", at_most = \"300s\" }";

    /// How long after so many times since the revival.
    fn after(&self, times: u32, stream: &mut Stream) -> Span {
        if times == 0 || self.from == self.at_most {
            return self.from;
        }
        let half = self.from.nanos().saturating_mul(1 << (times - 1).min(62));
        if half >= self.at_most.nanos() {
            return self.at_most;
        }
        // `as` cuts to whole nanoseconds below `half`, as the source's whole random numbers are.
        let jitter = (half as f64 * stream.uniform()) as u64;
        Span::from_nanos(half.saturating_add(jitter)).min(self.at_most)
    }
}

impl Read for Recovery {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a duration above zero, or `from` above zero and no longer than `at_most`";
        let (from, at_most) = if node.is_table() {
            let mut table = node.table()?;
            let (from, at_most) = (table.need("from"), table.need("at_most"));
            table.finish();
            (from?, at_most?)
        } else {
            let span = Span::read(node)?;
            (span, span)
        };
        let possible = from > Span::ZERO && from <= at_most;
        let recovery = possible.then_some(Recovery { from, at_most });
        recovery.or_else(|| node.expected(what, None))
    }
}

/// One rule at work.
pub(super) struct Watch {
    rule: Rule,
    /// Since the last success; saturating.
    failures: u32,
    /// The moving average, and where on its scale it was last moved.
    average: Option<(u64, f64)>,
    /// The results since the start or the revival, where the scale is calls.
    results: u64,
    /// When the scale of time starts.
    since: Time,
    slices: Slices,
    /// How often it has marked the target dead since the revival.
    times: u32,
}

impl Watch {
    pub(super) fn new(rule: Rule) -> Self {
        let slice_ms = match &rule {
            Rule::SuccessRate { window: Extent::Time(span), .. } => span.nanos() / MILLISECOND / 5,
            _ => 0,
        };
        Watch {
            rule,
            failures: 0,
            average: None,
            results: 0,
            since: Time::ZERO,
            slices: Slices::new(slice_ms.max(1)),
            times: 0,
        }
    }

    pub(super) fn success(&mut self, now: Time) {
        self.failures = 0;
        self.observe(now, 1.0);
    }

    /// A failure; how long the target is to be dead, if at all.
    pub(super) fn failure(&mut self, now: Time, stream: &mut Stream) -> Option<Span> {
        self.failures = self.failures.saturating_add(1);
        let low = self.observe(now, 0.0);
        let (dead, recovery) = match &self.rule {
            Rule::Consecutive { failures, recovery } => (self.failures >= failures.get(), recovery),
            Rule::SuccessRate { recovery, .. } => (low, recovery),
        };
        dead.then(|| {
            let span = recovery.after(self.times, stream);
            self.times = self.times.saturating_add(1);
            span
        })
    }

    pub(super) fn revived(&mut self, now: Time) {
        (self.failures, self.results, self.times) = (0, 0, 0);
        self.average = None;
        self.since = now;
        self.slices.clear(now);
    }

    /// Moves the average; whether it is known and too low.
    fn observe(&mut self, now: Time, x: f64) -> bool {
        let Rule::SuccessRate { required, window, min_calls, .. } = &self.rule else {
            return false;
        };
        let (stamp, scale, enough) = match window {
            Extent::Calls(calls) => {
                self.results += 1;
                (self.results, u64::from(calls.get()), true)
            }
            Extent::Time(span) => {
                let calls = self.slices.count(now);
                let stamp = now.since(self.since).nanos() / MILLISECOND;
                (stamp, (span.nanos() / MILLISECOND).max(1), calls >= *min_calls)
            }
        };
        let average = self.average.map_or(x, |(last, average)| {
            let weight = libm::exp(-((stamp - last) as f64) / scale as f64);
            x * (1.0 - weight) + average * weight
        });
        self.average = Some((stamp, average));
        stamp >= scale && average < required.get() && enough
    }
}

/// Results within five slices of a window; a slice ends when somebody asks after its time is over.
struct Slices {
    length_ms: u64,
    /// The four complete ones.
    complete: [u32; 4],
    /// The place of the oldest.
    next: usize,
    current: u32,
    began_ms: u64,
}

impl Slices {
    fn new(length_ms: u64) -> Self {
        Slices { length_ms, complete: [0; 4], next: 0, current: 0, began_ms: 0 }
    }

    fn clear(&mut self, now: Time) {
        (self.complete, self.current) = ([0; 4], 0);
        self.began_ms = now.nanos() / MILLISECOND;
    }

    /// One more; how many there are with it.
    fn count(&mut self, now: Time) -> u32 {
        let now_ms = now.nanos() / MILLISECOND;
        let passed = (now_ms - self.began_ms) / self.length_ms;
        if passed > 0 {
            // The first to end is the current one; those behind it were empty.
            for i in 0..passed.min(5) {
                self.complete[self.next] = if i == 0 { self.current } else { 0 };
                self.next = (self.next + 1) % 4;
            }
            self.current = 0;
            self.began_ms = now_ms;
        }
        self.current = self.current.saturating_add(1);
        self.complete.iter().fold(self.current, |sum, slice| sum.saturating_add(*slice))
    }
}
