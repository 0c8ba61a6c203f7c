//! Claims: what a task, before its first step, or a visit, before its first attempt, must have.
//!
//! Rule: a claim books ahead what it reserves and waits for its time, takes its resources or waits
//! for them, and passes the declared conflicts; then its task or visit begins. A task passes the
//! conflicts first, so that it holds nothing while it stands aside; a step passes them last, so
//! that one in progress has all it needs and ends by itself. What follows from a release (grants,
//! ends of waits) follows by an event of the same time. Invariants: a claim ends once, with its
//! task or visit, and nothing of it is left then: units, booking, place in line; an event for an
//! earlier state of a claim means nothing.

use std::collections::BTreeMap;

use super::event::{ClaimKey, Event, TaskKey, VisitKey};
use super::fact::{Claimed, Fact, Observer, Outcome};
use super::table::{Key, Table};
use super::world::World;
use crate::base::id::StepId;
use crate::base::random::{Draw, Purpose};
use crate::base::time::{Span, Time};
use crate::mechanism::reservation::calendar::Calendar;
use crate::mechanism::reservation::ledger::{Holder, Ledger};
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Holding, Scenario};

/// Who holds units: a task as a whole, or one of its claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    pub task: TaskKey,
    /// Null: the task itself.
    pub claim: ClaimKey,
}

impl Holder for Owner {
    fn whole(self) -> Self {
        Owner { claim: ClaimKey::NULL, ..self }
    }
}

/// How a claim's task or visit ended: nothing if it was dropped without a result.
pub(super) type Result = Option<(Outcome, Option<Cause>)>;

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// It is about to go on.
    Fresh,
    /// It waits for the time that it has booked.
    Booked,
    /// It stands in line for units.
    Waiting,
    /// It has come to nothing.
    Doomed(Cause),
    /// It waits for the end of another claim that it must not meet.
    Aside(ClaimKey),
    /// It ends when and as another one does.
    Merged(ClaimKey),
    /// The one that it has become part of has ended like this.
    Told(Outcome, Option<Cause>),
    /// Its task or visit goes on.
    Running,
}

/// A claim.
pub(super) struct Claim {
    pub task: TaskKey,
    /// The visit; null: it is the task's own.
    pub visit: VisitKey,
    pub step: Option<StepId>,
    pub state: State,
    /// Counted up with the state, so that earlier events are void.
    turn: u32,
    /// Since when it is in its state.
    changed: Time,
    /// How long it has waited for its time or for units, and how long it has stood aside.
    blocked: Span,
    aside: Span,
    /// It holds its units.
    pub holds: bool,
    booked: bool,
    /// Since when it is in progress for those that must not meet it.
    pub acting: Option<Time>,
    /// The work that was recorded for the task.
    recorded: Option<f64>,
}

/// All claims of a run.
pub(super) struct Claims {
    pub table: Table<ClaimKey, Claim>,
    pub ledger: Ledger<Owner>,
    pub calendar: Calendar<Owner>,
    /// The claims in progress that are in a declared conflict, by what they are about.
    pub acting: BTreeMap<u64, Vec<ClaimKey>>,
    /// Those that stand aside or are part of another.
    pub apart: Vec<ClaimKey>,
}

impl Claim {
    /// Since when it is in its state.
    pub fn since(&self) -> Time {
        self.changed
    }
}

impl Claims {
    pub fn new(scenario: &Scenario) -> Self {
        let units = scenario.resources.units.len();
        Claims {
            table: Table::new(),
            ledger: Ledger::new(units),
            calendar: Calendar::new(units),
            acting: BTreeMap::new(),
            apart: Vec::new(),
        }
    }
}

impl<'s, O: Observer> World<'s, O> {
    /// A task that has come asks before its first step.
    pub fn claim_task(&mut self, task: TaskKey, recorded: Option<f64>) {
        let key = self.new_claim(task, VisitKey::NULL, None, recorded);
        self.memory(task).claim = key;
        self.go_on(key);
    }

    /// A visit asks before its first attempt.
    pub fn claim_visit(&mut self, visit: VisitKey) {
        let (task, step) = (self.visits[visit].task, self.visits[visit].step);
        let key = self.new_claim(task, visit, Some(step), None);
        self.visits[visit].claim = key;
        self.go_on(key);
    }

