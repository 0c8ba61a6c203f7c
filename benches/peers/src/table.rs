//! The rows of the report, as an aligned table or comma-separated.

use crate::engine::Engine;
use crate::options::Options;
use crate::theory::TOLERANCE;
use crate::work::{Run, Work};
use std::fs;

/// The runs of one engine on one work, in the order of the rounds.
pub struct Row {
    pub work: Work,
    pub engine: &'static str,
    absence: &'static str,
    runs: Vec<Run>,
}

/// The columns of [`Row::csv`]. Without runs the numbers are empty.
pub const CSV_HEAD: &str = "work,engine,rounds,events_per_run,median_ns_per_event,\
     min_ns_per_event,median_ratio_to_binary_heap,mean_value,expected_value,\
     greatest_standard_errors_off";

impl Row {
    pub fn new(work: Work, engine: &Engine) -> Self {
        Row { work, engine: engine.name(), absence: engine.absence(), runs: Vec::new() }
    }

    pub fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// No run is further from theory than the tolerance.
    pub fn agrees(&self) -> bool {
        self.runs.iter().all(|run| self.errors_off(run) <= TOLERANCE)
    }

    fn errors_off(&self, run: &Run) -> f64 {
        (run.value - self.work.expected()).abs() / self.work.standard_error(run.events)
    }

    fn each(&self) -> impl Iterator<Item = f64> {
        self.runs.iter().map(|run| run.nanos / run.events as f64)
    }

    /// The numbers of the row, each as it is printed; nothing without runs.
    fn cells(&self, base: &Row) -> Option<[String; 7]> {
        let first = self.runs.first()?;
        let ratios = self.each().zip(base.each()).map(|(mine, its)| mine / its);
        let values: f64 = self.runs.iter().map(|run| run.value).sum();
        let off = self.runs.iter().map(|run| self.errors_off(run)).fold(0.0, f64::max);
        Some([
            first.events.to_string(),
            format!("{:.1}", median(self.each())),
            format!("{:.1}", self.each().fold(f64::INFINITY, f64::min)),
            format!("{:.2}", median(ratios)),
            format!("{:.5}", values / self.runs.len() as f64),
            format!("{:.5}", self.work.expected()),
            format!("{off:.1}"),
        ])
    }

    /// The row for a spreadsheet.
    pub fn csv(&self, base: &Row) -> String {
        let cells = self.cells(base).unwrap_or_default();
        format!("{},{},{},{}", self.work.name(), self.engine, self.runs.len(), cells.join(","))
    }
}

/// Prints the table, with what a reader needs to judge the figures.
pub fn print<'r>(options: &Options, rows: &'r [Row], base: impl Fn(&'r Row) -> &'r Row) {
    println!("{} rounds, interleaved. {}", options.rounds, surroundings());
    println!("Times in ns of processor time per event.");
    println!("Ratio: to the binary heap of the same round, the median.");
    println!("Value: mean wait in s (W1, W2), expiries per timer and second (W3), mean of rounds;");
    println!("off: the furthest round, in standard errors (at most {TOLERANCE}).\n");
    let head = ["events", "median", "min", "ratio", "value", "expected", "off"];
    print_line("work", "engine", &head.map(String::from));
    let mut last = None;
    for row in rows {
        if last.replace(row.work).is_some_and(|work| work != row.work) {
            println!();
        }
        match row.cells(base(row)) {
            Some(cells) => print_line(&row.work.name(), row.engine, &cells),
            None => println!("{:<10} {:<12} {:>10}", row.work.name(), row.engine, row.absence),
        }
    }
}

fn print_line(work: &str, engine: &str, cells: &[String; 7]) {
    let [events, median, min, ratio, value, expected, off] = cells;
    println!(
        "{work:<10} {engine:<12} {events:>10} {median:>9} {min:>9} {ratio:>8} {value:>10} \
         {expected:>10} {off:>5}"
    );
}

/// The cores that may be used and the load of the machine, where the system tells them.
fn surroundings() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let cores = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown");
    format!("Cores: {}; load at the end: {load}.", cores.map_or("unknown", str::trim))
}

/// The median; of an even number the mean of the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 }
}
