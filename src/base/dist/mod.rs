//! Distributions of work, waits and gaps: [`Dist`].
//!
//! A variate is drawn in one way only, by inversion: `dist.quantile(u)` for one uniform `u`, never
//! by rejection or with a second uniform. So the draws of two runs stay aligned whatever the
//! parameters, and a better luck never gives a longer service: common random numbers keep their
//! full effect.
//!
//! Invariants of every distribution that a constructor has let through:
//! - values are finite, never NaN and never negative;
//! - `quantile` does not fall as `u` grows, beyond the rounding of the last digits (1e-12 relative
//!   where it is found by iteration);
//! - all parameters are finite, so is the mean, and the same bits come out on every platform.
//!
//! Values are plain numbers: seconds, or units of work. The constructors return what is wrong as a
//! sentence for the person who wrote the parameters.

mod empirical;
mod exponential;
mod gamma;
mod hyperexponential;
mod lognormal;
mod mixture;
mod pareto;
mod shifted;
#[cfg(test)]
mod tests;
mod triangular;
mod truncated;
mod uniform;
mod weibull;

pub use empirical::Empirical;
pub use exponential::Exponential;
pub(in crate::base) use exponential::unit_exponential;
pub use gamma::Gamma;
pub use hyperexponential::Hyperexponential;
pub use lognormal::Lognormal;
pub use mixture::Mixture;
pub use pareto::Pareto;
pub use shifted::Shifted;
pub use triangular::Triangular;
pub use truncated::Truncated;
pub use uniform::Uniform;
pub use weibull::Weibull;

/// The greatest uniform that a stream or a keyed draw gives: 1 - 2^-53.
const GREATEST_UNIFORM: f64 = 1.0 - f64::EPSILON / 2.0;

/// What is said of parameters that are fine one by one and overflow together.
const TOO_LARGE: &str = "these parameters give values too large to compute with";

/// A distribution of non-negative values. Made by its constructors only, which check it.
#[derive(Clone, Debug, PartialEq)]
pub enum Dist {
    /// Always the same value.
    Constant(f64),
    /// Equally likely between two bounds.
    Uniform(Uniform),
    /// Memoryless.
    Exponential(Exponential),
    /// Gamma; with a whole shape k, Erlang: the sum of k exponentials.
    Gamma(Gamma),
    /// The exponential of a normal.
    Lognormal(Lognormal),
    /// Ageing (shape above 1) or wearing in (below 1).
    Weibull(Weibull),
    /// Heavy-tailed between two bounds.
    Pareto(Pareto),
    /// One of several exponentials, by chance.
    Hyperexponential(Hyperexponential),
    /// Between two bounds with a peak.
    Triangular(Triangular),
    /// Measured quantiles, with straight lines between them.
    Empirical(Empirical),
    /// One of several distributions, by chance.
    Mixture(Mixture),
    /// Another distribution, later by a constant.
    Shifted(Shifted),
    /// Another distribution, given that it falls between two bounds.
    Truncated(Truncated),
}

/// What every distribution can say.
trait Law {
    /// The value that a share `u` of the draws does not exceed.
    fn quantile(&self, u: f64) -> f64;
    /// P(X <= x).
    fn cdf(&self, x: f64) -> f64;
    /// P(X > x), with full relative precision far out, where `1 - cdf` has none left.
    fn survival(&self, x: f64) -> f64;
    /// E(X).
    fn mean(&self) -> f64;
}

impl Law for f64 {
    fn quantile(&self, _: f64) -> f64 {
        *self
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < *self { 0.0 } else { 1.0 }
    }

    fn survival(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }

    fn mean(&self) -> f64 {
        *self
    }
}

impl Dist {
    /// The value that a share `u` of all draws does not exceed; a draw, if `u` is a uniform in
    /// (0, 1). The smallest such value where the distribution jumps.
    #[inline]
    pub fn quantile(&self, u: f64) -> f64 {
        debug_assert!(u > 0.0 && u < 1.0, "a uniform lies between 0 and 1, not {u}");
        match self {
            // The most common law, without the detour.
            Dist::Exponential(law) => law.quantile(u),
            _ => self.law().quantile(u),
        }
    }

