//! The calendar: units booked ahead, each from a time to another.
//!
//! Rule: bookings of a unit do not overlap, unless all are shared; the end of one may be the start
//! of the next. A request is booked whole, first fit in the order of the table; if that fails the
//! one who came later is shifted to the earliest start that fits, and bookings made never move.
//! Such a start is the one wished for or the end of a booking: in between, units only get fewer.
//!
//! A calendar knows nothing of a ledger: units are either held on demand or by the calendar, or who
//! uses both sees to it that a booking's holder asks the ledger when its time has come.

use super::request::{Request, UnitId, first_fit};
use crate::base::time::{Span, Time};

#[derive(Clone, Copy, Debug)]
struct Booking<H> {
    who: H,
    from: Time,
    /// Not included.
    to: Time,
    shared: bool,
}

/// The bookings of a table of units. `H` names who booked.
#[derive(Clone, Debug)]
pub struct Calendar<H> {
    units: Vec<Vec<Booking<H>>>,
}

impl<H: Copy + Ord> Calendar<H> {
    /// A calendar of this many units, nothing booked.
    pub fn new(units: usize) -> Self {
        Calendar { units: (0..units).map(|_| Vec::new()).collect() }
    }

    /// Books what the request needs from a time up to another, which is not included. `None`: it
    /// overlaps with other bookings, and nothing is booked.
    ///
    /// # Panics
    /// If `to` is not after `from`.
    pub fn reserve(
        &mut self,
        who: H,
        request: &Request,
        from: Time,
        to: Time,
    ) -> Option<Vec<UnitId>> {
        let units = self.fit(request, from, to)?;
        let needs = request.stages.iter().flatten();
        let shared = needs.flat_map(|need| std::iter::repeat_n(need.shared, need.count as usize));
        for (unit, shared) in units.iter().zip(shared) {
            self.units[unit.index()].push(Booking { who, from, to, shared });
        }
        Some(units)
    }

    /// The earliest start, not before `from`, at which the request can be booked for this long;
    /// `None` if it never can.
    ///
    /// # Panics
    /// If `length` is zero.
    pub fn earliest(&self, request: &Request, from: Time, length: Span) -> Option<Time> {
        let needs = request.stages.iter().flatten();
        let units = needs.flat_map(|need| &need.units);
        let ends = units.flat_map(|unit| &self.units[unit.index()]).map(|booking| booking.to);
        let mut starts: Vec<Time> = ends.filter(|&end| end > from).collect();
        starts.push(from);
        starts.sort_unstable();
        starts.into_iter().find(|&start| self.fit(request, start, start + length).is_some())
    }

    /// Who has booked what the request cannot have from a time up to another.
    pub fn in_the_way(
        &self,
        request: &Request,
        from: Time,
        to: Time,
        counts: impl Fn(H) -> bool,
    ) -> Option<H> {
        let needs = request.stages.iter().flatten();
        let units = needs.flat_map(|need| &need.units);
        let bookings = units.flat_map(|unit| &self.units[unit.index()]);
        let mut overlapping = bookings.filter(|it| from < it.to && it.from < to && counts(it.who));
        overlapping.next().map(|booking| booking.who)
    }

    /// Gives up all bookings of `who`.
    ///
    /// # Panics
    /// If it has none: a booking is given up once.
    pub fn cancel(&mut self, who: H) {
        let before = self.booked();
        for bookings in &mut self.units {
            bookings.retain(|booking| booking.who != who);
        }
        assert!(self.booked() < before, "cancelled by somebody who booked nothing");
    }

    /// Forgets the bookings that are over by `now`.
    pub fn forget(&mut self, now: Time) {
        for bookings in &mut self.units {
            bookings.retain(|booking| booking.to > now);
        }
    }

    /// How many bookings there are, one for each unit.
    pub fn booked(&self) -> usize {
        self.units.iter().map(Vec::len).sum()
    }

    fn fit(&self, request: &Request, from: Time, to: Time) -> Option<Vec<UnitId>> {
        assert!(from < to, "a booking takes some time");
        let clear = |shared: bool, unit: UnitId| {
            let mut bookings = self.units[unit.index()].iter();
            bookings.all(|other| other.to <= from || to <= other.from || (shared && other.shared))
        };
        let mut taken = Vec::new();
        let mut stages = request.stages.iter();
        let fits = stages.all(|stage| {
            first_fit(stage, &mut taken, |need| need.all().filter(|unit| clear(need.shared, *unit)))
        });
        fits.then_some(taken)
    }
}
