//! When a round of assignment is made, and what makes a pair of a step and a slot good.
//!
//! A round is made every `every`, counted from the start of the run, and as soon as `when_waiting`
//! attempts wait while a slot is free. `by = "score"` takes the most total score (of the scored
//! dispatch); `"cost"` the least total cost, where a pair costs the agent's cost per hour times the
//! hours that the attempt will take; `"completion"` the least total time to completion, where a pair
//! takes work / (speed * chance of success), as a failed attempt is begun anew.

use std::num::NonZeroU32;

use crate::base::read::{Node, Read};
use crate::base::time::Span;

names! {
    /// What makes a pair good.
    By, "measure of a pair":
    /// The most total score.
    Score => "score",
    /// The least total cost.
    Cost => "cost",
    /// The least total time to completion.
    Completion => "completion",
}

/// When rounds are made, and by what.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// How often; above zero.
    pub every: Span,
    /// Also as soon as so many wait.
    pub when_waiting: Option<NonZeroU32>,
    /// What makes a pair good.
    pub by: By,
}

impl Read for Round {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let every = table.or("every", Span::from_secs(1));
        if every == Span::ZERO {
            let help = "write every = \"1s\", for example".to_string();
            table.mistake("the time between rounds is zero", "must be above zero", help);
        }
        let when_waiting = table.maybe("when_waiting");
        let by = table.or("by", By::Score);
        table.finish();
        Some(Round { every, when_waiting, by })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn every_policy_says_when_and_by_what() {
        let default: Spec = read("'greedy'").unwrap();
        let expected = Round { every: Span::from_secs(1), when_waiting: None, by: By::Score };
        assert_eq!(*default.round(), expected);
        let text = "{ auction = { every = '5s', when_waiting = 3, by = 'completion' } }";
        let written: Spec = read(text).unwrap();
        let round = written.round();
        assert_eq!((round.every, round.by), (Span::from_secs(5), By::Completion));
        assert_eq!(round.when_waiting, NonZeroU32::new(3));
    }

    #[test]
    fn a_round_takes_time() {
        let mistakes = read::<Spec>("{ optimal = { every = '0s' } }").unwrap_err();
        assert_eq!(mistakes, ["the time between rounds is zero"]);
        let mistakes = read::<Spec>("{ optimal = { by = 'scores' } }").unwrap_err();
        assert_eq!(mistakes, ["unknown measure of a pair `scores`"]);
    }
}
