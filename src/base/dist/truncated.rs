//! Truncated: another distribution, given that its value falls into [low, high]. Not clamped: the
//! probability outside is spread over the inside, not heaped on the bounds.
//!
//! With F of the other, a = F just below `low` and b = F(high): inverse Q(a + u (b - a)), F(x) =
//! (F(x) - a) / (b - a). At least a millionth of the other must fall inside, so that rounding
//! moves u by less than 1e-9. The mean, the area under Q from a to b over b - a, is computed once,
//! by Simpson's rule, adaptively, to about 1e-9 of the bounds' distance.

use super::{Dist, GREATEST_UNIFORM, Law, above, not_negative};

/// A distribution cut to an interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncated {
    pub(in crate::base) low: f64,
    /// Infinite if there is no upper bound.
    pub(in crate::base) high: f64,
    pub(in crate::base) dist: Box<Dist>,
    /// P(X < low) of the other.
    below: f64,
    /// P(low <= X <= high) of the other.
    inside: f64,
    mean: f64,
}

/// What must fall inside, at least.
const LEAST_INSIDE: f64 = 1e-6;

impl Truncated {
    pub(super) fn new(low: f64, high: f64, dist: Dist) -> Result<Self, String> {
        not_negative("low", low)?;
        if high != f64::INFINITY {
            above("high", high, "low", low)?;
        }
        let below = if low > 0.0 { dist.cdf(low.next_down()) } else { 0.0 };
        let up_to_high = if high == f64::INFINITY { 1.0 } else { dist.cdf(high) };
        let inside = up_to_high - below;
        if inside < LEAST_INSIDE {
            return Err(format!(
                "less than a millionth of the distribution falls from {low} to {high}"
            ));
        }
        let truncated = Truncated { low, high, dist: Box::new(dist), below, inside, mean: 0.0 };
        let mean = truncated.compute_mean();
        Ok(Truncated { mean, ..truncated })
    }

    fn compute_mean(&self) -> f64 {
        let quantile = |u: f64| self.dist.quantile(u.clamp(0.5 * f64::EPSILON, GREATEST_UNIFORM));
        let area = if self.high == f64::INFINITY {
            let quantile = |u: f64| quantile(u).min(self.low);
            self.dist.mean() - area_under(quantile, 0.0, self.below)
        } else {
            let quantile = |u: f64| quantile(u).clamp(self.low, self.high);
            area_under(quantile, self.below, self.below + self.inside)
        };
        area / self.inside
    }
}

impl Law for Truncated {
    fn quantile(&self, u: f64) -> f64 {
        let u = (self.below + u * self.inside).min(GREATEST_UNIFORM);
        self.dist.quantile(u).clamp(self.low, self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < self.low {
            return 0.0;
        }
        if x >= self.high {
            return 1.0;
        }
        ((self.dist.cdf(x) - self.below) / self.inside).clamp(0.0, 1.0)
    }

    fn survival(&self, x: f64) -> f64 {
        if x < self.low {
            return 1.0;
        }
        if x >= self.high {
            return 0.0;
        }
        let beyond = if self.high == f64::INFINITY { 0.0 } else { self.dist.survival(self.high) };
        ((self.dist.survival(x) - beyond) / self.inside).clamp(0.0, 1.0)
    }

    fn mean(&self) -> f64 {
        self.mean
    }
}

/// A piece of an integral: its ends, the function there and in the middle, the error it may have.
struct Panel {
    from: f64,
    to: f64,
    at_from: f64,
    at_middle: f64,
    at_to: f64,
    tolerance: f64,
}

impl Panel {
    fn new(f: &impl Fn(f64) -> f64, from: f64, to: f64, tolerance: f64) -> Self {
        let at_middle = f(0.5 * (from + to));
        Panel { from, to, at_from: f(from), at_middle, at_to: f(to), tolerance }
    }

    /// Simpson's rule.
    fn area(&self) -> f64 {
        (self.to - self.from) / 6.0 * (self.at_from + 4.0 * self.at_middle + self.at_to)
    }
}

/// The integral of a rising `f` over [`from`, `to`], by Simpson's rule on ever smaller panels.
fn area_under(f: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    const PANELS: u32 = 32;
    let width = (to - from) / f64::from(PANELS);
    let tolerance = 1e-9 * width * (f(to) - f(from));
    let mut area = 0.0;
    for i in 0..PANELS {
        let start = from + width * f64::from(i);
        let mut open = vec![Panel::new(&f, start, start + width, tolerance)];
        while let Some(panel) = open.pop() {
            let (middle, half) = (0.5 * (panel.from + panel.to), 0.5 * panel.tolerance);
            let left = Panel::new(&f, panel.from, middle, half);
            let right = Panel::new(&f, middle, panel.to, half);
            let halves = left.area() + right.area();
            let error = (halves - panel.area()).abs() / 15.0;
            // The error of a rising function is below its rise times the width: jumps end here.
            let most = (panel.to - panel.from) * (panel.at_to - panel.at_from);
            if error <= panel.tolerance || most <= 1e-3 * tolerance {
                area += halves;
            } else {
                open.extend([right, left]);
            }
        }
    }
    area
}
