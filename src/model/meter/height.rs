//! How many there are at once, and the area under that number over time.
//!
//! A change by d at time t adds d (T - t) to the area until any later T. With h of them the area
//! until T is therefore h T less the sum of all d t. Invariants: exact in integers, so the sum of
//! several is the same in any order; nobody asks for a time before its last change.

use crate::base::time::Time;

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct Height {
    now: u64,
    /// The sum of all changes, each times its time in nanoseconds.
    moment: i128,
}

impl Height {
    /// One more.
    #[inline]
    pub fn rise(&mut self, at: Time) {
        self.now += 1;
        self.moment += i128::from(at.nanos());
    }

    /// One less.
    #[inline]
    pub fn fall(&mut self, at: Time) {
        debug_assert!(self.now > 0, "there is never less than nothing");
        self.now -= 1;
        self.moment -= i128::from(at.nanos());
    }

    /// One of those that this is the sum of has gone from `old` to `new`.
    pub fn follow(&mut self, old: &Height, new: &Height) {
        self.now = self.now + new.now - old.now;
        self.moment += new.moment - old.moment;
    }

    /// How many there are.
    #[inline]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The area from time zero until `at`, in nanoseconds.
    #[inline]
    pub fn area_until(&self, at: Time) -> i128 {
        i128::from(self.now) * i128::from(at.nanos()) - self.moment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_by_hand() {
        let at = Time::from_nanos;
        // One from 10, two from 30, one from 35.
        let mut one = Height::default();
        one.rise(at(10));
        let before = one.clone();
        one.rise(at(30));
        one.fall(at(35));
        assert_eq!((one.now(), one.area_until(at(35)), one.area_until(at(50))), (1, 30, 45));
        // With another that is one from 40 to 44.
        let mut other = Height::default();
        other.rise(at(40));
        other.fall(at(44));
        let mut sum = Height::default();
        sum.follow(&Height::default(), &before);
        sum.follow(&Height::default(), &other);
        sum.follow(&before, &one);
        assert_eq!((sum.now(), sum.area_until(at(50))), (1, 45 + 4));
    }
}
