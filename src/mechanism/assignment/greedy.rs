//! The pair of the greatest value first, then the greatest of what is left, until nothing is.
//!
//! Never below half of the optimum: a pair taken shuts out at most two of the optimum's, and each
//! of these is worth no more (Avis, A survey of heuristics for the weighted matching problem,
//! 1983). Ties go to the lowest row, then the lowest column.

use std::cmp::Reverse;

use super::{Matrix, Round};
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the best pair first, then the best of what is left";

/// `allocation.greedy = { every = "1s", when_waiting = 5, by = "score" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec(pub Round);

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        Round::read(node).map(Spec)
    }
}

/// The column that each row takes, if any.
pub fn assign(values: &Matrix) -> Vec<Option<usize>> {
    let all = (0..values.rows()).flat_map(|row| (0..values.columns()).map(move |c| (row, c)));
    let worth = |(row, column)| Some((Reverse(values.units(row, column)?), row, column));
    let mut pairs: Vec<_> = all.filter_map(worth).collect();
    pairs.sort_unstable();
    let mut assigned = vec![None; values.rows()];
    let mut taken = vec![false; values.columns()];
    for (_, row, column) in pairs {
        if assigned[row].is_none() && !taken[column] {
            assigned[row] = Some(column);
            taken[column] = true;
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::super::check::{is_valid, luck, matrix, random};
    use super::super::optimal;
    use super::*;

    #[test]
    fn by_hand() {
        // 4 first shuts out both 3s: 4 + 1 where 6 was possible.
        assert_eq!(assign(&matrix(&[[4, 3], [3, 1]])), [Some(0), Some(1)]);
        assert_eq!(assign(&matrix(&[[2, 5, 0], [5, 5, 9]])), [Some(1), Some(2)]);
        // Ties: row 0 before row 1, column 0 before column 1.
        assert_eq!(assign(&matrix(&[[1, 1], [1, 1], [1, 1]])), [Some(0), Some(1), None]);
        assert_eq!(assign(&matrix(&[[0, 0], [0, 2]])), [None, Some(1)]);
    }

    #[test]
    fn is_between_half_of_the_optimum_and_the_optimum() {
        let mut luck = luck();
        let mut worse = 0;
        for _ in 0..300 {
            let values = random(&mut luck, 12);
            let assigned = assign(&values);
            assert!(is_valid(&values, &assigned));
            let best = values.total_units(&optimal::assign(&values));
            let total = values.total_units(&assigned);
            assert!(total <= best && 2 * total >= best, "{total} of {best}");
            worse += usize::from(total < best);
        }
        assert!(worse > 30, "greedy was worse than the optimum {worse} times");
    }
}
