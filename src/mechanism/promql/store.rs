//! The samples of the simulated series over time, as a Prometheus server would hold them.
//!
//! A series that goes away becomes stale: its last sample then counts no longer. What no expression
//! can ask for any more is forgotten.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Expression, Labels, Selector};
use crate::base::time::Time;

/// For how long the latest sample of a series counts, in milliseconds.
pub const LOOKBACK: i64 = 300_000;

/// The bits of the value that says that a series went away: a NaN of its own.
const STALE: u64 = 0x7ff0_0000_0000_0002;

/// The value that says that a series went away.
pub fn stale() -> f64 {
    f64::from_bits(STALE)
}

/// Does the value say that a series went away?
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE
}

/// The moment in whole milliseconds.
pub(super) fn millis(at: Time) -> i64 {
    i64::try_from(at.nanos() / 1_000_000).expect("584 years of milliseconds")
}

/// A series of one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesId(usize);

/// A series as it was recorded, from the first sample to the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The metric.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// When and how much, in order of time; [`stale`] where the series went away.
    pub samples: Vec<(Time, f64)>,
}

/// What a store holds of a series.
#[derive(Debug)]
pub(super) struct Held {
    pub name: Arc<str>,
    pub labels: Labels,
    samples: VecDeque<(i64, f64)>,
}

/// The series of one run.
#[derive(Debug)]
pub struct Store {
    keep: i64,
    series: Vec<Held>,
    /// In the order in which they were made.
    by_name: BTreeMap<Arc<str>, Vec<usize>>,
    known: BTreeMap<(Arc<str>, Labels), SeriesId>,
}

impl Store {
    /// Holds what these expressions can ask for.
    pub fn for_expressions<'e>(expressions: impl IntoIterator<Item = &'e Expression>) -> Self {
        let ranges = expressions.into_iter().map(Expression::longest_range_ms);
        Store {
            keep: ranges.fold(LOOKBACK, i64::max) + LOOKBACK,
            series: Vec::new(),
            by_name: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }

    /// The series of this name and these labels, made if it is new.
    pub fn series(&mut self, name: &str, labels: &Labels) -> SeriesId {
        let name = match self.by_name.get_key_value(name) {
            Some((name, _)) => name.clone(),
            None => Arc::from(name),
        };
        let key = (name.clone(), labels.clone());
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = SeriesId(self.series.len());
        self.by_name.entry(name.clone()).or_default().push(id.0);
        self.known.insert(key, id);
        self.series.push(Held { name, labels: labels.clone(), samples: VecDeque::new() });
        id
    }

    /// Adds a sample; [`stale`] says that the series went away.
    ///
    /// # Panics
    /// If the series has a sample of this millisecond or later.
    pub fn push(&mut self, id: SeriesId, at: Time, value: f64) {
        let at = millis(at);
        let samples = &mut self.series[id.0].samples;
        let last = samples.back().map_or(i64::MIN, |(last, _)| *last);
        assert!(at > last, "samples come in order of time, one a millisecond");
        while samples.front().is_some_and(|(first, _)| *first < at - self.keep) {
            samples.pop_front();
        }
        samples.push_back((at, value));
    }

    /// The series that a selector selects, in the order in which they were made.
    pub(super) fn select<'s>(
        &'s self,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'s Held> + 's {
        let named = self.by_name.get(selector.name.as_str());
        let series = named.into_iter().flatten().map(|index| &self.series[*index]);
        series.filter(|series| {
            selector
                .matchers
                .iter()
                .all(|(matcher, _)| matcher.fits(series.labels.get(&matcher.label)))
        })
    }
}

impl Held {
    /// The latest value that still counts at `now`.
    pub fn latest(&self, now: i64) -> Option<f64> {
        let end = self.samples.partition_point(|(at, _)| *at <= now);
        let (at, value) = *self.samples.get(end.checked_sub(1)?)?;
        (at >= now - LOOKBACK && !is_stale(value)).then_some(value)
    }

    /// The samples from `from` to `to`, both included.
    pub fn range(&self, from: i64, to: i64) -> Vec<(i64, f64)> {
        let start = self.samples.partition_point(|(at, _)| *at < from);
        let end = self.samples.partition_point(|(at, _)| *at <= to);
        let samples = self.samples.range(start..end.max(start)).copied();
        samples.filter(|(_, value)| !is_stale(*value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::promql::parse;

    fn seconds(seconds: u64) -> Time {
        Time::from_nanos(seconds * 1_000_000_000)
    }

    fn labels(pool: &str) -> Labels {
        Labels::new([("pool", pool)])
    }

    #[test]
    fn the_latest_sample_counts_for_five_minutes_unless_stale() {
        let mut store = Store::for_expressions([]);
        let id = store.series("x", &labels("a"));
        store.push(id, seconds(10), 1.0);
        let latest = |store: &Store, at: i64| store.series[0].latest(at);
        assert_eq!(latest(&store, 9_999), None);
        assert_eq!(latest(&store, 10_000), Some(1.0));
        assert_eq!(latest(&store, 310_000), Some(1.0), "five minutes, included");
        assert_eq!(latest(&store, 310_001), None);
        store.push(id, seconds(20), stale());
        assert_eq!(latest(&store, 19_999), Some(1.0));
        assert_eq!(latest(&store, 20_000), None);
        store.push(id, seconds(30), f64::NAN);
        assert!(latest(&store, 30_000).unwrap().is_nan(), "a NaN that is a value");
    }

    #[test]
    fn a_range_is_closed_at_both_ends_and_skips_what_is_stale() {
        let mut store = Store::for_expressions([]);
        let id = store.series("x", &labels("a"));
        for (at, value) in [(10, 1.0), (20, stale()), (30, 3.0), (40, 4.0)] {
            store.push(id, seconds(at), value);
        }
        let range = |from, to| store.series[0].range(from, to);
        assert_eq!(range(10_000, 30_000), [(10_000, 1.0), (30_000, 3.0)]);
        assert_eq!(range(10_001, 29_999), []);
        assert_eq!(range(50_000, 60_000), []);
    }

    #[test]
    fn what_nobody_can_ask_for_is_forgotten() {
        let hour = parse("rate(x[1h]) > 0").unwrap();
        let mut store = Store::for_expressions([&hour]);
        let id = store.series("x", &labels("a"));
        for minute in 0..=120 {
            store.push(id, seconds(minute * 60), 0.0);
        }
        assert_eq!(store.series[0].samples.front().unwrap().0, (120 - 65) * 60_000);
    }

    #[test]
    fn a_series_is_made_once() {
        let mut store = Store::for_expressions([]);
        let a = store.series("x", &labels("a"));
        let b = store.series("x", &labels("b"));
        assert_ne!(a, b);
        assert_eq!(store.series("x", &labels("a")), a);
        assert_ne!(store.series("y", &labels("a")), a);
    }
}
