//! No agent holds more than its slots, and nobody starts anything off duty.
//!
//! Held are attempts in service and slots that wrap up. Who is meant to be on duty is read off the
//! roster, besides what the facts say: an agent that goes off duty while it holds something is told
//! to have gone only when it holds nothing, but takes nothing new before. At the very time of a
//! change both sides of it are right.

use super::{Group, Report, Rule};
use crate::base::id::AgentId;
use crate::base::time::{Span, Time};
use crate::model::fact::Fact;
use crate::scenario::meaning::{Pool, Roster, Scenario};

#[derive(Clone, Copy, Default)]
struct Agent {
    held: u32,
    /// Told to be on duty.
    present: bool,
    /// Meant to be on duty by the changes before the latest time.
    meant: bool,
    /// When it last was meant to come on or go off.
    changed: Option<Time>,
}

/// The agents of all pools.
pub(super) struct Agents<'s> {
    scenario: &'s Scenario,
    all: Vec<Agent>,
    pools: Vec<Calendar<'s>>,
}

/// Where a pool is in its roster.
struct Calendar<'s> {
    pool: &'s Pool,
    next: usize,
    period: u64,
}

impl<'s> Agents<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let meant = |pool: &'s Pool| {
            let roster = pool.roster.as_deref();
            (0..pool.size()).map(move |i| roster.is_none_or(|roster| roster.at_start[i]))
        };
        let agent = |meant| Agent { meant, ..Agent::default() };
        let calendar = |pool| Calendar { pool, next: 0, period: 0 };
        Agents {
            scenario,
            all: scenario.pools.iter().flat_map(meant).map(agent).collect(),
            pools: scenario.pools.iter().map(calendar).collect(),
        }
    }

    fn pool(&self, agent: AgentId) -> &'s Pool {
        &self.scenario.pools[self.scenario.pool_of(agent).index()]
    }

    fn start(&mut self, at: Time, id: AgentId, report: &mut Report) {
        let slots = self.pool(id).slots;
        self.pools[self.scenario.pool_of(id).index()].advance(at, &mut self.all);
        let agent = &mut self.all[id.index()];
        agent.held += 1;
        let Agent { held, present, meant, changed } = *agent;
        report.check(held <= slots, Rule::Slots, || format!("it holds {held} of {slots}"));
        let off = if present { "off by its roster" } else { "off" };
        let on = present && (meant || changed == Some(at));
        report.check(on, Rule::Duty, || format!("{id:?} is {off}"));
    }

    fn release(&mut self, id: AgentId) {
        let held = &mut self.all[id.index()].held;
        *held = held.saturating_sub(1);
    }

    fn change(&mut self, id: AgentId, on: bool, report: &mut Report) {
        let agent = &mut self.all[id.index()];
        let Agent { held, present, .. } = *agent;
        agent.present = on;
        report.check(present != on, Rule::Duty, || String::from("it is so already"));
        report.check(on || held == 0, Rule::Duty, || format!("it still holds {held}"));
    }
}

impl Calendar<'_> {
    /// All changes up to a time; those at that very time are remembered as such.
    fn advance(&mut self, at: Time, all: &mut [Agent]) {
        let Some(roster) = self.pool.roster.as_deref() else { return };
        while let Some(time) = self.time(roster).filter(|time| *time <= at) {
            let change = roster.changes[self.next];
            let agent = &mut all[self.pool.first_agent.index() + change.agent as usize];
            (agent.meant, agent.changed) = (change.on, Some(time));
            self.next += 1;
            if self.next == roster.changes.len() && roster.every.is_some() {
                (self.next, self.period) = (0, self.period + 1);
            }
        }
    }

    fn time(&self, roster: &Roster) -> Option<Time> {
        let change = roster.changes.get(self.next)?;
        let every = roster.every.unwrap_or(Span::ZERO);
        let begun = every.nanos().checked_mul(self.period)?;
        Some(Time::from_nanos(begun.checked_add(change.at.nanos())?))
    }
}

impl Group for Agents<'_> {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::Started { agent, .. } => self.start(at, agent, report),
            Fact::Finished { agent, .. } if self.pool(agent).wrap_up.is_some() => {}
            Fact::Finished { agent, .. }
            | Fact::WrappedUp { agent }
            | Fact::Stopped { agent, .. }
            | Fact::Preempted { agent, .. } => self.release(agent),
            Fact::CameOn { agent } => self.change(agent, true, report),
            Fact::WentOff { agent } => self.change(agent, false, report),
            Fact::Arrived { .. }
            | Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
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
