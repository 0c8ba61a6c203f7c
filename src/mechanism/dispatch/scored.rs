//! The reference's score: capability match, success rate, response time, availability.
//!
//! Rule, with weights w = (0.4, 0.3, 0.2, 0.1) and norm 10 s (`calculateAgentScore` of the
//! reference):
//!
//! ```text
//! score = w1 * |required and offered| / |required|  +  w2 * success_rate
//!       + w3 * (1 - average_response / norm)        +  w4 * available
//! ```
//!
//! A score is eligible only when above zero; the highest wins; ties go to the first in the fixed
//! order. The success rate and the average response are those *measured*, with a prior for
//! newcomers: `(s + 1) / (n + 2)`, and an average response of zero before the first attempt. The
//! response term may go negative, as in the reference; `clamp = true` holds each term in [0, 1].
//! Invariant: the same view gives the same choice.

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the highest score of match, success rate, response time, availability";

/// The weight of each term; any number of zero or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Of the share of needed capabilities offered.
    pub capability: f64,
    /// Of the measured success rate.
    pub success: f64,
    /// Of the measured response time.
    pub response: f64,
    /// Of being able to start at once.
    pub availability: f64,
}

/// What is believed of an agent before it is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// Successes added to those measured.
    pub successes: f64,
    /// Attempts added to those measured.
    pub attempts: f64,
    /// The average response before the first attempt.
    pub response: Span,
}

/// `dispatch.scored = { weights = { capability = 0.4, ... }, norm = "10s", clamp = false }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The weights.
    pub weights: Weights,
    /// The response time at which the response term is zero.
    pub norm: Span,
    /// Whether each term is held in [0, 1].
    pub clamp: bool,
    /// What is believed of newcomers.
    pub prior: Prior,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weights = table.or_empty("weights");
        let norm = table.or("norm", Span::from_secs(10));
        if norm == Span::ZERO {
            table.mistake("the response norm is zero", "must be above zero", None);
        }
        let clamp = table.or("clamp", false);
        let prior = table.or_empty("prior");
        table.finish();
        Some(Spec { weights: weights?, norm, clamp, prior: prior? })
    }
}

impl Read for Weights {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weights = Weights {
            capability: table.or("capability", 0.4),
            success: table.or("success", 0.3),
            response: table.or("response", 0.2),
            availability: table.or("availability", 0.1),
        };
        let all = [weights.capability, weights.success, weights.response, weights.availability];
        if all.iter().any(|w| !(0.0..=1e6).contains(w)) || all.iter().sum::<f64>() == 0.0 {
            let help = "weights are numbers from 0 to 1e6, at least one above zero".to_string();
            table.mistake("the weights are out of range", "not usable as weights", help);
        }
        table.finish();
        Some(weights)
    }
}

impl Read for Prior {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let prior = Prior {
            successes: table.or("successes", 1.0),
            attempts: table.or("attempts", 2.0),
            response: table.or("response", Span::ZERO),
        };
        if !(0.0 <= prior.successes && prior.successes <= prior.attempts && prior.attempts <= 1e9) {
            table.mistake("the prior is out of range", "0 <= successes <= attempts", None);
        }
        table.finish();
        Some(prior)
    }
}

impl Spec {
    /// The score of an agent.
    pub fn score(&self, agent: AgentId, fleet: &dyn Fleet) -> f64 {
        let record = fleet.record(agent);
        let attempts = record.attempts + self.prior.attempts;
        let successes = record.successes + self.prior.successes;
        let success_rate = if attempts > 0.0 { successes / attempts } else { 0.0 };
        let response_s = if record.attempts > 0.0 {
            record.response_s / record.attempts
        } else {
            self.prior.response.seconds()
        };
        let hold = |term: f64| if self.clamp { term.clamp(0.0, 1.0) } else { term };
        let available = if fleet.available(agent) { 1.0 } else { 0.0 };
        self.weights.capability * hold(fleet.match_share(agent))
            + self.weights.success * hold(success_rate)
            + self.weights.response * hold(1.0 - response_s / self.norm.seconds())
            + self.weights.availability * available
    }
}

impl Dispatch for Spec {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        let mut best = None;
        let mut highest = 0.0;
        for (place, agent) in candidates.iter().enumerate() {
            let score = self.score(*agent, fleet);
            if score > highest {
                (best, highest) = (Some(place), score);
            }
        }
        best
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::check::{Row, Rows};
    use super::*;
    use crate::mechanism::measure::Sums;

    pub fn reference() -> Spec {
        let weights = Weights { capability: 0.4, success: 0.3, response: 0.2, availability: 0.1 };
        let prior = Prior { successes: 1.0, attempts: 2.0, response: Span::ZERO };
        Spec { weights, norm: Span::from_secs(10), clamp: false, prior }
    }

    fn row(match_share: f64, busy: bool, attempts: f64, successes: f64, response_s: f64) -> Row {
        let record = Sums { attempts, successes, response_s };
        Row { match_share, busy, record, ..Row::default() }
    }

    #[test]
    fn scores_worked_by_hand() {
        for (agent, expected) in [
            // A newcomer: 0.4 + 0.3 * 1/2 + 0.2 * 1 + 0.1.
            (row(1.0, false, 0.0, 0.0, 0.0), 0.85),
            // 7 of 8 succeeded, 4 s on average, busy: 0.4 + 0.3 * 8/10 + 0.2 * 0.6.
            (row(1.0, true, 8.0, 7.0, 32.0), 0.76),
            // Half a match, 25 s on average: 0.2 + 0.3 * 0.5 + 0.2 * -1.5 + 0.1.
            (row(0.5, false, 2.0, 1.0, 50.0), 0.15),
        ] {
            let score = reference().score(AgentId(0), &Rows(vec![agent]));
            assert!((score - expected).abs() < 1e-12, "{score} should be {expected}");
        }
    }

    #[test]
    fn clamped_terms_do_not_go_negative() {
        let spec = Spec { clamp: true, ..reference() };
        let score = spec.score(AgentId(0), &Rows(vec![row(0.5, false, 2.0, 1.0, 50.0)]));
        assert!((score - 0.45).abs() < 1e-12, "0.2 + 0.15 + 0 + 0.1, not {score}");
    }

    #[test]
    fn only_scores_above_zero_are_eligible() {
        // No match, nothing succeeded, 30 s on average, busy: 0.3 * 1/102 + 0.2 * -2 < 0.
        let hopeless = row(0.0, true, 100.0, 0.0, 3000.0);
        assert_eq!(Rows(vec![hopeless; 2]).choose(&mut reference()), None);
        assert_eq!(Rows(vec![]).choose(&mut reference()), None);
    }

    #[test]
    fn the_highest_wins_and_ties_go_to_the_first() {
        let (good, poor) = (row(1.0, false, 8.0, 8.0, 8.0), row(1.0, false, 8.0, 4.0, 8.0));
        assert_eq!(Rows(vec![poor, good, good]).choose(&mut reference()), Some(1));
    }
}
