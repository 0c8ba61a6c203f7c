//! Series on a grid: what happened in each cell of virtual time, and the levels averaged over it.
//!
//! A cell holds the tasks that left in it, with percentiles of the sojourn of the completed, and
//! the time-weighted mean of each level. Of what a monitor saw it holds the last. Cells go on while
//! the run drains. Invariant: the cells' integrals sum to the run's.

mod scaled;
mod watched;

#[cfg(test)]
mod tests;

pub use watched::seen_values;

use scaled::ScaledLevels;
use watched::Watched;

use crate::base::time::{Span, Time};
use crate::mechanism::reservation::UnitId;
use crate::model::fact::{Claimed, Fact, Observer, Outcome};
use crate::scenario::meaning::Scenario;
use crate::stats::quantile::Quantiles;

/// One cell of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Where it starts, in seconds.
    pub time_s: f64,
    /// Tasks that came in it.
    pub arrivals: u64,
    /// Tasks that left in it, by [`Outcome`].
    pub left: [u64; Outcome::ALL.len()],
    /// Percentiles of the sojourn of those completed in it, in seconds; `None` if there were none.
    pub sojourn_s: Option<[f64; 3]>,
    /// The mean of each level, in the order of [`Series::levels`]; NaN: the monitor saw nothing.
    pub levels: Vec<f64>,
}

/// The percentiles of a cell.
pub const PERCENTILES: [(&str, f64); 3] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

/// A number over time and its integral over the current cell.
#[derive(Clone, Copy, Default)]
struct Gauge {
    value: u64,
    since: Time,
    integral: u128,
}

impl Gauge {
    fn advance(&mut self, at: Time) {
        self.integral += u128::from(self.value) * u128::from(at.since(self.since).nanos());
        self.since = at;
    }

    fn set(&mut self, at: Time, value: u64) {
        self.advance(at);
        self.value = value;
    }

    fn change(&mut self, at: Time, by: i64) {
        self.advance(at);
        self.value = self.value.checked_add_signed(by).expect("a level is never negative");
    }

    /// The mean over a cell that ends now.
    fn close(&mut self, at: Time, width: Span) -> f64 {
        self.advance(at);
        std::mem::take(&mut self.integral) as f64 / width.nanos().max(1) as f64
    }
}

/// The series of one run.
pub struct Series<'s> {
    scenario: &'s Scenario,
    cells: Vec<Cell>,
    start: Time,
    arrivals: u64,
    left: [u64; Outcome::ALL.len()],
    sojourns: Quantiles,
    gauges: Vec<Gauge>,
    /// The gauge of the agents that are down, for pools whose agents fail.
    down: Vec<Option<usize>>,
    scaled: ScaledLevels,
    watched: Watched,
}

impl<'s> Series<'s> {
    /// The series of a run of this scenario, on its grid.
    pub fn new(scenario: &'s Scenario) -> Self {
        let mut gauges = Self::before_resources(scenario) + scenario.resources.names.len();
        let down = scenario.pools.iter().map(|pool| {
            let place = scenario.can_fail(pool).then_some(gauges);
            gauges += usize::from(place.is_some());
            place
        });
        let down = down.collect();
        Series {
            scenario,
            cells: Vec::new(),
            start: Time::ZERO,
            arrivals: 0,
            left: [0; Outcome::ALL.len()],
            sojourns: Quantiles::default(),
            gauges: vec![Gauge::default(); gauges],
            down,
            scaled: ScaledLevels::new(scenario),
            watched: Watched::new(scenario),
        }
    }

    /// How many levels come before those of the resources.
    fn before_resources(scenario: &Scenario) -> usize {
        1 + scenario.queues.len() + 2 * scenario.pools.len()
    }

    /// The names of the levels: in system, in each queue, busy slots and agents of each pool, units
    /// held of each resource, the agents down of those pools whose agents fail, those that are to
    /// be, start and are ready of the pools that are scaled, and what a monitor saw of each pool.
    pub fn levels(scenario: &Scenario) -> Vec<String> {
        let mut names = vec!["in_system".to_string()];
        names.extend(scenario.queues.iter().map(|queue| format!("queue.{}.length", queue.name)));
        names.extend(scenario.pools.iter().map(|pool| format!("pool.{}.busy", pool.name)));
        names.extend(scenario.pools.iter().map(|pool| format!("pool.{}.agents", pool.name)));
        let resources = scenario.resources.names.iter();
        names.extend(resources.map(|name| format!("resource.{name}.held")));
        let failing = scenario.pools.iter().filter(|pool| scenario.can_fail(pool));
        names.extend(failing.map(|pool| format!("pool.{}.down", pool.name)));
        names.extend(ScaledLevels::names(scenario).chain(Watched::names(scenario)));
        names
    }

