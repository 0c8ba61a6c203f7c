//! Controlled delay: in the order of joining, but when delays have stood high for a while, attempts
//! are dropped instead of served until they fall.
//!
//! Two variants, both deciding when an attempt is taken off the line:
//!
//! - `rfc8289` (Nichols et al., RFC 8289, 2018): a delay is too high if it is `target` or more and
//!   more than one attempt still waits behind (the packet of the RFC). When all delays have been
//!   too high for an `interval`, one is dropped, the next one an interval later, and so on at
//!   interval / sqrt(n) after the n-th, until one is not too high. If dropping begins again within
//!   16 intervals it goes on from the rate that it had reached.
//! - `facebook` (Maurer, Fail at scale, ACM Queue, 2015): an attempt that joins while the line has
//!   not been empty for an `interval` is given up after `target`, otherwise after `interval`. While
//!   it waits the line is not empty, so this can be told when it is taken.
//!
//! Defaults, of both: 5 ms and 100 ms; a system that is slower needs longer ones. Invariant: the
//! last attempt in line is never dropped by `rfc8289`.

use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "drops what is taken while delays stand high (CoDel)";

names! {
    /// The rule by which it drops.
    Variant, "variant":
    /// RFC 8289.
    Rfc8289 => "rfc8289",
    /// A time limit that depends on when the line was empty last.
    Facebook => "facebook",
}

