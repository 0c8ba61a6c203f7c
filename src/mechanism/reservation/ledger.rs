//! The ledger: who holds which units, and who waits for some.
//!
//! Rule: waiters stand in line by priority, then by arrival. When units come back the line is gone
//! through once, and everybody who fits is served: the first that fits, not only the head. So small
//! requests pass a large one that does not fit yet, and while they keep coming it may starve; a
//! higher priority gives it the first choice. Readers hold a unit together, a writer alone; a unit
//! in use by readers takes no more of them while somebody earlier in line wants it alone, so
//! readers do not starve a writer. A holder's own units are in its way like anybody's.
//!
//! A holder makes one request at a time and may make further ones while it holds. Whether waiters
//! wait for one another is told by [`Answer::Deadlock`] and, after units came back, by
//! [`Ledger::deadlock`]; who is told breaks it by releasing the victim.
//!
//! A unit may be lost for a time: nobody can take it until it is regained. Who waits for it waits
//! for nobody.
//!
//! Invariants: a unit has one writer or any number of readers; what is granted is released exactly
//! once; nobody waits who fits.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use super::free::Free;
use super::request::{Need, Request, UnitId, first_fit};

/// Who holds and who waits.
pub trait Holder: Copy + Ord {
    /// What this holder is a part of, as a step of its task: the whole gives back what it holds
    /// only after its parts have gone on. By itself it is a whole.
    fn whole(self) -> Self {
        self
    }
}

impl Holder for u64 {}

/// What comes of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<H> {
    /// The units are held from now on, in the order of the request's stages; none, if the request
    /// is empty: then there is nothing to release.
    Granted(Vec<UnitId>),
    /// Stands in line, holding the stages that could be taken.
    Waiting,
    /// Can never be met; nothing is held.
    Refused,
    /// Stands in line, and the wait closes a cycle, which releasing the victim opens.
    Deadlock {
        /// Of the cycle the one of the lowest priority, then the last to have asked.
        victim: H,
    },
}

/// A waiter whose request was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant<H> {
    /// Who waited.
    pub who: H,
    /// What it holds for this request.
    pub units: Vec<UnitId>,
}

/// A hold on a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hold<H> {
    pub who: H,
    pub shared: bool,
}

/// Somebody in line.
#[derive(Clone, Debug)]
pub(super) struct Waiter<H> {
    pub who: H,
    pub priority: i32,
    /// The number of its request, counted up.
    pub turn: u64,
    request: Request,
    /// How many stages it has taken.
    stage: usize,
    /// The units of these stages.
    pub got: Vec<UnitId>,
}

impl<H> Waiter<H> {
    /// What it waits for.
    pub fn needs(&self) -> &[Need] {
        &self.request.stages[self.stage]
    }

    pub fn wants_alone(&self, unit: UnitId) -> bool {
        self.needs().iter().any(|need| !need.shared && need.units.binary_search(&unit).is_ok())
    }
}

/// The ledger of a table of units. `H` names a holder.
#[derive(Clone, Debug)]
pub struct Ledger<H> {
    /// Of each unit.
    pub(super) holds: Vec<Vec<Hold<H>>>,
    /// What each holder holds, waiters included, as often as it holds it.
    held: BTreeMap<H, Vec<UnitId>>,
    /// By priority, then by turn.
    pub(super) line: Vec<Waiter<H>>,
    turns: u64,
    /// Whether nobody can take the unit, of each.
    lost: Vec<bool>,
    /// The units that nobody holds and that are not lost.
    free: Free,
}

impl<H: Holder> Ledger<H> {
    /// A ledger of this many units, all free.
    pub fn new(units: usize) -> Self {
        let holds = (0..units).map(|_| Vec::new()).collect();
        let (lost, free) = (vec![false; units], Free::all(units));
        Ledger { holds, held: BTreeMap::new(), line: Vec::new(), turns: 0, lost, free }
    }

