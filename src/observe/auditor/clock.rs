//! Time never goes back; a run ends once.

use super::{Group, Report, Rule};
use crate::base::time::Time;
use crate::model::fact::Fact;

/// The latest time, and whether the end was told.
#[derive(Default)]
pub(super) struct Clock {
    latest: Time,
    ended: bool,
}

impl Group for Clock {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        let latest = self.latest;
        report.check(at >= latest, Rule::Clock, || format!("it was {} s", latest.seconds()));
        self.latest = latest.max(at);
        report.check(!self.ended, Rule::Last, || String::from("the run has ended"));
        self.ended |= matches!(fact, Fact::Ended { .. });
    }
}
