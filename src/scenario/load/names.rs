//! Names: the keys of the scenario's sections, and what refers to them.
//!
//! Rule: a name is letters, digits, `_` and `-`, so that it can stand in a path, a column's header
//! and a file's name. Invariant: a reference is reported as unknown only if its section could be
//! read; a part that is itself wrong keeps its name, so that nobody who refers to it is blamed.

use crate::base::read::{Mistake, Node, Table};

/// The names of one section, sorted.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// What has these names: `pool`, `class`.
    pub what: &'static str,
    pub all: Vec<String>,
    /// Whether all names are known: the section could be read.
    pub whole: bool,
}

impl Names {
    /// The index of a name, if there is one.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.all.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    /// The index of the name written at `node`; reports a name that does not exist.
    pub fn resolve(&self, node: &Node<'_>, name: &str) -> Option<usize> {
        let index = self.find(name);
        if index.is_none() && self.whole {
            let names = self.all.iter().map(String::as_str);
            node.context().report(Mistake::unknown(node.place(), self.what, name, names));
        }
        index
    }

    /// All names, for a list in a sentence.
    pub fn list(&self) -> Vec<&str> {
        self.all.iter().map(String::as_str).collect()
    }
}

/// A table of parts by name, not yet read.
pub(super) struct Section<'d> {
    pub names: Names,
    /// The parts, in the order of the names.
    pub parts: Vec<Node<'d>>,
}

impl<'d> Section<'d> {
    /// The section under `key`, which must be there with at least one part.
    pub fn need(table: &mut Table<'d>, key: &'static str, what: &'static str) -> Self {
        let Some(node) = table.need_node(key) else { return Self::unreadable(what) };
        let section = Self::of(&node, what);
        if section.names.whole && section.parts.is_empty() {
            node.mistake(
                format!("`{}` is empty: at least one {what} is needed", node.path()),
                format!("no {what}"),
                format!("write `[{}.NAME]` with a name of your choice", node.path()),
            );
            return Self::unreadable(what);
        }
        section
    }

    /// The section under `key`, if there is one.
    pub fn maybe(table: &mut Table<'d>, key: &'static str, what: &'static str) -> Self {
        match table.node(key) {
            Some(node) => Self::of(&node, what),
            None => {
                Section { names: Names { what, all: Vec::new(), whole: true }, parts: Vec::new() }
            }
        }
    }

    /// The parts of the table at `node`.
    pub fn of(node: &Node<'d>, what: &'static str) -> Self {
        if !node.is_table() {
            let header = format!("write `[{}.NAME]`: the name is the key", node.path());
            node.expected::<()>(&format!("a table with a key for each {what}"), Some(header));
            return Self::unreadable(what);
        }
        let entries = node.table().map(|mut table| table.entries()).unwrap_or_default();
        for (name, part) in &entries {
            check_name(part, what, name);
        }
        let all = entries.iter().map(|(name, _)| (*name).to_owned()).collect();
        let parts = entries.into_iter().map(|(_, part)| part).collect();
        Section { names: Names { what, all, whole: true }, parts }
    }

    fn unreadable(what: &'static str) -> Self {
        Section { names: Names { what, all: Vec::new(), whole: false }, parts: Vec::new() }
    }

    /// The names with their parts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node<'d>)> {
        self.names.all.iter().map(String::as_str).zip(&self.parts)
    }
}

fn check_name(part: &Node<'_>, what: &str, name: &str) {
    if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        return;
    }
    let plain: String =
        name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let help = match plain.trim_matches('_') {
        "" => None,
        plain => Some(format!("write `{plain}`, for example")),
    };
    part.context().report(Mistake {
        place: part.key_place(),
        message: format!("`{name}` cannot be the name of a {what}"),
        label: String::from("a name is letters, digits, `_` and `-`"),
        help,
        inside: None,
    });
}

/// One name in quotes, or a list of names, each once; with their places.
pub(super) fn name_list<'d>(node: &Node<'d>) -> Option<Vec<(&'d str, Node<'d>)>> {
    if node.is_text() {
        return Some(vec![(node.text()?, node.clone())]);
    }
    if !node.is_list() {
        return node.expected("a list of names such as [\"a\", \"b\"]", None);
    }
    let items: Vec<Option<(&str, Node<'_>)>> =
        node.list()?.into_iter().map(|item| Some((item.text()?, item))).collect();
    let items: Vec<(&str, Node<'_>)> = items.into_iter().collect::<Option<_>>()?;
    for (i, (name, item)) in items.iter().enumerate() {
        if items[..i].iter().any(|(earlier, _)| earlier == name) {
            item.mistake(
                format!("`{}`: `{name}` is listed twice", node.path()),
                "a second time",
                String::from("once is enough: remove this one"),
            );
            return None;
        }
    }
    Some(items)
}

/// The choice among a few names written at `key`; the first is the default.
pub(super) fn pick<T: Copy>(
    table: &mut Table<'_>,
    key: &'static str,
    options: &[(&'static str, T)],
) -> Option<T> {
    let name = table.or(key, options[0].0.to_owned());
    let chosen = options.iter().find(|(option, _)| *option == name);
    if chosen.is_none() {
        let node = table.node(key)?;
        let names = options.iter().map(|(option, _)| *option);
        let what = format!("{key} choice");
        node.context().report(Mistake::unknown(node.place(), &what, &name, names));
    }
    chosen.map(|(_, value)| *value)
}
