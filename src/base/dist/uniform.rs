//! Uniform: F(x) = (x - low) / (high - low), inverse x = low + u (high - low).

use super::{Law, above, not_negative};

/// A continuous uniform distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Uniform {
    pub(in crate::base) low: f64,
    pub(in crate::base) high: f64,
}

impl Uniform {
    pub(super) fn new(low: f64, high: f64) -> Result<Self, String> {
        not_negative("low", low)?;
        above("high", high, "low", low)?;
        Ok(Uniform { low, high })
    }
}

impl Law for Uniform {
    fn quantile(&self, u: f64) -> f64 {
        // The rounded width can be a little too wide.
        (self.low + u * (self.high - self.low)).min(self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn survival(&self, x: f64) -> f64 {
        ((self.high - x) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn mean(&self) -> f64 {
        0.5 * self.low + 0.5 * self.high
    }
}
