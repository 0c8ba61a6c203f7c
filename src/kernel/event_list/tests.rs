//! The list against a sorted array: the same pushes must come out in the same order.

use super::*;
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The list beside its oracle: a BTreeSet of (time, rank, sequence), which is also the event.
#[derive(Default)]
struct Pair {
    list: EventList<u32>,
    oracle: std::collections::BTreeSet<(u64, Rank, u32)>,
    now: u64,
    pushed: u32,
}

impl Pair {
    fn push(&mut self, time: u64, rank: Rank) {
        self.list.push(Time::from_nanos(time), rank, self.pushed);
        self.oracle.insert((time, rank, self.pushed));
        self.pushed += 1;
    }

    fn pop(&mut self) {
        let expected = self.oracle.pop_first();
        let popped = self.list.pop().map(|(time, event)| (time.nanos(), event));
        assert_eq!(popped, expected.map(|(time, _, event)| (time, event)));
        self.now = popped.map_or(self.now, |(time, _)| time);
        assert_eq!(self.list.len(), self.oracle.len());
        assert_eq!(self.list.is_empty(), self.oracle.is_empty());
    }

    fn drain(&mut self) {
        while !self.oracle.is_empty() {
            self.pop();
        }
        self.pop();
    }
}

fn turns(pair: &mut Pair, rng: &mut ChaCha8Rng, count: u32, gap: impl Fn(u64) -> u64) {
    for _ in 0..count {
        pair.pop();
        let rank = Rank::ALL[rng.next_u32() as usize % 8];
        pair.push(pair.now.saturating_add(gap(rng.next_u64())), rank);
    }
}

#[test]
fn every_size_and_every_scale_of_gaps_is_in_order() {
    let gaps: [fn(u64) -> u64; 7] = [
        |r| r % 3,                  // ties almost everywhere
        |r| r % 1_000,              // one low byte and a half
        |r| r >> (20 + r % 44),     // every order of magnitude
        |r| (r % 5) * 1_000_000,    // ties on a grid
        |r| u64::from(r % 50 == 0), // long instants
        |r| r % 2_000_000_000,      // up to two seconds in nanoseconds
        |_| 8_000_000_000,          // constant: no shuffling at all
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut far, mut ties) = (0, 0);
    for gap in gaps {
        for pending in [1, 2, 10, 63, 64, 65, 66, 100, 300, 3_000] {
            let mut pair = Pair::default();
            for _ in 0..pending {
                pair.push(gap(rng.next_u64()), Rank::Arrival);
            }
            turns(&mut pair, &mut rng, 4 * pending + 100, gap);
            far += u32::from(!pair.list.far.is_empty());
            ties += u32::from(!pair.list.ties.is_empty());
            pair.drain();
        }
    }
    assert!(far >= 20 && ties >= 10, "the runs must use every part: far {far}, ties {ties}");
}

#[test]
fn a_crowd_at_one_instant_is_in_order_whatever_joins_it() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut pair = Pair::default();
    for i in 0..5_000_u64 {
        pair.push(7_000_000_000, Rank::ALL[rng.next_u32() as usize % 8]);
        pair.push(7_000_000_000 + i % 2, Rank::Retry);
    }
    for _ in 0..8_000 {
        pair.pop();
        pair.push(pair.now, Rank::ALL[rng.next_u32() as usize % 8]);
        pair.push(pair.now + u64::from(rng.next_u32() % 2), Rank::Finish);
        pair.pop();
    }
    pair.drain();
}

#[test]
fn a_lower_rank_pushed_late_is_the_next() {
    let mut list = EventList::new();
    let at = Time::from_nanos(5);
    for (rank, event) in [(Rank::Probe, 'p'), (Rank::Arrival, 'a'), (Rank::Arrival, 'b')] {
        list.push(at, rank, event);
    }
    assert_eq!(list.pop(), Some((at, 'a')));
    list.push(at, Rank::Finish, 'f');
    list.push(at, Rank::Arrival, 'c');
    let rest: String = std::iter::from_fn(|| list.pop()).map(|(_, event)| event).collect();
    assert_eq!(rest, "fbcp");
}

