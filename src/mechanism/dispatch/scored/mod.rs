//! The reference's score: capability match, success rate, response time, availability; and further
//! terms that users add.
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
//!
//! Further terms, with weight 0 unless said otherwise: `load`, 1 - attempts in progress / slots;
//! `cost`, 1 - cost per hour / `cost_norm`; `queue`, 1 - attempts in its own line / `queue_norm`;
//! `affinity`, 1 for the agent of the task's step before; `locality`, 1 in the zone of that agent.
//!
//! With `counterfactual = { weights = { ... } }` an explanation also holds each candidate's score
//! under other weights, so that a journal can say whom they would have chosen. It changes no
//! choice.
//!
//! Invariant: the same view gives the same choice.

mod explain;
mod weights;

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Factor;

pub use explain::Considered;
pub use weights::{TERMS, Weights};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the highest score of match, success rate, response time, availability";

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
    /// The cost per hour at which the cost term is zero; above zero.
    pub cost_norm: f64,
    /// The length of an agent's line at which the queue term is zero; above zero.
    pub queue_norm: f64,
    /// Whether each term is held in [0, 1].
    pub clamp: bool,
    /// What is believed of newcomers.
    pub prior: Prior,
    /// Other weights, to be compared in explanations.
    pub counterfactual: Option<Counterfactual>,
}

/// `counterfactual = { weights = { ... } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// The other weights; those not written are the reference's.
    pub weights: Weights,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weights = table.or_empty("weights");
        let norm = table.or("norm", Span::from_secs(10));
        if norm == Span::ZERO {
            table.mistake("the response norm is zero", "must be above zero", None);
        }
        let cost_norm = table.or("cost_norm", Factor::ONE).get();
        let queue_norm = table.or("queue_norm", Factor::new(10.0).expect("above zero")).get();
        let clamp = table.or("clamp", false);
        let prior = table.or_empty("prior");
        let counterfactual = table.maybe("counterfactual");
        table.finish();
        let (weights, prior) = (weights?, prior?);
        Some(Spec { weights, norm, cost_norm, queue_norm, clamp, prior, counterfactual })
    }
}

impl Read for Counterfactual {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weights = table.need("weights");
        table.finish();
        Some(Counterfactual { weights: weights? })
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
    /// Whether a weight, of the choice or of its counterfactual, asks who served the task before.
    pub fn reads_previous(&self) -> bool {
        let asks = |weights: &Weights| weights.0[7] != 0.0 || weights.0[8] != 0.0;
        let other = self.counterfactual.as_ref();
        asks(&self.weights) || other.is_some_and(|other| asks(&other.weights))
    }

    /// The machine, fresh for one run.
    pub fn build(&self) -> Scored {
        Scored {
            norm_s: self.norm.seconds(),
            prior_response_s: self.prior.response.seconds(),
            further: self.weights.further(),
            spec: self.clone(),
        }
    }

    /// The score of an agent.
    pub fn score(&self, agent: AgentId, fleet: &dyn Fleet) -> f64 {
        self.build().score(agent, fleet.previous(), fleet)
    }
}

/// The machine: the scenario's numbers, and what follows from them once.
#[derive(Clone, Debug)]
pub struct Scored {
    spec: Spec,
    norm_s: f64,
    prior_response_s: f64,
    /// Whether a further term has a weight.
    further: bool,
}

impl Scored {
    #[inline(always)]
    fn hold(&self, term: f64) -> f64 {
        if self.spec.clamp { term.clamp(0.0, 1.0) } else { term }
    }

    /// The reference's terms.
    #[inline(always)]
    fn first_terms<F: Fleet + ?Sized>(&self, agent: AgentId, fleet: &F) -> [f64; 4] {
        let record = fleet.record(agent);
        let prior = &self.spec.prior;
        let attempts = record.attempts + prior.attempts;
        let successes = record.successes + prior.successes;
        let success_rate = if attempts > 0.0 { successes / attempts } else { 0.0 };
        let response_s = if record.attempts > 0.0 {
            record.response_s / record.attempts
        } else {
            self.prior_response_s
        };
        [
            self.hold(fleet.match_share(agent)),
            self.hold(success_rate),
            self.hold(1.0 - response_s / self.norm_s),
            if fleet.available(agent) { 1.0 } else { 0.0 },
        ]
    }

    /// The terms that users add.
    #[inline(always)]
    fn further_terms<F: Fleet + ?Sized>(
        &self,
        agent: AgentId,
        before: Option<AgentId>,
        fleet: &F,
    ) -> [f64; 5] {
        let is_near = before.is_some_and(|before| fleet.zone(agent) == fleet.zone(before));
        [
            self.hold(1.0 - f64::from(fleet.in_progress(agent)) / f64::from(fleet.slots(agent))),
            self.hold(1.0 - fleet.cost(agent) / self.spec.cost_norm),
            self.hold(1.0 - f64::from(fleet.waiting(agent)) / self.spec.queue_norm),
            if before == Some(agent) { 1.0 } else { 0.0 },
            if is_near { 1.0 } else { 0.0 },
        ]
    }

    /// The score of an agent for a task whose step before was served by `before`.
    #[inline(always)]
    fn score<F: Fleet + ?Sized>(&self, agent: AgentId, before: Option<AgentId>, fleet: &F) -> f64 {
        let weights = &self.spec.weights;
        let score = weights.first(self.first_terms(agent, fleet));
        if !self.further {
            return score;
        }
        score + weights.second(self.further_terms(agent, before, fleet))
    }

    /// The place of the candidate with the highest score above zero.
    #[inline(always)]
    pub(super) fn best<F: Fleet + ?Sized>(
        &self,
        candidates: &[AgentId],
        fleet: &F,
    ) -> Option<usize> {
        let before = if self.further { fleet.previous() } else { None };
        let mut best = None;
        let mut highest = 0.0;
        for (place, agent) in candidates.iter().enumerate() {
            let score = self.score(*agent, before, fleet);
            if score > highest {
                (best, highest) = (Some(place), score);
            }
        }
        best
    }
}

impl Dispatch for Scored {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        fleet.best_scored(candidates, self)
    }

    fn explain(&self, candidates: &[AgentId], fleet: &dyn Fleet, out: &mut Vec<Considered>) {
        let before = fleet.previous();
        out.extend(candidates.iter().map(|agent| {
            let first = self.first_terms(*agent, fleet);
            let further = self.further_terms(*agent, before, fleet);
            let other = self.spec.counterfactual.as_ref();
            Considered::new(*agent, first, further, &self.spec.weights, other.map(|it| &it.weights))
        }));
    }
}

#[cfg(test)]
mod tests;
