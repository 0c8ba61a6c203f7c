//! Task rows: one row per task that left, in the order of leaving.
//!
//! Invariant: beyond the limit rows are counted and not kept, and the count is told.

use serde::Serialize;

use crate::base::time::Time;
use crate::mechanism::retry::Cause;
use crate::model::fact::{Departure, Fact, Observer};
use crate::scenario::meaning::Scenario;

/// One row of `tasks.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'s> {
    /// Its number in the order of arrival.
    pub task: u64,
    /// From which workload.
    pub workload: &'s str,
    /// Its class.
    pub class: &'s str,
    /// How it left.
    pub outcome: &'static str,
    /// Why, if a step failed for good.
    pub cause: &'static str,
    /// When it came, in seconds since the start.
    pub arrived_s: f64,
    /// When it left.
    pub left_s: f64,
    /// The time between.
    pub sojourn_s: f64,
    /// The time it waited, over its steps.
    pub waited_s: f64,
    /// The time it was served, over its steps.
    pub served_s: f64,
    /// Attempts started for it.
    pub attempts: u32,
}

/// The rows so far.
pub struct Tasks<'s> {
    scenario: &'s Scenario,
    limit: usize,
    rows: Vec<Row<'s>>,
    left: u64,
}

impl<'s> Tasks<'s> {
    /// Keeps at most `limit` rows.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Tasks { scenario, limit, rows: Vec::new(), left: 0 }
    }

    /// The rows kept.
    pub fn rows(&self) -> &[Row<'s>] {
        &self.rows
    }

    /// How many tasks left, kept or not.
    pub fn left(&self) -> u64 {
        self.left
    }
}

impl Observer for Tasks<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        let Fact::Left(departure) = fact else { return };
        self.left += 1;
        if self.rows.len() == self.limit {
            return;
        }
        let Departure { task, workload, class, outcome, cause, arrived, waited, served, attempts } =
            *departure;
        self.rows.push(Row {
            task: task.0,
            workload: &self.scenario.workloads[workload.index()].name,
            class: &self.scenario.classes[class.index()].name,
            outcome: outcome.name(),
            cause: cause.map_or("", Cause::name),
            arrived_s: arrived.seconds(),
            left_s: at.seconds(),
            sojourn_s: at.since(arrived).seconds(),
            waited_s: waited.seconds(),
            served_s: served.seconds(),
            attempts,
        });
    }
}
