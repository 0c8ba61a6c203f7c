//! The text of a document, parsed: TOML 1.1 by `toml_edit`, which keeps the place of every key and
//! value.
//!
//! Where places come from: a `[header]` table stands at its header, an inline table at its braces,
//! a table that exists only through dotted keys (`a.b = 1`) at its first key, the root at the
//! start.

use super::{Context, Files, Filled, Mistake, Node, Read};

/// A parsed document.
#[derive(Debug)]
pub struct Document {
    toml: toml_edit::Document<String>,
}

impl Document {
    /// Parses a text; the mistake is the first one of TOML's own grammar.
    pub fn parse(text: &str) -> Result<Document, Mistake> {
        match toml_edit::Document::parse(text.to_owned()) {
            Ok(toml) => Ok(Document { toml }),
            Err(error) => Err(Mistake {
                place: error.span().unwrap_or(0..0),
                message: format!("this is not valid TOML: {}", error.message()),
                label: String::from("here"),
                help: unquoted(text, error.span().unwrap_or(0..0).start),
                inside: None,
            }),
        }
    }

    /// Parses a file's bytes, which must be UTF-8.
    ///
    /// The place of a bad byte counts also in the text that `String::from_utf8_lossy` makes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Document, Mistake> {
        let text = std::str::from_utf8(bytes).map_err(|error| Mistake {
            place: error.valid_up_to()..error.valid_up_to() + 1,
            message: String::from("the file is not UTF-8 text"),
            label: format!("byte 0x{:02X} is not UTF-8", bytes[error.valid_up_to()]),
            help: Some(String::from("save the file as UTF-8")),
            inside: None,
        })?;
        Self::parse(text)
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        self.toml.raw()
    }

    /// The root table, to be read in `context`.
    pub fn root<'d>(&'d self, context: &'d Context<'d>) -> Node<'d> {
        Node::root(self.toml.as_table(), context)
    }

    /// Reads the whole document as a `T`, with the defaults that were filled in, or else all
    /// mistakes in the order of their places.
    pub fn read<T: Read>(&self, files: &dyn Files) -> Result<(T, Vec<Filled>), Vec<Mistake>> {
        let context = Context::new(files);
        let value = T::read(&self.root(&context));
        let (mistakes, filled) = context.finish();
        match value {
            Some(value) if mistakes.is_empty() => Ok((value, filled)),
            value => {
                let explained = value.is_some() || !mistakes.is_empty();
                assert!(explained, "a reader that gives up has reported why");
                Err(mistakes)
            }
        }
    }
}

/// A hint for the commonest slip, a text without quotes: `timeout = 30s`, `when = always`.
fn unquoted(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let (_, value) = text[line..].lines().next()?.split_once('=')?;
    let value = value.split('#').next()?.trim();
    let bare = value.chars().all(|c| c.is_alphanumeric() || "._-/%: ".contains(c));
    let word =
        value.chars().any(|c| c.is_alphabetic() || c == '%') && value.parse::<f64>().is_err();
    (bare && word).then(|| format!("texts and durations are written in quotes: \"{value}\""))
}
