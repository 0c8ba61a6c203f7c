//! What holds for every distribution, over one list of cases; oracles, pinned answers and refusals
//! have their own files.

mod answers;
mod oracles;
mod parts;
mod refusals;

use super::*;

const LEAST_UNIFORM: f64 = 0.5 * f64::EPSILON;

/// At least one case of every kind.
fn cases() -> Vec<(&'static str, Dist)> {
    let exponential = |mean| Dist::exponential(mean).unwrap();
    let lognormal = |mean, cv| Dist::lognormal_mean_cv(mean, cv).unwrap();
    vec![
        ("constant", Dist::constant(3.5).unwrap()),
        ("uniform", Dist::uniform(2.0, 5.0).unwrap()),
        ("exponential", exponential(3.0)),
        ("erlang", Dist::erlang(4, 2.0).unwrap()),
        ("gamma below 1", Dist::gamma(0.4, 2.0).unwrap()),
        ("gamma above 1", Dist::gamma(7.3, 0.5).unwrap()),
        ("gamma large", Dist::gamma_mean_cv(10.0, 0.02).unwrap()),
        ("lognormal", Dist::lognormal(0.3, 0.8).unwrap()),
        ("lognormal of mean", lognormal(8.0, 0.6)),
        ("lognormal of percentiles", Dist::lognormal_p50_p95(6.0, 20.0).unwrap()),
        ("weibull below 1", Dist::weibull(0.7, 2.0).unwrap()),
        ("weibull above 1", Dist::weibull(2.5, 2.0).unwrap()),
        ("pareto", Dist::pareto(1.5, 1.0, 200.0).unwrap()),
        ("pareto of shape 1", Dist::pareto(1.0, 0.5, 50.0).unwrap()),
        ("hyperexponential", Dist::hyperexponential(&[(0.9, 0.5), (0.1, 5.5)]).unwrap()),
        (
            "hyperexponential of three",
            Dist::hyperexponential(&[(6.0, 1.0), (3.0, 0.01), (1.0, 50.0)]).unwrap(),
        ),
        ("triangular", Dist::triangular(1.0, 1.5, 4.0).unwrap()),
        ("triangular, falling", Dist::triangular(1.0, 1.0, 4.0).unwrap()),
        ("triangular, rising", Dist::triangular(1.0, 4.0, 4.0).unwrap()),
        ("empirical", Dist::empirical(&[(0.1, 4.0), (0.5, 16.0), (0.9, 56.0)]).unwrap()),
        ("empirical, whole", Dist::empirical(&[(0.0, 1.0), (0.7, 2.0), (1.0, 9.0)]).unwrap()),
        (
            "mixture",
            Dist::mixture(vec![(2.0, lognormal(1.0, 0.3)), (1.0, exponential(20.0))]).unwrap(),
        ),
        ("shifted", Dist::shifted(0.25, exponential(0.1)).unwrap()),
        ("truncated", Dist::truncated(2.0, 20.0, lognormal(8.0, 0.6)).unwrap()),
        ("truncated below", Dist::truncated(2.0, f64::INFINITY, exponential(3.0)).unwrap()),
    ]
}

/// Uniforms from end to end, close to both ends, too.
fn uniforms() -> Vec<f64> {
    let mut uniforms: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) / 1000.0).collect();
    let mut tail = 0.25;
    while tail >= LEAST_UNIFORM {
        uniforms.extend([tail, 1.0 - tail]);
        tail *= 0.5;
    }
    uniforms.sort_by(f64::total_cmp);
    uniforms
}

#[test]
fn values_are_finite_and_not_negative_even_at_the_ends() {
    for (name, dist) in cases() {
        for u in [0.5 * LEAST_UNIFORM, LEAST_UNIFORM, 0.5, GREATEST_UNIFORM] {
            let x = dist.quantile(u);
            assert!(x.is_finite() && x.is_sign_positive(), "{name} at {u:e}: {x}");
        }
    }
}

#[test]
fn a_larger_uniform_never_gives_a_smaller_value() {
    for (name, dist) in cases() {
        let mut before = 0.0;
        for u in uniforms() {
            let x = dist.quantile(u);
            assert!(x >= before, "{name} at {u:e}: {x:e} after {before:e}");
            before = x;
        }
        // Between neighbours on the lattice of uniforms only rounding can tell: 1e-12, as promised.
        for k in 0..2000 {
            let u = (f64::from(k) + 0.5) / 2000.0;
            let (x, next) = (dist.quantile(u), dist.quantile(u + f64::EPSILON));
            assert!(next >= x * (1.0 - 1e-12), "{name} at {u} and its neighbour: {x:e} {next:e}");
        }
    }
}

#[test]
fn the_quantile_inverts_both_tails() {
    for (name, dist) in cases() {
        if matches!(dist, Dist::Constant(_)) {
            continue;
        }
        for u in uniforms() {
            let x = dist.quantile(u);
            let (mut below, mut above) = (dist.cdf(x), dist.survival(x));
            if let Dist::Empirical(_) = dist {
                // Jumps at its ends: the uniform lies within the jump.
                below = below.min(u.max(dist.cdf(x.next_down())));
                above = above.max((1.0 - u).min(dist.survival(x.next_down())));
            }
            // A rounded x moves F by x f(x) 1e-16, below 40 (1 - F) 1e-16 in these cases' tails,
            // with the 1e-13 of the inversion. Bounded support and tables round to 1e-15 of 1.
            let tolerance = |p: f64| 1e-11 * p + 2e-15;
            assert!((below - u).abs() <= tolerance(u), "{name} at {u:e}: cdf {below:e}");
            let tail = 1.0 - u;
            assert!((above - tail).abs() <= tolerance(tail), "{name} at {u:e}: tail {above:e}");
        }
    }
}

#[test]
fn outside_the_support_nothing_is_left() {
    for (name, dist) in cases() {
        assert_eq!(dist.cdf(-1.0), 0.0, "{name}");
        assert_eq!(dist.survival(1e300), 0.0, "{name}");
        // Three probabilities add up to 1 but for one rounding.
        assert!((dist.survival(-1.0) - 1.0).abs() <= f64::EPSILON, "{name}");
        assert!((dist.cdf(1e300) - 1.0).abs() <= f64::EPSILON, "{name}");
    }
}

#[test]
fn the_mean_is_the_average_of_the_quantiles() {
    const STRATA: u32 = 200_000;
    for (name, dist) in cases() {
        let strata = f64::from(STRATA);
        let sum: f64 = (0..STRATA).map(|i| dist.quantile((f64::from(i) + 0.5) / strata)).sum();
        // The midpoint rule of a rising function errs by less than its rise times half a stratum;
        // what it cannot see is the tail in the last half stratum: as much again, and more than
        // that only for tails heavier than any case's here.
        let tolerance = 2.0 * dist.quantile(1.0 - 0.5 / strata) / strata;
        let error = (sum / strata - dist.mean()).abs();
        assert!(error <= tolerance, "{name}: off by {error:e} of {tolerance:e}");
    }
}

#[test]
fn a_dist_can_be_shared_between_threads() {
    fn shared<T: Clone + std::fmt::Debug + PartialEq + Send + Sync>() {}
    shared::<Dist>();
}
