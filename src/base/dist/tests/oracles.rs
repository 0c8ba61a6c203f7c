//! Against other people's code: statrs for probabilities and moments, rand_distr for samples.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::Distribution as _;
use statrs::distribution::{self, ContinuousCDF};
use statrs::statistics::Distribution;

use super::*;
use crate::base::random::{Purpose, Root};

/// The cdf of `oracle` at our quantiles is u again, to `tolerance`, and the moments agree.
fn check<O>(dist: Result<Dist, String>, oracle: O, tolerance: f64)
where
    O: ContinuousCDF<f64, f64> + Distribution<f64> + std::fmt::Debug,
{
    let dist = dist.unwrap();
    for u in uniforms() {
        let found = oracle.cdf(dist.quantile(u));
        assert!((found - u).abs() <= tolerance, "{oracle:?} at {u:e}: {found:e}");
    }
    let mean = oracle.mean().unwrap();
    assert!((dist.mean() - mean).abs() <= 1e-12 * mean, "{oracle:?}: mean {}", dist.mean());

    // The midpoint rule on Q and Q^2: the error of a rising function is below half of its rise
    // over the strata; the tail beyond the last midpoint is given twice as much again.
    const STRATA: u32 = 200_000;
    let strata = f64::from(STRATA);
    let (mut sum, mut squares) = (0.0, 0.0);
    for i in 0..STRATA {
        let x = dist.quantile((f64::from(i) + 0.5) / strata);
        sum += x;
        squares += x * x;
    }
    let greatest = dist.quantile(1.0 - 0.5 / strata);
    let sample_mean = sum / strata;
    assert!((sample_mean - mean).abs() <= 2.0 * greatest / strata, "{oracle:?}: {sample_mean}");
    let variance = squares / strata - sample_mean * sample_mean;
    let error = (variance - oracle.variance().unwrap()).abs();
    assert!(error <= 4.0 * greatest * greatest / strata, "{oracle:?}: variance {variance}");
}

#[test]
fn probabilities_and_moments_are_those_of_statrs() {
    // Rounding of u and of a few operations: 1e-15. The complementary error function of statrs 0.19
    // is off by up to 5e-11 (1e-10 of itself), found with 40 digits; its gamma functions stop at
    // 1e-13 and lose the digits of shape * ln(shape) in an exponent. Our own last digits are held
    // against 40-digit truths.
    check(Dist::uniform(2.0, 5.0), distribution::Uniform::new(2.0, 5.0).unwrap(), 1e-15);
    check(Dist::exponential(3.0), distribution::Exp::new(1.0 / 3.0).unwrap(), 1e-15);
    check(Dist::lognormal(0.3, 0.8), distribution::LogNormal::new(0.3, 0.8).unwrap(), 3e-11);
    check(Dist::lognormal(5.0, 1.7), distribution::LogNormal::new(5.0, 1.7).unwrap(), 3e-11);
    check(Dist::weibull(0.7, 2.0), distribution::Weibull::new(0.7, 2.0).unwrap(), 1e-15);
    check(Dist::weibull(2.5, 2.0), distribution::Weibull::new(2.5, 2.0).unwrap(), 1e-15);
    check(Dist::triangular(1.0, 1.5, 4.0), triangle(1.0, 1.5, 4.0), 1e-15);
    check(Dist::triangular(1.0, 4.0, 4.0), triangle(1.0, 4.0, 4.0), 1e-15);
    for shape in [0.05, 0.4, 1.0, 1.7, 9.0, 10.5, 80.0, 2500.0] {
        let oracle = distribution::Gamma::new(shape, shape / 2.0).unwrap();
        let tolerance = 1e-13 + 2.0 * f64::EPSILON * shape * libm::log(1.0 + shape);
        check(Dist::gamma(shape, 2.0), oracle, tolerance);
    }
    check(Dist::erlang(4, 2.0), distribution::Erlang::new(4, 2.0).unwrap(), 1e-13);
}

fn triangle(low: f64, mode: f64, high: f64) -> distribution::Triangular {
    distribution::Triangular::new(low, high, mode).unwrap()
}

#[test]
fn a_bounded_pareto_is_a_pareto_within_its_bounds() {
    for shape in [0.5, 1.0, 1.5, 3.0] {
        let oracle = distribution::Pareto::new(2.0, shape).unwrap();
        let dist = Dist::pareto(shape, 2.0, 300.0).unwrap();
        for u in uniforms() {
            let found = oracle.cdf(dist.quantile(u)) / oracle.cdf(300.0);
            assert!((found - u).abs() <= 1e-14, "shape {shape} at {u:e}: {found:e}");
        }
    }
}

