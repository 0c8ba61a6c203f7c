//! Fastest first: the candidate with the highest true speed.
//!
//! With late binding this is the classical rule for unlike servers (Larsen and Agrawala, 1983).

use super::{Dispatch, Fleet, least_by};
use crate::base::id::AgentId;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the candidate with the highest true speed";

no_parameters!("dispatch = \"fastest_first\"");

/// The machine.
pub struct FastestFirst;

impl Dispatch for FastestFirst {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        least_by(candidates, |it| -fleet.speed(it))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;

    #[test]
    fn takes_the_fastest_first_on_ties() {
        let fleet = Rows([1.0, 1.5, 1.5].map(|speed| Row { speed, ..Row::default() }).into());
        assert_eq!(fleet.choose(&mut FastestFirst), Some(1));
    }
}
