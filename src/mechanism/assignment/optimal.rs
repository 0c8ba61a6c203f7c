//! The assignment of the greatest total value, exact; of several the lexicographically first.
//!
//! Source: Kuhn, The Hungarian method (1955), as successive shortest augmenting paths with
//! potentials (Jonker and Volgenant, 1987), on integers; O(rows^2 (rows + columns)). Each row has a
//! column of its own beside the real ones, of value 0, that stands for staying without.
//!
//! Ties: row 0 takes the lowest column that any optimum gives it (staying without comes last), row
//! 1 the lowest of what is then left, and so on. By complementary slackness the optima are exactly
//! the matchings on pairs of zero reduced cost that cover every column of negative potential; among
//! these a search along alternating paths moves each row to its lowest column, O(rows^2 columns).

use super::{Matrix, Round};
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the greatest total value, exact (Hungarian method)";

/// `allocation.optimal = { every = "1s", when_waiting = 5, by = "score" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec(pub Round);

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        Round::read(node).map(Spec)
    }
}

/// No row.
const NOBODY: usize = usize::MAX;

/// The column that each row takes, if any.
pub fn assign(values: &Matrix) -> Vec<Option<usize>> {
    let mut search = Search::new(values);
    for row in 0..values.rows() {
        search.insert(row);
    }
    for row in 0..values.rows() {
        search.settle(row);
    }
    search.column.into_iter().map(|column| (column < values.columns()).then_some(column)).collect()
}

/// A minimum-cost matching of the rows so far, with potentials that prove it.
struct Search<'m> {
    values: &'m Matrix,
    /// The column of each row.
    column: Vec<usize>,
    /// The row of each column, or nobody.
    owner: Vec<usize>,
    row_potential: Vec<i64>,
    /// Never above zero, and zero for a column that nobody owns.
    column_potential: Vec<i64>,
}

impl<'m> Search<'m> {
    fn new(values: &'m Matrix) -> Self {
        let columns = values.columns() + values.rows();
        Search {
            values,
            column: vec![NOBODY; values.rows()],
            owner: vec![NOBODY; columns],
            row_potential: vec![0; values.rows()],
            column_potential: vec![0; columns],
        }
    }

    /// The cost of a pair above what the potentials pay for it: zero or more; `None` if infeasible.
    fn reduced(&self, row: usize, column: usize) -> Option<i64> {
        let own = self.values.columns() + row;
        let cost = match column < self.values.columns() {
            true => -self.values.units(row, column)?,
            false if column == own => 0,
            false => return None,
        };
        Some(cost - self.row_potential[row] - self.column_potential[column])
    }

    /// Matches one more row along the shortest augmenting path.
    fn insert(&mut self, new: usize) {
        let columns = self.owner.len();
        let mut distance = vec![i64::MAX; columns];
        let mut before = vec![new; columns];
        let mut reached: Vec<usize> = Vec::new();
        let mut done = vec![false; columns];
        // A potential that makes every reduced cost of the row zero or more.
        let costs = (0..columns).filter_map(|column| self.reduced(new, column));
        self.row_potential[new] += costs.min().expect("a row can always stay without");
        let (mut row, mut so_far) = (new, 0);
        let end = loop {
            for column in (0..columns).filter(|&column| !done[column]) {
                let Some(reduced) = self.reduced(row, column) else { continue };
                if so_far + reduced < distance[column] {
                    (distance[column], before[column]) = (so_far + reduced, row);
                }
            }
            let open = (0..columns).filter(|&column| !done[column]);
            let nearest = open.min_by_key(|&column| distance[column]).expect("its own is open");
            so_far = distance[nearest];
            if self.owner[nearest] == NOBODY {
                break nearest;
            }
            done[nearest] = true;
            reached.push(nearest);
            row = self.owner[nearest];
        };
        self.row_potential[new] += so_far;
        for column in reached {
            self.row_potential[self.owner[column]] += so_far - distance[column];
            self.column_potential[column] -= so_far - distance[column];
        }
        self.hand_over(end, &before, new);
    }

    /// Gives each column of the path to the row before it, from its free end back to row `first`.
    fn hand_over(&mut self, end: usize, before: &[usize], first: usize) {
        let mut column = end;
        loop {
            let row = before[column];
            self.owner[column] = row;
            let left = std::mem::replace(&mut self.column[row], column);
            if row == first {
                break;
            }
            column = left;
        }
    }

