//! Shifts: agents come on and go off duty by their pool's roster.
//!
//! Rule: who goes off duty takes nothing new, finishes what it holds (with its wrap-up) and then is
//! gone; what waits in its own line finds another agent. Invariant: an agent that is present is on
//! duty or holds something.

use super::event::Event;
use super::fact::{Fact, Observer};
use super::world::World;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::scenario::meaning::{Change, Roster};

/// Where a pool stands in its roster.
pub(super) struct Shifts<'s> {
    roster: &'s Roster,
    next: usize,
    period: u64,
}

impl<'s> Shifts<'s> {
    pub fn new(roster: &'s Roster) -> Self {
        Shifts { roster, next: 0, period: 0 }
    }

    /// When the next change is, if there is one.
    pub fn time(&self) -> Option<Time> {
        let change = self.roster.changes.get(self.next)?;
        let every = self.roster.every.unwrap_or(Span::ZERO);
        let start = every.nanos().checked_mul(self.period)?;
        Some(Time::from_nanos(start.checked_add(change.at.nanos())?))
    }

    /// Steps to the next change.
    fn step(&mut self) -> Change {
        let change = self.roster.changes[self.next];
        self.next += 1;
        if self.next == self.roster.changes.len() && self.roster.every.is_some() {
            self.next = 0;
            self.period += 1;
        }
        change
    }
}

impl<O: Observer> World<'_, O> {
    /// Who is on duty at the start comes on, and the first changes are scheduled.
    pub fn call_roll(&mut self) {
        for (index, pool) in self.scenario.pools.iter().enumerate() {
            for (number, agent) in pool.agents().enumerate() {
                let there = number < pool.at_start;
                if there && pool.roster.as_ref().is_none_or(|roster| roster.at_start[number]) {
                    self.change_duty(agent, true);
                }
            }
            self.schedule_shift(PoolId::new(index));
        }
    }

    /// The roster of a pool changes: all changes of this moment.
    pub fn shift(&mut self, pool: PoolId) {
        let first = self.scenario.pools[pool.index()].first_agent;
        while let Some(shifts) = &mut self.shifts[pool.index()] {
            if shifts.time() != Some(self.now) {
                break;
            }
            let change = shifts.step();
            self.change_duty(AgentId(first.0 + change.agent), change.on);
        }
        self.schedule_shift(pool);
    }

    fn schedule_shift(&mut self, pool: PoolId) {
        if let Some(at) = self.shifts[pool.index()].as_ref().and_then(Shifts::time) {
            self.schedule(at, Event::Shift(pool));
        }
    }

    /// An agent comes on duty, or goes off it when it holds nothing more.
    pub fn change_duty(&mut self, agent_id: AgentId, on: bool) {
        let agent = &mut self.agents[agent_id.index()];
        if agent.on_duty == on {
            return;
        }
        agent.set_on_duty(on);
        let (pool, was_present) = (agent.pool, agent.present);
        let number = agent_id.0 - self.scenario.pools[pool.index()].first_agent.0;
        let down = agent.down;
        self.on_duty[pool.index()].set(number, on && !down);
        self.update_idle(agent_id);
        if on {
            self.agents[agent_id.index()].present = true;
            if !was_present {
                self.count_presence(agent_id);
                self.tell(Fact::CameOn { agent: agent_id });
                self.refresh(agent_id);
                self.age_while_there(agent_id);
            }
            self.pull(agent_id);
        } else {
            self.leave_line(agent_id);
            self.go_home(agent_id);
        }
    }

    /// Who is off duty and holds nothing is gone.
    pub fn go_home(&mut self, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        if agent.present && !agent.on_duty && agent.held == 0 {
            agent.present = false;
            self.count_presence(agent_id);
            self.tell(Fact::WentOff { agent: agent_id });
            self.rest(agent_id);
            self.forget_agent(agent_id);
        }
    }

    /// What waits in the agent's own line finds another agent.
    pub fn leave_line(&mut self, agent_id: AgentId) {
        let Some(line) = &mut self.agents[agent_id.index()].line else { return };
        for place in line.drain(&self.attempts) {
            self.move_on(place);
        }
    }
}
