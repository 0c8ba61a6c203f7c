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
    let series = 1.0 / 1188.0;
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
    3.387_132_872_796_366_608,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3,
];
const MIDDLE_ABOVE: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
const FAR_ABOVE: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];
