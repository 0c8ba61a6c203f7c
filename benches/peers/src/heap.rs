//! The measure of the others: a plain loop on `std`'s binary heap, entries (time, sequence, event).

use crate::draws::{Draws, Station, timed};
use crate::work::{NANOS_PER_SECOND, Queue, Run, Timers};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

pub const NAME: &str = "binary heap";

const ARRIVE: u32 = 0;
const DEPART: u32 = 1;

#[derive(Default)]
struct Events {
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    sequence: u64,
}

impl Events {
    #[inline]
    fn push(&mut self, at: u64, event: u32) {
        self.heap.push(Reverse((at, self.sequence, event)));
        self.sequence += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<(u64, u32)> {
        self.heap.pop().map(|Reverse((at, _, event))| (at, event))
    }
}

pub fn queue(queue: &Queue, seed: u64) -> Run {
    let ((station, waited), nanos) = timed(|| {
        let (mut draws, mut events) = (Draws::new(seed), Events::default());
        let mut station = Station::new(queue);
        let mut waited = 0;
        events.push(draws.nanos(station.gap), ARRIVE);
        while let Some((now, event)) = events.pop() {
            if event == ARRIVE {
                let served = station.arrive(now);
                if station.to_arrive > 0 {
                    events.push(now + draws.nanos(station.gap), ARRIVE);
                }
                if served {
                    events.push(now + draws.nanos(1.0), DEPART);
                }
            } else if let Some(arrived) = station.depart() {
                waited += now - arrived;
                events.push(now + draws.nanos(1.0), DEPART);
            }
        }
        (station, waited)
    });
    queue.run(station.events, waited as f64 / NANOS_PER_SECOND, nanos)
}

pub fn timers(timers: &Timers, seed: u64) -> Run {
    let (mut draws, mut events) = (Draws::new(seed), Events::default());
    (0..timers.timers).for_each(|timer| events.push(draws.nanos(1.0), timer));
    let (count, nanos) = timed(|| {
        let mut count = 0;
        while let Some((now, timer)) = events.pop() {
            if now > timers.end() {
                break;
            }
            count += 1;
            events.push(now + draws.nanos(1.0), timer);
        }
        count
    });
    timers.run(count, nanos)
}