#[test]
fn the_end_of_time_is_a_time() {
    let mut pair = Pair::default();
    for i in 0..300 {
        pair.push(u64::MAX - i % 7, Rank::Timeout);
        pair.push(i, Rank::Timeout);
        pair.push(u64::MAX, Rank::Finish);
    }
    for _ in 0..700 {
        pair.pop();
    }
    pair.push(u64::MAX, Rank::Finish);
    pair.drain();
    pair.push(u64::MAX, Rank::Ready);
    pair.drain();
}

#[test]
fn an_empty_list_stays_empty_and_keeps_its_time() {
    let mut list = EventList::new();
    assert_eq!(list.pop(), None);
    assert!(list.is_empty());
    list.push(Time::from_nanos(9), Rank::Ready, ());
    assert_eq!((list.len(), list.pop()), (1, Some((Time::from_nanos(9), ()))));
    assert_eq!(list.pop(), None);
    list.push(Time::from_nanos(9), Rank::Finish, ());
    assert!(list.pop().is_some());
}

#[test]
#[should_panic(expected = "never before the current time")]
fn the_past_is_refused() {
    let mut list = EventList::new();
    list.push(Time::from_nanos(9), Rank::Ready, ());
    list.pop();
    list.push(Time::from_nanos(8), Rank::Ready, ());
}

/// The surge first goes far, and is then spread again while there are as many still to come.
#[test]
fn a_surge_below_what_is_already_far_is_in_order() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut pair = Pair::default();
    for _ in 0..200 {
        pair.push(1 << 40 | rng.next_u64() >> 40, Rank::Arrival);
    }
    pair.push(3, Rank::Arrival);
    pair.pop();
    for _ in 0..2_000 {
        pair.push(pair.now + (rng.next_u64() >> 30), Rank::Finish);
        pair.push(pair.now + 1_000, Rank::Probe);
    }
    turns(&mut pair, &mut rng, 5_000, |r| r >> 44);
    pair.drain();
}

#[test]
fn memory_is_that_of_the_most_pending() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut list = EventList::new();
    let pending = 20_000;
    for i in 0..pending {
        list.push(Time::from_nanos(rng.next_u64() >> 32), Rank::Arrival, i);
    }
    let mut turn = |list: &mut EventList<u32>| {
        let (now, event) = list.pop().expect("timers never end");
        let gap = rng.next_u64() >> 32;
        list.push(Time::from_nanos(now.nanos() + gap), Rank::Arrival, event);
    };
    (0..60 * pending).for_each(|_| turn(&mut list));
    // A chunk holds 16, and each bucket in use has at most one that is part full. With gaps below
    // 2^32 ns those are 256 on each of the levels 1 to 3, two on level 4, and the one being spread.
    let (slots, chunks) = list.far.pool();
    let most = pending as usize + 16 * (3 * 256 + 3);
    assert!(slots == 16 * chunks && slots <= most, "{slots} slots, at most {most}");
    assert!(list.near.capacity() <= 4 * NEAR_MAX);
}

#[derive(Clone, Debug)]
enum Step {
    Push { shift: u32, bits: u64, rank: usize, times: u8 },
    Pop { times: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let shift = prop_oneof![Just(64), 0..64_u32];
    prop_oneof![
        (shift, any::<u64>(), 0..8_usize, 1..80_u8)
            .prop_map(|(shift, bits, rank, times)| Step::Push { shift, bits, rank, times }),
        (1..80_u8).prop_map(|times| Step::Pop { times }),
    ]
}

proptest! {
    /// Runs of equal pushes and of pops in any order, at any distance.
    #[test]
    fn any_interleaving_is_in_order(steps in prop::collection::vec(step(), 1..60)) {
        let mut pair = Pair::default();
        for step in steps {
            match step {
                Step::Push { shift, bits, rank, times } => for i in 0..u64::from(times) {
                    // A shift of 64 is the current instant; odd bits make a tie, even ones a run.
                    let gap = bits.checked_shr(shift).map_or(0, |gap| gap ^ (i & !bits));
                    pair.push(pair.now.saturating_add(gap), Rank::ALL[rank]);
                },
                Step::Pop { times } => (0..times).for_each(|_| pair.pop()),
            }
        }
        pair.drain();
    }
}
