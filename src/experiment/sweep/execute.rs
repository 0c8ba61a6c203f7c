//! Running a sweep: every point, every replication, in parallel, interruptible.
//!
//! All points share the seed, so replication r has the same luck everywhere: common random numbers.
//! After the runs this is checked: among points on which the load is the same, what came from
//! outside in replication r must have the same digest. Invariant: rows are collected by index,
//! whatever the order they were run in.

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

/// Runs all that is not `finished` yet, telling each row to `done`, until `stop`; the rows of all
/// runs there are, in order.
pub fn execute(
    plan: &Plan,
    seed: u64,
    finished: Vec<Row>,
    stop: impl Fn() -> bool + Sync,
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
        if slot.is_some() || stop() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const SWEEP: &str = r#"
        name = "a"
        horizon = "10m"
        workloads.w.arrivals.poisson.rate = "1/s"
        workflows.f.steps.s.work = { exponential = { mean = "2s" } }
        pools.p = { agents = 3 }
        [sweep]
        replications = 3
        axes."pools.p.agents" = [3, 4]
        axes."workloads.w.arrivals.poisson.rate" = ["1/s", "2/s"]
    "#;

    fn plan() -> Plan {
        Plan::read(SWEEP, &NoFiles).expect("a sweep")
    }

    fn all(plan: &Plan, finished: Vec<Row>) -> Vec<Row> {
        execute(plan, 7, finished, || false, |_| {})
    }

    /// NaN is no different from NaN here.
    fn same(ours: &[Row], theirs: &[Row]) -> bool {
        format!("{ours:?}") == format!("{theirs:?}")
    }

    #[test]
    fn rows_come_in_order_on_any_number_of_threads() {
        let plan = plan();
        let rows = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| all(&plan, Vec::new()))
        };
        let one = rows(1);
        let order: Vec<_> = one.iter().map(|row| (row.point, row.replication)).collect();
        let expected: Vec<_> = (0..4).flat_map(|p| (0..3).map(move |r| (p, r))).collect();
        assert_eq!(order, expected);
        assert!(same(&one, &rows(8)));
    }

    #[test]
    fn a_stopped_sweep_goes_on_where_it_was() {
        let plan = plan();
        let started = AtomicUsize::new(0);
        let stop = || started.fetch_add(1, Ordering::SeqCst) >= 5;
        let kept = Mutex::new(Vec::new());
        let some =
            execute(&plan, 7, Vec::new(), stop, |row| kept.lock().unwrap().push(row.clone()));
        assert_eq!(some.len(), 5);
        let (kept, ran) = (kept.into_inner().unwrap(), AtomicUsize::new(0));
        let rest = execute(
            &plan,
            7,
            kept,
            || false,
            |_| {
                ran.fetch_add(1, Ordering::SeqCst);
            },
        );
        assert_eq!(ran.into_inner(), 7);
        assert!(same(&rest, &all(&plan, Vec::new())));
    }

    #[test]
    fn the_same_load_means_the_same_tasks() {
        let plan = plan();
        let mut rows = all(&plan, Vec::new());
        // Points 0 and 1 differ in the load, 0 and 2 only in the agents.
        let of = |point: usize, rows: &[Row]| rows[point * 3 + 1].exogenous;
        assert_eq!(of(0, &rows), of(2, &rows));
        assert_ne!(of(0, &rows), of(1, &rows));
        assert_eq!(check_common(&plan, &rows), Ok(()));
        rows[7].exogenous ^= 1;
        let torn = Torn { points: [0, 2], replication: 1 };
        assert_eq!(check_common(&plan, &rows), Err(torn));
    }
}
