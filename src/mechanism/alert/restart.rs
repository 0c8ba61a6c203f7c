//! How long an alert has been pending when the monitor itself was away.
//!
//! Rule, after the first evaluation of a monitor that is back, for an alert that is active again
//! and was when last seen before: it was gone for now - last. If that is more than `tolerance`, or
//! if `for` is less than `grace`, it starts anew. Otherwise, with rest = `for` - (last - active):
//! none left, it fires at the next evaluation; less than `grace`, it fires when `grace` is over;
//! or else the time away does not count.
//!
//! Source: `RestoreForState` of `rules/group.go` of Prometheus.

use crate::base::time::{Span, Time};

/// How a monitor comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// Away for longer, it has forgotten.
    pub tolerance: Span,
    /// It fires no earlier than this after it is back, if it was not about to.
    pub grace: Span,
}

impl Default for Restart {
    /// One hour, and ten minutes.
    fn default() -> Restart {
        Restart { tolerance: Span::from_secs(3600), grace: Span::from_secs(600) }
    }
}

/// What was written down of an alert before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// When it was last seen.
    pub last: Time,
    /// Since when it was active then.
    pub active_at: Time,
}

impl Restart {
    /// Since when the alert of a rule with this `for` counts as active, for
    /// [`Machine::restore`](super::Machine::restore); `None`: it starts anew.
    pub fn active_at(&self, now: Time, pending: Span, kept: Kept) -> Option<Time> {
        let away = now.since(kept.last);
        if away > self.tolerance || pending < self.grace {
            return None;
        }
        let spent = kept.last.since(kept.active_at);
        if spent >= pending {
            return Some(kept.active_at);
        }
        if pending - spent < self.grace {
            // now + grace - for, and that is later than the start: now is at least `spent`.
            let fires = now + self.grace;
            return Some(Time::ZERO + (fires.since(Time::ZERO) - pending));
        }
        Some(kept.active_at + away)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::s;
    use super::*;

    fn active_at(now: u64, pending: u64, last: u64, active: u64) -> Option<u64> {
        let at = |seconds| Time::ZERO + s(seconds);
        let kept = Kept { last: at(last), active_at: at(active) };
        let found = Restart::default().active_at(at(now), s(pending), kept);
        found.map(|time| time.nanos() / 1_000_000_000)
    }

    #[test]
    fn the_time_away_does_not_count() {
        // Pending for 300 of 1500 s, away for 600: 1200 are left, from 900 on.
        assert_eq!(active_at(900, 1500, 300, 0), Some(600));
    }

    #[test]
    fn nearly_over_it_waits_for_the_grace() {
        // 1000 of 1500 s: 500 are left, less than 600: fires at 2000 + 600.
        assert_eq!(active_at(2000, 1500, 1000, 0), Some(1100));
        // 900 of 1500: just the grace is left, and the time away of 1000 s is added.
        assert_eq!(active_at(1900, 1500, 900, 0), Some(1000));
        // All was over: as it was.
        assert_eq!(active_at(2000, 1500, 1500, 0), Some(0));
    }

    #[test]
    fn too_long_away_or_too_short_a_wait_starts_anew() {
        assert_eq!(active_at(3900, 1500, 300, 0), Some(3600), "an hour is not too long");
        assert_eq!(active_at(3901, 1500, 300, 0), None);
        assert_eq!(active_at(900, 599, 300, 0), None);
        assert_eq!(active_at(900, 600, 300, 300), Some(900));
    }
}
