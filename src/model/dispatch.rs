//! Attempts find agents: newcomers are placed, freed agents take from the line.
//!
//! Rule, late binding: a newcomer starts at once if an agent that can do it is idle (the policy
//! says which); otherwise it interrupts a worse attempt if the discipline preempts, or waits in the
//! shared line, and an agent that is freed takes the next it can do. Early binding: the policy
//! names an agent among all on duty, in whose own line the attempt waits; with nobody on duty it
//! waits in the shared line for who comes first; an agent that is freed may also steal from the
//! line of another one. A queue that is polled or allocated hands out nothing by itself (`rounds`).
//! Invariant: under late binding and without rounds no agent is idle while an attempt waits that it
//! can do and that its policy finds eligible.

use std::cmp::Reverse;

use super::agent::{Agent, View};
use super::desk::{Desk, Spot};
use super::event::{AttemptKey, TaskKey};
use super::fact::{Fact, Observer, Trouble};
use super::guard::callable;
use super::line::{Attempts, Place};
use super::table::Key;
use super::world::{Attempt, World};
use crate::base::id::{AgentId, QueueId};
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Binding, Care, Skill, Step};

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

    /// The next leaves the agent's own line, or else the shared one; whether it was the own one.
    #[inline(always)]
    fn take_next(&mut self, agent: &mut Agent, attempts: &Attempts) -> Option<(Place, bool)> {
        let own = agent.line.as_mut().filter(|own| own.waiting() > 0);
        let bound = own.is_some();
        let line = own.unwrap_or(&mut self.line);
        Some((line.take(agent.pool, attempts, &mut self.discipline)?, bound))
    }
}

