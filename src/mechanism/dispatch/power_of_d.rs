//! Power of d choices: of d candidates picked at random, the one with the fewest outstanding
//! attempts.
//!
//! Source: Vvedenskaya et al. (1996); Mitzenmacher, The power of two choices in randomized load
//! balancing (2001). Picks are distinct (as in production P2C) unless `replacement = true` (as in
//! the theory); ties go to the first picked.

use std::num::NonZeroU32;

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::random::Stream;
use crate::base::read::{Node, Read};
use crate::base::time::Time;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the fewest outstanding among d picked at random";

/// `dispatch.power_of_d = { d = 2, replacement = false }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many are picked.
    pub d: NonZeroU32,
    /// Whether the same candidate may be picked twice.
    pub replacement: bool,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let d = table.or("d", NonZeroU32::new(2).expect("two is not zero"));
        let replacement = table.or("replacement", false);
        table.finish();
        Some(Spec { d, replacement })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, stream: Stream) -> PowerOfD {
        PowerOfD { spec: self.clone(), stream, places: Vec::new() }
    }
}

/// The machine.
pub struct PowerOfD {
    spec: Spec,
    stream: Stream,
    /// The places not yet picked behind the first ones: a partial shuffle, restored after each
    /// choice.
    places: Vec<u32>,
}

impl PowerOfD {
    /// The i-th pick among `n`: with replacement any, otherwise one not picked before.
    fn pick(&mut self, i: u32, n: u32) -> usize {
        if self.spec.replacement {
            return self.stream.below(n) as usize;
        }
        let other = i + self.stream.below(n - i);
        self.places.swap(i as usize, other as usize);
        self.places[i as usize] as usize
    }
}

impl Dispatch for PowerOfD {
    fn choose(&mut self, _now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        let n = u32::try_from(candidates.len()).expect("agents are numbered in u32");
        if n == 0 {
            return None;
        }
        if !self.spec.replacement && self.places.len() != n as usize {
            self.places = (0..n).collect();
        }
        let d = self.spec.d.get();
        let d = if self.spec.replacement { d } else { d.min(n) };
        let mut best = self.pick(0, n);
        for i in 1..d {
            let place = self.pick(i, n);
            if fleet.outstanding(candidates[place]) < fleet.outstanding(candidates[best]) {
                best = place;
            }
        }
        Some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;
    use crate::base::random::{Purpose, Root};

    fn policy(d: u32, replacement: bool) -> PowerOfD {
        let stream = Root::new(1, 0).stream("q", Purpose::Policy);
        Spec { d: NonZeroU32::new(d).unwrap(), replacement }.build(stream)
    }

    fn fleet(outstanding: [u32; 4]) -> Rows {
        Rows(outstanding.map(|outstanding| Row { outstanding, ..Row::default() }).into())
    }

    /// How often each of four agents is chosen in 24,000 choices.
    fn chosen(mut policy: PowerOfD, fleet: &Rows) -> [i32; 4] {
        let mut chosen = [0; 4];
        for _ in 0..24_000 {
            chosen[fleet.choose(&mut policy).unwrap()] += 1;
        }
        chosen
    }

    #[test]
    fn two_distinct_picks_never_take_the_longest() {
        // Of the six pairs, agent 0 is best in three, 1 in two, 2 in one, 3 in none.
        let chosen = chosen(policy(2, false), &fleet([0, 1, 2, 3]));
        for (n, expected) in chosen.iter().zip([12_000, 8_000, 4_000, 0]) {
            assert!((n - expected).abs() < 400, "{chosen:?}");
        }
    }

    #[test]
    fn with_replacement_the_longest_is_taken_when_picked_twice() {
        // Of the sixteen pairs: 7, 5, 3, 1.
        let chosen = chosen(policy(2, true), &fleet([0, 1, 2, 3]));
        for (n, expected) in chosen.iter().zip([10_500, 7_500, 4_500, 1_500]) {
            assert!((n - expected).abs() < 400, "{chosen:?}");
        }
    }

    #[test]
    fn more_picks_than_candidates_is_the_shortest_queue() {
        assert_eq!(chosen(policy(9, false), &fleet([3, 1, 2, 2])), [0, 24_000, 0, 0]);
        assert_eq!(Rows(vec![]).choose(&mut policy(2, false)), None);
    }
}
