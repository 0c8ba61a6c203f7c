//! Known answers pin the scheme; statistics say that draws are uniform and that neighbours are
//! independent. Each statistical bound is passed by chance with probability 1 - 1e-6 or more, and
//! the seeds are fixed: a test here fails always or never.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::luck::{philox, round_keys};
use super::*;

/// The chance that a sound generator fails one bound.
const RISK: f64 = 1e-6;

fn draw(task: u64) -> Draw {
    Draw { task, step: 7, visit: 0, attempt: 0, purpose: Purpose::Work }
}

#[test]
fn philox_gives_the_published_answers() {
    // The Random123 distribution, file kat_vectors, philox2x64-10.
    let pi = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];
    for (counter, key, expected) in [
        ([0; 2], 0, [0xca00_a045_9843_d731, 0x66c2_4222_c9a8_45b5]),
        ([!0; 2], !0, [0x65b0_21d6_0cd8_310f, 0x4d02_f322_2f86_df20]),
        (pi, 0xa409_3822_299f_31d0, [0x0a5e_742c_2997_341c, 0xb0f8_83d3_8000_de5d]),
    ] {
        assert_eq!(philox(counter, &round_keys(key)), expected);
    }
}

#[test]
fn uniforms_are_exact_symmetric_and_inside() {
    for (bits, uniform) in [
        (0, 0.5 * f64::EPSILON),
        (0xfff, 0.5 * f64::EPSILON),
        (1 << 63, 0.5 + 0.5 * f64::EPSILON),
        (u64::MAX, 1.0 - 0.5 * f64::EPSILON),
    ] {
        assert_eq!(uniform_from_bits(bits), uniform, "{bits:x}");
        assert_eq!(uniform_from_bits(!bits), 1.0 - uniform, "mirror of {bits:x}");
    }
}

#[test]
fn purposes_keep_their_numbers() {
    use Purpose::*;
    let in_order = [
        Arrival, Class, Work, Outcome, Branch, Patience, WrapUp, Think, DayFactor, BatchSize,
        State, Policy, Discipline, Stay,
    ];
    for (i, purpose) in in_order.into_iter().enumerate() {
        assert_eq!(purpose as usize, i + 1, "{purpose:?}");
    }
}

#[test]
fn the_scheme_gives_these_bits() {
    let root = Root::new(42, 3);
    let mut stream = root.stream("workloads.inquiries", Purpose::Arrival);
    let luck = root.luck("workloads.inquiries");
    let deep = Draw { task: 1 << 40, step: 9, visit: 2, attempt: 3, purpose: Purpose::Outcome };
    let found = [
        stable_hash("triage"),
        stable_hash(""),
        stream.uniform().to_bits(),
        stream.uniform().to_bits(),
        stream.exponential().to_bits(),
        u64::from(stream.below(1000)),
        luck.uniform(draw(0)).to_bits(),
        luck.uniform(draw(1)).to_bits(),
        luck.uniform(deep).to_bits(),
    ];
    let expected = [
        0xaac1_0fd1_fbed_4055,
        // The first bytes of the published BLAKE3 of nothing, af1349b9f5f9a1a6, reversed.
        0xa6a1_f9f5_b949_13af,
        0x3fee_02f7_2a9c_9d0d,
        0x3fca_75e5_c300_d61c,
        0x3ffb_d4b7_8416_cf99,
        268,
        0x3fe4_855f_83ee_e1e3,
        0x3fa9_ccc7_fbda_a930,
        0x3fdb_b4c4_0e3a_2b6a,
    ];
    assert_eq!(found, expected, "{found:#x?}");
}

#[test]
fn the_counter_says_what_is_drawn_for() {
    let luck = Luck::new(0x0000_0002_0000_0001);
    let draw =
        Draw { task: 5 << 32 | 6, step: 9, visit: 0x22, attempt: 0x33, purpose: Purpose::Outcome };
    let keys = round_keys(0x0000_0002_0000_0001);
    let bits = philox([0x0000_0005_0000_0006, 0x0000_0009_0022_3304], &keys);
    let expected = uniform_from_bits(bits[0]);
    assert_eq!(luck.uniform(draw), expected);
}

#[test]
fn a_stream_is_chacha8_from_its_beginning() {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let mut reference = ChaCha8Rng::from_seed([5; 32]);
    reference.set_stream(77);
    let mut stream = Stream::new([5; 32], 77);
    for _ in 0..100 {
        assert_eq!(stream.uniform(), uniform_from_bits(reference.next_u64()));
    }
}

