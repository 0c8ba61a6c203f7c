//! Functions of the samples of one series over a range.
//!
//! `increase` = (last - first + what resets lost) * f, where f stretches the sampled time towards
//! both ends of the range: to an end itself if it is nearer than 1.1 mean gaps, otherwise by half a
//! mean gap; and at the start never to before the counter would have been zero. `rate` is that
//! over the length of the range. Sums and means are compensated (Neumaier).
//!
//! Source: prometheus/prometheus 2.42, `promql/functions.go`: `extrapolatedRate`,
//! `funcSumOverTime`, `funcAvgOverTime`, `kahanSumInc`.

use super::Function;

/// The value of a function of samples in a range of `length` ms that ends at `now`; none where
/// there are too few.
pub(super) fn over(
    function: Function,
    samples: &[(i64, f64)],
    length: i64,
    now: i64,
) -> Option<f64> {
    let values = || samples.iter().map(|(_, value)| *value);
    match function {
        Function::Rate => Some(increase(samples, length, now, length as f64 / 1000.0)?),
        Function::Increase => increase(samples, length, now, 1.0),
        _ if samples.is_empty() => None,
        Function::SumOverTime => Some(sum(values())),
        Function::AvgOverTime => Some(mean(values())),
        Function::MaxOverTime => extreme(values(), |value, best| value > best),
        Function::MinOverTime => extreme(values(), |value, best| value < best),
        Function::HistogramQuantile => unreachable!("it is no function of a range"),
    }
}

fn increase(samples: &[(i64, f64)], length: i64, now: i64, over: f64) -> Option<f64> {
    let [(first_at, first), .., (last_at, last)] = *samples else { return None };
    let mut grown = last - first;
    for pair in samples.windows(2) {
        if pair[1].1 < pair[0].1 {
            grown += pair[0].1;
        }
    }
    let mut to_start = (first_at - (now - length)) as f64 / 1000.0;
    let to_end = (now - last_at) as f64 / 1000.0;
    let sampled = (last_at - first_at) as f64 / 1000.0;
    let gap = sampled / (samples.len() - 1) as f64;
    if grown > 0.0 && first >= 0.0 {
        to_start = to_start.min(sampled * (first / grown));
    }
    let near = gap * 1.1;
    let stretched = |to: f64| if to < near { to } else { gap / 2.0 };
    let mut whole = sampled;
    whole += stretched(to_start);
    whole += stretched(to_end);
    // In this order: other orders round differently.
    let mut factor = whole / sampled;
    if over != 1.0 {
        factor /= over;
    }
    Some(grown * factor)
}

/// Adds with compensation: the sum and what it lacks.
fn add(part: f64, sum: f64, lost: f64) -> (f64, f64) {
    let total = sum + part;
    let lost = if sum.abs() >= part.abs() {
        lost + ((sum - total) + part)
    } else {
        lost + ((part - total) + sum)
    };
    (total, lost)
}

fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, lost) = values.fold((0.0, 0.0), |(sum, lost), value| add(value, sum, lost));
    if sum.is_infinite() { sum } else { sum + lost }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut mean, mut count, mut lost) = (0.0f64, 0.0, 0.0);
    for value in values {
        count += 1.0;
        if mean.is_infinite() {
            let same = value.is_infinite() && (mean > 0.0) == (value > 0.0);
            if same || value.is_finite() {
                continue;
            }
        }
        (mean, lost) = add(value / count - mean / count, mean, lost);
    }
    if mean.is_infinite() { mean } else { mean + lost }
}

/// The value that is better than all before it; a NaN gives way.
fn extreme(values: impl Iterator<Item = f64>, better: impl Fn(f64, f64) -> bool) -> Option<f64> {
    values.reduce(|best, value| if better(value, best) || best.is_nan() { value } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(samples: &[(i64, f64)], length: i64, now: i64) -> Option<f64> {
        over(Function::Rate, samples, length, now)
    }

    fn grown(samples: &[(i64, f64)], length: i64, now: i64) -> Option<f64> {
        over(Function::Increase, samples, length, now)
    }

    #[test]
    fn a_rate_reaches_to_near_ends() {
        // 30 in 30 s, 5 s from each end of 40 s: 40 in all, 1/s.
        let samples = [(5_000, 100.0), (15_000, 110.0), (25_000, 120.0), (35_000, 130.0)];
        assert_eq!(grown(&samples, 40_000, 40_000), Some(40.0));
        assert_eq!(rate(&samples, 40_000, 40_000), Some(1.0));
    }

    #[test]
    fn half_a_gap_stands_for_an_end_that_is_far() {
        // 20 in 20 s; the ends are 40 s and 20 s away, a gap is 10 s: 30 s count.
        let samples = [(40_000, 100.0), (50_000, 110.0), (60_000, 120.0)];
        assert_eq!(grown(&samples, 80_000, 80_000), Some(30.0));
        assert_eq!(rate(&samples, 80_000, 80_000), Some(30.0 / 80.0));
        // Exactly 1.1 gaps is far (gap 10 s, 11 s to the end).
        let samples = [(0, 100.0), (10_000, 110.0)];
        assert_eq!(grown(&samples, 21_000, 21_000), Some(15.0));
    }

    #[test]
    fn a_counter_was_never_below_zero() {
        // 8 in 10 s from 4: it was zero 5 s before, so 10 s to the start count as 5.
        let samples = [(10_000, 4.0), (20_000, 12.0)];
        assert_eq!(grown(&samples, 20_000, 20_000), Some(12.0));
        // It began at zero: nothing before it.
        assert_eq!(grown(&[(10_000, 0.0), (20_000, 12.0)], 20_000, 20_000), Some(12.0));
    }

    #[test]
    fn a_reset_loses_nothing() {
        // 5 up, reset to 0 and 3 up: 8 from 10 to 3.
        let samples = [(0, 10.0), (10_000, 15.0), (20_000, 3.0)];
        assert_eq!(grown(&samples, 20_000, 20_000), Some(8.0));
    }

    #[test]
    fn one_sample_has_no_rate() {
        assert_eq!(rate(&[(10_000, 1.0)], 20_000, 20_000), None);
        assert_eq!(rate(&[], 20_000, 20_000), None);
    }

    #[test]
    fn values_over_time() {
        let of = |function, values: &[f64]| {
            let samples: Vec<(i64, f64)> = (0..).zip(values.iter().copied()).collect();
            over(function, &samples, 1_000, 1_000)
        };
        assert_eq!(of(Function::SumOverTime, &[1.0, 1e100, 1.0, -1e100]), Some(2.0));
        assert_eq!(of(Function::AvgOverTime, &[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(of(Function::MaxOverTime, &[f64::NAN, 2.0, 1.0]), Some(2.0));
        assert_eq!(of(Function::MinOverTime, &[f64::NAN, 2.0, 1.0]), Some(1.0));
        assert_eq!(of(Function::MinOverTime, &[]), None);
        let infinite = [1.0, f64::INFINITY, 3.0];
        assert_eq!(of(Function::AvgOverTime, &infinite), Some(f64::INFINITY));
        assert_eq!(of(Function::SumOverTime, &infinite), Some(f64::INFINITY));
    }
}
