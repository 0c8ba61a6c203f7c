//! Labels and what they are about: an alert that a rule's expression gives has labels; a fact has
//! ids.
//!
//! Invariant: the labels of what labels are about are the same labels.

use super::exposition::{RESULTS, STATES};
use crate::base::id::{AgentId, ClassId, PoolId, QueueId, WorkloadId};
use crate::mechanism::promql::{Labels, names};
use crate::model::fact::{About, Outcome};
use crate::scenario::meaning::Scenario;

/// Every value of the labels whose values are words, with the label's name.
pub fn words() -> Vec<(&'static str, String)> {
    let outcomes = Outcome::ALL.iter().map(|outcome| ("outcome", outcome.name().to_string()));
    let results = RESULTS.iter().map(|result| ("result", result.to_string()));
    let states = STATES.iter().map(|state| ("state", state.to_string()));
    let bounds = names::bounds().into_iter().map(|bound| ("le", bound));
    outcomes.chain(results).chain(states).chain(bounds).collect()
}

fn place<'n>(mut names: impl Iterator<Item = &'n String>, name: &str) -> Option<usize> {
    names.position(|other| other == name)
}

impl About {
    /// What these labels are about; labels that no series has are left out.
    pub fn of(labels: &Labels, scenario: &Scenario) -> About {
        let mut about = About::default();
        for (label, value) in labels.iter() {
            match label {
                "pool" => {
                    let names = scenario.pools.iter().map(|pool| &pool.name);
                    about.pool = place(names, value).map(PoolId::new);
                }
                "queue" => {
                    let names = scenario.queues.iter().map(|queue| &queue.name);
                    about.queue = place(names, value).map(QueueId::new);
                }
                "workload" => {
                    let names = scenario.workloads.iter().map(|workload| &workload.name);
                    about.workload = place(names, value).map(WorkloadId::new);
                }
                "class" => {
                    let names = scenario.classes.iter().map(|class| &class.name);
                    about.class = place(names, value).map(ClassId::new);
                }
                "agent" => {
                    let mut agents = (0..scenario.agents()).map(AgentId::new);
                    about.agent = agents.find(|agent| scenario.agent_name(*agent) == value);
                }
                _ => {
                    let word = (label, value);
                    let known = words();
                    let at = known.iter().position(|(label, value)| (*label, &**value) == word);
                    about.word = at.map(|at| at as u8);
                }
            }
        }
        about
    }

    /// Its labels.
    pub fn labels(&self, scenario: &Scenario) -> Labels {
        let pool = self.pool.map(|pool| ("pool", scenario.pools[pool.index()].name.clone()));
        let agent = self.agent.map(|agent| ("agent", scenario.agent_name(agent)));
        let queue = self.queue.map(|queue| ("queue", scenario.queues[queue.index()].name.clone()));
        let workload = self
            .workload
            .map(|workload| ("workload", scenario.workloads[workload.index()].name.clone()));
        let class = self.class.map(|class| ("class", scenario.classes[class.index()].name.clone()));
        let word = self.word.map(|word| words().swap_remove(word.into()));
        let all = [pool, agent, queue, workload, class, word];
        Labels::new(all.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::super::exposition;
    use super::*;
    use crate::base::read::NoFiles;
    use crate::scenario::load::load;

    #[test]
    fn labels_come_back() {
        let text = "name = \"a\"\nhorizon = \"1h\"\nclasses = { x = {}, y = {} }\n\
                    workloads.w.arrivals.poisson.rate = \"1/s\"\n\
                    workloads.w.classes = { x = 0.5, y = 0.5 }\n\
                    workflows.f.steps.s.work = 1\npools.p.agents = 2\n";
        let scenario = load(text.as_bytes(), &NoFiles).expect("a scenario").scenario;
        for series in exposition(&scenario) {
            let about = About::of(&series.labels, &scenario);
            assert_eq!(about.labels(&scenario), series.labels);
        }
    }
}
