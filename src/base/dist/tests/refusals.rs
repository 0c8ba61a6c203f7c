//! What the constructors say to the person who wrote the parameters.

use super::*;

fn check(made: Result<Dist, String>, expected: &str) {
    assert_eq!(made.unwrap_err(), expected);
}

#[test]
fn numbers_out_of_range_are_refused_in_words() {
    let (nan, infinite) = (f64::NAN, f64::INFINITY);
    check(Dist::constant(-1.0), "the value must not be negative, but is -1");
    check(Dist::constant(nan), "the value must be a finite number, not NaN");
    check(Dist::exponential(-3.0), "the mean must be above zero, not -3");
    check(Dist::exponential(infinite), "the mean must be a finite number, not inf");
    check(Dist::uniform(-1.0, 2.0), "low must not be negative, but is -1");
    check(Dist::uniform(2.0, 2.0), "high must be above low, which is 2, but is 2");
    check(Dist::erlang(0, 1.0), "k must be at least 1: it is the number of phases");
    check(Dist::gamma(2e6, 1.0), "the shape must be from 0.001 to 1000000, not 2000000");
    check(Dist::gamma(0.0, 1.0), "the shape must be above zero, not 0");
    check(
        Dist::gamma_mean_cv(1.0, 40.0),
        "cv of a gamma must be 0, or between 0.001 and 31, not 40",
    );
    check(Dist::lognormal(nan, 1.0), "mu must be a finite number, not NaN");
    check(Dist::lognormal(0.0, 0.0), "sigma must be above zero, not 0");
    check(Dist::lognormal_mean_cv(0.0, 0.5), "the mean must be above zero, not 0");
    check(Dist::lognormal_mean_cv(1.0, -0.5), "cv must not be negative, but is -0.5");
    check(Dist::lognormal_p50_p95(6.0, 5.0), "p95 must be above p50, which is 6, but is 5");
    check(Dist::weibull(0.0, 1.0), "the shape must be above zero, not 0");
    check(Dist::weibull(1.0, -1.0), "the scale must be above zero, not -1");
    check(Dist::pareto(1.0, 0.0, 1.0), "low must be above zero, not 0");
    check(Dist::pareto(1.0, 2.0, infinite), "high must be a finite number, not inf");
    check(Dist::triangular(1.0, 5.0, 4.0), "the mode must lie from 1 to 4, but is 5");
}

#[test]
fn lists_are_checked_row_by_row() {
    let one = || Dist::constant(1.0).unwrap();
    check(Dist::hyperexponential(&[]), "a hyperexponential needs at least one branch");
    check(Dist::hyperexponential(&[(0.0, 1.0)]), "a weight must be above zero, not 0");
    check(Dist::hyperexponential(&[(1.0, 0.0)]), "the mean of a branch must be above zero, not 0");
    check(Dist::empirical(&[(0.5, 1.0)]), "a quantile table needs at least two rows");
    check(
        Dist::empirical(&[(0.5, 1.0), (50.0, 2.0)]),
        "a share must lie from 0 to 1, but one is 50",
    );
    check(Dist::empirical(&[(0.5, 1.0), (0.5, 2.0)]), "the shares must rise, but 0.5 follows 0.5");
    check(Dist::empirical(&[(0.5, 3.0), (0.9, 2.0)]), "the values must not fall, but 2 follows 3");
    check(Dist::empirical(&[(0.5, -3.0), (0.9, 2.0)]), "a value must not be negative, but is -3");
    check(Dist::mixture(vec![]), "a mixture needs at least one part");
    check(Dist::mixture(vec![(-1.0, one())]), "a weight must be above zero, not -1");
    check(Dist::shifted(-1.0, one()), "the shift must not be negative, but is -1");
    check(Dist::truncated(3.0, 2.0, one()), "high must be above low, which is 3, but is 2");
    check(
        Dist::truncated(2.0, 3.0, one()),
        "less than a millionth of the distribution falls from 2 to 3",
    );
}

#[test]
fn parameters_that_overflow_together_are_refused() {
    let expected = "these parameters give values too large to compute with";
    check(Dist::exponential(1e308), expected);
    check(Dist::lognormal(700.0, 2.0), expected);
    check(Dist::weibull(0.002, 1.0), expected);
    check(Dist::lognormal_mean_cv(1.0, 1e300), expected);
}
