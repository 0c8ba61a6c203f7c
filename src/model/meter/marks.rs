//! Marks on the rows of a table, one bit each: what something is to be done about.
//!
//! Invariant: rows come up in their order.

/// The rows that are marked.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Marks(Vec<u64>);

impl Marks {
    /// All of so many rows are marked.
    pub fn all(rows: usize) -> Self {
        let mut all = Marks(vec![0; rows.div_ceil(64)]);
        (0..rows).for_each(|row| all.set(row));
        all
    }

    /// Marks a row.
    #[inline]
    pub fn set(&mut self, row: usize) {
        self.0[row / 64] |= 1 << (row % 64);
    }

    /// Each row that is marked comes up; its mark stays if `stays` says so.
    #[inline]
    pub fn retain(&mut self, mut stays: impl FnMut(usize) -> bool) {
        for (place, word) in self.0.iter_mut().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                rest ^= bit;
                if !stays(place * 64 + bit.trailing_zeros() as usize) {
                    *word ^= bit;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_up_in_order_until_their_mark_goes() {
        let mut marks = Marks::all(130);
        let mut rows = Vec::new();
        marks.retain(|row| {
            rows.push(row);
            row == 63
        });
        assert!(rows.into_iter().eq(0..130));
        [129, 0, 64, 64].into_iter().for_each(|row| marks.set(row));
        let mut rows = Vec::new();
        marks.retain(|row| {
            rows.push(row);
            false
        });
        assert_eq!(rows, [0, 63, 64, 129]);
        marks.retain(|_| unreachable!("none is marked"));
        Marks::all(0).retain(|_| unreachable!("there is none"));
    }
}
