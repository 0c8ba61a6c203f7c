//! Replay of recorded arrivals from a CSV file (also `.csv.gz`).
//!
//! A row is one task: when it came and, where the columns are named, its class, its work and its
//! patience; what a row lacks (an empty cell, a work of zero) is drawn as for any other task.
//! Formats known by name: `azure_llm` (`TIMESTAMP,ContextTokens,GeneratedTokens`), `burstgpt`
//! (`Timestamp,...,Request tokens,Response tokens,...`). Invariants: rows are replayed in order of
//! time, ties in the order of the file; a looping trace repeats after its last row's time plus its
//! mean gap.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Arrival, Arrivals};
use crate::base::read::{Node, Read, Table};
use crate::base::time::{Span, Time};

pub use table::{Columns, Row, TraceTable};

#[path = "trace_table.rs"]
mod table;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "recorded arrivals from a CSV file, with their class, work and patience";

/// `arrivals.trace = { file = "calls.csv.gz", time = "arrival_s", class = "class" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The recorded tasks.
    pub table: Arc<TraceTable>,
    /// Whether the recording starts again after its end.
    pub loops: bool,
    /// How many times faster than recorded the rows come.
    pub speed_up: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let file_node = table.node("file");
        let file: Option<String> = table.need("file");
        let columns = read_columns(&mut table);
        let loops = table.or("loops", false);
        let speed_up = table.or("speed_up", 1.0);
        if !(speed_up > 0.0 && speed_up <= 1e9) {
            table.mistake("the speed-up is out of range", "above 0, at most 1e9", None);
        }
        table.finish();
        let (file, columns) = (file?, columns?);
        let file_node = file_node?;
        let bytes = file_node.file()?;
        match TraceTable::parse(&bytes, &columns) {
            Ok(rows) => Some(Spec { table: Arc::new(rows), loops, speed_up }),
            Err(bad) => {
                let message = match bad.line {
                    Some(line) => format!("the trace `{file}` is bad in line {line}"),
                    None => format!("the trace `{file}` cannot be replayed"),
                };
                file_node.mistake(message, bad.reason, bad.help);
                None
            }
        }
    }
}

fn read_columns(table: &mut Table<'_>) -> Option<Columns> {
    let format_node = table.node("format");
    let format = table.or("format", "columns".to_string());
    let mut columns = match format.as_str() {
        "azure_llm" => Columns::azure_llm(),
        "burstgpt" => Columns::burstgpt(),
        "columns" => Columns { time: table.or("time", "t_s".to_string()), ..Columns::default() },
        _ => {
            let help = "known formats: azure_llm, burstgpt, columns".to_string();
            format_node?.mistake("an unknown trace format", "not a known format", help);
            return None;
        }
    };
    columns.date = table.maybe("date");
    if let Some(class) = table.node("class") {
        columns.class = one_or_many(&class)?;
    }
    columns.patience = table.maybe("patience");
    if let Some(work) = table.node("work") {
        columns.work = read_work(&work)?;
    }
    if let Some(keep) = table.node("keep") {
        for (column, values) in keep.table()?.entries() {
            columns.keep.insert(column.to_string(), one_or_many(&values)?);
        }
    }
    Some(columns)
}

/// `"service_s"`, or `{ input_tokens = 0.1, output_tokens = 1 }`: the weight of each column.
fn read_work(node: &Node<'_>) -> Option<BTreeMap<String, f64>> {
    if node.is_text() {
        return Some(BTreeMap::from([(node.text()?.to_string(), 1.0)]));
    }
    let entries = node.table()?.entries();
    entries
        .into_iter()
        .map(|(column, weight)| Some((column.to_string(), weight.number()?)))
        .collect()
}

fn one_or_many(node: &Node<'_>) -> Option<Vec<String>> {
    if node.is_text() { Some(vec![node.text()?.to_string()]) } else { Read::read(node) }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Replay {
        Replay { spec: self.clone(), next: 0, round: 0 }
    }

    /// After how long a looping trace repeats, as recorded: its span plus one mean gap.
    fn round(&self) -> Span {
        let rows = &self.table.rows;
        let first = rows.first().map_or(Time::ZERO, |row| row.at);
        let last = rows.last().map_or(Time::ZERO, |row| row.at);
        let gap = last.since(first).nanos() / rows.len().max(2) as u64;
        Span::from_nanos(last.nanos()) + Span::from_nanos(gap.max(1))
    }
}

/// The machine: the next row.
pub struct Replay {
    spec: Spec,
    next: usize,
    round: u64,
}

impl Arrivals for Replay {
    fn next(&mut self) -> Option<Arrival> {
        let rows = &self.spec.table.rows;
        if self.next == rows.len() {
            if !self.spec.loops || rows.is_empty() {
                return None;
            }
            self.next = 0;
            self.round += 1;
        }
        let row = &rows[self.next];
        let offset = self.spec.round().nanos().checked_mul(self.round)?;
        let recorded = row.at.nanos().checked_add(offset)?;
        let at = if self.spec.speed_up == 1.0 {
            Time::from_nanos(recorded)
        } else {
            Time::ZERO + Span::from_seconds(recorded as f64 / 1e9 / self.spec.speed_up)
        };
        self.next += 1;
        Some(Arrival::recorded(at, self.next as u32 - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(loops: bool, speed_up: f64) -> Spec {
        let table = TraceTable::parse(b"t_s\n0\n2\n6\n", &Columns::plain("t_s")).unwrap();
        Spec { table: Arc::new(table), loops, speed_up }
    }

    fn times(spec: &Spec, n: usize) -> Vec<f64> {
        let mut machine = spec.build();
        (0..n).map_while(|_| machine.next()).map(|a| a.at.seconds()).collect()
    }

    #[test]
    fn ends_with_the_recording_or_repeats() {
        assert_eq!(times(&spec(false, 1.0), 9), [0.0, 2.0, 6.0]);
        // One round is 6 s and a gap of 6 / 3 s.
        assert_eq!(times(&spec(true, 1.0), 5), [0.0, 2.0, 6.0, 8.0, 10.0]);
    }

    #[test]
    fn comes_faster() {
        assert_eq!(times(&spec(false, 4.0), 9), [0.0, 0.5, 1.5]);
    }
}
