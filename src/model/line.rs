//! A line: the attempts that wait, kept in the order of the discipline.
//!
//! A line has a lane for each set of pools that its steps can be done by, so that a freed agent
//! finds the best attempt *it* can do without searching. Attempts that leave without being served
//! (reneging, a task that failed elsewhere) are only counted out; their entries are skipped when
//! they come up and swept when they outnumber the living. Invariants: `waiting` is the number of
//! living entries; among the living, the one taken has the least (rank, sequence), or is any of
//! them under random order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::event::AttemptKey;
use super::joining::Joining;
use super::table::Table;
use super::world::Attempt;
use crate::base::id::PoolId;
use crate::base::random::Stream;
use crate::mechanism::discipline::{End, Machine, Order, Spec, random};

/// The attempts in the system.
pub(super) type Attempts = Table<AttemptKey, Attempt>;

/// A place in line: the lowest rank goes first, then who joined first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub rank: i64,
    pub sequence: u64,
    pub attempt: AttemptKey,
}

/// The attempts of one lane.
#[derive(Debug)]
#[repr(u8)] // a tag of its own, which is read at once
enum Store {
    Joining(Joining),
    Rank(BinaryHeap<Reverse<Place>>),
    Any(Vec<(u64, AttemptKey)>),
}

/// The attempts that the same pools can do.
#[derive(Debug)]
struct Lane {
    pools: Vec<PoolId>,
    store: Store,
    living: usize,
}

/// A line.
#[derive(Debug)]
pub(super) struct Line {
    lanes: Vec<Lane>,
    waiting: usize,
    /// What the discipline remembers of this line.
    pub machine: Machine,
    /// Whether the next may be taken from the back.
    turns: bool,
}

impl Line {
    /// An empty line under this discipline with a lane for each set of pools.
    pub fn new(discipline: &Spec, lanes: &[Vec<PoolId>]) -> Self {
        let store = || match discipline.order() {
            Order::Joining => Store::Joining(Joining::default()),
            Order::Rank => Store::Rank(BinaryHeap::new()),
            Order::Any => Store::Any(Vec::new()),
        };
        let lane = |pools: &Vec<PoolId>| Lane { pools: pools.clone(), store: store(), living: 0 };
        let machine = discipline.build();
        let turns = machine.turns();
        Line { lanes: lanes.iter().map(lane).collect(), waiting: 0, machine, turns }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// An attempt joins. By reference: the parts of the place have just been written, and are read
    /// as they were.
    #[inline(always)]
    pub fn join(&mut self, lane: usize, place: &Place) {
        let lane = &mut self.lanes[lane];
        match &mut lane.store {
            Store::Joining(queue) => queue.push(place.sequence, place.attempt),
            Store::Rank(heap) => heap.push(Reverse(*place)),
            Store::Any(all) => all.push((place.sequence, place.attempt)),
        }
        lane.living += 1;
        self.waiting += 1;
    }

    /// The attempt that an agent of this pool takes next leaves the line.
    #[inline(always)]
    pub fn take(&mut self, pool: PoolId, live: &Attempts, stream: &mut Stream) -> Option<Place> {
        let end = self.end();
        let lane = match &mut self.lanes[..] {
            [lane] if lane.living > 0 && lane.pools.contains(&pool) => lane,
            [_] => return None,
            lanes => choose_lane(lanes, |lane| lane.pools.contains(&pool), end, live, stream)?,
        };
        let place = lane.pop(end, live, stream)?;
        lane.living -= 1;
        self.waiting -= 1;
        Some(place)
    }

    /// The attempt that is next leaves the line, whoever can do it.
    pub fn take_next(&mut self, live: &Attempts, stream: &mut Stream) -> Option<Place> {
        let end = self.end();
        let lane = choose_lane(&mut self.lanes, |_| true, end, live, stream)?;
        let place = lane.pop(end, live, stream)?;
        lane.living -= 1;
        self.waiting -= 1;
        Some(place)
    }

    /// From which end the next is taken.
    #[inline]
    fn end(&self) -> End {
        if self.turns { self.machine.end(self.waiting) } else { End::Front }
    }

    /// This attempt of this lane leaves the line.
    pub fn take_out(&mut self, lane: usize, place: Place) {
        let lane = &mut self.lanes[lane];
        lane.living -= 1;
        self.waiting -= 1;
        lane.keep(|attempt| attempt != place.attempt);
    }

    /// Those who wait, in the order in which they would be taken (of joining, where one is picked).
    pub fn in_order(&self, live: &Attempts) -> Vec<Place> {
        let mut places: Vec<Place> = self.places(live).collect();
        places.sort_unstable();
        if self.end() == End::Back {
            places.reverse();
        }
        places
    }

    /// A waiting attempt of this lane has left without being served; it is no longer in `live`.
    pub fn leave(&mut self, lane: usize, live: &Attempts) {
        self.waiting -= 1;
        let lane = &mut self.lanes[lane];
        lane.living -= 1;
        lane.sweep(live);
    }

    /// The attempt that would be taken last.
    pub fn last(&self, live: &Attempts) -> Option<Place> {
        self.places(live).max()
    }

    /// The attempt that joined first.
    pub fn oldest(&self, live: &Attempts) -> Option<Place> {
        self.oldest_of(live, |_| true)
    }

    /// The attempt that joined first of those for which this holds.
    pub fn oldest_of(&self, live: &Attempts, holds: impl Fn(&Place) -> bool) -> Option<Place> {
        self.places(live).filter(holds).min_by_key(|place| place.sequence)
    }

    /// Everyone leaves, in the order of joining.
    pub fn drain(&mut self, live: &Attempts) -> Vec<Place> {
        let mut places: Vec<Place> = self.places(live).collect();
        places.sort_by_key(|place| place.sequence);
        for lane in &mut self.lanes {
            lane.clear();
        }
        self.waiting = 0;
        places
    }

    fn places<'a>(&'a self, live: &'a Attempts) -> impl Iterator<Item = Place> + 'a {
        self.lanes.iter().flat_map(Lane::places).filter(|place| live.contains_key(place.attempt))
    }
}

/// A place under an order that has no ranks.
fn unranked((sequence, attempt): (u64, AttemptKey)) -> Place {
    Place { rank: 0, sequence, attempt }
}

fn choose_lane<'l>(
    lanes: &'l mut [Lane],
    can: impl Fn(&Lane) -> bool,
    end: End,
    live: &Attempts,
    stream: &mut Stream,
) -> Option<&'l mut Lane> {
    let serves = |lane: &Lane| lane.living > 0 && can(lane);
    if lanes.iter().any(|lane| matches!(lane.store, Store::Any(_))) {
        let total = lanes.iter().filter(|lane| serves(lane)).map(|lane| lane.living).sum();
        let mut nth = if total == 0 { return None } else { random::pick(total, stream) };
        return lanes.iter_mut().filter(|lane| serves(lane)).find(|lane| {
            let here = nth < lane.living;
            nth = nth.wrapping_sub(lane.living);
            here
        });
    }
    let next = lanes
        .iter_mut()
        .filter(|lane| serves(lane))
        .filter_map(|lane| Some((lane.next(end, live)?, lane)));
    let first = match end {
        End::Front => next.min_by_key(|(place, _)| *place),
        End::Back => next.max_by_key(|(place, _)| *place),
    };
    first.map(|(_, lane)| lane)
}

