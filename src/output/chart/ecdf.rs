//! The empirical distribution: for each value, the share of the sample at or below it.

use super::axis::Scale;
use super::lines::{Lines, Series};
use super::unit::Quantity;

/// So many steps of equal height draw the distribution of a larger sample.
const MOST_STEPS: usize = 1000;

impl Lines {
    /// The empirical distribution of `quantity` in each class (name, sample), on a log axis.
    /// Values that are not finite are left out. Zeros lie left of any log axis: a line starts at
    /// their share, and the subtitle counts them.
    pub fn ecdf(quantity: Quantity, classes: Vec<(String, Vec<f64>)>) -> Self {
        let mut zeros = 0;
        let mut lines = Lines::new(quantity, Quantity::share("share of values at or below"));
        lines.x_scale = Scale::Log;
        for (name, mut sample) in classes {
            sample.retain(|value| value.is_finite());
            sample.sort_by(f64::total_cmp);
            zeros += sample.partition_point(|&value| value <= 0.0);
            lines.series.push(Series::steps(name, steps(&sample)));
        }
        match zeros {
            0 => {}
            1 => lines.notes.push("1 value not above zero is left of the axis".to_owned()),
            many => lines.notes.push(format!("{many} values not above zero are left of the axis")),
        }
        lines
    }
}

/// The steps of an ascending sample, at values above zero.
fn steps(sample: &[f64]) -> Vec<(f64, f64)> {
    let zeros = sample.partition_point(|&value| value <= 0.0);
    let share = |count: usize| count as f64 / sample.len() as f64;
    let positive = sample.len() - zeros;
    let few = positive.min(MOST_STEPS);
    let start = sample.get(zeros).map(|&value| (value, share(zeros)));
    let rest = (1..=few).map(|i| zeros + (i * positive).div_ceil(few));
    start.into_iter().chain(rest.map(|count| (sample[count - 1], share(count)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_hand_worked() {
        let quarter = [(1.0, 0.25), (1.0, 0.5), (2.0, 0.75), (4.0, 1.0)];
        assert_eq!(steps(&[0.0, 1.0, 2.0, 4.0]), quarter);
        assert_eq!(steps(&[]), []);
        assert_eq!(steps(&[0.0]), []);
    }

    #[test]
    fn a_large_sample_keeps_its_ends_and_its_median() {
        let sample: Vec<f64> = (1..=100_000).map(f64::from).collect();
        let steps = steps(&sample);
        assert_eq!(steps.len(), 1001);
        assert_eq!((steps[0], steps[1000]), ((1.0, 0.0), (100_000.0, 1.0)));
        assert_eq!(steps[500], (50_000.0, 0.5));
    }
}
