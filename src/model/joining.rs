//! Attempts in line in the order in which they joined.
//!
//! An entry is three words of 32 bits: a million tasks may wait. Of a sequence only the lower half
//! is kept; the latest one tells the upper. Invariants: the sequences rise from the front to the
//! back; all of them are less than 2^32 before the latest that was ever pushed, which a line keeps
//! unless someone waits while four thousand million others join.

use std::collections::VecDeque;

use super::event::AttemptKey;
use super::table::Key;
use crate::mechanism::discipline::End;

/// The lower half of a sequence, and the two halves of a key.
type Entry = [u32; 3];

/// A line in the order of joining.
#[derive(Debug, Default)]
pub(super) struct Joining {
    queue: VecDeque<Entry>,
    /// The latest sequence that was pushed.
    latest: u64,
}

impl Joining {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// An attempt joins; one that comes back takes its old place.
    #[inline(always)]
    pub fn push(&mut self, sequence: u64, attempt: AttemptKey) {
        let entry = [sequence as u32, attempt.row() as u32, attempt.turn()];
        let last = self.queue.back().map(|back| self.read(*back).0);
        if last.is_some_and(|last| last > sequence) {
            return self.come_back(sequence, entry);
        }
        self.latest = sequence;
        self.queue.push_back(entry);
    }

    #[cold]
    #[inline(never)]
    fn come_back(&mut self, sequence: u64, entry: Entry) {
        let at = self.queue.partition_point(|other| self.read(*other).0 < sequence);
        self.queue.insert(at, entry);
    }

    /// The sequence and the attempt at this end.
    pub fn peek(&self, end: End) -> Option<(u64, AttemptKey)> {
        let entry = match end {
            End::Front => self.queue.front(),
            End::Back => self.queue.back(),
        };
        entry.map(|entry| self.read(*entry))
    }

    /// Takes the sequence and the attempt at this end.
    #[inline(always)]
    pub fn pop(&mut self, end: End) -> Option<(u64, AttemptKey)> {
        let entry = match end {
            End::Front => self.queue.pop_front(),
            End::Back => self.queue.pop_back(),
        };
        entry.map(|entry| self.read(entry))
    }

    /// Only attempts for which this holds stay.
    pub fn retain(&mut self, keeps: impl Fn(AttemptKey) -> bool) {
        self.queue.retain(|[_, row, turn]| keeps(AttemptKey::new(*row, *turn)));
    }

    /// Nobody is left.
    pub fn clear(&mut self) {
        self.queue.clear();
    }

    /// The sequences and attempts, from the front.
    pub fn iter(&self) -> impl Iterator<Item = (u64, AttemptKey)> {
        self.queue.iter().map(|entry| self.read(*entry))
    }

    #[inline(always)]
    fn read(&self, [lower, row, turn]: Entry) -> (u64, AttemptKey) {
        let before = (self.latest as u32).wrapping_sub(lower);
        (self.latest - u64::from(before), AttemptKey::new(row, turn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sequences: &[u64]) -> Joining {
        let mut line = Joining::default();
        let key = |sequence: u64| AttemptKey::new(sequence as u32, 1);
        sequences.iter().for_each(|sequence| line.push(*sequence, key(*sequence)));
        line
    }

    fn sequences(line: &Joining) -> Vec<u64> {
        line.iter().map(|(sequence, _)| sequence).collect()
    }

    #[test]
    fn who_comes_back_takes_its_old_place() {
        assert_eq!(sequences(&line(&[3, 5, 9, 4, 0, 7])), [0, 3, 4, 5, 7, 9]);
    }

    #[test]
    fn a_sequence_is_whole_where_its_lower_half_begins_again() {
        let high = 7 << 32;
        let mut line = line(&[high - 2, high - 1, high, high + 1]);
        assert_eq!(sequences(&line), [high - 2, high - 1, high, high + 1]);
        line.push(high - 3, AttemptKey::new(8, 3));
        assert_eq!(line.peek(End::Front), Some((high - 3, AttemptKey::new(8, 3))));
        assert_eq!(line.pop(End::Back).map(|(sequence, _)| sequence), Some(high + 1));
        // The latest is gone; the others are what they were.
        assert_eq!(sequences(&line), [high - 3, high - 2, high - 1, high]);
        line.push(high + 1, AttemptKey::new(9, 1));
        line.push(high + 5, AttemptKey::new(9, 3));
        assert_eq!(line.len(), 6);
        line.retain(|attempt| attempt.row() != 9);
        assert_eq!(sequences(&line), [high - 3, high - 2, high - 1, high]);
    }

    #[test]
    fn an_empty_line_has_no_end() {
        let mut line = line(&[1]);
        line.clear();
        assert_eq!((line.peek(End::Front), line.pop(End::Back), line.len()), (None, None, 0));
    }
}
