//! Keyed draws: the counter-based generator Philox2x64-10 (Salmon et al. 2011), the counter being
//! what is drawn for.
//!
//! Counter: word 0 is the task, word 1 step << 32 | visit << 16 | attempt << 8 | purpose. No two
//! draws of one entity share a counter, and ten rounds make neighbours independent. The variant
//! with 64-bit words takes half the instructions of the one with 32-bit words.

use super::{Purpose, uniform_from_bits};

/// The keyed draws of one entity, such as a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Luck {
    keys: [u64; ROUNDS],
}

/// What a keyed draw is for. Equal draws give equal uniforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The number of the task within its workload.
    pub task: u64,
    /// The step: a hash of its name, not an index.
    pub step: u32,
    /// How often the task came to this step before.
    pub visit: u16,
    /// How often the step was tried before, in this visit.
    pub attempt: u8,
    /// What is decided.
    pub purpose: Purpose,
}

impl Draw {
    /// What is decided once for a task.
    pub fn of_task(task: u64, purpose: Purpose) -> Draw {
        Draw { task, step: 0, visit: 0, attempt: 0, purpose }
    }
}

impl Luck {
    /// Draws under `key`.
    pub(super) fn new(key: u64) -> Self {
        Luck { keys: round_keys(key) }
    }

    /// The uniform of `draw`, strictly inside (0, 1).
    #[inline]
    pub fn uniform(&self, draw: Draw) -> f64 {
        let last = u32::from(draw.visit) << 16 | u32::from(draw.attempt) << 8 | draw.purpose as u32;
        let counter = [draw.task, u64::from(draw.step) << 32 | u64::from(last)];
        uniform_from_bits(philox(counter, &self.keys)[0])
    }
}

const MULTIPLIER: u64 = 0xD2B7_4407_B1CE_6E93;
/// The golden ratio in 64 bits.
const WEYL: u64 = 0x9E37_79B9_7F4A_7C15;
const ROUNDS: usize = 10;

/// The key of each round.
pub(super) fn round_keys(key: u64) -> [u64; ROUNDS] {
    std::array::from_fn(|round| key.wrapping_add(WEYL.wrapping_mul(round as u64)))
}

/// 128 random bits of a counter under a key.
#[inline]
pub(super) fn philox(mut counter: [u64; 2], keys: &[u64; ROUNDS]) -> [u64; 2] {
    for key in keys {
        let product = u128::from(MULTIPLIER) * u128::from(counter[0]);
        counter = [(product >> 64) as u64 ^ key ^ counter[1], product as u64];
    }
    counter
}
