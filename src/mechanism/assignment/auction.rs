//! An auction: rows bid for columns until everybody holds what is best for it at its price, within
//! epsilon; as valuable as the optimum.
//!
//! Source: Bertsekas, The auction algorithm (1988), Gauss-Seidel version with epsilon scaling. A
//! bid raises the price of the bidder's best column by the margin over its second best plus
//! epsilon. The total is within n * epsilon of the optimum; values are whole and multiplied by n +
//! 1, and epsilon ends at 1, so it is the optimum.
//!
//! The auction is on a square: each row and each column has a partner of value 0 that stands for
//! staying without. Ties: the lowest column among equal bids, and bidders in a fixed order; of
//! several optima the result is the one this ends with, not always the lexicographically first.

use super::{Matrix, Round};
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "an auction of the slots; as valuable as the optimum (Bertsekas)";

/// `allocation.auction = { every = "1s", when_waiting = 5, by = "score" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec(pub Round);

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        Round::read(node).map(Spec)
    }
}

/// Epsilon falls by this factor from round to round; Bertsekas advises 4 to 10.
const SCALING: i128 = 5;

/// The column that each row takes, if any.
pub fn assign(values: &Matrix) -> Vec<Option<usize>> {
    let mut auction = Auction::new(values);
    let mut epsilon = auction.most;
    loop {
        epsilon = (epsilon / SCALING).max(1);
        auction.round(epsilon);
        if epsilon == 1 {
            break;
        }
    }
    let real = |column: Option<usize>| column.filter(|&column| column < values.columns());
    auction.holds.into_iter().take(values.rows()).map(real).collect()
}

struct Auction {
    /// For each bidder its columns with what they are worth to it.
    wants: Vec<Vec<(usize, i128)>>,
    /// The largest worth.
    most: i128,
    /// Prices outlive a round: that is what makes the next one short.
    price: Vec<i128>,
    holds: Vec<Option<usize>>,
    holder: Vec<Option<usize>>,
}

impl Auction {
    fn new(values: &Matrix) -> Self {
        let (rows, columns) = (values.rows(), values.columns());
        let size = rows + columns;
        let scale = i128::try_from(size + 1).expect("a matrix has fewer than 2^127 rows");
        let worth = |row, column| Some((column, i128::from(values.units(row, column)?) * scale));
        let mut wants: Vec<Vec<_>> = (0..rows)
            .map(|row| (0..columns).filter_map(|column| worth(row, column)).collect())
            .collect();
        for (row, wanted) in wants.iter_mut().enumerate() {
            wanted.push((columns + row, 0));
        }
        let most = wants.iter().flatten().map(|(_, worth)| *worth).max().unwrap_or(0);
        // A column's partner keeps it if no row does, and else takes the place of that row.
        for column in 0..columns {
            wants.push([column].into_iter().chain(columns..size).map(|c| (c, 0)).collect());
        }
        let (holds, holder) = (vec![None; size], vec![None; size]);
        Auction { wants, most, price: vec![0; size], holds, holder }
    }

    /// Everybody bids anew, until all hold something.
    fn round(&mut self, epsilon: i128) {
        self.holds.fill(None);
        self.holder.fill(None);
        let mut waiting: Vec<usize> = (0..self.wants.len()).rev().collect();
        while let Some(bidder) = waiting.pop() {
            let (column, raise) = self.bid(bidder, epsilon);
            self.price[column] += raise;
            self.holds[bidder] = Some(column);
            if let Some(outbid) = self.holder[column].replace(bidder) {
                self.holds[outbid] = None;
                waiting.push(outbid);
            }
        }
    }

    /// The column that is best for the bidder, the lowest of equal ones, and by how much it raises
    /// the price.
    fn bid(&self, bidder: usize, epsilon: i128) -> (usize, i128) {
        let mut best: Option<(usize, i128)> = None;
        let mut second = None;
        for &(column, worth) in &self.wants[bidder] {
            let gain = worth - self.price[column];
            if best.is_none_or(|(_, most)| gain > most) {
                second = best.replace((column, gain)).map(|(_, gain)| gain);
            } else if second.is_none_or(|second| gain > second) {
                second = Some(gain);
            }
        }
        let (column, gain) = best.expect("everybody can stay without");
        // With nothing else to take, any raise leaves the bidder content.
        let margin = second.map_or(self.most, |second| gain - second);
        (column, margin + epsilon)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{is_valid, luck, matrix, random};
    use super::super::optimal;
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(assign(&matrix(&[[4, 3], [3, 1]])), [Some(1), Some(0)]);
        assert_eq!(assign(&matrix(&[[10, 1], [1, 0]])), [Some(0), None]);
        assert_eq!(assign(&matrix(&[[0, 0]])), [None]);
        assert_eq!(assign(&matrix::<3>(&[])), []);
    }

    #[test]
    fn is_worth_as_much_as_the_optimum() {
        let mut luck = luck();
        let mut total = 0;
        for _ in 0..300 {
            let values = random(&mut luck, 15);
            let assigned = assign(&values);
            assert!(is_valid(&values, &assigned));
            let worth = values.total_units(&assigned);
            assert_eq!(worth, values.total_units(&optimal::assign(&values)), "{values:?}");
            total += worth;
        }
        assert!(total > 0, "the cases are not trivial");
    }
}
