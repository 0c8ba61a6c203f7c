//! How a task ends: completed when nothing of it is left to do, or early.
//!
//! Rule: a task is completed when nothing of it waits or is in service and nothing follows. When it
//! ends early (a critical step failed, its patience or its time is over) it leaves at once, or,
//! where its workflow compensates, after its completed steps have been undone, the last one first.
//! What of it waits is withdrawn, and what of it is in service goes on without it (MODEL section
//! 3). Invariants: a task leaves once; its row stays until nothing in service belongs to it.

use super::desk::Spot;
use super::event::{AttemptKey, TaskKey};
use super::fact::{Departure, Fact, Observer, Outcome, Trouble};
use super::table::Key;
use super::world::{Attempt, Stage, World};
use crate::mechanism::retry::Cause;

impl<O: Observer> World<'_, O> {
    /// One thing less keeps the task's row: at zero the task is completed, if it has not left
    /// before, or what undoes it goes on.
    #[inline(always)]
    pub fn let_go(&mut self, key: TaskKey) {
        let task = &mut self.tasks[key];
        if task.open > 1 {
            task.open -= 1;
            return;
        }
        if task.memory.is_some() {
            return self.finish_task(key);
        }
        let (left, own) = (task.left, task.key);
        let departure = task.departure(Outcome::Completed, None);
        self.tasks.remove(key);
        if !left {
            self.depart(own, departure);
        }
    }

    /// Nothing of a task that remembers is left to do: it leaves, unless a step is left to undo.
    fn finish_task(&mut self, key: TaskKey) {
        let task = &mut self.tasks[key];
        task.open = 0;
        if !task.left {
            let memory = self.memory(key);
            match memory.ending.map(|ending| (ending, memory.undo.pop())) {
                None => self.leave(key, Outcome::Completed, None),
                Some((_, Some(undo))) => return self.begin_step(key, undo, None),
                Some(((outcome, cause), None)) => self.leave(key, outcome, cause),
            }
        }
        self.drop_row(key);
    }

    /// The row of a task that has left goes when nothing in service belongs to it any more.
    #[inline]
    pub fn drop_row(&mut self, key: TaskKey) {
        let task = &self.tasks[key];
        let abandoned = task.memory.as_ref().map_or(0, |memory| memory.abandoned);
        if task.left && task.open == 0 && abandoned == 0 {
            let task = self.tasks.remove(key);
            self.memories.extend(task.and_then(|task| task.memory.take()));
        }
    }

    /// The task ends early: it leaves, or its completed steps are undone first.
    pub fn end(&mut self, key: TaskKey, outcome: Outcome, cause: Option<Cause>) {
        let task = &self.tasks[key];
        let workload = &self.scenario.workloads[task.workload.index()];
        if !self.scenario.workflows[workload.workflow.index()].compensates {
            return self.leave(key, outcome, cause);
        }
        let no = task.no;
        let memory = self.memory(key);
        if memory.ending.is_none() {
            memory.ending = Some((outcome, cause));
            self.tell(Fact::Undoing { task: no, outcome });
            self.withdraw_parts(key, true);
        }
    }

    /// The deadline of a task passes, at which its class leaves.
    pub fn pass_deadline(&mut self, key: TaskKey) {
        if self.tasks.get(key).is_some_and(|task| !task.ends()) {
            // Held open, so that its row stays until it is told that it has left.
            self.tasks[key].open += 1;
            self.end(key, Outcome::Expired, Some(Cause::Expired));
            self.let_go(key);
        }
    }

    /// The task leaves, early if it is held open; what of it still waits is withdrawn.
    pub fn leave(&mut self, key: TaskKey, outcome: Outcome, cause: Option<Cause>) {
        let task = &mut self.tasks[key];
        debug_assert!(!task.left, "a task leaves once");
        task.left = true;
        if let Some(memory) = &task.memory {
            let claim = memory.claim;
            if !memory.open.is_empty() || !memory.visiting.is_empty() {
                self.withdraw_parts(key, false);
            }
            if !claim.is_null() {
                self.drop_claim(claim, Some((outcome, cause)));
            }
        }
        let task = &self.tasks[key];
        self.depart(task.key, task.departure(outcome, cause));
    }

    /// The task with this key of its workload is gone from the system.
    #[inline(always)]
    fn depart(&mut self, key: u64, departure: Departure) {
        self.in_system -= 1;
        self.tell(Fact::Left(departure));
        self.answer(departure.workload, key);
    }

    /// What of an ending task waits is withdrawn; what of it is in service goes on, and where the
    /// task keeps its visits it hears of the result.
    fn withdraw_parts(&mut self, task: TaskKey, keeps_serving: bool) {
        for visit in self.memory(task).visiting.clone() {
            if self.visits.contains_key(visit) && self.drop_visit(visit, keeps_serving) {
                self.tasks[task].open -= 1;
            }
        }
        for attempt in self.memory(task).open.clone() {
            let plain = |attempt: &Attempt| attempt.of.is_null() && attempt.stage != Stage::Serving;
            if self.attempts.get(attempt).is_some_and(plain) {
                self.withdraw(attempt);
                self.tasks[task].open -= 1;
            }
        }
    }

    /// A waiting attempt leaves its line for good; one that is not in line yet will not join.
    pub fn withdraw(&mut self, key: AttemptKey) -> Attempt {
        let attempt = *self.attempts.remove(key).expect("a waiting attempt is withdrawn");
        if attempt.stage == Stage::Ready {
            self.forget_attempt(attempt.task, key);
            let (number, cause) = (attempt.number, Cause::Rejected);
            let refused = Trouble::Refused { attempt: number, agent: None, cause };
            self.trouble(attempt.task, attempt.step, refused);
            return attempt;
        }
        let Spot { queue, lane, .. } = self.spot(attempt.step, attempt.task);
        if attempt.stage != Stage::Back {
            let desk = &mut self.desks[queue.index()];
            desk.waiting -= 1;
            match attempt.agent.map(|agent| &mut self.agents[agent.index()].line) {
                Some(Some(line)) => line.leave(0, &self.attempts),
                _ => desk.line.leave(lane as usize, &self.attempts),
            }
        }
        let waited = self.now.since(attempt.since);
        self.forget_attempt(attempt.task, key);
        let task = &mut self.tasks[attempt.task];
        task.waited += waited;
        let no = task.no;
        self.count_out(queue);
        self.tell(Fact::Withdrawn { task: no, step: attempt.step, queue, waited });
        attempt
    }

    /// The patience of a task ends while this attempt waits.
    pub fn renege(&mut self, key: AttemptKey) {
        let Some(attempt) = self.attempts.get(key) else { return };
        if attempt.stage == Stage::Waiting && !self.is_abandoned(attempt) {
            let task = attempt.task;
            self.give_up(key);
            self.end(task, Outcome::Reneged, None);
            self.let_go(task);
        }
    }

    /// A waiting attempt goes, with the visit that it belongs to.
    pub fn give_up(&mut self, key: AttemptKey) {
        let of = self.attempts[key].of;
        if of.is_null() {
            self.withdraw(key);
        } else {
            self.drop_visit(of, false);
        }
    }
}
