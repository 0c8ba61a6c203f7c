//! The summary of one run: counts, means and percentiles of tasks, steps, queues and agents.
//!
//! Two windows, both stated. *Tasks* count when they arrived in `[warm_up, horizon)`, whenever they
//! leave, so that slow tasks are not lost; attempts count by the moment their step became ready.
//! *Levels* (numbers in system, in queue, in service) are time-weighted over `[warm_up, end]`,
//! where the end is the horizon, or the last fact of a run without one. Sums are whole nanoseconds,
//! so nothing depends on the order of adding.
//!
//! Words: the *sojourn* is of completed tasks; the *wait* is the time in line, summed over a task's
//! steps, of every task that was not turned away at the door (balked or rejected).

mod claims;
mod faults;
mod metrics;
mod parts;

pub use claims::{ClaimStats, ResourceStats};
pub use faults::FaultStats;
pub use metrics::{Metric, metrics};
pub use parts::{AgentStats, PoolStats, QueueStats, StepStats, TaskStats};

use crate::base::id::{AgentId, FaultId, StepId};
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::State;
use crate::model::fact::{Departure, Fact, Observer, Outcome};
use crate::scenario::meaning::Scenario;
use crate::stats::level::Level;

/// The summary so far.
#[derive(Clone, Debug)]
pub struct Summary<'s> {
    /// What was run.
    pub scenario: &'s Scenario,
    /// The start of both windows.
    pub from: Time,
    /// The end of both windows: the horizon.
    pub to: Time,
    /// When the last fact was told.
    pub ended: Time,
    /// Tasks by workload and class: row `workload * classes + class`.
    pub cells: Vec<TaskStats>,
    /// By step.
    pub steps: Vec<StepStats>,
    /// By queue.
    pub queues: Vec<QueueStats>,
    /// By pool.
    pub pools: Vec<PoolStats>,
    /// By agent.
    pub agents: Vec<AgentStats>,
    /// Resources and conflicts.
    pub claims: ClaimStats,
    /// By fault.
    pub faults: Vec<FaultStats>,
    /// The number of tasks in the system.
    pub in_system: Level,
    /// Tasks completed in the window of the levels.
    pub throughput: u64,
    /// Tasks completed within their deadline in the window of the levels.
    pub goodput: u64,
    /// All tasks that arrived, in the window or not.
    pub arrived_in_all: u64,
    /// Tasks still in the system at the end.
    pub in_flight: u64,
}

impl<'s> Summary<'s> {
    /// The summary of a run of this scenario.
    pub fn new(scenario: &'s Scenario) -> Self {
        let (from, to) = (scenario.warm_up, scenario.horizon);
        let cells = scenario.workloads.len() * scenario.classes.len();
        let agents = scenario
            .pools
            .iter()
            .flat_map(|pool| pool.agents().map(move |_| AgentStats::new(from, to, pool)));
        Summary {
            scenario,
            from,
            to,
            ended: Time::ZERO,
            cells: vec![TaskStats::default(); cells],
            steps: vec![StepStats::default(); scenario.steps.len()],
            queues: vec![QueueStats::new(from, to); scenario.queues.len()],
            pools: vec![PoolStats::default(); scenario.pools.len()],
            agents: agents.collect(),
            claims: ClaimStats::new(from, to, scenario),
            faults: vec![FaultStats::new(from, to); scenario.faults.len()],
            in_system: Level::new(from, to, 0),
            throughput: 0,
            goodput: 0,
            arrived_in_all: 0,
            in_flight: 0,
        }
    }

    /// The length of the window of the levels, in seconds.
    pub fn window_s(&self) -> f64 {
        self.in_system.window().seconds()
    }

    fn end(&mut self, at: Time, in_flight: u64) {
        self.in_flight = in_flight;
        self.ended = at;
        if self.to == Time::MAX {
            self.close(at);
        }
    }

    /// A run without a horizon ends the window of its levels.
    fn close(&mut self, at: Time) {
        self.in_system.close(at);
        self.claims.close(at);
        self.faults.iter_mut().for_each(|fault| fault.on.close(at));
        self.queues.iter_mut().for_each(|queue| queue.length.close(at));
        for agent in &mut self.agents {
            agent.busy.close(at);
            agent.wrapping.close(at);
            agent.present.close(at);
            agent.down.close(at);
        }
    }

    #[inline]
    fn counts(&self, at: Time) -> bool {
        self.from <= at && at < self.to
    }

    fn cell(&mut self, workload: usize, class: usize) -> &mut TaskStats {
        &mut self.cells[workload * self.scenario.classes.len() + class]
    }

    /// An attempt that counts has ended.
    #[inline(always)]
    fn finished(
        &mut self,
        step: StepId,
        agent: AgentId,
        served: Span,
        waited: Span,
        success: bool,
    ) {
        self.agent(agent).finished(served, success);
        self.steps[step.index()].finished(served, waited, success);
        if !self.scenario.steps[step.index()].queue_by_class.is_empty() {
            self.finished_on_route(agent, waited);
        }
    }

