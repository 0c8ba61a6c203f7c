//! Arrivals: tasks come from their workloads, get their class and patience, and their first steps
//! are ready.
//!
//! Everything drawn here belongs to the task (workload, key), not to the moment, so that every
//! policy sees the same tasks. Invariant: tasks are numbered in the order of arrival.

use super::event::Event;
use super::fact::{Fact, Observer, TaskNo};
use super::task::Task;
use super::world::World;
use crate::base::id::{ClassId, WorkloadId};
use crate::base::random::{Draw, Luck, Purpose, Root};
use crate::base::time::{Span, Time};
use crate::mechanism::arrivals::closed::Users;
use crate::mechanism::arrivals::{Arrival, Arrivals, Row, Spec};
use crate::scenario::meaning::{Class, Scenario, Workflow, Workload};

/// What sends the tasks of a workload.
enum Kind {
    Open(Box<dyn Arrivals>),
    Closed(Users),
}

/// A workload at run time.
pub(super) struct Source<'s> {
    workload: &'s Workload,
    workflow: &'s Workflow,
    pub luck: Luck,
    kind: Kind,
    /// What an open workload sends next.
    next: Option<Arrival>,
    sent: u64,
    /// It sends at most so many.
    limit: u64,
}

impl<'s> Source<'s> {
    pub fn new(scenario: &'s Scenario, workload: &'s Workload, root: &Root) -> Self {
        let kind = match (&workload.arrivals, workload.arrivals.build(root, &workload.name)) {
            (Spec::Closed(spec), _) => Kind::Closed(spec.build(root, &workload.name)),
            (_, Some(process)) => Kind::Open(process),
            (_, None) => unreachable!("only a closed loop has no process of its own"),
        };
        Source {
            workload,
            workflow: &scenario.workflows[workload.workflow.index()],
            luck: root.luck(&workload.name),
            kind,
            next: None,
            sent: 0,
            limit: workload.limit.unwrap_or(u64::MAX),
        }
    }

    /// Whether it has sent all the tasks that it may.
    pub fn has_sent_all(&self) -> bool {
        self.sent >= self.limit
    }

    /// It sends a task, if it may: the number of that.
    #[inline(always)]
    fn send(&mut self) -> Option<u64> {
        if self.has_sent_all() {
            return None;
        }
        self.sent += 1;
        Some(self.sent - 1)
    }
}

