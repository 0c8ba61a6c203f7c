//! Pinned values: 40-digit truths, and the very bits that scheme 1 gives.

use super::*;
use crate::base::special::normal_quantile;

/// The `x` of cdf(x) = u, by Newton's method on 40-digit functions (mpmath 1.3).
fn check_true(found: f64, truth: f64, relative: f64, what: &str) {
    let error = (found - truth).abs();
    assert!(error <= relative * truth.abs(), "{what}: {found:?} and not {truth:?}");
}

/// The uniforms of the columns below.
fn columns() -> [f64; 7] {
    [LEAST_UNIFORM, 0.001, 0.3, 0.5, 0.9, 1.0 - libm::exp2(-20.0), GREATEST_UNIFORM]
}

/// Gamma quantiles by shape at the uniforms of the columns: mpmath to 40 digits, rounded.
const GAMMA_TRUTHS: [(f64, [f64; 7]); 6] = [
    (
        0.05,
        [
            9.4622e-319,
            1.168_926_411_457_309_3e-59,
            4.075_794_377_465_328_4e-10,
            1.114_775_688_149_249_4e-05,
            1.526_342_278_183_77,
            174.800_157_981_083_63,
            609.831_398_103_381_7,
        ],
    ),
    (
        0.5,
        [
            1.936_155_956_676_972_5e-32,
            1.570_797_149_262_49e-06,
            0.148_471_861_832_545_43,
            0.454_936_423_119_572_8,
            2.705_543_454_095_415,
            24.019_450_167_736_288,
            68.763_252_211_668_42,
        ],
    ),
    (
        1.0,
        [
            1.110_223_024_625_156_5e-16,
            0.001_000_500_333_583_533_5,
            0.356_674_943_938_732_34,
            std::f64::consts::LN_2,
            std::f64::consts::LN_10,
            13.862_943_611_198_906,
            36.736_800_569_677_1,
        ],
    ),
    (
        2.5,
        [
            2.684_445_862_282_171_5e-07,
            0.042_042_520_525_843_834,
            0.599_981_626_551_981_3,
            0.870_292_038_219_105_5,
            1.847_271_379_956_223_7,
            7.198_237_284_693_655,
            16.839_006_447_304_26,
        ],
    ),
    (
        25.0,
        [
            0.103_420_160_592_258_05,
            0.493_478_105_437_545_2,
            0.886_266_139_546_479_9,
            0.986_698_734_679_536_7,
            1.263_342_420_114_526_5,
            2.255_399_441_743_951,
            3.613_684_310_359_623,
        ],
    ),
    (
        10_000.0,
        [
            0.920_103_906_570_897_2,
            0.969_382_438_582_372_6,
            0.994_731_926_201_958_4,
            0.999_966_666_864_204_8,
            1.012_836_737_367_417_6,
            1.048_354_937_638_118,
            1.084_322_177_989_330_6,
        ],
    ),
];

#[test]
fn inverses_found_by_iteration_are_true_to_40_digits_rounded() {
    for (shape, row) in GAMMA_TRUTHS {
        let dist = Dist::gamma(shape, 1.0).unwrap();
        for (u, truth) in columns().into_iter().zip(row) {
            // The error of ln x is that of ln u over the shape.
            let relative = 1e-14 * (1.0 + 1.0 / shape);
            check_true(dist.quantile(u), truth, relative, &format!("gamma {shape} at {u:e}"));
        }
    }
    let hyperexponential = Dist::hyperexponential(&[(0.9, 0.5), (0.1, 5.5)]).unwrap();
    let row = [
        6.106_226_635_438_361e-17,
        0.000_550_299_967_087_098_8,
        0.199_768_863_553_935_4,
        0.396_838_583_465_955_1,
        1.748_886_758_536_225_3,
        63.581_971_850_126_735,
        189.388_185_121_756_8,
    ];
    for (u, truth) in columns().into_iter().zip(row) {
        check_true(hyperexponential.quantile(u), truth, 4e-15, &format!("hyper at {u:e}"));
    }
    let row = [
        -8.209_536_151_601_387,
        -3.090_232_306_167_813_6,
        -0.524_400_512_708_040_8,
        0.0,
        1.281_551_565_544_600_6,
        4.763_001_034_267_814,
        8.209_536_151_601_387,
    ];
    for (u, truth) in columns().into_iter().zip(row) {
        check_true(normal_quantile(u), truth, 1e-15, &format!("normal at {u:e}"));
    }
}

