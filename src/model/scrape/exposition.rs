//! The series that a Prometheus server would scrape of the simulated system, in a fixed order: what
//! each is called and what it is read off.
//!
//! Which series there are depends on the scenario alone (their names and labels: [`names`]).
//! Invariant: a series has the same place in every run of a scenario.

use crate::base::id::{AgentId, ClassId, PoolId, QueueId, WorkloadId};
use crate::mechanism::promql::{Labels, names};
use crate::model::fact::Outcome;
use crate::scenario::meaning::{Scenario, Scope};

/// The results of attempts, by number.
pub const RESULTS: [&str; 3] = ["success", "failure", "timeout"];

/// The states of agents, by number.
pub const STATES: [&str; 3] = ["starting", "ready", "draining"];

/// A number of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Observations up to the bound of this number; beyond the last: all.
    Bucket(usize),
    /// The sum of the observations.
    Sum,
    /// How many there are.
    Count,
}

/// What a series is read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Tasks that came.
    Arrived(WorkloadId, ClassId),
    /// Tasks that left so.
    Left(WorkloadId, ClassId, Outcome),
    /// Attempts with this result.
    Attempts(AgentId, usize),
    /// Attempts after a first one.
    Retries(PoolId),
    /// Times from start to result.
    Response(AgentId, Part),
    /// Waits.
    Wait(PoolId, Part),
    /// Times from arrival to leaving.
    Sojourn(WorkloadId, ClassId, Part),
    /// Attempts that wait.
    QueueLength(QueueId),
    /// Slots that serve.
    Busy(AgentId),
    /// Slots there are.
    Slots(AgentId),
    /// Agents in the state of this number.
    Agents(PoolId, usize),
    /// Agents asked for.
    Desired(PoolId),
    /// Whether the breaker of this number is open.
    Breaker(PoolId, u32),
    /// Memory in use.
    Memory(AgentId),
    /// CPU in use.
    Cpu(AgentId),
    /// Whether the agent is up.
    Up(AgentId),
}

impl Source {
    /// The agent that must be there for the series to be.
    pub(super) fn agent(self) -> Option<AgentId> {
        match self {
            Source::Attempts(agent, _) | Source::Response(agent, _) => Some(agent),
            Source::Busy(agent) | Source::Slots(agent) | Source::Up(agent) => Some(agent),
            Source::Memory(agent) | Source::Cpu(agent) => Some(agent),
            Source::Arrived(..) | Source::Left(..) | Source::Sojourn(..) => None,
            Source::Retries(_) | Source::Wait(..) | Source::QueueLength(_) => None,
            Source::Agents(..) | Source::Desired(_) | Source::Breaker(..) => None,
        }
    }
}

/// A series: its name, its labels and where its values come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposed {
    /// The metric.
    pub name: &'static str,
    /// Its labels.
    pub labels: Labels,
    /// What it is read off.
    pub source: Source,
}

/// All series of a scenario.
pub fn exposition(scenario: &Scenario) -> Vec<Exposed> {
    let mut list = List { all: Vec::new() };
    for (w, workload) in scenario.workloads.iter().enumerate() {
        for (class, _) in &workload.classes {
            let class_name = scenario.classes[class.index()].name.as_str();
            list.tasks(WorkloadId::new(w), &workload.name, *class, class_name);
        }
    }
    for (q, queue) in scenario.queues.iter().enumerate() {
        let labels = Labels::new([("queue", queue.name.as_str())]);
        list.add("rehearsal_queue_length", labels, Source::QueueLength(QueueId::new(q)));
    }
    for p in 0..scenario.pools.len() {
        list.pool(scenario, PoolId::new(p));
    }
    list.all
}

struct List {
    all: Vec<Exposed>,
}

impl List {
    fn add(&mut self, name: &'static str, labels: Labels, source: Source) {
        self.all.push(Exposed { name, labels, source });
    }

