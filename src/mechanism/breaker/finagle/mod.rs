//! Failure accrual of Finagle: rules that mark a target dead, and probes that revive it.
//!
//! Rule. Alive: every result goes to every rule; on a failure each may say for how long the target
//! is to be dead, and the longest counts. Dead: calls are rejected until the time is over; the
//! first one then is the probe (half-open), and all others are rejected while it runs. Its success
//! revives the target: the rules forget everything. Its failure goes to the rules, which mark it
//! dead again, for longer; if none does, the next call is another probe, as after an ignored one.
//! Late failures while dead are nothing; late successes go to the rules.
//!
//! | key     | default                           | meaning                                  |
//! |---------|-----------------------------------|------------------------------------------|
//! | `rules` | `["success_rate", "consecutive"]` | any of them marks dead; a name or a table |
//!
//! `consecutive`: so many failures in a row.
//!
//! | key        | default                              | meaning               |
//! |------------|--------------------------------------|-----------------------|
//! | `failures` | 5                                    | how many              |
//! | `recovery` | `{ from = "5s", at_most = "300s" }`  | how long it is dead   |
//!
//! `success_rate`: the moving average of successes (1) and failures (0) is below what is required.
//! An observation x moves the average a to x + (a - x) e^(-d/w), d after the last one, on a scale
//! that is calls or milliseconds, as the window w is; the first one is the average. Known only
//! from w after the start (or the revival) on, and with a window of time only if about so many
//! calls ended within it (counted in five slices, as Twitter's `WindowedAdder` does).
//!
//! | key         | default                             | meaning                                |
//! |-------------|-------------------------------------|----------------------------------------|
//! | `required`  | "80%"                               | marked dead below this                 |
//! | `window`    | "30s"                               | a time, or a number of calls           |
//! | `min_calls` | 5                                   | within a window of time, at least these |
//! | `recovery`  | `{ from = "5s", at_most = "300s" }` | how long it is dead                    |
//!
//! `recovery = "5s"` is the same each time. With `{ from, at_most }` the first is `from`, and the
//! k-th after it is h + h u with h = `from` x 2^(k - 1) and u uniform in (0, 1), at most `at_most`
//! (equal jitter). With the rule `consecutive` alone this is also Linkerd's breaker, but for its
//! jitter.
//!
//! Source: `FailureAccrualFactory`, `FailureAccrualPolicy`, `Ema` and `Backoff` of Finagle; its
//! hybrid policy is the default here. At the time itself the probe is admitted (`>=`).

mod rules;
#[cfg(test)]
mod tests;

use super::{Breaker, State, Verdict};
use crate::base::random::Stream;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

use rules::Watch;
pub use rules::{Recovery, Rule, Window};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "failures in a row or a low success rate; dead for longer each time";

/// `breaker.finagle = { rules = [{ consecutive = { failures = 5 } }, "success_rate"] }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Any of them marks dead; at least one.
    pub rules: Vec<Rule>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let rules: Option<Vec<Rule>> =
            table.or_toml("rules", "[\"success_rate\", \"consecutive\"]");
        let written = table.node("rules");
        table.finish();
        let rules = rules?;
        if rules.is_empty() {
            return written.and_then(|node| node.expected("at least one rule", None));
        }
        Some(Spec { rules })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, stream: Stream) -> Finagle {
        let watches = self.rules.iter().cloned().map(Watch::new).collect();
        Finagle { watches, stream, phase: Phase::Alive }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Alive,
    Dead { until: Time },
    Probing { probe_runs: bool },
}

/// The machine.
pub struct Finagle {
    watches: Vec<Watch>,
    stream: Stream,
    phase: Phase,
}

impl Finagle {
    /// Forgets everything: it is alive.
    pub fn revive(&mut self, now: Time) {
        self.phase = Phase::Alive;
        self.watches.iter_mut().for_each(|watch| watch.revived(now));
    }

    fn fail(&mut self, now: Time) {
        if matches!(self.phase, Phase::Dead { .. } | Phase::Probing { probe_runs: false }) {
            return;
        }
        let mut dead: Option<Span> = None;
        for watch in &mut self.watches {
            dead = dead.max(watch.failure(now, &mut self.stream));
        }
        self.phase = match (dead, self.phase) {
            (Some(dead), _) => Phase::Dead { until: now.saturating_add(dead) },
            (None, Phase::Probing { .. }) => Phase::Probing { probe_runs: false },
            (None, phase) => phase,
        };
    }
}

impl Breaker for Finagle {
    fn allows(&self, now: Time) -> bool {
        match self.phase {
            Phase::Alive => true,
            Phase::Dead { until } => now >= until,
            Phase::Probing { probe_runs } => !probe_runs,
        }
    }

    fn admit(&mut self, now: Time) -> bool {
        let allowed = self.allows(now);
        if allowed && self.phase != Phase::Alive {
            self.phase = Phase::Probing { probe_runs: true };
        }
        allowed
    }

    fn record(&mut self, now: Time, verdict: Verdict, _duration: Span) {
        match verdict {
            Verdict::Success => {
                if self.phase == (Phase::Probing { probe_runs: true }) {
                    self.revive(now);
                }
                self.watches.iter_mut().for_each(|watch| watch.success(now));
            }
            Verdict::Failure | Verdict::Unreachable => self.fail(now),
            Verdict::Ignored => {
                if let Phase::Probing { probe_runs } = &mut self.phase {
                    *probe_runs = false;
                }
            }
        }
    }

    fn state(&self, _now: Time) -> State {
        match self.phase {
            Phase::Alive => State::Closed,
            Phase::Dead { .. } => State::Open,
            Phase::Probing { .. } => State::HalfOpen,
        }
    }

    fn until(&self, now: Time) -> Option<Time> {
        match self.phase {
            Phase::Dead { until } if now < until => Some(until),
            _ => None,
        }
    }
}
