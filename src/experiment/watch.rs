//! What is kept of one replication in detail: its series, its tasks, its journal.

use crate::base::time::Time;
use crate::model::fact::{Fact, Observer};
use crate::observe::journal::Journal;
use crate::observe::series::Series;
use crate::observe::tasks::Tasks;
use crate::scenario::meaning::Scenario;

/// One replication in detail.
pub struct Watch<'s> {
    /// Levels and counts over time.
    pub series: Series<'s>,
    /// The tasks that left.
    pub tasks: Tasks<'s>,
    /// Every fact.
    pub journal: Journal<'s>,
}

impl<'s> Watch<'s> {
    /// Keeps at most `rows` tasks and as many facts.
    pub fn new(scenario: &'s Scenario, rows: usize) -> Self {
        Watch {
            series: Series::new(scenario),
            tasks: Tasks::new(scenario, rows),
            journal: Journal::new(scenario, rows),
        }
    }
}

impl Observer for Watch<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        self.series.on(at, fact);
        self.tasks.on(at, fact);
        self.journal.on(at, fact);
    }
}
