//! One value of a YAML file, with its place and path.

use super::tree::{Form, Key, Style, Tree};
use super::{Document, Table};
use crate::base::read::{Mistake, Place, quoted};

/// A value of a file, its place and its path.
#[derive(Clone)]
pub struct Node<'d> {
    tree: &'d Tree,
    key_place: Place,
    path: String,
    document: &'d Document<'d>,
}

impl<'d> Node<'d> {
    pub(super) fn root(tree: &'d Tree, document: &'d Document<'d>) -> Self {
        Node { tree, key_place: tree.place.clone(), path: String::new(), document }
    }

    pub(super) fn child(&self, key: &'d Key, tree: &'d Tree) -> Node<'d> {
        let dot = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}", self.path, key.name);
        Node { tree, key_place: key.place.clone(), path, document: self.document }
    }

    pub(super) fn rows(&self) -> &'d [(Key, Tree)] {
        match &self.tree.form {
            Form::Table(rows) => rows,
            _ => &[],
        }
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.tree.place.clone()
    }

    /// Where its key stands; of an item, the item itself.
    pub fn key_place(&self) -> Place {
        self.key_place.clone()
    }

    /// The path from the root: `groups[0].rules[2].expr`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Is nothing written here, or `null`?
    pub fn is_null(&self) -> bool {
        let Form::Scalar { text, style: Style::Plain } = &self.tree.form else { return false };
        matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Is it a table?
    pub fn is_table(&self) -> bool {
        matches!(self.tree.form, Form::Table(_))
    }

    /// Is it this text?
    pub fn is_text(&self, wanted: &str) -> bool {
        matches!(&self.tree.form, Form::Scalar { text, .. } if text == wanted)
    }

    /// The value of a key, if this is a table that has it; nothing is reported.
    pub fn peek(&self, key: &str) -> Option<Node<'d>> {
        let (key, value) = self.rows().iter().find(|(other, _)| other.name == key)?;
        Some(self.child(key, value))
    }

    /// The keys of a table.
    pub fn table(&self) -> Option<Table<'d>> {
        match self.tree.form {
            Form::Table(_) => Some(Table::new(self.clone())),
            _ => self.expected("a table of keys and values", None),
        }
    }

    /// The items of a list, in order.
    pub fn list(&self) -> Option<Vec<Node<'d>>> {
        let Form::List(items) = &self.tree.form else {
            return self.expected("a list", None);
        };
        let item = |(i, tree): (usize, &'d Tree)| Node {
            tree,
            key_place: tree.place.clone(),
            path: format!("{}[{i}]", self.path),
            document: self.document,
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// The text, with or without quotes.
    pub fn text(&self) -> Option<&'d str> {
        match &self.tree.form {
            Form::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => self.expected("a text", None),
        }
    }

    fn plain(&self) -> Option<&'d str> {
        match &self.tree.form {
            Form::Scalar { text, style: Style::Plain } => Some(text),
            _ => None,
        }
    }

    /// The whole number, zero or more.
    pub fn whole(&self) -> Option<u64> {
        let digits = self.plain().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|text| text.parse().ok());
        number.or_else(|| self.expected("a whole number of zero or more", None))
    }

    /// What is written here, for a sentence.
    pub fn found(&self) -> String {
        match &self.tree.form {
            Form::Scalar { .. } if self.is_null() => String::from("nothing"),
            Form::Scalar { text, .. } => match text.char_indices().nth(40) {
                Some((end, _)) => quoted(&format!("{}...", &text[..end])),
                None => quoted(text),
            },
            Form::List(items) => format!("a list of {}", items.len()),
            Form::Table(_) => String::from("a table"),
        }
    }

    /// Reports that something else was expected here, and gives nothing.
    pub fn expected<T>(&self, what: &str, help: Option<String>) -> Option<T> {
        let at = if self.path.is_empty() { String::new() } else { format!("`{}`: ", self.path) };
        let message = format!("{at}expected {what}, found {}", self.found());
        self.mistake(message, format!("expected {what}"), help);
        None
    }

    /// Reports a mistake at this value.
    pub fn mistake(
        &self,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.document.report(self.place(), message, label, help);
    }

    /// Reports a mistake at this value's key.
    pub fn mistake_at_key(
        &self,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.document.report(self.key_place(), message, label, help);
    }

    /// Reports a mistake whose place counts in this value's text.
    pub fn mistake_in_text(&self, mistake: Mistake) {
        let place = self.tree.part(&self.document.source.text, &mistake.place);
        self.document.report(place, mistake.message, mistake.label, mistake.help);
    }

    /// Reports a mistake made for this value elsewhere, at this value.
    pub fn mistake_here(&self, mistake: Mistake) {
        self.mistake(mistake.message, mistake.label, mistake.help);
    }

    #[cfg(test)]
    pub(super) fn tree(&self) -> &'d Tree {
        self.tree
    }

    pub(super) fn document(&self) -> &'d Document<'d> {
        self.document
    }
}
