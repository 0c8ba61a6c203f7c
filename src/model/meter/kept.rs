//! The totals of one subject, as they were at the looks.
//!
//! They are kept at a look only if something has changed since the look before; what was kept last
//! says what they were at any look after it. Invariants: there is always one that is kept, the
//! first of them of time zero; a look at a time at which there was one already takes its place.

use crate::base::time::Time;

/// The totals of a subject now and at the looks.
pub(super) struct Kept<T> {
    now: T,
    changed: bool,
    changed_at: Time,
    looks: Vec<(Time, T)>,
}

impl<T: Clone + Default> Kept<T> {
    /// The totals at time zero.
    pub fn new() -> Self {
        let looks = vec![(Time::ZERO, T::default())];
        Kept { now: T::default(), changed: false, changed_at: Time::ZERO, looks }
    }

    /// The totals now, to be changed.
    #[inline]
    pub fn change(&mut self) -> &mut T {
        self.changed = true;
        &mut self.now
    }

    /// The totals now.
    pub fn now(&self) -> &T {
        &self.now
    }

    /// Somebody looks; nobody will ask for what was before the look at or before `oldest`.
    #[inline]
    pub fn look(&mut self, now: Time, oldest: Time) {
        if self.changed {
            self.keep(now, oldest);
        }
    }

    fn keep(&mut self, now: Time, oldest: Time) {
        self.changed = false;
        if self.changed_at == now {
            self.looks.pop();
        }
        self.looks.push((now, self.now.clone()));
        self.changed_at = now;
        let stale = self.looks.partition_point(|(at, _)| *at <= oldest).saturating_sub(1);
        // All at once, so that each is moved but a few times.
        if 2 * stale > self.looks.len() {
            self.looks.drain(..stale);
        }
    }

    /// The last look before which something had changed.
    #[inline]
    pub fn changed_at(&self) -> Time {
        self.changed_at
    }

    /// The totals at the look; the oldest that are kept, if the look was before that.
    #[inline]
    pub fn before(&self, look: Time) -> &T {
        let mut back = self.looks.iter().rev();
        let found = back.find(|(at, _)| *at <= look).or(self.looks.first());
        found.map_or(&self.now, |(_, totals)| totals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    #[test]
    fn a_look_after_which_nothing_changed_says_what_comes_after() {
        let mut kept: Kept<u32> = Kept::new();
        *kept.change() = 1;
        kept.look(at(10), Time::ZERO);
        kept.look(at(20), Time::ZERO);
        assert_eq!(kept.changed_at(), at(10), "nothing has changed since");
        assert_eq!([0, 9, 10, 20, 99].map(|look| *kept.before(at(look))), [0, 0, 1, 1, 1]);
        // Of two looks at one time the later counts.
        *kept.change() = 2;
        kept.look(at(20), Time::ZERO);
        *kept.change() = 3;
        kept.look(at(20), Time::ZERO);
        assert_eq!([19, 20].map(|look| *kept.before(at(look))), [1, 3]);
    }

    #[test]
    fn what_nobody_will_ask_for_is_thrown_away() {
        let mut kept: Kept<u64> = Kept::new();
        for now in 1..=1_000 {
            *kept.change() = now;
            kept.look(at(now), at(now.saturating_sub(10)));
            let back = now.saturating_sub(10)..=now;
            assert!(back.into_iter().all(|look| *kept.before(at(look)) == look), "{now}");
            assert!(kept.looks.len() <= 24, "{} at {now}", kept.looks.len());
        }
    }
}