    /// P(X <= `x`).
    pub fn cdf(&self, x: f64) -> f64 {
        self.law().cdf(x)
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.law().mean()
    }

    /// P(X > `x`), precise far out.
    fn survival(&self, x: f64) -> f64 {
        self.law().survival(x)
    }

    fn law(&self) -> &dyn Law {
        match self {
            Dist::Constant(law) => law,
            Dist::Uniform(law) => law,
            Dist::Exponential(law) => law,
            Dist::Gamma(law) => law,
            Dist::Lognormal(law) => law,
            Dist::Weibull(law) => law,
            Dist::Pareto(law) => law,
            Dist::Hyperexponential(law) => law,
            Dist::Triangular(law) => law,
            Dist::Empirical(law) => law,
            Dist::Mixture(law) => law,
            Dist::Shifted(law) => law,
            Dist::Truncated(law) => law,
        }
    }

    /// Refuses parameters that are fine one by one and overflow together.
    fn within_range(self) -> Result<Self, String> {
        let greatest = self.law().quantile(GREATEST_UNIFORM);
        if greatest.is_finite() && self.mean().is_finite() {
            return Ok(self);
        }
        Err(TOO_LARGE.to_string())
    }
}

/// The constructors. Each returns a sentence that says what is wrong with the parameters.
impl Dist {
    /// Always `value`, at least 0.
    pub fn constant(value: f64) -> Result<Self, String> {
        not_negative("the value", value)?;
        Ok(Dist::Constant(value))
    }

    /// Equally likely between `low` and `high`, 0 <= `low` < `high`.
    pub fn uniform(low: f64, high: f64) -> Result<Self, String> {
        Dist::Uniform(Uniform::new(low, high)?).within_range()
    }

    /// Exponential with this `mean`, above 0.
    pub fn exponential(mean: f64) -> Result<Self, String> {
        Dist::Exponential(Exponential::new(mean)?).within_range()
    }

    /// Erlang: the sum of `k` exponentials, 1 to 1 000 000, with this `mean` in total, above 0.
    pub fn erlang(k: u32, mean: f64) -> Result<Self, String> {
        if k == 0 {
            return Err("k must be at least 1: it is the number of phases".to_string());
        }
        Self::gamma(f64::from(k), mean)
    }

    /// Gamma with this `shape`, 0.001 to 1 000 000, and `mean`, above 0.
    pub fn gamma(shape: f64, mean: f64) -> Result<Self, String> {
        Dist::Gamma(Gamma::new(shape, mean)?).within_range()
    }

    /// Gamma with this `mean`, above 0, and coefficient of variation `cv`, 0.001 to 31 or 0 for a
    /// constant: shape = 1 / cv^2.
    pub fn gamma_mean_cv(mean: f64, cv: f64) -> Result<Self, String> {
        positive("the mean", mean)?;
        not_negative("cv", cv)?;
        if cv == 0.0 {
            return Self::constant(mean);
        }
        if !(0.001..=31.0).contains(&cv) {
            return Err(format!("cv of a gamma must be 0, or between 0.001 and 31, not {cv}"));
        }
        Self::gamma(1.0 / (cv * cv), mean)
    }

    /// The exponential of a normal with mean `mu`, any number, and standard deviation `sigma`,
    /// above 0.
    pub fn lognormal(mu: f64, sigma: f64) -> Result<Self, String> {
        Dist::Lognormal(Lognormal::new(mu, sigma)?).within_range()
    }

    /// Lognormal with this `mean`, above 0, and coefficient of variation `cv`, at least 0 (0 is a
    /// constant): sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2 / 2.
    pub fn lognormal_mean_cv(mean: f64, cv: f64) -> Result<Self, String> {
        positive("the mean", mean)?;
        not_negative("cv", cv)?;
        if cv == 0.0 {
            return Self::constant(mean);
        }
        if cv > f64::MAX.sqrt() {
            return Err(TOO_LARGE.to_string());
        }
        let variance = libm::log1p(cv * cv);
        Self::lognormal(libm::log(mean) - 0.5 * variance, variance.sqrt())
    }

