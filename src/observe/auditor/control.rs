//! Autoscalers keep their count, and alerts go their way from state to state.
//!
//! As many agents start or are ready as an evaluation decided; until the next one only starts that
//! fail make them fewer. Who was told to go starts nothing more. An alert that is told has changed;
//! it fires no sooner than its rule says after it became pending.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::id::{AgentId, PoolId};
use crate::base::time::{Span, Time};
use crate::mechanism::alert::State;
use crate::model::fact::{About, Control, Fact, Scaled};
use crate::scenario::meaning::{Asks, Scenario};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Life {
    Away,
    Starting,
    Ready,
    Leaving,
}

/// The pools that are scaled, and the alerts of all rules.
pub(super) struct Watched<'s> {
    scenario: &'s Scenario,
    lives: Vec<Life>,
    /// By pool: how many there must be at the next evaluation.
    counts: Vec<u32>,
    /// Alerts that are not inactive, and since when.
    alerts: BTreeMap<(u32, About), (State, Time)>,
}

impl<'s> Watched<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let life = |number: usize, start: usize| match number < start {
            true => Life::Ready,
            false => Life::Away,
        };
        let pools = scenario.pools.iter();
        let lives = pools.flat_map(|pool| (0..pool.size()).map(|i| life(i, pool.at_start)));
        Watched {
            scenario,
            lives: lives.collect(),
            counts: scenario.pools.iter().map(|pool| pool.at_start as u32).collect(),
            alerts: BTreeMap::new(),
        }
    }

    fn is_scaled(&self, agent: AgentId) -> bool {
        let pool = self.scenario.pool_of(agent);
        self.scenario.pools[pool.index()].autoscale.is_some()
    }

    fn scaled(&mut self, pool: PoolId, what: Scaled, report: &mut Report) {
        let (agent, from, to) = match what {
            Scaled::Decided { from, to, .. } => return self.decided(pool, from, to, report),
            Scaled::Starting { agent } => (agent, Life::Away, Life::Starting),
            Scaled::StartFailed { agent } => {
                self.counts[pool.index()] = self.counts[pool.index()].saturating_sub(1);
                (agent, Life::Starting, Life::Away)
            }
            Scaled::Cancelled { agent } => (agent, Life::Starting, Life::Away),
            Scaled::Retired { agent } => (agent, Life::Ready, Life::Leaving),
            Scaled::Recalled { agent } => (agent, Life::Leaving, Life::Ready),
        };
        self.change(agent, from, to, report);
    }

    fn change(&mut self, agent: AgentId, from: Life, to: Life, report: &mut Report) {
        let life = std::mem::replace(&mut self.lives[agent.index()], to);
        report
            .check(life == from, Rule::Scaling, || format!("{agent:?} is {life:?}, not {from:?}"));
    }

    fn decided(&mut self, pool: PoolId, from: u32, to: u32, report: &mut Report) {
        let expected = std::mem::replace(&mut self.counts[pool.index()], to);
        report.check(from == expected, Rule::Scaling, || format!("{expected} were to be there"));
        let agents = self.scenario.pools[pool.index()].agents();
        let exists =
            |agent: &AgentId| matches!(self.lives[agent.index()], Life::Starting | Life::Ready);
        let there = agents.filter(exists).count() as u32;
        report.check(from == there, Rule::Scaling, || format!("{there} start or are ready"));
        let spec = self.scenario.pools[pool.index()].autoscale.as_ref();
        let most = spec.map_or(0, |spec| spec.scaling().max);
        report.check(to <= most, Rule::Scaling, || format!("there are at most {most}"));
    }

    /// An agent of a scaled pool comes on or goes off.
    fn present(&mut self, at: Time, agent: AgentId, on: bool, report: &mut Report) {
        if !self.is_scaled(agent) {
            return;
        }
        match on {
            // Those of the start come at time zero, without having been started.
            true if at == Time::ZERO && self.lives[agent.index()] == Life::Ready => {}
            true => self.change(agent, Life::Starting, Life::Ready, report),
            false => self.change(agent, Life::Leaving, Life::Away, report),
        }
    }

    fn alerted(&mut self, at: Time, of: (u32, About), state: State, report: &mut Report) {
        let (was, since) = match state {
            State::Inactive => self.alerts.remove(&of),
            State::Pending | State::Firing => self.alerts.insert(of, (state, at)),
        }
        .unwrap_or((State::Inactive, at));
        let moves = matches!(
            (was, state),
            (State::Inactive, State::Pending | State::Firing)
                | (State::Pending, State::Firing | State::Inactive)
                | (State::Firing, State::Inactive)
        );
        report.check(moves, Rule::Alert, || format!("it is {} already", was.name()));
        let wait = self.wait(of.0);
        let early = state == State::Firing && at.since(since) < wait;
        report.check(!early, Rule::Alert, || format!("it must hold for {wait}"));
    }

    /// How long the condition of a rule must hold.
    fn wait(&self, rule: u32) -> Span {
        match &self.scenario.alerts[rule as usize].asks {
            Asks::Metrics { rule, .. } => rule.pending,
            Asks::Series { rule, .. } => rule.pending,
        }
    }
}

impl Group for Watched<'_> {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        match *fact {
            Fact::Control(Control::Scaled { pool, what }) => self.scaled(pool, what, report),
            Fact::Control(Control::Alerted { rule, about, state, .. }) => {
                self.alerted(at, (rule, about), state, report);
            }
            Fact::CameOn { agent } => self.present(at, agent, true, report),
            Fact::WentOff { agent } => self.present(at, agent, false, report),
            Fact::Started { agent, .. } => {
                let ready = self.lives[agent.index()] == Life::Ready;
                let fine = ready || !self.is_scaled(agent);
                report.check(fine, Rule::Scaling, || format!("{agent:?} was told to go"));
            }
            Fact::Control(
                Control::Monitored { .. } | Control::Looked | Control::Sampled { .. },
            )
            | Fact::Arrived { .. }
            | Fact::Readied { .. }
            | Fact::Queued { .. }
            | Fact::Moved { .. }
            | Fact::Withdrawn { .. }
            | Fact::Preempted { .. }
            | Fact::Finished { .. }
            | Fact::Stopped { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::Undoing { .. }
            | Fact::BreakerMoved { .. }
            | Fact::Left(_)
            | Fact::Round { .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::WrappedUp { .. }
            | Fact::Faulted { .. }
            | Fact::UnitGone { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
