//! The journal: every fact as a row, the audit trail of a run.
//!
//! Rows are tidy: one header, units in the names, empty where a fact has no such field. Invariant:
//! the rows are in the order of the facts; beyond the limit facts are counted and not kept, and the
//! count is told.

use serde::Serialize;

use crate::base::id::{AgentId, PoolId, QueueId, StepId};
use crate::base::time::{Span, Time};
use crate::mechanism::dispatch::scored::TERMS;
use crate::model::fact::{Departure, Fact, Observer, TaskNo, Trouble};
use crate::scenario::meaning::{Scenario, Scope};

/// One row of `journal.csv`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// When, in seconds since the start.
    pub time_s: f64,
    /// What happened.
    pub fact: &'static str,
    /// Of which task.
    pub task: Option<u64>,
    /// From which workload.
    pub workload: Option<String>,
    /// Its class.
    pub class: Option<String>,
    /// Of which step.
    pub step: Option<String>,
    /// In which queue.
    pub queue: Option<String>,
    /// On which agent.
    pub agent: Option<String>,
    /// The work, in its own unit.
    pub work: Option<f64>,
    /// How long it waited.
    pub waited_s: Option<f64>,
    /// How long it was served.
    pub served_s: Option<f64>,
    /// More about it: an outcome, a patience.
    pub detail: String,
}

/// The journal so far.
pub struct Journal<'s> {
    scenario: &'s Scenario,
    limit: usize,
    rows: Vec<Row>,
    told: u64,
}

impl<'s> Journal<'s> {
    /// A journal that keeps at most `limit` rows.
    pub fn new(scenario: &'s Scenario, limit: usize) -> Self {
        Journal { scenario, limit, rows: Vec::new(), told: 0 }
    }

    /// The rows kept.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many facts there were, kept or not.
    pub fn told(&self) -> u64 {
        self.told
    }

    fn agent(&self, agent: AgentId) -> Option<String> {
        Some(self.scenario.agent_name(agent))
    }

    fn of(&self, task: TaskNo, step: StepId, queue: Option<QueueId>) -> Row {
        Row {
            task: Some(task.0),
            step: Some(self.scenario.steps[step.index()].name.clone()),
            queue: queue.map(|queue| self.scenario.queues[queue.index()].name.clone()),
            ..Row::default()
        }
    }

    fn left(&self, departure: Departure) -> Row {
        Row {
            fact: "left",
            task: Some(departure.task.0),
            workload: Some(self.scenario.workloads[departure.workload.index()].name.clone()),
            class: Some(self.scenario.classes[departure.class.index()].name.clone()),
            waited_s: Some(departure.waited.seconds()),
            served_s: Some(departure.served.seconds()),
            detail: match departure.cause {
                Some(cause) => format!("{}: {}", departure.outcome.name(), cause.name()),
                None => departure.outcome.name().to_string(),
            },
            ..Row::default()
        }
    }

    /// What a breaker protects.
    fn target(&self, pool: PoolId, target: u32) -> String {
        let pool = &self.scenario.pools[pool.index()];
        match pool.guard.as_ref().map(|guard| guard.scope) {
            Some(Scope::Agent) => format!("{}-{}", pool.name, target + 1),
            Some(Scope::Capability) if (target as usize) < pool.can.len() => {
                format!("{}.{}", pool.name, pool.can[target as usize])
            }
            Some(Scope::Pool | Scope::Capability) | None => pool.name.clone(),
        }
    }

    fn trouble(&self, task: TaskNo, step: StepId, trouble: Trouble) -> Row {
        let plain = |fact, detail| Row { fact, detail, ..self.of(task, step, None) };
        match trouble {
            Trouble::TimedOut { agent, goes_on, .. } => Row {
                agent: agent.and_then(|agent| self.agent(agent)),
                ..plain("timed_out", String::from(if goes_on { "goes on" } else { "" }))
            },
            Trouble::Refused { agent, cause, .. } => Row {
                agent: agent.and_then(|agent| self.agent(agent)),
                ..plain("refused", cause.name().to_string())
            },
            Trouble::Retrying { attempt, cause, delay } => plain(
                "retrying",
                format!("attempt {} in {delay} after {}", u32::from(attempt) + 1, cause.name()),
            ),
            Trouble::Hedged { attempt } => {
                plain("hedged", format!("attempt {}", u32::from(attempt) + 1))
            }
            Trouble::Failed { attempts, cause } => {
                plain("gave_up", format!("{} after {attempts} attempts", cause.name()))
            }
            Trouble::Escalated { to } => {
                plain("escalated", self.scenario.steps[to.index()].name.clone())
            }
        }
    }