impl Lane {
    /// The first living place from this end; the dead before it are thrown away.
    fn next(&mut self, end: End, live: &Attempts) -> Option<Place> {
        match &mut self.store {
            Store::Joining(queue) => {
                while let Some(entry) = queue.peek(end) {
                    if live.contains_key(entry.1) {
                        return Some(unranked(entry));
                    }
                    queue.pop(end);
                }
            }
            Store::Rank(heap) => {
                while let Some(&Reverse(place)) = heap.peek() {
                    if live.contains_key(place.attempt) {
                        return Some(place);
                    }
                    heap.pop();
                }
            }
            Store::Any(_) => {}
        }
        None
    }

    /// Takes the place that is next.
    #[inline(always)]
    fn pop(&mut self, end: End, live: &Attempts, stream: &mut Stream) -> Option<Place> {
        loop {
            let place = match &mut self.store {
                Store::Joining(queue) => unranked(queue.pop(end)?),
                Store::Rank(heap) => heap.pop()?.0,
                // Picking again when a dead one is picked leaves the living equally likely.
                Store::Any(all) if all.is_empty() => return None,
                Store::Any(all) => unranked(all.swap_remove(random::pick(all.len(), stream))),
            };
            if live.contains_key(place.attempt) {
                return Some(place);
            }
        }
    }

    /// Throws the dead away when they are more than the living, so that a line's memory follows its
    /// length.
    fn sweep(&mut self, live: &Attempts) {
        if self.len() <= 2 * self.living + 32 {
            return;
        }
        self.keep(|attempt| live.contains_key(attempt));
    }

    fn keep(&mut self, keeps: impl Fn(AttemptKey) -> bool) {
        match &mut self.store {
            Store::Joining(queue) => queue.retain(keeps),
            Store::Rank(heap) => heap.retain(|Reverse(place)| keeps(place.attempt)),
            Store::Any(all) => all.retain(|(_, attempt)| keeps(*attempt)),
        }
    }

    fn len(&self) -> usize {
        match &self.store {
            Store::Joining(queue) => queue.len(),
            Store::Rank(heap) => heap.len(),
            Store::Any(all) => all.len(),
        }
    }

    fn clear(&mut self) {
        self.living = 0;
        match &mut self.store {
            Store::Joining(queue) => queue.clear(),
            Store::Rank(heap) => heap.clear(),
            Store::Any(all) => all.clear(),
        }
    }

    fn places(&self) -> Box<dyn Iterator<Item = Place> + '_> {
        match &self.store {
            Store::Joining(queue) => Box::new(queue.iter().map(unranked)),
            Store::Rank(heap) => Box::new(heap.iter().map(|Reverse(place)| *place)),
            Store::Any(all) => Box::new(all.iter().copied().map(unranked)),
        }
    }
}