#[test]
fn the_bits_are_those_of_the_scheme() {
    let expected: [(&str, [u64; 3]); 25] = [
        ("constant", [0x400c_0000_0000_0000, 0x400c_0000_0000_0000, 0x400c_0000_0000_0000]),
        ("uniform", [0x4001_3333_3333_3333, 0x400c_0000_0000_0000, 0x4013_e147_ae14_7ae1]),
        ("exponential", [0x3fc3_b256_04d9_12ee, 0x4000_a2b2_3f3b_ab73, 0x402b_a18a_998f_ff9e]),
        ("erlang", [0x3fe5_dc70_addf_6b38, 0x3ffd_6061_62c9_eb40, 0x4014_1719_a495_5b6f]),
        ("gamma below 1", [0x3f60_fbf5_979b_6d44, 0x3fe7_3666_9313_ae7f, 0x402e_003f_670f_76a1]),
        ("gamma above 1", [0x3fce_9cd6_f859_d90d, 0x3fde_8d20_379a_84cf, 0x3ff0_70ee_db48_fa7e]),
        ("gamma large", [0x4023_58bd_43ee_fea4, 0x4023_ff51_3dd1_66bd, 0x4024_f139_be72_827c]),
        ("lognormal", [0x3fd7_2c5c_8520_a5cc, 0x3ff5_9905_8c8c_1a96, 0x4021_5c69_8ccb_9748]),
        (
            "lognormal of mean",
            [0x4006_0b4e_6ef4_46aa, 0x401b_7095_010f_9354, 0x4038_eba3_ab17_d878],
        ),
        (
            "lognormal of percentiles",
            [0x3ffc_cccc_cccc_ccc4, 0x4018_0000_0000_0000, 0x4040_77c9_576e_7b40],
        ),
        ("weibull below 1", [0x3f9d_6a13_5a84_d74a, 0x3ff2_f4dc_1c33_4d17, 0x4031_b8f2_ac1c_07cf]),
        ("weibull above 1", [0x3fe3_81f3_2933_587a, 0x3ffb_a2e5_a8b8_af65, 0x400d_78fb_73f1_3565]),
        ("pareto", [0x3ff0_8e6f_4479_4e0f, 0x3ff9_6476_6e9e_37e1, 0x4035_0e4b_9f2c_39f4]),
        (
            "pareto of shape 1",
            [0x3fe0_d54f_966c_008a, 0x3fef_aee4_1e6a_7498, 0x4039_2029_2a73_c75a],
        ),
        ("hyperexponential", [0x3f9c_f4d0_413d_f3ca, 0x3fd9_65cd_a871_be5b, 0x4029_5414_6243_da25]),
        (
            "hyperexponential of three",
            [0x3f5d_2bd6_86b2_6825, 0x3fd9_d241_4c54_d034, 0x405c_c845_b54b_54ef],
        ),
        ("triangular", [0x3ff4_61bc_5d3e_211d, 0x4000_8210_a758_5893, 0x400d_cf21_d160_ef71]),
        (
            "triangular, falling",
            [0x3ff1_3723_9ca7_65b0, 0x3ffe_0f12_6641_264e, 0x400d_9999_9999_9999],
        ),
        (
            "triangular, rising",
            [0x3ffa_bbae_2a27_f932, 0x4008_f876_ccdf_6cd9, 0x400f_e133_eb97_4a7c],
        ),
        ("empirical", [0x4010_0000_0000_0000, 0x4030_0000_0000_0000, 0x404c_0000_0000_0000]),
        ("empirical, whole", [0x3ff1_2492_4924_9249, 0x3ffb_6db6_db6d_b6dc, 0x4021_8888_8888_8888]),
        ("mixture", [0x3fe3_6bd0_cd68_bf3c, 0x3ff2_38d4_d0b1_c68c, 0x4051_8864_e44c_9a2c]),
        ("shifted", [0x3fd0_5409_f78c_26b7, 0x3fd4_6fa6_ffcb_a530, 0x3fe6_bc8e_2fc4_4410]),
        ("truncated", [0x4007_4b1b_13a8_8688, 0x401b_2dfa_5d3a_2154, 0x4032_8c5a_9bc4_2a2e]),
        ("truncated below", [0x4001_3b25_604d_9130, 0x4010_5159_1f9d_d5ba, 0x402f_a18a_998f_ffac]),
    ];
    assert_eq!(cases().len(), expected.len());
    for ((name, dist), (expected_name, expected)) in cases().into_iter().zip(expected) {
        let bits = [0.05, 0.5, 0.99].map(|u| dist.quantile(u).to_bits());
        assert_eq!((name, bits), (expected_name, expected), "found {bits:#x?}");
    }
}
