//! The end of a run that is drained and from which all tasks have left: nothing waits, nothing is
//! held, and Little's law holds ([`Little`]). Asked only of runs that have violated nothing.

use super::{Group, Report, Rule};
use crate::base::time::Time;
use crate::model::fact::{Claimed, Fact, Observer};
use crate::observe::little::{Little, Sides};
use crate::scenario::meaning::Scenario;

/// What is still there, and both sides of the law.
pub(super) struct End<'s> {
    scenario: &'s Scenario,
    waiting: i64,
    serving: i64,
    wrapping_up: i64,
    /// Units that are held.
    units: i64,
    little: Little,
}

impl<'s> End<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let little = Little::new(scenario);
        End { scenario, waiting: 0, serving: 0, wrapping_up: 0, units: 0, little }
    }

    /// What `fact` adds to those who wait, are in service and wrap up, and to the units held.
    fn changes(&self, fact: &Fact) -> [i64; 4] {
        match *fact {
            Fact::Queued { .. } => [1, 0, 0, 0],
            Fact::Withdrawn { .. } => [-1, 0, 0, 0],
            Fact::Started { queued, .. } => [-i64::from(queued), 1, 0, 0],
            Fact::Preempted { .. } => [1, -1, 0, 0],
            Fact::Finished { agent, .. } => {
                let pool = &self.scenario.pools[self.scenario.pool_of(agent).index()];
                [0, -1, i64::from(pool.wrap_up.is_some()), 0]
            }
            Fact::Stopped { .. } => [0, -1, 0, 0],
            Fact::WrappedUp { .. } => [0, 0, -1, 0],
            Fact::Claim { what: Claimed::Held { .. }, .. } => [0, 0, 0, 1],
            Fact::Claim { what: Claimed::Released { .. }, .. } => [0, 0, 0, -1],
            Fact::Arrived { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Readied { .. }
            | Fact::Moved { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Left(_)
            | Fact::Ended { .. } => [0, 0, 0, 0],
        }
    }

    fn judge(&self, report: &mut Report) {
        let End { waiting, serving, wrapping_up, units, .. } = *self;
        report.check([waiting, serving, wrapping_up, units] == [0; 4], Rule::Rest, || {
            format!("{waiting} wait, {serving} in service, {wrapping_up} wrap up, {units} units")
        });
        if !report.clean() {
            return;
        }
        let agree = |sides: &Sides| sides.integral == sides.sum;
        let system = &self.little.system;
        report.check(agree(system), Rule::Little, || format!("the system: {system:?}"));
        for (queue, sides) in self.scenario.queues.iter().zip(&self.little.queues) {
            let why = || format!("the queue {}: {sides:?}", queue.name);
            report.check(agree(sides), Rule::Little, why);
        }
    }
}

impl Group for End<'_> {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        if !report.clean() {
            return;
        }
        let [waiting, serving, wrapping_up, units] = self.changes(fact);
        self.waiting += waiting;
        self.serving += serving;
        self.wrapping_up += wrapping_up;
        self.units += units;
        self.little.on(at, fact);
        if self.scenario.drain && matches!(fact, Fact::Ended { in_flight: 0 }) {
            self.judge(report);
        }
    }
}
