//! The values of one distribution: all durations, held in seconds, or all plain numbers, held as
//! they are.

use super::parse_span;
use crate::base::read::{Node, Table};

#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Time,
    Work,
}

/// Reads the values of one distribution and sees to it that they are of one measure.
pub(super) struct Values {
    measure: Option<Measure>,
    /// Whether the measure was settled before the first value.
    settled: bool,
}

impl Values {
    /// Durations or plain numbers, as the first one is.
    pub(super) fn of_either() -> Self {
        Values { measure: None, settled: false }
    }

    /// Durations only.
    pub(super) fn of_time() -> Self {
        Values { measure: Some(Measure::Time), settled: true }
    }

    /// The value at `node`.
    pub(super) fn read(&mut self, node: &Node<'_>) -> Option<f64> {
        let time = match (node.is_number(), node.is_text()) {
            (true, _) => None,
            (_, true) => Some(parse_span(node.text()?)),
            _ => return node.expected(self.wanted(), None),
        };
        match time {
            Some(Err(why)) => node.expected(self.wanted(), Some(why)),
            Some(Ok(span)) if self.agrees(Measure::Time) => Some(span.seconds()),
            Some(Ok(_)) => {
                let help = "one distribution is in units of time or in units of work, not in both";
                node.expected(self.wanted(), Some(String::from(help)))
            }
            None => {
                let number = node.number()?;
                if self.agrees(Measure::Work) {
                    return Some(number);
                }
                let help = || format!("write \"{number}s\" or \"{number}ms\"");
                node.expected(self.wanted(), (number >= 0.0).then(help))
            }
        }
    }

    /// The value written in a cell of a file; the error is a sentence for the user.
    pub(super) fn parse(&mut self, text: &str) -> Result<f64, String> {
        let number = text.parse::<f64>().ok();
        let value = match number {
            Some(number) => number,
            None => parse_span(text)?.seconds(),
        };
        let measure = if number.is_some() { Measure::Work } else { Measure::Time };
        if !value.is_finite() || !self.agrees(measure) {
            return Err(format!("expected {}, found `{text}`", self.wanted()));
        }
        Ok(value)
    }

    /// The value of `key`, which must be there.
    pub(super) fn need(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<f64> {
        self.read(&table.need_node(key)?)
    }

    /// Exactly `N` values in a list.
    pub(super) fn list<const N: usize>(&mut self, node: &Node<'_>) -> Option<[f64; N]> {
        let items = if node.is_list() { node.list()? } else { Vec::new() };
        if items.len() != N {
            return node.expected(&format!("a list of {N} values"), None);
        }
        let values: Vec<Option<f64>> = items.iter().map(|item| self.read(item)).collect();
        let values: Option<Vec<f64>> = values.into_iter().collect();
        Some(values?.try_into().expect("the list has been counted"))
    }

    fn agrees(&mut self, measure: Measure) -> bool {
        *self.measure.get_or_insert(measure) == measure
    }

    fn wanted(&self) -> &'static str {
        match (self.measure, self.settled) {
            (Some(Measure::Time), true) => "a duration such as \"30s\"",
            (Some(Measure::Time), false) => "a duration, as the other values are",
            (Some(Measure::Work), _) => "a plain number, as the other values are",
            (None, _) => "a duration such as \"30s\", or a number of units of work",
        }
    }
}

/// A list of pairs; every item is read, so that all mistakes are found.
pub(super) fn pairs<A, B>(
    node: &Node<'_>,
    mut first: impl FnMut(&Node<'_>) -> Option<A>,
    mut second: impl FnMut(&Node<'_>) -> Option<B>,
) -> Option<Vec<(A, B)>> {
    let mut pair = |node: &Node<'_>| {
        let items = if node.is_list() { node.list()? } else { Vec::new() };
        let [a, b] = items.as_slice() else {
            return node.expected("a pair such as [0.5, \"8s\"]", None);
        };
        let (a, b) = (first(a), second(b));
        Some((a?, b?))
    };
    let pairs: Vec<Option<(A, B)>> = node.list()?.iter().map(&mut pair).collect();
    pairs.into_iter().collect()
}
