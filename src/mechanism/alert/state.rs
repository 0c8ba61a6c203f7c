//! The states of one alert: inactive, pending, firing.
//!
//! At each evaluation the condition holds or not.
//!
//! | state | it holds | it does not |
//! |---|---|---|
//! | inactive | pending; firing at once if `for` is over already | stays |
//! | pending | firing when now - since >= `for` | inactive at once |
//! | firing | stays, and what was kept is forgotten | kept, or inactive |
//!
//! It is kept while now - first < `keep_firing_for`, where `first` is the first evaluation since
//! when the condition has not held. Nothing keeps a pending alert.
//!
//! Source: `rules/alerting.go` of Prometheus. It counts as active from the evaluation that found
//! the condition first, not from when it came true.

use super::Rule;
use crate::base::time::{Span, Time};

/// Where an alert stands; a worse state is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The condition does not hold.
    Inactive,
    /// It holds, but not yet long enough.
    Pending,
    /// The alert is on.
    Firing,
}

impl State {
    /// The word for it in tables.
    pub fn name(self) -> &'static str {
        match self {
            State::Inactive => "inactive",
            State::Pending => "pending",
            State::Firing => "firing",
        }
    }
}

/// One step from state to state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stood.
    pub from: State,
    /// Where it stands.
    pub to: State,
}

/// One alert: one rule on one subject.
#[derive(Clone, Debug)]
pub struct Machine {
    pending: Span,
    keep_firing_for: Span,
    state: State,
    active_at: Time,
    /// The first evaluation of those, up to the last, that found a firing alert without its reason.
    ceased_at: Option<Time>,
    resolved_at: Option<Time>,
}

impl Machine {
    /// An alert of this rule, inactive.
    pub fn new(rule: &Rule) -> Machine {
        Machine::waiting(rule.pending, rule.keep_firing_for)
    }

    /// An alert that fires when its condition has held for `pending`, and so long after it ceased.
    pub fn waiting(pending: Span, keep_firing_for: Span) -> Machine {
        Machine {
            pending,
            keep_firing_for,
            state: State::Inactive,
            active_at: Time::ZERO,
            ceased_at: None,
            resolved_at: None,
        }
    }

    /// An evaluation: what it changed.
    pub fn step(&mut self, now: Time, holds: bool) -> Option<Change> {
        let from = self.state;
        if holds {
            self.found(now);
        } else {
            self.not_found(now);
        }
        (self.state != from).then_some(Change { from, to: self.state })
    }

    fn found(&mut self, now: Time) {
        self.ceased_at = None;
        if self.state == State::Inactive {
            self.state = State::Pending;
            self.active_at = now;
            self.resolved_at = None;
        }
        if self.state == State::Pending && now.since(self.active_at) >= self.pending {
            self.state = State::Firing;
        }
    }

    fn not_found(&mut self, now: Time) {
        if self.state == State::Firing {
            let first = *self.ceased_at.get_or_insert(now);
            if now.since(first) < self.keep_firing_for {
                return;
            }
            self.resolved_at = Some(now);
        }
        self.state = State::Inactive;
        self.ceased_at = None;
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// The evaluation since when it is pending or firing.
    pub fn active_at(&self) -> Option<Time> {
        (self.state != State::Inactive).then_some(self.active_at)
    }

    /// The evaluation that ended its last firing, if nothing has come since.
    pub fn resolved_at(&self) -> Option<Time> {
        self.resolved_at
    }

    /// Lets an alert that is pending have been so since another time: see
    /// [`restart`](super::restart).
    pub fn restore(&mut self, active_at: Time) {
        if self.state == State::Pending {
            self.active_at = active_at;
        }
    }

    /// Forgets the alert as if it had never been.
    pub(super) fn clear(&mut self) {
        (self.state, self.ceased_at, self.resolved_at) = (State::Inactive, None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{read, s};
    use super::*;
    use State::{Firing, Inactive, Pending};

    fn machine(times: &str) -> Machine {
        Machine::new(&read(&format!("{{ when = 'queue_length > 1'{times} }}")))
    }

    /// The states after evaluations every ten seconds.
    fn states(machine: &mut Machine, holds: &[u8]) -> Vec<State> {
        let step = |(i, holds): (usize, &u8)| {
            let from = machine.state();
            let change = machine.step(Time::ZERO + s(10 * i as u64), *holds == 1);
            let to = machine.state();
            assert_eq!(change, (from != to).then_some(Change { from, to }));
            to
        };
        holds.iter().enumerate().map(step).collect()
    }

    #[test]
    fn it_fires_when_it_has_held_so_long_to_the_second() {
        let mut alert = machine(", for = '20s'");
        assert_eq!(states(&mut alert, &[1, 1, 1, 0]), [Pending, Pending, Firing, Inactive]);
        let mut alert = machine(", for = '20.000000001s'");
        assert_eq!(states(&mut alert, &[1, 1, 1, 1]), [Pending, Pending, Pending, Firing]);
        let mut alert = machine("");
        assert_eq!(states(&mut alert, &[0, 1, 0]), [Inactive, Firing, Inactive]);
    }

    #[test]
    fn it_is_kept_from_the_first_evaluation_that_found_nothing() {
        // False at 10 s: kept at 10 and 20, over at 30, as 20 s are no longer less than 20 s.
        let mut alert = machine(", keep_firing_for = '20s'");
        assert_eq!(states(&mut alert, &[1, 0, 0, 0]), [Firing, Firing, Firing, Inactive]);
        assert_eq!(alert.resolved_at(), Some(Time::ZERO + s(30)));
        // True again meanwhile: it begins anew.
        let mut alert = machine(", keep_firing_for = '20s'");
        let found = states(&mut alert, &[1, 0, 0, 1, 0, 0, 0]);
        assert_eq!(found, [Firing, Firing, Firing, Firing, Firing, Firing, Inactive]);
    }

    #[test]
    fn a_pending_alert_is_never_kept() {
        let mut alert = machine(", for = '20s', keep_firing_for = '1h'");
        assert_eq!(states(&mut alert, &[1, 1, 0, 1]), [Pending, Pending, Inactive, Pending]);
        assert_eq!(alert.active_at(), Some(Time::ZERO + s(30)), "it waits anew");
        assert_eq!(alert.resolved_at(), None, "it has never fired");
    }
}
