//! Faults: what goes wrong from outside, when, and whom it strikes (MODEL section 13).
//!
//! Invariants: every id is within its table; a fault that recurs is in a scenario with a horizon;
//! written times are sorted and before the horizon; a surge is of an open workload.

use crate::base::id::{AgentId, PoolId, WorkloadId};
use crate::mechanism::fault::{self, calendar::When};
use crate::mechanism::reservation::UnitId;

/// A fault.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name; its random draws are keyed by it.
    pub name: String,
    /// When it is on.
    pub when: When,
    /// What it does.
    pub kind: fault::Spec,
    /// Whom it strikes.
    pub target: Target,
}

/// Whom or what a fault strikes.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// These agents, in order; with a number the first so many of them that are up and on duty.
    Agents(Vec<AgentId>, Option<u32>),
    /// These pools.
    Pools(Vec<PoolId>),
    /// So many of these units.
    Units(Vec<UnitId>, u32),
    /// This workload.
    Workload(WorkloadId),
}

impl Fault {
    /// The agents that it may strike.
    pub fn agents(&self) -> &[AgentId] {
        match &self.target {
            Target::Agents(agents, _) => agents,
            Target::Pools(_) | Target::Units(..) | Target::Workload(_) => &[],
        }
    }

    /// Whether it may strike this agent.
    pub fn may_strike(&self, agent: AgentId) -> bool {
        self.agents().binary_search(&agent).is_ok()
    }

    /// The pools that it strikes as pools.
    pub fn pools(&self) -> &[PoolId] {
        match &self.target {
            Target::Pools(pools) => pools,
            Target::Agents(..) | Target::Units(..) | Target::Workload(_) => &[],
        }
    }
}
