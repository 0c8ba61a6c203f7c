//! Least expected wait: the candidate on which an attempt would start soonest.
//!
//! Rule: an agent with a free slot has no wait; otherwise the wait of a newcomer is the work ahead
//! of it beyond the slots over the agent's rate, (outstanding + 1 - slots) / (slots * speed), in
//! mean works: all attempts are taken to need the same, so how much that is does not matter. Of
//! equal waits the higher speed is taken, then the first. It knows true speeds, as `fastest_first`
//! does, and looks at the line, as `least_outstanding` does; with alike agents of
//! one slot it is the latter.
//! Shortest expected delay: Whitt, Deciding which queue to join: some counterexamples (1986).

use super::{Dispatch, Fleet, least_by};
use crate::base::id::AgentId;
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "where an attempt would start soonest, by lines, slots and true speeds";

no_parameters!("dispatch = \"least_expected_wait\"");

/// The machine.
pub struct LeastExpectedWait;

/// The expected wait, in mean works per unit of work.
fn wait(agent: AgentId, fleet: &dyn Fleet) -> f64 {
    if fleet.available(agent) {
        return 0.0;
    }
    let slots = fleet.slots(agent);
    let ahead = (fleet.outstanding(agent) + 1).saturating_sub(slots);
    f64::from(ahead) / (f64::from(slots) * fleet.speed(agent))
}

impl Dispatch for LeastExpectedWait {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        least_by(candidates, |it| (wait(it, fleet), -fleet.speed(it)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;

    fn row(outstanding: u32, more_slots: u32, speed: f64) -> Row {
        let busy = outstanding > more_slots;
        Row { outstanding, more_slots, speed, busy, ..Row::default() }
    }

    #[test]
    fn waits_by_hand() {
        // 2/1 = 2; 4/(1 * 4) = 1; 3/(2 * 2) = 0.75; one slot of four is free; 1/0.5 = 2.
        let all = [row(2, 0, 1.0), row(4, 0, 4.0), row(4, 1, 2.0), row(3, 3, 0.1), row(1, 0, 0.5)];
        let waits = [2.0, 1.0, 0.75, 0.0, 2.0];
        let fleet = Rows(all.into());
        for (agent, expected) in fleet.all().into_iter().zip(waits) {
            assert_eq!(wait(agent, &fleet), expected, "{agent:?}");
        }
        assert_eq!(fleet.choose(&mut LeastExpectedWait), Some(3));
        assert_eq!(Rows(all[..3].into()).choose(&mut LeastExpectedWait), Some(2));
    }

    #[test]
    fn of_equal_waits_the_faster_then_the_first() {
        let fleet = Rows(vec![row(0, 0, 1.0), row(0, 0, 3.0), row(0, 0, 3.0)]);
        assert_eq!(fleet.choose(&mut LeastExpectedWait), Some(1));
    }
}
