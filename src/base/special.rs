//! Special functions: the normal distribution and the incomplete gamma function.
//!
//! Everything is built from `+ - * /`, square roots and the pinned `libm`, so that every platform
//! computes the same bits.
//!
//! - Normal quantile: Wichura, "Algorithm AS 241: the percentage points of the normal
//!   distribution", Applied Statistics 37 (1988), routine PPND16, about one part in 1e16.
//! - Normal probabilities: the complementary error function, exact in both tails.
//! - Incomplete gamma function: the power series and the continued fraction of Abramowitz and
//!   Stegun (1964), 6.5.29 and 6.5.31, both without their common factor x^a e^-x / Gamma(a), so
//!   that neither underflows.

/// The `z` with P(Z <= z) = `p` for a standard normal Z, `p` in (0, 1). About 1e-15 relative.
pub fn normal_quantile(p: f64) -> f64 {
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180625 - centred * centred;
        return centred * ratio(&CENTRE_ABOVE, &CENTRE_BELOW, r);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 {
        ratio(&MIDDLE_ABOVE, &MIDDLE_BELOW, r - 1.6)
    } else {
        ratio(&FAR_ABOVE, &FAR_BELOW, r - 5.0)
    };
    if centred < 0.0 { -z } else { z }
}

/// P(Z <= z) for a standard normal Z. P(Z > z) is `normal_cdf(-z)`, also far out.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(z * -std::f64::consts::FRAC_1_SQRT_2)
}

/// P(a, x) / (x^a e^-x / Gamma(a)), for `a` > 0 and `x` > 0: the series 1/a + x/(a(a+1)) + ...
/// All terms are positive, so nothing cancels; quick while `x` is at most about `a` + 1, where it
/// takes about 9 sqrt(a) + 20 terms.
pub fn lower_gamma_ratio(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut next) = (1.0 / a, 1.0 / a, a);
    loop {
        next += 1.0;
        term *= x / next;
        sum += term;
        if term < sum * (0.25 * f64::EPSILON) {
            return sum;
        }
    }
}

/// Q(a, x) / (x^a e^-x / Gamma(a)) = (1 - P(a, x)) / (the same), for `x` > `a` > 0: the continued
/// fraction by Lentz's method. Quick when `x` is at least about `a` + 1.
pub fn upper_gamma_ratio(a: f64, x: f64) -> f64 {
    let mut below = x + 1.0 - a;
    let mut inverse = 1.0 / below;
    let (mut upper, mut value) = (f64::MAX, inverse);
    let mut n = 0.0;
    loop {
        n += 1.0;
        let above = n * (a - n);
        below += 2.0;
        inverse = 1.0 / (above * inverse + below);
        upper = below + above / upper;
        let factor = upper * inverse;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            return value;
        }
    }
}

/// ln of a^a e^-a / Gamma(a), for `a` > 0. By Stirling's series from 10 on, where the difference
/// of the large terms would lose digits.
pub fn ln_gamma_peak(a: f64) -> f64 {
    if a < 10.0 {
        return a * libm::log(a) - a - libm::lgamma(a);
    }
    let s = 1.0 / (a * a);
    let series = 691.0 / 360_360.0;
    let series = 1.0 / 1188.0 - s * series;
    let series = 1.0 / 1680.0 - s * series;
    let series = 1.0 / 1260.0 - s * series;
    let series = 1.0 / 360.0 - s * series;
    let series = 1.0 / 12.0 - s * series;
    0.5 * libm::log(a / std::f64::consts::TAU) - series / a
}

/// The quotient of two polynomials of degree 7, coefficients in ascending order.
fn ratio(above: &[f64; 8], below: &[f64; 8], x: f64) -> f64 {
    polynomial(above, x) / polynomial(below, x)
}

fn polynomial(c: &[f64; 8], x: f64) -> f64 {
    ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

// AS 241, the three pairs of polynomials: |p - 0.5| <= 0.425, then sqrt(-ln(tail)) to 5 and beyond.
const CENTRE_ABOVE: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const MIDDLE_ABOVE: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-9,
];
const FAR_ABOVE: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, relative: f64) {
        assert!((found - expected).abs() <= relative * expected.abs(), "{found:e}, {expected:e}");
    }

    #[test]
    fn normal_probabilities_are_those_of_the_tables() {
        // Abramowitz and Stegun, tables 26.1 and 26.2, and the far tail of 26.2.
        for (z, p) in [(0.0, 0.5), (1.0, 0.841_344_746_068_543), (-3.0, 1.349_898_031_630_09e-3)] {
            close(normal_cdf(z), p, 1e-14);
        }
        close(normal_cdf(-10.0), 7.619_853_024_160_5e-24, 1e-13);
        assert_eq!(normal_quantile(0.5), 0.0);
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-15);
    }

    #[test]
    fn gamma_ratios_have_closed_forms_for_small_shapes() {
        // Without x^a e^-x / Gamma(a): P(1, x) = 1 - e^-x, P(2, x) = 1 - (1 + x) e^-x.
        for x in [0.01, 0.5, 2.0] {
            close(lower_gamma_ratio(1.0, x), libm::expm1(x) / x, 1e-15);
        }
        close(lower_gamma_ratio(2.0, 2.0), (libm::exp(2.0) - 3.0) / 4.0, 1e-15);
        for x in [2.5, 10.0, 1e6] {
            close(upper_gamma_ratio(1.0, x), 1.0 / x, 1e-15);
            close(upper_gamma_ratio(2.0, x), (1.0 + x) / (x * x), 1e-15);
        }
    }

    #[test]
    fn the_peak_of_the_gamma_density_is_right_on_both_sides_of_10() {
        close(ln_gamma_peak(1.0), -1.0, 1e-15);
        // 9! = 362 880 and 10! = 3 628 800.
        for (a, gamma) in [(10.0, 362_880.0), (11.0, 3_628_800.0)] {
            // The expected difference itself is rounded at 3e-15, of terms above 16.
            close(ln_gamma_peak(a), a * libm::log(a) - a - libm::log(gamma), 5e-14);
        }
    }
}
