//! What those saw and did who watch over the system: the monitor, alert rules, autoscalers.

use super::{Scaled, Seen};
use crate::base::id::{AgentId, PoolId};
use crate::mechanism::alert::State;

/// What somebody who watches over the system saw or did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Control {
    /// The number of agents of a pool was decided, or one of them comes or goes by it.
    Scaled {
        /// Which pool.
        pool: PoolId,
        /// What.
        what: Scaled,
    },
    /// The monitor looked.
    Monitored {
        /// At which pool.
        pool: PoolId,
        /// At which of its agents; `None`: at all together.
        agent: Option<AgentId>,
        /// What it saw.
        seen: Seen,
    },
    /// An alert changed its state.
    Alerted {
        /// The rule, by its place among the scenario's.
        rule: u32,
        /// The pool that it is about, if it is about one.
        pool: Option<PoolId>,
        /// The agent that it is about, if it is about one.
        agent: Option<AgentId>,
        /// Into which state.
        state: State,
        /// What was seen.
        value: Option<f64>,
        /// With what it was compared, if it was.
        level: Option<f64>,
    },
}
