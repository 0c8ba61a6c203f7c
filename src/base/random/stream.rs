//! Sequential draws: ChaCha8, 64 bits a uniform.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::uniform_from_bits;
use crate::base::dist::unit_exponential;

/// A sequence of draws that depends on nothing but its root, entity and purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Stream `number` under `key`, from its beginning.
    pub(super) fn new(key: [u8; 32], number: u64) -> Self {
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(number);
        // `set_stream` keeps the position, whatever it is.
        generator.set_word_pos(0);
        Stream(generator)
    }

    /// A uniform strictly inside (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        uniform_from_bits(self.0.next_u64())
    }

    /// A whole number below `n`, each equally likely: Lemire, "Fast random integer generation in
    /// an interval", ACM TOMACS 29 (2019). Takes 32 bits, rarely more.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn below(&mut self, n: u32) -> u32 {
        assert!(n > 0, "there must be something to choose from");
        // 2^32 mod n of the products would favour some results.
        let surplus = n.wrapping_neg() % n;
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(n);
            if product as u32 >= surplus {
                return (product >> 32) as u32;
            }
        }
    }

    /// An exponential of mean 1, by inversion of one uniform.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        unit_exponential(self.uniform())
    }
}
