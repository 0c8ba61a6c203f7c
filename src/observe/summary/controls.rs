//! What the summary keeps of autoscalers and alert rules.
//!
//! Counts are of the window. An alert that fires for several subjects at once (agents, pools) fires
//! as long as one of them does.

use crate::base::id::PoolId;
use crate::base::time::Time;
use crate::mechanism::alert::State;
use crate::model::fact::{About, Control, Scaled};
use crate::scenario::meaning::{Pool, Scenario};
use crate::stats::level::Level;

/// One pool with an autoscaler.
#[derive(Clone, Debug)]
struct Scaling {
    /// The agents that are there, and the most that may be; `None`: it is not scaled.
    here: i64,
    most: Option<u32>,
    /// 1 while the most are there.
    at_most: Level,
    raised: u64,
    lowered: u64,
    started: u64,
    start_failed: u64,
    retired: u64,
}

/// One alert rule.
#[derive(Clone, Debug)]
struct Alerting {
    fired: u64,
    firing: Level,
    /// The subjects for which it fires now.
    on: Vec<About>,
}

/// Of all pools and rules.
#[derive(Clone, Debug)]
pub struct ControlStats {
    pools: Vec<Scaling>,
    alerts: Vec<Alerting>,
}

impl ControlStats {
    /// Of a run of the scenario whose window is this.
    pub(super) fn new(from: Time, to: Time, scenario: &Scenario) -> Self {
        let alert = Alerting { fired: 0, firing: Level::new(from, to, 0), on: Vec::new() };
        let scaling = |pool: &Pool| Scaling {
            here: 0,
            most: pool.autoscale.as_ref().map(|spec| spec.scaling().max),
            at_most: Level::new(from, to, 0),
            raised: 0,
            lowered: 0,
            started: 0,
            start_failed: 0,
            retired: 0,
        };
        ControlStats {
            pools: scenario.pools.iter().map(scaling).collect(),
            alerts: vec![alert; scenario.alerts.len()],
        }
    }

    pub(super) fn close(&mut self, at: Time) {
        self.alerts.iter_mut().for_each(|alert| alert.firing.close(at));
        self.pools.iter_mut().for_each(|pool| pool.at_most.close(at));
    }

    /// An agent of the pool comes, or is gone.
    pub(super) fn comes(&mut self, at: Time, pool: PoolId, by: i64) {
        let pool = &mut self.pools[pool.index()];
        pool.here += by;
        if let Some(most) = pool.most {
            pool.at_most.set(at, u64::from(pool.here >= i64::from(most)));
        }
    }

    /// If the pool is scaled: the most agents it may have, and the share of time that it had them.
    pub fn at_most(&self, pool: usize) -> Option<(u32, f64)> {
        let pool = &self.pools[pool];
        Some((pool.most?, pool.at_most.mean().unwrap_or(f64::NAN)))
    }

    /// How often each alert began to fire.
    pub fn fired(&self) -> impl Iterator<Item = u64> {
        self.alerts.iter().map(|alert| alert.fired)
    }

    pub(super) fn control(&mut self, at: Time, what: Control, counts: bool) {
        match what {
            Control::Scaled { pool, what } => {
                let pool = &mut self.pools[pool.index()];
                let count = match what {
                    Scaled::Decided { from, to, .. } if to > from => &mut pool.raised,
                    Scaled::Decided { from, to, .. } if to < from => &mut pool.lowered,
                    Scaled::Decided { .. } => return,
                    Scaled::Starting { .. } => &mut pool.started,
                    Scaled::StartFailed { .. } => &mut pool.start_failed,
                    Scaled::Retired { .. } => &mut pool.retired,
                    Scaled::Cancelled { .. } | Scaled::Recalled { .. } => return,
                };
                *count += u64::from(counts);
            }
            Control::Alerted { rule, about, state, .. } => {
                self.alerts[rule as usize].change(at, about, state == State::Firing, counts);
            }
            Control::Monitored { .. } | Control::Looked | Control::Sampled { .. } => {}
        }
    }

    /// The numbers by name.
    pub(super) fn metrics(&self, scenario: &Scenario, mut add: impl FnMut(String, f64)) {
        for (stats, pool) in self.pools.iter().zip(&scenario.pools) {
            if pool.autoscale.is_none() {
                continue;
            }
            let numbers = [
                ("scaled_up", stats.raised),
                ("scaled_down", stats.lowered),
                ("agents_started", stats.started),
                ("starts_failed", stats.start_failed),
                ("agents_retired", stats.retired),
            ];
            for (name, value) in numbers {
                add(format!("pool.{}.{name}", pool.name), value as f64);
            }
        }
        for (stats, alert) in self.alerts.iter().zip(&scenario.alerts) {
            add(format!("alert.{}.fired", alert.name), stats.fired as f64);
            let share = stats.firing.mean().unwrap_or(f64::NAN);
            add(format!("alert.{}.firing_fraction", alert.name), share);
        }
    }
}

impl Alerting {
    fn change(&mut self, at: Time, subject: About, on: bool, counts: bool) {
        let place = self.on.iter().position(|other| *other == subject);
        let before = self.on.len();
        match (on, place) {
            (true, None) => {
                self.fired += u64::from(counts);
                self.on.push(subject);
            }
            (false, Some(place)) => {
                self.on.swap_remove(place);
            }
            (true, Some(_)) | (false, None) => {}
        }
        let some = |n: usize| i64::from(n > 0);
        self.firing.add(at, some(self.on.len()) - some(before));
    }
}
