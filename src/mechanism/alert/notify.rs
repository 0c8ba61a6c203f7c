//! When an alert is sent to whoever gets it: at once when it fires and when it is over, and again
//! and again while it stays so.
//!
//! Rule, at each evaluation: a pending alert is not sent; one that has been resolved since it was
//! last sent is; any other if more than `again` has passed since. A resolved alert is forgotten
//! when more than 15 minutes have passed. One that comes back is a new alert.
//!
//! Source: `needsSending` of `rules/alerting.go` of Prometheus, where `again` is 1 minute.

use super::{Machine, State};
use crate::base::time::{Span, Time};

/// How long a resolved alert is sent again.
pub const RETENTION: Span = Span::from_secs(15 * 60);

/// What was sent of one alert.
#[derive(Clone, Debug)]
pub struct Notifier {
    again: Span,
    /// When the alert became active that was sent last, and when that was.
    last: Option<(Time, Time)>,
    /// When the alert became active that is there, or was there last.
    active_at: Option<Time>,
}

impl Notifier {
    /// Nothing has been sent; an alert is sent again when more than `again` has passed.
    pub fn new(again: Span) -> Notifier {
        Notifier { again, last: None, active_at: None }
    }

    /// Is the alert sent at the evaluation that has just been made? Must be asked at each.
    pub fn sends(&mut self, now: Time, alert: &Machine) -> bool {
        self.active_at = alert.active_at().or(self.active_at);
        let Some(active_at) = self.active_at else { return false };
        let is_there = match (alert.state(), alert.resolved_at()) {
            (State::Firing, _) => true,
            (State::Inactive, Some(at)) => now.saturating_since(at) <= RETENTION,
            _ => false,
        };
        let last = self.last.filter(|(active, _)| *active == active_at).map(|(_, sent)| sent);
        let due = match last {
            None => true,
            Some(sent) => {
                alert.resolved_at().is_some_and(|at| at > sent)
                    || sent.saturating_add(self.again) < now
            }
        };
        if is_there && due {
            self.last = Some((active_at, now));
        }
        is_there && due
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{read, s};
    use super::*;

    /// At which of the evaluations it is sent: times in seconds, and whether the condition holds.
    fn sent(rule: &str, evaluations: &[(u64, bool)]) -> Vec<u64> {
        let mut alert = Machine::new(&read(rule));
        let mut notifier = Notifier::new(s(60));
        let mut times = Vec::new();
        for (at, holds) in evaluations {
            let now = Time::ZERO + s(*at);
            alert.step(now, *holds);
            if notifier.sends(now, &alert) {
                times.push(*at);
            }
        }
        times
    }

    #[test]
    fn again_only_after_more_than_a_minute() {
        let rule = "{ when = 'queue_length > 1' }";
        let every = |step: u64, n: u64| (0..n).map(move |i| (i * step, true)).collect::<Vec<_>>();
        assert_eq!(sent(rule, &every(30, 7)), [0, 90, 180]);
        assert_eq!(sent(rule, &every(31, 5)), [0, 62, 124]);
    }

    #[test]
    fn what_is_over_is_sent_for_a_quarter_of_an_hour() {
        let rule = "{ when = 'queue_length > 1' }";
        let mut story = vec![(0, true)];
        story.extend((1..=18).map(|i| (i * 60, false)));
        // Resolved at 60 s; with evaluations each minute every second one is more than a minute
        // after the last; 960 s is 15 minutes after, and what would be next is too late.
        assert_eq!(sent(rule, &story), [0, 60, 180, 300, 420, 540, 660, 780, 900]);
        assert_eq!(
            sent(rule, &[(0, true), (60, false), (960, false), (1080, false)]),
            [0, 60, 960]
        );
    }

    #[test]
    fn what_never_fired_is_not_sent_and_what_comes_back_is_new() {
        let rule = "{ when = 'queue_length > 1', for = '10s' }";
        assert_eq!(sent(rule, &[(0, true), (10, false), (20, false)]), [0; 0]);
        let story = [(0, true), (10, true), (20, false), (30, true), (40, true)];
        assert_eq!(sent(rule, &story), [10, 20, 40]);
    }
}
