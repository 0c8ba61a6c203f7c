//! The totals of all subjects of one kind, as they were at the looks.
//!
//! They are kept at a look only if something has changed since the look before; what was kept last
//! says what they were at any look after it. Invariants: there is always one that is kept, the
//! first of them of time zero; a look at a time at which there was one already takes its place.

use crate::base::time::Time;

/// The totals of all subjects of one kind.
pub(super) struct Kept<T>(Vec<Row<T>>);

/// The totals of a subject now and at the looks.
struct Row<T> {
    now: T,
    /// Since the last look.
    changed: bool,
    changed_at: Time,
    looks: Vec<(Time, T)>,
}

impl<T: Clone + Default> Kept<T> {
    /// So many subjects at time zero.
    pub fn new(subjects: usize) -> Self {
        Kept((0..subjects).map(|_| Row::new()).collect())
    }

    /// The totals now, to be changed.
    #[inline]
    pub fn change(&mut self, subject: usize) -> &mut T {
        let row = &mut self.0[subject];
        row.changed = true;
        &mut row.now
    }

    /// The totals now.
    pub fn now(&self, subject: usize) -> &T {
        &self.0[subject].now
    }

    /// Somebody looks; nobody will ask for what was before the look at or before `oldest`. Tells
    /// whose totals have changed since the look before, in order, from what to what.
    pub fn look(&mut self, now: Time, oldest: Time, mut changed: impl FnMut(usize, &T, &T)) {
        for (subject, row) in self.0.iter_mut().enumerate() {
            if row.changed {
                changed(subject, row.before(now), &row.now);
                row.keep(now, oldest);
            }
        }
    }

    /// The last look before which something had changed.
    #[inline]
    pub fn changed_at(&self, subject: usize) -> Time {
        self.0[subject].changed_at
    }

    /// The totals at the look; the oldest that are kept, if the look was before that.
    #[inline]
    pub fn before(&self, subject: usize, look: Time) -> &T {
        self.0[subject].before(look)
    }
}

impl<T: Clone + Default> Row<T> {
    fn new() -> Self {
        let looks = vec![(Time::ZERO, T::default())];
        Row { now: T::default(), changed: false, changed_at: Time::ZERO, looks }
    }

    #[inline]
    fn before(&self, look: Time) -> &T {
        let mut back = self.looks.iter().rev();
        let found = back.find(|(at, _)| *at <= look).or(self.looks.first());
        found.map_or(&self.now, |(_, totals)| totals)
    }

    fn keep(&mut self, now: Time, oldest: Time) {
        self.changed = false;
        if self.changed_at == now {
            self.looks.pop();
        }
        if self.looks.len() == self.looks.capacity() {
            self.forget(oldest);
        }
        self.looks.push((now, self.now.clone()));
        self.changed_at = now;
    }

    /// What nobody will ask for goes all at once, so that each is moved but a few times.
    fn forget(&mut self, oldest: Time) {
        let stale = self.looks.partition_point(|(at, _)| *at <= oldest).saturating_sub(1);
        if 2 * stale > self.looks.len() {
            self.looks.drain(..stale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    /// Who had changed by this look, from what to what.
    fn look(kept: &mut Kept<u64>, now: u64, oldest: u64) -> Vec<(usize, u64, u64)> {
        let mut changed = Vec::new();
        let note = |subject, old: &u64, new: &u64| changed.push((subject, *old, *new));
        kept.look(at(now), at(oldest), note);
        changed
    }

    #[test]
    fn a_look_after_which_nothing_changed_says_what_comes_after() {
        let mut kept: Kept<u64> = Kept::new(2);
        *kept.change(1) = 1;
        assert_eq!(look(&mut kept, 10, 0), [(1, 0, 1)]);
        assert!(look(&mut kept, 20, 0).is_empty(), "nothing has changed since");
        assert_eq!([0, 1].map(|subject| kept.changed_at(subject)), [at(0), at(10)]);
        assert_eq!([0, 9, 10, 20, 99].map(|look| *kept.before(1, at(look))), [0, 0, 1, 1, 1]);
        // Of two looks at one time the later counts.
        *kept.change(1) = 2;
        assert_eq!(look(&mut kept, 20, 0), [(1, 1, 2)]);
        *kept.change(1) = 3;
        assert_eq!(look(&mut kept, 20, 0), [(1, 2, 3)]);
        assert_eq!([19, 20].map(|look| *kept.before(1, at(look))), [1, 3]);
        assert_eq!((*kept.now(0), *kept.before(0, at(20))), (0, 0), "that is another");
    }

    #[test]
    fn what_nobody_will_ask_for_is_thrown_away() {
        let mut kept: Kept<u64> = Kept::new(1);
        for now in 1..=1_000_u64 {
            *kept.change(0) = now;
            look(&mut kept, now, now.saturating_sub(10));
            let back = now.saturating_sub(10)..=now;
            assert!(back.into_iter().all(|look| *kept.before(0, at(look)) == look), "{now}");
            let looks = kept.0[0].looks.len();
            assert!(looks <= 44, "{looks} at {now}: 11 are asked for");
        }
    }
}
