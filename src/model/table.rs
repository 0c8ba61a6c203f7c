//! Tables whose rows are taken again and again.
//!
//! A key names a row and its turn. The turn of a row goes up when it is taken and when it is freed,
//! so that the key of what had it before finds nothing and is not mistaken for a key of what has it
//! now. The row that was freed last is taken first.
//!
//! Invariants: a row is taken while its turn is odd; the free rows are a chain from `free` on, the
//! last of which names no row. A turn comes again after 2^32 others, which is decades of a run.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A key of a table.
pub(super) trait Key: Copy {
    /// Of nothing.
    const NULL: Self;
    fn new(row: u32, turn: u32) -> Self;
    fn row(self) -> usize;
    fn turn(self) -> u32;

    /// Whether it is of nothing.
    #[inline]
    fn is_null(self) -> bool {
        self.row() == Self::NULL.row()
    }
}

/// Declares keys, each of what its name says: one word, the row above the turn. Two halves would be
/// written apart and then read as one before they are in memory, for which a processor waits.
macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct $name(u64);

        impl Default for $name {
            fn default() -> Self {
                $crate::model::table::Key::NULL
            }
        }

        impl $crate::model::table::Key for $name {
            const NULL: Self = $name((u32::MAX as u64) << 32);

            #[inline]
            fn new(row: u32, turn: u32) -> Self {
                $name(u64::from(row) << 32 | u64::from(turn))
            }

            #[inline]
            fn row(self) -> usize {
                (self.0 >> 32) as usize
            }

            #[inline]
            fn turn(self) -> u32 {
                self.0 as u32
            }
        }
    )*};
}
pub(super) use keys;

struct Row<V> {
    turn: u32,
    /// The next free row, if it is free.
    next: u32,
    value: V,
}

/// A table.
pub(super) struct Table<K, V> {
    rows: Vec<Row<V>>,
    /// The row that was freed last.
    free: u32,
    of: PhantomData<K>,
}

impl<K: Key, V> Table<K, V> {
    /// A table of nothing.
    pub fn new() -> Self {
        Table { rows: Vec::new(), free: u32::MAX, of: PhantomData }
    }

    /// Takes a row for this value.
    #[inline(always)]
    pub fn insert(&mut self, value: V) -> K {
        let Some(row) = self.rows.get_mut(self.free as usize) else { return self.grow(value) };
        let key = K::new(self.free, row.turn.wrapping_add(1));
        self.free = row.next;
        row.turn = key.turn();
        row.value = value;
        key
    }

    #[inline(always)]
    fn grow(&mut self, value: V) -> K {
        let row = u32::try_from(self.rows.len()).expect("a table has fewer than 2^32 rows");
        self.rows.push(Row { turn: 1, next: u32::MAX, value });
        K::new(row, 1)
    }

    /// Frees the row; its value can be read until it is taken again.
    #[inline(always)]
    pub fn remove(&mut self, key: K) -> Option<&mut V> {
        let row = self.rows.get_mut(key.row()).filter(|row| row.turn == key.turn())?;
        row.turn = row.turn.wrapping_add(1);
        row.next = std::mem::replace(&mut self.free, key.row() as u32);
        Some(&mut row.value)
    }

    /// The value in the row, if it is still that of the key.
    #[inline]
    pub fn get(&self, key: K) -> Option<&V> {
        let row = self.rows.get(key.row()).filter(|row| row.turn == key.turn())?;
        Some(&row.value)
    }

    /// The same, to change it.
    #[inline]
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let row = self.rows.get_mut(key.row()).filter(|row| row.turn == key.turn())?;
        Some(&mut row.value)
    }

    /// Whether the row is still that of the key.
    #[inline]
    pub fn contains_key(&self, key: K) -> bool {
        self.rows.get(key.row()).is_some_and(|row| row.turn == key.turn())
    }

    /// What is in the table, by row.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        let taken = |(_, row): &(u32, &Row<V>)| row.turn % 2 == 1;
        let rows = (0..).zip(&self.rows).filter(taken);
        rows.map(|(number, row)| (K::new(number, row.turn), &row.value))
    }

    /// The keys of what is in the table, by row.
    pub fn keys(&self) -> impl Iterator<Item = K> {
        self.iter().map(|(key, _)| key)
    }
}

const GONE: &str = "a row is still that of its key";

impl<K: Key, V> Index<K> for Table<K, V> {
    type Output = V;

    #[inline(always)]
    fn index(&self, key: K) -> &V {
        let row = &self.rows[key.row()];
        assert!(row.turn == key.turn(), "{GONE}");
        &row.value
    }
}

impl<K: Key, V> IndexMut<K> for Table<K, V> {
    #[inline(always)]
    fn index_mut(&mut self, key: K) -> &mut V {
        let row = &mut self.rows[key.row()];
        assert!(row.turn == key.turn(), "{GONE}");
        &mut row.value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, Table};
    use crate::model::event::AttemptKey;

    #[test]
    fn a_row_that_is_taken_again_has_another_key() {
        let mut table: Table<AttemptKey, char> = Table::new();
        let (a, b) = (table.insert('a'), table.insert('b'));
        assert_eq!(table.remove(a), Some(&mut 'a'));
        assert!(table.get(a).is_none() && table.remove(a).is_none());
        let c = table.insert('c');
        assert!(a != c && !table.contains_key(a));
        assert_eq!((table[b], table[c]), ('b', 'c'));
        assert_eq!(table.keys().collect::<Vec<_>>(), [c, b], "the row of a is taken first");
        assert_eq!(table.get(AttemptKey::NULL), None);
    }

    #[test]
    #[should_panic(expected = "still that of its key")]
    fn a_key_of_a_freed_row_is_refused() {
        let mut table: Table<AttemptKey, ()> = Table::new();
        let key = table.insert(());
        table.remove(key);
        table[key]
    }

    proptest! {
        /// Against a list of everything with its key.
        #[test]
        fn a_table_holds_what_was_not_removed(turns in prop::collection::vec(0..9_usize, 0..99)) {
            let mut table: Table<AttemptKey, usize> = Table::new();
            let (mut all, mut gone) = (vec![], vec![]);
            for (number, turn) in turns.into_iter().enumerate() {
                if turn < all.len() {
                    let (key, value) = all.swap_remove(turn);
                    prop_assert_eq!(table.remove(key), Some(&mut { value }));
                    gone.push(key);
                } else {
                    all.push((table.insert(number), number));
                }
                prop_assert!(gone.iter().all(|key| table.get(*key).is_none()));
                prop_assert!(all.iter().all(|(key, value)| table[*key] == *value));
                prop_assert_eq!(table.iter().count(), all.len());
            }
        }
    }
}
