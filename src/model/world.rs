//! The world: tables of everything that moves in a run, indexed by id.
//!
//! Invariants: `in_system` is the number of tasks that have come and not left; a task's row stays
//! until its last attempt has ended, even when the task has left before.

use std::collections::BTreeMap;

use super::agent::{Agent, AgentSet};
use super::arrive::Source;
use super::claim::Claims;
use super::conduct::Conduct;
use super::desk::{Desk, Places, Spot};
use super::event::{AttemptKey, Event, TaskKey, VisitKey};
use super::fact::{Fact, Observer};
use super::fault::Faults;
use super::guard::guards;
use super::line::{Attempts, Line};
use super::meter::Meter;
use super::roster::Shifts;
use super::scaling::Scaler;
use super::scrape::Scraper;
use super::sharing::Sharing;
use super::table::Table;
use super::task::{Memory, Task};
use super::visit::Visit;
use super::watch::Monitor;
use crate::base::id::{AgentId, PoolId, QueueId, StepId, WorkloadId};
use crate::base::random::{Luck, Root};
use crate::base::time::{Span, Time};
use crate::kernel::event_list::EventList;
use crate::mechanism::breaker::Guards;
use crate::scenario::meaning::{Binding, Pool, Scenario, Step};

/// Where an attempt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Between: others make room for it in line.
    Ready,
    /// In line: its queue's, or an agent's own.
    Waiting,
    /// Off an agent that failed and not in line again yet, or off its line for good.
    Back,
    /// In line again, because a better newcomer interrupted it.
    Interrupted,
    /// On an agent.
    Serving,
}

/// One try of a step on one agent, from the moment the step is ready.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    pub task: TaskKey,
    pub step: StepId,
    /// The visit that waits for its result; null without care, or when nobody does any more.
    pub of: VisitKey,
    pub visit: u16,
    /// How often the step was tried before, in this visit.
    pub number: u8,
    pub stage: Stage,
    /// The agent it is on or in whose own line it waits.
    pub agent: Option<AgentId>,
    /// The work it still needs.
    pub work: f64,
    /// When it joined the line or was started.
    pub since: Time,
    pub waited: Span,
    pub served: Span,
}

/// The world of one run.
pub(super) struct World<'s, O> {
    pub scenario: &'s Scenario,
    pub observer: O,
    pub now: Time,
    pub events: EventList<Event>,
    pub tasks: Table<TaskKey, Task>,
    /// Memories of tasks that are gone, for those that come.
    #[expect(clippy::vec_box, reason = "a task takes a box and gives it back as it is")]
    pub memories: Vec<Box<Memory>>,
    pub attempts: Attempts,
    pub visits: Table<VisitKey, Visit>,
    /// What tasks and visits hold, book and wait for before they begin.
    pub claims: Claims,
    pub sources: Vec<Source<'s>>,
    pub desks: Vec<Desk>,
    pub agents: Vec<Agent>,
    /// Who can start an attempt at once, by pool.
    pub idle: Vec<AgentSet>,
    /// Who is on duty, by pool.
    pub on_duty: Vec<AgentSet>,
    pub shifts: Vec<Option<Shifts<'s>>>,
    /// The breakers of each pool.
    pub guards: Vec<Option<Guards>>,
    /// When the breakers of each pool are asked next.
    pub asked: Vec<Time>,
    /// When attempts passed an admission, and how many were in flight with them.
    pub entered: BTreeMap<AttemptKey, (Time, u32)>,
    /// Where each step waits.
    pub spots: Vec<Spot>,
    /// Where each step whose class decides waits, by class; empty for the others.
    pub routes: Vec<Vec<Spot>>,
    pub arrived: u64,
    pub in_system: u64,
    /// Arrivals that are scheduled.
    pub coming: u64,
    /// Whether tasks may balk, or leave when their patience ends.
    pub impatient: bool,
    /// Whether agents fail, or faults come.
    pub wears: bool,
    /// Whether something looks at the system at intervals and acts on it.
    pub controlled: bool,
    pub faults: Faults,
    /// Scheduled events that come again and again.
    pub ticking: usize,
    /// Those of them that are rounds of queues.
    pub rounds_ahead: usize,
    /// Visits of queues that are served in rounds.
    pub visits_made: usize,
    /// What is seen of pools and agents, if somebody looks.
    pub meter: Option<Box<Meter<'s>>>,
    /// Whether somebody reads how long each attempt took.
    pub samples: bool,
    pub scalers: Vec<Option<Scaler<'s>>>,
    /// When the last of the agents that start is ready.
    pub starting: Time,
    pub monitor: Option<Box<Monitor<'s>>>,
    pub scraper: Option<Box<Scraper<'s>>>,
    /// Scratch space for dispatch.
    pub candidates: Vec<AgentId>,
    /// Agents that were stopped and have not taken the next yet.
    pub freed: Vec<AgentId>,
}

