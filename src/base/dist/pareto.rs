//! Pareto, bounded: P(X > x) = (low / x)^shape, given that X is at most `high`.
//!
//! With c = 1 - (low / high)^shape, the share of the unbounded distribution within the bounds:
//! F(x) = (1 - (low / x)^shape) / c, inverse x = low exp(-ln(1 - c u) / shape), relative error
//! below 1e-15 (1 + ln(high / low)). Mean: low shape (1 - (low / high)^(shape - 1)) / (c (shape -
//! 1)), and its limit at shape 1.

use super::{Law, above, positive};

/// A bounded Pareto distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Pareto {
    pub(in crate::base) shape: f64,
    pub(in crate::base) low: f64,
    pub(in crate::base) high: f64,
    /// 1 - (low / high)^shape.
    share: f64,
}

impl Pareto {
    pub(super) fn new(shape: f64, low: f64, high: f64) -> Result<Self, String> {
        positive("the shape", shape)?;
        positive("low", low)?;
        above("high", high, "low", low)?;
        let share = -libm::expm1(-shape * libm::log(high / low));
        Ok(Pareto { shape, low, high, share })
    }

    /// ln of (low / x)^shape, at most 0.
    fn ln_unbounded_survival(&self, x: f64) -> f64 {
        -self.shape * libm::log(x.clamp(self.low, self.high) / self.low)
    }
}

impl Law for Pareto {
    fn quantile(&self, u: f64) -> f64 {
        let x = self.low * libm::exp(-libm::log1p(-self.share * u) / self.shape);
        x.clamp(self.low, self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(self.ln_unbounded_survival(x)) / self.share
    }

    fn survival(&self, x: f64) -> f64 {
        let x = x.clamp(self.low, self.high);
        // (low / x)^shape - (low / high)^shape, without their difference.
        let beyond = -libm::expm1(-self.shape * libm::log(self.high / x));
        libm::exp(self.ln_unbounded_survival(x)) * beyond / self.share
    }

    fn mean(&self) -> f64 {
        let width = libm::log(self.high / self.low);
        let t = (1.0 - self.shape) * width;
        let growth = if t == 0.0 { 1.0 } else { libm::expm1(t) / t };
        self.low * self.shape * width * growth / self.share
    }
}
