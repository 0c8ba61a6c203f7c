//! The breaker of Hystrix: the share of failed calls over a rolling window, looked at in snapshots.
//!
//! Rule. Results go into buckets as long as `snapshot`. At the end of each the sums over the last
//! `window` of complete buckets are looked at: with at least `min_calls` in them and a share of
//! failed ones at or above `failure_rate` it opens. So it does not open between two snapshots, and
//! it may open at one without a new result, when successes leave the window. Open: calls are
//! rejected until more than `recovery` has passed; the next one is the trial (half-open), and all
//! others are rejected while it runs. Its success closes the breaker and forgets all results, with
//! the buckets beginning anew at that time; anything else, an ignored result too, opens it for
//! another `recovery`. Results that come late while open change nothing. Ignored results of a
//! closed one count nowhere.
//!
//! | key            | default | meaning                                             |
//! |----------------|---------|-----------------------------------------------------|
//! | `failure_rate` | "50%"   | the share of failed calls that opens it; above zero |
//! | `min_calls`    | 20      | with fewer it never opens                           |
//! | `window`       | "10s"   | what the share is of: a whole number of snapshots   |
//! | `snapshot`     | "500ms" | how often the share is looked at                    |
//! | `recovery`     | "5s"    | how long it is open                                 |
//!
//! Source: `HystrixCircuitBreaker`, `HealthCountsStream` and `HystrixCommandProperties` of Hystrix
//! 1.5. There the share is cut to whole percents; here it is exact.

use std::num::NonZeroU32;

use super::window::MOST_PLACES;
use super::{Breaker, State, Verdict, checked, just_after, share};
use crate::base::read::{Node, Read, Show};
use crate::base::time::{Span, Time};
use crate::base::unit::Probability;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the share of failed calls, looked at every half second; one trial decides";

/// `breaker.hystrix = { failure_rate = "50%", min_calls = 20, recovery = "5s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The share of failed calls that opens it.
    pub failure_rate: Probability,
    /// With fewer calls it never opens.
    pub min_calls: NonZeroU32,
    /// What the share is of: a whole number of snapshots.
    pub window: Span,
    /// How often the share is looked at.
    pub snapshot: Span,
    /// How long it is open before a trial.
    pub recovery: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let half = Probability::new(0.5).expect("a half is a share");
        let above = |share: &Probability| *share > Probability::ZERO;
        let failure_rate = checked(&mut table, "failure_rate", half, above, "a share above zero");
        let min_calls = table.or("min_calls", NonZeroU32::new(20).expect("twenty is not zero"));
        let snapshot = Span::from_nanos(500_000_000);
        let some = |span: &Span| *span > Span::ZERO;
        let snapshot = checked(&mut table, "snapshot", snapshot, some, "a duration above zero");
        let window = table.or("window", Span::from_secs(10));
        // The default may be what does not fit the snapshot that is written.
        let written = table.node("window").or_else(|| table.node("snapshot"));
        let recovery = table.or("recovery", Span::from_secs(5));
        table.finish();
        let (failure_rate, snapshot) = (failure_rate?, snapshot?);
        if places(window, snapshot) == 0 {
            let what = "a window of whole snapshots, from 1 to 1000000 of them";
            let help = format!("the window is {}, a snapshot {}", window.show(), snapshot.show());
            return written.and_then(|node| node.expected(what, Some(help)));
        }
        Some(Spec { failure_rate, min_calls, window, snapshot, recovery })
    }
}

