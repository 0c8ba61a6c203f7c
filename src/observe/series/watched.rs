//! What the monitor saw of each pool: the last of a cell, missing where it did not look.

use crate::model::fact::{Control, Fact, Seen};
use crate::scenario::meaning::Scenario;

/// What is seen of each pool.
const SEEN: [&str; 6] =
    ["response_mean_s", "success_rate", "throughput_per_min", "error_rate", "memory", "cpu"];

/// The values of what was seen, in the order of [`SEEN`].
pub fn seen_values(seen: Seen) -> [Option<f64>; SEEN.len()] {
    let minute = seen.throughput_per_s.map(|rate| rate * 60.0);
    Seen { throughput_per_s: minute, ..seen }.values()
}

/// Of all pools; nothing where there is no monitor.
pub(super) struct Watched {
    seen: Vec<[f64; SEEN.len()]>,
    /// Whether it has looked within the cell.
    looked: bool,
}

impl Watched {
    pub fn new(scenario: &Scenario) -> Self {
        let pools = scenario.monitor.map_or(0, |_| scenario.pools.len());
        Watched { seen: vec![[f64::NAN; SEEN.len()]; pools], looked: false }
    }

    /// The names of the values, in the order of [`Watched::close`].
    pub fn names(scenario: &Scenario) -> impl Iterator<Item = String> {
        let pools = scenario.pools.iter().filter(|_| scenario.monitor.is_some());
        pools.flat_map(|pool| SEEN.map(|name| format!("pool.{}.{name}", pool.name)))
    }

    /// The values of a cell that ends.
    pub fn close(&mut self) -> impl Iterator<Item = f64> + '_ {
        let looked = std::mem::take(&mut self.looked);
        let value = move |value: &f64| if looked { *value } else { f64::NAN };
        self.seen.iter().flatten().map(value)
    }

    pub fn on(&mut self, fact: &Fact) {
        let Fact::Control(what) = *fact else { return };
        match what {
            Control::Monitored { pool, agent: None, seen } => {
                let values = seen_values(seen);
                self.seen[pool.index()] = values.map(|value| value.unwrap_or(f64::NAN));
            }
            Control::Looked => self.looked = true,
            Control::Monitored { agent: Some(_), .. }
            | Control::Scaled { .. }
            | Control::Alerted { .. }
            | Control::Sampled { .. } => {}
        }
    }
}
