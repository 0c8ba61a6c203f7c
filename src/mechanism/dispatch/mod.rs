//! Dispatch: how a waiting step finds its agent.
//!
//! A policy is shown the candidates (agents that can do the step: with late binding those with a
//! free slot, with early binding all on duty) in the fixed order, pools by name and agents by
//! number, and a view of the fleet. It names one of them or none. Invariants: ties go to the first
//! in the fixed order; a policy's own randomness comes from its own stream.

mod fleet;

use crate::base::id::AgentId;
use crate::base::random::{Purpose, Root};
use crate::base::time::{Span, Time};

pub use fleet::Fleet;
pub use scored::Considered;

choices! { "dispatch":
    scored => Scored,
    random => Random,
    round_robin => RoundRobin,
    least_outstanding => LeastOutstanding,
    power_of_d => PowerOfD,
    fastest_first => FastestFirst,
    join_idle_queue => JoinIdleQueue,
    peak_ewma => PeakEwma,
    least_expected_wait => LeastExpectedWait,
    weighted_round_robin => WeightedRoundRobin,
    cheapest_first => CheapestFirst,
    sticky => Sticky,
}

/// The machine of a policy.
pub trait Dispatch {
    /// The place among `candidates` of the chosen agent; `None` if none is eligible.
    fn choose(&mut self, now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize>;

    /// An attempt on `agent` has ended, however, `response` after it was given to the agent.
    fn observe(&mut self, _now: Time, _agent: AgentId, _response: Span) {}

    /// Appends each candidate with what the policy holds of it, if the policy can say.
    fn explain(&self, _candidates: &[AgentId], _fleet: &dyn Fleet, _out: &mut Vec<Considered>) {}
}

impl Spec {
    /// The machine, fresh for one run, for the queue of this name.
    pub fn build(&self, root: &Root, queue: &str) -> Box<dyn Dispatch> {
        match self {
            Spec::Scored(spec) => Box::new(spec.build()),
            Spec::Random(_) => Box::new(random::Random(root.stream(queue, Purpose::Policy))),
            Spec::RoundRobin(_) => Box::<round_robin::RoundRobin>::default(),
            Spec::LeastOutstanding(_) => Box::new(least_outstanding::LeastOutstanding),
            Spec::PowerOfD(spec) => Box::new(spec.build(root.stream(queue, Purpose::Policy))),
            Spec::FastestFirst(_) => Box::new(fastest_first::FastestFirst),
            Spec::JoinIdleQueue(_) => {
                Box::new(join_idle_queue::JoinIdleQueue::new(root.stream(queue, Purpose::Policy)))
            }
            Spec::PeakEwma(spec) => Box::new(spec.build(root.stream(queue, Purpose::Policy))),
            Spec::LeastExpectedWait(_) => Box::new(least_expected_wait::LeastExpectedWait),
            Spec::WeightedRoundRobin(spec) => Box::new(spec.build()),
            Spec::CheapestFirst(_) => Box::new(cheapest_first::CheapestFirst),
            Spec::Sticky(_) => Box::new(sticky::Sticky),
        }
    }

    /// Resolves the names of pools, given all in the order of their ids.
    ///
    /// # Errors
    /// The first name that no pool has.
    pub fn bind(&mut self, pools: &[String]) -> Result<(), String> {
        match self {
            Spec::WeightedRoundRobin(spec) => spec.bind(pools),
            _ => Ok(()),
        }
    }

    /// Whether a lone candidate is chosen, with nothing drawn or remembered, so that there is no
    /// need to ask.
    pub fn takes_the_only_one(&self) -> bool {
        match self {
            Spec::LeastOutstanding(_) | Spec::FastestFirst(_) => true,
            // These may refuse it, draw, or remember it.
            Spec::Scored(_) | Spec::Random(_) | Spec::RoundRobin(_) | Spec::PowerOfD(_) => false,
            Spec::JoinIdleQueue(_) | Spec::PeakEwma(_) | Spec::LeastExpectedWait(_) => false,
            Spec::WeightedRoundRobin(_) | Spec::CheapestFirst(_) | Spec::Sticky(_) => false,
        }
    }

    /// Whether the policy asks who served the task before.
    pub fn reads_previous(&self) -> bool {
        match self {
            Spec::Scored(spec) => spec.reads_previous(),
            Spec::Sticky(_) => true,
            Spec::Random(_) | Spec::RoundRobin(_) | Spec::LeastOutstanding(_) => false,
            Spec::PowerOfD(_) | Spec::FastestFirst(_) | Spec::JoinIdleQueue(_) => false,
            Spec::PeakEwma(_) | Spec::LeastExpectedWait(_) | Spec::WeightedRoundRobin(_) => false,
            Spec::CheapestFirst(_) => false,
        }
    }

    /// Whether the policy is told how each attempt ended.
    pub fn reads_responses(&self) -> bool {
        match self {
            Spec::PeakEwma(_) | Spec::JoinIdleQueue(_) => true,
            Spec::Scored(_) | Spec::Random(_) | Spec::RoundRobin(_) => false,
            Spec::LeastOutstanding(_) | Spec::PowerOfD(_) | Spec::FastestFirst(_) => false,
            Spec::LeastExpectedWait(_) | Spec::WeightedRoundRobin(_) => false,
            Spec::CheapestFirst(_) | Spec::Sticky(_) => false,
        }
    }

    /// Whether the policy reads what was measured of the agents.
    pub fn reads_records(&self) -> bool {
        match self {
            Spec::Scored(_) => true,
            Spec::Random(_) | Spec::RoundRobin(_) | Spec::LeastOutstanding(_) => false,
            Spec::PowerOfD(_) | Spec::FastestFirst(_) | Spec::JoinIdleQueue(_) => false,
            Spec::PeakEwma(_) | Spec::LeastExpectedWait(_) | Spec::WeightedRoundRobin(_) => false,
            Spec::CheapestFirst(_) | Spec::Sticky(_) => false,
        }
    }
}

/// The place of the first candidate with the least key.
fn least_by<K: PartialOrd>(candidates: &[AgentId], key: impl Fn(AgentId) -> K) -> Option<usize> {
    let keys = candidates.iter().map(|agent| key(*agent)).enumerate();
    let least = keys.reduce(|least, next| if next.1 < least.1 { next } else { least });
    least.map(|(place, _)| place)
}

/// What the tests of all policies share: a fleet of plain numbers.
#[cfg(test)]
pub(crate) use fleet::check;
