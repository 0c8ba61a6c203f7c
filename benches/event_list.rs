//! W3: N timers that set themselves again, exponential with a mean of one second. One iteration is
//! one pop and one push; the list of this crate beside `std`'s binary heap, in the same run.
//!
//! The gaps come from a table of 4096 exponential quantiles, picked and jittered by a xorshift: the
//! figures are those of the list, without the 7 to 12 ns of a true exponential draw.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rehearsal::base::time::{NANOS_PER_SECOND, Time};
use rehearsal::kernel::event_list::{EventList, Rank};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const QUANTILES: u32 = 4096;
const TIMERS: [u32; 7] = [1, 3, 10, 100, 1_000, 100_000, 1_000_000];
/// Turns of the whole set before measuring, so that buffers have grown and times are mixed.
const WARM_UP_TURNS: u32 = 3;

struct Gaps {
    quantiles: Vec<u64>,
    state: u64,
}

impl Gaps {
    fn new() -> Self {
        let quantile = |i: u32| -libm::log(1.0 - (f64::from(i) + 0.5) / f64::from(QUANTILES));
        let nanos = |i| (quantile(i) * NANOS_PER_SECOND as f64) as u64;
        Gaps { quantiles: (0..QUANTILES).map(nanos).collect(), state: 0x9E37_79B9_7F4A_7C15 }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.quantiles[(self.state >> 52) as usize] + (self.state & 0xFFFF)
    }
}

/// An event of 12 bytes, the largest that the model uses.
type Event = [u32; 3];

fn timers(c: &mut Criterion) {
    let mut group = c.benchmark_group("event_list");
    for n in TIMERS {
        group.bench_function(BenchmarkId::new("EventList", n), |b| {
            let (mut gaps, mut list) = (Gaps::new(), EventList::<Event>::new());
            for i in 0..n {
                list.push(Time::from_nanos(gaps.next()), Rank::Arrival, [i; 3]);
            }
            let mut turn = || {
                let (now, event) = list.pop().expect("timers never end");
                let next = Time::from_nanos(now.nanos() + gaps.next());
                list.push(next, Rank::Arrival, event);
                event
            };
            (0..n * WARM_UP_TURNS).for_each(|_| _ = turn());
            b.iter(turn);
        });
        group.bench_function(BenchmarkId::new("BinaryHeap", n), |b| {
            let (mut gaps, mut heap) = (Gaps::new(), BinaryHeap::<Reverse<(u64, u64, u32)>>::new());
            for i in 0..n {
                heap.push(Reverse((gaps.next(), u64::from(i), i)));
            }
            let mut sequence = u64::from(n);
            let mut turn = || {
                let Reverse((now, _, event)) = heap.pop().expect("timers never end");
                heap.push(Reverse((now + gaps.next(), sequence, event)));
                sequence += 1;
                event
            };
            (0..n * WARM_UP_TURNS).for_each(|_| _ = turn());
            b.iter(turn);
        });
    }
    group.finish();
}

// The plots of criterion want system fonts, which the plotters features of this crate turn off.
criterion_group! {
    name = benches;
    config = Criterion::default().without_plots();
    targets = timers
}
criterion_main!(benches);
