//! Joins wait for what is done exactly once.
//!
//! Rule: with the chances of the branches, the expected number of visits to a step that a join
//! waits for is one (within 1e-9; a repeat counts as if it was not bounded).

use super::super::links::Links;
use super::super::workloads::ROUNDING;
use super::Draft;
use crate::base::read::{Node, Show, list_of};

impl Draft<'_> {
    /// Joins wait only for what is done exactly once.
    pub(super) fn check_certainty(&self, first: &[usize]) -> bool {
        if self.links.iter().all(|step| step.waits.is_empty()) {
            return true;
        }
        let visits = self.visits(first);
        let mut good = true;
        for join in &self.links {
            let uncertain = |step: &usize| (visits[*step] - 1.0).abs() > ROUNDING;
            let steps: Vec<usize> = join.waits.iter().copied().filter(uncertain).collect();
            if let Some(after) = join.after.as_ref().filter(|_| !steps.is_empty()) {
                self.report_uncertain(join, after, &steps, visits[steps[0]]);
                good = false;
            }
        }
        good
    }

    /// A join waits for `steps`; the first of them is done `visits` times on average.
    fn report_uncertain(&self, join: &Links<'_>, after: &Node<'_>, steps: &[usize], visits: f64) {
        let names: Vec<&str> = steps.iter().map(|step| self.links[*step].name.as_str()).collect();
        let (may, label) = match visits < 1.0 {
            true => ("may be skipped", "may wait in vain"),
            false => ("may be done more than once", "after which time?"),
        };
        let visits = (visits * 1e3).round() / 1e3;
        let each = if names.len() == 1 { "there" } else { "in each of them" };
        after.mistake(
            format!(
                "`{}` waits for `{}`, which {may}: it is done {visits} times per task on average",
                join.name, names[0]
            ),
            label,
            format!(
                "`after` is for steps that are done exactly once; to go on from {}, write \
                     then = {} {each} instead",
                list_of(&names),
                join.name.show()
            ),
        );
    }

    /// The expected number of visits to each step: tokens are pushed along until none is left. A
    /// join follows the first of those that it waits for, as if the others were certain.
    fn visits(&self, first: &[usize]) -> Vec<f64> {
        const ROUNDS: usize = 100_000;
        let mut visits = vec![0.0; self.links.len()];
        let mut tokens = visits.clone();
        for step in first {
            tokens[*step] += 1.0;
        }
        for _ in 0..ROUNDS {
            let mut next = vec![0.0; tokens.len()];
            for (step, token) in tokens.iter().enumerate().filter(|(_, token)| **token > 0.0) {
                visits[step] += token;
                // Nobody knows how often a condition holds: half of the time shows what depends
                // on it.
                let mut token = *token;
                for to in self.links[step].uncertain() {
                    token /= 2.0;
                    if let Some(to) = to {
                        next[to] += token;
                    }
                }
                for arm in &self.links[step].arms {
                    if let Some(to) = arm.to {
                        next[to] += token * arm.chance;
                    }
                }
                for join in self.joins[step].iter().filter(|j| self.links[**j].waits[0] == step) {
                    next[*join] += token;
                }
            }
            tokens = next;
            if tokens.iter().sum::<f64>() < ROUNDING * ROUNDING {
                break;
            }
        }
        visits
    }
}
