//! The life of a task: steps become ready, are done or fail, and others follow.
//!
//! Rule: when a step is done, exactly one arm of its branch is taken (keyed by the task, so every
//! policy sees the same choice), and every join that counts it is told; a join is ready when all it
//! waits for are done. A step that has been visited as often as it may is no arm any more; the
//! others share by their weights. A failed critical step ends the task; a failed step that is not
//! critical counts as done. How a task ends: `ending`.

use super::event::{AttemptKey, TaskKey, VisitKey};
use super::fact::{Fact, Observer, Outcome, Trouble};
use super::table::Key;
use super::task::End;
use super::visit::Try;
use super::world::{Attempt, Stage, World};
use crate::base::id::StepId;
use crate::base::random::{Draw, Purpose};
use crate::base::time::Span;
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Condition, OnFailure, Step, Test};

impl<'s, O: Observer> World<'s, O> {
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

    /// A step is ready, unless nothing new begins for its task.
    fn ready(&mut self, key: TaskKey, step: StepId, recorded: Option<f64>) {
        if !self.tasks[key].ends() {
            self.begin_step(key, step, recorded);
        }
    }

    /// A step begins for the task, with the work that was recorded for it, if any.
    #[inline(always)]
    pub fn begin_step(&mut self, key: TaskKey, step: StepId, recorded: Option<f64>) {
        let step = self.step(step);
        if step.care.is_some() {
            return self.visit(key, step, recorded);
        }
        let attempt = self.new_attempt(key, step, None, recorded);
        self.place(key, attempt, step);
    }

    /// An attempt is ready, the only one of its step or the next one of a visit: its draws are
    /// taken.
    #[inline(always)]
    pub fn new_attempt(
        &mut self,
        key: TaskKey,
        step: &Step,
        of: Option<Try>,
        recorded: Option<f64>,
    ) -> AttemptKey {
        let task = &mut self.tasks[key];
        let Try { of, visit, number } = match of {
            Some(of) => of,
            None => Try { of: VisitKey::NULL, visit: task.come_to(step), number: 0 },
        };
        let (no, class) = (task.no, task.class);
        let luck = &self.sources[task.workload.index()].luck;
        let purpose = Purpose::Work;
        let draw = Draw { task: task.key, step: step.key, visit, attempt: number, purpose };
        let work = recorded.unwrap_or_else(|| step.work.draw(class, || luck.uniform(draw)));
        let attempt = self.attempts.insert(Attempt {
            task: key,
            step: step.id,
            of,
            visit,
            number,
            stage: Stage::Waiting,
            agent: None,
            work,
            since: self.now,
            waited: Span::ZERO,
            served: Span::ZERO,
        });
        if let Some(memory) = &mut task.memory {
            memory.open.push(attempt);
        }
        self.tell(Fact::Readied { task: no, step: step.id, visit, attempt: number, work });
        attempt
    }

    /// The result of an attempt no longer concerns its task.
    #[inline]
    pub fn forget_attempt(&mut self, task: TaskKey, key: AttemptKey) {
        if let Some(memory) = &mut self.tasks[task].memory {
            memory.open.retain(|open| *open != key);
        }
    }

    /// A step has ended; what follows is ready.
    #[inline(always)]
    pub fn advance(&mut self, key: TaskKey, step: &Step, visit: u16, failure: Option<Cause>) {
        let task = &self.tasks[key];
        let more = failure.is_some() || !step.next.is_nothing() || task.memory.is_some();
        if more && !task.left {
            return self.go_further(key, step, visit, failure);
        }
        self.let_go(key);
    }

    /// What follows a step that has ended is remembered and ready, or told; or the task ends with
    /// it.
    #[inline(never)]
    fn go_further(&mut self, key: TaskKey, step: &Step, visit: u16, failure: Option<Cause>) {
        self.remember(key, step, visit, failure.is_some());
        if !self.tasks[key].ends() {
            self.follow(key, step, visit, failure);
        }
        self.let_go(key);
    }

