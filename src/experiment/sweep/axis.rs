//! An axis: the values that one key, or several together, take in turn.
//!
//! ```toml
//! [sweep.axes]
//! "pools.desk.agents" = [5, 6, 7]                                # a list
//! "pools.desk.speed" = { from = 0.8, to = 1.2, step = 0.1 }      # a range, both ends included
//! "queues.desk.dispatch.scored.weights" = { simplex = 0.25, over = ["success", "response"] }
//! policy = { alternatives = { "as now" = {}, random = { "queues.desk.dispatch" = "random" } } }
//! ```
//!
//! A simplex of step s holds every way to divide one among the names in multiples of s (Scheffé's
//! lattice).

use crate::base::read::{Node, Read};

/// One value of an axis: what it is called and the keys it sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What tables and charts call it.
    pub label: String,
    /// Paths and TOML values, in order.
    pub sets: Vec<(String, String)>,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The key, or the name of the alternatives.
    pub name: String,
    /// Its values, in the order of the grid; at least one, labels distinct.
    pub values: Vec<Value>,
}

impl Axis {
    /// Whether it is one key that varies, and its name is that key.
    pub fn is_key(&self) -> bool {
        self.values.iter().all(|value| matches!(&value.sets[..], [(path, _)] if *path == self.name))
    }
}

/// More values than this on one axis are a slip.
const VALUES_MAX: usize = 100_000;

impl Axis {
    /// Reads the axis `name` from its node in the document with this text.
    pub fn read(name: &str, node: &Node<'_>, text: &str) -> Option<Axis> {
        let values = if node.is_list() {
            read_list(name, node, text)?
        } else {
            let mut table = node.table()?;
            let (range, simplex) = (table.has("from"), table.has("simplex"));
            let values = if range {
                read_range(name, &mut table)
            } else if simplex {
                read_simplex(name, &mut table)
            } else {
                read_alternatives(&mut table, text)
            };
            table.finish();
            values?
        };
        let labels: Vec<&str> = values.iter().map(|value| value.label.as_str()).collect();
        let twice = labels.iter().enumerate().find(|(i, label)| labels[..*i].contains(label));
        if let Some((_, label)) = twice {
            node.mistake(
                format!("the axis `{name}` has `{label}` twice"),
                "a repeated value",
                None,
            );
            return None;
        }
        if values.is_empty() {
            node.mistake(format!("the axis `{name}` has no value"), "an empty axis", None);
            return None;
        }
        Some(Axis { name: name.to_string(), values })
    }
}

/// A value as the document writes it, on one line.
fn written<'t>(node: &Node<'_>, text: &'t str) -> &'t str {
    text.get(node.place()).unwrap_or_default().trim()
}

fn read_list(name: &str, node: &Node<'_>, text: &str) -> Option<Vec<Value>> {
    let value = |item: &Node<'_>| {
        let toml = written(item, text);
        let label = toml.trim_matches('"').to_string();
        Value { label, sets: vec![(name.to_string(), toml.to_string())] }
    };
    Some(node.list()?.iter().map(value).collect())
}

fn read_range(name: &str, table: &mut crate::base::read::Table<'_>) -> Option<Vec<Value>> {
    let (from, to) = (table.need::<f64>("from"), table.need::<f64>("to"));
    let step = table.need::<f64>("step");
    let (from, to, step) = (from?, to?, step?);
    let n = ((to - from) / step + 1e-9).floor();
    if !(step > 0.0 && n >= 0.0 && n < VALUES_MAX as f64) {
        table.mistake(
            format!("the range of `{name}` is empty or too long"),
            "needs from <= to and a step above zero",
            None,
        );
        return None;
    }
    let whole = [from, step].iter().all(|x| x.fract() == 0.0);
    let value = |i: u32| {
        // Rounded to twelve digits, so that 0.8 + 2 * 0.1 is called 1.
        let x = ((from + f64::from(i) * step) * 1e12).round() / 1e12;
        let label = if whole { format!("{x:.0}") } else { format!("{x:?}") };
        Value { sets: vec![(name.to_string(), label.clone())], label }
    };
    Some((0..=n as u32).map(value).collect())
}

fn read_simplex(name: &str, table: &mut crate::base::read::Table<'_>) -> Option<Vec<Value>> {
    let step: Option<f64> = table.need("simplex");
    let over: Option<Vec<String>> = table.need("over");
    let (step, over) = (step?, over?);
    let parts = (1.0 / step).round();
    let exact = step > 0.0 && step <= 1.0 && (parts * step - 1.0).abs() < 1e-9;
    if !exact || over.len() < 2 || count(parts as u64, over.len() as u64) > VALUES_MAX as u64 {
        table.mistake(
            format!("`{name}` is not a usable simplex"),
            "needs a step that divides 1 and two or more names",
            "for example `simplex = 0.25, over = [\"success\", \"response\"]`".to_string(),
        );
        return None;
    }
    let parts = parts as u32;
    let mut values = Vec::new();
    divide(parts, over.len(), &mut Vec::new(), &mut |shares| {
        let weight = |share: &u32| f64::from(*share) / f64::from(parts);
        let label: Vec<String> = shares.iter().map(|share| format!("{}", weight(share))).collect();
        let entry = |(key, share): (&String, &u32)| format!("{key} = {:?}", weight(share));
        let entries: Vec<String> = over.iter().zip(shares).map(entry).collect();
        let toml = format!("{{ {} }}", entries.join(", "));
        values.push(Value { label: label.join("/"), sets: vec![(name.to_string(), toml)] });
    });
    Some(values)
}

