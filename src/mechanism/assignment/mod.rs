//! Assignment: which waiting steps start on which free slots, decided for all of them together.
//!
//! Rule: rows are waiting steps in the order of their line, columns are free slots in their fixed
//! order; each row takes at most one column and each column at most one row. A pair whose value is
//! not above zero is infeasible, as in the reference an agent with such a score is not eligible.
//! The aim is the maximum of the total value; the number of pairs is not an aim of its own, so a
//! row stays without a column where that makes the others worth more. Who minimises a cost gives
//! `bound - cost` as value: with a bound above (pairs + 1) times the largest cost the most pairs
//! come first and the least cost among them second.
//!
//! Invariants: values are compared and added in whole nano-units ([`Matrix::units`]), so results
//! are exact and the same everywhere; no infeasible pair is assigned; ties follow the order that
//! each policy states.
//!
//! Every policy has the keys `every` (how often a round of assignment is made; 1 s), `when_waiting`
//! (one is also made as soon as so many wait while a slot is free; none) and `by` (what makes a
//! pair good: `score`, `cost` or `completion`; `score`).

mod round;

pub use round::{By, Round};

choices! { "allocation":
    optimal => Optimal,
    greedy => Greedy,
    auction => Auction,
}

/// Whole units of value in 1.0.
const UNITS: f64 = 1e9;

/// What each pair of a row and a column is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    /// Row by row, in units; 0 where a pair is infeasible.
    units: Vec<i64>,
}

impl Matrix {
    /// The largest value of a pair.
    pub const MOST: f64 = 1e9;

    /// The matrix of `value(row, column)`: zero and less, down to minus infinity, is infeasible,
    /// and so is what is no number; more than [`Matrix::MOST`] counts as that.
    pub fn new(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Matrix {
        let pairs = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let units = pairs.map(|(row, column)| in_units(value(row, column))).collect();
        Matrix { rows, columns, units }
    }

    /// The matrix that makes the least total cost the most value, and the cost that 1.0 stands for
    /// in it: `None` is infeasible. With value = (pairs + 1) - cost / the largest cost, one pair
    /// more outweighs all costs, and among as many pairs the least cost wins.
    ///
    /// # Panics
    /// If a cost is NaN or below zero.
    pub fn of_costs(
        rows: usize,
        columns: usize,
        cost: impl Fn(usize, usize) -> Option<f64>,
    ) -> (Matrix, f64) {
        let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let largest = all.filter_map(|(row, column)| cost(row, column)).fold(0.0, f64::max);
        let unit = if largest > 0.0 { largest } else { 1.0 };
        let bound = (rows.min(columns) + 1) as f64;
        let value = |row, column| match cost(row, column) {
            Some(cost) => {
                assert!(cost >= 0.0, "a cost is zero or more");
                bound - cost / unit
            }
            None => f64::NEG_INFINITY,
        };
        (Matrix::new(rows, columns, value), unit)
    }

    /// How many rows: waiting steps.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns: free slots.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The value of a pair in nano-units, rounded to the nearest and at least 1; `None` if it is
    /// infeasible.
    pub fn units(&self, row: usize, column: usize) -> Option<i64> {
        let units = self.units[row * self.columns + column];
        (units > 0).then_some(units)
    }

    /// The total value of an assignment, as the policies add it up.
    ///
    /// # Panics
    /// If it assigns an infeasible pair.
    pub fn total(&self, assigned: &[Option<usize>]) -> f64 {
        self.total_units(assigned) as f64 / UNITS
    }

    fn total_units(&self, assigned: &[Option<usize>]) -> i128 {
        let pairs = assigned.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?)));
        let units = |(row, column)| self.units(row, column).expect("only feasible pairs are taken");
        pairs.map(|pair| i128::from(units(pair))).sum()
    }
}

fn in_units(value: f64) -> i64 {
    // Adding one half and truncating rounds to the nearest.
    if value > 0.0 { ((value.min(Matrix::MOST) * UNITS + 0.5) as i64).max(1) } else { 0 }
}

impl Spec {
    /// When rounds are made, and by what.
    pub fn round(&self) -> &Round {
        match self {
            Spec::Optimal(optimal::Spec(round)) => round,
            Spec::Greedy(greedy::Spec(round)) => round,
            Spec::Auction(auction::Spec(round)) => round,
        }
    }

