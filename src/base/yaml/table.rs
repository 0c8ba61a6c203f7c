//! A table of a YAML file whose keys are asked for one by one; what was not asked for is a mistake.
//!
//! A key without a value counts as absent. Keys that are missing are reported together; if a key
//! that nobody asked for looks like the missing one, only that one is reported.

use super::Node;
use crate::base::read::{list_of, suggest};

/// The keys of one table. It ends with [`Table::finish`].
#[must_use = "a table is finished, so that unknown and missing keys are reported"]
pub struct Table<'d> {
    node: Node<'d>,
    asked: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'d> Table<'d> {
    pub(super) fn new(node: Node<'d>) -> Self {
        Table { node, asked: Vec::new(), missing: Vec::new() }
    }

    /// The value of `key`, if one is written.
    pub fn node(&mut self, key: &'static str) -> Option<Node<'d>> {
        self.asked.push(key);
        let (key, value) = self.node.rows().iter().find(|(other, _)| other.name == key)?;
        Some(self.node.child(key, value)).filter(|node| !node.is_null())
    }

    /// The value of `key`, which must be there.
    pub fn need(&mut self, key: &'static str) -> Option<Node<'d>> {
        let node = self.node(key);
        if node.is_none() {
            self.missing.push(key);
        }
        node
    }

    /// A key that may be there and means nothing here.
    pub fn ignore(&mut self, key: &'static str) {
        self.asked.push(key);
    }

    /// All keys and values: a table keyed by the user's names.
    pub fn entries(self) -> Vec<(&'d str, Node<'d>)> {
        let rows = self.node.rows().iter();
        rows.map(|(key, value)| (key.name.as_str(), self.node.child(key, value))).collect()
    }

    /// The table as a value.
    pub fn as_node(&self) -> &Node<'d> {
        &self.node
    }

    /// All keys that can be there have been asked for: every other one is a mistake, and so is
    /// what is missing.
    pub fn finish(mut self) {
        let document = self.node.document();
        let prefix = match self.node.path() {
            "" => String::new(),
            path => format!("{path}."),
        };
        for (key, _) in self.node.rows() {
            if self.asked.contains(&key.name.as_str()) {
                continue;
            }
            let written = |asked: &str| self.node.rows().iter().any(|(key, _)| key.name == asked);
            let free = self.asked.iter().copied().filter(|asked| !written(asked));
            let near = suggest(&key.name, free);
            self.missing.retain(|missing| Some(*missing) != near);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", list_of(&self.asked)),
            };
            let message = format!("unknown key `{prefix}{}`", key.name);
            document.report(key.place.clone(), message, "unknown key", Some(help));
        }
        if !self.missing.is_empty() {
            let keys = if self.missing.len() == 1 { "key" } else { "keys" };
            let names = list_of(&self.missing);
            let within = match self.node.path() {
                "" => String::new(),
                path => format!(" in `{path}`"),
            };
            let message = format!("missing {keys} {names}{within}");
            self.node.mistake(message, format!("needs {names}"), None);
        }
    }
}
