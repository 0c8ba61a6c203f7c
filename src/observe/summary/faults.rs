//! What the summary keeps of one fault: how often and how long it was on, in the window of the
//! levels.

use crate::base::time::Time;
use crate::scenario::meaning::Scenario;
use crate::stats::level::Level;

/// One fault.
#[derive(Clone, Debug)]
pub struct FaultStats {
    /// How often it began.
    pub times: u64,
    /// Whether it is on.
    pub on: Level,
}

impl FaultStats {
    pub(super) fn new(from: Time, to: Time) -> Self {
        FaultStats { times: 0, on: Level::new(from, to, 0) }
    }

    /// It begins or ends; `counts`: within the window.
    pub(super) fn turned(&mut self, at: Time, on: bool, counts: bool) {
        self.times += u64::from(on && counts);
        self.on.add(at, if on { 1 } else { -1 });
    }
}

/// The numbers by name.
pub(super) fn metrics(all: &[FaultStats], scenario: &Scenario, mut add: impl FnMut(String, f64)) {
    for (fault, it) in scenario.faults.iter().zip(all) {
        add(format!("fault.{}.times", fault.name), it.times as f64);
        add(format!("fault.{}.on_s", fault.name), it.on.area() as f64 / 1e9);
    }
}
