//! Attempts find agents: newcomers are placed, freed agents take from the line.
//!
//! Rule, late binding: a newcomer starts at once if an agent that can do it is idle (the policy
//! says which); otherwise it interrupts a worse attempt if the discipline preempts, or waits in the
//! shared line, and an agent that is freed takes the next it can do. Early binding: the policy
//! names an agent among all on duty, in whose own line the attempt waits; with nobody on duty it
//! waits in the shared line for who comes first. A newcomer that finds the queue full, or the line
//! too long for its class, goes (MODEL section 6). Invariant: no agent is idle while an attempt
//! waits that it can do and that its policy finds eligible.

use super::agent::View;
use super::event::{AttemptKey, Event};
use super::fact::{Fact, Observer, Outcome};
use super::line::Place;
use super::serve::From;
use super::world::{Spot, World};
use crate::base::id::{AgentId, QueueId, StepId};
use crate::base::time::Span;
use crate::mechanism::discipline::{Order, Waiting};
use crate::scenario::meaning::{Binding, WhenFull};

impl<O: Observer> World<'_, O> {
    /// A ready attempt starts, waits or goes.
    #[inline]
    pub fn place(&mut self, key: AttemptKey, step: StepId) {
        let binding = self.desks[self.queue_of(step).index()].binding;
        match self.choose(step, binding) {
            Some(agent) if self.agents[agent.index()].available() => {
                self.start(key, agent, From::Newcomer(None));
            }
            agent => self.wait(key, step, agent),
        }
    }

    /// The agent that the policy chooses: late among the idle, early among all on duty.
    #[inline(always)]
    fn choose(&mut self, step: StepId, binding: Binding) -> Option<AgentId> {
        let step = &self.scenario.steps[step.index()];
        let sets = match binding {
            Binding::Late => &self.idle,
            Binding::Early => &self.on_duty,
        };
        self.candidates.clear();
        for (pool, _) in &step.pools {
            let set = &sets[pool.index()];
            if !set.is_empty() {
                set.list(&mut self.candidates);
            }
        }
        if self.candidates.is_empty() {
            return None;
        }
        let view = View { now: self.now, agents: &self.agents, previous: None };
        let dispatch = &mut self.desks[step.queue.index()].dispatch;
        let place = dispatch.choose(self.now, &self.candidates, &view)?;
        Some(self.candidates[place])
    }

    /// The attempt joins a line, unless it finds it too long or full.
    #[inline]
    fn wait(&mut self, key: AttemptKey, step_id: StepId, agent: Option<AgentId>) {
        let scenario = self.scenario;
        let queue = self.queue_of(step_id);
        let place = self.newcomer(key, queue);
        let desk = &self.desks[queue.index()];
        let (waiting, capacity) = (desk.waiting, desk.capacity);
        if desk.preempts && self.preempt(place) {
            return;
        }
        let attempt = &mut self.attempts[key];
        attempt.agent = agent;
        let task_key = attempt.task;
        let task = &self.tasks[task_key];
        let (no, patience, waited) = (task.no, task.patience, task.waited);
        let reneging = scenario.steps[step_id.index()].reneging;
        let balk_above = scenario.classes[task.class.index()].balk_above;
        if reneging && balk_above.is_some_and(|n| waiting > n) {
            return self.turn_away(key, Outcome::Balked);
        }
        if waiting >= capacity {
            let goes = self.who_goes(queue, scenario.queues[queue.index()].when_full, place);
            let task = self.attempts[goes].task;
            if task == task_key {
                return self.turn_away(key, Outcome::Rejected);
            }
            self.withdraw(goes);
            self.leave(task, Outcome::Rejected);
            self.let_go(task);
        }
        self.join(place, step_id, agent);
        self.tell(Fact::Queued { task: no, step: step_id, queue, agent });
        if reneging && patience < Span::MAX {
            let left = if patience > waited { patience - waited } else { Span::ZERO };
            self.schedule(self.now.saturating_add(left), Event::Renege(key));
        }
    }

    /// The place in line of an attempt that comes to this queue now.
    #[inline(always)]
    pub fn newcomer(&mut self, key: AttemptKey, queue: QueueId) -> Place {
        let desk = &mut self.desks[queue.index()];
        let sequence = desk.joined;
        desk.joined += 1;
        let rank = match desk.order {
            Order::Rank => self.rank(key, queue, sequence),
            Order::Joining | Order::Any => 0,
        };
        Place { rank, sequence, attempt: key }
    }

    fn rank(&self, key: AttemptKey, queue: QueueId, sequence: u64) -> i64 {
        let attempt = &self.attempts[key];
        let task = &self.tasks[attempt.task];
        let class = &self.scenario.classes[task.class.index()];
        self.scenario.queues[queue.index()].discipline.rank(&Waiting {
            joined: self.now,
            sequence,
            class: task.class,
            priority: class.priority,
            credit: class.credit,
            deadline: self.deadline(task),
            work: attempt.work,
        })
    }

    /// The attempt stands in line.
    #[inline(always)]
    pub fn join(&mut self, place: Place, step: StepId, agent: Option<AgentId>) {
        let Spot { queue, lane } = self.spots[step.index()];
        let desk = &mut self.desks[queue.index()];
        desk.waiting += 1;
        match agent.and_then(|agent| self.agents[agent.index()].line.as_mut()) {
            Some(own) => own.join(0, place),
            None => desk.line.join(lane as usize, place),
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
            let desk = &mut self.desks[agent.queue.index()];
            if desk.waiting == 0 {
                return;
            }
            let own = agent.line.as_mut().filter(|own| own.waiting() > 0);
            let bound = own.is_some();
            let line = own.unwrap_or(&mut desk.line);
            let taken = line.take(pool, &self.attempts, &mut desk.discipline);
            let Some(place) = taken else { return };
            let view = View { now: self.now, agents: &self.agents, previous: None };
            if !bound && desk.dispatch.choose(self.now, &[agent_id], &view).is_none() {
                let spot = self.spots[self.attempts[place.attempt].step.index()];
                desk.line.join(spot.lane as usize, place);
                return;
            }
            desk.waiting -= 1;
            self.start(place.attempt, agent_id, From::Line(place));
        }
    }

    /// An attempt whose agent went off duty finds another one; it has not stopped waiting.
    pub fn move_on(&mut self, place: Place) {
        let key = place.attempt;
        let step = self.attempts[key].step;
        let queue = self.queue_of(step);
        self.desks[queue.index()].waiting -= 1;
        match self.choose(step, Binding::Early) {
            Some(agent) if self.agents[agent.index()].available() => {
                self.start(key, agent, From::Line(place));
            }
            agent => {
                let attempt = &mut self.attempts[key];
                attempt.agent = agent;
                let task = self.tasks[attempt.task].no;
                self.join(place, step, agent);
                self.tell(Fact::Moved { task, step, queue, agent });
            }
        }
    }

    /// Whether the agent can start an attempt at once has changed.
    #[inline(always)]
    pub fn update_idle(&mut self, agent: AgentId) {
        let it = &mut self.agents[agent.index()];
        let available = it.available();
        if it.idle != available {
            it.idle = available;
            self.idle[it.pool.index()].set(it.number, available);
        }
    }
}
