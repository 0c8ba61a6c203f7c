//! Keyed draws: the counter-based generator Philox4x32-10 (Salmon et al. 2011), the counter being
//! what is drawn for.
//!
//! Counter: words 0 and 1 are the task, word 2 the step, word 3 visit << 16 | attempt << 8 |
//! purpose. No two draws of one entity share a counter, and ten rounds make neighbours independent.

use super::{Purpose, uniform_from_bits};

/// The keyed draws of one entity, such as a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Luck {
    key: [u32; 2],
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

impl Luck {
    /// Draws under `key`.
    pub(super) fn new(key: u64) -> Self {
        Luck { key: [key as u32, (key >> 32) as u32] }
    }

    /// The uniform of `draw`, strictly inside (0, 1).
    #[inline]
    pub fn uniform(&self, draw: Draw) -> f64 {
        let last = u32::from(draw.visit) << 16 | u32::from(draw.attempt) << 8 | draw.purpose as u32;
        let counter = [draw.task as u32, (draw.task >> 32) as u32, draw.step, last];
        let bits = philox(counter, self.key);
        uniform_from_bits(u64::from(bits[1]) << 32 | u64::from(bits[0]))
    }
}

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// The golden ratio and sqrt(3) - 1, in 32 bits.
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// 128 random bits of a counter under a key.
#[inline]
pub(super) fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let first = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let second = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}
