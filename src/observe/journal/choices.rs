//! The journal's rows of how agents were found: rounds, and choices explained.

use super::{Journal, Row};
use crate::base::id::{AgentId, QueueId, StepId};
use crate::mechanism::dispatch::scored::TERMS;
use crate::model::fact::{Explained, Paired, TaskNo};

impl Journal<'_> {
    /// What came of a round of a queue.
    pub(super) fn round(&self, queue: QueueId, what: Paired) -> Row {
        match what {
            Paired::Requeued { task, step } => self.in_line("requeued", task, step, queue, None),
            Paired::Allocated { waiting, free, assigned, value, greedy_value } => Row {
                fact: "allocated",
                queue: self.queue(queue),
                detail: format!(
                    "{assigned} of {waiting} to {free} slots, worth {value}, greedy {greedy_value}"
                ),
                ..Row::default()
            },
            Paired::Infeasible { task, step, agent } => {
                self.in_line("allocation_infeasible", task, step, queue, Some(agent))
            }
        }
    }

    /// What is told of an agent to explain a choice.
    pub(super) fn explained(
        &self,
        task: TaskNo,
        step: StepId,
        agent: AgentId,
        what: Explained,
    ) -> Row {
        let (fact, detail) = match what {
            Explained::Considered { terms, score, other_score } => {
                ("considered", considered(terms, score, other_score))
            }
            Explained::Chosen { otherwise } => {
                let other = |other| format!("otherwise {}", self.scenario.agent_name(other));
                ("chose", otherwise.map_or_else(String::new, other))
            }
        };
        Row { detail, ..self.on(fact, task, step, agent) }
    }
}

/// The terms of a score by name, with the sum and the sum under other weights.
fn considered(terms: [f64; 9], score: f64, other_score: Option<f64>) -> String {
    let terms = TERMS.iter().zip(terms).map(|(name, term)| format!("{name} {term}"));
    let other = other_score.map(|score| format!("otherwise {score}"));
    let all: Vec<String> =
        [format!("score {score}")].into_iter().chain(other).chain(terms).collect();
    all.join(", ")
}
