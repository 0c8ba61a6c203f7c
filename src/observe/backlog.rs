//! Whether the backlog grows: the sign of a system that is not stable.
//!
//! The window [warm_up, horizon) is cut into quarters. With L_k the mean number of waiting attempts
//! in quarter k and A the tasks that arrive in the last three quarters, the growth is min(L3 - L2,
//! L4 - L3) / (A / 3): the share of the load that is left lying in both of the last two steps. It
//! is zero on average where the backlog comes and goes, and 1 - 1/rho where the load is rho > 1
//! times what can be done. The growth of one queue is the same of its own attempts: those that wait
//! in it over those that join it. Invariant: a run without a horizon, or without arrivals, has no
//! growth.

use crate::base::id::QueueId;
use crate::base::time::{Span, Time};
use crate::model::fact::{Fact, Observer};
use crate::scenario::meaning::Scenario;
use crate::stats::level::Level;

/// The backlog in the last three quarters of a run.
pub struct Backlog {
    from: Time,
    to: Time,
    queues: Vec<Line>,
    arrived: u64,
}

/// The backlog of one queue.
#[derive(Clone)]
struct Line {
    quarters: [Level; 3],
    joined: u64,
}

impl Backlog {
    /// For a run of this scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let (start, to) = (scenario.warm_up, scenario.horizon);
        let window = to.since(start).nanos();
        let at = |quarter: u64| start + Span::from_nanos(window / 4 * quarter);
        let level = |quarter: u64| {
            let end = if quarter == 3 { to } else { at(quarter + 1) };
            Level::new(at(quarter), end, 0)
        };
        let line = Line { quarters: [level(1), level(2), level(3)], joined: 0 };
        Backlog { from: at(1), to, queues: vec![line; scenario.queues.len()], arrived: 0 }
    }

    /// The growth, as a share of the load; NaN if there is none to speak of.
    pub fn growth(&self) -> f64 {
        self.growth_of(&self.queues, self.arrived)
    }

    /// The growth of each queue, as a share of the attempts that join it.
    pub fn of_queues(&self) -> Vec<f64> {
        let line = |line: &Line| self.growth_of(std::slice::from_ref(line), line.joined);
        self.queues.iter().map(line).collect()
    }

    fn growth_of(&self, lines: &[Line], came: u64) -> f64 {
        if self.to == Time::MAX || came == 0 {
            return f64::NAN;
        }
        let mean = |quarter: usize| {
            let levels = || lines.iter().map(|line| &line.quarters[quarter]);
            let area: u128 = levels().map(Level::area).sum();
            let window = levels().next().map_or(Span::ZERO, Level::window);
            if window > Span::ZERO { area as f64 / window.nanos() as f64 } else { f64::NAN }
        };
        let [second, third, fourth] = [0, 1, 2].map(mean);
        (third - second).min(fourth - third) / (came as f64 / 3.0)
    }

    fn change(&mut self, at: Time, queue: QueueId, by: i64) {
        let line = &mut self.queues[queue.index()];
        line.quarters.iter_mut().for_each(|level| level.add(at, by));
    }

    fn joins(&mut self, at: Time, queue: QueueId) {
        self.queues[queue.index()].joined += u64::from(self.from <= at && at < self.to);
    }
}

impl Observer for Backlog {
    #[inline]
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Arrived { .. } => {
                self.arrived += u64::from(self.from <= at && at < self.to);
            }
            Fact::Queued { queue, .. } => {
                self.joins(at, queue);
                self.change(at, queue, 1);
            }
            Fact::Preempted { queue, .. } => self.change(at, queue, 1),
            Fact::Withdrawn { queue, .. } | Fact::Started { queued: true, queue, .. } => {
                self.change(at, queue, -1);
            }
            Fact::Started { queued: false, queue, .. } => self.joins(at, queue),
            Fact::Readied { .. }
            | Fact::Moved { .. }
            | Fact::Finished { .. }
            | Fact::WrappedUp { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Claim { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_)
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::CameOn { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::WentOff { .. }
            | Fact::Left(_)
            | Fact::Ended { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{ClassId, StepId, WorkloadId};
    use crate::base::read::NoFiles;
    use crate::model::fact::TaskNo;
    use crate::scenario::load::load;

    /// Seconds in which a task comes and waits for ever; the window is 4 s of 1 s quarters.
    fn growth(arrivals: &[u64]) -> f64 {
        let text = "name = \"a\"\nhorizon = \"5s\"\nwarm_up = \"1s\"\n\
            workloads.w.arrivals.poisson.rate = \"1/s\"\n\
            workflows.f.steps.s.work = 1\npools.p = {}\n";
        let scenario = load(text.as_bytes(), &NoFiles).expect("a scenario").scenario;
        let mut backlog = Backlog::new(&scenario);
        for &second in arrivals {
            let at = Time::ZERO + Span::from_secs(second);
            let (task, step) = (TaskNo(0), StepId(0));
            let (workload, class) = (WorkloadId(0), ClassId(0));
            backlog.on(at, &Fact::Arrived { task, workload, key: 0, class, patience: None });
            backlog.on(at, &Fact::Queued { task, step, queue: QueueId(0), agent: None });
        }
        // All of them wait in the only queue.
        let (all, own) = (backlog.growth(), backlog.of_queues()[0]);
        assert!(own == all || own.is_nan() && all.is_nan());
        all
    }

    #[test]
    fn worked_by_hand() {
        // One waits from each second on: levels 2, 3, 4 in the last quarters, an arrival in each.
        assert_eq!(growth(&[1, 2, 3, 4]), 1.0);
        // Two come in the last quarter only: steps of 0 and 2, the smaller counts.
        assert_eq!(growth(&[4, 4]), 0.0);
        // Levels 1, 2, 5; four arrivals in three quarters.
        assert!((growth(&[2, 3, 4, 4, 4]) - 1.0 / (5.0 / 3.0)).abs() < 1e-12);
        assert!(growth(&[]).is_nan());
    }
}
