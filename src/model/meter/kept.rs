//! The totals of one subject, as they were at the looks.
//!
//! They are kept at a look only if something has changed since the look before: from one change to
//! the next a total grows with its level, which says what it was at any look between. Invariants:
//! there is always one that is kept, the first of them of time zero; a look at a time at which
//! there was one already takes its place.

use crate::base::time::Time;

/// Totals that grow with their levels.
pub(super) trait Totals: Clone + Default {
    /// Time has gone on to `at`.
    fn advance(&mut self, at: Time);
}

/// The totals of a subject now and at the looks.
pub(super) struct Kept<T> {
    now: T,
    changed: bool,
    changed_at: Time,
    looks: Vec<(Time, T)>,
}

impl<T: Totals> Kept<T> {
    /// The totals at time zero.
    pub fn new() -> Self {
        let looks = vec![(Time::ZERO, T::default())];
        Kept { now: T::default(), changed: false, changed_at: Time::ZERO, looks }
    }

    /// The totals at `at`, to be changed.
    #[inline]
    pub fn change(&mut self, at: Time) -> &mut T {
        self.changed = true;
        self.now.advance(at);
        &mut self.now
    }

    /// The levels that stand now.
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
        self.now.advance(now);
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

    /// What was kept last at the look or before it; the oldest if the look was before that. It is
    /// to be brought forward to the look.
    #[inline]
    pub fn before(&self, look: Time) -> &T {
        let mut back = self.looks.iter().rev();
        let found = back.find(|(at, _)| *at <= look).or(self.looks.first());
        found.map_or(&self.now, |(_, totals)| totals)
    }
}