impl<'s, O: Observer> World<'s, O> {
    /// The world at time zero.
    pub fn new(scenario: &'s Scenario, root: &Root, observer: O) -> Self {
        let Places { spots, routes, lanes } = Places::new(scenario);
        let desks = scenario.queues.iter().zip(&lanes);
        let set = |pool: &Pool| AgentSet::new(pool.first_agent, pool.size());
        let sets = || scenario.pools.iter().map(set).collect();
        let scalers = scenario.pools.iter().map(|pool| Scaler::new(scenario, pool, root));
        let scalers: Vec<_> = scalers.collect();
        let meter = Meter::of(scenario, &scalers).map(Box::new);
        let counted = meter.is_some();
        let lines_counted = meter.as_ref().is_some_and(|meter| meter.reads_lines());
        let scraper = Scraper::new(scenario).map(Box::new);
        let samples = scraper.is_some() || meter.as_ref().is_some_and(|it| it.reads_percentiles());
        World {
            scenario,
            observer,
            now: Time::ZERO,
            events: EventList::new(),
            tasks: Table::new(),
            memories: Vec::new(),
            attempts: Table::new(),
            visits: Table::new(),
            claims: Claims::new(scenario),
            sources: scenario
                .workloads
                .iter()
                .map(|load| Source::new(scenario, load, root))
                .collect(),
            desks: desks
                .map(|(queue, lanes)| Desk::new(queue, lanes, root, lines_counted))
                .collect(),
            agents: scenario
                .pools
                .iter()
                .enumerate()
                .flat_map(|(i, pool)| agents(scenario, i, pool, root, counted))
                .collect(),
            idle: sets(),
            on_duty: sets(),
            shifts: scenario
                .pools
                .iter()
                .map(|pool| pool.roster.as_deref().map(Shifts::new))
                .collect(),
            guards: scenario.pools.iter().map(|pool| guards(pool, root)).collect(),
            asked: vec![Time::ZERO; scenario.pools.len()],
            entered: BTreeMap::new(),
            spots,
            routes,
            arrived: 0,
            in_system: 0,
            coming: 0,
            impatient: scenario.is_impatient(),
            controlled: scenario.is_controlled(),
            wears: !scenario.faults.is_empty()
                || scenario.pools.iter().any(|pool| pool.conduct.failures.is_some()),
            faults: Faults::new(scenario, root),
            ticking: 0,
            rounds_ahead: 0,
            visits_made: 0,
            meter,
            samples,
            scalers,
            starting: Time::ZERO,
            monitor: Monitor::new(scenario).map(Box::new),
            scraper,
            candidates: Vec::new(),
            freed: Vec::new(),
        }
    }

    /// Tells the observer.
    #[inline(always)]
    pub fn tell(&mut self, fact: Fact) {
        // Who scrapes the system hears of it first.
        if self.scraper.is_some() {
            self.count(fact);
        }
        self.observer.on(self.now, &fact);
    }

    /// Who scrapes the system hears of it. The fact comes by value, so that it is put together in
    /// memory here only and not where nobody scrapes.
    #[cold]
    #[inline(never)]
    fn count(&mut self, fact: Fact) {
        if let Some(scraper) = &mut self.scraper {
            scraper.on(self.now, &fact);
        }
    }

    /// Something will happen; what would happen beyond the end of time does not.
    #[inline(always)]
    pub fn schedule(&mut self, at: Time, event: Event) {
        if at < Time::MAX {
            self.ticking += usize::from(event.ticks());
            self.events.push(at, event.rank(), event);
        }
    }

    /// Whether all tasks have left, no more will come and nobody wraps up.
    pub fn is_over(&self) -> bool {
        self.in_system == 0 && self.coming == 0 && self.agents.iter().all(|agent| agent.held == 0)
    }

    /// The step with this id.
    #[inline(always)]
    pub fn step(&self, id: StepId) -> &'s Step {
        &self.scenario.steps[id.index()]
    }

    /// Where a step of the task waits.
    #[inline(always)]
    pub fn spot(&self, step: StepId, task: TaskKey) -> Spot {
        let spot = self.spots[step.index()];
        if spot.by_class {
            return self.routes[step.index()][self.tasks[task].class.index()];
        }
        spot
    }

    /// The queue where a step of the task waits.
    #[inline]
    pub fn queue_of(&self, step: StepId, task: TaskKey) -> QueueId {
        self.spot(step, task).queue
    }

    /// What a task with care, forks, joins or repeats remembers.
    #[inline]
    pub fn memory(&mut self, task: TaskKey) -> &mut Memory {
        self.tasks[task].memory.as_mut().expect("a task of such a workflow remembers")
    }

    /// The draws of a workload's tasks.
    pub fn luck(&self, workload: WorkloadId) -> &Luck {
        &self.sources[workload.index()].luck
    }
}

/// The agents of a pool at time zero: nobody is on duty yet.
fn agents(
    scenario: &Scenario,
    index: usize,
    pool: &Pool,
    root: &Root,
    counted: bool,
) -> Vec<Agent> {
    let queue = &scenario.queues[pool.queue.index()];
    let pool_id = PoolId::new(index);
    let zone = scenario.zone_of(pool);
    let agent = |(number, speed): (usize, &f64)| {
        let conduct = Conduct::new(scenario, pool_id, number, root).map(Box::new);
        let measure = queue.dispatch.reads_records().then(|| pool.measure.build());
        let guarded = pool.guard.is_some();
        let special = guarded || conduct.is_some();
        let shares = pool.service.shares();
        let preempts = queue.discipline.preempts();
        Agent {
            pool: pool_id,
            queue: pool.queue,
            number: number as u32,
            speed: *speed,
            slots: pool.slots,
            cost: pool.conduct.cost.hour,
            zone,
            held: 0,
            room: 0,
            on_duty: false,
            down: false,
            idle: false,
            present: false,
            line: match queue.binding {
                Binding::Early => Some(Line::new(&queue.discipline, &[vec![pool_id]])),
                Binding::Late => None,
            },
            sharing: shares.then(Sharing::default),
            guarded,
            special,
            plain: !special && !shares && !preempts,
            wraps_up: pool.wrap_up.is_some(),
            watched: guarded || measure.is_some() || queue.dispatch.reads_responses(),
            counts: counted.then(Box::default),
            measure,
            serving: preempts.then(Vec::new),
            conduct,
            published: None,
        }
    };
    pool.speeds.iter().enumerate().map(agent).collect()
}

const _: () = assert!(size_of::<Attempt>() <= 64, "rows stay small");
