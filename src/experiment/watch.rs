//! What is kept of one replication in detail: its series, its tasks, its journal, and what was seen
//! and done by those who watch over the system.

use crate::base::time::Time;
use crate::model::fact::{Fact, Observer};
use crate::observe::alerts::Alerts;
use crate::observe::breakers::Breakers;
use crate::observe::detection::Detections;
use crate::observe::journal::Journal;
use crate::observe::monitor::Monitor;
use crate::observe::scaling::Scaling;
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
    /// Decisions of autoscalers and what became of them.
    pub scaling: Scaling<'s>,
    /// What the monitor saw.
    pub monitor: Monitor<'s>,
    /// Changes of alerts.
    pub alerts: Alerts<'s>,
    /// Changes of breakers.
    pub breakers: Breakers<'s>,
    /// Faults, and what alert rules made of them.
    pub detections: Detections<'s>,
}

/// At most so many changes are kept of autoscalers, of alerts and of breakers, which charts are
/// made of.
const MOST_CHANGES: usize = 100_000;

impl<'s> Watch<'s> {
    /// Keeps at most `rows` tasks, as many facts, and as many rows of the monitor.
    pub fn new(scenario: &'s Scenario, rows: usize) -> Self {
        Watch {
            series: Series::new(scenario),
            tasks: Tasks::new(scenario, rows),
            journal: Journal::new(scenario, rows),
            scaling: Scaling::new(scenario, MOST_CHANGES),
            monitor: Monitor::new(scenario, rows),
            alerts: Alerts::new(scenario, MOST_CHANGES),
            breakers: Breakers::new(scenario, MOST_CHANGES),
            detections: Detections::new(scenario),
        }
    }
}

impl Observer for Watch<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        self.series.on(at, fact);
        self.tasks.on(at, fact);
        self.journal.on(at, fact);
        self.scaling.on(at, fact);
        self.monitor.on(at, fact);
        self.alerts.on(at, fact);
        self.breakers.on(at, fact);
        self.detections.on(at, fact);
    }
}
