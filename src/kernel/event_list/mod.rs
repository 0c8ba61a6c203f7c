//! The future-event list: what is to happen, in the total order (time, [`Rank`], sequence).
//!
//! Sequence is the order of the pushes, so that equal times and ranks are first come, first
//! served, and one program has one order of events. Times never go back: nothing may be pushed
//! before the time popped last. At that very time it may, and with a lower rank than the one
//! popped: it is then the next.
//!
//! Three parts hold the entries, and which of them holds one never changes the order:
//! - `near`: a sorted array of the next few. A small model lives in it alone.
//! - `far`: everything after the time `until`, in a radix heap, roughly sorted ([`far`]).
//! - `ties`: a crowd of events at the current instant ([`ties`]).
//!
//! A push is O(1) beyond the array of at most [`NEAR_MAX`]; a pop is amortised O(1), as an entry
//! moves down at most eight levels. Buffers are kept and reused: in a steady state nothing is
//! allocated, and memory is proportional to the most events ever pending.
//!
//! Invariants: every time in `near` <= `until` < every time in `far`; while `ties` holds anything
//! it holds all events of the instant `now`, and `near` none of them.

mod far;
mod rank;
#[cfg(test)]
mod tests;
mod ties;

pub use rank::Rank;

use crate::base::time::Time;
use far::Far;
use std::cmp::Reverse;
use ties::Ties;

/// Most entries of the sorted array; beyond that its later half goes to `far`.
const NEAR_MAX: usize = 32;
/// Most entries brought near at once: sorting them must be cheap, and there must be room left.
const NEAR_FILL: usize = 24;
/// Fewer than this are not worth a visit to `far`: the next bucket is brought with them.
const NEAR_ENOUGH: usize = 4;
/// The rank is in the bits above, the sequence in those below: 2^61 pushes take decades.
const RANK_SHIFT: u32 = 61;

#[derive(Clone, Copy)]
struct Entry<E> {
    time: u64,
    /// Rank, then sequence.
    order: u64,
    event: E,
}

const _: () = assert!(size_of::<Entry<[u32; 3]>>() <= 32);

impl<E> Entry<E> {
    fn key(&self) -> u128 {
        u128::from(self.time) << 64 | u128::from(self.order)
    }
}

/// Pending events, popped in the order (time, rank, sequence).
///
/// Events are copied about: keep them small (at most 12 bytes make an entry of 32).
pub struct EventList<E: Copy> {
    /// The latest first, so that the next is popped off the end.
    near: Vec<Entry<E>>,
    /// The latest time that belongs in `near`.
    until: u64,
    far: Far<E>,
    ties: Ties<E>,
    /// The time popped last.
    now: u64,
    sequence: u64,
}

impl<E: Copy> Default for EventList<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Copy> EventList<E> {
    /// A list without events, at the start of time.
    pub fn new() -> Self {
        EventList {
            near: Vec::with_capacity(NEAR_MAX + 1),
            until: u64::MAX,
            far: Far::new(),
            ties: Ties::new(),
            now: 0,
            sequence: 0,
        }
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.near.len() + self.far.len() + self.ties.len()
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.near.is_empty() && self.far.is_empty() && self.ties.is_empty()
    }

    /// Adds an event at the time `at`.
    ///
    /// # Panics
    /// If `at` is before the time popped last.
    #[inline(always)]
    pub fn push(&mut self, at: Time, rank: Rank, event: E) {
        let time = at.nanos();
        let order = (rank as u64) << RANK_SHIFT | self.sequence;
        self.sequence += 1;
        if time > self.until {
            self.far.push(Entry { time, order, event });
        } else if time > self.now {
            self.insert(Entry { time, order, event });
        } else {
            self.push_now(rank, Entry { time, order, event });
        }
    }

    /// Adds an event at the current time.
    #[inline(never)]
    fn push_now(&mut self, rank: Rank, entry: Entry<E>) {
        assert!(entry.time == self.now, "an event is never before the current time");
        if self.ties.is_empty() {
            self.insert(entry);
        } else {
            self.ties.push(rank as usize, entry.event);
        }
    }

    /// Takes the next event and its time, which is from then on the current time.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        if self.near.is_empty() || !self.ties.is_empty() {
            self.refill();
            if let Some(event) = self.ties.pop() {
                return Some((Time::from_nanos(self.now), event));
            }
        }
        let entry = self.near.pop()?;
        self.now = entry.time;
        Some((Time::from_nanos(entry.time), entry.event))
    }

    #[inline(always)]
    fn insert(&mut self, entry: Entry<E>) {
        self.near.push(entry);
        let near = &mut self.near[..];
        let last = near.len() - 1;
        let mut at = last;
        while at > 0 && near[at - 1].key() < entry.key() {
            near[at] = near[at - 1];
            at -= 1;
        }
        if at < last {
            near[at] = entry;
        }
        if near.len() > NEAR_MAX {
            self.relieve();
        }
    }

    /// Brings the earliest entries near, if there are none before them. Only from `pop`: the first
    /// of them is the current time before anything else can be pushed.
    #[inline(never)]
    fn refill(&mut self) {
        if !self.near.is_empty() || !self.ties.is_empty() || self.far.is_empty() {
            return;
        }
        self.until = self.far.take_first(&mut self.near, NEAR_ENOUGH, NEAR_FILL);
        if self.far.is_empty() {
            self.until = u64::MAX;
        }
        self.near.sort_unstable_by_key(|entry| Reverse(entry.key()));
        if self.near.len() > NEAR_MAX {
            self.now = self.near[0].time;
            self.relieve();
        }
    }

    /// Halves a full array: its later half goes to `far`, or the earlier one to `ties` if it is of
    /// the current instant.
    #[inline(never)]
    fn relieve(&mut self) {
        let split = self.near[self.near.len() / 2].time;
        if split > self.now {
            let later = self.near.partition_point(|entry| entry.time >= split);
            for entry in self.near.drain(..later) {
                self.far.push(entry);
            }
            self.until = split - 1;
        } else {
            let later = self.near.partition_point(|entry| entry.time > self.now);
            for entry in self.near.drain(later..).rev() {
                self.ties.push((entry.order >> RANK_SHIFT) as usize, entry.event);
            }
        }
    }
}
