//! Attempts find agents: newcomers are placed, freed agents take from the line.
//!
//! Rule, late binding: a newcomer starts at once if an agent that can do it is idle (the policy
//! says which); otherwise it interrupts a worse attempt if the discipline preempts, or waits in the
//! shared line, and an agent that is freed takes the next it can do. Early binding: the policy
//! names an agent among all on duty, in whose own line the attempt waits; with nobody on duty it
//! waits in the shared line for who comes first. A newcomer that finds the queue full, or the line
//! too long for its class, goes (MODEL section 6). Invariant: no agent is idle while an attempt
//! waits that it can do and that its policy finds eligible.

use slotmap::Key;

use super::agent::View;
use super::event::{AttemptKey, Event, TaskKey};
use super::fact::{Fact, Observer, Outcome, Trouble};
use super::line::Place;
use super::world::{Desk, Spot, World};
use crate::base::id::{AgentId, QueueId, StepId};
use crate::base::time::Span;
use crate::mechanism::discipline::{Order, Waiting};
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Binding, WhenFull};

impl Desk {
    /// The candidate that the policy chooses; it is asked only where that can matter.
    #[inline(always)]
    fn choose(&mut self, candidates: &[AgentId], view: &View<'_>) -> Option<AgentId> {
        match *candidates {
            [] => None,
            [only] if self.takes_the_only_one => Some(only),
            _ => Some(candidates[self.dispatch.choose(view.now, candidates, view)?]),
        }
    }
}

