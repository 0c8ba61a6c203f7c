//! Aggregation: the samples of a group become one.
//!
//! Values are taken in the order of the samples; the mean is a running one. A largest or smallest
//! value gives way only if it is NaN.
//!
//! Source: prometheus/prometheus 2.42, `promql/engine.go`: `aggregation`.

use std::collections::BTreeMap;

use super::{Aggregator, Grouping, Labels, Sample};

struct Group {
    labels: Labels,
    value: f64,
    count: f64,
}

/// One sample for each group, in the order in which the groups first occur.
pub(super) fn aggregate(
    aggregator: Aggregator,
    grouping: &Grouping,
    samples: Vec<Sample>,
) -> Vec<Sample> {
    let named = |name: &str| grouping.labels.iter().any(|label| label.name == name);
    let mut groups: Vec<Group> = Vec::new();
    let mut known: BTreeMap<Labels, usize> = BTreeMap::new();
    for sample in samples {
        let labels = sample.labels.filter(|name| named(name) != grouping.without);
        match known.get(&labels) {
            Some(group) => groups[*group].add(aggregator, sample.value),
            None => {
                known.insert(labels.clone(), groups.len());
                groups.push(Group { labels, value: sample.value, count: 1.0 });
            }
        }
    }
    let sample = |group: Group| {
        let value = if aggregator == Aggregator::Count { group.count } else { group.value };
        Sample { name: None, labels: group.labels, value }
    };
    groups.into_iter().map(sample).collect()
}

impl Group {
    fn add(&mut self, aggregator: Aggregator, value: f64) {
        self.count += 1.0;
        match aggregator {
            Aggregator::Count => {}
            Aggregator::Sum => self.value += value,
            Aggregator::Max if self.value < value || self.value.is_nan() => self.value = value,
            Aggregator::Min if self.value > value || self.value.is_nan() => self.value = value,
            Aggregator::Max | Aggregator::Min => {}
            Aggregator::Avg => {
                let same = value.is_infinite() && (self.value > 0.0) == (value > 0.0);
                if !self.value.is_infinite() || !(same || value.is_finite()) {
                    self.value += value / self.count - self.value / self.count;
                }
            }
        }
    }
}
