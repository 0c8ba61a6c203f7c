//! Running a sweep: every point, every replication, in parallel, interruptible.
//!
//! All points share the seed, so replication r has the same luck everywhere: common random numbers. After the
//! runs this is checked: among points on which the load is the same, what came from outside in replication r
//! must have the same digest. Invariant: rows are collected by index, whatever the order they were run in.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::plan::Plan;
use crate::experiment::replicate::{self, Replication};

/// One run of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which point, in the order of the grid.
    pub point: usize,
    /// Which replication, from 0.
    pub replication: u32,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The digest of what came from outside.
    pub exogenous: u64,
    /// Its numbers, in the order of [`names`]; NaN where one does not exist.
    pub values: Vec<f64>,
}

/// Two points saw different tasks although nothing but their handling differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The two points.
    pub points: [usize; 2],
    /// In which replication.
    pub replication: u32,
}

/// The names of the numbers: those of the first point, then what other points have besides.
pub fn names(plan: &Plan) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for point in &plan.points {
        for name in replicate::names(&point.scenario) {
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
    }
    names
}

/// Runs all that is not `finished` yet, telling each row to `done`, until `stop`; the rows of all runs there
/// are, in order.
pub fn execute(
    plan: &Plan,
    seed: u64,
    finished: Vec<Row>,
    stop: &AtomicBool,
    done: impl Fn(&Row) + Sync,
) -> Vec<Row> {
    let names = names(plan);
    let replications = plan.replications as usize;
    let mut rows: Vec<Option<Row>> = vec![None; plan.runs()];
    for row in finished {
        let index = row.point * replications + row.replication as usize;
        rows[index] = Some(row);
    }
    rows.par_iter_mut().enumerate().with_max_len(1).for_each(|(index, slot)| {
        if slot.is_some() || stop.load(Ordering::Relaxed) {
            return;
        }
        let (point, replication) = (index / replications, (index % replications) as u32);
        let row = run_one(plan, &names, seed, point, replication);
        done(&row);
        *slot = Some(row);
    });
    rows.into_iter().flatten().collect()
}

fn run_one(plan: &Plan, names: &[String], seed: u64, point: usize, replication: u32) -> Row {
    let run = Replication::run(&plan.points[point].scenario, seed, replication);
    let metrics = run.metrics();
    let value = |(i, name): (usize, &String)| {
        // Almost always the names stand at the same place.
        let here = metrics.get(i).filter(|metric| metric.name == *name);
        let found = here.or_else(|| metrics.iter().find(|metric| metric.name == *name));
        found.map_or(f64::NAN, |metric| metric.value)
    };
    Row {
        point,
        replication,
        fingerprint: run.fingerprint,
        exogenous: run.exogenous,
        values: names.iter().enumerate().map(value).collect(),
    }
}

/// Checks that all points on which the load is the same saw the same tasks.
///
/// # Errors
/// The first two that did not: a bug in the simulator.
pub fn check_common(plan: &Plan, rows: &[Row]) -> Result<(), Torn> {
    let axes = plan.load_axes();
    let mut seen = std::collections::BTreeMap::new();
    for row in rows {
        let places = &plan.points[row.point].places;
        let load: Vec<usize> = axes.iter().map(|axis| places[*axis]).collect();
        let (first, digest) =
            *seen.entry((row.replication, load)).or_insert((row.point, row.exogenous));
        if digest != row.exogenous {
            return Err(Torn { points: [first, row.point], replication: row.replication });
        }
    }
    Ok(())
}
