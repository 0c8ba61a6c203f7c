//! The journal's rows of what goes wrong, and the names of what breakers protect.

use super::{Journal, Row};
use crate::base::id::StepId;
use crate::model::fact::{TaskNo, Trouble};

impl Journal<'_> {
    /// What went wrong with a step, or was done about it.
    pub(super) fn trouble(&self, task: TaskNo, step: StepId, trouble: Trouble) -> Row {
        let plain = |fact, detail| Row { detail, ..self.at(fact, task, step) };
        match trouble {
            Trouble::TimedOut { agent, goes_on, .. } => Row {
                agent: agent.and_then(|agent| self.agent(agent)),
                ..plain("timed_out", String::from(if goes_on { "goes on" } else { "" }))
            },
            Trouble::Refused { agent, cause, .. } => Row {
                agent: agent.and_then(|agent| self.agent(agent)),
                ..plain("refused", cause.name().to_string())
            },
            Trouble::Retrying { attempt, cause, delay } => plain(
                "retrying",
                format!("attempt {} in {delay} after {}", u32::from(attempt) + 1, cause.name()),
            ),
            Trouble::Hedged { attempt } => {
                plain("hedged", format!("attempt {}", u32::from(attempt) + 1))
            }
            Trouble::Failed { attempts, cause } => {
                plain("gave_up", format!("{} after {attempts} attempts", cause.name()))
            }
            Trouble::Escalated { to } => {
                plain("escalated", self.scenario.steps[to.index()].name.clone())
            }
        }
    }
}
