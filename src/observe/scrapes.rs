//! What was scraped in a run, and which alerts of its rule files fired when: what is exported for
//! other tools.
//!
//! Invariant: only what a run tells on request is recorded here, and it changes nothing.

use std::collections::BTreeSet;

use crate::base::time::Time;
use crate::mechanism::alert::State;
use crate::mechanism::promql::Series;
use crate::model::fact::{About, Control, Fact, Observer};
use crate::model::scrape::{Exposed, exposition};
use crate::scenario::meaning::Scenario;

/// Which alerts of a rule fire from a moment on.
#[derive(Clone, Debug, PartialEq)]
pub struct Firing {
    /// From when on.
    pub at: Time,
    /// The rule, by its place among the scenario's.
    pub rule: u32,
    /// What its alerts are about.
    pub about: BTreeSet<About>,
}

/// What was scraped.
pub struct Scrapes {
    exposed: Vec<Exposed>,
    samples: Vec<Vec<(Time, f64)>>,
    firing: Vec<BTreeSet<About>>,
    changes: Vec<Firing>,
    ended: Time,
}

impl Scrapes {
    /// Of a run of this scenario, which must tell its samples.
    pub fn new(scenario: &Scenario) -> Self {
        let exposed = exposition(scenario);
        Scrapes {
            samples: vec![Vec::new(); exposed.len()],
            exposed,
            firing: vec![BTreeSet::new(); scenario.alerts.len()],
            changes: Vec::new(),
            ended: Time::ZERO,
        }
    }

    /// The series that had any sample, in the order of the exposition.
    pub fn series(&self) -> Vec<Series> {
        let all = self.exposed.iter().zip(&self.samples);
        let some = all.filter(|(_, samples)| !samples.is_empty());
        let series = |(exposed, samples): (&Exposed, &Vec<(Time, f64)>)| Series {
            name: exposed.name.to_string(),
            labels: exposed.labels.clone(),
            samples: samples.clone(),
        };
        some.map(series).collect()
    }

    /// Each moment at which other alerts of a rule began to fire, in order of time.
    pub fn changes(&self) -> &[Firing] {
        &self.changes
    }

    /// When the run ended.
    pub fn ended(&self) -> Time {
        self.ended
    }
}

impl Observer for Scrapes {
    fn on(&mut self, at: Time, fact: &Fact) {
        self.ended = at;
        let Fact::Control(control) = *fact else { return };
        match control {
            Control::Sampled { series, value } => {
                self.samples[series as usize].push((at, value));
            }
            Control::Alerted { rule, about, state, .. } => {
                let firing = &mut self.firing[rule as usize];
                let changed = match state {
                    State::Firing => firing.insert(about),
                    State::Pending | State::Inactive => firing.remove(&about),
                };
                if !changed {
                    return;
                }
                let about = firing.clone();
                // One change for all alerts of the rule at the same moment.
                let same = |change: &&mut Firing| change.rule == rule && change.at == at;
                match self.changes.iter_mut().rev().find(same) {
                    Some(change) => change.about = about,
                    None => self.changes.push(Firing { at, rule, about }),
                }
            }
            Control::Scaled { .. } | Control::Monitored { .. } | Control::Looked => {}
        }
    }
}