impl<O: Observer> World<'_, O> {
    /// A ready attempt starts, waits or goes.
    #[inline(always)]
    pub fn place(&mut self, task: TaskKey, key: AttemptKey, step: &Step) {
        let spot @ Spot { queue, .. } = self.spot(step.id, task);
        let desk = &self.desks[queue.index()];
        if desk.special {
            return self.place_specially(task, key, step);
        }
        let chosen = self.choose(key, step, spot, desk.binding);
        let place = self.newcomer(key, queue);
        match chosen {
            Some(agent) if self.agents[agent.index()].available() => {
                self.start(place, agent, false);
            }
            agent => self.wait(task, place, step, spot, agent),
        }
    }

    /// A ready attempt starts, waits or goes, where the queue has further rules.
    #[inline(never)]
    fn place_specially(&mut self, task: TaskKey, key: AttemptKey, step: &Step) {
        let spot @ Spot { queue, .. } = self.spot(step.id, task);
        let desk = &self.desks[queue.index()];
        let (binding, in_rounds) = (desk.binding, desk.rounds.is_some());
        let (remembers, fails_without_agent) = (desk.remembers, desk.fails_without_agent);
        if desk.admission.is_some() && !self.let_in(key, queue) {
            return self.refuse(key, Cause::Shed, None);
        }
        let place = self.newcomer(key, queue);
        if in_rounds {
            return self.wait_for_round(task, place, step, spot);
        }
        let chosen = self.choose(key, step, spot, binding);
        self.explain(key, queue, chosen);
        match chosen {
            Some(agent) if self.agents[agent.index()].available() => {
                if remembers {
                    self.pass_line(place, queue, agent);
                }
                self.start(place, agent, false);
            }
            None if fails_without_agent
                && (binding == Binding::Early
                    || self.choose(key, step, spot, Binding::Early).is_none()) =>
            {
                self.refuse(key, Cause::NoAgent, None);
            }
            agent => self.wait(task, place, step, spot, agent),
        }
    }

    /// A newcomer waits for the next round, unless nobody on duty could do it and it fails then.
    fn wait_for_round(&mut self, task: TaskKey, place: Place, step: &Step, spot: Spot) {
        let key = place.attempt;
        if self.desks[spot.queue.index()].fails_without_agent
            && self.choose(key, step, spot, Binding::Early).is_none()
        {
            return self.refuse(key, Cause::NoAgent, None);
        }
        self.wait(task, place, step, spot, None);
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
    pub fn leave_gate(&mut self, key: AttemptKey, queue: QueueId, dropped: Option<bool>) {
        let Some((entered, in_flight)) = self.entered.remove(&key) else { return };
        let (now, rtt) = (self.now, self.now.since(entered));
        let gate = &mut self.desks[queue.index()].admission;
        if let (Some(gate), Some(dropped)) = (gate, dropped) {
            gate.result(now, rtt, in_flight, dropped);
        }
    }

    /// An attempt that has not been in line fails before it starts.
    pub fn refuse(&mut self, key: AttemptKey, cause: Cause, agent: Option<AgentId>) {
        let attempt = *self.attempts.remove(key).expect("an attempt is refused once");
        let (task, step) = (attempt.task, attempt.step);
        self.forget_attempt(task, key);
        self.trouble(task, step, Trouble::Refused { attempt: attempt.number, agent, cause });
        if self.is_abandoned(&attempt) {
            self.memory(task).abandoned -= 1;
            self.drop_row(task);
        } else if attempt.of.is_null() {
            self.advance(task, self.step(step), attempt.visit, Some(cause));
        } else {
            self.failed(attempt.of, cause, agent);
        }
    }

    /// The agent that the policy chooses: late among the idle, early among all on duty.
    #[inline(always)]
    pub fn choose(
        &mut self,
        key: AttemptKey,
        step: &Step,
        spot: Spot,
        binding: Binding,
    ) -> Option<AgentId> {
        let queue = spot.queue;
        self.candidates.clear();
        if binding == Binding::Late && self.desks[queue.index()].idle == 0 {
            return None;
        }
        let sets = match binding {
            Binding::Late => &self.idle,
            Binding::Early => &self.on_duty,
        };
        let mut silent = None;
        for Skill { pool, .. } in &step.pools {
            if spot.by_class && self.scenario.pools[pool.index()].queue != queue {
                continue;
            }
            let set = &sets[pool.index()];
            let Some(guards) = &self.guards[pool.index()] else {
                set.list(&mut self.candidates, |_| true);
                continue;
            };
            let all = self.candidates.len() + set.len();
            let guarded = &self.scenario.pools[pool.index()];
            set.list(&mut self.candidates, callable(guarded, guards, Some(step), self.now));
            if self.candidates.len() < all {
                silent = Some(*pool);
            }
        }
        if let Some(pool) = silent.filter(|_| self.candidates.is_empty()) {
            self.ask_later(pool);
        }
        if let Some(care) = step.care.as_deref() {
            self.go_elsewhere(key, care);
        }
        let previous = self.previous(key, queue);
        let view = View { now: self.now, agents: &self.agents, previous, step };
        self.desks[queue.index()].choose(&self.candidates, &view)
    }

    /// Who served the task's step before this one, where a policy asks.
    #[inline(always)]
    pub fn previous(&self, key: AttemptKey, queue: QueueId) -> Option<AgentId> {
        if !self.desks[queue.index()].reads_previous {
            return None;
        }
        self.tasks[self.attempts[key].task].memory.as_ref()?.last_agent
    }

    /// Where there is another candidate, leaves out the agent on which the last attempt failed, if
    /// the retry policy goes elsewhere.
    fn go_elsewhere(&mut self, key: AttemptKey, care: &Care) {
        let elsewhere = care.retry.as_ref().is_some_and(|retry| retry.elsewhere());
        if elsewhere && self.candidates.len() > 1 {
            let visit = self.visits.get(self.attempts[key].of);
            let failed_on = visit.and_then(|visit| visit.failed_on);
            self.candidates.retain(|agent| Some(*agent) != failed_on);
        }
    }

    /// The newcomer interrupts the worst attempt in service, if that one is worse than itself.
    pub fn preempt(&mut self, newcomer: Place) -> bool {
        let Attempt { step, task, .. } = self.attempts[newcomer.attempt];
        let queue = self.queue_of(step, task);
        let step = &self.scenario.steps[step.index()];
        let serving = step
            .pools
            .iter()
            .map(|skill| &self.scenario.pools[skill.pool.index()])
            .filter(|pool| pool.queue == queue)
            .flat_map(|pool| pool.agents())
            .filter(|agent| self.agents[agent.index()].on_duty && self.may_call(*agent, Some(step)))
            .flat_map(|agent| {
                let serving = self.agents[agent.index()].serving.iter().flatten();
                serving.map(move |place| (*place, agent))
            });
        let worst = serving.max().filter(|(place, _)| place.rank > newcomer.rank);
        let Some((victim, agent)) = worst else { return false };
        let victim = self.interrupt(victim, agent);
        let Attempt { step, task, .. } = self.attempts[victim.attempt];
        self.join(&victim, self.spot(step, task), None);
        self.start(newcomer, agent, false);
        true
    }

    /// An agent may take from its lines as long as it has a free slot: whether it still has one.
    #[inline(always)]
    pub fn pull(&mut self, agent_id: AgentId) -> bool {
        let Agent { guarded, pool, .. } = self.agents[agent_id.index()];
        if guarded && !self.may_call(agent_id, None) {
            self.ask_later(pool);
            return true;
        }
        loop {
            let agent = &mut self.agents[agent_id.index()];
            if !agent.available() {
                return false;
            }
            let queue = agent.queue;
            let desk = &mut self.desks[queue.index()];
            if desk.waiting == 0 {
                return true;
            }
            if desk.special {
                match self.take_specially(agent_id, queue) {
                    true => continue,
                    false => return true,
                }
            }
            let Some((place, bound)) = desk.take_next(agent, &self.attempts) else { return true };
            desk.waiting -= 1;
            if !bound && !desk.takes_the_only_one && !self.would_choose(place, queue, agent_id) {
                self.desks[queue.index()].waiting += 1;
                return true;
            }
            self.start(place, agent_id, true);
        }
    }

    /// The agent takes the next from its lines, if it may, where the queue has further rules;
    /// whether anybody left them. Who is dropped has left, too.
    #[inline(never)]
    fn take_specially(&mut self, agent: AgentId, queue: QueueId) -> bool {
        let desk = &mut self.desks[queue.index()];
        let (steals, drops_expired) = (desk.steals, desk.drops_expired);
        let takes_any = desk.takes_the_only_one;
        if desk.rounds.is_some() {
            self.expect_round(queue, true);
            return false;
        }
        let next = desk.take_next(&mut self.agents[agent.index()], &self.attempts);
        let stolen = next.is_none() && steals;
        let next = if stolen { self.steal(agent, queue).map(|place| (place, true)) } else { next };
        let Some((place, bound)) = next else { return false };
        if drops_expired && self.drop_expired(place) {
            return true;
        }
        if !bound && !takes_any && !self.would_choose(place, queue, agent) {
            return false;
        }
        if !stolen && self.drops(place, queue, Some(agent).filter(|_| bound)) {
            return true;
        }
        if !bound {
            self.explain_only(place.attempt, queue, agent);
        }
        self.desks[queue.index()].waiting -= 1;
        self.start(place, agent, true);
        true
    }

    /// Whether the policy would choose the agent for the attempt that it took from the shared line;
    /// otherwise that goes back.
    #[inline(never)]
    fn would_choose(&mut self, place: Place, queue: QueueId, agent: AgentId) -> bool {
        let previous = self.previous(place.attempt, queue);
        let Attempt { step, task, .. } = self.attempts[place.attempt];
        let lane = self.spot(step, task).lane;
        let step = &self.scenario.steps[step.index()];
        let view = View { now: self.now, agents: &self.agents, previous, step };
        let desk = &mut self.desks[queue.index()];
        let chosen = desk.choose(&[agent], &view).is_some();
        if !chosen {
            desk.line.join(lane as usize, &place);
        }
        chosen
    }

    /// An attempt whose agent went off duty finds another one; it has not stopped waiting.
    pub fn move_on(&mut self, place: Place) {
        let key = place.attempt;
        let Attempt { step, task, .. } = self.attempts[key];
        let spot @ Spot { queue, .. } = self.spot(step, task);
        self.desks[queue.index()].waiting -= 1;
        match self.choose(key, self.step(step), spot, Binding::Early) {
            Some(agent) if self.agents[agent.index()].available() => {
                self.start(place, agent, true);
            }
            agent => {
                let attempt = &mut self.attempts[key];
                attempt.agent = agent;
                let task = self.tasks[attempt.task].no;
                let place = self.move_to(place, queue, agent);
                self.join(&place, spot, agent);
                self.tell(Fact::Moved { task, step, queue, agent });
            }
        }
    }

    /// An agent that is freed, with nothing in its own line, takes who has waited longest from the
    /// longest line of another one with an attempt that it can do.
    fn steal(&mut self, thief: AgentId, queue: QueueId) -> Option<Place> {
        let pool = self.agents[thief.index()].pool;
        let pools = self.scenario.queues[queue.index()].pools.iter();
        let mut lines: Vec<(Reverse<usize>, AgentId)> = pools
            .flat_map(|pool| self.scenario.pools[pool.index()].agents())
            .filter_map(|agent| Some((self.agents[agent.index()].line.as_ref()?, agent)))
            .filter(|(line, agent)| line.waiting() > 0 && *agent != thief)
            .map(|(line, agent)| (Reverse(line.waiting()), agent))
            .collect();
        lines.sort_unstable();
        let can = |place: &Place| {
            let step = &self.scenario.steps[self.attempts[place.attempt].step.index()];
            step.pools.iter().any(|skill| skill.pool == pool) && self.may_call(thief, Some(step))
        };
        let of = |agent: AgentId| {
            let line = self.agents[agent.index()].line.as_ref()?;
            line.oldest_of(&self.attempts, can)
        };
        let (place, agent) = lines.iter().find_map(|(_, agent)| Some((of(*agent)?, *agent)))?;
        self.line(queue, Some(agent)).take_out(0, place);
        let attempt = &mut self.attempts[place.attempt];
        attempt.agent = Some(thief);
        let (task, step) = (self.tasks[attempt.task].no, attempt.step);
        self.tell(Fact::Moved { task, step, queue, agent: Some(thief) });
        Some(place)
    }

    /// Whether the agent can start an attempt at once has changed.
    #[inline(always)]
    pub fn update_idle(&mut self, agent: AgentId) {
        let it = &mut self.agents[agent.index()];
        it.update_idle(&mut self.desks[it.queue.index()], &mut self.idle);
    }
}
