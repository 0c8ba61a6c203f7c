//! The breaker of resilience4j: shares of failed and of slow calls over a sliding window.
//!
//! Rule. After every result, success or failure, the window's shares are looked at; with fewer
//! than `min_calls` in it they are not known. Closed: it opens when the share of failed calls is
//! at or above `failure_rate`, or that of slow calls at or above `slow_rate`. A call is slow if it
//! took longer than `slow`; it may also have failed. Open: calls are rejected until more than
//! `recovery` has passed; the next call then makes it half-open. Half-open: `trials` calls are
//! admitted and the others rejected; a window of its own, over `trials` calls, decides as soon as
//! it knows its shares, which with fewer than that in `min_calls` is before all have ended: open
//! again or closed, with an empty window.
//!
//! An ignored result counts nowhere; while half-open it gives its permit back. Results that come
//! late while open go into the window and change nothing else.
//!
//! | key            | default | meaning                                                          |
//! |----------------|---------|------------------------------------------------------------------|
//! | `failure_rate` | "50%"   | the share of failed calls that opens it; above zero              |
//! | `slow_rate`    | "100%"  | the share of slow calls that opens it; above zero                |
//! | `slow`         | "60s"   | a call that takes longer is slow                                 |
//! | `window`       | 100     | a number of calls, or whole seconds such as "20s"                |
//! | `min_calls`    | 100     | with fewer no shares are known; at most the window if it counts  |
//! | `trials`       | 10      | calls admitted while half-open                                   |
//! | `recovery`     | "60s"   | how long it is open, or `{ from, factor, at_most }`              |
//!
//! `recovery = { from = "500ms", factor = 1.5, at_most = "1m" }` is an exponential interval: each
//! opening without a closing in between lasts `factor` times as long as the one before, cut to
//! whole milliseconds at each step (500, 750, 1125, 1687, 2530 ms).
//!
//! Source: `CircuitBreakerConfig`, `CircuitBreakerMetrics` and `CircuitBreakerStateMachine` of
//! resilience4j; its recorded behaviour is replayed by the conformance tests. The clock's epoch is
//! the start of the run. Not here, as by default there: leaving open without a call, and an end of
//! half-open by time.

mod machine;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use super::checked;
use super::window::{Extent, MOST_PLACES, Window};
use crate::base::read::{Node, Read, Show};
use crate::base::time::{NANOS_PER_SECOND, Span};
use crate::base::unit::{Factor, Probability};

pub use machine::{Phase, Resilience4j};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "shares of failed and slow calls in a window; some trials decide";

/// `breaker.resilience4j = { failure_rate = "50%", window = 100, min_calls = 100 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The share of failed calls that opens it.
    pub failure_rate: Probability,
    /// The share of slow calls that opens it.
    pub slow_rate: Probability,
    /// A call that takes longer is slow.
    pub slow: Span,
    /// What the shares are of: calls, or whole seconds.
    pub window: Extent,
    /// With fewer calls no shares are known.
    pub min_calls: NonZeroU32,
    /// Calls admitted while half-open.
    pub trials: NonZeroU32,
    /// How long it is open.
    pub recovery: Recovery,
}

/// How long it is open: for the n-th time in a row, `from` x `factor`^(n - 1), at most `at_most`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// The first time.
    pub from: Span,
    /// Each time against the one before; 1 is the same each time.
    pub factor: Factor,
    /// No longer than this.
    pub at_most: Span,
}

impl Recovery {
    /// The same each time.
    pub fn constant(span: Span) -> Self {
        Recovery { from: span, factor: Factor::ONE, at_most: span }
    }

    /// What follows `last`.
    fn after(&self, last: Span) -> Span {
        const MILLISECOND: u64 = NANOS_PER_SECOND / 1_000;
        if self.factor == Factor::ONE {
            return last;
        }
        let whole = (last.nanos() / MILLISECOND) as f64 * self.factor.get();
        // `as` cuts to whole milliseconds and saturates.
        Span::from_nanos((whole as u64).saturating_mul(MILLISECOND)).min(self.at_most)
    }
}

impl Read for Recovery {
    fn read(node: &Node<'_>) -> Option<Self> {
        if !node.is_table() {
            return Span::read(node).map(Recovery::constant);
        }
        let mut table = node.table()?;
        let from: Option<Span> = table.need("from");
        let factor = table.or("factor", Factor::new(1.5).expect("it is above zero"));
        let at_most: Option<Span> = table.need("at_most");
        table.finish();
        let (from, at_most) = (from?, at_most?);
        if from > at_most {
            let what = format!("`{}`: `from` is longer than `at_most`", node.path());
            node.mistake(what, format!("{} is more than {}", from.show(), at_most.show()), None);
            return None;
        }
        Some(Recovery { from, factor, at_most })
    }
}

impl Show for Recovery {
    fn show(&self) -> String {
        if *self == Recovery::constant(self.from) {
            return self.from.show();
        }
        let [from, at_most] = [self.from, self.at_most].map(|span| span.show());
        format!("{{ from = {from}, factor = {}, at_most = {at_most} }}", self.factor.show())
    }
}

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("no default is zero")
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let half = Probability::new(0.5).expect("a half is a share");
        let above = |share: &Probability| *share > Probability::ZERO;
        let few = |calls: &NonZeroU32| calls.get() <= MOST_PLACES;
        let failure_rate = checked(&mut table, "failure_rate", half, above, "a share above zero");
        let one = Probability::ONE;
        let slow_rate = checked(&mut table, "slow_rate", one, above, "a share above zero");
        let slow = table.or("slow", Span::from_secs(60));
        let calls = Extent::Calls(number(100));
        let window = checked(&mut table, "window", calls, is_possible, "calls or whole seconds");
        let min_calls = table.or("min_calls", number(100));
        let trials = checked(&mut table, "trials", number(10), few, "at most 1000000 calls");
        let recovery = table.or("recovery", Recovery::constant(Span::from_secs(60)));
        table.finish();
        let (failure_rate, slow_rate, window) = (failure_rate?, slow_rate?, window?);
        Some(Spec { failure_rate, slow_rate, slow, window, min_calls, trials: trials?, recovery })
    }
}

/// Whether the window has buckets of whole seconds, and not too many.
fn is_possible(extent: &Extent) -> bool {
    match extent {
        Extent::Calls(_) => true,
        Extent::Time(span) => seconds(*span).is_some_and(|seconds| seconds.get() <= MOST_PLACES),
    }
}

/// The whole seconds of a span, if it has no others.
fn seconds(span: Span) -> Option<NonZeroU32> {
    let whole = span.nanos().is_multiple_of(NANOS_PER_SECOND);
    let seconds = u32::try_from(span.nanos() / NANOS_PER_SECOND).ok()?;
    NonZeroU32::new(seconds).filter(|_| whole)
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Resilience4j {
        Resilience4j::new(self.clone())
    }

    /// The window while closed, and the calls it needs.
    fn closed(&self) -> (Window, u32) {
        match self.window {
            Extent::Calls(calls) => (Window::of_calls(calls), self.min_calls.min(calls).get()),
            Extent::Time(span) => {
                let seconds = seconds(span).expect("the window has been checked");
                (Window::of_seconds(seconds), self.min_calls.get())
            }
        }
    }

    /// The window while half-open, and the calls it needs.
    fn half_open(&self) -> (Window, u32) {
        (Window::of_calls(self.trials), self.min_calls.min(self.trials).get())
    }
}