    /// Asks for what the request needs; higher priorities stand further ahead in line.
    ///
    /// # Panics
    /// If `who` is waiting already.
    pub fn ask(&mut self, who: H, request: &Request, priority: i32) -> Answer<H> {
        assert!(!self.waits(who), "a holder waits for one request at a time");
        if !request.is_satisfiable() {
            return Answer::Refused;
        }
        self.turns += 1;
        let place = self.line.partition_point(|other| other.priority >= priority);
        let (request, turn) = (request.clone(), self.turns);
        let waiter = Waiter { who, priority, turn, request, stage: 0, got: Vec::new() };
        self.line.insert(place, waiter);
        match (self.advance(place), self.deadlock()) {
            (Some(units), _) => Answer::Granted(units),
            (None, Some(victim)) => Answer::Deadlock { victim },
            (None, None) => Answer::Waiting,
        }
    }

    /// Releases all that `who` holds, and its place in line if it waits. Gives whom that lets go
    /// on, in the order of the line.
    ///
    /// # Panics
    /// If it neither holds nor waits: what is granted is released exactly once.
    pub fn release(&mut self, who: H) -> Vec<Grant<H>> {
        let waited = self.leave_line(who).is_some();
        let units = self.held.remove(&who);
        assert!(waited || units.is_some(), "released by somebody who holds nothing");
        for unit in units.into_iter().flatten() {
            self.holds[unit.index()].retain(|hold| hold.who != who);
            self.update_free(unit);
        }
        self.serve()
    }

    /// Releases some of the units that `who` holds, one hold each.
    ///
    /// # Panics
    /// If it does not hold one of them.
    pub fn give_back(&mut self, who: H, units: &[UnitId]) -> Vec<Grant<H>> {
        self.drop_holds(who, units);
        self.serve()
    }

    /// The wait of `who` is over without success; what it acquired while waiting is released, what
    /// it held before it keeps.
    ///
    /// # Panics
    /// If it does not wait.
    pub fn withdraw(&mut self, who: H) -> Vec<Grant<H>> {
        let waiter = self.leave_line(who).expect("only a waiter withdraws");
        self.drop_holds(who, &waiter.got);
        self.serve()
    }

    /// Units that `who` holds are from now on held, one hold each, by `to`.
    ///
    /// # Panics
    /// If it does not hold one of them.
    pub fn hand_over(&mut self, who: H, units: &[UnitId], to: H) {
        self.drop_holds(who, units);
        for unit in units {
            self.hold(*unit, Hold { who: to, shared: false });
        }
    }

    /// From now on nobody can take these units; who holds one keeps it.
    pub fn lose(&mut self, units: &[UnitId]) {
        self.set_lost(units, true);
    }

    /// These units can be taken again.
    pub fn regain(&mut self, units: &[UnitId]) -> Vec<Grant<H>> {
        self.set_lost(units, false);
        self.serve()
    }

    /// Whether nobody can take the unit.
    pub fn is_lost(&self, unit: UnitId) -> bool {
        self.lost[unit.index()]
    }

    /// Who holds the unit.
    pub fn holders(&self, unit: UnitId) -> impl Iterator<Item = H> {
        self.holds[unit.index()].iter().map(|hold| hold.who)
    }

    /// Who stands in line, in its order.
    pub fn line(&self) -> impl Iterator<Item = H> {
        self.line.iter().map(|waiter| waiter.who)
    }

    /// What `who` holds.
    pub fn holds(&self, who: H) -> &[UnitId] {
        self.held.get(&who).map_or(&[], Vec::as_slice)
    }

    /// Whether `who` stands in line.
    pub fn waits(&self, who: H) -> bool {
        self.line.iter().any(|waiter| waiter.who == who)
    }

    /// How many stand in line.
    pub fn waiting(&self) -> usize {
        self.line.len()
    }

    /// Whether somebody holds the unit.
    pub fn is_held(&self, unit: UnitId) -> bool {
        !self.holds[unit.index()].is_empty()
    }

    /// Nobody holds and nobody waits.
    pub fn is_idle(&self) -> bool {
        self.held.is_empty() && self.line.is_empty()
    }