    /// The cells, in order of time; the last ends with the run.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    fn queue(&mut self, at: Time, queue: usize, by: i64) {
        self.gauges[1 + queue].change(at, by);
    }

    fn pool(&mut self, at: Time, agent: crate::base::id::AgentId, kind: usize, by: i64) {
        let pool = self.scenario.pool_of(agent).index();
        let place = 1 + self.scenario.queues.len() + kind * self.scenario.pools.len() + pool;
        self.gauges[place].change(at, by);
    }

    fn unit(&mut self, at: Time, unit: UnitId, by: i64) {
        let resource = self.scenario.resources.types[unit.index()].index();
        self.gauges[Self::before_resources(self.scenario) + resource].change(at, by);
    }

    fn down(&mut self, at: Time, agent: crate::base::id::AgentId, by: i64) {
        if let Some(place) = self.down[self.scenario.pool_of(agent).index()] {
            self.gauges[place].change(at, by);
        }
    }

    /// Closes the cells that end at or before `at`.
    fn advance(&mut self, at: Time) {
        while at.saturating_since(self.start) >= self.scenario.grid {
            let end = self.start + self.scenario.grid;
            self.close(end);
        }
    }

    fn close(&mut self, end: Time) {
        let width = end.since(self.start);
        let sojourns = std::mem::take(&mut self.sojourns);
        let quantile = |q| sojourns.quantile(q).map(|nanos| Span::from_nanos(nanos).seconds());
        let sojourn_s = match PERCENTILES.map(|(_, q)| quantile(q)) {
            [Some(p50), Some(p95), Some(p99)] => Some([p50, p95, p99]),
            _ => None,
        };
        let levels = self.gauges.iter_mut().map(|gauge| gauge.close(end, width));
        let levels = levels.chain(self.scaled.close(end, width)).chain(self.watched.close());
        self.cells.push(Cell {
            time_s: self.start.seconds(),
            arrivals: std::mem::take(&mut self.arrivals),
            left: std::mem::take(&mut self.left),
            sojourn_s,
            levels: levels.collect(),
        });
        self.start = end;
    }
}

impl Observer for Series<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        self.advance(at);
        self.scaled.on(at, self.scenario, fact);
        self.watched.on(fact);
        match *fact {
            Fact::Arrived { .. } => {
                self.arrivals += 1;
                self.gauges[0].change(at, 1);
            }
            Fact::Left(departure) => {
                self.gauges[0].change(at, -1);
                self.left[departure.outcome as usize] += 1;
                if departure.outcome == Outcome::Completed {
                    self.sojourns.record(at.since(departure.arrived).nanos());
                }
            }
            Fact::Queued { queue, .. } => self.queue(at, queue.index(), 1),
            Fact::Withdrawn { queue, .. } => self.queue(at, queue.index(), -1),
            Fact::Preempted { queue, agent, .. } => {
                self.queue(at, queue.index(), 1);
                self.pool(at, agent, 0, -1);
            }
            Fact::Started { queue, agent, queued, .. } => {
                if queued {
                    self.queue(at, queue.index(), -1);
                }
                self.pool(at, agent, 0, 1);
            }
            Fact::Finished { agent, .. } | Fact::Stopped { agent, .. } => {
                self.pool(at, agent, 0, -1);
            }
            Fact::Claim { what: Claimed::Held { unit, .. }, .. } => self.unit(at, unit, 1),
            Fact::Claim { what: Claimed::Released { unit, .. }, .. } => self.unit(at, unit, -1),
            Fact::Claim { .. } => {}
            Fact::CameOn { agent } => self.pool(at, agent, 1, 1),
            Fact::WentOff { agent } => self.pool(at, agent, 1, -1),
            Fact::Crashed { agent, .. } => self.down(at, agent, 1),
            Fact::Repaired { agent } => self.down(at, agent, -1),
            Fact::Ended { .. } => {
                if at > self.start {
                    self.close(at);
                }
            }
            Fact::Readied { .. }
            | Fact::Moved { .. }
            | Fact::WrappedUp { .. }
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Conflicted { .. }
            | Fact::Control(_) => {}
            Fact::Faulted { .. } | Fact::UnitGone { .. } => {}
        }
    }
}
