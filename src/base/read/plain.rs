//! How plain values are written: numbers, texts, flags, lists and tables of names.
//!
//! Whole numbers are whole (`3.0` is refused), zero is refused where at least one is needed, and
//! NaN and the infinities are refused everywhere. TOML itself bounds whole numbers by 2^63 - 1.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};

use super::{Node, Place, Read, Show};

/// A value together with where it was written, for checks that come after reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T: Read> Read for Placed<T> {
    fn read(node: &Node<'_>) -> Option<Self> {
        Some(Placed { value: T::read(node)?, place: node.place() })
    }
}

/// A text as TOML writes it: in double quotes, on one line.
pub fn quoted(text: &str) -> String {
    let mut toml = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => toml.extend(['\\', c]),
            '\n' => toml.push_str("\\n"),
            '\t' => toml.push_str("\\t"),
            c if c.is_control() => toml.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => toml.push(c),
        }
    }
    toml.push('"');
    toml
}

impl Read for String {
    fn read(node: &Node<'_>) -> Option<Self> {
        node.text().map(str::to_owned)
    }
}

impl Show for String {
    fn show(&self) -> String {
        quoted(self)
    }
}

impl Read for bool {
    fn read(node: &Node<'_>) -> Option<Self> {
        node.flag()
    }
}

impl Show for bool {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Read for f64 {
    fn read(node: &Node<'_>) -> Option<Self> {
        node.number()
    }
}

impl Show for f64 {
    /// The shortest decimal that reads back as the same number; never `inf` or `nan`.
    fn show(&self) -> String {
        assert!(self.is_finite(), "only finite numbers can be written in a scenario");
        format!("{self:?}")
    }
}

impl Read for i64 {
    fn read(node: &Node<'_>) -> Option<Self> {
        node.integer()
    }
}

impl Read for u64 {
    fn read(node: &Node<'_>) -> Option<Self> {
        node.whole()
    }
}

impl Read for u32 {
    fn read(node: &Node<'_>) -> Option<Self> {
        let small = u32::try_from(node.whole()?).ok();
        small.or_else(|| node.expected("a whole number of at most 4294967295", None))
    }
}

impl Read for NonZeroU64 {
    fn read(node: &Node<'_>) -> Option<Self> {
        NonZeroU64::new(u64::read(node)?).or_else(|| node.expected("at least 1", None))
    }
}

impl Read for NonZeroU32 {
    fn read(node: &Node<'_>) -> Option<Self> {
        NonZeroU32::new(u32::read(node)?).or_else(|| node.expected("at least 1", None))
    }
}

/// Whole numbers show themselves as digits.
macro_rules! show_digits {
    ($($whole:ty),*) => {$(
        impl Show for $whole {
            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
show_digits!(i64, u64, u32, NonZeroU64, NonZeroU32);

impl<T: Read> Read for Vec<T> {
    /// Every item is read, so that all mistakes are found.
    fn read(node: &Node<'_>) -> Option<Self> {
        let items: Vec<Option<T>> = node.list()?.iter().map(T::read).collect();
        items.into_iter().collect()
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) -> String {
        let items: Vec<String> = self.iter().map(Show::show).collect();
        format!("[{}]", items.join(", "))
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    /// Every entry is read, so that all mistakes are found.
    fn read(node: &Node<'_>) -> Option<Self> {
        let entries: Vec<(&str, Option<T>)> =
            node.table()?.entries().iter().map(|(name, node)| (*name, T::read(node))).collect();
        entries.into_iter().map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

impl<T: Show> Show for BTreeMap<String, T> {
    fn show(&self) -> String {
        if self.is_empty() {
            return String::from("{}");
        }
        let entry = |(name, value): (&String, &T)| {
            format!("{} = {}", super::Path::default().key(name), value.show())
        };
        let entries: Vec<String> = self.iter().map(entry).collect();
        format!("{{ {} }}", entries.join(", "))
    }
}
