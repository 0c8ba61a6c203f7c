//! Distributions made of others, and tables: answers worked by hand.

use super::*;

fn close(found: f64, expected: f64, relative: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(error <= relative * expected.abs(), "{what}: {found:e} and not {expected:e}");
}

#[test]
fn a_table_is_straight_between_and_flat_beyond_its_rows() {
    let table = Dist::empirical(&[(0.1, 4.0), (0.5, 16.0), (0.9, 56.0)]).unwrap();
    for (u, expected) in
        [(0.01, 4.0), (0.1, 4.0), (0.3, 10.0), (0.5, 16.0), (0.7, 36.0), (0.9, 56.0), (0.99, 56.0)]
    {
        close(table.quantile(u), expected, 1e-15, "quantile");
    }
    for (x, expected) in [(3.9, 0.0), (4.0, 0.1), (10.0, 0.3), (36.0, 0.7), (56.0, 1.0)] {
        close(table.cdf(x), expected, 1e-15, "cdf");
    }
    // 0.1 * 4 + 0.4 * (4 + 16) / 2 + 0.4 * (16 + 56) / 2 + 0.1 * 56.
    close(table.mean(), 24.4, 1e-15, "mean");
    let open = Dist::empirical(&[(0.0, 1.0), (1.0, 3.0)]).unwrap();
    close(open.quantile(0.001), 1.002, 1e-15, "share 0 given");
    close(open.quantile(0.999), 2.998, 1e-15, "share 1 given");
}

#[test]
fn a_jump_in_a_table_is_one_value() {
    let table = Dist::empirical(&[(0.0, 1.0), (0.2, 2.0), (0.6, 2.0), (1.0, 6.0)]).unwrap();
    for u in [0.2, 0.3, 0.5, 0.6] {
        assert_eq!(table.quantile(u), 2.0);
    }
    assert_eq!(table.cdf(2.0), 0.6);
    close(table.cdf(2.0_f64.next_down()), 0.2, 1e-14, "before the jump");
}

#[test]
fn constants_in_a_mixture_come_out_exactly() {
    let parts = vec![
        (0.25, Dist::constant(0.0).unwrap()),
        (0.25, Dist::constant(5.0).unwrap()),
        (0.5, Dist::uniform(3.0, 7.0).unwrap()),
    ];
    let mixture = Dist::mixture(parts).unwrap();
    for (u, expected) in
        [(0.1, 0.0), (0.25, 0.0), (0.375, 4.0), (0.51, 5.0), (0.74, 5.0), (0.75, 5.0), (0.875, 6.0)]
    {
        close(mixture.quantile(u), expected, 1e-13, "mixture");
        if expected == 5.0 {
            assert_eq!(mixture.quantile(u), 5.0);
        }
    }
    close(mixture.mean(), 0.25 * 5.0 + 0.5 * 5.0, 1e-15, "mean");
    assert_eq!(mixture.cdf(4.0), 0.375);
}

#[test]
fn a_gap_in_a_mixture_is_never_hit() {
    let parts = vec![
        (0.5, Dist::uniform(0.0, 1.0).unwrap()),
        (0.5, Dist::uniform(1000.0, 1001.0).unwrap()),
    ];
    let mixture = Dist::mixture(parts).unwrap();
    for u in uniforms() {
        let x = mixture.quantile(u);
        assert!(!(1.0 + 1e-9..1000.0 - 1e-9).contains(&x), "{u:e}: {x}");
    }
    close(mixture.quantile(0.25), 0.5, 2e-13, "below the gap");
    close(mixture.quantile(0.75), 1000.5, 1e-13, "above the gap");
}

#[test]
fn a_mixture_of_exponentials_is_the_hyperexponential() {
    // Two unlike algorithms: bracketing on F, and Householder's steps on 1 - F.
    let branches = [(0.7, 0.2), (0.25, 3.0), (0.05, 40.0)];
    let hyperexponential = Dist::hyperexponential(&branches).unwrap();
    let parts = branches.map(|(p, mean)| (p, Dist::exponential(mean).unwrap())).to_vec();
    let mixture = Dist::mixture(parts).unwrap();
    for u in uniforms() {
        let (found, expected) = (mixture.quantile(u), hyperexponential.quantile(u));
        close(found, expected, 2e-13, &format!("at {u:e}"));
    }
    close(mixture.mean(), hyperexponential.mean(), 1e-15, "mean");
}

#[test]
fn an_exponential_cut_below_is_a_shifted_one() {
    let cut = Dist::truncated(2.0, f64::INFINITY, Dist::exponential(3.0).unwrap()).unwrap();
    let shifted = Dist::shifted(2.0, Dist::exponential(3.0).unwrap()).unwrap();
    for u in uniforms() {
        // The cut moves u by some 1e-16, which counts against the tail 1 - u.
        let tolerance = 1e-14 + 1e-15 / (1.0 - u);
        close(cut.quantile(u), shifted.quantile(u), tolerance, "quantile");
        close(cut.survival(3.0 * u), shifted.survival(3.0 * u), 1e-14, "survival");
    }
    close(cut.mean(), 5.0, 1e-9, "mean");
}

#[test]
fn a_uniform_cut_on_both_sides_is_uniform() {
    let cut = Dist::truncated(2.0, 4.0, Dist::uniform(0.0, 10.0).unwrap()).unwrap();
    let uniform = Dist::uniform(2.0, 4.0).unwrap();
    for u in uniforms() {
        close(cut.quantile(u), uniform.quantile(u), 1e-15, "quantile");
        assert!((cut.cdf(4.0 * u) - uniform.cdf(4.0 * u)).abs() <= 1e-15, "cdf at {u:e}");
    }
    close(cut.mean(), 3.0, 1e-9, "mean");
}

#[test]
fn the_mean_of_a_cut_distribution_sees_its_jumps() {
    let parts = vec![(1.0, Dist::constant(1.0).unwrap()), (2.0, Dist::constant(7.0).unwrap())];
    let cut = Dist::truncated(0.5, 9.0, Dist::mixture(parts).unwrap()).unwrap();
    close(cut.mean(), 5.0, 1e-8, "all inside");
    // E(X | X <= 6) for an exponential of mean 3: 3 - 6 e^-2 / (1 - e^-2).
    let cut = Dist::truncated(0.0, 6.0, Dist::exponential(3.0).unwrap()).unwrap();
    close(cut.mean(), 3.0 - 6.0 / libm::expm1(2.0), 1e-8, "exponential");
}

#[test]
fn what_people_know_is_what_they_get() {
    let by_percentiles = Dist::lognormal_p50_p95(6.0, 20.0).unwrap();
    close(by_percentiles.quantile(0.5), 6.0, 1e-14, "p50");
    close(by_percentiles.quantile(0.95), 20.0, 1e-14, "p95");
    for dist in [Dist::lognormal_mean_cv(8.0, 0.6), Dist::gamma_mean_cv(8.0, 0.6)] {
        close(dist.unwrap().mean(), 8.0, 1e-14, "mean");
    }
    for dist in [Dist::lognormal_mean_cv(8.0, 0.0), Dist::gamma_mean_cv(8.0, 0.0)] {
        assert_eq!(dist, Dist::constant(8.0), "no variation");
    }
    assert_eq!(Dist::erlang(3, 2.0), Dist::gamma(3.0, 2.0));
}