    /// Moves the row to the lowest column that an optimum gives it, without moving rows before it.
    fn settle(&mut self, row: usize) {
        let own = self.column[row];
        // Who leaves a column takes the one in `next`; these chains end at the row's own column.
        let mut next = vec![None; self.owner.len()];
        self.chains(row, vec![own], &mut next);
        let closed = next.clone();
        // If a column at the end of such a chain may be left empty, chains may also end at any
        // empty column; they meet none of the closed ones, or they would be closed themselves.
        let spare =
            |&column: &usize| closed[column].is_some() && self.column_potential[column] == 0;
        let spare = (0..self.owner.len()).find(spare);
        if spare.is_some() {
            let empty = (0..self.owner.len()).filter(|&column| self.owner[column] == NOBODY);
            self.chains(row, empty.collect(), &mut next);
        }
        let tight = |&column: &usize| self.reduced(row, column) == Some(0);
        let lowest = (0..own).filter(|&column| next[column].is_some()).find(tight);
        let Some(lowest) = lowest else { return };
        self.owner[own] = NOBODY;
        if let (None, Some(spare)) = (closed[lowest], spare.filter(|&spare| spare != own)) {
            let leaver = std::mem::replace(&mut self.owner[spare], NOBODY);
            self.shift(leaver, next[spare].expect("a closed chain goes on"), &next);
        }
        self.shift(row, lowest, &next);
    }

    /// Extends `next` to all columns whose owner, behind `row`, can move along pairs of zero
    /// reduced cost so that the last of the chain takes one of `ends`.
    fn chains(&self, row: usize, mut ends: Vec<usize>, next: &mut [Option<usize>]) {
        for &end in &ends {
            next[end] = Some(end);
        }
        while let Some(column) = ends.pop() {
            for other in row + 1..self.values.rows() {
                let held = self.column[other];
                if next[held].is_none() && self.reduced(other, column) == Some(0) {
                    next[held] = Some(column);
                    ends.push(held);
                }
            }
        }
    }

    /// The row takes the column, whose owner takes the next one, until an empty one is taken.
    fn shift(&mut self, mut row: usize, mut column: usize, next: &[Option<usize>]) {
        loop {
            self.column[row] = column;
            row = std::mem::replace(&mut self.owner[column], row);
            if row == NOBODY {
                return;
            }
            column = next[column].expect("a chain goes on to its end");
        }
    }
}

#[cfg(test)]
mod tests {
    use pathfinding::prelude::{Matrix as Weights, kuhn_munkres};

    use super::super::check::{is_valid, luck, matrix, random};
    use super::*;

    /// The first of the best assignments, in lexicographic order with "none" last, by trying all.
    struct Brute<'m> {
        values: &'m Matrix,
        now: Vec<Option<usize>>,
        best: (i128, Vec<Option<usize>>),
    }

    impl Brute<'_> {
        fn search(values: &Matrix) -> Vec<Option<usize>> {
            let mut brute = Brute { values, now: Vec::new(), best: (-1, Vec::new()) };
            brute.extend();
            brute.best.1
        }

        fn extend(&mut self) {
            let row = self.now.len();
            if row == self.values.rows() {
                let total = self.values.total_units(&self.now);
                if total > self.best.0 {
                    self.best = (total, self.now.clone());
                }
                return;
            }
            for column in (0..self.values.columns()).map(Some).chain([None]) {
                let taken = column.is_some() && self.now.contains(&column);
                let feasible = column.is_none_or(|c| self.values.units(row, c).is_some());
                if !taken && feasible {
                    self.now.push(column);
                    self.extend();
                    self.now.pop();
                }
            }
        }
    }

    #[test]
    fn by_hand() {
        // 3 + 3 is more than 4 + 1.
        assert_eq!(assign(&matrix(&[[4, 3], [3, 1]])), [Some(1), Some(0)]);
        // Ten alone is more than one and one.
        assert_eq!(assign(&matrix(&[[10, 1], [1, 0]])), [Some(0), None]);
        // All alike: the first rows take the lowest columns.
        assert_eq!(assign(&matrix(&[[1, 1], [1, 1], [1, 1]])), [Some(0), Some(1), None]);
        assert_eq!(assign(&matrix(&[[0, 0]])), [None]);
        assert_eq!(assign(&matrix::<3>(&[])), []);
    }

    #[test]
    fn equals_brute_force_and_is_its_first() {
        let mut luck = luck();
        let mut taken = 0;
        for _ in 0..500 {
            let values = random(&mut luck, 7);
            let assigned = assign(&values);
            assert_eq!(assigned, Brute::search(&values), "{values:?}");
            taken += assigned.iter().flatten().count();
        }
        assert!(taken > 500, "the cases are not trivial: {taken} pairs");
    }

    #[test]
    fn equals_another_library_on_larger_ones() {
        let mut luck = luck();
        for _ in 0..200 {
            let values = random(&mut luck, 40);
            let assigned = assign(&values);
            assert!(is_valid(&values, &assigned));
            let (rows, columns) = (values.rows(), values.columns());
            if rows * columns == 0 {
                continue;
            }
            // It needs no more rows than columns, and gives every row a column.
            let turned = rows > columns;
            let unit = |row, column| values.units(row, column).unwrap_or(0);
            let weight = |(row, column)| if turned { unit(column, row) } else { unit(row, column) };
            let weights = Weights::from_fn(rows.min(columns), rows.max(columns), weight);
            let (best, _) = kuhn_munkres(&weights);
            assert_eq!(values.total_units(&assigned), i128::from(best));
        }
    }
}