/// How many buckets a window has; 0 if it cannot be.
fn places(window: Span, snapshot: Span) -> usize {
    let (places, rest) = (window.nanos() / snapshot.nanos(), window.nanos() % snapshot.nanos());
    let possible = rest == 0 && places <= u64::from(MOST_PLACES);
    if possible { places as usize } else { 0 }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Hystrix {
        let places = places(self.window, self.snapshot);
        assert!(places > 0, "the window is a whole number of snapshots");
        Hystrix {
            spec: self.clone(),
            phase: Phase::Closed,
            ring: vec![Bucket::default(); places].into(),
            oldest: 0,
            sums: Bucket::default(),
            current: Bucket::default(),
            next_snapshot: Time::ZERO.saturating_add(self.snapshot),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    total: u32,
    failed: u32,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    Closed,
    /// The last time at which it is open.
    Open(Time),
    HalfOpen,
}

/// The machine.
pub struct Hystrix {
    spec: Spec,
    phase: Phase,
    /// The complete buckets of the window.
    ring: Box<[Bucket]>,
    /// The place of the oldest of them.
    oldest: usize,
    /// The sums over them.
    sums: Bucket,
    /// The bucket that is not complete.
    current: Bucket,
    /// When it will be.
    next_snapshot: Time,
}

impl Hystrix {
    /// The snapshots that are due but were not taken.
    fn due(&self, now: Time) -> u64 {
        let Some(late) = now.nanos().checked_sub(self.next_snapshot.nanos()) else { return 0 };
        late / self.spec.snapshot.nanos() + 1
    }

    /// The time of the first snapshot up to now that opens it, which nothing but time has brought.
    fn opened(&self, now: Time) -> Option<Time> {
        let known = self.sums.failed + self.current.failed;
        // The sums of no snapshot are both smaller in calls and greater in failures.
        let hopeless = share(known, self.spec.min_calls.get()) < self.spec.failure_rate.get();
        if now < self.next_snapshot || hopeless {
            return None;
        }
        let (mut sums, mut complete) = (self.sums, self.current);
        let places = self.ring.len();
        let due = usize::try_from(self.due(now)).unwrap_or(usize::MAX).min(places);
        for i in 0..due {
            let leaves = self.ring[(self.oldest + i) % places];
            sums.total = sums.total + complete.total - leaves.total;
            sums.failed = sums.failed + complete.failed - leaves.failed;
            complete = Bucket::default();
            if sums.total >= self.spec.min_calls.get()
                && share(sums.failed, sums.total) >= self.spec.failure_rate.get()
            {
                let since = self.spec.snapshot.nanos() * i as u64;
                return Some(self.next_snapshot.saturating_add(Span::from_nanos(since)));
            }
        }
        None
    }

    /// Where it stands by now.
    fn phase(&self, now: Time) -> Phase {
        match self.phase {
            Phase::Closed => match self.opened(now) {
                Some(at) => Phase::Open(at.saturating_add(self.spec.recovery)),
                None => Phase::Closed,
            },
            phase => phase,
        }
    }

    /// Takes the snapshots that are due.
    fn settle(&mut self, now: Time) {
        if !matches!(self.phase, Phase::Closed) || now < self.next_snapshot {
            return;
        }
        self.phase = self.phase(now);
        let due = self.due(now);
        for _ in 0..due.min(self.ring.len() as u64) {
            let leaves = std::mem::replace(&mut self.ring[self.oldest], self.current);
            self.sums.total = self.sums.total + self.current.total - leaves.total;
            self.sums.failed = self.sums.failed + self.current.failed - leaves.failed;
            self.current = Bucket::default();
            self.oldest = (self.oldest + 1) % self.ring.len();
        }
        let passed = Span::from_nanos(self.spec.snapshot.nanos().saturating_mul(due));
        self.next_snapshot = self.next_snapshot.saturating_add(passed);
    }

    fn close(&mut self, now: Time) {
        self.phase = Phase::Closed;
        self.ring.fill(Bucket::default());
        (self.sums, self.current) = (Bucket::default(), Bucket::default());
        self.next_snapshot = now.saturating_add(self.spec.snapshot);
    }
}

impl Breaker for Hystrix {
    fn allows(&self, now: Time) -> bool {
        match self.phase(now) {
            Phase::Closed => true,
            Phase::Open(to) => now > to,
            Phase::HalfOpen => false,
        }
    }

    fn admit(&mut self, now: Time) -> bool {
        self.settle(now);
        let allowed = self.allows(now);
        if allowed && matches!(self.phase, Phase::Open(_)) {
            self.phase = Phase::HalfOpen;
        }
        allowed
    }

    fn record(&mut self, now: Time, verdict: Verdict, _duration: Span) {
        self.settle(now);
        match (self.phase, verdict) {
            (Phase::Open(_), _) | (Phase::Closed, Verdict::Ignored) => {}
            (Phase::Closed, _) => {
                self.current.total += 1;
                self.current.failed += u32::from(verdict != Verdict::Success);
            }
            (Phase::HalfOpen, Verdict::Success) => self.close(now),
            (Phase::HalfOpen, _) => {
                self.phase = Phase::Open(now.saturating_add(self.spec.recovery));
            }
        }
    }

    fn state(&self, now: Time) -> State {
        match self.phase(now) {
            Phase::Closed => State::Closed,
            Phase::Open(_) => State::Open,
            Phase::HalfOpen => State::HalfOpen,
        }
    }

    fn until(&self, now: Time) -> Option<Time> {
        match self.phase(now) {
            Phase::Open(to) if now <= to => Some(just_after(to)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{calls, fail, mistakes, ms, open_until, read, succeed};
    use super::*;

    const TEN: [Verdict; 10] = [Verdict::Failure; 10];

    /// One with half of 20 calls failed at 100 ms.
    fn half_failed() -> Hystrix {
        let mut breaker = read::<Spec>("").build();
        calls(&mut breaker, 100, &TEN);
        calls(&mut breaker, 100, &[Verdict::Success; 10]);
        breaker
    }

    #[test]
    fn it_opens_at_a_snapshot() {
        let breaker = half_failed();
        assert_eq!(breaker.state(ms(499)), State::Closed);
        // 5 s after the snapshot at 500 ms, and strictly more.
        open_until(&breaker, 500, just_after(ms(5_500)));
        open_until(&breaker, 3_000, just_after(ms(5_500)));
    }

    #[test]
    fn too_few_calls_or_failures_do_not_open_it() {
        for (failures, successes) in [(19, 0), (9, 11), (10, 11)] {
            let mut breaker = read::<Spec>("").build();
            calls(&mut breaker, 0, &vec![Verdict::Failure; failures]);
            calls(&mut breaker, 0, &vec![Verdict::Success; successes]);
            calls(&mut breaker, 0, &[Verdict::Ignored; 30]);
            assert_eq!(breaker.state(ms(600)), State::Closed, "{failures} of {successes} more");
        }
    }

    #[test]
    fn successes_that_leave_the_window_open_it() {
        let mut breaker = read::<Spec>("").build();
        calls(&mut breaker, 0, &[Verdict::Success; 11]);
        calls(&mut breaker, 600, &TEN);
        calls(&mut breaker, 1_100, &TEN);
        // 20 of 31 opens it at 1.5 s; with 15 more successes at the start it is 20 of 46, until
        // the first bucket, complete at 0.5 s, leaves at 10.5 s with 26 of them.
        assert_eq!(breaker.state(ms(1_500)), State::Open);
        let mut breaker = read::<Spec>("").build();
        calls(&mut breaker, 0, &[Verdict::Success; 26]);
        calls(&mut breaker, 600, &TEN);
        calls(&mut breaker, 1_100, &TEN);
        assert_eq!(breaker.state(ms(10_499)), State::Closed);
        open_until(&breaker, 10_500, just_after(ms(15_500)));
        // Whether somebody looked meanwhile changes nothing.
        calls(&mut breaker, 10_000, &[Verdict::Ignored]);
        open_until(&breaker, 12_000, just_after(ms(15_500)));
        // What has left the window does not open it.
        let mut breaker = read::<Spec>("").build();
        calls(&mut breaker, 0, &TEN);
        calls(&mut breaker, 10_500, &TEN);
        assert_eq!(breaker.state(ms(11_000)), State::Closed);
    }

    #[test]
    fn one_trial_closes_it_and_forgets() {
        let mut breaker = half_failed();
        assert!(!breaker.admit(ms(5_500)) && breaker.admit(ms(5_501)));
        assert_eq!(breaker.state(ms(5_501)), State::HalfOpen);
        assert!(!breaker.allows(ms(9_000)) && breaker.until(ms(9_000)).is_none());
        breaker.record(ms(9_000), Verdict::Failure, Span::ZERO);
        open_until(&breaker, 9_000, just_after(ms(14_000)));
        assert!(breaker.admit(ms(14_001)));
        breaker.record(ms(14_002), Verdict::Ignored, Span::ZERO);
        open_until(&breaker, 14_002, just_after(ms(19_002)));
        succeed(&mut breaker, 20_100);
        assert_eq!(calls(&mut breaker, 20_100, &TEN), [true; 10]);
        assert_eq!(breaker.state(ms(20_600)), State::Closed, "the failures before are forgotten");
        calls(&mut breaker, 20_650, &TEN);
        assert_eq!(breaker.state(ms(21_099)), State::Closed);
        assert_eq!(breaker.state(ms(21_100)), State::Open, "buckets begin with the closing");
        fail(&mut breaker, 26_101);
    }

    #[test]
    fn windows_are_whole_snapshots() {
        for wrong in
            ["snapshot = \"0s\"", "snapshot = \"3s\"", "window = \"600ms\"", "window = \"0s\""]
        {
            assert_eq!(mistakes::<Spec>(wrong).len(), 1, "{wrong}");
        }
        assert_eq!(read::<Spec>("window = \"9s\"\nsnapshot = \"3s\"").build().ring.len(), 3);
    }
}
