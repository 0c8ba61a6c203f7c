//! What agents and queues count of what happens to them, for those who look at the system: see
//! [`meter`](super::meter).
//!
//! Invariants: nothing is counted where nobody looks, and of queues only where somebody reads of
//! them; each change is counted at the moment at which its fact is told.

use super::agent::Agent;
use super::desk::Desk;
use super::fact::Observer;
use super::world::World;
use crate::base::id::{AgentId, QueueId};
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;

/// An attempt begins on the agent, having waited so long, or goes on.
#[inline(always)]
pub(super) fn begun(
    now: Time,
    desk: &mut Desk,
    agent: &mut Agent,
    queued: bool,
    waited: Option<Span>,
) {
    if let Some(counts) = &mut desk.counts {
        counts.change().begun(now, queued, waited.is_none());
    }
    if let Some(counts) = &mut agent.counts {
        counts.change().begun(now, waited);
    }
}

impl<O: Observer> World<'_, O> {
    /// An attempt joins those that wait.
    #[inline(always)]
    pub fn count_in(&mut self, queue: QueueId) {
        if let Some(counts) = &mut self.desks[queue.index()].counts {
            counts.change().joined(self.now);
        }
    }

    /// An attempt that waits goes without having begun.
    pub fn count_out(&mut self, queue: QueueId) {
        if let Some(counts) = &mut self.desks[queue.index()].counts {
            counts.change().waiting.fall(self.now);
        }
    }

    /// An attempt that was interrupted is back among those that wait.
    pub fn count_back(&mut self, queue: QueueId) {
        if let Some(counts) = &mut self.desks[queue.index()].counts {
            counts.change().waiting.rise(self.now);
        }
    }

    /// The agent has come or gone, or is down or up.
    pub fn count_presence(&mut self, agent: AgentId) {
        let agent = &mut self.agents[agent.index()];
        if let Some(counts) = &mut agent.counts {
            counts.change().stand(self.now, agent.present && !agent.down);
        }
    }

    /// An attempt on the agent has a result.
    #[inline(always)]
    pub fn count_result(&mut self, agent: AgentId, verdict: Verdict, response: Span) {
        if let Some(counts) = &mut self.agents[agent.index()].counts {
            counts.change().ended(verdict, response);
            if self.samples {
                self.sample_response(agent, verdict, response);
            }
        }
    }

    #[inline(never)]
    fn sample_response(&mut self, agent: AgentId, verdict: Verdict, response: Span) {
        let of = (self.agents[agent.index()].pool, agent);
        if let Some(meter) = &mut self.meter {
            meter.sample_response(self.now, of, response);
        }
        if let Some(scraper) = &mut self.scraper {
            scraper.ended(agent, verdict, response);
        }
    }

    /// An attempt has begun on the agent that waited so long, or has gone on.
    #[inline(always)]
    pub fn count_wait(&mut self, agent: AgentId, waited: Option<Span>) {
        if self.samples
            && let Some(waited) = waited
        {
            self.sample_wait(agent, waited);
        }
    }

    #[inline(never)]
    fn sample_wait(&mut self, agent: AgentId, waited: Span) {
        let of = (self.agents[agent.index()].pool, agent);
        if let Some(meter) = &mut self.meter {
            meter.sample_wait(self.now, of, waited);
        }
    }
}
