//! Join the idle queue: of the agents that can start at once the one that has been idle longest; if
//! there is none, any candidate with equal chance.
//!
//! Lu et al., Join-Idle-Queue (Performance Evaluation, 2011), with one dispatcher: idle agents line
//! up by themselves, so that an arrival needs to ask nobody. Idle since when is known from the end
//! of the agent's last attempt; those that never worked come first, in the fixed order.

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::random::Stream;
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the agent idle longest, or else any with equal chance";

no_parameters!("dispatch = \"join_idle_queue\"");

/// The machine.
pub struct JoinIdleQueue {
    stream: Stream,
    /// When an attempt ended on each agent last; zero before the first.
    ended: Vec<Time>,
}

impl JoinIdleQueue {
    /// The machine, fresh for one run.
    pub fn new(stream: Stream) -> Self {
        JoinIdleQueue { stream, ended: Vec::new() }
    }

    fn ended(&self, agent: AgentId) -> Time {
        self.ended.get(agent.index()).copied().unwrap_or(Time::ZERO)
    }
}

impl Dispatch for JoinIdleQueue {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        let idle = (0..candidates.len()).filter(|place| fleet.available(candidates[*place]));
        let longest = idle.min_by_key(|place| self.ended(candidates[*place]));
        if longest.is_some() || candidates.len() < 2 {
            return longest.or((candidates.len() == 1).then_some(0));
        }
        let n = u32::try_from(candidates.len()).expect("agents are numbered in u32");
        Some(self.stream.below(n) as usize)
    }

    fn observe(&mut self, now: Time, agent: AgentId, _response: Span) {
        if self.ended.len() <= agent.index() {
            self.ended.resize(agent.index() + 1, Time::ZERO);
        }
        self.ended[agent.index()] = now;
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;
    use crate::base::random::{Purpose, Root};

    fn policy() -> JoinIdleQueue {
        JoinIdleQueue::new(Root::new(1, 0).stream("q", Purpose::Policy))
    }

    fn fleet(busy: [bool; 4]) -> Rows {
        Rows(busy.map(|busy| Row { busy, ..Row::default() }).into())
    }

    #[test]
    fn takes_who_has_been_idle_longest() {
        let mut policy = policy();
        for (agent, seconds) in [(2, 5), (0, 9), (1, 7)] {
            policy.observe(Time::ZERO + Span::from_secs(seconds), AgentId(agent), Span::ZERO);
        }
        // Agent 3 never worked; then 2 (since 5 s), 1 (7 s), 0 (9 s).
        let mut busy = [false; 4];
        for expected in [3, 2, 1, 0] {
            assert_eq!(fleet(busy).choose(&mut policy), Some(expected));
            busy[expected] = true;
        }
    }

    #[test]
    fn with_nobody_idle_all_have_their_chance() {
        let mut policy = policy();
        let mut chosen = [0i32; 4];
        for _ in 0..40_000 {
            chosen[fleet([true; 4]).choose(&mut policy).unwrap()] += 1;
        }
        // Five standard deviations of a binomial(40000, 1/4).
        assert!(chosen.iter().all(|n| (n - 10_000).abs() < 433), "{chosen:?}");
        assert_eq!(Rows(vec![]).choose(&mut policy), None);
    }
}
