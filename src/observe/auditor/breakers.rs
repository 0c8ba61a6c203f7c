//! Open breakers are silent: nothing starts on what they protect.
//!
//! Outlier ejection lets calls through to everyone while too few are left (its panic threshold).

use std::collections::BTreeSet;

use super::{Group, Report, Rule};
use crate::base::id::{AgentId, PoolId, StepId};
use crate::base::time::Time;
use crate::mechanism::breaker::{Spec, State};
use crate::model::fact::Fact;
use crate::scenario::meaning::{Scenario, Scope};

/// Which breakers are open.
pub(super) struct Breakers<'s> {
    scenario: &'s Scenario,
    open: BTreeSet<(PoolId, u32)>,
}

impl<'s> Breakers<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        Breakers { scenario, open: BTreeSet::new() }
    }

    /// What protects an attempt of the step on this agent: its pool's breaker of this number.
    fn target(&self, agent: AgentId, step: StepId) -> Option<(PoolId, u32)> {
        let id = self.scenario.pool_of(agent);
        let pool = &self.scenario.pools[id.index()];
        let number = match pool.guard.as_ref()?.scope {
            Scope::Agent => agent.0 - pool.first_agent.0,
            Scope::Pool => 0,
            Scope::Capability => {
                let first = self.scenario.steps[step.index()].needs.first();
                pool.can.iter().position(|can| Some(can) == first).unwrap_or(0) as u32
            }
        };
        Some((id, number))
    }

    /// Whether so many of a pool's targets are ejected that all get calls.
    fn panics(&self, pool: PoolId) -> bool {
        let it = &self.scenario.pools[pool.index()];
        let Some(Spec::OutlierEjection(spec)) = it.guard.as_ref().map(|guard| &guard.breaker)
        else {
            return false;
        };
        let all = match it.guard.as_ref().map(|guard| guard.scope) {
            Some(Scope::Agent) => it.size(),
            Some(Scope::Capability) => it.can.len().max(1),
            Some(Scope::Pool) | None => 1,
        };
        let ejected = self.open.range((pool, 0)..=(pool, u32::MAX)).count();
        (all.saturating_sub(ejected) as f64 / all as f64) < spec.panic.get()
    }
}

impl Group for Breakers<'_> {
    fn on(&mut self, _at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::BreakerMoved { pool, target, state } => match state {
                State::Open => drop(self.open.insert((pool, target))),
                State::Closed | State::HalfOpen => drop(self.open.remove(&(pool, target))),
            },
            Fact::Started { agent, step, .. } => {
                let Some(target) = self.target(agent, step) else { return };
                let silent = !self.open.contains(&target) || self.panics(target.0);
                report.check(silent, Rule::Breaker, || format!("{target:?} is open"));
            }
            Fact::Arrived { .. }
            | Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Left(_)
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