    /// An attempt of a step that waits in several queues has ended.
    fn finished_on_route(&mut self, agent: AgentId, waited: Span) {
        let pool = self.scenario.pool_of(agent);
        let queue = self.scenario.pools[pool.index()].queue;
        self.queues[queue.index()].finished(waited);
    }

    fn faulted(&mut self, at: Time, fault: FaultId, on: bool) {
        let counts = self.counts(at);
        self.faults[fault.index()].turned(at, on, counts);
    }

    fn agent(&mut self, agent: AgentId) -> &mut AgentStats {
        &mut self.agents[agent.index()]
    }

    #[inline(always)]
    fn left(&mut self, at: Time, departure: &Departure) {
        self.in_system.add(at, -1);
        let completed = departure.outcome == Outcome::Completed;
        let sojourn = at.since(departure.arrived);
        let deadline = self.scenario.classes[departure.class.index()].deadline;
        let in_time = completed && deadline.is_none_or(|deadline| sojourn <= deadline);
        if self.counts(at) {
            self.throughput += u64::from(completed);
            self.goodput += u64::from(in_time);
        }
        if self.counts(departure.arrived) {
            let cell = self.cell(departure.workload.index(), departure.class.index());
            cell.left(departure, sojourn, in_time);
        }
    }
}

impl Observer for Summary<'_> {
    // Always inlined, so that a fact is folded where it is made and never stored.
    #[inline(always)]
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Arrived { workload, class, .. } => {
                self.arrived_in_all += 1;
                self.in_system.add(at, 1);
                if self.counts(at) {
                    self.cell(workload.index(), class.index()).arrived += 1;
                }
            }
            Fact::Readied { .. } | Fact::Moved { .. } => {}
            Fact::Undoing { .. } | Fact::Explained { .. } | Fact::UnitGone { .. } => {}
            Fact::BreakerMoved { pool, state, .. } => {
                let opened = self.counts(at) && state == State::Open;
                self.pools[pool.index()].breaker_openings += u64::from(opened);
            }
            Fact::Round { queue, what } => {
                if self.counts(at) {
                    self.queues[queue.index()].round(what);
                }
            }
            Fact::Stopped { agent, .. } => self.agent(agent).serving(at, -1),
            Fact::Trouble { step, trouble, .. } => {
                if self.counts(at) {
                    self.steps[step.index()].trouble(trouble);
                }
            }
            Fact::Scored { step, score, .. } => {
                if self.counts(at) {
                    self.steps[step.index()].scored(score);
                }
            }
            Fact::Claim { what, .. } => self.claims.claim(at, self.scenario, what, self.counts(at)),
            Fact::Conflicted { kind, what, .. } => {
                self.claims.conflict(kind, what, self.counts(at))
            }
            Fact::Queued { queue, .. } => self.queues[queue.index()].length.add(at, 1),
            Fact::Preempted { queue, agent, .. } => {
                self.queues[queue.index()].length.add(at, 1);
                self.agent(agent).serving(at, -1);
            }
            Fact::Withdrawn { queue, .. } => self.queues[queue.index()].length.add(at, -1),
            Fact::Started { queue, agent, queued, .. } => {
                if queued {
                    self.queues[queue.index()].length.add(at, -1);
                }
                self.agent(agent).serving(at, 1);
            }
            Fact::Finished { step, agent, served, waited, success, .. } => {
                let agent_stats = self.agent(agent);
                agent_stats.serving(at, -1);
                agent_stats.wrap_up(at);
                let ready = at.saturating_since(Time::ZERO + served + waited);
                if self.counts(Time::ZERO + ready) {
                    self.finished(step, agent, served, waited, success);
                }
            }
            Fact::WrappedUp { agent } => self.agent(agent).wrapping.add(at, -1),
            Fact::CameOn { agent } => self.agent(agent).comes(at, true),
            Fact::WentOff { agent } => self.agent(agent).comes(at, false),
            Fact::Crashed { agent, .. } => {
                let counts = self.counts(at);
                self.agent(agent).crashed(at, counts);
            }
            Fact::Repaired { agent } => self.agent(agent).repaired(at),
            Fact::Faulted { fault, on } => self.faulted(at, fault, on),
            Fact::Left(ref departure) => self.left(at, departure),
            Fact::Ended { in_flight } => self.end(at, in_flight),
        }
    }
}

/// A share, or NaN of nothing.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { f64::NAN } else { part as f64 / whole as f64 }
}

/// Seconds of whole nanoseconds.
pub(crate) fn seconds(nanos: u64) -> f64 {
    Span::from_nanos(nanos).seconds()
}
