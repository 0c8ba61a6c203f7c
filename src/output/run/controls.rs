//! The tables of those who watch over the system, of replication 0: each is written where the
//! scenario has such a thing.

use crate::experiment::gather::Gathered;
use crate::observe::detection::Detections;
use crate::output::manifest::Kept;
use crate::output::table::Table;

/// A table by name, as it is written, and how many of its rows it holds.
pub type File = (&'static str, Vec<u8>, Kept);

/// The tables that this scenario has.
pub fn files(all: &Gathered<'_>) -> Vec<File> {
    let (scenario, watch) = (all.scenario, &all.watch);
    let mut files = Vec::new();
    if scenario.pools.iter().any(|pool| pool.autoscale.is_some()) {
        let header = ["time_s", "pool", "what", "agent", "value", "raw", "from", "to", "limit"];
        let rows = watch.scaling.rows();
        let kept = Kept { rows: rows.len() as u64, of: watch.scaling.told() };
        files.push(("scaling.csv", Table::of(&header, rows), kept));
    }
    if scenario.monitor.is_some() {
        let header = [
            "time_s",
            "pool",
            "agent",
            "response_mean_s",
            "success_rate",
            "throughput_per_min",
            "error_rate",
            "memory",
            "cpu",
        ];
        let rows = watch.monitor.rows();
        let kept = Kept { rows: rows.len() as u64, of: watch.monitor.told() };
        files.push(("monitor.csv", Table::of(&header, rows), kept));
    }
    if !scenario.alerts.is_empty() {
        let header = ["time_s", "rule", "pool", "agent", "state", "value", "threshold", "labels"];
        let rows = watch.alerts.rows();
        let kept = Kept { rows: rows.len() as u64, of: watch.alerts.told() };
        files.push(("alerts.csv", Table::of(&header, &rows), kept));
    }
    if scenario.pools.iter().any(|pool| pool.guard.is_some()) {
        let rows = watch.breakers.rows();
        let kept = Kept { rows: rows.len() as u64, of: watch.breakers.told() };
        files.push((
            "breakers.csv",
            Table::of(&["time_s", "pool", "target", "state"], &rows),
            kept,
        ));
    }
    if Detections::is_of(scenario) {
        let rows = watch.detections.rows();
        let header = ["fault", "from_s", "to_s", "rule", "found", "delay_s"];
        let kept = Kept { rows: rows.len() as u64, of: rows.len() as u64 };
        files.push(("detection.csv", Table::of(&header, &rows), kept));
    }
    files
}