#[test]
fn every_ingredient_matters() {
    let first = |root: Root, entity: &str, purpose| root.stream(entity, purpose).uniform();
    let base = first(Root::new(1, 0), "a", Purpose::Work);
    assert_eq!(base, first(Root::new(1, 0), "a", Purpose::Work));
    assert_ne!(base, first(Root::new(2, 0), "a", Purpose::Work), "seed");
    assert_ne!(base, first(Root::new(1, 1), "a", Purpose::Work), "replication");
    assert_ne!(base, first(Root::new(1, 0), "b", Purpose::Work), "entity");
    assert_ne!(base, first(Root::new(1, 0), "a", Purpose::Class), "purpose");
}

#[test]
fn below_is_unbiased() {
    let mut stream = Root::new(8, 0).stream("dice", Purpose::Policy);
    assert_eq!(stream.below(1), 0);
    // Without the rejection, a third of the results of 3 * 2^30 would come twice as often.
    for n in [6, 3 << 30] {
        let cells: Vec<usize> =
            (0..60_000).map(|_| (u64::from(stream.below(n)) * 6 / u64::from(n)) as usize).collect();
        assert_even(&cells, 6, "below");
        if n > 6 {
            let residues: Vec<usize> = (0..60_000).map(|_| stream.below(n) as usize % 3).collect();
            assert_even(&residues, 3, "below, residues");
        }
    }
}

#[test]
fn a_stream_is_uniform_and_not_serially_correlated() {
    let mut stream = Root::new(11, 0).stream("a", Purpose::Arrival);
    let draws: Vec<f64> = (0..PAIRS).map(|_| stream.uniform()).collect();
    let pairs: Vec<(f64, f64)> = draws.windows(2).map(|pair| (pair[0], pair[1])).collect();
    assert_independent(&pairs, "one after the other");
}

#[test]
fn streams_of_neighbours_are_independent() {
    let root = Root::new(12, 0);
    let others = [
        ("entity", Root::new(12, 0), "agent.2", Purpose::State),
        ("purpose", Root::new(12, 0), "agent.1", Purpose::Stay),
        ("seed", Root::new(13, 0), "agent.1", Purpose::State),
        ("replication", Root::new(12, 1), "agent.1", Purpose::State),
    ];
    for (what, other_root, entity, purpose) in others {
        let mut one = root.stream("agent.1", Purpose::State);
        let mut other = other_root.stream(entity, purpose);
        let pairs: Vec<_> = (0..PAIRS).map(|_| (one.uniform(), other.uniform())).collect();
        assert_independent(&pairs, what);
    }
}

#[test]
fn keyed_draws_of_neighbours_are_independent() {
    let luck = Root::new(14, 0).luck("w");
    let (next_seed, next_replication, next_entity) =
        (Root::new(15, 0).luck("w"), Root::new(14, 1).luck("w"), Root::new(14, 0).luck("v"));
    type Neighbour<'a> = Box<dyn Fn(Draw) -> f64 + 'a>;
    let neighbours: [(&str, Neighbour); 8] = [
        ("task", Box::new(|d| luck.uniform(Draw { task: d.task + 1, ..d }))),
        ("step", Box::new(|d| luck.uniform(Draw { step: d.step + 1, ..d }))),
        ("visit", Box::new(|d| luck.uniform(Draw { visit: 1, ..d }))),
        ("attempt", Box::new(|d| luck.uniform(Draw { attempt: 1, ..d }))),
        ("purpose", Box::new(|d| luck.uniform(Draw { purpose: Purpose::Outcome, ..d }))),
        ("seed", Box::new(|d| next_seed.uniform(d))),
        ("replication", Box::new(|d| next_replication.uniform(d))),
        ("entity", Box::new(|d| next_entity.uniform(d))),
    ];
    for (what, neighbour) in neighbours {
        let pairs: Vec<_> =
            (0..PAIRS as u64).map(|i| (luck.uniform(draw(i)), neighbour(draw(i)))).collect();
        assert_independent(&pairs, what);
    }
}