    /// The column that each row takes, if any.
    pub fn assign(&self, values: &Matrix) -> Vec<Option<usize>> {
        match self {
            Spec::Optimal(_) => optimal::assign(values),
            Spec::Greedy(_) => greedy::assign(values),
            Spec::Auction(_) => auction::assign(values),
        }
    }
}

/// What the tests of all policies share.
#[cfg(test)]
mod check {
    use super::*;
    use crate::base::random::{Purpose, Root, Stream};

    /// A matrix of whole numbers, row by row; 0 is infeasible.
    pub fn matrix<const C: usize>(rows: &[[u32; C]]) -> Matrix {
        Matrix::new(rows.len(), C, |row, column| f64::from(rows[row][column]))
    }

    /// The draws of a test.
    pub fn luck() -> Stream {
        Root::new(7, 0).stream("assignment", Purpose::Policy)
    }

    /// A random matrix of up to `most` rows and columns: whole values below 4 or below 1,000 (many
    /// ties, or few), or fractions; a part of the pairs infeasible.
    pub fn random(luck: &mut Stream, most: u32) -> Matrix {
        let (rows, columns) = (luck.below(most + 1) as usize, luck.below(most + 1) as usize);
        let (below, infeasible) = ([4, 1000, 1][luck.below(3) as usize], luck.below(3));
        let mut value = || match luck.below(5) < infeasible {
            true => f64::NEG_INFINITY,
            false if below == 1 => luck.uniform(),
            false => f64::from(luck.below(below)),
        };
        let values: Vec<f64> = (0..rows * columns).map(|_| value()).collect();
        Matrix::new(rows, columns, |row, column| values[row * columns + column])
    }

    /// Each column is taken once at most, and only feasible pairs are.
    pub fn is_valid(values: &Matrix, assigned: &[Option<usize>]) -> bool {
        let mut columns: Vec<usize> = assigned.iter().flatten().copied().collect();
        columns.sort_unstable();
        let once = columns.windows(2).all(|two| two[0] != two[1]);
        let feasible = |(row, column): (usize, &Option<usize>)| {
            column.is_none_or(|column| values.units(row, column).is_some())
        };
        once && assigned.len() == values.rows() && assigned.iter().enumerate().all(feasible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_whole_units_and_what_is_above_zero_stays_feasible() {
        let written = [0.25, 1e-12, 0.0, -3.0, f64::NEG_INFINITY, 1e9];
        let values = Matrix::new(1, 6, |_, column| written[column]);
        let units = [0, 1, 2, 3, 4, 5].map(|column| values.units(0, column));
        assert_eq!(units, [Some(250_000_000), Some(1), None, None, None, Some(10i64.pow(18))]);
        assert_eq!(values.total(&[Some(0)]), 0.25);
    }

    #[test]
    fn of_costs_the_most_pairs_come_first_and_then_the_least_cost() {
        // Row 0 alone would take column 0 at 1; both rows can be served only at 8 + 2.
        let costs = [[Some(1.0), Some(8.0)], [Some(2.0), None]];
        let (values, unit) = Matrix::of_costs(2, 2, |row, column| costs[row][column]);
        assert_eq!(optimal::assign(&values), [Some(1), Some(0)]);
        assert_eq!(unit, 8.0);
        // Two pairs at (2 + 1) * 8 each, less 10.
        assert_eq!(values.total(&[Some(1), Some(0)]) * unit, 38.0);
        let (free, unit) = Matrix::of_costs(1, 1, |_, _| Some(0.0));
        assert_eq!((optimal::assign(&free), unit), (vec![Some(0)], 1.0));
    }

    #[test]
    fn what_is_no_number_is_infeasible_and_no_value_is_above_the_most() {
        let values = [f64::NAN, f64::INFINITY, 2e9, 1e9];
        let matrix = Matrix::new(1, 4, |_, column| values[column]);
        let most = Some(1_000_000_000_000_000_000);
        assert_eq!([0, 1, 2, 3].map(|column| matrix.units(0, column)), [None, most, most, most]);
    }
}
