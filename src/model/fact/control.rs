//! What those saw and did who watch over the system: the monitor, alert rules, autoscalers.

use super::{About, Scaled, Seen};
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
    /// The monitor sees something else of a pool or an agent than at its last look.
    Monitored {
        /// Which pool.
        pool: PoolId,
        /// Which of its agents; `None`: all together.
        agent: Option<AgentId>,
        /// What it sees; nothing of an agent that is not there.
        seen: Seen,
    },
    /// The monitor has looked at all: what it did not tell of it saw as before, at first nothing.
    Looked,
    /// An alert changed its state.
    Alerted {
        /// The rule, by its place among the scenario's.
        rule: u32,
        /// What it is about.
        about: About,
        /// Into which state.
        state: State,
        /// What was seen.
        value: Option<f64>,
        /// With what it was compared, if it was.
        level: Option<f64>,
    },
    /// A series was scraped. Told only on request.
    Sampled {
        /// Which, by its place in the [`exposition`](crate::model::scrape::exposition).
        series: u32,
        /// Its value; [`stale`](crate::mechanism::promql::stale) if it went away.
        value: f64,
    },
}
