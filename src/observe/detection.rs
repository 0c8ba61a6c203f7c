//! How well the alert rules found the faults of a run.
//!
//! By [`detection`]: a fault is found by the first firing of a rule while it is on, or as long
//! after its end as the rule can still be about it: the longest window that it looks at, its `for`
//! and one interval of evaluation. A firing of which no fault can be the cause is a false alarm. A
//! rule that was firing when the fault began has found nothing, but is not blamed either.
//!
//! The numbers of a fault are of all rules together: the first to fire counts. Invariant: faults
//! and firings count by the moment at which they begin.

use std::ops::Range;

use serde::Serialize;

use super::alerts::Subject;
use super::stretch::{Stretch, stretches};
use crate::base::id::FaultId;
use crate::base::time::{Span, Time};
use crate::mechanism::alert::detection::{Found, Interval, detection};
use crate::mechanism::alert::{Look, State};
use crate::model::fact::{Control, Fact, Observer};
use crate::scenario::meaning::{Alert, Asks, Scenario};

/// One row of `detection.csv`: one time that a fault was on, and one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'s> {
    /// The fault.
    pub fault: &'s str,
    /// When it began, in seconds since the start.
    pub from_s: f64,
    /// When it ended; empty: it was on to the end.
    pub to_s: Option<f64>,
    /// The rule.
    pub rule: &'s str,
    /// Whether it was found: `after` its begin, `already` (the rule was firing before) or `never`.
    pub found: &'static str,
    /// How long after its begin.
    pub delay_s: Option<f64>,
}

/// When faults were on and alerts were firing.
#[derive(Clone, Debug)]
pub struct Detections<'s> {
    scenario: &'s Scenario,
    faults: Vec<(Time, FaultId, bool)>,
    firings: Vec<(Time, Subject, bool)>,
}

/// What the rules made of the faults.
struct Findings {
    faults: Vec<(FaultId, Interval)>,
    /// By rule, then by fault.
    found: Vec<Vec<Found>>,
    /// By rule.
    false_alarms: Vec<usize>,
}

impl<'s> Detections<'s> {
    /// Of a run of this scenario.
    pub fn new(scenario: &'s Scenario) -> Self {
        Detections { scenario, faults: Vec::new(), firings: Vec::new() }
    }

    /// How long each fault was on.
    pub fn faults(&self) -> Vec<Stretch<FaultId, bool>> {
        stretches(self.faults.iter().copied())
    }

    /// Whether the scenario has both faults and rules.
    pub fn is_of(scenario: &Scenario) -> bool {
        !scenario.faults.is_empty() && !scenario.alerts.is_empty()
    }

    /// Each time that a fault was on with each rule, in order of time.
    pub fn rows(&self) -> Vec<Row<'s>> {
        let Findings { faults, found, .. } = self.findings(&(Time::ZERO..Time::MAX));
        let mut rows = Vec::new();
        for (place, (fault, interval)) in faults.iter().enumerate() {
            for (alert, found) in self.scenario.alerts.iter().zip(&found) {
                rows.push(Row {
                    fault: &self.scenario.faults[fault.index()].name,
                    from_s: interval.from.seconds(),
                    to_s: (interval.to < Time::MAX).then(|| interval.to.seconds()),
                    rule: &alert.name,
                    found: word(found[place]),
                    delay_s: after(found[place]).map(Span::seconds),
                });
            }
        }
        rows
    }

    /// The numbers by name, of what begins in the window.
    pub fn metrics(&self, window: &Range<Time>, mut add: impl FnMut(String, f64)) {
        if !Detections::is_of(self.scenario) {
            return;
        }
        let Findings { faults, found, false_alarms } = self.findings(window);
        for (alert, n) in self.scenario.alerts.iter().zip(false_alarms) {
            add(format!("alert.{}.false_alarms", alert.name), n as f64);
        }
        for (id, fault) in self.scenario.faults.iter().enumerate() {
            let (mut times, mut detected, mut delays) = (0_u64, 0_u64, Vec::new());
            for (place, (of, interval)) in faults.iter().enumerate() {
                if of.index() != id || !window.contains(&interval.from) {
                    continue;
                }
                let first = found.iter().filter_map(|rule| after(rule[place])).min();
                times += 1;
                detected += u64::from(first.is_some());
                delays.extend(first.map(Span::seconds));
            }
            let mean = delays.iter().sum::<f64>() / delays.len() as f64;
            add(format!("fault.{}.detection_s", fault.name), mean);
            let share = detected as f64 / times as f64;
            add(format!("fault.{}.detected_fraction", fault.name), share);
        }
    }

    /// All faults; false alarms are of the firings that begin in the window.
    fn findings(&self, window: &Range<Time>) -> Findings {
        let on = self.faults().into_iter().filter(|it| it.state);
        let faults: Vec<_> = on.map(|it| (it.of, Interval { from: it.from, to: it.to })).collect();
        let intervals: Vec<Interval> = faults.iter().map(|(_, interval)| *interval).collect();
        let firing = stretches(self.firings.iter().copied());
        let (mut found, mut false_alarms) = (Vec::new(), Vec::new());
        for (rule, alert) in self.scenario.alerts.iter().enumerate() {
            let own = firing.iter().filter(|it| it.state && it.of.0 as usize == rule);
            let own: Vec<Interval> = own.map(|it| Interval { from: it.from, to: it.to }).collect();
            let grace = grace(alert, self.scenario.monitor.unwrap_or(Span::ZERO));
            found.push(detection(&intervals, &own, grace).found);
            let counted: Vec<Interval> =
                own.into_iter().filter(|firing| window.contains(&firing.from)).collect();
            false_alarms.push(detection(&intervals, &counted, grace).false_alarms);
        }
        Findings { faults, found, false_alarms }
    }
}

