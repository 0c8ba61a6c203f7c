//! Waiting: who joins a line, who is turned away, who leaves it without being served.
//!
//! A newcomer that finds the queue full, or the line too long for its class, goes, or another one
//! goes for it (MODEL section 6). An attempt that comes up is dropped if nobody waits for it any
//! more and the queue drops such work, or if the discipline says so. What a discipline remembers,
//! it remembers of one line: that of the queue, or an agent's own. Invariant: `waiting` of a desk
//! counts those in its shared line and in the own lines of its agents.

use super::desk::Spot;
use super::event::{AttemptKey, Event, TaskKey};
use super::fact::{Fact, Observer, Outcome};
use super::line::{Line, Place};
use super::table::Key;
use super::task::Task;
use super::world::{Attempt, Stage, World};
use crate::base::id::{AgentId, QueueId};
use crate::base::time::Span;
use crate::mechanism::discipline::{Order, Waiting};
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Step, WhenFull};

impl<O: Observer> World<'_, O> {
    /// The attempt joins a line, unless it finds it too long or full.
    #[inline(always)]
    pub fn wait(
        &mut self,
        task_key: TaskKey,
        place: Place,
        step: &Step,
        spot: Spot,
        agent: Option<AgentId>,
    ) {
        let key = place.attempt;
        let desk = &self.desks[spot.queue.index()];
        let waiting = desk.waiting;
        let joins_at_once = waiting < desk.capacity && !desk.remembers;
        if desk.preempts && self.preempt(place) {
            return;
        }
        if agent.is_some() {
            self.attempts[key].agent = agent;
        }
        if self.may_leave(task_key, step) && self.balks(task_key, waiting) {
            return self.turn_away(key, Outcome::Balked);
        }
        if joins_at_once {
            self.stand_in_line(task_key, &place, step, spot, agent);
        } else {
            self.wait_specially(task_key, place, step, agent);
        }
    }

    /// The attempt joins a line that remembers others, or one that is full, if room is made.
    #[inline(never)]
    fn wait_specially(
        &mut self,
        task: TaskKey,
        mut place: Place,
        step: &Step,
        agent: Option<AgentId>,
    ) {
        let spot @ Spot { queue, .. } = self.spot(step.id, task);
        let desk = &self.desks[queue.index()];
        let (full, remembers) = (desk.waiting >= desk.capacity, desk.remembers);
        if remembers {
            place.rank = self.rank_in_line(place, queue, agent);
        }
        if full && !self.make_room(place, queue) {
            return;
        }
        if remembers {
            self.joins(place, queue, agent);
        }
        self.stand_in_line(task, &place, step, spot, agent);
    }

    /// Whether the task may balk at the step, and leave when its patience ends while it waits for
    /// that. What undoes a task has no patience.
    #[inline(always)]
    fn may_leave(&self, task: TaskKey, step: &Step) -> bool {
        self.impatient && step.reneging && !self.tasks[task].ends()
    }

    /// Whether so many in line are too many for the task's class.
    fn balks(&self, task: TaskKey, waiting: u32) -> bool {
        let class = &self.scenario.classes[self.tasks[task].class.index()];
        class.balk_above.is_some_and(|n| waiting > n)
    }

    /// The attempt is in line until it is taken, or until its task's patience ends.
    #[inline(always)]
    fn stand_in_line(
        &mut self,
        task: TaskKey,
        place: &Place,
        step: &Step,
        spot: Spot,
        agent: Option<AgentId>,
    ) {
        self.join(place, spot, agent);
        let no = self.tasks[task].no;
        self.count_in(spot.queue);
        self.tell(Fact::Queued { task: no, step: step.id, queue: spot.queue, agent });
        if self.may_leave(task, step) {
            self.expect_renege(task, place.attempt);
        }
    }

    /// The patience of the task, if it has one, may end while the attempt waits.
    fn expect_renege(&mut self, task: TaskKey, attempt: AttemptKey) {
        let Task { patience, waited, .. } = self.tasks[task];
        if patience < Span::MAX {
            let left = if patience > waited { patience - waited } else { Span::ZERO };
            self.schedule(self.now.saturating_add(left), Event::Renege(attempt));
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
        let discipline = &self.scenario.queues[queue.index()].discipline;
        discipline.rank(&self.as_waiting(key, sequence))
    }

    /// What a discipline sees of an attempt that joins now.
    fn as_waiting(&self, key: AttemptKey, sequence: u64) -> Waiting {
        let attempt = &self.attempts[key];
        let task = &self.tasks[attempt.task];
        let class = &self.scenario.classes[task.class.index()];
        Waiting {
            joined: self.now,
            sequence,
            class: task.class,
            priority: class.priority,
            credit: class.credit,
            deadline: self.deadline(task),
            work: attempt.work,
        }
    }

    /// The line of the queue, or the agent's own.
    pub fn line(&mut self, queue: QueueId, agent: Option<AgentId>) -> &mut Line {
        match agent.and_then(|agent| self.agents[agent.index()].line.as_mut()) {
            Some(own) => own,
            None => &mut self.desks[queue.index()].line,
        }
    }

    /// The rank that the attempt would have in this line, which remembers others.
    fn rank_in_line(&mut self, place: Place, queue: QueueId, agent: Option<AgentId>) -> i64 {
        let waiting = self.as_waiting(place.attempt, place.sequence);
        self.line(queue, agent).machine.rank(&waiting)
    }

    /// A line that remembers is told of an attempt that joins it now.
    fn joins(&mut self, place: Place, queue: QueueId, agent: Option<AgentId>) {
        let waiting = self.as_waiting(place.attempt, place.sequence);
        let line = self.line(queue, agent);
        let backlog = line.waiting();
        line.machine.joins(&waiting, backlog);
    }

    /// A waiting attempt goes to this line: its place there.
    pub fn move_to(&mut self, mut place: Place, queue: QueueId, agent: Option<AgentId>) -> Place {
        if self.desks[queue.index()].remembers {
            place.rank = self.rank_in_line(place, queue, agent);
            self.joins(place, queue, agent);
        }
        place
    }

    /// A line that remembers is told of a newcomer that starts at once.
    pub fn pass_line(&mut self, place: Place, queue: QueueId, agent: AgentId) {
        let rank = self.rank_in_line(place, queue, Some(agent));
        self.joins(place, queue, Some(agent));
        self.line(queue, Some(agent)).machine.taken(rank);
    }

    /// Whether the discipline drops the attempt, which has been taken off its line but is still
    /// counted; if it does not, the line is told that it is served.
    pub fn drops(&mut self, place: Place, queue: QueueId, agent: Option<AgentId>) -> bool {
        if !self.desks[queue.index()].remembers {
            return false;
        }
        let attempt = &self.attempts[place.attempt];
        let (now, joined) = (self.now, attempt.since);
        let line = self.line(queue, agent);
        let behind = line.waiting();
        if !line.machine.drops(now, joined, behind) {
            line.machine.taken(place.rank);
            return false;
        }
        self.desks[queue.index()].waiting -= 1;
        self.tell_withdrawn(place.attempt);
        self.leave_gate(place.attempt, queue, Some(true));
        self.refuse(place.attempt, Cause::Dropped, None);
        true
    }

    /// The attempt stands in line.
    #[inline(always)]
    pub fn join(&mut self, place: &Place, spot: Spot, agent: Option<AgentId>) {
        let desk = &mut self.desks[spot.queue.index()];
        desk.waiting += 1;
        let special = desk.special;
        let own = agent.and_then(|agent| self.agents[agent.index()].line.as_mut());
        let (line, lane) = match own {
            Some(own) => (own, 0),
            None => (&mut desk.line, spot.lane),
        };
        line.join(lane.into(), place);
        if special {
            self.expect_round(spot.queue, false);
        }
    }

    /// The queue is full: one of those in line goes, or the newcomer. Whether the newcomer is still
    /// there; what goes with the other may take the place again, or the newcomer with it.
    #[cold]
    fn make_room(&mut self, newcomer: Place, queue: QueueId) -> bool {
        let key = newcomer.attempt;
        let rule = self.scenario.queues[queue.index()].when_full;
        loop {
            let waiting = self.desks[queue.index()].waiting;
            let goes = self.who_goes(queue, rule, newcomer);
            let other = &self.attempts[goes];
            let own_task = other.task == self.attempts[key].task && !self.is_unwanted(other);
            if goes == key || own_task {
                self.turn_away(key, Outcome::Rejected);
                return false;
            }
            self.attempts[key].stage = Stage::Ready;
            self.evict(goes);
            let Some(attempt) = self.attempts.get_mut(key) else { return false };
            attempt.stage = Stage::Waiting;
            if self.desks[queue.index()].waiting < waiting.max(1) {
                return true;
            }
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
        let retries = care.is_some_and(|care| care.retry.is_some());
        if outcome == Outcome::Rejected && (retries || self.tasks[task].ends()) {
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
        if self.is_unwanted(attempt) {
            self.drop_unwanted(key);
        } else {
            self.give_up(key);
            self.end(task, Outcome::Rejected, None);
            self.let_go(task);
        }
    }

    /// Whether nobody waits for the result of an attempt, or its task has left.
    fn is_unwanted(&self, attempt: &Attempt) -> bool {
        self.is_abandoned(attempt) || self.tasks[attempt.task].left
    }

    /// Work in line that nobody waits for goes.
    fn drop_unwanted(&mut self, key: AttemptKey) {
        let attempt = self.withdraw(key);
        self.let_unwanted_go(&attempt);
    }

    /// The task of an attempt that nobody waits for loses it.
    fn let_unwanted_go(&mut self, attempt: &Attempt) {
        if self.is_abandoned(attempt) {
            self.memory(attempt.task).abandoned -= 1;
            self.drop_row(attempt.task);
        } else {
            self.let_go(attempt.task);
        }
    }

    /// Nobody is left to wait for what waits when the run is over.
    pub fn drop_rest(&mut self) {
        let rest: Vec<AttemptKey> = self.attempts.keys().collect();
        for key in rest {
            self.drop_unwanted(key);
        }
    }

    /// All tasks have left, and what is in service for nobody will never end: it is stopped, and
    /// what waits is dropped.
    pub fn stop_rest(&mut self) {
        let serving = |key: &AttemptKey| self.attempts[*key].stage == Stage::Serving;
        let rest: Vec<AttemptKey> = self.attempts.keys().filter(serving).collect();
        for key in rest {
            let attempt = self.stop(key);
            self.let_unwanted_go(&attempt);
        }
        self.free_stopped();
        self.drop_rest();
    }

    /// Drops an attempt that comes up, if nobody waits for it any more or its deadline has passed;
    /// it is out of the line's store, but still counted.
    pub fn drop_expired(&mut self, place: Place) -> bool {
        let attempt = &self.attempts[place.attempt];
        let (task, step) = (attempt.task, attempt.step);
        let unwanted = self.is_unwanted(attempt);
        let expired = self.now > self.deadline(&self.tasks[task]) && !self.tasks[task].ends();
        if !unwanted && !expired {
            return false;
        }
        let queue = self.queue_of(step, task);
        self.desks[queue.index()].waiting -= 1;
        self.attempts[place.attempt].stage = Stage::Back;
        if unwanted {
            self.drop_unwanted(place.attempt);
        } else {
            self.give_up(place.attempt);
            self.end(task, Outcome::Expired, Some(Cause::Expired));
            self.let_go(task);
        }
        true
    }
}
