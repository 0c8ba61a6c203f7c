//! How conflicts are declared.
//!
//! ```toml
//! [conflicts.change_of_mind]      # two actions on one entity that must not overlap
//! between = ["pick", "cancel_order"]
//! rule = "cancel_later"           # or "serialise", "merge"; without: first come first served
//!
//! [conflicts.pay_first]           # the first goes before the second
//! order = ["payment", "dispatch"]
//! rule = "serialise"
//!
//! [conflicts.stock]               # who loses this resource to a higher priority
//! resource = "stock"
//! loser = "requeue"               # or "preempt"; "wait" by default
//! ```

use crate::base::read::{Mistake, Node, Placed, Read, Show, Table, list_of, quoted};

/// What is done about a logical conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One after the other.
    Serialise,
    /// Who came later is cancelled.
    CancelLater,
    /// Who came later becomes part of the other.
    Merge,
}

/// What becomes of who loses a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loser {
    /// It waits until the winner has ended.
    Wait,
    /// It goes back to its queue and starts anew.
    Requeue,
    /// It is interrupted at once and goes on later.
    Preempt,
}

const RULES: [(&str, Rule); 3] =
    [("serialise", Rule::Serialise), ("cancel_later", Rule::CancelLater), ("merge", Rule::Merge)];

const LOSERS: [(&str, Loser); 3] =
    [("wait", Loser::Wait), ("requeue", Loser::Requeue), ("preempt", Loser::Preempt)];

/// `[conflicts.NAME]`: a declaration, with names of steps, workflows and resources as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Spec {
    /// Two actions on one entity that must not overlap.
    Pair {
        /// Both; they may be the same.
        names: [Placed<String>; 2],
        /// Whether the first goes before the second.
        ordered: bool,
        /// What is done; nothing: first come first served.
        rule: Option<Rule>,
    },
    /// What becomes of who loses a resource.
    Resource {
        /// The resource.
        resource: Placed<String>,
        /// What becomes of the loser.
        loser: Loser,
    },
}

/// The one of `options` whose name is written at `node`.
fn named<T: Copy>(node: &Node<'_>, what: &str, options: &[(&str, T)]) -> Option<T> {
    let text = node.text()?;
    let found = options.iter().find(|(name, _)| *name == text);
    if found.is_none() {
        let names = options.iter().map(|(name, _)| *name);
        node.context().report(Mistake::unknown(node.place(), what, text, names));
    }
    found.map(|(_, option)| *option)
}

impl Read for Rule {
    fn read(node: &Node<'_>) -> Option<Self> {
        named(node, "rule for conflicts", &RULES)
    }
}

impl Read for Loser {
    fn read(node: &Node<'_>) -> Option<Self> {
        named(node, "fate of a loser", &LOSERS)
    }
}

impl Show for Loser {
    fn show(&self) -> String {
        let (name, _) = LOSERS.iter().find(|(_, loser)| loser == self).expect("all are listed");
        quoted(name)
    }
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let subjects = ["between", "order", "resource"];
        let written: Vec<&str> = subjects.into_iter().filter(|key| table.has(key)).collect();
        let spec = match written.as_slice() {
            ["between"] => pair(&mut table, "between"),
            ["order"] => pair(&mut table, "order"),
            ["resource"] => {
                let resource = table.need("resource");
                let loser = table.or("loser", Loser::Wait);
                resource.map(|resource| Spec::Resource { resource, loser })
            }
            _ => {
                let subjects = list_of(&subjects);
                table.mistake(
                    format!("`{}`: exactly one of {subjects} says what conflicts", node.path()),
                    "one of them",
                    None,
                );
                return None;
            }
        };
        table.finish();
        spec
    }
}

/// The pair written at `key`, with its rule.
fn pair(table: &mut Table<'_>, key: &'static str) -> Option<Spec> {
    let names = table.need_node(key)?;
    let rule = table.node("rule");
    let rule = rule.as_ref().map(Rule::read);
    let list = Vec::<Placed<String>>::read(&names)?;
    let Ok(pair) = <[Placed<String>; 2]>::try_from(list) else {
        return names.expected("two names", None);
    };
    // A rule that is wrong has been reported.
    let rule = rule.map_or(Some(None), |rule| rule.map(Some))?;
    Some(Spec::Pair { names: pair, ordered: key == "order", rule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::{Document, NoFiles};

    /// The declaration, or the messages of the mistakes.
    fn read(text: &str) -> Result<Spec, Vec<String>> {
        let read = Document::parse(text).unwrap().read::<Spec>(&NoFiles);
        read.map(|(spec, _)| spec)
            .map_err(|mistakes| mistakes.into_iter().map(|mistake| mistake.message).collect())
    }

    #[test]
    fn declarations_read() {
        for (text, is_ordered, expected) in [
            ("between = ['a', 'b']\nrule = 'serialise'", false, Some(Rule::Serialise)),
            ("between = ['a', 'b']\nrule = 'cancel_later'", false, Some(Rule::CancelLater)),
            ("order = ['a', 'b']\nrule = 'merge'", true, Some(Rule::Merge)),
            ("order = ['a', 'b']", true, None),
        ] {
            let Ok(Spec::Pair { names, ordered, rule }) = read(text) else { panic!("{text}") };
            assert_eq!(names.map(|name| name.value), ["a", "b"]);
            assert_eq!((ordered, rule), (is_ordered, expected), "{text}");
        }
        for (text, expected) in [
            ("resource = 'stock'", Loser::Wait),
            ("resource = 'stock'\nloser = 'requeue'", Loser::Requeue),
            ("resource = 'stock'\nloser = 'preempt'", Loser::Preempt),
        ] {
            let Ok(Spec::Resource { resource, loser }) = read(text) else { panic!("{text}") };
            assert_eq!((resource.value.as_str(), loser), ("stock", expected), "{text}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        let one = "``: exactly one of `between`, `order` and `resource` says what conflicts";
        for (text, mistake) in [
            ("", one),
            ("between = ['a', 'b']\nresource = 'r'", one),
            ("between = ['a']", "`between`: expected two names, found a list of 1"),
            ("order = ['a', 'b']\nrule = 'merg'", "unknown rule for conflicts `merg`"),
            ("resource = 'r'\nloser = 'dies'", "unknown fate of a loser `dies`"),
            ("resource = 'r'\nrule = 'merge'", "unknown key `rule`"),
            ("between = ['a', 'b']\nloser = 'wait'", "unknown key `loser`"),
        ] {
            assert_eq!(read(text), Err(vec![String::from(mistake)]), "{text}");
        }
    }
}
