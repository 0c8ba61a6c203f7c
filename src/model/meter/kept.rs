//! The totals of a subject as they were at the looks.
//!
//! They are kept at a look only if something has changed since the look before; what was kept last
//! says what they were at any look after it. Invariants: there is always one that is kept, the
//! first of them of time zero; a look at a time at which there was one already takes its place.

use crate::base::time::Time;

/// The totals of a subject at the looks, in order of time.
pub(super) struct Kept<T>(Vec<(Time, T)>);

impl<T: Clone + Default> Kept<T> {
    /// At time zero.
    pub fn new() -> Self {
        Kept(vec![(Time::ZERO, T::default())])
    }

    /// The totals at a look by which something has changed: those of the last look, to be changed.
    /// Nobody will ask for what was before the look at or before `oldest`.
    pub fn at(&mut self, now: Time, oldest: Time) -> &mut T {
        if self.changed_at() != now {
            if self.0.len() == self.0.capacity() {
                self.forget(oldest);
            }
            self.0.push((now, self.last().clone()));
        }
        let last = self.0.len() - 1;
        &mut self.0[last].1
    }

    /// What nobody will ask for goes all at once, so that each is moved but a few times.
    fn forget(&mut self, oldest: Time) {
        let stale = self.0.partition_point(|(at, _)| *at <= oldest).saturating_sub(1);
        if 2 * stale > self.0.len() {
            self.0.drain(..stale);
        }
    }

    /// The last look before which something had changed.
    #[inline]
    pub fn changed_at(&self) -> Time {
        self.0[self.0.len() - 1].0
    }

    /// The totals at the last look.
    #[inline]
    pub fn last(&self) -> &T {
        &self.0[self.0.len() - 1].1
    }

    /// The totals at the look; the oldest that are kept, if the look was before that.
    #[inline]
    pub fn before(&self, look: Time) -> &T {
        &self.0[self.0.iter().rposition(|(at, _)| *at <= look).unwrap_or(0)].1
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
        assert_eq!((*kept.last(), kept.changed_at()), (0, at(0)));
        *kept.at(at(10), Time::ZERO) += 1;
        assert_eq!((*kept.last(), kept.changed_at()), (1, at(10)));
        assert_eq!([0, 9, 10, 20, 99].map(|look| *kept.before(at(look))), [0, 0, 1, 1, 1]);
        // Of two looks at one time the later counts.
        *kept.at(at(20), Time::ZERO) += 1;
        *kept.at(at(20), Time::ZERO) += 1;
        assert_eq!([19, 20].map(|look| *kept.before(at(look))), [1, 3]);
    }

    #[test]
    fn what_nobody_will_ask_for_is_thrown_away() {
        let mut kept: Kept<u64> = Kept::new();
        for now in 1..=1_000_u64 {
            *kept.at(at(now), at(now.saturating_sub(10))) = now;
            let back = now.saturating_sub(10)..=now;
            assert!(back.into_iter().all(|look| *kept.before(at(look)) == look), "{now}");
            assert!(kept.0.len() <= 44, "{} at {now}: 11 are asked for", kept.0.len());
        }
    }
}
