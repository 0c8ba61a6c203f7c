//! Sticky: the agent that served this task's earlier step, if it is a candidate; otherwise the one
//! with the fewest outstanding attempts.
//!
//! What is gained is what the agent still knows of the task (context, cache); what is paid is load
//! that is spread less well.

use super::least_outstanding::LeastOutstanding;
use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the agent of the task's earlier step, or else the least outstanding";

no_parameters!("dispatch = \"sticky\"");

/// The machine.
pub struct Sticky;

impl Dispatch for Sticky {
    fn choose(&mut self, now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        let same = fleet.previous().and_then(|agent| candidates.binary_search(&agent).ok());
        same.or_else(|| LeastOutstanding.choose(now, candidates, fleet))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;

    #[test]
    fn stays_with_the_agent_while_it_is_there() {
        let row = |outstanding, served_before| Row { outstanding, served_before, ..Row::default() };
        let fleet = Rows(vec![row(2, false), row(9, true), row(1, false)]);
        assert_eq!(fleet.choose(&mut Sticky), Some(1));
        let others = [AgentId(0), AgentId(2)];
        assert_eq!(
            Sticky.choose(Time::ZERO, &others, &fleet),
            Some(1),
            "agent 2 is the least busy"
        );
        let fresh = Rows(vec![row(2, false), row(1, false)]);
        assert_eq!(fresh.choose(&mut Sticky), Some(1));
    }
}
