//! Random series as a Prometheus server would scrape them: counters with resets, gauges,
//! histograms, gaps, and series that go away and come back.
//!
//! Values are whole or quarters, so that their sums do not depend on the order of the series, which
//! the tool shuffles.

use rehearsal::base::random::{Purpose, Root, Stream};
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::promql::{Labels, Series, stale};

/// From one scrape to the next.
pub const SCRAPE: Span = Span::from_secs(15);

/// How many scrapes.
pub const SCRAPES: u64 = 80;

/// A stream of random numbers of its own.
pub fn dice(seed: u64, entity: &str) -> Stream {
    Root::new(seed, 0).stream(entity, Purpose::Policy)
}

/// One of several.
pub fn pick<'p, T>(dice: &mut Stream, of: &'p [T]) -> &'p T {
    &of[dice.below(of.len() as u32) as usize]
}

pub fn chance(dice: &mut Stream, probability: f64) -> bool {
    dice.uniform() < probability
}

/// The series with these values at each scrape; `None` is a scrape without a sample.
fn series(name: &str, labels: &[(&str, &str)], values: Vec<Option<f64>>) -> Series {
    let at = |scrape: usize| Time::from_nanos(SCRAPE.nanos() * scrape as u64);
    let samples = values.into_iter().enumerate();
    Series {
        name: name.to_string(),
        labels: Labels::new(labels.iter().copied()),
        samples: samples.filter_map(|(place, value)| Some((at(place), value?))).collect(),
    }
}

/// The scrapes of one series: `next` gives the value at each, some of which are lost.
fn scrapes(dice: &mut Stream, mut next: impl FnMut(&mut Stream) -> f64) -> Vec<Option<f64>> {
    let lost = *pick(dice, &[0.0, 0.02, 0.3]);
    let mut away = 0;
    let mut values = Vec::new();
    for _ in 0..SCRAPES {
        let value = next(dice);
        let leaves = away == 0 && chance(dice, 0.01);
        values.push(match (away, leaves) {
            (0, true) => {
                away = dice.below(40) + 1;
                Some(stale())
            }
            (0, false) => (!chance(dice, lost)).then_some(value),
            _ => {
                away -= 1;
                None
            }
        });
    }
    values
}

/// A counter that resets now and then.
fn counter(dice: &mut Stream) -> Vec<Option<f64>> {
    let mut count = f64::from(dice.below(1_000));
    scrapes(dice, |dice| {
        count += f64::from(dice.below(9)) * 0.25;
        if chance(dice, 0.02) {
            count = f64::from(dice.below(3));
        }
        count
    })
}

fn gauge(dice: &mut Stream) -> Vec<Option<f64>> {
    scrapes(dice, |dice| f64::from(dice.below(41)) * 0.25 - 3.0)
}

/// The series of one seed: the counter `c`, the gauges `g` and `s` by pool and agent, the gauge
/// `l` by pool, and the buckets `h` by pool.
pub fn random(seed: u64) -> Vec<Series> {
    let mut dice = dice(seed, "series");
    let mut all = Vec::new();
    for pool in ["a", "b"] {
        for agent in ["1", "2", "3"] {
            let labels = [("pool", pool), ("agent", agent)];
            all.push(series("c", &labels, counter(&mut dice)));
            all.push(series("g", &labels, gauge(&mut dice)));
            if agent != "3" {
                all.push(series("s", &labels, gauge(&mut dice)));
            }
        }
        all.push(series("l", &[("pool", pool)], gauge(&mut dice)));
        let mut buckets = [0.0f64; 4];
        let mut rows: [Vec<Option<f64>>; 4] = Default::default();
        for _ in 0..SCRAPES {
            for _ in 0..dice.below(5) {
                let first = dice.below(4) as usize;
                buckets[first..].iter_mut().for_each(|bucket| *bucket += 1.0);
            }
            for (row, bucket) in rows.iter_mut().zip(buckets) {
                row.push(Some(bucket));
            }
        }
        for (le, row) in ["0.5", "1", "2.5", "+Inf"].into_iter().zip(rows) {
            all.push(series("h", &[("pool", pool), ("le", le)], row));
        }
    }
    all
}
