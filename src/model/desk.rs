//! Desks: the queues at run time, and where the attempts of each step wait.
//!
//! A desk is the shared line of a queue with its policies and counts. Invariants: `waiting` counts
//! those in the shared line and in the own lines of the agents; a line has one lane for each set of
//! pools that can do a step there.

use super::line::Line;
use super::meter::{self, Running};
use super::rounds::Rounds;
use crate::base::id::{PoolId, QueueId};
use crate::base::random::{Purpose, Root, Stream};
use crate::mechanism::admission::Admission;
use crate::mechanism::budget::{self, Budget};
use crate::mechanism::discipline::Order;
use crate::mechanism::dispatch::Dispatch;
use crate::scenario::meaning::{Binding, Queue, Scenario, Step};

/// Where the attempts of a step wait.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub queue: QueueId,
    /// The lane in the queue's shared line.
    pub lane: u16,
    /// The class of the task decides (`World::routes`).
    pub by_class: bool,
}

/// A queue: the shared line and the policies.
pub(super) struct Desk {
    pub line: Line,
    pub order: Order,
    pub preempts: bool,
    pub binding: Binding,
    /// At most so many wait.
    pub capacity: u32,
    /// How many wait, in the shared line and in the agents' own ones.
    pub waiting: u32,
    /// How many of its attempts are in service.
    pub serving: u32,
    /// Visits that are trying again.
    pub retrying: u32,
    /// How many agents of its pools can start an attempt at once.
    pub idle: u32,
    /// How many have joined, ever.
    pub joined: u64,
    /// What the meter reads, if anybody does.
    pub counts: Option<Box<Running<meter::Line>>>,
    pub dispatch: Box<dyn Dispatch>,
    /// The policy need not be asked about a lone candidate.
    pub takes_the_only_one: bool,
    /// The policy asks who served the task before.
    pub reads_previous: bool,
    pub discipline: Stream,
    pub budget: Option<Box<dyn Budget>>,
    /// Whether one of the following seven matters.
    pub special: bool,
    pub drops_expired: bool,
    pub admission: Option<Box<dyn Admission>>,
    pub fails_without_agent: bool,
    /// The discipline remembers who joins and who is taken.
    pub remembers: bool,
    /// Attempts start at these times only.
    pub rounds: Option<Rounds>,
    pub steals: bool,
    pub explains: bool,
}

impl Desk {
    /// A queue at time zero, with a lane for each of these sets of pools; `counted` if the meter
    /// reads it.
    pub fn new(queue: &Queue, lanes: &[Vec<PoolId>], root: &Root, counted: bool) -> Self {
        let remembers = queue.discipline.build().remembers();
        let rounds = queue.served_every().map(Rounds::new);
        Desk {
            line: Line::new(&queue.discipline, lanes),
            order: queue.discipline.order(),
            preempts: queue.discipline.preempts(),
            binding: queue.binding,
            capacity: queue.capacity.unwrap_or(u32::MAX),
            waiting: 0,
            serving: 0,
            retrying: 0,
            idle: 0,
            joined: 0,
            counts: counted.then(Box::default),
            dispatch: queue.dispatch.build(root, &queue.name),
            takes_the_only_one: queue.dispatch.takes_the_only_one(),
            reads_previous: queue.dispatch.reads_previous(),
            discipline: root.stream(&queue.name, Purpose::Discipline),
            admission: queue.admission.as_ref().map(|spec| spec.build(root, &queue.name)),
            budget: queue.retry_budget.as_ref().map(budget::Spec::build),
            fails_without_agent: queue.fails_without_agent,
            special: remembers
                || queue.drops_expired
                || rounds.is_some()
                || queue.steals
                || queue.explains
                || queue.admission.is_some()
                || queue.fails_without_agent,
            drops_expired: queue.drops_expired,
            remembers,
            rounds,
            steals: queue.steals,
            explains: queue.explains,
        }
    }

    /// Attempts that wait or are in service.
    pub fn in_flight(&self) -> u32 {
        self.waiting + self.serving
    }
}

/// Where the attempts of all steps wait.
pub(super) struct Places {
    /// By step.
    pub spots: Vec<Spot>,
    /// By step and class, where the class decides; empty for the other steps.
    pub routes: Vec<Vec<Spot>>,
    /// By queue: the sets of pools of its lanes.
    pub lanes: Vec<Vec<Vec<PoolId>>>,
}

impl Places {
    pub fn new(scenario: &Scenario) -> Self {
        let mut lanes: Vec<Vec<Vec<PoolId>>> = vec![Vec::new(); scenario.queues.len()];
        let mut spot = |step: &Step, queue: QueueId| {
            let pools = step.pools.iter().map(|skill| skill.pool);
            let serves = |pool: &PoolId| scenario.pools[pool.index()].queue == queue;
            let pools: Vec<PoolId> = pools.filter(serves).collect();
            let sets = &mut lanes[queue.index()];
            let known = sets.iter().position(|set| *set == pools);
            let lane = known.unwrap_or_else(|| {
                sets.push(pools);
                sets.len() - 1
            });
            let lane = u16::try_from(lane).expect("a queue has fewer than 2^16 lanes");
            Spot { queue, lane, by_class: !step.queue_by_class.is_empty() }
        };
        let spots = scenario.steps.iter().map(|step| spot(step, step.queue)).collect();
        let mut routes = Vec::new();
        for step in &scenario.steps {
            routes.push(step.queue_by_class.iter().map(|queue| spot(step, *queue)).collect());
        }
        Places { spots, routes, lanes }
    }
}
