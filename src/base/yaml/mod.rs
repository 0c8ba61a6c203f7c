//! Reading a YAML file that the scenario refers to, with places: what other tools' files say.
//!
//! A [`Document`] is the parsed file; a [`Node`] is one value with its place and path; a [`Table`]
//! hands out its keys one by one. Mistakes go to the scenario's [`Context`] and stand in the file
//! itself, beside the place in the scenario that refers to it.
//!
//! YAML is read as Go's tools read it: an empty value is as good as an absent one, and a text may
//! be written without quotes (`severity: 1`). Refused, because places would be lost or guessed:
//! anchors, aliases, tags, keys that are not plain texts, and the same key twice.
//!
//! Invariants: a reader that returns `None` has reported at least one mistake; every place lies
//! inside the file; no text makes it panic.

mod node;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use std::ops::Range;
use std::sync::Arc;

use crate::base::read::{Context, Inside, Mistake, Place, Source};

pub use node::Node;
pub use table::Table;
use tree::Tree;

/// A parsed file.
pub struct Document<'d> {
    trees: Vec<Tree>,
    source: Arc<Source>,
    /// Where the scenario refers to the file.
    at: Place,
    context: &'d Context<'d>,
}

impl<'d> Document<'d> {
    /// The file whose path is written at a value of the scenario.
    pub fn open(node: &crate::base::read::Node<'d>) -> Option<Self> {
        let (name, bytes) = (node.text()?, node.file()?);
        let text = String::from_utf8(bytes);
        let bad = text.as_ref().err().map(|error| error.utf8_error().valid_up_to());
        let text =
            text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let source = Arc::new(Source { name: name.to_string(), text });
        let (at, context) = (node.place(), node.context());
        let mut document = Document { trees: Vec::new(), source, at, context };
        if let Some(at) = bad {
            let help = String::from("save the file as UTF-8");
            document.report(at..at + 1, "the file is not UTF-8 text", "not UTF-8", Some(help));
            return None;
        }
        match tree::parse(&document.source.text) {
            Ok(trees) => {
                document.trees = trees;
                Some(document)
            }
            Err(bad) => {
                document.report(bad.place, bad.message, bad.label, bad.help);
                None
            }
        }
    }

    /// The values of the documents in the file, which `---` parts.
    pub fn roots(&self) -> Vec<Node<'_>> {
        self.trees.iter().map(|tree| Node::root(tree, self)).collect()
    }

    /// The value of the only document in the file.
    pub fn root(&self) -> Option<Node<'_>> {
        match self.trees.as_slice() {
            [only] => Some(Node::root(only, self)),
            [] => {
                self.report(0..0, "the file is empty", "nothing here", None);
                None
            }
            [_, second, ..] => {
                let help = String::from("give each document a file of its own");
                let message = "only one document can be in this file";
                self.report(second.place.clone(), message, "a second document", Some(help));
                None
            }
        }
    }

    /// Reports a mistake at a place in the file.
    pub fn report(
        &self,
        place: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let inside = Some(Inside { source: self.source.clone(), place });
        let (message, label) = (message.into(), label.into());
        self.context.report(Mistake { place: self.at.clone(), message, label, help, inside });
    }
}