    /// Lognormal with this median `p50`, above 0, and 95th percentile `p95`, above `p50`.
    pub fn lognormal_p50_p95(p50: f64, p95: f64) -> Result<Self, String> {
        positive("p50", p50)?;
        above("p95", p95, "p50", p50)?;
        let sigma = libm::log(p95 / p50) / crate::base::special::normal_quantile(0.95);
        Self::lognormal(libm::log(p50), sigma)
    }

    /// Weibull with this `shape` and `scale`, both above 0.
    pub fn weibull(shape: f64, scale: f64) -> Result<Self, String> {
        Dist::Weibull(Weibull::new(shape, scale)?).within_range()
    }

    /// Pareto with this `shape`, above 0, bounded to 0 < `low` < `high`.
    pub fn pareto(shape: f64, low: f64, high: f64) -> Result<Self, String> {
        Dist::Pareto(Pareto::new(shape, low, high)?).within_range()
    }

    /// One of several exponentials: (weight, mean) each, all above 0. The weights need not add up
    /// to 1.
    pub fn hyperexponential(branches: &[(f64, f64)]) -> Result<Self, String> {
        Dist::Hyperexponential(Hyperexponential::new(branches)?).within_range()
    }

    /// Triangular: 0 <= `low` <= `mode` <= `high`, `low` < `high`.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, String> {
        Dist::Triangular(Triangular::new(low, mode, high)?).within_range()
    }

    /// Measured quantiles as (share, value): at least two, shares rising within [0, 1], values at
    /// least 0 and not falling. See [`Empirical`] for what happens between and beyond them.
    pub fn empirical(quantiles: &[(f64, f64)]) -> Result<Self, String> {
        Dist::Empirical(Empirical::new(quantiles)?).within_range()
    }

    /// One of several distributions: (weight, distribution) each, weights above 0. The weights
    /// need not add up to 1.
    pub fn mixture(parts: Vec<(f64, Dist)>) -> Result<Self, String> {
        Dist::Mixture(Mixture::new(parts)?).within_range()
    }

    /// `dist`, later by `by`, at least 0.
    pub fn shifted(by: f64, dist: Dist) -> Result<Self, String> {
        Dist::Shifted(Shifted::new(by, dist)?).within_range()
    }

    /// `dist`, given that it falls into [`low`, `high`], 0 <= `low` < `high`; `high` may be
    /// infinite. At least a millionth of `dist` must fall there.
    pub fn truncated(low: f64, high: f64, dist: Dist) -> Result<Self, String> {
        Dist::Truncated(Truncated::new(low, high, dist)?).within_range()
    }
}

/// Refuses infinite and NaN.
fn finite(name: &str, value: f64) -> Result<(), String> {
    if value.is_finite() {
        return Ok(());
    }
    Err(format!("{name} must be a finite number, not {value}"))
}

/// Refuses what is not a finite number above zero.
fn positive(name: &str, value: f64) -> Result<(), String> {
    finite(name, value)?;
    if value > 0.0 {
        return Ok(());
    }
    Err(format!("{name} must be above zero, not {value}"))
}

/// Refuses what is not a finite number, zero or above.
fn not_negative(name: &str, value: f64) -> Result<(), String> {
    finite(name, value)?;
    if value >= 0.0 {
        return Ok(());
    }
    Err(format!("{name} must not be negative, but is {value}"))
}

/// Refuses a `value` that is not finite and above `other`.
fn above(name: &str, value: f64, other_name: &str, other: f64) -> Result<(), String> {
    finite(name, value)?;
    if value > other {
        return Ok(());
    }
    Err(format!("{name} must be above {other_name}, which is {other}, but is {value}"))
}

/// Weights as probabilities that add up to 1.
fn probabilities(weights: impl Iterator<Item = f64> + Clone) -> Result<Vec<f64>, String> {
    for weight in weights.clone() {
        positive("a weight", weight)?;
    }
    let total: f64 = weights.clone().sum();
    finite("the sum of the weights", total)?;
    Ok(weights.map(|weight| weight / total).collect())
}
