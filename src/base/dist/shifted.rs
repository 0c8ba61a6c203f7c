//! Shifted: a constant plus another distribution, such as a network delay that is never below
//! 20 ms. Quantile and mean are those of the other plus the constant.

use super::{Dist, Law, not_negative};

/// A distribution moved to the right.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    pub(in crate::base) by: f64,
    pub(in crate::base) dist: Box<Dist>,
}

impl Shifted {
    pub(super) fn new(by: f64, dist: Dist) -> Result<Self, String> {
        not_negative("the shift", by)?;
        Ok(Shifted { by, dist: Box::new(dist) })
    }
}

impl Law for Shifted {
    fn quantile(&self, u: f64) -> f64 {
        self.by + self.dist.quantile(u)
    }

    fn cdf(&self, x: f64) -> f64 {
        self.dist.cdf(x - self.by)
    }

    fn survival(&self, x: f64) -> f64 {
        self.dist.survival(x - self.by)
    }

    fn mean(&self) -> f64 {
        self.by + self.dist.mean()
    }
}
