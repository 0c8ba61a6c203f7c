//! Explanations: what a score saw when it chose an agent.
//!
//! Told before the attempt starts or is queued: each candidate with its terms, then the choice, and
//! whom other weights would have chosen. Invariant: explaining changes no choice and draws nothing.

use super::agent::View;
use super::event::AttemptKey;
use super::fact::{Explained, Fact, Observer};
use super::world::World;
use crate::base::id::{AgentId, QueueId};
use crate::mechanism::dispatch::Considered;

impl<O: Observer> World<'_, O> {
    /// Tells how an agent was chosen among the candidates, if the queue explains its choices.
    pub fn explain(&mut self, key: AttemptKey, queue: QueueId, chosen: Option<AgentId>) {
        if !self.desks[queue.index()].explains {
            return;
        }
        let previous = self.previous(key, queue);
        let step = &self.scenario.steps[self.attempts[key].step.index()];
        let view = View { now: self.now, agents: &self.agents, previous, step };
        let mut all = Vec::new();
        self.desks[queue.index()].dispatch.explain(&self.candidates, &view, &mut all);
        let attempt = &self.attempts[key];
        let (task, step) = (self.tasks[attempt.task].no, attempt.step);
        for &Considered { agent, terms, score, other_score } in &all {
            let what = Explained::Considered { terms, score, other_score };
            self.tell(Fact::Explained { task, step, agent, what });
        }
        if let Some(agent) = chosen {
            let otherwise = Considered::chosen_otherwise(&all).map(|place| all[place].agent);
            let what = Explained::Chosen { otherwise };
            self.tell(Fact::Explained { task, step, agent, what });
        }
    }

    /// The same of an agent that takes the next from the line, for which it is the only candidate.
    pub fn explain_only(&mut self, key: AttemptKey, queue: QueueId, agent: AgentId) {
        self.candidates.clear();
        self.candidates.push(agent);
        self.explain(key, queue, Some(agent));
    }
}
