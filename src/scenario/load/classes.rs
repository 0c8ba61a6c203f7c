//! The classes of tasks. Without a `classes` table there is one class, `default`.

use super::names::{Names, Section, pick};
use super::top::above_zero;
use crate::base::read::{Node, Read, Table};
use crate::base::time::Span;
use crate::base::unit::TimeDist;
use crate::scenario::meaning::Class;

/// The classes, in the order of their names.
pub(super) struct Classes {
    pub names: Names,
    pub rows: Vec<Option<Class>>,
}

impl Read for Classes {
    fn read(node: &Node<'_>) -> Option<Self> {
        let section = Section::of(node, "class");
        if section.names.whole && section.parts.is_empty() {
            node.mistake(
                "`classes` is empty",
                "no class",
                String::from("leave it out, and all tasks are of one class"),
            );
            return None;
        }
        let rows = section.iter().map(|(name, part)| read_class(name, part)).collect();
        Some(Classes { names: section.names, rows })
    }
}

impl Classes {
    /// What stands for classes that could not be read.
    pub fn unreadable() -> Self {
        Classes { names: Names { what: "class", all: Vec::new(), whole: false }, rows: Vec::new() }
    }

    /// What each class is worth; `None` if one could not be read.
    pub fn values(&self) -> Option<Vec<f64>> {
        self.rows.iter().map(|class| Some(class.as_ref()?.value)).collect()
    }
}

fn read_class(name: &str, node: &Node<'_>) -> Option<Class> {
    let mut table = node.table()?;
    let priority = table.or("priority", 0i64);
    if i32::try_from(priority).is_err()
        && let Some(node) = table.node("priority")
    {
        node.expected::<()>("a priority from -2147483648 to 2147483647", None);
    }
    let credit = table.or("credit", Span::ZERO);
    let deadline = above_zero(&mut table, "deadline");
    let patience = table.maybe("patience").map(|TimeDist(dist)| dist);
    let balk_above = table.maybe("balk_above");
    let at_deadline = match deadline {
        Some(_) => pick(&mut table, "at_deadline", &[("go_on", false), ("leave", true)]),
        None => no_deadline(&mut table),
    };
    let value = read_worth(&mut table, "value");
    let penalty = read_worth(&mut table, "penalty");
    // Read where the numbers of a run are known.
    table.node("objective").map(|node| node.table());
    table.finish();
    let priority = i32::try_from(priority).ok()?;
    Some(Class {
        name: name.to_owned(),
        priority,
        credit,
        deadline,
        patience,
        balk_above,
        leaves_at_deadline: at_deadline?,
        value: value?,
        penalty: penalty?,
    })
}

/// What a task is worth, or its loss costs: a number of zero or more.
fn read_worth(table: &mut Table<'_>, key: &'static str) -> Option<f64> {
    let worth = table.or(key, 0.0);
    if (0.0..=1e9).contains(&worth) {
        return Some(worth);
    }
    table.node(key)?.expected("a number from 0 to 1e9", None)
}

/// What happens at a deadline says nothing without one.
fn no_deadline(table: &mut Table<'_>) -> Option<bool> {
    if let Some(node) = table.node("at_deadline") {
        node.mistake(
            format!("`{}` says what happens at a deadline, and there is none", node.path()),
            "has no effect here",
            String::from("write deadline = \"30s\", for example, or remove this"),
        );
        return None;
    }
    Some(false)
}