    fn new_claim(
        &mut self,
        task: TaskKey,
        visit: VisitKey,
        step: Option<StepId>,
        recorded: Option<f64>,
    ) -> ClaimKey {
        self.claims.table.insert(Claim {
            task,
            visit,
            step,
            state: State::Fresh,
            turn: 0,
            changed: self.now,
            blocked: Span::ZERO,
            aside: Span::ZERO,
            holds: false,
            booked: false,
            acting: None,
            recorded,
        })
    }

    /// What the claim holds when it has all.
    pub fn holding(&self, key: ClaimKey) -> Option<&'s Holding> {
        let claim = &self.claims.table[key];
        match claim.step {
            Some(step) => self.scenario.steps[step.index()].holds.as_deref(),
            None => {
                let workload = self.tasks[claim.task].workload;
                let workflow = self.scenario.workloads[workload.index()].workflow;
                self.scenario.workflows[workflow.index()].holds.as_deref()
            }
        }
    }

    /// By which name the claim holds.
    pub fn owner(&self, key: ClaimKey) -> Owner {
        let claim = &self.claims.table[key];
        let own = if claim.visit.is_null() { ClaimKey::NULL } else { key };
        Owner { task: claim.task, claim: own }
    }

    /// The claim that holds by this name.
    pub fn claim_of(&self, owner: Owner) -> ClaimKey {
        if !owner.claim.is_null() {
            return owner.claim;
        }
        let memory = self.tasks[owner.task].memory.as_ref();
        memory.expect("a task that holds remembers").claim
    }

    /// What the task is about; tasks about nothing are each about something of their own.
    pub fn entity(&self, task: TaskKey) -> u64 {
        let task = &self.tasks[task];
        match self.scenario.workloads[task.workload.index()].entities {
            Some(entities) => {
                let draw = Draw::of_task(task.key, Purpose::Entity);
                let u = self.luck(task.workload).uniform(draw);
                u64::from(entities.kind) << 32 | (u * f64::from(entities.count)) as u64
            }
            None => 1 << 63 | task.no.0,
        }
    }

    /// The claim takes what it can and begins when it has all.
    pub fn go_on(&mut self, key: ClaimKey) {
        let whole = self.claims.table[key].visit.is_null();
        let ready = (!whole || self.passes(key))
            && self.books(key)
            && self.takes(key)
            && (whole || self.passes(key));
        if ready {
            self.clear(key);
        }
    }

    /// The claim has all: its task or visit begins.
    fn clear(&mut self, key: ClaimKey) {
        self.enter(key, State::Running);
        let claim = &mut self.claims.table[key];
        let (task, visit, recorded) = (claim.task, claim.visit, claim.recorded);
        let blocked = std::mem::take(&mut claim.blocked);
        let aside = std::mem::take(&mut claim.aside);
        self.tell_claim(key, Claimed::Cleared { blocked, aside });
        if visit.is_null() {
            let workload = &self.scenario.workloads[self.tasks[task].workload.index()];
            let workflow = &self.scenario.workflows[workload.workflow.index()];
            self.begin(task, &workflow.first, recorded);
        } else {
            self.try_step(visit);
        }
    }

    /// The claim comes into a state; what it waited for in the last one is counted.
    pub fn enter(&mut self, key: ClaimKey, state: State) {
        let now = self.now;
        let claim = &mut self.claims.table[key];
        let stayed = now.since(claim.changed);
        match claim.state {
            State::Booked | State::Waiting => claim.blocked += stayed,
            State::Aside(_) | State::Merged(_) => {
                claim.aside += stayed;
                self.claims.apart.retain(|apart| *apart != key);
            }
            State::Fresh | State::Doomed(_) | State::Told(..) | State::Running => {}
        }
        claim.state = state;
        claim.turn = claim.turn.wrapping_add(1);
        claim.changed = now;
        if matches!(state, State::Aside(_) | State::Merged(_)) {
            self.claims.apart.push(key);
        }
    }

    /// The state of the claim is looked at again then, if it is still in it.
    pub fn wake(&mut self, key: ClaimKey, at: Time) {
        let turn = self.claims.table[key].turn;
        self.schedule(at, Event::Claim(key, turn));
    }

    /// Something that a claim waited for has come, or its wait is over.
    pub fn look_at(&mut self, key: ClaimKey, turn: u32) {
        let Some(claim) = self.claims.table.get(key) else { return };
        if claim.turn != turn {
            return;
        }
        match claim.state {
            State::Fresh | State::Booked => self.go_on(key),
            State::Waiting => {
                let grants = self.claims.ledger.withdraw(self.owner(key));
                self.serve(grants);
                self.fail_claim(key, Cause::NoResource);
            }
            State::Doomed(cause) => self.fail_claim(key, cause),
            State::Told(outcome, cause) => self.follow_winner(key, outcome, cause),
            State::Aside(_) | State::Merged(_) | State::Running => {}
        }
    }

    /// What is reserved is booked; whether its time has come.
    fn books(&mut self, key: ClaimKey) -> bool {
        let reserve = self.holding(key).and_then(|holding| holding.reserve.as_ref());
        let Some(reserve) = reserve.filter(|_| !self.claims.table[key].booked) else { return true };
        let wish = self.now.saturating_add(reserve.lead);
        let calendar = &self.claims.calendar;
        let start = calendar.earliest(&reserve.request, wish, reserve.length);
        let start = start.expect("what is reserved can be had");
        if start > wish {
            // Two bookings of one task are no conflict: the later is shifted all the same.
            let own = self.claims.table[key].task;
            let to = wish + reserve.length;
            let other = calendar.in_the_way(&reserve.request, wish, to, |who| who.task != own);
            if let Some(other) = other {
                self.tell_shift(key, other, reserve.resource, start.since(wish));
            }
        }
        let (owner, end) = (self.owner(key), start + reserve.length);
        let booked = self.claims.calendar.reserve(owner, &reserve.request, start, end);
        debug_assert!(booked.is_some(), "the earliest start is free");
        self.claims.table[key].booked = true;
        let (resource, length) = (reserve.resource, reserve.length);
        self.tell_claim(key, Claimed::Booked { resource, start, length });
        if start > self.now {
            self.enter(key, State::Booked);
            self.wake(key, start);
            return false;
        }
        true
    }

    /// The claim comes to nothing: its task or its visit has failed.
    pub fn fail_claim(&mut self, key: ClaimKey, cause: Cause) {
        self.enter(key, State::Fresh);
        self.let_units_go(key, false);
        let claim = &mut self.claims.table[key];
        let (task, visit) = (claim.task, claim.visit);
        let blocked = std::mem::take(&mut claim.blocked);
        claim.aside = Span::ZERO;
        self.tell_claim(key, Claimed::Unavailable { cause, blocked });
        if visit.is_null() {
            self.end_unbegun(task, Outcome::Failed, Some(cause));
        } else {
            self.fell_short(visit, cause, None);
        }
    }

    /// A task that has not begun ends.
    fn end_unbegun(&mut self, task: TaskKey, outcome: Outcome, cause: Option<Cause>) {
        self.tasks[task].open += 1;
        self.end(task, outcome, cause);
        self.let_go(task);
    }

    /// The claim's task or visit ends as the one did that it had become part of.
    fn follow_winner(&mut self, key: ClaimKey, outcome: Outcome, cause: Option<Cause>) {
        let claim = &self.claims.table[key];
        let (task, visit) = (claim.task, claim.visit);
        if visit.is_null() {
            self.end_unbegun(task, outcome, cause);
        } else {
            self.close(visit, cause);
        }
    }

    /// The claim's task has left or its visit is decided.
    pub fn drop_claim(&mut self, key: ClaimKey, result: Result) {
        self.stop_acting(key, result);
        let owner = self.owner(key);
        if self.claims.table[key].state == State::Waiting {
            let grants = self.claims.ledger.withdraw(owner);
            self.serve(grants);
        }
        let done = result.is_some_and(|(outcome, _)| outcome == Outcome::Completed);
        self.let_units_go(key, done);
        self.claims.table.remove(key);
        self.claims.apart.retain(|apart| *apart != key);
        self.break_deadlocks();
    }

    /// The units and the booking of the claim are released.
    fn let_units_go(&mut self, key: ClaimKey, done: bool) {
        let owner = self.owner(key);
        if std::mem::take(&mut self.claims.table[key].booked) {
            self.claims.calendar.cancel(owner);
        }
        self.give_up_units(key, done);
    }

    /// Tells of a claim.
    pub fn tell_claim(&mut self, key: ClaimKey, what: Claimed) {
        let claim = &self.claims.table[key];
        let (task, step) = (self.tasks[claim.task].no, claim.step);
        self.tell(Fact::Claim { task, step, what });
    }
}
