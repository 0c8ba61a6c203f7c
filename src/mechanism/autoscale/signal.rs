//! What an autoscaler looks at: one metric, or a weighted mix, over a window.
//!
//! `metric = "utilisation"`, or `metric = { utilisation = 0.7, queue_length = 0.01 }`: the sum of
//! the metrics' values (seconds, shares, per second, numbers), each times its weight. A mix is a
//! plain number, and so are the thresholds on it. It is missing if one of its parts is.
//! `window` (default: the period of the evaluations) is what metrics are taken over that are no
//! gauges.

use std::collections::BTreeMap;

use crate::base::read::{Node, Read, Show, Table};
use crate::base::unit::Span;
use crate::mechanism::metric::{Metric, Unit};

/// One metric, or a weighted mix.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// The metrics with their weights; at least one, the weight of a single one is 1.
    pub parts: Vec<(Metric, f64)>,
    /// What they are taken over.
    pub window: Span,
}

/// How the parts of a signal are written.
struct Parts(Vec<(Metric, f64)>);

impl Read for Parts {
    fn read(node: &Node<'_>) -> Option<Self> {
        if !node.is_table() {
            return Metric::read(node).map(|metric| Parts(vec![(metric, 1.0)]));
        }
        let weights: BTreeMap<String, f64> = BTreeMap::read(node)?;
        let mut parts = Vec::new();
        for (name, entry) in node.table()?.entries() {
            let metric = Metric::named(name, &entry)?;
            parts.push((metric, weights[name]));
        }
        if parts.is_empty() || parts.iter().all(|(_, weight)| *weight == 0.0) {
            let message = format!("`{}`: a mix of metrics needs one that weighs", node.path());
            let help = String::from("write \"utilisation\", or { utilisation = 1.0 }");
            node.mistake(message, "nothing weighs", help);
            return None;
        }
        Some(Parts(parts))
    }
}

impl Show for Parts {
    fn show(&self) -> String {
        match self.0.as_slice() {
            [(metric, _)] => metric.show(),
            parts => {
                let weight =
                    |(metric, weight): &(Metric, f64)| (String::from(metric.name()), *weight);
                parts.iter().map(weight).collect::<BTreeMap<String, f64>>().show()
            }
        }
    }
}

impl Signal {
    /// One metric over this window.
    pub fn of(metric: Metric, window: Span) -> Signal {
        Signal { parts: vec![(metric, 1.0)], window }
    }

    /// Reads `metric` and `window` among the keys of a policy; by default it is this metric, over
    /// the period of its evaluations.
    pub(super) fn read(table: &mut Table<'_>, default: Metric, every: Span) -> Option<Signal> {
        let written = table.node("metric");
        let before = written.as_ref().map(|node| node.context().mistakes());
        let parts = table.or("metric", Parts(vec![(default, 1.0)])).0;
        let window = window(table, every);
        // Nobody is to read thresholds in the unit of another metric than the one that was meant.
        let wrong = written.is_some_and(|node| Some(node.context().mistakes()) != before);
        (!wrong).then_some(Signal { parts, window })
    }

    /// The only metric, if it is no mix.
    pub fn only(&self) -> Option<Metric> {
        match self.parts.as_slice() {
            [(metric, weight)] if *weight == 1.0 => Some(*metric),
            _ => None,
        }
    }

    /// In what it is measured: in a metric's unit, or as a plain number if it is a mix.
    pub fn unit(&self) -> Unit {
        self.only().map_or(Unit::Count, Metric::unit)
    }

    /// Reads a level of it that must be there.
    pub(super) fn need(&self, table: &mut Table<'_>, key: &'static str) -> Option<f64> {
        self.unit().read_level(&table.need_node(key)?)
    }

    /// Reads a level of it; if it is not there, it is `default`, which is noted as filled in.
    pub(super) fn or(&self, table: &mut Table<'_>, key: &'static str, default: f64) -> Option<f64> {
        if let Some(node) = table.node(key) {
            return self.unit().read_level(&node);
        }
        let node = table.as_node();
        node.context().fill(node.steps().key(key), self.unit().show_level(default));
        Some(default)
    }

    /// Reads a level of it that must be there and above zero.
    pub(super) fn need_target(&self, table: &mut Table<'_>, key: &'static str) -> Option<f64> {
        let node = table.need_node(key)?;
        let target = self.unit().read_level(&node)?;
        if target > 0.0 {
            return Some(target);
        }
        node.mistake(format!("`{}` is zero", node.path()), "above zero", None);
        None
    }
}

/// Reads `window`; above zero, by default the period.
pub(super) fn window(table: &mut Table<'_>, every: Span) -> Span {
    let node = table.node("window");
    let window = table.or("window", every);
    if let Some(node) = node.filter(|_| window == Span::ZERO) {
        node.mistake(format!("`{}` is zero", node.path()), "above zero", None);
    }
    window
}

#[cfg(test)]
mod tests {
    use super::super::reference::Spec;
    use super::*;
    use crate::mechanism::check::read;

    fn signal(keys: &str) -> Result<Signal, Vec<String>> {
        let levels = "above = 0.8, below = 0.2, target = 0.5, agents = { min = 1, max = 2 }";
        read::<Spec>(&format!("{{ {keys}{levels} }}")).map(|spec| spec.signal)
    }

    #[test]
    fn one_metric_or_a_mix() {
        let one = signal("").unwrap();
        assert_eq!(one, Signal::of(Metric::Utilisation, Span::from_secs(30)));
        assert_eq!((one.only(), one.unit()), (Some(Metric::Utilisation), Unit::Share));
        let mix = "metric = { utilisation = 0.7, queue_length = 0.01 }, window = '1m', ";
        let mix = signal(mix).unwrap();
        let parts = [(Metric::QueueLength, 0.01), (Metric::Utilisation, 0.7)];
        assert_eq!((mix.parts.as_slice(), mix.window), (parts.as_slice(), Span::from_secs(60)));
        assert_eq!((mix.only(), mix.unit()), (None, Unit::Count));
        // A weight makes a plain number of it.
        let half = signal("metric = { utilisation = 0.5 }, ").unwrap();
        assert_eq!((half.only(), half.unit()), (None, Unit::Count));
    }

    #[test]
    fn what_is_no_signal_is_a_mistake() {
        for (keys, mistake) in [
            ("metric = 'utilization', ", "unknown metric `utilization`"),
            ("metric = { utilization = 1.0 }, ", "unknown metric `utilization`"),
            ("metric = {}, ", "`x.metric`: a mix of metrics needs one that weighs"),
            (
                "metric = { utilisation = 0.0 }, ",
                "`x.metric`: a mix of metrics needs one that weighs",
            ),
            ("window = '0s', ", "`x.window` is zero"),
        ] {
            assert_eq!(signal(keys).unwrap_err(), [mistake], "{keys}");
        }
    }

    #[test]
    fn parts_show_as_they_are_written() {
        let parts = vec![(Metric::QueueLength, 0.01), (Metric::Utilisation, 0.7)];
        assert_eq!(Parts(parts).show(), "{ queue_length = 0.01, utilisation = 0.7 }");
        assert_eq!(Parts(vec![(Metric::Cpu, 1.0)]).show(), "\"cpu\"");
    }
}
