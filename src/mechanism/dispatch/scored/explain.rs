//! The explanation of a choice: each candidate with its terms and its score, and its score under
//! other weights.

use super::Weights;
use crate::base::id::AgentId;

/// A candidate as the score saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Considered {
    /// Who.
    pub agent: AgentId,
    /// Its terms before they are weighted, in the order of [`TERMS`](super::TERMS).
    pub terms: [f64; 9],
    /// Its score; eligible only above zero.
    pub score: f64,
    /// Its score under the weights of the counterfactual, if there is one.
    pub other_score: Option<f64>,
}

impl Considered {
    pub(super) fn new(
        agent: AgentId,
        first: [f64; 4],
        further: [f64; 5],
        weights: &Weights,
        other: Option<&Weights>,
    ) -> Self {
        // As the choice itself adds up, to the last bit.
        let score = |weights: &Weights| match weights.further() {
            true => weights.first(first) + weights.second(further),
            false => weights.first(first),
        };
        let mut terms = [0.0; 9];
        terms[..4].copy_from_slice(&first);
        terms[4..].copy_from_slice(&further);
        Considered { agent, terms, score: score(weights), other_score: other.map(score) }
    }

    /// The place of the one that is chosen among all considered.
    pub fn chosen(all: &[Considered]) -> Option<usize> {
        highest(all.iter().map(|it| it.score))
    }

    /// The place of the one that the other weights would have chosen; `None` also if there are no
    /// other weights.
    pub fn chosen_otherwise(all: &[Considered]) -> Option<usize> {
        highest(all.iter().map(|it| it.other_score.unwrap_or(0.0)))
    }
}

/// The first of the highest scores above zero.
fn highest(scores: impl Iterator<Item = f64>) -> Option<usize> {
    let eligible = scores.enumerate().filter(|(_, score)| *score > 0.0);
    let first = eligible.reduce(|best, it| if it.1 > best.1 { it } else { best });
    first.map(|(place, _)| place)
}
