//! From changes of state to stretches of time: how long something was what.

use std::collections::BTreeMap;

use crate::base::time::Time;

/// Something was in a state from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<K, S> {
    /// What it is about.
    pub of: K,
    /// What it was.
    pub state: S,
    /// The first moment.
    pub from: Time,
    /// The first moment after it; [`Time::MAX`]: it has not ended.
    pub to: Time,
}

/// The stretches of changes that are in order of time, in the order in which they begin. What was
/// before the first change of anything is not told.
pub fn stretches<K: Copy + Ord, S: Copy + PartialEq>(
    changes: impl Iterator<Item = (Time, K, S)>,
) -> Vec<Stretch<K, S>> {
    let mut all: Vec<Stretch<K, S>> = Vec::new();
    let mut last: BTreeMap<K, usize> = BTreeMap::new();
    for (at, of, state) in changes {
        if let Some(&place) = last.get(&of) {
            if all[place].state == state {
                continue;
            }
            all[place].to = at;
        }
        last.insert(of, all.len());
        all.push(Stretch { of, state, from: at, to: Time::MAX });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Span;

    #[test]
    fn a_stretch_ends_where_the_next_begins() {
        let at = |seconds| Time::ZERO + Span::from_secs(seconds);
        let changes = [(1, 'a', 1), (2, 'b', 1), (2, 'a', 1), (5, 'a', 0), (5, 'b', 2)];
        let found = stretches(changes.into_iter().map(|(t, of, state)| (at(t), of, state)));
        let stretch = |of, state, from, to| Stretch { of, state, from: at(from), to };
        let expected = [
            stretch('a', 1, 1, at(5)),
            stretch('b', 1, 2, at(5)),
            stretch('a', 0, 5, Time::MAX),
            stretch('b', 2, 5, Time::MAX),
        ];
        assert_eq!(found, expected);
    }
}
