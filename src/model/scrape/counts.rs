//! What is counted for the series that only grow.

use super::exposition::Part;
use crate::base::id::AgentId;
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;
use crate::mechanism::promql::names::BUCKETS;
use crate::model::fact::{Fact, Observer, Outcome, Trouble};
use crate::scenario::meaning::Scenario;

/// Observations by bounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    /// Those above the bound before and up to this one; the last: above all.
    within: [u64; BUCKETS.len() + 1],
    sum_s: f64,
}

impl Histogram {
    fn observe(&mut self, time: Span) {
        let seconds = time.seconds();
        self.within[BUCKETS.partition_point(|bound| *bound < seconds)] += 1;
        self.sum_s += seconds;
    }

    /// A number of it.
    pub fn part(&self, part: Part) -> f64 {
        match part {
            Part::Bucket(last) => self.within[..=last].iter().sum::<u64>() as f64,
            Part::Sum => self.sum_s,
            Part::Count => self.within.iter().sum::<u64>() as f64,
        }
    }
}

/// Tasks of one workload and class.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    pub arrived: u64,
    pub left: [u64; Outcome::ALL.len()],
    pub sojourns: Histogram,
}

/// All counts of a run.
pub(super) struct Counts<'s> {
    scenario: &'s Scenario,
    /// By workload and class.
    pub tasks: Vec<Vec<Tasks>>,
    /// By agent.
    pub responses: Vec<Histogram>,
    /// By pool.
    pub retries: Vec<u64>,
    /// By pool.
    pub waits: Vec<Histogram>,
}

impl<'s> Counts<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let classes = vec![Tasks::default(); scenario.classes.len()];
        Counts {
            scenario,
            tasks: vec![classes; scenario.workloads.len()],
            responses: vec![Histogram::default(); scenario.agents()],
            retries: vec![0; scenario.pools.len()],
            waits: vec![Histogram::default(); scenario.pools.len()],
        }
    }

    /// An attempt on the agent has a result.
    pub fn ended(&mut self, agent: AgentId, verdict: Verdict, response: Span) {
        if verdict != Verdict::Ignored {
            self.responses[agent.index()].observe(response);
        }
    }
}

impl Observer for Counts<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Arrived { workload, class, .. } => {
                self.tasks[workload.index()][class.index()].arrived += 1;
            }
            Fact::Left(departure) => {
                let tasks = &mut self.tasks[departure.workload.index()][departure.class.index()];
                tasks.left[departure.outcome as usize] += 1;
                tasks.sojourns.observe(at.since(departure.arrived));
            }
            Fact::Started { agent, waited, resumed: false, .. } => {
                self.waits[self.scenario.pool_of(agent).index()].observe(waited);
            }
            // Where several pools can do the step, the first stands for all.
            Fact::Trouble { step, trouble: Trouble::Retrying { .. }, .. } => {
                if let Some(skill) = self.scenario.steps[step.index()].pools.first() {
                    self.retries[skill.pool.index()] += 1;
                }
            }
            Fact::Started { .. }
            | Fact::Trouble { .. }
            | Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Withdrawn { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
            | Fact::Stopped { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Ended { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let mut histogram = Histogram::default();
        for millis in [0, 10, 11, 1000, 3_600_000, 3_600_001] {
            histogram.observe(Span::from_nanos(millis * 1_000_000));
        }
        let bucket = |i| histogram.part(Part::Bucket(i));
        assert_eq!((bucket(0), bucket(1), bucket(6), bucket(17)), (2.0, 3.0, 4.0, 5.0));
        assert_eq!((bucket(18), histogram.part(Part::Count)), (6.0, 6.0));
        assert!((histogram.part(Part::Sum) - 7201.022).abs() < 1e-9);
    }
}