    /// What follows a step that has ended is ready, or told; or the task ends with it.
    fn follow(&mut self, key: TaskKey, step: &Step, visit: u16, failure: Option<Cause>) {
        if let Some(cause) = failure {
            match step.on_failure {
                OnFailure::Escalate(to) => {
                    self.trouble(key, step.id, Trouble::Escalated { to });
                    return self.ready(key, to, None);
                }
                OnFailure::DeadLetter => {
                    return self.end(key, Outcome::DeadLettered, Some(cause));
                }
                OnFailure::Fail if step.critical => {
                    let outcome = match cause {
                        Cause::Shed | Cause::Dropped => Outcome::Shed,
                        Cause::Expired => Outcome::Expired,
                        _ => Outcome::Failed,
                    };
                    return self.end(key, outcome, Some(cause));
                }
                OnFailure::Fail => {}
            }
        }
        if let Some(next) = self.choose_arm(key, step, visit) {
            self.ready(key, next, None);
        }
        for join in &step.next.joins {
            self.tell_join(key, *join);
        }
    }

    /// What later decisions about the task ask for: how its step ended, what would undo it.
    pub fn remember(&mut self, key: TaskKey, step: &Step, visit: u16, failed: bool) {
        let task = &self.tasks[key];
        if task.memory.is_none() {
            return;
        }
        let no = task.no;
        let end = match (&step.score, failed) {
            (_, true) => End::Failed,
            (None, false) => End::Done(0.0),
            (Some(dist), false) => {
                let purpose = Purpose::Score;
                let draw = Draw { task: task.key, step: step.key, visit, attempt: 0, purpose };
                let score = dist.quantile(self.luck(task.workload).uniform(draw));
                self.tell(Fact::Scored { task: no, step: step.id, score });
                End::Done(score)
            }
        };
        let memory = self.memory(key);
        memory.steps[step.number].end = end;
        if !failed && let Some(undo) = step.compensation {
            memory.undo.push(undo);
        }
        if !failed && !step.returns.is_empty() {
            self.return_units(key, step.id, &step.returns);
        }
    }

    fn choose_arm(&mut self, key: TaskKey, step: &Step, visit: u16) -> Option<StepId> {
        for condition in &step.next.conditions {
            if self.holds(key, condition) {
                return condition.to;
            }
        }
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

    fn holds(&self, key: TaskKey, condition: &Condition) -> bool {
        let memory = self.tasks[key].memory.as_ref();
        let number = self.step(condition.step).number;
        let end = memory.map_or(End::Open, |memory| memory.steps[number].end);
        match (condition.test, end) {
            (Test::Failed, End::Failed) | (Test::Done, End::Done(_)) => true,
            (Test::ScoreBelow(limit), End::Done(score)) => score < limit,
            (Test::ScoreFrom(limit), End::Done(score)) => score >= limit,
            (_, End::Open | End::Failed | End::Done(_)) => false,
        }
    }

    fn may_visit(&self, key: TaskKey, step: Option<StepId>) -> bool {
        let Some(step) = step.map(|step| self.step(step)) else { return true };
        match (&self.tasks[key].memory, step.at_most) {
            (Some(memory), Some(at_most)) => memory.steps[step.number].visits < at_most,
            _ => true,
        }
    }

    fn tell_join(&mut self, key: TaskKey, join: StepId) {
        let step = self.step(join);
        if step.join_of > 1 {
            let memory = self.tasks[key].memory.as_mut().expect("a task with joins remembers");
            let joined = &mut memory.steps[step.number].joined;
            *joined += 1;
            let done = u32::from(*joined);
            if done == step.join_of {
                *joined = 0;
            }
            if done != step.join_needs {
                return;
            }
            if step.gives_up_rest {
                self.give_up_rest(key, join);
            }
        }
        self.ready(key, join, None);
    }

    /// The steps that a join waited for and no longer needs are given up.
    fn give_up_rest(&mut self, key: TaskKey, join: StepId) {
        let visiting = self.memory(key).visiting.clone();
        for visit in visiting {
            let Some(step) = self.visits.get(visit).map(|visit| visit.step) else { continue };
            if self.step(step).next.joins.contains(&join) {
                self.drop_visit(visit, false);
                self.tasks[key].open -= 1;
            }
        }
    }

    /// Whether nobody waits for the result of an attempt.
    #[inline(always)]
    pub fn is_abandoned(&self, attempt: &Attempt) -> bool {
        attempt.of.is_null() && self.step(attempt.step).care.is_some()
    }
}
