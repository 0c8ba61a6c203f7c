//! What the orchestrator sees of its pools and agents: the metrics that autoscalers and alert rules
//! act on.
//!
//! A meter folds the facts of the run into running totals. At each *look* (a tick of the monitor,
//! an evaluation of an autoscaler) the totals are kept; a metric over a window is the difference of
//! two looks: the last one, and the last one at or before the beginning of the window. What is seen
//! with a delay ends at an older look. Between two looks little happens to most subjects: who has
//! not changed within the longest window that is read is settled, reads at every look as at the one
//! before, and costs nothing. Invariants: looks are in order of time, the first at time zero; what
//! nobody reads any more is thrown away; a meter changes nothing in the run.

mod height;
mod kept;
mod marks;
mod reading;
mod still;
mod totals;

use std::collections::VecDeque;

use super::fact::{Fact, Observer};
use super::scaling::Scaler;
use super::watch;
use crate::base::id::{AgentId, PoolId, QueueId};
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;
use crate::mechanism::metric::Metric;
use crate::scenario::meaning::Scenario;
use kept::Kept;
pub(super) use marks::Marks;
pub(super) use reading::{Sight, Subject, Window};
pub(super) use still::Still;
use totals::{Crew, Line};

/// Something of an attempt that was started or ended, for percentiles.
struct Sample {
    at: Time,
    pool: PoolId,
    agent: AgentId,
    time: Span,
}

/// Where an agent is: it may come, go or be repaired while it is the other.
struct Presence {
    pool: PoolId,
    came: bool,
    down: bool,
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
    pools: Kept<Crew>,
    agents: Kept<Crew>,
    lines: Kept<Line>,
    presences: Vec<Presence>,
    /// The subjects that are not known to be settled, by their places in [`Subject::all`].
    pub restless: Marks,
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
        let new = |pool| Presence { pool, came: false, down: false };
        let pools = (0..).map(PoolId::new).zip(&scenario.pools);
        Meter {
            scenario,
            reach,
            pools: Kept::new(scenario.pools.len()),
            agents: Kept::new(scenario.agents()),
            lines: Kept::new(scenario.queues.len()),
            presences: pools.flat_map(|(id, pool)| pool.agents().map(move |_| new(id))).collect(),
            restless: Marks::all(scenario.pools.len() + scenario.agents()),
            waits: VecDeque::new(),
            responses: VecDeque::new(),
            looks: VecDeque::from([Time::ZERO]),
        }
    }

    /// Whether the longest wait in each queue is to be told before each look.
    pub fn asks_for_oldest(&self) -> bool {
        self.reach.oldest
    }

    /// Since when who has waited longest in the queue waits.
    pub fn oldest(&mut self, queue: QueueId, since: Option<Time>) {
        // Who waits will have waited longer at the next look: that is a change.
        if since.is_some() || self.lines.now(queue.index()).oldest.is_some() {
            self.line(queue).oldest = since;
        }
    }

    /// What stands at this moment is kept.
    pub fn look(&mut self, now: Time) {
        let before = |back: Span| Time::from_nanos(now.nanos().saturating_sub(back.nanos()));
        let (oldest, oldest_of_agents) = (before(self.reach.pools), before(self.reach.agents));
        let Meter { scenario, presences, restless, pools, .. } = self;
        // Each pool stands before its agents.
        let place = |pool: usize| scenario.pools[pool].first_agent.index() + pool;
        self.agents.look(now, oldest_of_agents, |agent, old, new| {
            let pool = presences[agent].pool.index();
            pools.change(pool).follow(old, new);
            restless.set(agent + pool + 1);
        });
        pools.look(now, oldest, |pool, _, _| restless.set(place(pool)));
        self.lines.look(now, oldest, |line, _, _| {
            let pools = &scenario.queues[line].pools;
            pools.iter().for_each(|pool| restless.set(place(pool.index())));
        });
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
    pub fn ended(&mut self, at: Time, agent: AgentId, verdict: Verdict, response: Span) {
        self.crew(agent).ended(verdict, response);
        if self.reach.responses > Span::ZERO {
            self.sample_response(at, agent, response);
        }
    }

    // Apart, so that a result costs little where nobody reads percentiles; so below.
    #[inline(never)]
    fn sample_response(&mut self, at: Time, agent: AgentId, time: Span) {
        let pool = self.pool_of(agent);
        self.responses.push_back(Sample { at, pool, agent, time });
    }

    #[inline(never)]
    fn sample_wait(&mut self, at: Time, agent: AgentId, time: Span) {
        let pool = self.pool_of(agent);
        self.waits.push_back(Sample { at, pool, agent, time });
    }

    /// A pool is seen from now on, or is not: that is a change of all that is seen of it.
    pub fn turn(&mut self, pool: PoolId) {
        for agent in self.scenario.pools[pool.index()].agents() {
            self.agents.change(agent.index());
        }
    }

    /// The pool of an agent.
    fn pool_of(&self, agent: AgentId) -> PoolId {
        self.presences[agent.index()].pool
    }

    /// The totals of the agent now.
    pub fn agent(&self, agent: AgentId) -> &Crew {
        self.agents.now(agent.index())
    }

    /// How many attempts on the agent have succeeded or failed since the look at or before `since`.
    pub fn activity(&self, agent: AgentId, since: Time) -> u64 {
        let before = self.agents.before(agent.index(), self.look_at(since));
        self.agent(agent).results() - before.results()
    }

    #[inline]
    fn crew(&mut self, agent: AgentId) -> &mut Crew {
        self.agents.change(agent.index())
    }

    #[inline]
    fn line(&mut self, queue: QueueId) -> &mut Line {
        self.lines.change(queue.index())
    }

    /// An attempt came to the queue and joined the line.
    #[inline(never)]
    fn joined(&mut self, at: Time, queue: QueueId) {
        let line = self.line(queue);
        line.arrived += 1;
        line.waiting.rise(at);
    }

    /// An attempt of the queue was started: out of the line, as it came, or once more.
    #[inline(never)]
    fn taken(&mut self, at: Time, queue: QueueId, queued: bool, resumed: bool) {
        if queued {
            self.left_line(at, queue);
        } else if !resumed {
            self.line(queue).arrived += 1;
        }
    }

    #[inline(never)]
    fn left_line(&mut self, at: Time, queue: QueueId) {
        self.line(queue).waiting.fall(at);
    }

    /// An agent starts an attempt that waited so long, or goes on with one.
    #[inline(never)]
    fn started(&mut self, at: Time, agent: AgentId, waited: Option<Span>) {
        let crew = self.crew(agent);
        crew.serving.rise(at);
        if let Some(waited) = waited {
            crew.started += 1;
            crew.waited += u128::from(waited.nanos());
        }
        if let Some(time) = waited.filter(|_| self.reach.waits > Span::ZERO) {
            self.sample_wait(at, agent, time);
        }
    }

    #[inline(never)]
    fn stopped(&mut self, at: Time, agent: AgentId) {
        self.crew(agent).serving.fall(at);
    }

    /// The agent came or went, or is down or up: it is there if it has come and is up.
    #[inline(never)]
    fn changed(&mut self, at: Time, agent: AgentId, change: impl Fn(&mut Presence)) {
        let it = &mut self.presences[agent.index()];
        let was = it.came && !it.down;
        change(it);
        let is = it.came && !it.down;
        // Who goes while it is down is no longer looked at: that is a change.
        let there = &mut self.crew(agent).there;
        match (was, is) {
            (false, true) => there.rise(at),
            (true, false) => there.fall(at),
            (true, true) | (false, false) => {}
        }
    }
}

