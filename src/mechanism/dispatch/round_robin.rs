//! Round robin: the next candidate after the agent chosen last, in the fixed order, then from the
//! start.

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the next candidate after the one chosen last";

no_parameters!("dispatch = \"round_robin\"");

/// The machine: whom it chose last.
#[derive(Default)]
pub struct RoundRobin {
    last: Option<AgentId>,
}

impl Dispatch for RoundRobin {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], _fleet: &dyn Fleet) -> Option<usize> {
        let next = candidates.partition_point(|agent| Some(*agent) <= self.last);
        let place = if next < candidates.len() { next } else { 0 };
        self.last = Some(*candidates.get(place)?);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Rows;
    use super::*;

    #[test]
    fn goes_round_and_skips_who_is_not_there() {
        let fleet = Rows(vec![Default::default(); 3]);
        let mut policy = RoundRobin::default();
        let round: Vec<_> = (0..4).map(|_| fleet.choose(&mut policy)).collect();
        assert_eq!(round, [Some(0), Some(1), Some(2), Some(0)]);
        let without_1 = [AgentId(0), AgentId(2)];
        assert_eq!(policy.choose(Time::ZERO, &without_1, &fleet), Some(1), "agent 2 after agent 0");
        assert_eq!(policy.choose(Time::ZERO, &[], &fleet), None);
    }
}
