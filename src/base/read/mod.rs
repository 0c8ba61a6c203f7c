//! Reading a TOML document with places: what the user typed becomes values that cannot be wrong,
//! and everything that is wrong is found in one pass.
//!
//! A [`Document`] is the parsed text. A [`Context`] collects the [`Mistake`]s and the defaults that
//! were filled in ([`Filled`]), and opens the files a document refers to. A [`Node`] is one value
//! with its place in the text and its dotted path; a [`Table`] hands out its keys one by one. A
//! type that can be written in a scenario implements [`Read`]; if it serves as a default, also
//! [`Show`].
//!
//! ```
//! use rehearsal::base::read::{Document, NoFiles, Node, Read};
//!
//! #[derive(Debug, PartialEq)]
//! struct Retry { attempts: u32, jitter: bool }
//!
//! impl Read for Retry {
//!     fn read(node: &Node<'_>) -> Option<Self> {
//!         let mut table = node.table()?;
//!         let attempts = table.need("attempts");
//!         let jitter = table.or("jitter", true);
//!         table.finish();
//!         Some(Retry { attempts: attempts?, jitter })
//!     }
//! }
//!
//! let document = Document::parse("attempts = 3").unwrap();
//! let (retry, filled) = document.read::<Retry>(&NoFiles).unwrap();
//! assert_eq!(retry, Retry { attempts: 3, jitter: true });
//! assert_eq!(filled[0].path.as_str(), "jitter");
//!
//! let document = Document::parse("atempts = 3").unwrap();
//! let mistakes = document.read::<Retry>(&NoFiles).unwrap_err();
//! assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `attempts`?"));
//! ```
//!
//! Invariants: a reader that returns `None` has reported at least one mistake; every place lies
//! inside the text; what [`Show`] writes reads back as the same value; no text makes it panic.

mod context;
mod document;
mod mistake;
mod node;
mod path;
mod plain;
mod table;
#[cfg(test)]
mod tests;

pub use context::{Context, Files, Filled, NoFiles};
pub use document::Document;
pub use mistake::{Inside, Mistake, Place, Source, list_of, suggest};
pub use node::Node;
pub use path::{Path, Step};
pub use plain::{Placed, quoted};
pub use table::Table;

/// A type that can be read from a scenario.
pub trait Read: Sized {
    /// The value written at `node`. `None`: it was wrong, and the mistake has been reported.
    fn read(node: &Node<'_>) -> Option<Self>;
}

/// A type whose values can be written in a scenario.
pub trait Show {
    /// The TOML text that a person would write for this value; [`Read`] gives the same value back.
    fn show(&self) -> String;
}
