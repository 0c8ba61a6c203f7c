//! Writing a value into a document that the user wrote, keeping comments and layout.
//!
//! Rules: a value that is there is replaced in its place and keeps its comment; a new one comes
//! last in its table; tables that are missing on the way are made, as a `[header]` below the root
//! or below tables without a header of their own, else as a dotted key. A bare name of a choice
//! (`dispatch = "scored"`) opens into a table when something is written inside that choice. Nothing
//! is written inside any other value: that is an error.

use toml_edit::{InlineTable, Item, Table, Value};

use crate::base::read::{Path, Step};

/// Writes `value` at `steps` below `table`, which stands at `path`. The error says what is in the
/// way.
pub(super) fn insert(
    table: &mut Table,
    path: &Path,
    steps: &[Step],
    value: Value,
) -> Result<(), String> {
    let Some((Step::Key(key), rest)) = steps.split_first() else {
        return Err(in_the_way(path, "a table"));
    };
    let path = &path.key(key);
    if rest.is_empty() {
        replace(table, key, value);
        return Ok(());
    }
    if !table.contains_key(key) {
        table.insert(key, Item::Table(new_table_in(table, path)));
    }
    match (&mut table[key.as_str()], rest) {
        (Item::Table(inner), _) => insert(inner, path, rest, value),
        (Item::ArrayOfTables(tables), [Step::Item(index), rest @ ..]) => {
            match tables.get_mut(*index) {
                Some(inner) => insert(inner, &path.item(*index), rest, value),
                None => Err(in_the_way(path, "a shorter list")),
            }
        }
        (Item::ArrayOfTables(_), _) => Err(in_the_way(path, "a list")),
        (Item::Value(outer), _) => insert_inside(outer, path, rest, value),
        (Item::None, _) => unreachable!("a key of a parsed table has a value"),
    }
}

/// A table to be put at `path`, inside `parent`.
fn new_table_in(parent: &Table, path: &Path) -> Table {
    let mut table = Table::new();
    // Implicit: its header is only written if it has values of its own.
    table.set_implicit(true);
    let below_root = path.steps().len() == 1;
    table.set_dotted(parent.is_dotted() || !(below_root || parent.is_implicit()));
    table
}

/// Gives `key` a `value`, in its place if it is there.
fn replace(table: &mut Table, key: &str, mut value: Value) {
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        Some(other) => {
            *other = Item::Value(value);
            let mut key = table.key_mut(key).expect("the key is there");
            key.leaf_decor_mut().clear();
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// Writes `value` at `steps` inside the value `outer`.
fn insert_inside(
    outer: &mut Value,
    path: &Path,
    steps: &[Step],
    value: Value,
) -> Result<(), String> {
    if let (Value::String(name), Step::Key(key)) = (&*outer, &steps[0])
        && name.value() == key
    {
        let decor = outer.decor().clone();
        *outer = Value::InlineTable(InlineTable::new());
        *outer.decor_mut() = decor;
    }
    match (outer, steps) {
        (Value::InlineTable(table), [Step::Key(key)]) => {
            replace_inline(table, key, value);
            Ok(())
        }
        (Value::InlineTable(table), [Step::Key(key), rest @ ..]) => {
            if !table.contains_key(key) {
                replace_inline(table, key, Value::InlineTable(InlineTable::new()));
            }
            let inner = table.get_mut(key).expect("the key is there");
            insert_inside(inner, &path.key(key), rest, value)
        }
        (Value::Array(items), [Step::Item(index), rest @ ..]) => match items.get_mut(*index) {
            Some(inner) => insert_inside(inner, &path.item(*index), rest, value),
            None => Err(in_the_way(path, "a shorter list")),
        },
        (Value::Array(_), _) => Err(in_the_way(path, "a list")),
        (other, _) => Err(in_the_way(path, other.clone().decorated("", "").to_string().as_str())),
    }
}

fn replace_inline(table: &mut InlineTable, key: &str, mut value: Value) {
    if let Some(old) = table.get_mut(key) {
        *value.decor_mut() = old.decor().clone();
        *old = value;
        return;
    }
    // The blank before the closing brace belongs to the last value, which is no longer the last.
    let last = table.iter_mut().last().map(|(_, last)| last.decor_mut());
    if let Some(decor) = last {
        let blank = decor.suffix().and_then(|raw| raw.as_str()).is_none_or(|s| s.trim().is_empty());
        if blank {
            decor.set_suffix("");
        }
    }
    table.insert(key, value);
}

fn in_the_way(path: &Path, found: &str) -> String {
    format!("`{path}` is {found}: nothing can be set inside it")
}