    fn leave_line(&mut self, who: H) -> Option<Waiter<H>> {
        let place = self.line.iter().position(|waiter| waiter.who == who)?;
        Some(self.line.remove(place))
    }

    fn drop_holds(&mut self, who: H, units: &[UnitId]) {
        for unit in units {
            let holds = &mut self.holds[unit.index()];
            let hold = holds.iter().rposition(|hold| hold.who == who);
            holds.remove(hold.expect("only what is held is released"));
            self.update_free(*unit);
            let held = self.held.get_mut(&who).expect("a holder is known");
            let place = held.iter().rposition(|other| other == unit);
            held.remove(place.expect("a holder's list has all it holds"));
            if held.is_empty() {
                self.held.remove(&who);
            }
        }
    }

    fn set_lost(&mut self, units: &[UnitId], lost: bool) {
        for unit in units {
            self.lost[unit.index()] = lost;
            self.update_free(*unit);
        }
    }

    fn hold(&mut self, unit: UnitId, hold: Hold<H>) {
        self.holds[unit.index()].push(hold);
        self.held.entry(hold.who).or_default().push(unit);
        self.update_free(unit);
    }

    fn update_free(&mut self, unit: UnitId) {
        self.free.set(unit, !self.is_held(unit) && !self.is_lost(unit));
    }

    /// Goes through the line and serves everybody who fits. Once is enough: what a later one takes
    /// never lets an earlier one fit.
    fn serve(&mut self) -> Vec<Grant<H>> {
        let mut grants = Vec::new();
        let mut place = 0;
        while place < self.line.len() {
            let who = self.line[place].who;
            match self.advance(place) {
                Some(units) => grants.push(Grant { who, units }),
                None => place += 1,
            }
        }
        grants
    }

    /// Takes all stages that can be taken by the waiter at `place`; if these are all, it leaves the
    /// line with its units.
    fn advance(&mut self, place: usize) -> Option<Vec<UnitId>> {
        loop {
            let waiter = &self.line[place];
            if waiter.stage == waiter.request.stages.len() {
                return Some(self.line.remove(place).got);
            }
            let mut got = waiter.got.clone();
            let open = |need| self.open(place, need);
            if !first_fit(waiter.needs(), &mut got, open) {
                return None;
            }
            self.take(place, got);
        }
    }

    /// The units that the waiter at `place` could take.
    fn open<'a>(&'a self, place: usize, need: &'a Need) -> impl Iterator<Item = UnitId> + 'a {
        let (shared, alone) = match need.shared {
            true => (need.units.as_slice(), &[][..]),
            false => (&[][..], need.units.as_slice()),
        };
        let is_open =
            move |unit: &UnitId| !self.is_lost(*unit) && self.is_open(place, true, *unit, |_| true);
        shared.iter().copied().filter(is_open).chain(self.free.of(alone))
    }

    /// The waiter at `place` takes its stage: the units that `got` has more than it had.
    fn take(&mut self, place: usize, got: Vec<UnitId>) {
        let waiter = &mut self.line[place];
        let (who, stages) = (waiter.who, waiter.request.stages.clone());
        let stage = &stages[waiter.stage];
        let taken = got[waiter.got.len()..].to_vec();
        waiter.stage += 1;
        waiter.got = got;
        let shared = stage.iter().flat_map(|need| repeat_n(need.shared, need.count as usize));
        for (unit, shared) in taken.into_iter().zip(shared) {
            self.hold(unit, Hold { who, shared });
        }
    }

    /// Whether the waiter at `place` could take the unit, if only those count who are `there`.
    pub(super) fn is_open(
        &self,
        place: usize,
        shared: bool,
        unit: UnitId,
        there: impl Fn(H) -> bool,
    ) -> bool {
        let mut holds = self.holds[unit.index()].iter().filter(|hold| there(hold.who)).peekable();
        if holds.peek().is_none() {
            return true;
        }
        let writer = |other: &Waiter<H>| there(other.who) && other.wants_alone(unit);
        shared && holds.all(|hold| hold.shared) && !self.line[..place].iter().any(writer)
    }
}