impl Observer for Meter<'_> {
    // Always inlined, so that a fact is taken apart where it is made: what follows from it is not.
    #[inline(always)]
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Queued { queue, .. } if self.reach.lines => self.joined(at, queue),
            Fact::Withdrawn { queue, .. } if self.reach.lines => self.left_line(at, queue),
            Fact::Queued { .. } | Fact::Withdrawn { .. } => {}
            Fact::Preempted { queue, agent, .. } => {
                self.line(queue).waiting.rise(at);
                self.stopped(at, agent);
            }
            Fact::Started { queue, agent, waited, queued, resumed, .. } => {
                if self.reach.lines {
                    self.taken(at, queue, queued, resumed);
                }
                self.started(at, agent, Some(waited).filter(|_| !resumed));
            }
            Fact::Finished { agent, .. } | Fact::Stopped { agent, .. } => self.stopped(at, agent),
            Fact::CameOn { agent } => self.changed(at, agent, |it| it.came = true),
            Fact::WentOff { agent } => self.changed(at, agent, |it| it.came = false),
            Fact::Crashed { agent, .. } => self.changed(at, agent, |it| it.down = true),
            Fact::Repaired { agent } => self.changed(at, agent, |it| it.down = false),
            Fact::Arrived { .. }
            | Fact::Readied { .. }
            | Fact::Moved { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::WrappedUp { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Left(_)
            | Fact::Ended { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use crate::scenario::load::load;

    #[test]
    fn who_goes_while_it_is_down_is_counted_out_once() {
        let text = "name = \"a\"\nhorizon = \"1h\"\nmonitor = {}\npools.p.agents = 2\n\
                    workloads.w.arrivals.poisson.rate = \"1/s\"\n\
                    workflows.f.steps.s.work = 1\n";
        let scenario = load(text.as_bytes(), &NoFiles).expect("a scenario").scenario;
        let mut meter = Meter::of(&scenario, &[]).expect("somebody looks");
        let (at, agent) = (|s| Time::ZERO + Span::from_secs(s), AgentId::new(0));
        let facts = [
            (0, Fact::CameOn { agent }, 1),
            (0, Fact::CameOn { agent: AgentId::new(1) }, 2),
            (10, Fact::Crashed { agent, lost: 0 }, 1),
            (20, Fact::WentOff { agent }, 1),
            (30, Fact::Repaired { agent }, 1),
            (40, Fact::Crashed { agent, lost: 0 }, 1),
            (50, Fact::CameOn { agent }, 1),
            (60, Fact::Repaired { agent }, 2),
        ];
        for (time, fact, there) in &facts {
            meter.on(at(*time), fact);
            meter.look(at(*time));
            assert_eq!(meter.pools.now(0).there.now(), *there, "{fact:?}");
        }
        // Both for 10 s, one for 50 s, both for 10 s.
        assert_eq!(meter.pools.now(0).there.area_until(at(70)), 90 * 1_000_000_000);
        assert_eq!(meter.agents.now(0).there.area_until(at(70)), 20 * 1_000_000_000);
    }
}
