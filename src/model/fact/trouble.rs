//! What goes wrong with an attempt or a step, and what is done about it.

use crate::base::id::{AgentId, StepId};
use crate::base::time::Span;
use crate::mechanism::retry::Cause;

/// What went wrong with a task's visit of a step, or was done about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// An attempt took longer than its time limit.
    TimedOut {
        /// Its number, from 0.
        attempt: u8,
        /// On which agent, if it had one.
        agent: Option<AgentId>,
        /// Whether it goes on as abandoned work.
        goes_on: bool,
    },
    /// An attempt was refused before it started.
    Refused {
        /// Its number, from 0.
        attempt: u8,
        /// By the breaker of which agent, if by a breaker.
        agent: Option<AgentId>,
        /// Why.
        cause: Cause,
    },
    /// The step will be tried again.
    Retrying {
        /// The number of the next attempt; 0 if none was made, as what it must have was not
        /// there.
        attempt: u8,
        /// Why the last one failed.
        cause: Cause,
        /// How long it waits before.
        delay: Span,
    },
    /// A second copy of a slow attempt is sent.
    Hedged {
        /// Its number, from 1.
        attempt: u8,
    },
    /// The step has failed for good.
    Failed {
        /// How often it was tried.
        attempts: u8,
        /// Why the last attempt failed.
        cause: Cause,
    },
    /// The failed step is handed on to another one.
    Escalated {
        /// Which.
        to: StepId,
    },
}
