//! The labels of a series: names and values, in the order of the names.
//!
//! The name of the metric is not among them. A label without a value is no label.

use std::sync::Arc;

/// Sorted labels, each name once. Copies are cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labels(Arc<[(String, String)]>);

impl Labels {
    /// The labels with these names and values.
    pub fn new<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        let mut pairs: Vec<(String, String)> =
            pairs.filter(|(_, value): &(String, String)| !value.is_empty()).collect();
        pairs.sort();
        pairs.dedup_by(|later, first| later.0 == first.0);
        Labels(pairs.into())
    }

    /// The value of a label; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.binary_search_by(|(other, _)| other.as_str().cmp(name));
        found.map_or("", |at| self.0[at].1.as_str())
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Only the labels whose name passes.
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Labels {
        if self.0.iter().all(|(name, _)| keep(name)) {
            return self.clone();
        }
        Labels(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect())
    }
}

/// Can a label have this name?
pub fn is_label_name(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_and_empty_ones_are_none() {
        let labels = Labels::new([("pool", "a"), ("le", ""), ("agent", "a-1")]);
        let pairs: Vec<(&str, &str)> = labels.iter().collect();
        assert_eq!(pairs, [("agent", "a-1"), ("pool", "a")]);
        assert_eq!((labels.get("pool"), labels.get("le"), labels.get("zz")), ("a", "", ""));
        assert_eq!(labels.filter(|name| name == "pool"), Labels::new([("pool", "a")]));
        assert!(labels.filter(|_| false).is_empty());
    }

    #[test]
    fn names_of_labels() {
        for name in ["a", "_x1", "Pool"] {
            assert!(is_label_name(name), "{name}");
        }
        for name in ["", "1a", "a-b", "a:b", "ü"] {
            assert!(!is_label_name(name), "{name}");
        }
    }
}
