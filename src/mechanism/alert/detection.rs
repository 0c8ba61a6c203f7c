//! How well a rule finds faults: how long after a fault it fires, and how often for nothing.
//!
//! Intervals are half-open: `from` belongs to them, `to` does not; what has not ended has
//! [`Time::MAX`] there. A fault (s, e) can be found from s to e + grace: the grace is for what it
//! leaves behind, such as a backlog.
//!
//! - Found after f - s by the first firing that begins at f with s <= f < e + grace; a firing at
//!   s itself always counts, even of a fault that has no length.
//! - A firing that began before s and is still on then says nothing new: the fault counts as found
//!   already, with no delay, and is counted apart, because the firing is not owed to it.
//! - One firing may find several faults, and a fault is found once.
//! - A firing is a false alarm if no fault can be found in any part of it: it overlaps no
//!   (s, e + grace).
//!
//! Pure: no order of the faults or firings is asked for.

use crate::base::time::{Span, Time};

/// From when to when something was so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The first moment.
    pub from: Time,
    /// The first moment after it; [`Time::MAX`]: it has not ended.
    pub to: Time,
}

/// How a fault was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// By no firing.
    Never,
    /// The rule was firing when it began.
    Already,
    /// By a firing that began so long after it.
    After(Span),
}

impl Found {
    /// How long it took; nothing if it was firing already.
    pub fn delay(self) -> Option<Span> {
        match self {
            Found::Never => None,
            Found::Already => Some(Span::ZERO),
            Found::After(delay) => Some(delay),
        }
    }
}

/// What a rule is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// How each fault was found, in the order given.
    pub found: Vec<Found>,
    /// How many firings overlap no fault.
    pub false_alarms: usize,
}

impl Interval {
    /// When a fault can be found.
    fn findable(&self, grace: Span) -> Interval {
        Interval { from: self.from, to: self.to.saturating_add(grace) }
    }

    /// Is the moment in it? The first always is.
    fn holds(&self, at: Time) -> bool {
        at == self.from || (self.from < at && at < self.to)
    }

    fn overlaps(&self, other: &Interval) -> bool {
        self.holds(other.from) || other.holds(self.from)
    }
}

/// Compares the faults with the firings of one rule.
pub fn detection(faults: &[Interval], firings: &[Interval], grace: Span) -> Detection {
    let find = |fault: &Interval| {
        let findable = fault.findable(grace);
        let is_on = |firing: &&Interval| firing.from < fault.from && firing.holds(fault.from);
        if firings.iter().any(|firing| is_on(&firing)) {
            return Found::Already;
        }
        let first = firings.iter().map(|firing| firing.from).filter(|at| findable.holds(*at)).min();
        first.map_or(Found::Never, |at| Found::After(at.since(fault.from)))
    };
    let is_false =
        |firing: &&Interval| !faults.iter().any(|fault| fault.findable(grace).overlaps(firing));
    Detection {
        found: faults.iter().map(find).collect(),
        false_alarms: firings.iter().filter(is_false).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::s;
    use super::*;
    use Found::{After, Already, Never};

    /// What comes of faults and firings in seconds; a `to` of zero is none.
    fn found(faults: &[(u64, u64)], firings: &[(u64, u64)], grace: u64) -> (Vec<Found>, usize) {
        let at = |seconds| Time::ZERO + s(seconds);
        let end = |to| if to == 0 { Time::MAX } else { at(to) };
        let all = |list: &[(u64, u64)]| -> Vec<Interval> {
            list.iter().map(|(from, to)| Interval { from: at(*from), to: end(*to) }).collect()
        };
        let Detection { found, false_alarms } = detection(&all(faults), &all(firings), s(grace));
        (found, false_alarms)
    }

    #[test]
    fn the_first_firing_finds_it() {
        let firings = [(300, 320), (130, 140), (160, 200)];
        assert_eq!(found(&[(100, 200)], &firings, 0), (vec![After(s(30))], 1));
        assert_eq!(found(&[(100, 200)], &[], 0), (vec![Never], 0));
        assert_eq!(found(&[], &firings, 0), (vec![], 3));
    }

    #[test]
    fn the_ends_are_exact() {
        // At its start: no delay. At its end: over. With a grace of 1 s: just not.
        assert_eq!(found(&[(100, 200)], &[(100, 110)], 0), (vec![After(s(0))], 0));
        assert_eq!(found(&[(100, 200)], &[(200, 210)], 0), (vec![Never], 1));
        assert_eq!(found(&[(100, 200)], &[(200, 210)], 1), (vec![After(s(100))], 0));
        assert_eq!(found(&[(100, 200)], &[(201, 210)], 1), (vec![Never], 1));
        // A firing that ends when the fault begins has nothing to do with it.
        assert_eq!(found(&[(100, 200)], &[(90, 100)], 0), (vec![Never], 1));
    }

    #[test]
    fn one_that_is_on_already_is_told_apart() {
        let (all, false_alarms) = found(&[(100, 200)], &[(90, 101), (150, 160)], 0);
        assert_eq!((all[0], all[0].delay(), false_alarms), (Already, Some(s(0)), 0));
    }

    #[test]
    fn what_has_no_length_can_be_found_and_find() {
        assert_eq!(found(&[(100, 100)], &[(100, 130)], 0), (vec![After(s(0))], 0));
        assert_eq!(found(&[(100, 100)], &[(101, 130)], 0), (vec![Never], 1));
        assert_eq!(found(&[(100, 100)], &[(101, 130)], 5), (vec![After(s(1))], 0));
        assert_eq!(found(&[(100, 200)], &[(150, 150)], 0), (vec![After(s(50))], 0));
        assert_eq!(found(&[(100, 100)], &[(100, 100)], 0), (vec![After(s(0))], 0));
        assert_eq!(found(&[(100, 100)], &[(90, 130)], 0), (vec![Already], 0));
    }

    #[test]
    fn overlapping_faults_share_a_firing() {
        // The second begins while the rule fires for the first.
        let faults = [(100, 200), (150, 250), (120, 125)];
        let firings = [(130, 190)];
        assert_eq!(found(&faults, &firings, 0), (vec![After(s(30)), Already, Never], 0));
        // Before it fires both are on, and one firing finds both.
        assert_eq!(found(&faults[..2], &[(160, 0)], 0), (vec![After(s(60)), After(s(10))], 0));
    }

    #[test]
    fn what_never_ends_reaches_all_that_comes() {
        assert_eq!(found(&[(100, 0)], &[(5_000, 0)], 60), (vec![After(s(4_900))], 0));
        assert_eq!(found(&[(100, 200), (900, 950)], &[(50, 0)], 0), (vec![Already, Already], 0));
        assert_eq!(found(&[(100, 200)], &[(300, 0)], 0), (vec![Never], 1));
        // A firing from before reaches into the fault: it is none for nothing.
        assert_eq!(found(&[(100, 0)], &[(50, 60), (50, 200)], 0), (vec![Already], 1));
    }
}