#[test]
fn the_normal_quantile_inverts_the_oracles_cdf() {
    let oracle = distribution::Normal::new(0.0, 1.0).unwrap();
    for u in uniforms() {
        let z = crate::base::special::normal_quantile(u);
        // That function again, at 1e-10 of the tail.
        let error = (oracle.cdf(z) - u).abs();
        assert!(error <= 2e-10 * u.min(1.0 - u) + 2e-16, "{u:e}: {error:e}");
    }
}

const SAMPLE: usize = 20_000;

/// Smirnov's two-sample distance stays below sqrt(ln(2 / risk) / n) with a risk of 1e-6: Wei and
/// Dudley, "Two-sample Dvoretzky-Kiefer-Wolfowitz inequalities" (2012), equal sizes above 458.
fn check_sample(name: &str, dist: Dist, sample: impl Fn(&mut ChaCha8Rng) -> f64) {
    let mut generator = ChaCha8Rng::seed_from_u64(99);
    let mut stream = Root::new(99, 0).stream(name, Purpose::Work);
    let mut theirs: Vec<f64> = (0..SAMPLE).map(|_| sample(&mut generator)).collect();
    let mut ours: Vec<f64> = (0..SAMPLE).map(|_| dist.quantile(stream.uniform())).collect();
    theirs.sort_by(f64::total_cmp);
    ours.sort_by(f64::total_cmp);
    let mut distance = 0.0_f64;
    for sorted in [&theirs, &ours] {
        for x in sorted {
            let share = |of: &[f64]| of.partition_point(|y| y <= x) as f64 / SAMPLE as f64;
            distance = distance.max((share(&theirs) - share(&ours)).abs());
        }
    }
    let bound = (libm::log(2.0 / 1e-6) / SAMPLE as f64).sqrt();
    assert!(distance < bound, "{name}: {distance} of {bound}");
}

#[test]
fn samples_are_distributed_as_those_of_rand_distr() {
    let exp = |rate| rand_distr::Exp::new(rate).unwrap();
    let (slow, quick) = (exp(1.0 / 5.5), exp(2.0));
    let lognormal = rand_distr::LogNormal::new(0.3, 0.8).unwrap();
    let weibull = rand_distr::Weibull::new(2.0, 0.7).unwrap();
    let triangular = rand_distr::Triangular::new(1.0, 4.0, 1.5).unwrap();
    let pareto = rand_distr::Pareto::new(1.0, 1.5).unwrap();
    let within = |low: f64, high: f64, draw: &mut dyn FnMut() -> f64| loop {
        let x = draw();
        if (low..=high).contains(&x) {
            return x;
        }
    };
    check_sample("exponential", Dist::exponential(0.5).unwrap(), |g| quick.sample(g));
    for shape in [0.3, 1.0, 4.0, 60.0] {
        let oracle = rand_distr::Gamma::new(shape, 2.0 / shape).unwrap();
        check_sample("gamma", Dist::gamma(shape, 2.0).unwrap(), |g| oracle.sample(g));
    }
    check_sample("lognormal", Dist::lognormal(0.3, 0.8).unwrap(), |g| lognormal.sample(g));
    check_sample("weibull", Dist::weibull(0.7, 2.0).unwrap(), |g| weibull.sample(g));
    check_sample("triangular", Dist::triangular(1.0, 1.5, 4.0).unwrap(), |g| triangular.sample(g));
    check_sample("pareto", Dist::pareto(1.5, 1.0, 20.0).unwrap(), |g| {
        within(0.0, 20.0, &mut || pareto.sample(g))
    });
    let two = Dist::hyperexponential(&[(0.8, 0.5), (0.2, 5.5)]).unwrap();
    let choose = |g: &mut ChaCha8Rng| g.random::<f64>() < 0.8;
    check_sample("hyperexponential", two, |g| if choose(g) { quick } else { slow }.sample(g));
    let parts = vec![
        (0.8, Dist::lognormal(0.3, 0.8).unwrap()),
        (0.2, Dist::shifted(1.0, Dist::exponential(5.5).unwrap()).unwrap()),
    ];
    check_sample("mixture", Dist::mixture(parts).unwrap(), |g| {
        if choose(g) { lognormal.sample(g) } else { 1.0 + slow.sample(g) }
    });
    let cut = Dist::truncated(0.5, 3.0, Dist::lognormal(0.3, 0.8).unwrap()).unwrap();
    check_sample("truncated", cut, |g| within(0.5, 3.0, &mut || lognormal.sample(g)));
}
