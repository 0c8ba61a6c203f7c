//! The recorded calls, and what is compared between them and a replay.

use std::collections::BTreeMap;
use std::path::Path;

use super::recording::{Row, number, rows};

/// What a call can end as, among those that joined the line. A caller who hung up in the voice menu
/// (`vru_hangup`) never did; `other` (1.7 %) reached an agent, but neither a wait nor a service is
/// recorded.
pub const KINDS: [&str; 3] = ["served_direct", "served_queued", "abandoned"];

/// A recorded call.
#[derive(Debug)]
pub struct Call {
    /// The number of its day, counted from the first of the recording.
    pub day: u64,
    pub class: String,
    pub arrival_s: f64,
    pub wait_s: f64,
    pub served: bool,
    pub agent: String,
    pub start_s: f64,
    pub service_s: f64,
}

/// The calls of a month that joined the line.
pub fn calls(directory: &Path, month: &str) -> Vec<Call> {
    let rows = rows(&directory.join(format!("calls_{month}.csv.gz")));
    let day = |row: &Row| -> u64 { row["day"][8..].parse().expect("a date ends in its day") };
    let first = day(&rows[0]);
    let joined = rows.iter().filter(|row| KINDS.contains(&row["kind"].as_str()));
    let call = |row: &Row| Call {
        day: day(row) - first,
        class: row["class"].clone(),
        arrival_s: number(row, "arrival_s"),
        wait_s: number(row, "wait_s"),
        served: row["kind"] != "abandoned",
        agent: row["agent"].clone(),
        start_s: number(row, "service_start_s"),
        service_s: number(row, "service_s"),
    };
    joined.map(call).collect()
}

/// The agents who take hardly anything but internet support, and the others.
pub fn groups(calls: &[Call]) -> (Vec<&str>, Vec<&str>) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.served) {
        let (internet, all) = counts.entry(&call.agent).or_default();
        *internet += usize::from(call.class == "IN");
        *all += 1;
    }
    counts.keys().partition(|agent| {
        let (internet, all) = counts[*agent];
        internet * 10 > all * 9
    })
}

/// Sums over calls: how many, their waits, how many gave up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    pub calls: f64,
    pub wait_s: f64,
    pub gave_up: f64,
}

impl Sums {
    pub fn mean_wait_s(&self) -> f64 {
        self.wait_s / self.calls
    }

    pub fn abandonment(&self) -> f64 {
        self.gave_up / self.calls
    }

    fn add(&mut self, wait_s: f64, gave_up: bool) {
        self.calls += 1.0;
        self.wait_s += wait_s;
        self.gave_up += f64::from(u8::from(gave_up));
    }
}

/// What is compared: all calls, and those of each hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub all: Sums,
    pub hours: BTreeMap<u64, Sums>,
}

impl Figures {
    /// A call that came so long after the start.
    pub fn add(&mut self, arrived_s: f64, wait_s: f64, gave_up: bool) {
        self.all.add(wait_s, gave_up);
        self.hours.entry((arrived_s / 3600.0) as u64).or_default().add(wait_s, gave_up);
    }

    /// The recorded ones.
    pub fn of(calls: &[Call]) -> Self {
        let mut figures = Figures::default();
        for call in calls {
            figures.add(call.day as f64 * 86_400.0 + call.arrival_s, call.wait_s, !call.served);
        }
        figures
    }

    /// The correlation of the mean waits of all hours of all days, an hour weighing as many calls
    /// as it has (Pearson, weighted: most night hours have one call or two).
    pub fn correlation(&self, other: &Figures) -> f64 {
        let hours: Vec<(f64, f64, f64)> = self
            .hours
            .iter()
            .map(|(hour, a)| (a.calls, a.mean_wait_s(), other.hours[hour].mean_wait_s()))
            .collect();
        let weight: f64 = hours.iter().map(|(w, _, _)| w).sum();
        let mean = |of: fn(&(f64, f64, f64)) -> f64| {
            hours.iter().map(|hour| hour.0 * of(hour)).sum::<f64>() / weight
        };
        let (x, y) = (mean(|hour| hour.1), mean(|hour| hour.2));
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (w, a, b) in &hours {
            xx += w * (a - x) * (a - x);
            yy += w * (b - y) * (b - y);
            xy += w * (a - x) * (b - y);
        }
        xy / (xx * yy).sqrt()
    }
}
