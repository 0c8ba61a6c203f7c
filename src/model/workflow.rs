//! The life of a task: steps become ready, are done or fail, and the task leaves.
//!
//! Rule: when a step is done, exactly one arm of its branch is taken (keyed by the task, so every
//! policy sees the same choice), and every join that counts it is told; a join is ready when all it
//! waits for are done. A step that has been visited as often as it may is no arm any more; the
//! others share by their weights. A task is completed when nothing of it waits or is in service and
//! nothing follows. A failed critical step ends the task; a failed step that is not critical counts
//! as done. When a task ends early, what of it waits is withdrawn, and what of it is in service
//! goes on without it (MODEL section 3).

use super::event::{AttemptKey, TaskKey};
use super::fact::{Departure, Fact, Observer, Outcome};
use super::world::{Attempt, Spot, Stage, World};
use crate::base::id::StepId;
use crate::base::random::{Draw, Purpose};
use crate::base::time::Span;
use crate::scenario::meaning::Step;

impl<O: Observer> World<'_, O> {
    /// The first steps of a task are ready, with the work that was recorded for them, if any.
    #[inline(always)]
    pub fn begin(&mut self, task: TaskKey, first: &[StepId], recorded: Option<f64>) {
        if let [only] = first {
            return self.ready(task, *only, recorded);
        }
        // Held open, so that a step that ends at once does not end the task before the others
        // begin.
        self.tasks[task].open += 1;
        for step in first {
            self.ready(task, *step, recorded);
        }
        self.let_go(task);
    }

    /// A step is ready: its draws are taken and it goes to its queue.
    #[inline]
    fn ready(&mut self, key: TaskKey, step_id: StepId, recorded: Option<f64>) {
        let step = &self.scenario.steps[step_id.index()];
        let task = &mut self.tasks[key];
        if task.left {
            return;
        }
        let mut visit = 0;
        if let Some(memory) = &mut task.memory {
            let own =
                own_number(self.scenario.workflows[step.workflow.index()].first_step, step_id);
            visit = memory.visits[own];
            memory.visits[own] = visit.saturating_add(1);
        }
        task.open += 1;
        let (no, class, workload) = (task.no, task.class, task.workload);
        let luck = self.sources[workload.index()].luck;
        let draw =
            Draw { task: task.key, step: step.key, visit, attempt: 0, purpose: Purpose::Work };
        let work = recorded.unwrap_or_else(|| step.work.draw(class, || luck.uniform(draw)));
        let attempt = self.attempts.insert(Attempt {
            task: key,
            step: step_id,
            visit,
            stage: Stage::Waiting,
            resumed: false,
            agent: None,
            work,
            since: self.now,
            waited: Span::ZERO,
            served: Span::ZERO,
        });
        if let Some(memory) = &mut task.memory {
            memory.open.push(attempt);
        }
        self.tell(Fact::Readied { task: no, step: step_id, visit, work });
        self.place(key, attempt, step_id);
    }

    /// A step has ended; what follows is ready.
    #[inline(always)]
    pub fn advance(&mut self, key: TaskKey, step_id: StepId, visit: u16, success: bool) {
        let step = &self.scenario.steps[step_id.index()];
        let fails = !success && step.critical;
        if (fails || !step.next.is_nothing()) && !self.tasks[key].left {
            if fails {
                self.leave(key, Outcome::Failed);
            } else {
                self.follow(key, step, visit);
            }
        }
        self.let_go(key);
    }

    /// What follows a step that is done is ready, or told.
    #[inline(never)]
    fn follow(&mut self, key: TaskKey, step: &Step, visit: u16) {
        if let Some(next) = self.choose_arm(key, step, visit) {
            self.ready(key, next, None);
        }
        for join in &step.next.joins {
            self.tell_join(key, *join);
        }
    }

    /// One thing less keeps the task's row: at zero the task is completed, if it has not left
    /// before.
    #[inline(always)]
    pub fn let_go(&mut self, key: TaskKey) {
        let task = &mut self.tasks[key];
        if task.open > 1 {
            task.open -= 1;
            return;
        }
        let task = self.tasks.remove(key).expect("the task is in the table");
        if !task.left {
            self.depart(task.key, task.departure(Outcome::Completed));
        }
    }

    fn choose_arm(&mut self, key: TaskKey, step: &Step, visit: u16) -> Option<StepId> {
        let (last, others) = step.next.branch.split_last()?;
        if others.is_empty() && self.tasks[key].memory.is_none() {
            return last.0;
        }
        let open: f64 =
            step.next.branch.iter().filter(|arm| self.may_visit(key, arm.0)).map(|arm| arm.1).sum();
        let task = &self.tasks[key];
        let draw =
            Draw { task: task.key, step: step.key, visit, attempt: 0, purpose: Purpose::Branch };
        let u = self.luck(task.workload).uniform(draw) * open;
        let mut sum = 0.0;
        let mut chosen = None;
        for arm in step.next.branch.iter().filter(|arm| self.may_visit(key, arm.0)) {
            sum += arm.1;
            chosen = arm.0;
            if u < sum {
                break;
            }
        }
        chosen
    }

    fn may_visit(&self, key: TaskKey, step: Option<StepId>) -> bool {
        let Some(step_id) = step else { return true };
        let step = &self.scenario.steps[step_id.index()];
        match (&self.tasks[key].memory, step.at_most) {
            (Some(memory), Some(at_most)) => {
                let first = self.scenario.workflows[step.workflow.index()].first_step;
                memory.visits[own_number(first, step_id)] < at_most
            }
            _ => true,
        }
    }

    fn tell_join(&mut self, key: TaskKey, join: StepId) {
        let step = &self.scenario.steps[join.index()];
        if step.join_of > 1 {
            let first = self.scenario.workflows[step.workflow.index()].first_step;
            let memory = self.tasks[key].memory.as_mut().expect("a task with joins remembers");
            let joined = &mut memory.joined[own_number(first, join)];
            *joined += 1;
            if u32::from(*joined) < step.join_of {
                return;
            }
            *joined = 0;
        }
        self.ready(key, join, None);
    }

    /// The task leaves early; what of it still waits is withdrawn.
    pub fn leave(&mut self, key: TaskKey, outcome: Outcome) {
        let task = &mut self.tasks[key];
        debug_assert!(!task.left, "a task leaves once");
        task.left = true;
        if let Some(memory) = &mut task.memory {
            let open = std::mem::take(&mut memory.open);
            self.withdraw_all(key, open);
        }
        let task = &self.tasks[key];
        self.depart(task.key, task.departure(outcome));
    }

    /// The task with this key of its workload is gone from the system.
    #[inline(always)]
    fn depart(&mut self, key: u64, departure: Departure) {
        self.in_system -= 1;
        self.tell(Fact::Left(departure));
        self.answer(departure.workload, key);
    }

    fn withdraw_all(&mut self, task: TaskKey, open: Vec<AttemptKey>) {
        for attempt in open {
            if self.attempts.get(attempt).is_some_and(|attempt| attempt.stage == Stage::Waiting) {
                self.withdraw(attempt);
                self.tasks[task].open -= 1;
            }
        }
    }

    /// A waiting attempt leaves its line for good.
    pub fn withdraw(&mut self, key: AttemptKey) -> Attempt {
        let attempt = self.attempts.remove(key).expect("a waiting attempt is withdrawn");
        let Spot { queue, lane } = self.spots[attempt.step.index()];
        let desk = &mut self.desks[queue.index()];
        desk.waiting -= 1;
        match attempt.agent.map(|agent| &mut self.agents[agent.index()].line) {
            Some(Some(line)) => line.leave(0, &self.attempts),
            _ => desk.line.leave(lane as usize, &self.attempts),
        }
        let waited = self.now.since(attempt.since);
        let task = &mut self.tasks[attempt.task];
        task.waited += waited;
        let no = task.no;
        self.tell(Fact::Withdrawn { task: no, step: attempt.step, queue, waited });
        attempt
    }

    /// The patience of a task ends while this attempt waits.
    pub fn renege(&mut self, key: AttemptKey) {
        let waits = |attempt: &Attempt| attempt.stage == Stage::Waiting && !attempt.resumed;
        if self.attempts.get(key).is_some_and(waits) {
            let attempt = self.withdraw(key);
            self.leave(attempt.task, Outcome::Reneged);
            self.let_go(attempt.task);
        }
    }
}

/// The number of a step within its workflow.
fn own_number(first: StepId, step: StepId) -> usize {
    step.index() - first.index()
}
