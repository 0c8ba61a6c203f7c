//! A table whose keys are asked for one by one; what was not asked for is a mistake.
//!
//! Keys that are missing are reported together when the table is let go. If a key that nobody asked
//! for looks like the missing one, only that one is reported: one slip, one mistake.

use super::{Mistake, Node, Place, Read, Show, list_of, quoted, suggest};

/// The keys of one table.
pub struct Table<'d> {
    node: Node<'d>,
    asked: Vec<&'static str>,
    missing: Vec<&'static str>,
    /// All keys are known: they are the user's names.
    open: bool,
    /// All keys that can be there have been asked for.
    finished: bool,
}

impl<'d> Table<'d> {
    pub(super) fn new(node: Node<'d>) -> Self {
        Table { node, asked: Vec::new(), missing: Vec::new(), open: false, finished: false }
    }

    /// The value of `key` as it is written.
    pub fn node(&mut self, key: &'static str) -> Option<Node<'d>> {
        self.has(key);
        let (key, item) = self.node.as_table_like()?.get_key_value(key)?;
        Some(self.node.child(key, item))
    }

    /// Is `key` written?
    pub fn has(&mut self, key: &'static str) -> bool {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.node.as_table_like().is_some_and(|table| table.contains_key(key))
    }

    /// The value of `key`, as it is written, which must be there.
    pub fn need_node(&mut self, key: &'static str) -> Option<Node<'d>> {
        let node = self.node(key);
        if node.is_none() && !self.missing.contains(&key) {
            self.missing.push(key);
        }
        node
    }

    /// The value of `key`, which must be there.
    pub fn need<T: Read>(&mut self, key: &'static str) -> Option<T> {
        T::read(&self.need_node(key)?)
    }

    /// The value of `key`, if it is there.
    pub fn maybe<T: Read>(&mut self, key: &'static str) -> Option<T> {
        T::read(&self.node(key)?)
    }

    /// What `read` makes of the value of `key`; `Some(None)` if it is not there, so that a value
    /// that could not be read is told from none.
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Node<'d>) -> Option<T>,
    ) -> Option<Option<T>> {
        self.node(key).map_or(Some(None), |node| read(&node).map(Some))
    }

    /// The value of `key`, or else `default`, which is noted as filled in.
    pub fn or<T: Read + Show>(&mut self, key: &'static str, default: T) -> T {
        match self.node(key) {
            // A value that was wrong has been reported; the default only lets the reading go on.
            Some(node) => T::read(&node).unwrap_or(default),
            None => {
                self.node.context().fill(self.node.steps().key(key), default.show());
                default
            }
        }
    }

    /// The value of `key`; if it is not there, what an empty table in its place means. The defaults
    /// that it has inside are noted as filled in.
    pub fn or_empty<T: Read>(&mut self, key: &'static str) -> Option<T> {
        let node = self.node(key).unwrap_or_else(|| self.node.absent(key));
        T::read(&node)
    }

    /// The value of `key`; if it is not there, what the bare name `choice` in its place means. The
    /// name, and the defaults that it has inside, are noted as filled in.
    pub fn or_choice<T: Read>(&mut self, key: &'static str, choice: &'static str) -> Option<T> {
        self.or_toml(key, &quoted(choice))
    }

    /// The value of `key`; if it is not there, what the text `toml` in its place means, which is
    /// noted as filled in, with the defaults that it has inside.
    ///
    /// # Panics
    /// If `toml` is not the text of a TOML value.
    pub fn or_toml<T: Read>(&mut self, key: &'static str, toml: &str) -> Option<T> {
        if let Some(node) = self.node(key) {
            return T::read(&node);
        }
        self.node.context().fill(self.node.steps().key(key), toml.to_owned());
        let value: toml_edit::Value = toml.parse().expect("a default is valid TOML");
        T::read(&self.node.supposed(key, &value))
    }

    /// All keys that nobody has asked for, in the order of the names: a table keyed by the user's
    /// names. They all count as known.
    pub fn entries(&mut self) -> Vec<(&'d str, Node<'d>)> {
        let mut names = self.unasked();
        names.sort_unstable();
        let table = self.node.as_table_like();
        let entry = |name: &'d str| table?.get_key_value(name);
        let entries: Vec<_> = names
            .into_iter()
            .filter_map(entry)
            .map(|(key, item)| (key.get(), self.node.child(key, item)))
            .collect();
        self.open = true;
        entries
    }

    fn unasked(&self) -> Vec<&'d str> {
        let keys = self.node.as_table_like().into_iter().flat_map(|table| table.iter());
        keys.map(|(key, _)| key).filter(|key| !self.asked.contains(key)).collect()
    }

    /// Where the table stands.
    pub fn place(&self) -> Place {
        self.node.place()
    }

    /// The table as a value.
    pub fn as_node(&self) -> &Node<'d> {
        &self.node
    }

    /// Reports a mistake at the table.
    pub fn mistake(
        &self,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.node.mistake(message, label, help);
    }
}

impl Table<'_> {
    /// All keys that can be there have been asked for: every other one is a mistake.
    pub fn finish(mut self) {
        self.finished = true;
    }

    fn report_unknown(&mut self, key: &str) {
        let table = self.node.as_table_like().expect("a table with a key is written");
        let free = self.asked.iter().copied().filter(|asked| !table.contains_key(asked));
        let near = suggest(key, free);
        self.missing.retain(|missing| Some(*missing) != near);
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.asked.is_empty() => String::from("nothing can be written here"),
            None => format!("known here: {}", list_of(&self.asked)),
        };
        let place = table.key(key).and_then(toml_edit::Key::span);
        self.node.context().report(Mistake {
            place: place.unwrap_or_else(|| self.place()),
            message: format!("unknown key `{}`", self.node.steps().key(key)),
            label: String::from("unknown key"),
            help: Some(help),
            inside: None,
        });
    }

    fn report_missing(&self) {
        let keys = if self.missing.len() == 1 { "key" } else { "keys" };
        let names = list_of(&self.missing);
        let within = match self.node.path() {
            "" => String::new(),
            path => format!(" in `{path}`"),
        };
        self.mistake(format!("missing {keys} {names}{within}"), format!("needs {names}"), None);
    }
}

impl Drop for Table<'_> {
    /// Reports what is missing and, if the table is finished, what is unknown.
    fn drop(&mut self) {
        if self.finished && !self.open {
            for key in self.unasked() {
                self.report_unknown(key);
            }
        }
        if !self.missing.is_empty() {
            self.report_missing();
        }
    }
}
