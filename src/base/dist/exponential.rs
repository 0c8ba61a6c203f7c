//! Exponential: F(x) = 1 - exp(-x / mean), inverse x = -mean ln(1 - u).
//!
//! 1 - u is exact for every uniform that a stream gives, so the inverse is good to two units in
//! the last place and strictly monotone on them.

use super::{Law, positive};

/// An exponential distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Exponential {
    pub(in crate::base) mean: f64,
}

/// The exponential of mean 1 that belongs to the uniform `u`.
#[inline]
pub(in crate::base) fn unit_exponential(u: f64) -> f64 {
    // Subtracted and not negated: a u too small to count gives 0, not -0.
    0.0 - libm::log(1.0 - u)
}

impl Exponential {
    pub(super) fn new(mean: f64) -> Result<Self, String> {
        positive("the mean", mean)?;
        Ok(Exponential { mean })
    }
}

impl Law for Exponential {
    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.mean * unit_exponential(u)
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-x.max(0.0) / self.mean)
    }

    fn survival(&self, x: f64) -> f64 {
        libm::exp(-x.max(0.0) / self.mean)
    }

    fn mean(&self) -> f64 {
        self.mean
    }
}
