//! Which units nobody holds.
//!
//! Of a large table only the units that can be had are gone through, sixty-four at a look.
//! Invariant: units come in the order of the table.

use super::request::UnitId;

/// A set of units.
#[derive(Clone, Debug)]
pub(super) struct Free {
    words: Vec<u64>,
}

impl Free {
    /// All of this many units.
    pub fn all(units: usize) -> Self {
        let mut free = Free { words: vec![0; units.div_ceil(64)] };
        (0..units as u32).for_each(|unit| free.set(UnitId(unit), true));
        free
    }

    /// Puts a unit in or out.
    pub fn set(&mut self, unit: UnitId, free: bool) {
        let bit = 1 << (unit.0 % 64);
        let word = &mut self.words[unit.index() / 64];
        *word = if free { *word | bit } else { *word & !bit };
    }

    /// Those of `units`, which are in order, that are in the set.
    pub fn of<'a>(&'a self, units: &'a [UnitId]) -> impl Iterator<Item = UnitId> + 'a {
        let (first, last) = match units {
            [] => (0, 0),
            [first, .., last] | [last @ first] => (first.index(), last.index() + 1),
        };
        // The units of a type without conditions stand one after another.
        let whole = last - first == units.len();
        let words = first / 64..last.div_ceil(64);
        words
            .flat_map(|word| bits(self.words[word]).map(move |bit| word * 64 + bit))
            .skip_while(move |unit| *unit < first)
            .take_while(move |unit| *unit < last)
            .map(|unit| UnitId(unit as u32))
            .filter(move |unit| whole || units.binary_search(unit).is_ok())
    }
}

/// The places of the bits that are set, the lowest first.
fn bits(word: u64) -> impl Iterator<Item = usize> {
    let rest = |rest: &u64| Some(rest & (rest - 1)).filter(|rest| *rest != 0);
    std::iter::successors(Some(word).filter(|word| *word != 0), rest)
        .map(|rest| rest.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(free: &Free, units: &[u32]) -> Vec<u32> {
        let units: Vec<UnitId> = units.iter().copied().map(UnitId).collect();
        free.of(&units).map(|unit| unit.0).collect()
    }

    #[test]
    fn those_that_are_free_come_in_order() {
        let mut free = Free::all(200);
        (0..200).filter(|unit| unit % 63 != 0).for_each(|unit| free.set(UnitId(unit), false));
        let all: Vec<u32> = (0..200).collect();
        assert_eq!(of(&free, &all), [0, 63, 126, 189]);
        assert_eq!(of(&free, &all[1..189]), [63, 126]);
        assert_eq!(of(&free, &[0, 1, 126, 190]), [0, 126], "some are left out");
        assert_eq!(of(&free, &[63]), [63]);
        assert!(of(&free, &[64]).is_empty());
        assert!(of(&free, &[]).is_empty());
        free.set(UnitId(64), true);
        assert_eq!(of(&free, &all), [0, 63, 64, 126, 189]);
    }
}
