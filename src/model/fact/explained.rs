//! Why an agent was chosen for an attempt.

use crate::base::id::AgentId;

/// What is told of an agent when a choice is explained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Explained {
    /// It was considered by its score.
    Considered {
        /// The terms of its score before they are weighted.
        terms: [f64; 9],
        /// Its score; eligible only above zero.
        score: f64,
        /// Its score under other weights, if there are any.
        other_score: Option<f64>,
    },
    /// It was chosen among those considered.
    Chosen {
        /// Whom other weights would have chosen, if there are any.
        otherwise: Option<AgentId>,
    },
}
