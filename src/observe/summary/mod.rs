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
mod controls;
mod costs;
mod faults;
mod metrics;
mod parts;
mod unit;

pub use claims::{ClaimStats, ResourceStats};
pub use controls::ControlStats;
pub use costs::CostStats;
pub use faults::FaultStats;
pub use metrics::{Metric, jain, metrics};
pub use parts::{AgentStats, PoolStats, QueueStats, StepStats, TaskStats};
pub use unit::unit;

use crate::base::id::{AgentId, FaultId, PoolId, StepId};
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::State;
use crate::model::fact::{Control, Departure, Fact, Observer, Outcome, Trouble};
use crate::observe::detection::Detections;
use crate::scenario::meaning::{Scenario, Scope};
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
    /// Autoscalers and alerts.
    pub controls: ControlStats,
    /// By fault.
    pub faults: Vec<FaultStats>,
    /// What alert rules made of the faults.
    pub detections: Detections<'s>,
    /// What costs something.
    pub costs: CostStats,
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
            steps: scenario.steps.iter().map(StepStats::new).collect(),
            queues: vec![QueueStats::new(from, to); scenario.queues.len()],
            pools: vec![PoolStats::default(); scenario.pools.len()],
            agents: agents.collect(),
            claims: ClaimStats::new(from, to, scenario),
            controls: ControlStats::new(from, to, scenario),
            faults: vec![FaultStats::new(from, to); scenario.faults.len()],
            detections: Detections::new(scenario),
            costs: CostStats::new(from, to, scenario),
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
        self.controls.close(at);
        self.faults.iter_mut().for_each(|fault| fault.on.close(at));
        self.costs.close(at);
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
        let stats = &mut self.steps[step.index()];
        stats.finished(served, waited, success);
        if stats.by_class {
            self.finished_on_route(agent, waited);
        }
    }

    /// An attempt of a step that waits in several queues has ended.
    fn finished_on_route(&mut self, agent: AgentId, waited: Span) {
        let pool = self.scenario.pool_of(agent);
        let queue = self.scenario.pools[pool.index()].queue;
        self.queues[queue.index()].finished(waited);
    }

    /// An agent starts an attempt, or goes on with it.
    #[inline(always)]
    fn started(&mut self, at: Time, agent: AgentId, resumed: bool) {
        self.agent(agent).serving(at, 1);
        if self.costs.of_attempts && !resumed && self.counts(at) {
            self.costs.attempt(self.scenario.pool_of(agent));
        }
    }

    /// An agent did work for an attempt that ends or is interrupted.
    #[inline(always)]
    fn did(&mut self, at: Time, agent: AgentId, work: f64) {
        self.agent(agent).serving(at, -1);
        self.worked(at, agent, work);
    }

    /// The work of an attempt that ends or is interrupted costs something.
    #[inline(always)]
    fn worked(&mut self, at: Time, agent: AgentId, work: f64) {
        if self.costs.of_attempts && self.counts(at) {
            self.costs.work(self.scenario.pool_of(agent), work);
        }
    }

    fn came(&mut self, at: Time, agent: AgentId) {
        let pool = self.scenario.pool_of(agent);
        self.agent(agent).comes(at, true);
        self.costs.started_up(at, pool, agent);
        self.controls.comes(at, pool, 1);
    }

    fn went(&mut self, at: Time, agent: AgentId) {
        self.agent(agent).comes(at, false);
        self.controls.comes(at, self.scenario.pool_of(agent), -1);
    }

    /// An attempt is ready; the first ones of steps that may have more are counted.
    #[inline(always)]
    fn readied(&mut self, at: Time, step: StepId, attempt: u8) {
        if self.steps[step.index()].cared_for && attempt == 0 && self.counts(at) {
            self.steps[step.index()].firsts += 1;
        }
    }

    fn moved(&mut self, at: Time, pool: PoolId, target: u32, state: State) {
        let it = &self.scenario.pools[pool.index()];
        let own = it.guard.as_ref().is_some_and(|guard| guard.scope == Scope::Agent);
        let guarded = |number: &usize| !own || *number == target as usize;
        let mut agents = it.agents().enumerate().filter(|(number, _)| guarded(number));
        let up = !agents.any(|(_, agent)| self.agents[agent.index()].is_down());
        let counts = self.counts(at);
        self.pools[pool.index()].moved(target, state, up, counts);
    }

    fn trouble(&mut self, step: StepId, trouble: Trouble) {
        self.steps[step.index()].trouble(trouble);
        if let Trouble::TimedOut { agent: Some(agent), goes_on, .. } = trouble {
            let pool = self.scenario.pool_of(agent);
            self.pools[pool.index()].timed_out(goes_on);
        }
    }

    fn control(&mut self, at: Time, what: Control) {
        self.controls.control(at, what, self.counts(at));
        self.detections.on(at, &Fact::Control(what));
        if let Control::Scaled { pool, what } = what {
            self.costs.scaled(at, pool, what);
        }
    }

    fn faulted(&mut self, at: Time, fault: FaultId, on: bool) {
        let counts = self.counts(at);
        self.faults[fault.index()].turned(at, on, counts);
        self.detections.on(at, &Fact::Faulted { fault, on });
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
            if completed {
                self.throughput += 1;
            }
            if in_time {
                self.goodput += 1;
            }
            if self.costs.of_tasks {
                self.costs.left(departure.class, completed, in_time);
            }
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
            Fact::Readied { step, attempt, .. } => self.readied(at, step, attempt),
            Fact::Moved { .. } | Fact::Undoing { .. } | Fact::Explained { .. } => {}
            Fact::UnitGone { .. } => {}
            Fact::BreakerMoved { pool, target, state } => self.moved(at, pool, target, state),
            Fact::Round { queue, what } => {
                if self.counts(at) {
                    self.queues[queue.index()].round(what);
                }
            }
            Fact::Stopped { agent, work, .. } => self.did(at, agent, work),
            Fact::Trouble { step, trouble, .. } if self.counts(at) => self.trouble(step, trouble),
            Fact::Scored { step, score, .. } if self.counts(at) => {
                self.steps[step.index()].scored(score);
            }
            Fact::Trouble { .. } | Fact::Scored { .. } => {}
            Fact::Claim { what, .. } => self.claims.claim(at, self.scenario, what, self.counts(at)),
            Fact::Conflicted { kind, what, .. } => {
                self.claims.conflict(kind, what, self.counts(at))
            }
            Fact::Queued { queue, .. } => self.queues[queue.index()].length.add(at, 1),
            Fact::Preempted { queue, agent, work, .. } => {
                self.queues[queue.index()].length.add(at, 1);
                self.did(at, agent, work);
            }
            Fact::Withdrawn { queue, .. } => {
                let counts = self.counts(at);
                let queue = &mut self.queues[queue.index()];
                queue.length.add(at, -1);
                queue.withdrawn += u64::from(counts);
            }
            Fact::Started { queue, agent, queued, resumed, .. } => {
                if queued {
                    self.queues[queue.index()].length.add(at, -1);
                }
                self.started(at, agent, resumed);
            }
            Fact::Finished { step, agent, served, waited, success, work, .. } => {
                let ready = at.saturating_since(Time::ZERO + served + waited);
                let counts = self.counts(Time::ZERO + ready);
                let stats = self.agent(agent);
                stats.ended(at);
                if counts {
                    stats.finished(served, success);
                    self.finished(step, agent, served, waited, success);
                }
                self.worked(at, agent, work);
            }
            Fact::WrappedUp { agent } => self.agent(agent).wrapping.add(at, -1),
            Fact::CameOn { agent } => self.came(at, agent),
            Fact::WentOff { agent } => self.went(at, agent),
            Fact::Crashed { agent, .. } => {
                let counts = self.counts(at);
                self.agent(agent).crashed(at, counts);
            }
            Fact::Repaired { agent } => self.agent(agent).repaired(at),
            Fact::Faulted { fault, on } => self.faulted(at, fault, on),
            Fact::Control(what) => self.control(at, what),
            Fact::Left(ref departure) => self.left(at, departure),
            Fact::Ended { in_flight } => self.end(at, in_flight),
        }
    }
}

/// A share, or NaN of nothing.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { f64::NAN } else { part as f64 / whole as f64 }
}

/// The share of one of so many, or NaN of nothing.
pub(crate) fn share_of(whole: f64, parts: u64) -> f64 {
    if parts == 0 { f64::NAN } else { whole / parts as f64 }
}

/// Seconds of whole nanoseconds.
pub(crate) fn seconds(nanos: u64) -> f64 {
    Span::from_nanos(nanos).seconds()
}
