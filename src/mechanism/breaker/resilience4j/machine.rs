//! The state machine of resilience4j's breaker, with what it lets one see of itself.
//!
//! The window while half-open is not the one while closed. An open breaker goes on with the window
//! of the state it left, so that one can see why it opened.

use super::super::window::{Counts, Outcome, Window};
use super::super::{Breaker, State, Verdict, just_after};
use super::Spec;
use crate::base::time::{Span, Time};

/// Where the machine stands. Three of these it never enters by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Calls pass and are watched.
    Closed,
    /// Calls are rejected for a time.
    Open,
    /// Trial calls decide.
    HalfOpen,
    /// Calls pass and are not watched.
    Disabled,
    /// Calls pass and are watched, and it never opens.
    MetricsOnly,
    /// Calls are rejected for ever.
    ForcedOpen,
}

/// Results, and how many of them it takes to know their shares.
struct Metrics {
    window: Window,
    minimum: u32,
    not_permitted: u64,
}

impl Metrics {
    fn new((window, minimum): (Window, u32)) -> Self {
        Metrics { window, minimum, not_permitted: 0 }
    }

    fn clear(&mut self) {
        self.window.clear();
        self.not_permitted = 0;
    }

    fn known(&self, counts: Counts) -> Option<Counts> {
        (counts.total >= self.minimum).then_some(counts)
    }
}

/// The machine.
pub struct Resilience4j {
    spec: Spec,
    phase: Phase,
    /// The last time at which it is open.
    open_to: Time,
    /// How long the next opening lasts.
    recovery: Span,
    /// Trials that may still be admitted. Ignored results of calls from before give some back too.
    permits: u32,
    /// Whether the trials' window is in use, not the other one.
    on_trial: bool,
    closed: Metrics,
    trials: Metrics,
}

impl Resilience4j {
    pub(super) fn new(spec: Spec) -> Self {
        Resilience4j {
            phase: Phase::Closed,
            open_to: Time::ZERO,
            recovery: spec.recovery.from,
            permits: 0,
            on_trial: false,
            closed: Metrics::new(spec.closed()),
            trials: Metrics::new(spec.half_open()),
            spec,
        }
    }

    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What the window in use holds.
    pub fn counts(&self, now: Time) -> Counts {
        self.metrics().window.counts(now)
    }

    /// The share of failed calls, if enough have ended for it to be known.
    pub fn failure_rate(&self, now: Time) -> Option<f64> {
        self.metrics().known(self.counts(now)).map(|counts| counts.failure_rate())
    }

    /// The share of slow calls, if enough have ended for it to be known.
    pub fn slow_rate(&self, now: Time) -> Option<f64> {
        self.metrics().known(self.counts(now)).map(|counts| counts.slow_rate())
    }

    /// Calls that were not admitted since the window in use was begun.
    pub fn not_permitted(&self) -> u64 {
        self.metrics().not_permitted
    }

    /// An operator, or the machine itself, brings it into this phase.
    pub fn enter(&mut self, now: Time, phase: Phase) {
        match phase {
            Phase::Open => {
                let recovery = self.recovery;
                self.recovery = self.spec.recovery.after(recovery);
                self.open_for(now, recovery);
            }
            Phase::HalfOpen => {
                self.permits = self.spec.trials.get();
                self.on_trial = true;
                self.trials.clear();
            }
            Phase::Closed | Phase::Disabled | Phase::MetricsOnly | Phase::ForcedOpen => {
                self.recovery = self.spec.recovery.from;
                self.on_trial = false;
                self.closed.clear();
            }
        }
        self.phase = phase;
    }

    /// An operator opens it for this long.
    pub fn open_for(&mut self, now: Time, span: Span) {
        self.phase = Phase::Open;
        self.open_to = now.saturating_add(span);
    }

    fn metrics(&self) -> &Metrics {
        if self.on_trial { &self.trials } else { &self.closed }
    }

    fn metrics_mut(&mut self) -> &mut Metrics {
        if self.on_trial { &mut self.trials } else { &mut self.closed }
    }

    fn exceeds(&self, counts: Counts) -> bool {
        counts.failure_rate() >= self.spec.failure_rate.get()
            || counts.slow_rate() >= self.spec.slow_rate.get()
    }
}

impl Breaker for Resilience4j {
    fn allows(&self, now: Time) -> bool {
        match self.phase {
            Phase::Closed | Phase::Disabled | Phase::MetricsOnly => true,
            Phase::Open => now > self.open_to,
            Phase::HalfOpen => self.permits > 0,
            Phase::ForcedOpen => false,
        }
    }

    fn admit(&mut self, now: Time) -> bool {
        if !self.allows(now) {
            self.metrics_mut().not_permitted += 1;
            return false;
        }
        if self.phase == Phase::Open {
            self.enter(now, Phase::HalfOpen);
        }
        if self.phase == Phase::HalfOpen {
            self.permits -= 1;
        }
        true
    }

    fn record(&mut self, now: Time, verdict: Verdict, duration: Span) {
        if verdict == Verdict::Ignored {
            if self.phase == Phase::HalfOpen {
                self.permits += 1;
            }
            return;
        }
        if matches!(self.phase, Phase::Disabled | Phase::ForcedOpen) {
            return;
        }
        let failed = verdict != Verdict::Success;
        let outcome = Outcome { failed, slow: duration > self.spec.slow, duration };
        let metrics = self.metrics_mut();
        let counts = metrics.window.record(now, outcome);
        let Some(counts) = metrics.known(counts) else { return };
        match self.phase {
            Phase::Closed | Phase::HalfOpen if self.exceeds(counts) => self.enter(now, Phase::Open),
            Phase::HalfOpen => self.enter(now, Phase::Closed),
            _ => {}
        }
    }

    fn state(&self, _now: Time) -> State {
        match self.phase {
            Phase::Closed | Phase::Disabled | Phase::MetricsOnly => State::Closed,
            Phase::Open | Phase::ForcedOpen => State::Open,
            Phase::HalfOpen => State::HalfOpen,
        }
    }

    fn until(&self, now: Time) -> Option<Time> {
        let waits = self.phase == Phase::Open && now <= self.open_to;
        waits.then(|| just_after(self.open_to))
    }
}
