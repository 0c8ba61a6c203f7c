//! Dispatch: how a waiting step finds its agent.
//!
//! A policy is shown the candidates (agents that can do the step: with late binding those with a
//! free slot, with early binding all on duty) in the fixed order, pools by name and agents by
//! number, and a view of the fleet. It names one of them or none. Invariants: ties go to the first
//! in the fixed order; a policy's own randomness comes from its own stream.

use crate::base::id::AgentId;
use crate::base::random::{Purpose, Root};
use crate::base::time::Time;
use crate::mechanism::measure::Sums;

choices! { "dispatch":
    scored => Scored,
    random => Random,
    round_robin => RoundRobin,
    least_outstanding => LeastOutstanding,
    power_of_d => PowerOfD,
    fastest_first => FastestFirst,
}

/// What a policy may see of the agents.
pub trait Fleet {
    /// Attempts in service on the agent and in its own line.
    fn outstanding(&self, agent: AgentId) -> u32;
    /// Whether it could start an attempt at once.
    fn available(&self, agent: AgentId) -> bool;
    /// Its true speed, in work per second.
    fn speed(&self, agent: AgentId) -> f64;
    /// The share of the step's needed capabilities that it offers; 1 if none is needed.
    fn match_share(&self, agent: AgentId) -> f64;
    /// What has been measured of it.
    fn record(&self, agent: AgentId) -> Sums;
}

/// The machine of a policy.
pub trait Dispatch {
    /// The place among `candidates` of the chosen agent; `None` if none is eligible.
    fn choose(&mut self, now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize>;
}

impl Spec {
    /// The machine, fresh for one run, for the queue of this name.
    pub fn build(&self, root: &Root, queue: &str) -> Box<dyn Dispatch> {
        match self {
            Spec::Scored(spec) => Box::new(spec.clone()),
            Spec::Random(_) => Box::new(random::Random(root.stream(queue, Purpose::Policy))),
            Spec::RoundRobin(_) => Box::<round_robin::RoundRobin>::default(),
            Spec::LeastOutstanding(_) => Box::new(least_outstanding::LeastOutstanding),
            Spec::PowerOfD(spec) => Box::new(spec.build(root.stream(queue, Purpose::Policy))),
            Spec::FastestFirst(_) => Box::new(fastest_first::FastestFirst),
        }
    }

    /// Whether a lone candidate is chosen, with nothing drawn or remembered, so that there is no
    /// need to ask.
    pub fn takes_the_only_one(&self) -> bool {
        match self {
            Spec::LeastOutstanding(_) | Spec::FastestFirst(_) => true,
            // These may refuse it, draw, or remember it.
            Spec::Scored(_) | Spec::Random(_) | Spec::RoundRobin(_) | Spec::PowerOfD(_) => false,
        }
    }

    /// Whether the policy reads what was measured of the agents.
    pub fn reads_records(&self) -> bool {
        match self {
            Spec::Scored(_) => true,
            Spec::Random(_) | Spec::RoundRobin(_) | Spec::LeastOutstanding(_) => false,
            Spec::PowerOfD(_) | Spec::FastestFirst(_) => false,
        }
    }
}

/// The place of the first candidate for which `better(it, best so far)` never fails to hold.
fn best_by(
    candidates: &[AgentId],
    mut better: impl FnMut(AgentId, AgentId) -> bool,
) -> Option<usize> {
    (0..candidates.len()).reduce(
        |best, i| {
            if better(candidates[i], candidates[best]) { i } else { best }
        },
    )
}

/// What the tests of all policies share: a fleet of plain numbers.
#[cfg(test)]
pub(crate) mod check {
    use super::*;

    /// A fleet given by one row per agent.
    #[derive(Default)]
    pub struct Rows(pub Vec<Row>);

    /// What is seen of one agent.
    #[derive(Clone, Copy, Default)]
    pub struct Row {
        pub outstanding: u32,
        pub busy: bool,
        pub speed: f64,
        pub match_share: f64,
        pub record: Sums,
    }

    impl Fleet for Rows {
        fn outstanding(&self, agent: AgentId) -> u32 {
            self.0[agent.index()].outstanding
        }
        fn available(&self, agent: AgentId) -> bool {
            !self.0[agent.index()].busy
        }
        fn speed(&self, agent: AgentId) -> f64 {
            self.0[agent.index()].speed
        }
        fn match_share(&self, agent: AgentId) -> f64 {
            self.0[agent.index()].match_share
        }
        fn record(&self, agent: AgentId) -> Sums {
            self.0[agent.index()].record
        }
    }

    impl Rows {
        /// All agents as candidates.
        pub fn all(&self) -> Vec<AgentId> {
            (0..self.0.len()).map(AgentId::new).collect()
        }

        /// Whom the policy chooses among all.
        pub fn choose(&self, policy: &mut dyn Dispatch) -> Option<usize> {
            policy.choose(Time::ZERO, &self.all(), self)
        }
    }
}
