//! `histogram_quantile`: a quantile from counts of buckets, each of which counts all that is at
//! most its bound `le`.
//!
//! The rank is q times the count of the last bucket, which must be `+Inf`. The quantile lies in the
//! first bucket that counts at least the rank, at the rank's share of the way from its lower bound
//! (zero for the first bucket, if its bound is above zero) to its upper. In the last bucket it is
//! that bucket's lower bound. No observation, no `+Inf` or a single bucket: NaN. Counts that fall
//! from one bucket to the next are raised first.
//!
//! Source: prometheus/prometheus 2.42, `promql/quantile.go`: `bucketQuantile`.

use std::collections::BTreeMap;

use super::{Labels, Sample};

/// The upper bound and the count of a bucket.
type Bucket = (f64, f64);

/// The quantile of each histogram in `samples`.
pub(super) fn quantiles(quantile: f64, samples: Vec<Sample>) -> Vec<Sample> {
    let mut histograms: Vec<(Labels, Vec<Bucket>)> = Vec::new();
    let mut known: BTreeMap<Labels, usize> = BTreeMap::new();
    for sample in samples {
        let Ok(bound) = sample.labels.get("le").parse::<f64>() else { continue };
        let labels = sample.labels.filter(|name| name != "le");
        let bucket = (bound, sample.value);
        match known.get(&labels) {
            Some(histogram) => histograms[*histogram].1.push(bucket),
            None => {
                known.insert(labels.clone(), histograms.len());
                histograms.push((labels, vec![bucket]));
            }
        }
    }
    let sample = |(labels, buckets)| {
        let value = of_buckets(quantile, buckets);
        Sample { name: None, labels, value }
    };
    histograms.into_iter().map(sample).collect()
}

fn of_buckets(quantile: f64, mut buckets: Vec<Bucket>) -> f64 {
    if quantile.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=1.0).contains(&quantile) {
        return if quantile < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    if buckets.last().is_none_or(|(bound, _)| *bound != f64::INFINITY) {
        return f64::NAN;
    }
    let buckets = monotonic(buckets);
    let last = buckets.len() - 1;
    let observations = buckets[last].1;
    if last == 0 || observations == 0.0 {
        return f64::NAN;
    }
    let rank = quantile * observations;
    let reaches = |count: f64| count >= rank;
    let found = buckets[..last].partition_point(|(_, count)| !reaches(*count));
    if found == last {
        return buckets[last - 1].0;
    }
    let (end, count) = buckets[found];
    if found == 0 {
        return if end <= 0.0 { end } else { end * (rank / count) };
    }
    let (start, before) = buckets[found - 1];
    start + (end - start) * ((rank - before) / (count - before))
}

/// Buckets of one bound as one, and no count below the one before.
fn monotonic(buckets: Vec<Bucket>) -> Vec<Bucket> {
    let mut whole: Vec<Bucket> = Vec::new();
    for (bound, count) in buckets {
        match whole.last_mut() {
            Some((last, sum)) if *last == bound => *sum += count,
            _ => whole.push((bound, count)),
        }
    }
    let mut most = whole[0].1;
    for (_, count) in &mut whole[1..] {
        if *count > most {
            most = *count;
        } else if *count < most {
            *count = most;
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn a_quantile_is_interpolated_in_its_bucket() {
        let buckets = || vec![(1.0, 10.0), (2.0, 30.0), (4.0, 40.0), (INF, 50.0)];
        for (quantile, value) in [
            (0.1, 0.5), // rank 5 of the 10 in (0, 1]
            (0.2, 1.0), // rank 10: the first bucket counts it
            (0.4, 1.5), // rank 20: halfway through the 20 in (1, 2]
            (0.7, 3.0), // rank 35: halfway through the 10 in (2, 4]
            (0.9, 4.0), // rank 45: beyond the last bound
            (1.0, 4.0),
            (0.0, 0.0),
            (-0.1, -INF),
            (1.1, INF),
        ] {
            assert_eq!(of_buckets(quantile, buckets()), value, "{quantile}");
        }
        assert!(of_buckets(f64::NAN, buckets()).is_nan());
    }

    #[test]
    fn buckets_may_come_in_any_order_and_be_out_of_step() {
        assert_eq!(of_buckets(0.5, vec![(INF, 10.0), (1.0, 10.0)]), 0.5);
        // (2, 5] counts 5 though (1, 2] counts 8: raised to 8.
        let fallen = vec![(1.0, 2.0), (2.0, 8.0), (5.0, 5.0), (INF, 10.0)];
        assert_eq!(of_buckets(0.8, fallen), 2.0);
        // The same bound twice: 4 + 6.
        assert_eq!(of_buckets(0.5, vec![(1.0, 4.0), (1.0, 6.0), (INF, 10.0)]), 0.5);
        assert_eq!(of_buckets(0.5, vec![(-1.0, 10.0), (INF, 10.0)]), -1.0);
    }

    #[test]
    fn what_is_no_histogram_has_no_quantile() {
        assert!(of_buckets(0.5, vec![(1.0, 10.0)]).is_nan(), "no +Inf");
        assert!(of_buckets(0.5, vec![(INF, 10.0)]).is_nan(), "nothing below it");
        assert!(of_buckets(0.5, vec![(1.0, 0.0), (INF, 0.0)]).is_nan(), "no observation");
    }

    #[test]
    fn histograms_are_told_apart_by_their_other_labels() {
        let sample = |pool: &str, le: &str, value| {
            let labels = Labels::new([("pool", pool), ("le", le)]);
            Sample { name: None, labels, value }
        };
        let samples = vec![
            sample("a", "1", 4.0),
            sample("b", "1", 0.0),
            sample("a", "+Inf", 4.0),
            sample("b", "+Inf", 4.0),
            sample("a", "?", 9.0),
        ];
        let values = quantiles(0.5, samples);
        let shown: Vec<(&str, f64)> =
            values.iter().map(|sample| (sample.labels.get("pool"), sample.value)).collect();
        assert_eq!(shown, [("a", 0.5), ("b", 1.0)]);
    }
}
