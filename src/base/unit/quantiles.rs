//! Tables of quantiles: (share, value) rows in place, or in a CSV file with the columns `q` and
//! `value`, in any order and beside any others. Lines that begin with `#` are skipped.
//!
//! A file's first mistake is reported at the file's name, with the line in the file.

use super::Probability;
use super::values::{Values, pairs};
use crate::base::read::{Node, Read};

/// The (share, value) rows written at `node`, or in the file that it names.
pub(super) fn read(node: &Node<'_>, values: &mut Values) -> Option<Vec<(f64, f64)>> {
    if !node.is_text() {
        let share = |node: &Node<'_>| Probability::read(node).map(Probability::get);
        return pairs(node, share, |node| values.read(node));
    }
    let rows = rows(&node.file()?, values);
    let name = node.text()?;
    let refuse = |why| {
        node.mistake(format!("`{}`: {name}: {why}", node.path()), "in this file", None);
    };
    rows.map_err(refuse).ok()
}

fn rows(file: &[u8], values: &mut Values) -> Result<Vec<(f64, f64)>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(file);
    let header = reader.headers().map_err(|error| error.to_string())?;
    let column = |name: &str| {
        let found = header.iter().position(|column| column == name);
        found.ok_or_else(|| format!("there is no column `{name}`; needed are `q` and `value`"))
    };
    let (q, value) = (column("q")?, column("value")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column| record.get(column).unwrap_or_default();
        let row = share(cell(q)).and_then(|share| Ok((share, values.parse(cell(value))?)));
        rows.push(row.map_err(|why| format!("line {line}: {why}"))?);
    }
    Ok(rows)
}

fn share(cell: &str) -> Result<f64, String> {
    let number = cell.parse().ok().and_then(Probability::new);
    let share = number.map_or_else(|| Probability::parse(cell), Ok);
    share.map(Probability::get).map_err(|_| format!("`{cell}` is not a share from 0 to 1"))
}
