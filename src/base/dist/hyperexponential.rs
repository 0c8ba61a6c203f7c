//! Hyperexponential: with probability p_i an exponential of mean m_i. P(X > x) = sum p_i exp(-x /
//! m_i). The usual model of service times with a coefficient of variation above 1.
//!
//! The inverse is exact and monotone: the solution of P(X > x) = q, q = 1 - u. P(X > x) is convex,
//! so Newton's method never passes the solution from the left; it starts at the greatest of the
//! bounds -ln(q) / sum(p_i / m_i) (ln P(X > x) is convex and starts with that slope) and
//! m_i (ln(p_i) - ln(q)) (one branch alone). All derivatives come from the same exponentials, so
//! near the solution the step is Householder's of third order, with an error of the order of its
//! fourth power: two evaluations usually. Good to 1e-14 relative, 0.1 us for two branches.

use super::{Law, positive, probabilities};

/// A mixture of exponentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperexponential {
    branches: Vec<Branch>,
    /// 1 / sum(p_i / m_i).
    first_mean: f64,
    /// A step this small against the quickest branch is the last one, if small against x, too.
    last_step: f64,
}

#[derive(Clone, Debug, PartialEq)]
struct Branch {
    probability: f64,
    ln_probability: f64,
    mean: f64,
    rate: f64,
    /// probability * rate.
    flow: f64,
}

/// Below this share F is summed instead of 1 - F, which would have lost its digits.
const SMALL_SHARE: f64 = 1.0 / 16.0;

impl Hyperexponential {
    pub(super) fn new(branches: &[(f64, f64)]) -> Result<Self, String> {
        if branches.is_empty() {
            return Err("a hyperexponential needs at least one branch".to_string());
        }
        for &(_, mean) in branches {
            positive("the mean of a branch", mean)?;
            positive("the rate of a branch, 1 / mean,", 1.0 / mean)?;
        }
        let probabilities = probabilities(branches.iter().map(|branch| branch.0))?;
        let branches: Vec<Branch> = probabilities
            .into_iter()
            .zip(branches)
            .map(|(probability, &(_, mean))| Branch {
                probability,
                ln_probability: libm::log(probability),
                mean,
                rate: 1.0 / mean,
                flow: probability / mean,
            })
            .collect();
        let quickest = branches.iter().fold(f64::INFINITY, |least, b| least.min(b.mean));
        let first_rate: f64 = branches.iter().map(|branch| branch.flow).sum();
        Ok(Hyperexponential { branches, first_mean: 1.0 / first_rate, last_step: 1e-3 * quickest })
    }

    /// The (probability, mean) of each branch, in the order given.
    pub fn branches(&self) -> impl Iterator<Item = (f64, f64)> {
        self.branches.iter().map(|branch| (branch.probability, branch.mean))
    }

    /// P(X > x) - (1 - u), and minus its first, plus its second, minus its third derivative.
    fn excess(&self, x: f64, u: f64) -> [f64; 4] {
        let small = u < SMALL_SHARE;
        let [mut excess, mut first, mut second, mut third] =
            [if small { u } else { u - 1.0 }, 0.0, 0.0, 0.0];
        for branch in &self.branches {
            let survival = if small {
                let lost = libm::expm1(-x * branch.rate);
                excess += branch.probability * lost;
                1.0 + lost
            } else {
                let survival = libm::exp(-x * branch.rate);
                excess += branch.probability * survival;
                survival
            };
            let flow = branch.flow * survival;
            first += flow;
            second += flow * branch.rate;
            third += flow * branch.rate * branch.rate;
        }
        [excess, first, second, third]
    }
}

impl Law for Hyperexponential {
    fn quantile(&self, u: f64) -> f64 {
        let level = 0.0 - libm::log(1.0 - u);
        let mut x = level * self.first_mean;
        for branch in &self.branches {
            x = x.max(branch.mean * (branch.ln_probability + level));
        }
        // Seven steps are the most seen; the bound only says that this ends.
        for _ in 0..64 {
            let [excess, first, second, third] = self.excess(x, u);
            let (square, bend) = (first * first, excess * second);
            let step = if bend.abs() < 0.5 * square {
                let twist = excess * excess * third * (1.0 / 6.0);
                excess * (square - 0.5 * bend) / (first * (square - bend) + twist)
            } else {
                excess / first
            };
            x += step;
            if step.abs() <= self.last_step.min(1e-3 * x) {
                break;
            }
        }
        x
    }

    fn cdf(&self, x: f64) -> f64 {
        let share = |b: &Branch| -b.probability * libm::expm1(-x.max(0.0) * b.rate);
        self.branches.iter().map(share).sum()
    }

    fn survival(&self, x: f64) -> f64 {
        let share = |b: &Branch| b.probability * libm::exp(-x.max(0.0) * b.rate);
        self.branches.iter().map(share).sum()
    }

    fn mean(&self) -> f64 {
        self.branches.iter().map(|branch| branch.probability * branch.mean).sum()
    }
}
