//! Tidy tables as CSV: one header, units in the names, one row an observation.
//!
//! A number is written in the fewest digits that read back as the same number; one that does not
//! exist is an empty cell. Invariant: equal tables are equal bytes.

use serde::Serialize;

use crate::stats::interval::Interval;

/// A table in the making.
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// A table with this header.
    pub fn new<C: AsRef<[u8]>>(header: impl IntoIterator<Item = C>) -> Self {
        let mut table = Table::bare();
        table.row(header);
        table
    }

    /// Adds a row.
    pub fn row<C: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.writer.write_record(cells).expect("memory takes every row, and rows are equally long");
    }

    /// The table of `rows`, whose fields are the columns; `header` stands alone where there are
    /// none.
    pub fn of<R: Serialize>(header: &[&str], rows: &[R]) -> Vec<u8> {
        let mut table = if rows.is_empty() { Table::new(header) } else { Table::bare() };
        for row in rows {
            table.writer.serialize(row).expect("memory takes every row");
        }
        table.bytes()
    }

    /// The table as it is written to a file.
    pub fn bytes(self) -> Vec<u8> {
        self.writer.into_inner().expect("memory needs no flushing")
    }

    fn bare() -> Self {
        Table { writer: csv::Writer::from_writer(Vec::new()) }
    }
}

/// A number as a cell.
pub fn cell(value: f64) -> String {
    if value.is_finite() { format!("{value:?}") } else { String::new() }
}

/// The cells of an estimate: mean, lower and upper end, number of values.
pub fn cells_of(interval: Option<&Interval>) -> [String; 4] {
    let Some(interval) = interval else {
        return [String::new(), String::new(), String::new(), "0".to_string()];
    };
    let end = |end: Option<f64>| cell(end.unwrap_or(f64::NAN));
    [cell(interval.mean), end(interval.low), end(interval.high), interval.n.to_string()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_nothing_is_empty() {
        for value in [0.1 + 0.2, 1e-9, 1e300, -0.0, 3.0] {
            assert_eq!(cell(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
        assert_eq!(cell(f64::NAN), "");
        let mut table = Table::new(["a", "b, c"]);
        table.row([cell(1.5), cell(f64::INFINITY)]);
        assert_eq!(table.bytes(), b"a,\"b, c\"\n1.5,\n");
        assert_eq!(cells_of(None), ["", "", "", "0"]);
    }
}
