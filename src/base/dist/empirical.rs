//! Empirical: measured quantiles (share, value), with straight lines between them.
//!
//! Below the first share and above the last the value is the first or the last one given: what was
//! not measured is not invented. A table from 0.1 to 0.9 thus holds a tenth of its probability at
//! each end; give the shares 0 and 1 to say how far the ends reach. Equal values at two shares are
//! a jump. Mean: the area under the lines, plus the two ends.

use super::{Law, finite, not_negative};

/// A distribution given by a table of quantiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    pub(in crate::base) quantiles: Vec<(f64, f64)>,
}

impl Empirical {
    pub(super) fn new(quantiles: &[(f64, f64)]) -> Result<Self, String> {
        if quantiles.len() < 2 {
            return Err("a quantile table needs at least two rows".to_string());
        }
        for &(share, value) in quantiles {
            finite("a share", share)?;
            not_negative("a value", value)?;
            if !(0.0..=1.0).contains(&share) {
                return Err(format!("a share must lie from 0 to 1, but one is {share}"));
            }
        }
        for pair in quantiles.windows(2) {
            let ((share, value), (next_share, next_value)) = (pair[0], pair[1]);
            if next_share <= share {
                return Err(format!("the shares must rise, but {next_share} follows {share}"));
            }
            if next_value < value {
                return Err(format!("the values must not fall, but {next_value} follows {value}"));
            }
        }
        Ok(Empirical { quantiles: quantiles.to_vec() })
    }
}

impl Law for Empirical {
    fn quantile(&self, u: f64) -> f64 {
        let after = self.quantiles.partition_point(|&(share, _)| share < u);
        let Some(&(next_share, next)) = self.quantiles.get(after) else {
            return self.quantiles[after - 1].1;
        };
        if after == 0 {
            return next;
        }
        let (share, value) = self.quantiles[after - 1];
        let way = (u - share) / (next_share - share);
        (value + way * (next - value)).min(next)
    }

    fn cdf(&self, x: f64) -> f64 {
        let after = self.quantiles.partition_point(|&(_, value)| value <= x);
        let Some(&(next_share, next)) = self.quantiles.get(after) else {
            return 1.0;
        };
        if after == 0 {
            return 0.0;
        }
        let (share, value) = self.quantiles[after - 1];
        share + (x - value) / (next - value) * (next_share - share)
    }

    fn survival(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }

    fn mean(&self) -> f64 {
        let (first_share, first) = self.quantiles[0];
        let (last_share, last) = self.quantiles[self.quantiles.len() - 1];
        let mut mean = first_share * first + (1.0 - last_share) * last;
        for pair in self.quantiles.windows(2) {
            let ((share, value), (next_share, next)) = (pair[0], pair[1]);
            mean += (next_share - share) * (0.5 * value + 0.5 * next);
        }
        mean
    }
}
