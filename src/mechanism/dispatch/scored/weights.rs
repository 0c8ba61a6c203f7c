//! The weights of a score: one for each term, in a fixed order.

use crate::base::read::{Node, Read};

/// The names of the terms: the reference's four, then those that users add.
pub const TERMS: [&str; 9] = [
    "capability",
    "success",
    "response",
    "availability",
    "load",
    "cost",
    "queue",
    "affinity",
    "locality",
];

/// What the reference gives each term.
const DEFAULTS: [f64; 9] = [0.4, 0.3, 0.2, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0];

/// The weight of each term, in the order of [`TERMS`]; any number of zero or more, at least one
/// above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights(pub [f64; 9]);

impl Weights {
    /// The weight of the response time.
    pub fn response(&self) -> f64 {
        self.0[2]
    }
}

impl Read for Weights {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let mut weights = DEFAULTS;
        for (weight, term) in weights.iter_mut().zip(TERMS) {
            *weight = table.or(term, *weight);
        }
        if weights.iter().any(|w| !(0.0..=1e6).contains(w)) || weights.iter().sum::<f64>() == 0.0 {
            let help = "weights are numbers from 0 to 1e6, at least one above zero".to_string();
            table.mistake("the weights are out of range", "not usable as weights", help);
        }
        table.finish();
        Some(Weights(weights))
    }
}

impl Weights {
    /// Whether a term that the reference does not have has a weight.
    pub(super) fn further(&self) -> bool {
        self.0[4..].iter().any(|weight| *weight > 0.0)
    }

    /// The weighted sum of the reference's terms.
    #[inline(always)]
    pub(super) fn first(&self, terms: [f64; 4]) -> f64 {
        let [w1, w2, w3, w4, ..] = self.0;
        w1 * terms[0] + w2 * terms[1] + w3 * terms[2] + w4 * terms[3]
    }

    /// The weighted sum of the further terms.
    #[inline(always)]
    pub(super) fn second(&self, terms: [f64; 5]) -> f64 {
        let [_, _, _, _, w5, w6, w7, w8, w9] = self.0;
        w5 * terms[0] + w6 * terms[1] + w7 * terms[2] + w8 * terms[3] + w9 * terms[4]
    }
}
