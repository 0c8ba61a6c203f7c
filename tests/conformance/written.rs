//! Choices of a mechanism as a scenario writes them, and the rows of a kind with the account of
//! which were checked.

use rehearsal::base::read::{Document, NoFiles, Node, Read};
use serde_json::Value;

use crate::vectors::rows;

struct Root<T>(T);

impl<T: Read> Read for Root<T> {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let x = table.need("x");
        table.finish();
        Some(Root(x?))
    }
}

/// What `toml` means to a scenario.
pub fn written<T: Read>(toml: &str) -> T {
    let document = Document::parse(&format!("x = {toml}")).expect("the row makes TOML");
    match document.read::<Root<T>>(&NoFiles) {
        Ok((root, _)) => root.0,
        Err(mistakes) => panic!("{toml}: {mistakes:?}"),
    }
}

/// The rows of this kind, which must be there.
pub fn of_kind(file: &str, kind: &str) -> Vec<Value> {
    let rows: Vec<Value> = rows(file).into_iter().filter(|row| row["kind"] == kind).collect();
    assert!(!rows.is_empty(), "{file} has rows of kind {kind}");
    rows
}

/// Checks each row that is not skipped; every row must be one or the other. Gives the number
/// checked.
pub fn check_all(rows: &[Value], skipped: &[(&str, &str)], check: impl Fn(&Value)) -> usize {
    let is_skipped = |row: &&Value| skipped.iter().any(|(id, _)| row["id"] == *id);
    let checked: Vec<&Value> = rows.iter().filter(|row| !is_skipped(row)).collect();
    assert_eq!(checked.len() + skipped.len(), rows.len(), "every row is checked or skipped");
    assert!(skipped.iter().all(|(_, reason)| !reason.is_empty()), "with a reason");
    checked.iter().for_each(|row| check(row));
    checked.len()
}

/// A number of a row.
pub fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{} has a number `{key}`", row["id"]))
}