    fn histogram(
        &mut self,
        [bucket, sum, count]: [&'static str; 3],
        labels: &[(&str, &str)],
        source: impl Fn(Part) -> Source,
    ) {
        for (i, bound) in names::bounds().into_iter().enumerate() {
            let with = labels.iter().copied().chain([("le", bound.as_str())]);
            self.add(bucket, Labels::new(with), source(Part::Bucket(i)));
        }
        let labels = Labels::new(labels.iter().copied());
        self.add(sum, labels.clone(), source(Part::Sum));
        self.add(count, labels, source(Part::Count));
    }

    fn tasks(&mut self, workload: WorkloadId, name: &str, class: ClassId, class_name: &str) {
        let of = [("workload", name), ("class", class_name)];
        let source = Source::Arrived(workload, class);
        self.add("rehearsal_tasks_arrived_total", Labels::new(of), source);
        for outcome in Outcome::ALL {
            let labels = Labels::new(of.into_iter().chain([("outcome", outcome.name())]));
            let source = Source::Left(workload, class, outcome);
            self.add("rehearsal_tasks_left_total", labels, source);
        }
        let names = [
            "rehearsal_sojourn_seconds_bucket",
            "rehearsal_sojourn_seconds_sum",
            "rehearsal_sojourn_seconds_count",
        ];
        self.histogram(names, &of, |part| Source::Sojourn(workload, class, part));
    }

    fn pool(&mut self, scenario: &Scenario, id: PoolId) {
        let pool = &scenario.pools[id.index()];
        let of = [("pool", pool.name.as_str())];
        self.add("rehearsal_retries_total", Labels::new(of), Source::Retries(id));
        let names = [
            "rehearsal_wait_seconds_bucket",
            "rehearsal_wait_seconds_sum",
            "rehearsal_wait_seconds_count",
        ];
        self.histogram(names, &of, |part| Source::Wait(id, part));
        for (i, state) in STATES.iter().enumerate() {
            let labels = Labels::new(of.into_iter().chain([("state", *state)]));
            self.add("rehearsal_agents", labels, Source::Agents(id, i));
        }
        self.add("rehearsal_agents_desired", Labels::new(of), Source::Desired(id));
        let scope = pool.guard.as_ref().map(|guard| guard.scope);
        if matches!(scope, Some(Scope::Pool)) {
            self.add("rehearsal_breaker_open", Labels::new(of), Source::Breaker(id, 0));
        }
        for (number, agent) in pool.agents().enumerate() {
            let name = scenario.agent_name(agent);
            self.agent(scenario, id, agent, &name);
            if matches!(scope, Some(Scope::Agent)) {
                let labels = Labels::new(of.into_iter().chain([("agent", name.as_str())]));
                let source = Source::Breaker(id, number as u32);
                self.add("rehearsal_breaker_open", labels, source);
            }
        }
    }

    fn agent(&mut self, scenario: &Scenario, pool: PoolId, agent: AgentId, name: &str) {
        let of = [("pool", scenario.pools[pool.index()].name.as_str()), ("agent", name)];
        for (i, result) in RESULTS.iter().enumerate() {
            let labels = Labels::new(of.into_iter().chain([("result", *result)]));
            self.add("rehearsal_attempts_total", labels, Source::Attempts(agent, i));
        }
        let names = [
            "rehearsal_response_seconds_bucket",
            "rehearsal_response_seconds_sum",
            "rehearsal_response_seconds_count",
        ];
        self.histogram(names, &of, |part| Source::Response(agent, part));
        for (name, source) in [
            ("rehearsal_busy_slots", Source::Busy(agent)),
            ("rehearsal_slots", Source::Slots(agent)),
            ("rehearsal_memory_used_ratio", Source::Memory(agent)),
            ("rehearsal_cpu_used_ratio", Source::Cpu(agent)),
            ("rehearsal_up", Source::Up(agent)),
        ] {
            self.add(name, Labels::new(of), source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use crate::mechanism::promql::names::Family;
    use crate::scenario::load::load;

    #[test]
    fn every_series_is_of_a_known_metric_and_stands_once() {
        let text = "name = \"a\"\nhorizon = \"1h\"\nclasses = { x = {}, y = {} }\n\
                    workloads.w.arrivals.poisson.rate = \"1/s\"\n\
                    workloads.w.classes = { x = 0.5, y = 0.5 }\n\
                    workflows.f.steps.s.work = 1\n\
                    pools.p = { agents = 2, breaker = \"reference\" }\n";
        let scenario = load(text.as_bytes(), &NoFiles).expect("a scenario").scenario;
        let all = exposition(&scenario);
        for (i, series) in all.iter().enumerate() {
            let family = Family::of(series.name).expect(series.name);
            let labels: Vec<&str> =
                series.labels.iter().map(|(name, _)| name).filter(|name| *name != "le").collect();
            let mut known = family.labels.to_vec();
            known.sort_unstable();
            assert_eq!(labels, known, "{}", series.name);
            let same =
                |other: &&Exposed| other.name == series.name && other.labels == series.labels;
            assert_eq!(all.iter().filter(same).count(), 1, "{} at {i}", series.name);
        }
        // 2 classes of 1 + 8 + 21, a queue, a pool of 1 + 21 + 3 + 1, 2 agents of 3 + 21 + 5 + 1.
        assert_eq!(all.len(), 2 * 30 + 1 + 26 + 2 * 30);
    }
}
