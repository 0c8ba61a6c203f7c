//! What an alert is about.

use crate::base::id::{AgentId, ClassId, PoolId, QueueId, WorkloadId};

/// What an alert is about: as many of these as tell it from the other alerts of its rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    /// A pool.
    pub pool: Option<PoolId>,
    /// An agent.
    pub agent: Option<AgentId>,
    /// A queue.
    pub queue: Option<QueueId>,
    /// A workload.
    pub workload: Option<WorkloadId>,
    /// A class.
    pub class: Option<ClassId>,
    /// A label whose values are words, by the number of the word: see
    /// [`words`](crate::model::scrape::words).
    pub word: Option<u8>,
}