/// How long after a fault has ended a rule may begin to fire because of it.
fn grace(alert: &Alert, monitor: Span) -> Span {
    match &alert.asks {
        Asks::Metrics { rule, .. } => {
            let reach = rule.when.windows().into_iter().map(|look| match look {
                Look::Value { window, .. } => window.unwrap_or(monitor),
                Look::Slower { window, .. } => window,
                Look::History { over, .. } => over,
            });
            reach.max().unwrap_or(Span::ZERO) + rule.pending + monitor
        }
        Asks::Series { rule, every, .. } => {
            let range_ms = u64::try_from(rule.expression.longest_range_ms()).unwrap_or(0);
            Span::from_nanos(range_ms.saturating_mul(1_000_000)) + rule.pending + *every
        }
    }
}

fn after(found: Found) -> Option<Span> {
    match found {
        Found::After(delay) => Some(delay),
        Found::Already | Found::Never => None,
    }
}

fn word(found: Found) -> &'static str {
    match found {
        Found::After(_) => "after",
        Found::Already => "already",
        Found::Never => "never",
    }
}

impl Observer for Detections<'_> {
    #[inline(always)]
    fn on(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::Faulted { fault, on } => self.faults.push((at, fault, on)),
            Fact::Control(Control::Alerted { rule, about, state, .. })
                if !self.scenario.faults.is_empty() =>
            {
                self.firings.push((at, (rule, about), state == State::Firing));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, tell};
    use super::*;
    use crate::base::id::PoolId;
    use crate::base::read::NoFiles;
    use crate::model::fact::About;
    use crate::scenario::load::load;

    /// A monitor that looks every 30 s, so a rule may be 30 + 30 s late.
    fn scenario() -> Scenario {
        let text = r#"
            name = "a"
            horizon = "20m"
            workloads.w.arrivals.poisson.rate = "1/min"
            workflows.f.steps.s.work = "1s"
            pools.p.agents = 2
            faults.outage = { crash = { pool = "p" }, at = ["2m", "12m"], lasts = "1m" }
            faults.surge = { surge = { workload = "w", factor = 2 }, at = "15m", lasts = "1m" }
            alerts.queued.when = "queue_length > 3"
            alerts.slow.when = "response_mean > 5s"
        "#;
        load(text.as_bytes(), &NoFiles).unwrap_or_else(|wrong| panic!("{wrong:?}")).scenario
    }

    /// Two outages, 120 to 180 s and 720 to 780 s. `slow` fires from 150 to 210, for nothing at
    /// 500, and is on already at 720; `queued` fires 50 s after the end of the first, and at 735.
    fn told(scenario: &Scenario) -> Detections<'_> {
        let mut detections = Detections::new(scenario);
        let outage = |on| Fact::Faulted { fault: FaultId::new(0), on };
        let about = About { pool: Some(PoolId::new(0)), ..About::default() };
        let alert = |rule, state| {
            let (value, level) = (None, None);
            Fact::Control(Control::Alerted { rule, about, state, value, level })
        };
        let (queued, slow) = (|state| alert(0, state), |state| alert(1, state));
        let facts = [
            (120, outage(true)),
            (150, slow(State::Firing)),
            (180, outage(false)),
            (200, queued(State::Pending)),
            (210, slow(State::Inactive)),
            (230, queued(State::Firing)),
            (260, queued(State::Inactive)),
            (500, slow(State::Firing)),
            (530, slow(State::Inactive)),
            (700, slow(State::Firing)),
            (720, outage(true)),
            (735, queued(State::Firing)),
            (780, outage(false)),
        ];
        tell(&mut detections, &facts);
        detections
    }

    #[test]
    fn a_row_for_each_fault_and_rule() {
        let scenario = scenario();
        let row = |from_s, to_s, rule, found, delay_s| {
            let to_s = Some(to_s);
            Row { fault: "outage", from_s, to_s, rule, found, delay_s }
        };
        let expected = [
            row(120.0, 180.0, "queued", "after", Some(110.0)),
            row(120.0, 180.0, "slow", "after", Some(30.0)),
            row(720.0, 780.0, "queued", "after", Some(15.0)),
            row(720.0, 780.0, "slow", "already", None),
        ];
        assert_eq!(told(&scenario).rows(), expected);
    }

    #[test]
    fn numbers_are_of_the_first_rule_to_fire_and_of_the_window() {
        let scenario = scenario();
        let told = told(&scenario);
        let number = |from, to, name: &str| {
            let mut found = Vec::new();
            told.metrics(&(at(from)..at(to)), |known, value| {
                if known == name {
                    found.push(value);
                }
            });
            found[0]
        };
        for (from, to, delay_s, false_alarms) in
            [(0, 1200, 22.5, 1.0), (0, 600, 30.0, 1.0), (600, 1200, 15.0, 0.0)]
        {
            assert_eq!(number(from, to, "fault.outage.detection_s"), delay_s);
            assert_eq!(number(from, to, "fault.outage.detected_fraction"), 1.0);
            assert_eq!(number(from, to, "alert.slow.false_alarms"), false_alarms);
            assert_eq!(number(from, to, "alert.queued.false_alarms"), 0.0);
        }
        // It never came.
        assert!(number(0, 1200, "fault.surge.detection_s").is_nan());
        assert!(number(0, 1200, "fault.surge.detected_fraction").is_nan());
    }
}
