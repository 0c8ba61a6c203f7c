//! What came of a round: attempts that wait and free slots are brought together at intervals.

use super::TaskNo;
use crate::base::id::{AgentId, StepId};

/// What came of a round of a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paired {
    /// A polled attempt found no agent: it went to the end of those of its rank.
    Requeued {
        /// Of which task.
        task: TaskNo,
        /// For which step.
        step: StepId,
    },
    /// Attempts that wait and free slots were brought together.
    Allocated {
        /// How many attempts waited.
        waiting: u32,
        /// How many slots were free.
        free: u32,
        /// How many pairs were made.
        assigned: u32,
        /// What they are worth: the total score; or by how much they cost less, or are done
        /// earlier, than if each pair stood at the largest of all times the number of pairs + 1.
        value: f64,
        /// What greedy would have made of it.
        greedy_value: f64,
    },
    /// An attempt could not start on the agent that it was allocated to.
    Infeasible {
        /// Of which task.
        task: TaskNo,
        /// For which step.
        step: StepId,
        /// On which agent.
        agent: AgentId,
    },
}
