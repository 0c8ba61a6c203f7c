//! What an autoscaler decided, and what became of it.

use crate::base::id::AgentId;
use crate::mechanism::autoscale::Limit;

/// What happened to the number of agents of a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaled {
    /// The number was looked at.
    Decided {
        /// The metric that decided; `None`: there was none to see.
        value: Option<f64>,
        /// What the policy would have had, without limits.
        raw: Option<u32>,
        /// How many there are, those that start included, those that leave not.
        from: u32,
        /// How many there are to be.
        to: u32,
        /// What limited it last.
        limit: Limit,
    },
    /// An agent is being started.
    Starting {
        /// Who.
        agent: AgentId,
    },
    /// An agent did not come up: it is gone.
    StartFailed {
        /// Who.
        agent: AgentId,
    },
    /// An agent that was still starting is not needed any more: it is gone.
    Cancelled {
        /// Who.
        agent: AgentId,
    },
    /// An agent takes nothing new; it is gone when it holds nothing.
    Retired {
        /// Who.
        agent: AgentId,
    },
    /// An agent that was to leave is needed after all.
    Recalled {
        /// Who.
        agent: AgentId,
    },
}
