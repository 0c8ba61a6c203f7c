//! Agents that are down, by their own failure or by faults, and come up when no reason is left.
//!
//! Rule: those whom one fault strikes are all down before the first of their attempts goes
//! elsewhere. Invariants: an agent is down while its own repair is to come or any crash that struck
//! it is on; it is told to have crashed at the first reason and to be repaired at the last; its
//! time to failure rests while a fault keeps it down.

use super::fact::{Fact, Observer};
use super::world::World;
use crate::base::id::AgentId;
use crate::scenario::meaning::Fate;

impl<O: Observer> World<'_, O> {
    /// A fault strikes these agents down.
    pub fn crash_all(&mut self, struck: &[AgentId], fate: Fate) {
        let mut fallen = Vec::new();
        for agent in struck {
            self.affected(*agent).crashes += 1;
            if !self.agents[agent.index()].down {
                self.rest(*agent);
                self.take_down(*agent);
                fallen.push(*agent);
            }
        }
        for agent in fallen {
            self.lose_work(agent, fate);
        }
    }

    /// A fault that struck these agents down is over.
    pub fn repair_all(&mut self, struck: &[AgentId]) {
        for agent in struck {
            let affected = self.affected(*agent);
            affected.crashes -= 1;
            if affected.crashes == 0 {
                self.come_up(*agent);
            }
        }
    }

    /// The agent takes nothing from now on.
    pub fn take_down(&mut self, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        agent.set_down(true);
        let (pool, number) = (agent.pool, agent.number);
        self.on_duty[pool.index()].set(number, false);
        self.update_idle(agent_id);
    }

    /// The agent, which is down, loses what it serves and what waits in its line.
    pub fn lose_work(&mut self, agent: AgentId, fate: Fate) {
        let conduct = self.agents[agent.index()].conduct.as_ref();
        let served = conduct.map_or_else(Vec::new, |conduct| conduct.served.clone());
        self.count_presence(agent);
        self.tell(Fact::Crashed { agent, lost: served.len() as u32 });
        self.drop_work(agent, fate, &served);
        self.leave_line(agent);
        self.go_home(agent);
    }

    /// The agent is up again, unless there is another reason for it to be down.
    pub fn come_up(&mut self, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        if agent.conduct.as_ref().is_some_and(|conduct| conduct.is_kept_down()) {
            return;
        }
        agent.set_down(false);
        let (pool, number, on_duty) = (agent.pool, agent.number, agent.on_duty);
        self.on_duty[pool.index()].set(number, on_duty);
        self.count_presence(agent_id);
        self.tell(Fact::Repaired { agent: agent_id });
        self.refresh(agent_id);
        self.age_while_there(agent_id);
        if on_duty {
            self.update_idle(agent_id);
            self.pull(agent_id);
        }
    }
}
