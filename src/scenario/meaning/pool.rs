//! Queues and pools: where attempts wait and who does them (MODEL sections 4 to 6).
//!
//! Invariant: the agents of all pools are numbered without gaps, pools by name.

use std::sync::Arc;

use super::Conduct;
use crate::base::dist::Dist;
use crate::base::id::{AgentId, PoolId, QueueId};
use crate::base::time::Span;
use crate::mechanism::{admission, assignment, autoscale, breaker, budget, discipline, dispatch};
use crate::mechanism::{measure, service};

/// A line, or several, with the rule by which attempts find agents.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// The order in which attempts are taken.
    pub discipline: discipline::Spec,
    /// At most so many wait.
    pub capacity: Option<u32>,
    /// What happens to a newcomer that finds it full.
    pub when_full: WhenFull,
    /// How an attempt finds its agent.
    pub dispatch: dispatch::Spec,
    /// When it finds it.
    pub binding: Binding,
    /// The pools that serve it.
    pub pools: Vec<PoolId>,
    /// Who may come at all, before the line.
    pub admission: Option<admission::Spec>,
    /// How many retries there may be.
    pub retry_budget: Option<budget::Spec>,
    /// Whether an attempt fails at once when no agent on duty is suitable; otherwise it waits.
    pub fails_without_agent: bool,
    /// Whether work that nobody waits for any more is dropped when it comes up.
    pub drops_expired: bool,
    /// How often it is visited for one attempt; `None`: attempts start as soon as they can.
    pub poll: Option<Span>,
    /// Attempts find agents together, in rounds.
    pub allocation: Option<assignment::Spec>,
    /// Whether an agent that is freed takes from the lines of others when its own is empty.
    pub steals: bool,
    /// Whether each choice of an agent is explained.
    pub explains: bool,
}

impl Queue {
    /// How often attempts are taken from it, if that is not as soon as they can start.
    pub fn served_every(&self) -> Option<Span> {
        self.poll.or_else(|| self.allocation.as_ref().map(|spec| spec.round().every))
    }
}

/// Who goes when a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The newcomer.
    RejectNewcomer,
    /// Who has waited longest.
    DropOldest,
    /// Whom the discipline would take last, the newcomer included.
    DropLast,
}

/// When an attempt is bound to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// When an agent can start it; until then it waits in the shared line.
    Late,
    /// When it comes; it waits in the agent's own line.
    Early,
}

/// A group of alike agents.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// The queue that it serves.
    pub queue: QueueId,
    /// The id of its first agent; the others follow.
    pub first_agent: AgentId,
    /// The speed of each agent, in work per second; as many as there are agents.
    pub speeds: Vec<f64>,
    /// Attempts that one agent may hold at once.
    pub slots: u32,
    /// How attempts in service share an agent.
    pub service: service::Spec,
    /// The capabilities that each of its agents offers.
    pub can: Vec<String>,
    /// How long a slot is not ready after each attempt, in seconds.
    pub wrap_up: Option<Dist>,
    /// How many of its agents there are is decided in the run; there are rows for twice the most,
    /// for those that still leave.
    pub autoscale: Option<autoscale::Spec>,
    /// How many there are at the start: all, unless it is scaled.
    pub at_start: usize,
    /// Who is on duty when; `None`: everyone, always.
    pub roster: Option<Arc<Roster>>,
    /// How the orchestrator measures its agents.
    pub measure: measure::Spec,
    /// The breakers before its agents.
    pub guard: Option<Guard>,
    /// How its agents behave.
    pub conduct: Conduct,
}

/// Breakers before the agents of a pool (MODEL section 8).
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// Which breaker.
    pub breaker: breaker::Spec,
    /// What each breaker protects.
    pub scope: Scope,
    /// Whether an attempt that meets an open breaker fails at once; otherwise it goes to another
    /// agent, or waits.
    pub fails_fast: bool,
}

/// What one breaker protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One agent.
    Agent,
    /// The whole pool.
    Pool,
    /// One capability of the pool: the first that a step needs.
    Capability,
}

impl Pool {
    /// How many agents it has.
    pub fn size(&self) -> usize {
        self.speeds.len()
    }

    /// The ids of its agents.
    pub fn agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        let first = self.first_agent.0;
        (first..first + self.speeds.len() as u32).map(AgentId)
    }
}

/// Who is on duty when: changes in order of time, repeating or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// Whether each agent of the pool is on duty at the start, by number.
    pub at_start: Vec<bool>,
    /// The changes after the start, in order of time.
    pub changes: Vec<Change>,
    /// The changes repeat with this period, counted from the start of the run.
    pub every: Option<Span>,
}

/// An agent comes on or goes off duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When, since the start of the run (of the period).
    pub at: Span,
    /// Its number in the pool.
    pub agent: u32,
    /// Whether it is on duty from then on.
    pub on: bool,
}
