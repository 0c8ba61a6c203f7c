//! MSER-5: how much of the start of a series to leave out as warm-up.
//!
//! With z_1..z_k the means of successive fives, leave out d of them, where d minimises
//! sum over j > d of (z_j - mean of those)^2 / (k - d)^2, the squared standard error of the mean of
//! the rest (White 1997; White, Cobb and Spratt 2000). At least five means are kept: the last one
//! alone has no spread and would always win. A minimum in the second half says that the series is
//! too short to tell.
//!
//! For the average of several replications; on one short run it prefers quiet ends, and the
//! interval after it covers less than it says.
//!
//! Cost: one backward pass (Welford's recurrence).

/// Values in a batch.
const BATCH: usize = 5;
/// Batch means that are always kept.
const KEPT: usize = 5;

/// How many values to leave out at the start of `series`, a multiple of five; none if the series is
/// too short to tell, which fewer than 50 values always are.
pub fn mser5(series: &[f64]) -> Option<usize> {
    let batches = series.chunks_exact(BATCH);
    let means: Vec<f64> = batches.map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    truncation(&means).map(|d| d * BATCH)
}

/// The same on the values themselves: the first d of the least statistic, if in the first half.
fn truncation(values: &[f64]) -> Option<usize> {
    let k = values.len();
    if k < 2 * KEPT {
        return None;
    }
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (d, &value) in values.iter().enumerate().rev() {
        let kept = (k - d) as f64;
        let distance = value - mean;
        mean += distance / kept;
        squares += distance * (value - mean);
        let statistic = squares / (kept * kept);
        if k - d >= KEPT && statistic <= best.0 {
            best = (statistic, d);
        }
    }
    (2 * best.1 < k).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_series() {
        let (row, expected) = crate::stats::student::tests::constants("MSER_truncation").remove(0);
        let series = row.split(';').next().and_then(|part| part.strip_prefix("series="));
        let series = series.expect("a series").split('|');
        let series: Vec<f64> = series.map(|value| value.parse().expect("a number")).collect();
        assert_eq!(truncation(&series), Some(expected as usize));
        // The same series with each value five times, in batches of five.
        let fives: Vec<f64> = series.iter().flat_map(|&value| [value; 5]).collect();
        assert_eq!(mser5(&fives), Some(5 * expected as usize));
    }

    #[test]
    fn a_steady_series_loses_nothing() {
        assert_eq!(mser5(&[3.3; 100]), Some(0));
        let alternating: Vec<f64> = (0..100).map(|i| f64::from(i / 5 % 2)).collect();
        assert_eq!(mser5(&alternating), Some(0));
    }

    #[test]
    fn a_start_that_differs_is_left_out_by_whole_batches() {
        // 33 high values spoil seven batches of five.
        let mut series = [1.0; 200];
        series[..33].fill(9.0);
        assert_eq!(mser5(&series), Some(35));
    }

    #[test]
    fn a_series_that_settles_late_is_refused() {
        let mut series = [1.0; 200];
        series[..150].fill(9.0);
        assert_eq!(mser5(&series), None);
        let growing: Vec<f64> = (0..200).map(f64::from).collect();
        assert_eq!(mser5(&growing), None);
    }

    #[test]
    fn a_short_series_is_refused_and_a_last_part_batch_ignored() {
        assert_eq!(mser5(&[]), None);
        assert_eq!(mser5(&[1.0; 49]), None);
        assert_eq!(mser5(&[1.0; 50]), Some(0));
        let mut series = [1.0; 54];
        series[50..].fill(1e9);
        assert_eq!(mser5(&series), Some(0));
    }
}
