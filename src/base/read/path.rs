//! Where a value stands in the document, as a user writes it: `pools.a.shifts."07:00"`, `steps[2]`.
//!
//! Keys are quoted where TOML needs it; items of lists are numbered from 0.

use std::fmt;

/// One step down from a value to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The value of a key of a table.
    Key(String),
    /// An item of a list, from 0.
    Item(usize),
}

/// The steps from the document's root to a value; the root's own path is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    steps: Vec<Step>,
    text: String,
}

impl Path {
    /// The path of the value of `key` in the table at this path.
    pub fn key(&self, key: &str) -> Path {
        let dot = if self.steps.is_empty() { "" } else { "." };
        let quoted = toml_edit::Key::new(key).default_repr();
        let quoted = quoted.as_raw().as_str().expect("a fresh key carries its text");
        self.with(Step::Key(key.to_owned()), format!("{}{dot}{quoted}", self.text))
    }

    /// The path of item `index` of the list at this path.
    pub fn item(&self, index: usize) -> Path {
        self.with(Step::Item(index), format!("{}[{index}]", self.text))
    }

    fn with(&self, step: Step, text: String) -> Path {
        let mut steps = self.steps.clone();
        steps.push(step);
        Path { steps, text }
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_the_user_writes_them() {
        let root = Path::default();
        assert_eq!(root.as_str(), "");
        assert_eq!(root.key("pools").key("a-b").key("07:00").as_str(), "pools.a-b.\"07:00\"");
        assert_eq!(root.key("x").item(2).key("").as_str(), "x[2].\"\"");
        assert_eq!(root.key("x").item(2).steps(), [Step::Key(String::from("x")), Step::Item(2)]);
    }
}