#[test]
fn keyed_draws_run_evenly_along_every_word_of_the_counter() {
    let luck = Root::new(16, 0).luck("w");
    type Walk = fn(u32) -> Draw;
    let walks: [(&str, Walk); 4] = [
        ("high task", |i| draw(u64::from(i) << 32)),
        ("steps", |i| Draw { step: i, ..draw(0) }),
        ("visits", |i| Draw { visit: i as u16, task: u64::from(i >> 16), ..draw(0) }),
        ("attempts", |i| Draw { attempt: i as u8, task: u64::from(i >> 8), ..draw(0) }),
    ];
    for (what, walk) in walks {
        let draws: Vec<f64> = (0..PAIRS as u32).map(|i| luck.uniform(walk(i))).collect();
        let pairs: Vec<_> = draws.windows(2).map(|pair| (pair[0], pair[1])).collect();
        assert_independent(&pairs, what);
    }
}

#[test]
fn the_checks_catch_what_they_are_for() {
    let mut stream = Root::new(17, 0).stream("a", Purpose::Arrival);
    let draws: Vec<f64> = (0..PAIRS).map(|_| stream.uniform()).collect();
    let biased: Vec<f64> = draws.iter().map(|u| u * (1.0 - 0.04 * (1.0 - u))).collect();
    assert!(ks_distance(&biased) > ks_bound(PAIRS));
    let mixed = |share: f64| -> Vec<(f64, f64)> {
        let blend = |pair: &[f64]| if pair[0] < share { pair[0] / share } else { pair[1] };
        draws.windows(2).map(|pair| (blend(pair), pair[1])).collect()
    };
    assert!(correlation(&mixed(0.5)).abs() > correlation_bound(PAIRS));
    assert!(chi_square(&cells(&mixed(0.5)), 256) > chi_square_bound(256));
}

const PAIRS: usize = 1 << 17;
const SIDE: usize = 16;

/// Uniform margins, no linear correlation, and an even spread over a grid of the square.
fn assert_independent(pairs: &[(f64, f64)], what: &str) {
    for side in [
        pairs.iter().map(|pair| pair.0).collect::<Vec<_>>(),
        pairs.iter().map(|pair| pair.1).collect(),
    ] {
        let distance = ks_distance(&side);
        assert!(distance < ks_bound(side.len()), "{what}: Kolmogorov-Smirnov {distance}");
    }
    let r = correlation(pairs);
    assert!(r.abs() < correlation_bound(pairs.len()), "{what}: correlation {r}");
    assert_even(&cells(pairs), SIDE * SIDE, what);
}

fn cells(pairs: &[(f64, f64)]) -> Vec<usize> {
    let cell = |u: f64| (u * SIDE as f64) as usize;
    pairs.iter().map(|&(u, v)| cell(u) * SIDE + cell(v)).collect()
}

fn assert_even(cells: &[usize], count: usize, what: &str) {
    let statistic = chi_square(cells, count);
    assert!(statistic < chi_square_bound(count), "{what}: chi-square {statistic}");
}

fn chi_square(cells: &[usize], count: usize) -> f64 {
    let mut seen = vec![0.0; count];
    cells.iter().for_each(|&cell| seen[cell] += 1.0);
    let expected = cells.len() as f64 / count as f64;
    seen.iter().map(|n| (n - expected) * (n - expected) / expected).sum()
}

fn chi_square_bound(count: usize) -> f64 {
    ChiSquared::new((count - 1) as f64).unwrap().inverse_cdf(1.0 - RISK)
}

/// Greatest distance of the empirical distribution from the uniform one.
fn ks_distance(draws: &[f64]) -> f64 {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let distance = |(i, u): (usize, &f64)| (u - i as f64 / n).max((i + 1) as f64 / n - u);
    sorted.iter().enumerate().map(distance).fold(0.0, f64::max)
}

/// Massart's bound: P(distance > d) <= 2 exp(-2 n d^2).
fn ks_bound(n: usize) -> f64 {
    (libm::log(2.0 / RISK) / (2.0 * n as f64)).sqrt()
}

/// The correlation of uniforms of known mean 1/2 and variance 1/12.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let sum: f64 = pairs.iter().map(|(u, v)| (u - 0.5) * (v - 0.5)).sum();
    12.0 * sum / pairs.len() as f64
}

/// Its standard deviation is 1 / sqrt(n), and 4.9 of them are left with probability 1e-6.
fn correlation_bound(n: usize) -> f64 {
    4.9 / (n as f64).sqrt()
}
