//! Priority by class, higher first; `preemptive`: a higher class interrupts a lower one in service,
//! which later goes on where it was stopped (preemptive resume); `ageing`: who waits rises.
//!
//! Rule: rank = - priority. Kleinrock, Queueing Systems II (1976), chapter 3. With `ageing`,
//! waiting that long is worth one level: the level now is priority + (now - joined) / ageing. All
//! rise at the same rate, so the order of any two never changes while they wait, and it is said
//! once: rank = joined - priority * ageing. (Kleinrock's delay-dependent priorities, with one slope
//! for all; a credit per level.) Nobody starves: each level is worth only so much time.

use super::Waiting;
use crate::base::read::{Node, Read};
use crate::base::time::Span;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "higher class first; optionally interrupting, optionally with ageing";

/// `discipline.priority = { preemptive = false, ageing = "60s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whether a higher class interrupts a lower one in service.
    pub preemptive: bool,
    /// How long a wait is worth one level; above zero.
    pub ageing: Option<Span>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let preemptive = table.or("preemptive", false);
        let ageing = table.maybe("ageing");
        if ageing == Some(Span::ZERO) {
            let help = "write discipline = \"fifo\"".to_string();
            table.mistake("the ageing is zero", "no class would go before another", help);
        }
        table.finish();
        Some(Spec { preemptive, ageing })
    }
}

impl Spec {
    /// The highest priority has the lowest rank.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        let priority = i64::from(waiting.priority);
        match self.ageing {
            None => -priority,
            Some(ageing) => {
                let head_start = priority.saturating_mul(super::rank_of(ageing.nanos()));
                super::rank_of(waiting.joined.nanos()).saturating_sub(head_start)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, check};
    use crate::base::time::Span;

    fn order(ageing_s: Option<u64>) -> Vec<u64> {
        let ageing = ageing_s.map(Span::from_secs);
        check::order(&Family::Priority(super::Spec { preemptive: false, ageing }))
    }

    #[test]
    fn takes_the_highest_class() {
        assert_eq!(order(None), [1, 2, 0]);
    }

    #[test]
    fn waiting_makes_up_for_a_lower_class() {
        // They joined at 0, 10 and 20 s with priorities 1, 3 and 2.
        assert_eq!(order(Some(100)), [1, 2, 0], "-100, -290, -180");
        assert_eq!(order(Some(8)), [1, 0, 2], "-8, -14, 4");
        assert_eq!(order(Some(4)), [0, 1, 2], "-4, -2, 12");
    }

    #[test]
    fn an_ageing_of_zero_is_refused() {
        let mistakes = crate::mechanism::check::read::<super::Spec>("{ ageing = '0s' }");
        assert_eq!(mistakes.unwrap_err(), ["the ageing is zero"]);
    }
}
