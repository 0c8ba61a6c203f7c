//! Faults: each ends after it has begun; whom a crash keeps down starts nothing; who stands still
//! completes nothing; and what is doomed fails.
//!
//! Only faults that strike everybody in their scope are followed: whom one strikes that takes the
//! first few is not told. At the very time of a begin both sides of it are right.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::id::{AgentId, FaultId, StepId};
use crate::base::time::Time;
use crate::mechanism::fault::Spec;
use crate::model::fact::{Fact, TaskNo};
use crate::scenario::meaning::{Scenario, Target};

/// An attempt in service; several may have the same name.
type Key = (TaskNo, StepId, AgentId);

/// Which faults are on, and which attempts they have doomed.
pub(super) struct Faults<'s> {
    scenario: &'s Scenario,
    /// Since when each is on.
    on: Vec<Option<Time>>,
    /// For each agent the faults of whose scope it is.
    of: Vec<Vec<usize>>,
    /// Whether each attempt in service is doomed.
    serving: BTreeMap<Key, Vec<bool>>,
    /// How many attempts each fault has made fail on each agent, where that is counted.
    failed: BTreeMap<(usize, AgentId), u32>,
}

impl<'s> Faults<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let mut of = vec![Vec::new(); scenario.agents()];
        for (index, fault) in scenario.faults.iter().enumerate() {
            if let Target::Agents(agents, None) = &fault.target {
                agents.iter().for_each(|agent| of[agent.index()].push(index));
            }
        }
        let on = vec![None; scenario.faults.len()];
        Faults { scenario, on, of, serving: BTreeMap::new(), failed: BTreeMap::new() }
    }

    fn turn(&mut self, at: Time, id: FaultId, on: bool, report: &mut Report) {
        let since = self.on[id.index()];
        report.check(since.is_some() != on, Rule::Fault, || String::from("it is so already"));
        self.on[id.index()] = on.then_some(at);
        self.failed.retain(|(fault, _), _| *fault != id.index());
    }

    /// The faults that are on for an agent, since when.
    fn faults_on(&self, agent: AgentId) -> Vec<(usize, Time, &'s Spec)> {
        let all = self.of[agent.index()].iter();
        all.filter_map(|index| Some((*index, self.on[*index]?, &self.scenario.faults[*index].kind)))
            .collect()
    }

    fn start(&mut self, key: Key, report: &mut Report) {
        let agent = key.2;
        let mut doomed = false;
        for (index, _, kind) in self.faults_on(agent) {
            match kind {
                Spec::Crash(_) => {
                    let name = &self.scenario.faults[index].name;
                    report.violated(Rule::Fault, format!("`{name}` keeps {agent:?} down"));
                }
                Spec::Errors(spec) => doomed |= spec.rate.get() >= 1.0,
                Spec::Loss(spec) => doomed |= spec.rate.get() >= 1.0,
                Spec::FirstFail(spec) => {
                    let failed = self.failed.entry((index, agent)).or_default();
                    if *failed < spec.attempts.get() {
                        *failed += 1;
                        doomed = true;
                    }
                }
                _ => {}
            }
        }
        self.serving.entry(key).or_default().push(doomed);
    }

    /// An attempt is over; of several that cannot be told apart one that fits.
    fn end(&mut self, key: Key, success: bool) -> bool {
        let Some(all) = self.serving.get_mut(&key) else { return true };
        let fitting = all.iter().position(|doomed| *doomed != success);
        all.swap_remove(fitting.unwrap_or(0));
        if all.is_empty() {
            self.serving.remove(&key);
        }
        fitting.is_some() || !success
    }

    fn finish(&mut self, at: Time, key: Key, success: bool, report: &mut Report) {
        let fits = self.end(key, success);
        report.check(fits, Rule::Fault, || String::from("it is doomed"));
        let still =
            |(_, since, kind): &(usize, Time, &Spec)| matches!(kind, Spec::Pause(_)) && *since < at;
        let stands = success && self.faults_on(key.2).iter().any(still);
        report.check(!stands, Rule::Fault, || format!("{:?} stands still", key.2));
    }
}

impl Group for Faults<'_> {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        if self.on.is_empty() {
            return;
        }
        match *fact {
            Fact::Faulted { fault, on } => self.turn(at, fault, on, report),
            Fact::Started { task, step, agent, .. } => self.start((task, step, agent), report),
            Fact::Finished { task, step, agent, success, .. } => {
                self.finish(at, (task, step, agent), success, report);
            }
            Fact::Stopped { task, step, agent, .. } | Fact::Preempted { task, step, agent, .. } => {
                self.end((task, step, agent), false);
            }
            _ => {}
        }
    }
}
