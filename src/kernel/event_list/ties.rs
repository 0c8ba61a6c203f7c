//! A crowd of events at one instant: one first-in-first-out queue for each rank.
//!
//! Within one instant and one rank events leave in the order they came, so that no comparison is
//! needed and a crowd of any size costs the same for each event.

use std::collections::VecDeque;

/// The events of the current instant, when there are too many for a sorted array.
pub(super) struct Ties<E> {
    queues: [VecDeque<E>; 8],
    /// Bit `r` is set while the queue of rank `r` holds something.
    occupied: u8,
}

impl<E> Ties<E> {
    pub(super) fn new() -> Self {
        Ties { queues: Default::default(), occupied: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.occupied == 0
    }

    pub(super) fn len(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum()
    }

    /// Adds an event behind all of its rank.
    #[inline(never)]
    pub(super) fn push(&mut self, rank: usize, event: E) {
        self.queues[rank].push_back(event);
        self.occupied |= 1 << rank;
    }

    /// The oldest event of the lowest rank.
    pub(super) fn pop(&mut self) -> Option<E> {
        let rank = self.occupied.trailing_zeros() as usize;
        let queue = self.queues.get_mut(rank)?;
        let event = queue.pop_front();
        if queue.is_empty() {
            self.occupied &= !(1 << rank);
        }
        event
    }
}