impl<O: Observer> World<'_, O> {
    /// The first arrivals of every workload are scheduled.
    pub fn open(&mut self) {
        for index in 0..self.sources.len() {
            let id = WorkloadId::new(index);
            match &mut self.sources[index].kind {
                Kind::Open(_) => self.schedule_arrival(id),
                Kind::Closed(users) => {
                    for user in 0..users.len() {
                        self.think(id, user);
                    }
                }
            }
        }
    }

    /// The tasks of an open workload come.
    #[inline(always)]
    pub fn arrive(&mut self, id: WorkloadId) {
        let arrival = self.sources[id.index()].next.take().expect("an arrival was scheduled");
        self.coming -= 1;
        for _ in 0..arrival.size() {
            let Some(key) = self.sources[id.index()].send() else { break };
            self.enter_system(id, key, arrival.row());
        }
        self.schedule_arrival(id);
    }

    /// A user of a closed workload has thought.
    pub fn come_back(&mut self, id: WorkloadId, user: u32) {
        self.coming -= 1;
        let source = &mut self.sources[id.index()];
        let Kind::Closed(users) = &source.kind else {
            unreachable!("a user of a closed workload comes back");
        };
        let key = users.key(user);
        if source.send().is_some() {
            self.enter_system(id, key, None);
        }
    }

    /// A task of a closed workload has left: its user thinks.
    #[inline(always)]
    pub fn answer(&mut self, id: WorkloadId, key: u64) {
        if matches!(self.sources[id.index()].kind, Kind::Closed(_)) {
            self.think(id, (key >> 32) as u32);
        }
    }

    fn think(&mut self, id: WorkloadId, user: u32) {
        let Kind::Closed(users) = &mut self.sources[id.index()].kind else {
            unreachable!("a user of a closed workload thinks");
        };
        let at = self.now.saturating_add(users.think(user));
        if at < self.scenario.horizon {
            self.coming += 1;
            self.schedule(at, Event::Return(id, user));
        }
    }

    #[inline(always)]
    fn schedule_arrival(&mut self, id: WorkloadId) {
        let source = &mut self.sources[id.index()];
        if source.has_sent_all() {
            return;
        }
        let Kind::Open(process) = &mut source.kind else {
            unreachable!("an open workload is scheduled");
        };
        source.next = process.next().filter(|arrival| arrival.at < self.scenario.horizon);
        if let Some(Arrival { at, .. }) = source.next {
            self.coming += 1;
            self.schedule(at, Event::Arrive(id));
        }
    }

    /// A task comes.
    #[inline(always)]
    pub fn enter_system(&mut self, id: WorkloadId, key: u64, row: Option<usize>) {
        let scenario = self.scenario;
        let Source { workload, workflow, .. } = self.sources[id.index()];
        let recorded = row.and_then(|row| trace_row(workload, row));
        let class = self.class_of(id, workload, key, recorded);
        let of = &scenario.classes[class.index()];
        let patience = if self.impatient { self.patience_of(id, of, key, recorded) } else { None };
        let no = TaskNo(self.arrived);
        self.arrived += 1;
        // Who leaves at its deadline has to know where it waits.
        let remembers = workflow.remembers || of.leaves_at_deadline;
        let memory = remembers.then(|| {
            let mut memory = self.memories.pop().unwrap_or_default();
            memory.begin(workflow.steps);
            memory
        });
        let task = self.tasks.insert(Task {
            no,
            workload: id,
            class,
            key,
            arrived: self.now,
            waited: Span::ZERO,
            served: Span::ZERO,
            patience: patience.unwrap_or(Span::MAX),
            open: 0,
            attempts: 0,
            left: false,
            memory,
        });
        self.in_system += 1;
        self.tell(Fact::Arrived { task: no, workload: id, key, class, patience });
        if of.leaves_at_deadline {
            let deadline = self.deadline(&self.tasks[task]);
            self.schedule(deadline, Event::Deadline(task));
        }
        let work = recorded.and_then(|row| row.work);
        if workflow.asks() {
            return self.claim_task(task, work);
        }
        match workflow.first[..] {
            // It has just come, so it goes on.
            [only] => self.begin_step(task, only, work),
            ref first => self.begin(task, first, work),
        }
    }

    #[inline(always)]
    fn class_of(
        &self,
        id: WorkloadId,
        workload: &Workload,
        key: u64,
        recorded: Option<&Row>,
    ) -> ClassId {
        if let Some(class) = recorded.and_then(|row| row.class) {
            return workload.trace_classes[class as usize];
        }
        if let [(only, _)] = workload.classes[..] {
            return only;
        }
        let [others @ .., last] = &workload.classes[..] else {
            unreachable!("a workload has a class");
        };
        let u = self.luck(id).uniform(Draw::of_task(key, Purpose::Class));
        let mut sum = 0.0;
        let reached = |(_, share): &&(ClassId, f64)| {
            sum += share;
            u < sum
        };
        others.iter().find(reached).unwrap_or(last).0
    }

    #[inline(always)]
    fn patience_of(
        &self,
        id: WorkloadId,
        class: &Class,
        key: u64,
        recorded: Option<&Row>,
    ) -> Option<Span> {
        if let Some(seconds) = recorded.and_then(|row| row.patience_s) {
            return Some(Span::from_seconds(seconds));
        }
        let dist = class.patience.as_ref()?;
        let u = self.luck(id).uniform(Draw::of_task(key, Purpose::Patience));
        Some(Span::from_seconds(dist.quantile(u)))
    }

    /// When the task must be done, if ever.
    pub fn deadline(&self, task: &Task) -> Time {
        let deadline = self.scenario.classes[task.class.index()].deadline;
        deadline.map_or(Time::MAX, |deadline| task.arrived.saturating_add(deadline))
    }
}

/// The recorded row that a task replays.
fn trace_row(workload: &Workload, row: usize) -> Option<&Row> {
    match &workload.arrivals {
        Spec::Trace(spec) => spec.table.rows.get(row),
        Spec::Poisson(_) | Spec::Renewal(_) | Spec::Schedule(_) | Spec::Mmpp(_) => None,
        Spec::Batch(_) | Spec::Closed(_) => None,
    }
}
