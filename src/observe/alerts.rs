//! Every change of state of every alert, and how long each was pending or firing.

use serde::Serialize;

use super::bounded::Bounded;
use super::stretch::{Stretch, stretches};
use crate::base::time::Time;
use crate::mechanism::alert::State;
use crate::model::fact::{About, Control, Fact, Observer};
use crate::scenario::meaning::Scenario;

/// One alert: a rule, by its place among the scenario's, and what it is about.
pub type Subject = (u32, About);

/// An alert changed its state.
#[derive(Clone, Copy, Debug)]
struct Change {
    at: Time,
    of: Subject,
    state: State,
    value: Option<f64>,
    level: Option<f64>,
}

/// One row of `alerts.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'s> {
    /// When, in seconds since the start.
    pub time_s: f64,
    /// The rule.
    pub rule: &'s str,
    /// The pool that it is about.
    pub pool: &'s str,
    /// The agent that it is about; empty: the pool as a whole.
    pub agent: String,
    /// What it is from now on.
    pub state: &'static str,
    /// What was seen, in seconds, as a share, per second or in number.
    pub value: Option<f64>,
    /// What it was compared with.
    pub threshold: Option<f64>,
    /// The labels of the rule and what else it is about: `name=text`, separated by semicolons.
    pub labels: String,
}

/// The changes so far.
pub struct Alerts<'s> {
    scenario: &'s Scenario,
    changes: Bounded<Change>,
}

impl<'s> Alerts<'s> {
    /// Keeps at most `limit` changes.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Alerts { scenario, changes: Bounded::new(limit) }
    }

    /// The changes kept, as rows.
    pub fn rows(&self) -> Vec<Row<'s>> {
        self.changes.kept().iter().map(|change| self.row(change)).collect()
    }

    /// How many changes there were, kept or not.
    pub fn told(&self) -> u64 {
        self.changes.told()
    }

    /// How long each alert was what, as far as the changes are kept.
    pub fn stretches(&self) -> Vec<Stretch<Subject, State>> {
        stretches(self.changes.kept().iter().map(|change| (change.at, change.of, change.state)))
    }

    fn row(&self, change: &Change) -> Row<'s> {
        let (rule, about) = change.of;
        let alert = &self.scenario.alerts[rule as usize];
        let mut labels = alert.labels().clone();
        let others = About { pool: None, agent: None, ..about }.labels(self.scenario);
        labels.extend(others.iter().map(|(name, text)| (name.to_string(), text.to_string())));
        let labels = labels.iter().map(|(name, text)| format!("{name}={text}"));
        Row {
            time_s: change.at.seconds(),
            rule: &alert.name,
            pool: about.pool.map_or("", |pool| &self.scenario.pools[pool.index()].name),
            agent: about.agent.map_or(String::new(), |agent| self.scenario.agent_name(agent)),
            state: change.state.name(),
            value: change.value,
            threshold: change.level,
            labels: labels.collect::<Vec<_>>().join(";"),
        }
    }
}

impl Observer for Alerts<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        if let Fact::Control(Control::Alerted { rule, about, state, value, level }) = *fact {
            let of = (rule, about);
            self.changes.tell(|| Change { at, of, state, value, level });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, tell, watched_over};
    use super::*;
    use crate::base::id::{AgentId, PoolId};
    use State::{Firing, Inactive, Pending};

    #[test]
    fn rows_and_stretches_of_two_rules() {
        let scenario = watched_over();
        let mut alerts = Alerts::new(&scenario, 5);
        let of = |pool| About { pool: Some(PoolId::new(pool)), ..About::default() };
        let slow = |state, value| {
            let about = About { agent: Some(AgentId::new(2)), ..of(0) };
            let (value, level) = (Some(value), Some(5.0));
            Fact::Control(Control::Alerted { rule: 1, about, state, value, level })
        };
        let gone = |state| {
            let (rule, about, value, level) = (0, of(1), None, None);
            Fact::Control(Control::Alerted { rule, about, state, value, level })
        };
        let facts = [
            (30, gone(Firing)),
            (30, slow(Pending, 6.5)),
            (60, slow(Firing, 7.0)),
            (90, gone(Inactive)),
            (90, slow(Inactive, 1.0)),
            (99, slow(Firing, 8.0)),
        ];
        tell(&mut alerts, &facts);
        let rows = alerts.rows();
        assert_eq!((rows.len(), alerts.told()), (5, 6));
        let row = Row {
            time_s: 60.0,
            rule: "slow",
            pool: "p",
            agent: "p-3".into(),
            state: "firing",
            value: Some(7.0),
            threshold: Some(5.0),
            labels: "severity=page;team=b".into(),
        };
        assert_eq!(rows[2], row);
        let absent = (rows[0].rule, rows[0].pool, rows[0].agent.as_str(), rows[0].threshold);
        assert_eq!(absent, ("gone", "q", "", None));
        let firing = alerts.stretches().into_iter().filter(|stretch| stretch.state == Firing);
        let firing: Vec<_> = firing.map(|it| (it.of.0, it.from, it.to)).collect();
        assert_eq!(firing, [(0, at(30), at(90)), (1, at(60), at(90))]);
    }
}
