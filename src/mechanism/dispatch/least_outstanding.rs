//! Least outstanding: the candidate with the fewest attempts in service and in its own line (join
//! the shortest queue). Flatto and McKean, Two queues in parallel (1977).

use super::{Dispatch, Fleet, least_by};
use crate::base::id::AgentId;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the fewest attempts in service and in line (join the shortest queue)";

no_parameters!("dispatch = \"least_outstanding\"");

/// The machine.
pub struct LeastOutstanding;

impl Dispatch for LeastOutstanding {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        least_by(candidates, |it| fleet.outstanding(it))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;

    #[test]
    fn takes_the_shortest_line_first_on_ties() {
        let fleet =
            Rows([3, 1, 2, 1].map(|outstanding| Row { outstanding, ..Row::default() }).into());
        assert_eq!(fleet.choose(&mut LeastOutstanding), Some(1));
        assert_eq!(Rows(vec![]).choose(&mut LeastOutstanding), None);
    }
}