/// `discipline.codel = { target = "5ms", interval = "100ms", variant = "rfc8289" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The delay that may stand.
    pub target: Span,
    /// How long a higher one may stand; at least the target, above zero.
    pub interval: Span,
    /// The rule.
    pub variant: Variant,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let target = table.or("target", Span::from_nanos(5_000_000));
        let interval = table.or("interval", Span::from_nanos(100_000_000));
        let variant = table.or("variant", Variant::Rfc8289);
        if interval == Span::ZERO || interval < target {
            table.mistake("the interval is below the target", "target <= interval", None);
        }
        table.finish();
        Some(Spec { target, interval, variant })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Codel {
        Codel {
            spec: self.clone(),
            first_above: None,
            dropping: false,
            owes_next: false,
            next: Time::ZERO,
            count: 0,
            last_count: 0,
            empty_until: Time::ZERO,
        }
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Codel {
    spec: Spec,
    /// When delays will have stood high for an interval, if they are high.
    first_above: Option<Time>,
    dropping: bool,
    /// An attempt was dropped, and whether another follows depends on the one after it.
    owes_next: bool,
    /// When the next one is dropped.
    next: Time,
    /// Drops since dropping began.
    count: u32,
    /// The count with which dropping began last.
    last_count: u32,
    /// When the line was empty last.
    empty_until: Time,
}

impl Codel {
    /// An attempt joins a line in which `backlog` wait.
    pub fn joins(&mut self, now: Time, backlog: usize) {
        if backlog == 0 {
            self.empty_until = now;
        }
    }

    /// Whether the attempt that is taken is dropped.
    pub fn drops(&mut self, now: Time, joined: Time, behind: usize) -> bool {
        let delay = now.since(joined);
        match self.spec.variant {
            Variant::Rfc8289 => self.by_rfc(now, delay, behind),
            Variant::Facebook => {
                let stood = joined.saturating_since(self.empty_until);
                let limit =
                    if stood > self.spec.interval { self.spec.target } else { self.spec.interval };
                delay > limit
            }
        }
    }

    fn by_rfc(&mut self, now: Time, delay: Span, behind: usize) -> bool {
        let high = self.stands_high(now, delay, behind);
        if !self.dropping {
            if high {
                self.begin(now);
            }
            return high;
        }
        if !high {
            (self.dropping, self.owes_next) = (false, false);
            return false;
        }
        if std::mem::take(&mut self.owes_next) {
            self.next = self.after(self.next);
        }
        let drops = now >= self.next;
        if drops {
            self.count += 1;
            self.owes_next = true;
        }
        drops
    }

    /// Whether delays have stood high for an interval.
    fn stands_high(&mut self, now: Time, delay: Span, behind: usize) -> bool {
        if delay < self.spec.target || behind <= 1 {
            self.first_above = None;
            return false;
        }
        let first_above = *self.first_above.get_or_insert(now.saturating_add(self.spec.interval));
        now >= first_above
    }

    /// Dropping begins, at the rate that it had reached if that was a short while ago.
    fn begin(&mut self, now: Time) {
        let reached = self.count.saturating_sub(self.last_count);
        let recently = Span::from_nanos(self.spec.interval.nanos().saturating_mul(16));
        let goes_on = reached > 1 && now.saturating_since(self.next) < recently;
        self.dropping = true;
        self.count = if goes_on { reached } else { 1 };
        self.last_count = self.count;
        self.next = self.after(now);
    }

    /// The control law.
    fn after(&self, time: Time) -> Time {
        let wait = self.spec.interval.nanos() as f64 / f64::from(self.count).sqrt();
        time.saturating_add(Span::from_nanos(wait as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    fn at(millis: u64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    /// What happens to attempts taken at these milliseconds, each after a delay of 50 ms, with ten
    /// behind.
    fn drops(codel: &mut Codel, taken: &[u64]) -> Vec<u64> {
        let dropped = |millis: &&u64| codel.drops(at(**millis), at(**millis - 50), 10);
        taken.iter().filter(dropped).copied().collect()
    }

    #[test]
    fn drops_come_faster_and_faster() {
        let mut codel = read::<Spec>("{}").unwrap().build();
        // One every 10 ms from 1000: high at 1100, then after 100, 100/sqrt(2) = 70.7, 57.7, 50 ms:
        // at 1200, 1270.7, 1328.4, 1378.4, each at the next one taken.
        let taken: Vec<u64> = (100..140).map(|i| i * 10).collect();
        assert_eq!(drops(&mut codel, &taken), [1100, 1200, 1280, 1330, 1380]);
    }

    #[test]
    fn several_that_are_due_are_dropped_at_once() {
        let mut codel = read::<Spec>("{}").unwrap().build();
        assert_eq!(drops(&mut codel, &[1000, 1100]), [1100]);
        // Due at 1200 and 1270.7, not yet at 1328.4.
        assert_eq!(drops(&mut codel, &[1300, 1300, 1300]), [1300, 1300]);
    }

    #[test]
    fn one_short_delay_ends_it_and_a_relapse_goes_on() {
        let mut codel = read::<Spec>("{}").unwrap().build();
        assert_eq!(drops(&mut codel, &[1000, 1100, 1200, 1280, 1330]), [1100, 1200, 1280, 1330]);
        assert!(!codel.drops(at(1340), at(1336), 10), "4 ms is below the target");
        // High again from 1350: four had been dropped, three more than the first; the next one
        // comes 100/sqrt(3) = 57.7 ms after 1450.
        assert_eq!(drops(&mut codel, &[1350, 1440, 1450, 1500, 1510]), [1450, 1510]);
    }

    #[test]
    fn after_a_long_quiet_it_begins_anew() {
        let mut codel = read::<Spec>("{}").unwrap().build();
        drops(&mut codel, &[1000, 1100, 1200, 1280, 1330]);
        assert!(!codel.drops(at(1340), at(1336), 10));
        // More than 16 intervals later the second comes a whole interval after the first.
        assert_eq!(drops(&mut codel, &[9000, 9100, 9190, 9200]), [9100, 9200]);
    }

    #[test]
    fn the_last_in_line_is_served_however_late() {
        let mut codel = read::<Spec>("{}").unwrap().build();
        for millis in (1000..3000).step_by(50) {
            assert!(!codel.drops(at(millis), at(0), 1), "{millis}");
        }
    }

    #[test]
    fn facebook_is_patient_after_an_empty_line_only() {
        let mut codel = read::<Spec>("{ variant = 'facebook' }").unwrap().build();
        codel.joins(at(1000), 0);
        // Joined within 100 ms of an empty line: 100 ms. Later: 5 ms.
        for (joined, delay, dropped) in [
            (1000, 100, false),
            (1000, 101, true),
            (1100, 100, false),
            (1101, 5, false),
            (1101, 6, true),
        ] {
            assert_eq!(codel.drops(at(joined + delay), at(joined), 0), dropped, "{joined}");
        }
        codel.joins(at(1200), 0);
        assert!(!codel.drops(at(1260), at(1210), 0));
    }

    #[test]
    fn a_target_above_the_interval_is_refused() {
        let mistakes = read::<Spec>("{ target = '1s' }").unwrap_err();
        assert_eq!(mistakes, ["the interval is below the target"]);
    }
}
