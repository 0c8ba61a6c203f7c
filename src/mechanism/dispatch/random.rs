//! Any candidate, with equal chance.

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::random::Stream;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "any candidate with equal chance";

no_parameters!("dispatch = \"random\"");

/// The machine.
pub struct Random(pub Stream);

impl Dispatch for Random {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], _fleet: &dyn Fleet) -> Option<usize> {
        let n = u32::try_from(candidates.len()).expect("agents are numbered in u32");
        (n > 0).then(|| self.0.below(n) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Rows;
    use super::*;
    use crate::base::random::{Purpose, Root};

    #[test]
    fn every_candidate_has_its_chance() {
        let mut policy = Random(Root::new(1, 0).stream("q", Purpose::Policy));
        let fleet = Rows(vec![Default::default(); 5]);
        let mut chosen = [0i32; 5];
        for _ in 0..50_000 {
            chosen[fleet.choose(&mut policy).unwrap()] += 1;
        }
        // Five standard deviations of a binomial(50000, 1/5).
        assert!(chosen.iter().all(|n| (n - 10_000).abs() < 448), "{chosen:?}");
        assert_eq!(Rows(vec![]).choose(&mut policy), None);
    }
}
