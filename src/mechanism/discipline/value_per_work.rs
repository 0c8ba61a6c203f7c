//! The most value per work first: Smith's rule, c-mu.
//!
//! Rule: rank = - value of the class / work of the attempt. It is the order that loses the least
//! value if value is lost in proportion to waiting (Smith, Various optimizers for single-stage
//! production, 1956; Cox and Smith, Queues, 1961). With equal values it is shortest work first.

use super::Waiting;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the most value per work first (c-mu)";

/// `discipline = "value_per_work"`, with `classes.NAME.value = 5`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spec {
    /// The value of each class by id, once bound; 1 until then.
    values: Vec<f64>,
}

impl crate::base::read::Read for Spec {
    fn read(node: &crate::base::read::Node<'_>) -> Option<Self> {
        node.table()?.finish();
        Some(Spec::default())
    }
}

impl Spec {
    /// Gives each class its value, in the order of their ids; each zero or more.
    pub fn bind(&mut self, values: &[f64]) {
        self.values = values.to_vec();
    }

    /// The highest ratio has the lowest rank; what is worth nothing comes last.
    pub fn rank(&self, waiting: &Waiting) -> i64 {
        let value = self.values.get(waiting.class.index()).copied().unwrap_or(1.0);
        // No work at all is the best bargain, unless it is worth nothing.
        let ratio = if value == 0.0 { 0.0 } else { value / waiting.work };
        -super::rank_of_number(ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spec as Family, Waiting, check};
    use super::*;

    #[test]
    fn takes_the_best_bargain() {
        // Work 5, 9, 0.5; the classes are 0, 1, 2.
        let mut spec = Spec::default();
        assert_eq!(check::order(&Family::ValuePerWork(spec.clone())), [2, 0, 1]);
        spec.bind(&[2.0, 9.0, 0.1]);
        assert_eq!(check::order(&Family::ValuePerWork(spec)), [1, 0, 2], "0.4, 1, 0.2");
    }

    #[test]
    fn worth_nothing_is_last_even_without_work() {
        let mut spec = Spec::default();
        spec.bind(&[0.0, 1.0]);
        let [worthless, other, _] = check::three();
        let (free, dear) = (Waiting { work: 0.0, ..worthless }, Waiting { work: 1e300, ..other });
        assert!(spec.rank(&free) > spec.rank(&dear));
        assert!(spec.rank(&Waiting { work: 0.0, ..other }) < spec.rank(&other));
    }
}