impl<O: Observer> World<'_, O> {
    /// A ready attempt starts, waits or goes.
    #[inline]
    pub fn place(&mut self, task: TaskKey, key: AttemptKey, step: StepId) {
        let queue = self.queue_of(step);
        let desk = &self.desks[queue.index()];
        if desk.admission.is_some() && !self.let_in(key, queue) {
            return self.refuse(key, Cause::Shed, None);
        }
        let place = self.newcomer(key, queue);
        let binding = self.desks[queue.index()].binding;
        match self.choose(key, step, binding) {
            Some(agent) if self.agents[agent.index()].available() => {
                self.start(place, agent, false);
            }
            None if self.desks[queue.index()].fails_without_agent
                && (binding == Binding::Early
                    || self.choose(key, step, Binding::Early).is_none()) =>
            {
                self.refuse(key, Cause::NoAgent, None);
            }
            agent => self.wait(task, place, step, agent),
        }
    }

    /// Asks the queue's admission, before the line.
    fn let_in(&mut self, key: AttemptKey, queue: QueueId) -> bool {
        let class = self.tasks[self.attempts[key].task].class;
        let priority = self.scenario.classes[class.index()].priority;
        let now = self.now;
        let desk = &mut self.desks[queue.index()];
        let in_flight = desk.in_flight();
        let admitted =
            desk.admission.as_mut().is_none_or(|gate| gate.admit(now, in_flight, priority));
        if admitted {
            self.entered.insert(key, (now, in_flight + 1));
        }
        admitted
    }

    /// An admitted attempt has ended; `dropped` unless that says nothing about the load.
    pub fn leave_gate(&mut self, key: AttemptKey, step: StepId, dropped: Option<bool>) {
        let Some((entered, in_flight)) = self.entered.remove(key) else { return };
        let queue = self.queue_of(step);
        let (now, rtt) = (self.now, self.now.since(entered));
        let gate = &mut self.desks[queue.index()].admission;
        if let (Some(gate), Some(dropped)) = (gate, dropped) {
            gate.result(now, rtt, in_flight, dropped);
        }
    }

    /// An attempt that has not been in line fails before it starts.
    pub fn refuse(&mut self, key: AttemptKey, cause: Cause, agent: Option<AgentId>) {
        let attempt = self.attempts.remove(key).expect("an attempt is refused once");
        let (task, step) = (attempt.task, attempt.step);
        self.forget_attempt(task, key);
        self.trouble(task, step, Trouble::Refused { attempt: attempt.number, agent, cause });
        if self.is_abandoned(&attempt) {
            self.memory(task).abandoned -= 1;
            self.drop_row(task);
        } else if attempt.of.is_null() {
            self.advance(task, step, attempt.visit, Some(cause));
        } else {
            self.failed(attempt.of, cause, agent);
        }
    }

    /// The agent that the policy chooses: late among the idle, early among all on duty.
    #[inline(always)]
    pub fn choose(&mut self, key: AttemptKey, id: StepId, binding: Binding) -> Option<AgentId> {
        let step = &self.scenario.steps[id.index()];
        let desk = &self.desks[step.queue.index()];
        if binding == Binding::Late && desk.idle == 0 {
            return None;
        }
        let sets = match binding {
            Binding::Late => &self.idle,
            Binding::Early => &self.on_duty,
        };
        self.candidates.clear();
        let mut guarded = false;
        for skill in &step.pools {
            let set = &sets[skill.pool.index()];
            if !set.is_empty() {
                set.list(&mut self.candidates);
                guarded |= self.guards[skill.pool.index()].is_some();
            }
        }
        if guarded || step.care.is_some() {
            self.narrow(key, id);
        }
        let previous = self.previous(key, step.queue);
        let view = View { now: self.now, agents: &self.agents, previous, step };
        self.desks[step.queue.index()].choose(&self.candidates, &view)
    }

    /// Who served the task's step before this one, where a policy asks.
    #[inline(always)]
    fn previous(&self, key: AttemptKey, queue: QueueId) -> Option<AgentId> {
        if !self.desks[queue.index()].reads_previous {
            return None;
        }
        self.tasks[self.attempts[key].task].memory.as_ref()?.last_agent
    }

    /// Leaves out agents whose breaker is open and, where there is another one, the agent on which
    /// the last attempt failed, if the retry policy goes elsewhere.
    fn narrow(&mut self, key: AttemptKey, step: StepId) {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.retain(|agent| self.may_call(*agent, step));
        let care = self.scenario.steps[step.index()].care.as_deref();
        let elsewhere = care.and_then(|care| care.retry.as_ref()).is_some_and(|r| r.elsewhere());
        let failed_on = self.visits.get(self.attempts[key].of).and_then(|visit| visit.failed_on);
        if elsewhere && candidates.len() > 1 {
            candidates.retain(|agent| Some(*agent) != failed_on);
        }
        self.candidates = candidates;
    }

    /// The attempt joins a line, unless it finds it too long or full.
    #[inline]
    fn wait(&mut self, task_key: TaskKey, place: Place, step_id: StepId, agent: Option<AgentId>) {
        let scenario = self.scenario;
        let spot @ Spot { queue, .. } = self.spots[step_id.index()];
        let key = place.attempt;
        let desk = &self.desks[queue.index()];
        let (waiting, capacity) = (desk.waiting, desk.capacity);
        if desk.preempts && self.preempt(place) {
            return;
        }
        if agent.is_some() {
            self.attempts[key].agent = agent;
        }
        let task = &self.tasks[task_key];
        let (no, patience, waited) = (task.no, task.patience, task.waited);
        let reneging = scenario.steps[step_id.index()].reneging;
        let balk_above = scenario.classes[task.class.index()].balk_above;
        if reneging && balk_above.is_some_and(|n| waiting > n) {
            return self.turn_away(key, Outcome::Balked);
        }
        if waiting >= capacity {
            let goes = self.who_goes(queue, scenario.queues[queue.index()].when_full, place);
            if goes == key {
                return self.turn_away(key, Outcome::Rejected);
            }
            self.evict(goes);
        }
        self.join(place, spot, agent);
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
    pub fn join(&mut self, place: Place, spot: Spot, agent: Option<AgentId>) {
        let desk = &mut self.desks[spot.queue.index()];
        desk.waiting += 1;
        match agent.and_then(|agent| self.agents[agent.index()].line.as_mut()) {
            Some(own) => own.join(0, place),
            None => desk.line.join(spot.lane as usize, place),
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

    /// A newcomer does not join: its task leaves, unless the step is tried again.
    fn turn_away(&mut self, key: AttemptKey, outcome: Outcome) {
        let attempt = &self.attempts[key];
        let (task, of) = (attempt.task, attempt.of);
        let care = self.scenario.steps[attempt.step.index()].care.as_deref();
        if outcome == Outcome::Rejected && care.is_some_and(|care| care.retry.is_some()) {
            return self.refuse(key, Cause::Rejected, None);
        }
        self.attempts.remove(key);
        self.forget_attempt(task, key);
        if !of.is_null() {
            self.drop_visit(of, false);
        }
        self.end(task, outcome, None);
        self.let_go(task);
    }

    /// Someone in line goes, because the queue is full.
    fn evict(&mut self, key: AttemptKey) {
        let attempt = &self.attempts[key];
        let task = attempt.task;
        if self.is_abandoned(attempt) {
            self.drop_abandoned(key);
        } else {
            self.give_up(key);
            self.end(task, Outcome::Rejected, None);
            self.let_go(task);
        }
    }

    /// Work in line that nobody waits for goes.
    fn drop_abandoned(&mut self, key: AttemptKey) {
        let attempt = self.withdraw(key);
        self.memory(attempt.task).abandoned -= 1;
        self.drop_row(attempt.task);
    }

    /// The newcomer interrupts the worst attempt in service, if that one is worse than itself.
    fn preempt(&mut self, newcomer: Place) -> bool {
        let step = &self.scenario.steps[self.attempts[newcomer.attempt].step.index()];
        let serving = step
            .pools
            .iter()
            .flat_map(|skill| self.scenario.pools[skill.pool.index()].agents())
            .flat_map(|agent| {
                let serving = self.agents[agent.index()].serving.iter().flatten();
                serving.map(move |place| (*place, agent))
            });
        let worst = serving.max().filter(|(place, _)| place.rank > newcomer.rank);
        let Some((victim, agent)) = worst else { return false };
        let victim = self.interrupt(victim, agent);
        self.join(victim, self.spots[self.attempts[victim.attempt].step.index()], None);
        self.start(newcomer, agent, false);
        true
    }

    /// An agent may take from its lines as long as it has a free slot.
    #[inline(always)]
    pub fn pull(&mut self, agent_id: AgentId) {
        if self.agents[agent_id.index()].guarded && !self.may_take(agent_id) {
            return;
        }
        while self.agents[agent_id.index()].available() {
            let agent = &mut self.agents[agent_id.index()];
            let (pool, queue) = (agent.pool, agent.queue);
            let desk = &mut self.desks[queue.index()];
            if desk.waiting == 0 {
                return;
            }
            let own = agent.line.as_mut().filter(|own| own.waiting() > 0);
            let bound = own.is_some();
            let line = own.unwrap_or(&mut desk.line);
            let taken = line.take(pool, &self.attempts, &mut desk.discipline);
            let Some(place) = taken else { return };
            if desk.drops_expired && self.drop_expired(place) {
                continue;
            }
            let previous = self.previous(place.attempt, queue);
            let step = &self.scenario.steps[self.attempts[place.attempt].step.index()];
            let view = View { now: self.now, agents: &self.agents, previous, step };
            let desk = &mut self.desks[queue.index()];
            if !bound && desk.choose(&[agent_id], &view).is_none() {
                let spot = self.spots[self.attempts[place.attempt].step.index()];
                desk.line.join(spot.lane as usize, place);
                return;
            }
            desk.waiting -= 1;
            self.start(place, agent_id, true);
        }
    }

    /// Drops an attempt that comes up, if nobody waits for it any more or its deadline has passed;
    /// it is out of the line's store, but still counted.
    fn drop_expired(&mut self, place: Place) -> bool {
        let attempt = &self.attempts[place.attempt];
        let (task, spot) = (attempt.task, self.spots[attempt.step.index()]);
        let abandoned = self.is_abandoned(attempt);
        if !abandoned && self.now <= self.deadline(&self.tasks[task]) {
            return false;
        }
        // Back into the count, so that it leaves like any other.
        let agent = attempt.agent;
        match agent.and_then(|agent| self.agents[agent.index()].line.as_mut()) {
            Some(own) => own.join(0, place),
            None => self.desks[spot.queue.index()].line.join(spot.lane as usize, place),
        }
        if abandoned {
            self.drop_abandoned(place.attempt);
        } else {
            self.give_up(place.attempt);
            self.end(task, Outcome::Expired, Some(Cause::Expired));
            self.let_go(task);
        }
        true
    }

    /// An attempt whose agent went off duty finds another one; it has not stopped waiting.
    pub fn move_on(&mut self, place: Place) {
        let key = place.attempt;
        let step = self.attempts[key].step;
        let spot @ Spot { queue, .. } = self.spots[step.index()];
        self.desks[queue.index()].waiting -= 1;
        match self.choose(key, step, Binding::Early) {
            Some(agent) if self.agents[agent.index()].available() => {
                self.start(place, agent, true);
            }
            agent => {
                let attempt = &mut self.attempts[key];
                attempt.agent = agent;
                let task = self.tasks[attempt.task].no;
                self.join(place, spot, agent);
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
            let idle = &mut self.desks[it.queue.index()].idle;
            *idle = if available { *idle + 1 } else { *idle - 1 };
        }
    }
}
