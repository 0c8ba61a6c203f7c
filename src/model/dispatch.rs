//! Attempts find agents: newcomers are placed, freed agents take from the line.
//!
//! Rule, late binding: a newcomer starts at once if an agent that can do it is idle (the policy says which);
//! otherwise it interrupts a worse attempt if the discipline preempts, or waits in the shared line, and an
//! agent that is freed takes the next it can do. Early binding: the policy names an agent among all on duty,
//! in whose own line the attempt waits; with nobody on duty it waits in the shared line for who comes first.
//! A newcomer that finds the queue full, or the line too long for its class, goes (MODEL section 6).
//! Invariant: no agent is idle while an attempt waits that it can do and that its policy finds eligible.

use super::agent::{AgentSet, View};
use super::event::{AttemptKey, Event};
use super::fact::{Fact, Observer, Outcome};
use super::line::Place;
use super::serve::From;
use super::world::{Stage, World};
use crate::base::id::{AgentId, QueueId};
use crate::base::time::Span;
use crate::mechanism::discipline::{Order, Waiting};
use crate::scenario::meaning::{Binding, WhenFull};

impl<O: Observer> World<'_, O> {
    /// A ready attempt starts, waits or goes.
    #[inline]
    pub fn place(&mut self, key: AttemptKey) {
        let step = &self.scenario.steps[self.attempts[key].step.index()];
        match self.scenario.queues[step.queue.index()].binding {
            Binding::Late => match self.choose(key, Who::Idle) {
                Some(agent) => self.start(key, agent, From::Newcomer(None)),
                None => self.wait(key, None),
            },
            Binding::Early => match self.choose(key, Who::OnDuty) {
                Some(agent) if self.agents[agent.index()].available() => {
                    self.start(key, agent, From::Newcomer(None));
                }
                agent => self.wait(key, agent),
            },
        }
    }

    /// The agent that the policy chooses.
    fn choose(&mut self, key: AttemptKey, who: Who) -> Option<AgentId> {
        let step = &self.scenario.steps[self.attempts[key].step.index()];
        self.candidates.clear();
        for (pool, _) in &step.pools {
            let set: &AgentSet = match who {
                Who::Idle => &self.idle[pool.index()],
                Who::OnDuty => &self.on_duty[pool.index()],
            };
            if !set.is_empty() {
                set.list(self.scenario.pools[pool.index()].first_agent, &mut self.candidates);
            }
        }
        if self.candidates.is_empty() {
            return None;
        }
        let view = View { now: self.now, agents: &self.agents };
        let dispatch = &mut self.desks[step.queue.index()].dispatch;
        let place = dispatch.choose(self.now, &self.candidates, &view)?;
        Some(self.candidates[place])
    }

    /// The attempt joins a line, unless it finds it too long or full.
    #[inline]
    fn wait(&mut self, key: AttemptKey, agent: Option<AgentId>) {
        let attempt = &self.attempts[key];
        let (step_id, task_key) = (attempt.step, attempt.task);
        let scenario = self.scenario;
        let step = &scenario.steps[step_id.index()];
        let queue = &scenario.queues[step.queue.index()];
        let task = &self.tasks[task_key];
        let class = &scenario.classes[task.class.index()];
        let place = self.newcomer(key);
        if queue.discipline.preempts() && self.preempt(place) {
            return;
        }
        let waiting = self.desks[step.queue.index()].waiting;
        if step.reneging && class.balk_above.is_some_and(|n| waiting > n) {
            return self.turn_away(key, Outcome::Balked);
        }
        if queue.capacity.is_some_and(|capacity| waiting >= capacity) {
            let goes = self.who_goes(step.queue, queue.when_full, place);
            if goes == key {
                return self.turn_away(key, Outcome::Rejected);
            }
            let task = self.withdraw(goes).task;
            self.leave(task, Outcome::Rejected);
            self.let_go(task);
        }
        let (no, patience, waited) = {
            let task = &self.tasks[task_key];
            (task.no, task.patience, task.waited)
        };
        self.join(place, agent);
        self.tell(Fact::Queued { task: no, step: step_id, queue: step.queue, agent });
        if step.reneging && patience < Span::MAX {
            let left = if patience > waited { patience - waited } else { Span::ZERO };
            self.schedule(self.now.saturating_add(left), Event::Renege(key));
        }
    }

    /// The place in line of an attempt that joins now.
    #[inline]
    pub fn newcomer(&mut self, key: AttemptKey) -> Place {
        let attempt = &self.attempts[key];
        let queue_id = self.queue_of(attempt.step);
        let discipline = &self.scenario.queues[queue_id.index()].discipline;
        let sequence = self.desks[queue_id.index()].joined;
        self.desks[queue_id.index()].joined += 1;
        if discipline.order() != Order::Rank {
            return Place { rank: 0, sequence, attempt: key };
        }
        let task = &self.tasks[attempt.task];
        let class = &self.scenario.classes[task.class.index()];
        let rank = discipline.rank(&Waiting {
            joined: self.now,
            sequence,
            priority: class.priority,
            credit: class.credit,
            deadline: self.deadline(task),
            work: attempt.work,
        });
        Place { rank, sequence, attempt: key }
    }

    /// The attempt stands in line.
    #[inline]
    pub fn join(&mut self, place: Place, agent: Option<AgentId>) {
        let attempt = &mut self.attempts[place.attempt];
        attempt.stage = Stage::Waiting;
        attempt.agent = agent;
        attempt.since = self.now;
        let step = attempt.step;
        let lane = self.lanes[step.index()] as usize;
        let desk = &mut self.desks[self.scenario.steps[step.index()].queue.index()];
        desk.waiting += 1;
        match agent.map(|agent| &mut self.agents[agent.index()].line) {
            Some(Some(line)) => line.join(0, place),
            _ => desk.line.join(lane, place),
        }
    }

    /// Who goes when the queue is full: perhaps the newcomer itself.
    fn who_goes(&self, queue: QueueId, rule: WhenFull, newcomer: Place) -> AttemptKey {
        let shared = std::iter::once(&self.desks[queue.index()].line);
        let own = self
            .agents
            .iter()
            .filter(|agent| self.scenario.pools[agent.pool.index()].queue == queue);
        let lines = shared.chain(own.filter_map(|agent| agent.line.as_ref()));
        let goes = match rule {
            WhenFull::RejectNewcomer => None,
            WhenFull::DropOldest => lines
                .filter_map(|line| line.oldest(&self.attempts))
                .min_by_key(|place| place.sequence),
            WhenFull::DropLast => {
                let last = lines.filter_map(|line| line.last(&self.attempts)).max();
                last.filter(|place| *place > newcomer)
            }
        };
        goes.unwrap_or(newcomer).attempt
    }

    /// A newcomer does not join: its task leaves.
    fn turn_away(&mut self, key: AttemptKey, outcome: Outcome) {
        let task = self.attempts.remove(key).expect("a newcomer is turned away").task;
        self.leave(task, outcome);
        self.let_go(task);
    }

    /// The newcomer interrupts the worst attempt in service, if that one is worse than itself.
    fn preempt(&mut self, newcomer: Place) -> bool {
        let step = &self.scenario.steps[self.attempts[newcomer.attempt].step.index()];
        let serving = step
            .pools
            .iter()
            .flat_map(|(pool, _)| self.scenario.pools[pool.index()].agents())
            .flat_map(|agent| {
                self.agents[agent.index()].serving.iter().map(move |place| (*place, agent))
            });
        let worst = serving.max().filter(|(place, _)| place.rank > newcomer.rank);
        let Some((victim, agent)) = worst else { return false };
        self.interrupt(victim, agent);
        self.start(newcomer.attempt, agent, From::Newcomer(Some(newcomer)));
        true
    }

    /// An agent may take from its lines as long as it has a free slot.
    #[inline]
    pub fn pull(&mut self, agent_id: AgentId) {
        while self.agents[agent_id.index()].available() {
            let agent = &mut self.agents[agent_id.index()];
            let pool = agent.pool;
            let queue = self.scenario.pools[pool.index()].queue;
            let desk = &mut self.desks[queue.index()];
            if desk.waiting == 0 {
                return;
            }
            let own = agent.line.as_mut();
            let own = own.and_then(|line| line.take(pool, &self.attempts, &mut desk.discipline));
            let taken = own.or_else(|| desk.line.take(pool, &self.attempts, &mut desk.discipline));
            let Some(place) = taken else { return };
            let view = View { now: self.now, agents: &self.agents };
            let bound = own.is_some();
            if !bound && desk.dispatch.choose(self.now, &[agent_id], &view).is_none() {
                let lane = self.lanes[self.attempts[place.attempt].step.index()] as usize;
                desk.line.join(lane, place);
                return;
            }
            desk.waiting -= 1;
            self.start(place.attempt, agent_id, From::Line(place));
        }
    }

    /// An attempt whose agent went off duty finds another one; it has not stopped waiting.
    pub fn move_on(&mut self, place: Place) {
        let key = place.attempt;
        let agent = self.choose(key, Who::OnDuty);
        let step = &self.scenario.steps[self.attempts[key].step.index()];
        match agent {
            Some(agent) if self.agents[agent.index()].available() => {
                self.desks[step.queue.index()].waiting -= 1;
                self.start(key, agent, From::Line(place));
            }
            agent => {
                self.attempts[key].agent = agent;
                match agent.map(|agent| &mut self.agents[agent.index()].line) {
                    Some(Some(line)) => line.join(0, place),
                    _ => {
                        let lane = self.lanes[self.attempts[key].step.index()] as usize;
                        self.desks[step.queue.index()].line.join(lane, place);
                    }
                }
                let task = self.tasks[self.attempts[key].task].no;
                let (step, queue) = (self.attempts[key].step, step.queue);
                self.tell(Fact::Moved { task, step, queue, agent });
            }
        }
    }

    /// Whether the agent can start an attempt at once has changed.
    pub fn update_idle(&mut self, agent: AgentId) {
        let it = &mut self.agents[agent.index()];
        let available = it.available();
        if it.idle != available {
            it.idle = available;
            self.idle[it.pool.index()].set(it.number, available);
        }
    }
}

/// Among whom a policy chooses.
#[derive(Clone, Copy)]
enum Who {
    /// Agents that can start the attempt at once.
    Idle,
    /// Everyone on duty.
    OnDuty,
}
