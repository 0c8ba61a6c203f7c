//! The journal's rows of what goes wrong, and the names of what breakers protect.

use super::{Journal, Row};
use crate::base::id::{FaultId, PoolId, StepId};
use crate::model::fact::{TaskNo, Trouble};
use crate::scenario::meaning::Scope;

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

    /// A fault begins or ends.
    pub(super) fn faulted(&self, fault: FaultId, on: bool) -> Row {
        let fault = &self.scenario.faults[fault.index()];
        let fact = if on { "fault_began" } else { "fault_ended" };
        Row { fact, detail: fault.name.clone(), ..Row::default() }
    }

    /// What a breaker protects.
    pub(super) fn target(&self, pool: PoolId, target: u32) -> String {
        let pool = &self.scenario.pools[pool.index()];
        match pool.guard.as_ref().map(|guard| guard.scope) {
            Some(Scope::Agent) => format!("{}-{}", pool.name, target + 1),
            Some(Scope::Capability) if (target as usize) < pool.can.len() => {
                format!("{}.{}", pool.name, pool.can[target as usize])
            }
            Some(Scope::Pool | Scope::Capability) | None => pool.name.clone(),
        }
    }
}