/// How many ways there are to divide `parts` among `names`: C(parts + names - 1, names - 1).
fn count(parts: u64, names: u64) -> u64 {
    (1..names).fold(1u64, |ways, i| ways.saturating_mul(parts + i) / i)
}

/// Every way to divide `parts` among `names`, the first name's share descending.
fn divide(parts: u32, names: usize, shares: &mut Vec<u32>, each: &mut impl FnMut(&[u32])) {
    if shares.len() + 1 == names {
        shares.push(parts);
        each(shares);
        shares.pop();
        return;
    }
    for share in (0..=parts).rev() {
        shares.push(share);
        divide(parts - share, names, shares, each);
        shares.pop();
    }
}

fn read_alternatives(table: &mut crate::base::read::Table<'_>, text: &str) -> Option<Vec<Value>> {
    let node = table.need_node("alternatives")?;
    let mut nodes = node.table()?.entries();
    // In the order in which they are written: the user's order means something here.
    nodes.sort_by_key(|(_, node)| node.place().start);
    let value = |(label, node): &(&str, Node<'_>)| {
        let sets = node.table()?.entries();
        let set =
            |(path, value): &(&str, Node<'_>)| (path.to_string(), written(value, text).to_string());
        Some(Value { label: label.to_string(), sets: sets.iter().map(set).collect() })
    };
    nodes.iter().map(value).collect()
}

/// A value that must be the label of one of an axis's values.
pub(super) fn find(axis: &Axis, node: &Node<'_>, text: &str) -> Option<usize> {
    let label = if node.is_text() { String::read(node)? } else { written(node, text).to_string() };
    let place = axis.values.iter().position(|value| value.label == label);
    if place.is_none() {
        let labels = axis.values.iter().map(|value| value.label.as_str());
        let what = format!("value on the axis `{}`", axis.name);
        let mistake = crate::base::read::Mistake::unknown(node.place(), &what, &label, labels);
        node.context().report(mistake);
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::{Context, Document, NoFiles};

    fn axis(toml: &str) -> Result<Axis, String> {
        let text = format!("a = {toml}");
        let document = Document::parse(&text).unwrap();
        let context = Context::new(&NoFiles);
        let node = document.root(&context).table().unwrap().node("a").unwrap();
        let axis = Axis::read("p.q", &node, &text);
        axis.ok_or_else(|| context.finish().0.remove(0).message)
    }

    fn labels(toml: &str) -> Vec<String> {
        axis(toml).unwrap().values.into_iter().map(|value| value.label).collect()
    }

    #[test]
    fn lists_and_ranges() {
        assert_eq!(labels("[5, \"6s\", { random = {} }]"), ["5", "6s", "{ random = {} }"]);
        assert_eq!(labels("{ from = 5, to = 8, step = 1 }"), ["5", "6", "7", "8"]);
        assert_eq!(labels("{ from = 0.8, to = 1.05, step = 0.1 }"), ["0.8", "0.9", "1.0"]);
    }

    #[test]
    fn a_simplex_divides_one() {
        let halves = "{ simplex = 0.5, over = [\"a\", \"b\", \"c\"] }";
        assert_eq!(
            labels(halves),
            ["1/0/0", "0.5/0.5/0", "0.5/0/0.5", "0/1/0", "0/0.5/0.5", "0/0/1"]
        );
        assert_eq!(count(10, 4), 286);
        let axis = axis(halves).unwrap();
        assert_eq!(axis.values[1].sets[0].1, "{ a = 0.5, b = 0.5, c = 0.0 }");
    }

    #[test]
    fn alternatives_keep_the_order_of_the_file() {
        let toml = "{ alternatives = { now = {}, early = { \"b.c\" = \"x\", d = 2 } } }";
        let axis = axis(toml).unwrap();
        assert_eq!(axis.values[0], Value { label: "now".to_string(), sets: vec![] });
        let sets = [("b.c".to_string(), "\"x\"".to_string()), ("d".to_string(), "2".to_string())];
        assert_eq!(axis.values[1].sets, sets);
    }

    #[test]
    fn slips_are_told() {
        for (toml, message) in [
            ("[1, 1]", "the axis `p.q` has `1` twice"),
            ("[]", "the axis `p.q` has no value"),
            ("{ from = 2, to = 1, step = 1 }", "the range of `p.q` is empty or too long"),
            ("{ simplex = 0.3, over = [\"a\", \"b\"] }", "`p.q` is not a usable simplex"),
        ] {
            assert_eq!(axis(toml).unwrap_err(), message);
        }
    }
}
