//! Triangular: the density rises in a straight line from `low` to `mode` and falls to `high`.
//!
//! F(x) = (x - low)^2 / ((high - low)(mode - low)) up to the mode, and the mirror image above it;
//! the inverse takes one square root.

use super::{Law, above, finite, not_negative};

/// A triangular distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangular {
    pub(in crate::base) low: f64,
    pub(in crate::base) mode: f64,
    pub(in crate::base) high: f64,
}

impl Triangular {
    pub(super) fn new(low: f64, mode: f64, high: f64) -> Result<Self, String> {
        not_negative("low", low)?;
        above("high", high, "low", low)?;
        finite("the mode", mode)?;
        if !(low..=high).contains(&mode) {
            return Err(format!("the mode must lie from {low} to {high}, but is {mode}"));
        }
        Ok(Triangular { low, mode, high })
    }

    /// P(X <= mode).
    fn rising_share(&self) -> f64 {
        (self.mode - self.low) / (self.high - self.low)
    }
}

impl Law for Triangular {
    fn quantile(&self, u: f64) -> f64 {
        let width = self.high - self.low;
        if u <= self.rising_share() {
            (self.low + (u * width * (self.mode - self.low)).sqrt()).min(self.mode)
        } else {
            (self.high - ((1.0 - u) * width * (self.high - self.mode)).sqrt()).max(self.mode)
        }
    }

    fn cdf(&self, x: f64) -> f64 {
        let x = x.clamp(self.low, self.high);
        if x < self.mode {
            let rise = x - self.low;
            return rise / (self.high - self.low) * (rise / (self.mode - self.low));
        }
        1.0 - self.survival(x)
    }

    fn survival(&self, x: f64) -> f64 {
        let x = x.clamp(self.low, self.high);
        if x < self.mode {
            return 1.0 - self.cdf(x);
        }
        let fall = self.high - x;
        if fall == 0.0 {
            return 0.0;
        }
        fall / (self.high - self.low) * (fall / (self.high - self.mode))
    }

    fn mean(&self) -> f64 {
        self.low / 3.0 + self.mode / 3.0 + self.high / 3.0
    }
}
