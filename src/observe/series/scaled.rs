//! The levels of pools that are scaled: how many agents there are to be, start and are ready.
//!
//! An agent is ready from the moment it came on duty, unless it has failed, until it is told to go;
//! it is there (`pool.X.agents`) until it has finished what it holds. Invariant: an agent starts or
//! is ready or neither.

use super::Gauge;
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::model::fact::{Control, Fact, Scaled};
use crate::scenario::meaning::{Pool, Scenario};

/// What is told of each pool.
const NAMES: [&str; 3] = ["desired", "starting", "ready"];
const DESIRED: usize = 0;
const STARTING: usize = 1;
const READY: usize = 2;

/// Where an agent stands.
#[derive(Clone, Copy, Default)]
struct Agent {
    starts: bool,
    serves: bool,
    failed: bool,
}

/// The levels of all pools that are scaled.
pub(super) struct ScaledLevels {
    /// By pool; `None`: it is not scaled.
    pools: Vec<Option<[Gauge; NAMES.len()]>>,
    agents: Vec<Agent>,
}

fn is_scaled(pool: &&Pool) -> bool {
    pool.autoscale.is_some()
}

impl ScaledLevels {
    pub fn new(scenario: &Scenario) -> Self {
        let gauges = |pool: &Pool| {
            let desired = Gauge { value: pool.at_start as u64, ..Gauge::default() };
            is_scaled(&pool).then(|| [desired, Gauge::default(), Gauge::default()])
        };
        let pools: Vec<_> = scenario.pools.iter().map(gauges).collect();
        let any = pools.iter().any(Option::is_some);
        let agents = if any { scenario.agents() } else { 0 };
        ScaledLevels { pools, agents: vec![Agent::default(); agents] }
    }

    /// The names of the levels, in the order of [`ScaledLevels::close`].
    pub fn names(scenario: &Scenario) -> impl Iterator<Item = String> {
        let pools = scenario.pools.iter().filter(is_scaled);
        pools.flat_map(|pool| NAMES.map(|name| format!("pool.{}.{name}", pool.name)))
    }

    /// The means over a cell that ends now.
    pub fn close(&mut self, at: Time, width: Span) -> impl Iterator<Item = f64> {
        self.pools.iter_mut().flatten().flatten().map(move |gauge| gauge.close(at, width))
    }

    pub fn on(&mut self, at: Time, scenario: &Scenario, fact: &Fact) {
        if self.agents.is_empty() {
            return;
        }
        let mut agent = |of: AgentId, becomes: fn(&mut Agent)| {
            self.agent(at, scenario.pool_of(of), of, becomes)
        };
        match *fact {
            Fact::CameOn { agent: of } => {
                agent(of, |agent| (agent.starts, agent.serves) = (false, true));
            }
            Fact::WentOff { agent: of } => agent(of, |agent| agent.serves = false),
            Fact::Crashed { agent: of, .. } => agent(of, |agent| agent.failed = true),
            Fact::Repaired { agent: of } => agent(of, |agent| agent.failed = false),
            Fact::Control(Control::Scaled { pool, what }) => match what {
                Scaled::Decided { to, .. } => {
                    if let Some(gauges) = &mut self.pools[pool.index()] {
                        gauges[DESIRED].set(at, u64::from(to));
                    }
                }
                Scaled::Starting { agent: of } => agent(of, |agent| agent.starts = true),
                Scaled::StartFailed { agent: of } | Scaled::Cancelled { agent: of } => {
                    agent(of, |agent| agent.starts = false);
                }
                Scaled::Retired { agent: of } => agent(of, |agent| agent.serves = false),
                Scaled::Recalled { agent: of } => agent(of, |agent| agent.serves = true),
            },
            _ => {}
        }
    }

    /// An agent becomes something else, and so do the levels of its pool.
    fn agent(&mut self, at: Time, pool: PoolId, agent: AgentId, becomes: fn(&mut Agent)) {
        let Some(gauges) = &mut self.pools[pool.index()] else { return };
        let it = &mut self.agents[agent.index()];
        let before = *it;
        becomes(it);
        let ready = |agent: Agent| i64::from(agent.serves && !agent.failed);
        gauges[STARTING].change(at, i64::from(it.starts) - i64::from(before.starts));
        gauges[READY].change(at, ready(*it) - ready(before));
    }
}