    fn row(&self, fact: &Fact) -> Row {
        let s = |span: Span| Some(span.seconds());
        let yes = |flag: bool, word: &str| if flag { word.to_string() } else { String::new() };
        match *fact {
            Fact::Arrived { task, workload, class, patience, .. } => Row {
                fact: "arrived",
                task: Some(task.0),
                workload: Some(self.scenario.workloads[workload.index()].name.clone()),
                class: Some(self.scenario.classes[class.index()].name.clone()),
                detail: patience.map_or_else(String::new, |p| format!("patience {p}")),
                ..Row::default()
            },
            Fact::Readied { task, step, visit, attempt, work } => Row {
                fact: "readied",
                work: Some(work),
                detail: match (visit, attempt) {
                    (0, 0) => String::new(),
                    (visit, 0) => format!("visit {}", u32::from(visit) + 1),
                    (_, attempt) => format!("attempt {}", u32::from(attempt) + 1),
                },
                ..self.of(task, step, None)
            },
            Fact::Queued { task, step, queue, agent } => Row {
                fact: "queued",
                agent: agent.and_then(|agent| self.agent(agent)),
                ..self.of(task, step, Some(queue))
            },
            Fact::Moved { task, step, queue, agent } => Row {
                fact: "moved",
                agent: agent.and_then(|agent| self.agent(agent)),
                ..self.of(task, step, Some(queue))
            },
            Fact::Requeued { task, step, queue } => {
                Row { fact: "requeued", ..self.of(task, step, Some(queue)) }
            }
            Fact::Considered { task, step, agent, terms, score, other_score } => Row {
                fact: "considered",
                agent: self.agent(agent),
                detail: considered(terms, score, other_score),
                ..self.of(task, step, None)
            },
            Fact::Chose { task, step, agent, otherwise } => Row {
                fact: "chose",
                agent: self.agent(agent),
                detail: otherwise.map_or_else(String::new, |other| {
                    format!("otherwise {}", self.scenario.agent_name(other))
                }),
                ..self.of(task, step, None)
            },
            Fact::Allocated { queue, waiting, free, assigned, value, greedy_value } => Row {
                fact: "allocated",
                queue: Some(self.scenario.queues[queue.index()].name.clone()),
                detail: format!(
                    "{assigned} of {waiting} to {free} slots, worth {value}, greedy {greedy_value}"
                ),
                ..Row::default()
            },
            Fact::AllocationInfeasible { task, step, queue, agent } => Row {
                fact: "allocation_infeasible",
                agent: self.agent(agent),
                ..self.of(task, step, Some(queue))
            },
            Fact::Withdrawn { task, step, queue, waited } => {
                Row { fact: "withdrawn", waited_s: s(waited), ..self.of(task, step, Some(queue)) }
            }
            Fact::Started { task, step, queue, agent, waited, resumed, .. } => Row {
                fact: "started",
                agent: self.agent(agent),
                waited_s: s(waited),
                detail: yes(resumed, "resumed"),
                ..self.of(task, step, Some(queue))
            },
            Fact::Preempted { task, step, queue, agent, served } => Row {
                fact: "preempted",
                agent: self.agent(agent),
                served_s: s(served),
                ..self.of(task, step, Some(queue))
            },
            Fact::Finished { task, step, agent, served, waited, success, abandoned } => Row {
                fact: "finished",
                agent: self.agent(agent),
                waited_s: s(waited),
                served_s: s(served),
                detail: match (success, abandoned) {
                    (_, true) => String::from("abandoned"),
                    (false, false) => String::from("failed"),
                    (true, false) => String::new(),
                },
                ..self.of(task, step, None)
            },
            Fact::WrappedUp { agent } => {
                Row { fact: "wrapped_up", agent: self.agent(agent), ..Row::default() }
            }
            Fact::CameOn { agent } => {
                Row { fact: "came_on", agent: self.agent(agent), ..Row::default() }
            }
            Fact::WentOff { agent } => {
                Row { fact: "went_off", agent: self.agent(agent), ..Row::default() }
            }
            Fact::Stopped { task, step, agent, served } => Row {
                fact: "stopped",
                agent: self.agent(agent),
                served_s: s(served),
                ..self.of(task, step, None)
            },
            Fact::Trouble { task, step, trouble } => self.trouble(task, step, trouble),
            Fact::Scored { task, step, score } => {
                Row { fact: "scored", detail: format!("{score}"), ..self.of(task, step, None) }
            }
            Fact::Undoing { task, outcome } => Row {
                fact: "undoing",
                task: Some(task.0),
                detail: outcome.name().to_string(),
                ..Row::default()
            },
            Fact::BreakerMoved { pool, target, state } => Row {
                fact: "breaker_moved",
                detail: format!("{} is {}", self.target(pool, target), state.name()),
                ..Row::default()
            },
            Fact::Left(departure) => self.left(departure),
            Fact::Ended { in_flight } => Row {
                fact: "ended",
                detail: format!("{in_flight} tasks in flight"),
                ..Row::default()
            },
        }
    }
}

/// The terms of a score by name, with the sum and the sum under other weights.
fn considered(terms: [f64; 9], score: f64, other_score: Option<f64>) -> String {
    let terms = TERMS.iter().zip(terms).map(|(name, term)| format!("{name} {term}"));
    let other = other_score.map(|score| format!("otherwise {score}"));
    let all: Vec<String> =
        [format!("score {score}")].into_iter().chain(other).chain(terms).collect();
    all.join(", ")
}

impl Observer for Journal<'_> {
    fn on(&mut self, at: Time, fact: &Fact) {
        self.told += 1;
        if self.rows.len() < self.limit {
            let row = Row { time_s: at.seconds(), ..self.row(fact) };
            self.rows.push(row);
        }
    }
}
