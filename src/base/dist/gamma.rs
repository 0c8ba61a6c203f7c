//! Gamma: density proportional to x^(a-1) exp(-a x / mean) with shape `a`. A whole shape k is the
//! Erlang distribution: the sum of k exponentials.
//!
//! The inverse is found in v = ln(x / mean). There ln F and ln(1 - F) are concave, so that Newton's
//! method converges from anywhere; and with the ratio R = F / (x f) of the series (or of the
//! continued fraction, for 1 - F) the slope of ln F is just 1 / R. Halley's correction makes the
//! convergence cubic: two evaluations usually, from the start of Wilson and Hilferty, "The
//! distribution of chi-square", PNAS 17 (1931), or from F = x^a / Gamma(a + 1) far below. The last
//! step leaves an error below 1e-15; with rounding the result is good to 1e-14 (1 + 1 / shape)
//! relative (tested against 40 digits). Cost: 0.3 us, 1 us at shape 10 000, 6 us at 1 000 000.

use super::{Law, positive};
use crate::base::special;

/// A gamma distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Gamma {
    pub(in crate::base) shape: f64,
    pub(in crate::base) mean: f64,
    /// ln of a^a e^-a / Gamma(a).
    ln_peak: f64,
    /// Where the continued fraction for 1 - F takes over from the series for F: x = a + 1 in v.
    split: f64,
    /// F there.
    split_share: f64,
    /// A step in v this small is the last one.
    last_step: f64,
}

/// ln F or ln(1 - F) at a point, with its first derivative and the second over the first.
struct LnTail {
    value: f64,
    slope: f64,
    bend: f64,
}

/// The side of the split.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Below,
    Above,
}

impl Gamma {
    pub(super) fn new(shape: f64, mean: f64) -> Result<Self, String> {
        positive("the shape", shape)?;
        positive("the mean", mean)?;
        if !(1e-3..=1e6).contains(&shape) {
            return Err(format!("the shape must be from 0.001 to 1000000, not {shape}"));
        }
        let mut gamma = Gamma {
            shape,
            mean,
            ln_peak: special::ln_gamma_peak(shape),
            split: libm::log1p(1.0 / shape),
            split_share: 0.0,
            // The cubic error of a step s is about (s sqrt(a))^3 / sqrt(a).
            last_step: 1e-5 / (1.0 + shape.sqrt()),
        };
        gamma.split_share = libm::exp(gamma.ln_tail(Side::Below, gamma.split).value);
        Ok(gamma)
    }

    fn ln_tail(&self, side: Side, v: f64) -> LnTail {
        let a = self.shape;
        let growth = libm::expm1(v);
        let x = a * (1.0 + growth);
        let (ratio, slope) = match side {
            Side::Below => {
                let ratio = special::lower_gamma_ratio(a, x);
                (ratio, 1.0 / ratio)
            }
            Side::Above => {
                let ratio = special::upper_gamma_ratio(a, x);
                (ratio, -1.0 / ratio)
            }
        };
        let value = self.ln_peak + a * (v - growth) + libm::log(ratio);
        LnTail { value, slope, bend: -a * growth - slope }
    }

    /// A first guess of v.
    fn start(&self, u: f64) -> f64 {
        let a = self.shape;
        // F <= x^a / Gamma(a + 1), so this is below the solution, and exact for small u.
        let floor = (libm::log(u * a) - self.ln_peak) / a - 1.0;
        let root = 1.0 - 1.0 / (9.0 * a) + special::normal_quantile(u) / (3.0 * a.sqrt());
        if root > 0.1 { floor.max(3.0 * libm::log(root)) } else { floor }
    }

    /// P(X <= x) or P(X > x), by the side of x.
    fn tail(&self, x: f64) -> (Side, f64) {
        // Beyond e^50 means nothing is left, for any shape allowed.
        let v = libm::log(x / self.mean).min(50.0);
        let side = if v <= self.split { Side::Below } else { Side::Above };
        (side, libm::exp(self.ln_tail(side, v).value).min(1.0))
    }
}

impl Law for Gamma {
    fn quantile(&self, u: f64) -> f64 {
        let (side, target, mut v) = if u <= self.split_share {
            (Side::Below, libm::log(u), self.start(u))
        } else {
            (Side::Above, libm::log(1.0 - u), self.start(u).max(self.split))
        };
        // Four steps are the most seen; the bound only says that this ends.
        for _ in 0..32 {
            let tail = self.ln_tail(side, v);
            let newton = (tail.value - target) / tail.slope;
            let step = newton / (1.0 - 0.5 * newton * tail.bend).max(0.5);
            v -= step;
            if step.abs() <= self.last_step {
                break;
            }
        }
        self.mean * libm::exp(v)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        match self.tail(x) {
            (Side::Below, share) => share,
            (Side::Above, share) => 1.0 - share,
        }
    }

    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 1.0;
        }
        match self.tail(x) {
            (Side::Below, share) => 1.0 - share,
            (Side::Above, share) => share,
        }
    }

    fn mean(&self) -> f64 {
        self.mean
    }
}
