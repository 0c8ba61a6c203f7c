//! What the orchestrator sees of its pools and agents: the metrics that autoscalers and alert rules
//! act on.
//!
//! Agents and queues that somebody looks at count what happens to them in running totals: see
//! [`count`](super::count). At each *look* (a tick of the monitor, an evaluation of an autoscaler)
//! the meter keeps them; a metric over a window is the difference of two looks: the last one, and
//! the last one at or before the beginning of the window. What is seen with a delay ends at an
//! older look. Between two looks little happens to most subjects: who has not changed within the
//! longest window that is read is settled, and reads at every look as at the one before.
//! Invariants: looks are in order of time, the first at time zero; what nobody reads any more is
//! thrown away; a meter changes nothing in the run.

mod height;
mod kept;
mod reading;
mod running;
mod still;
mod totals;

use std::collections::VecDeque;

use super::agent::Agent;
use super::desk::Desk;
use super::scaling::Scaler;
use super::watch;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::Scenario;
use kept::Kept;
pub(super) use reading::{Sight, Subject, Window};
pub(super) use running::Running;
pub(super) use still::Still;
pub(super) use totals::{Crew, Line};

/// Something of an attempt that was started or ended, for percentiles.
struct Sample {
    at: Time,
    pool: PoolId,
    agent: AgentId,
    time: Span,
}

/// How far back something is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// Metrics of pools.
    pub pools: Span,
    /// Metrics of single agents.
    pub agents: Span,
    /// Percentiles of waits.
    pub waits: Span,
    /// Percentiles of responses.
    pub responses: Span,
    /// Whether anything of the queues is read.
    pub lines: bool,
    /// Whether the longest wait is read.
    pub oldest: bool,
}

impl Reach {
    /// The metric of a pool, or of its agents, is read over so long.
    pub fn include(&mut self, metric: Metric, of_agents: bool, back: Span) {
        self.pools = self.pools.max(back);
        if of_agents {
            self.agents = self.agents.max(back);
        }
        match metric {
            Metric::WaitOldest => (self.lines, self.oldest) = (true, true),
            Metric::QueueLength | Metric::Concurrency | Metric::ArrivalRate => self.lines = true,
            Metric::WaitP95 => self.waits = self.waits.max(back),
            Metric::ResponseP50 | Metric::ResponseP95 | Metric::ResponseP99 => {
                self.responses = self.responses.max(back);
            }
            _ => {}
        }
    }
}

/// The meter of a run.
pub(super) struct Meter<'s> {
    scenario: &'s Scenario,
    reach: Reach,
    pools: Vec<Kept<Crew>>,
    agents: Vec<Kept<Crew>>,
    lines: Vec<Kept<Line>>,
    waits: VecDeque<Sample>,
    responses: VecDeque<Sample>,
    looks: VecDeque<Time>,
}

impl<'s> Meter<'s> {
    /// The meter of a run, if somebody looks.
    pub fn of(scenario: &'s Scenario, scalers: &[Option<Scaler<'_>>]) -> Option<Self> {
        let mut reach = Reach::default();
        scalers.iter().flatten().for_each(|scaler| scaler.reach(&mut reach));
        if let Some(every) = scenario.monitor {
            watch::reach(scenario, every, &mut reach);
        }
        let looked_at = scenario.monitor.is_some() || scalers.iter().any(Option::is_some);
        looked_at.then(|| Meter::new(scenario, reach))
    }

    /// The meter at time zero, of which so much is read.
    fn new(scenario: &'s Scenario, reach: Reach) -> Self {
        Meter {
            scenario,
            reach,
            pools: scenario.pools.iter().map(|_| Kept::new()).collect(),
            agents: (0..scenario.agents()).map(|_| Kept::new()).collect(),
            lines: scenario.queues.iter().map(|_| Kept::new()).collect(),
            waits: VecDeque::new(),
            responses: VecDeque::new(),
            looks: VecDeque::from([Time::ZERO]),
        }
    }

    /// Whether anything is read of queues.
    pub fn reads_lines(&self) -> bool {
        self.reach.lines
    }

    /// Whether the longest wait in each queue is read.
    pub fn reads_oldest(&self) -> bool {
        self.reach.oldest
    }

    /// Whether percentiles of waits or responses are read.
    pub fn reads_percentiles(&self) -> bool {
        self.reach.waits.max(self.reach.responses) > Span::ZERO
    }

    /// What stands at this moment is kept.
    pub fn look(&mut self, now: Time, agents: &mut [Agent], desks: &mut [Desk]) {
        let before = |back: Span| Time::from_nanos(now.nanos().saturating_sub(back.nanos()));
        let (oldest, oldest_of_agents) = (before(self.reach.pools), before(self.reach.agents));
        for (agent, kept) in agents.iter_mut().zip(&mut self.agents) {
            if let Some(totals) = agent.counts.as_mut().and_then(|counts| counts.take_change()) {
                self.pools[agent.pool.index()].at(now, oldest).follow(kept.last(), totals);
                kept.at(now, oldest_of_agents).clone_from(totals);
            }
        }
        for (desk, kept) in desks.iter_mut().zip(&mut self.lines) {
            if let Some(totals) = desk.counts.as_mut().and_then(|counts| counts.take_change()) {
                kept.at(now, oldest).clone_from(totals);
            }
        }
        if self.looks.back() != Some(&now) {
            self.looks.push_back(now);
        }
        // The look at or before the beginning of the longest window stays.
        while self.looks.get(1).is_some_and(|look| *look <= oldest) {
            self.looks.pop_front();
        }
        let drop = |samples: &mut VecDeque<Sample>, back| {
            while samples.front().is_some_and(|sample| sample.at <= before(back)) {
                samples.pop_front();
            }
        };
        drop(&mut self.waits, self.reach.waits);
        drop(&mut self.responses, self.reach.responses);
    }

    /// An attempt on the agent has a result.
    pub fn sample_response(&mut self, at: Time, of: (PoolId, AgentId), time: Span) {
        if self.reach.responses > Span::ZERO {
            self.responses.push_back(Sample { at, pool: of.0, agent: of.1, time });
        }
    }

    /// An attempt on the agent has waited.
    pub fn sample_wait(&mut self, at: Time, of: (PoolId, AgentId), time: Span) {
        if self.reach.waits > Span::ZERO {
            self.waits.push_back(Sample { at, pool: of.0, agent: of.1, time });
        }
    }

    /// The totals of the agent at the look at or before this time.
    pub fn agent_at(&self, agent: AgentId, at: Time) -> &Crew {
        self.agents[agent.index()].before(self.look_at(at))
    }
}
