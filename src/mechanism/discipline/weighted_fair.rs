//! Weighted fair queueing by class: while they wait, classes are served work in proportion to their
//! weights.
//!
//! Rule: an attempt that joins gets a virtual start S = max(v, F of its class's last attempt) and a
//! virtual finish F = S + work / weight; rank = F; v is the virtual finish of the attempt taken
//! last. This is the self-clocked form (Golestani, A self-clocked fair queueing scheme for
//! broadband applications, INFOCOM 1994). Bound: between two classes that wait throughout, served
//! work per weight differs by at most the largest work / weight of the one plus that of the other.
//! An attempt that leaves without being taken has still used its class's turn.
//!
//! Weights are given by the names of classes; a class without one has weight 1.

use super::Waiting;
use crate::base::read::{Node, Read};
use crate::mechanism::weights::Weights;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "work in proportion to the weights of the classes that wait";

/// `discipline.weighted_fair = { weights = { gold = 3, basic = 1 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The weights of classes.
    pub weights: Weights,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let weights = Weights::read(&mut table);
        table.finish();
        Some(Spec { weights })
    }
}

impl Spec {
    /// Resolves the names of classes, given all in the order of their ids. Until then all weigh 1.
    ///
    /// # Errors
    /// The first name that no class has.
    pub fn bind(&mut self, classes: &[String]) -> Result<(), String> {
        self.weights.bind(classes)
    }

    /// The machine, fresh for one run.
    pub fn build(&self) -> WeightedFair {
        WeightedFair { weights: self.weights.clone(), clock: 0.0, finishes: Vec::new() }
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct WeightedFair {
    weights: Weights,
    /// The virtual time, in work per weight.
    clock: f64,
    /// The virtual finish of each class's last attempt.
    finishes: Vec<f64>,
}

impl WeightedFair {
    /// The virtual finish that an attempt would have if it joined now.
    fn finish(&self, waiting: &Waiting) -> f64 {
        let class = waiting.class.index();
        let weight = self.weights.get(class).unwrap_or(1.0);
        let last = self.finishes.get(class).copied().unwrap_or(0.0);
        self.clock.max(last) + waiting.work / weight
    }

    /// The rank that an attempt would have if it joined now.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        super::rank_of_number(self.finish(waiting))
    }

    /// An attempt joins: its virtual finish, as a rank.
    pub fn joins(&mut self, waiting: &Waiting) -> i64 {
        let class = waiting.class.index();
        let finish = self.finish(waiting);
        if self.finishes.len() <= class {
            self.finishes.resize(class + 1, 0.0);
        }
        self.finishes[class] = finish;
        super::rank_of_number(finish)
    }

    /// The attempt of this rank is taken.
    pub fn taken(&mut self, rank: i64) {
        self.clock = self.clock.max(f64::from_bits(rank as u64));
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use crate::base::id::ClassId;
    use crate::mechanism::check::read;

    fn machine() -> WeightedFair {
        let mut spec: Spec = read("{ weights = { gold = 3, basic = 1 } }").unwrap();
        assert_eq!(spec.bind(&["gold".to_string()]), Err("basic".to_string()));
        assert_eq!(spec.bind(&["gold".to_string(), "basic".to_string()]), Ok(()));
        spec.build()
    }

    fn of(class: u32, work: f64) -> Waiting {
        Waiting { class: ClassId(class), work, ..check::three()[0] }
    }

    fn finish(rank: i64) -> f64 {
        f64::from_bits(rank as u64)
    }

    #[test]
    fn virtual_times_by_hand() {
        let mut fair = machine();
        // Gold has weight 3, basic 1.
        let ranks = [of(0, 6.0), of(1, 4.0), of(0, 6.0), of(1, 1.0)].map(|it| fair.joins(&it));
        assert_eq!(ranks.map(finish), [2.0, 4.0, 4.0, 5.0]);
        // The clock is at 4 when both of those have been taken; an idle class starts there, and one
        // that has more waiting does not.
        ranks[..3].iter().for_each(|rank| fair.taken(*rank));
        assert_eq!(finish(fair.joins(&of(0, 3.0))), 5.0);
        assert_eq!(finish(fair.joins(&of(1, 3.0))), 8.0);
        // A class without a weight has 1.
        assert_eq!(finish(fair.joins(&of(7, 0.5))), 4.5);
    }

    #[test]
    fn two_classes_that_always_wait_share_three_to_one() {
        let mut fair = machine();
        let mut line: Vec<(i64, u32)> = Vec::new();
        let join = |line: &mut Vec<(i64, u32)>, fair: &mut WeightedFair, class| {
            line.push((fair.joins(&of(class, 1.0 + f64::from(class))), class));
        };
        (0..2).for_each(|class| join(&mut line, &mut fair, class));
        let mut served = [0.0; 2];
        for _ in 0..1000 {
            let next = (0..line.len()).min_by_key(|i| line[*i]).unwrap();
            let (rank, class) = line.swap_remove(next);
            fair.taken(rank);
            served[class as usize] += 1.0 + f64::from(class);
            join(&mut line, &mut fair, class);
            // The bound: 1/3 + 2/1.
            let apart = served[0] / 3.0 - served[1];
            assert!(apart.abs() <= 1.0 / 3.0 + 2.0 + 1e-9, "{served:?}");
        }
        assert!(served[1] > 200.0, "{served:?}");
    }
}
