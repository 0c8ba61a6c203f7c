//! Cheapest first: the candidate with the lowest cost per hour.

use super::{Dispatch, Fleet, least_by};
use crate::base::id::AgentId;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the candidate with the lowest cost per hour";

no_parameters!("dispatch = \"cheapest_first\", with pools.NAME.cost");

/// The machine.
pub struct CheapestFirst;

impl Dispatch for CheapestFirst {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        least_by(candidates, |it| fleet.cost(it))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;

    #[test]
    fn takes_the_cheapest_first_on_ties() {
        let fleet = Rows([2.0, 0.5, 0.5].map(|cost| Row { cost, ..Row::default() }).into());
        assert_eq!(fleet.choose(&mut CheapestFirst), Some(1));
        assert_eq!(Rows(vec![]).choose(&mut CheapestFirst), None);
    }
}
