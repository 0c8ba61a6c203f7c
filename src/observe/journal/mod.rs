//! The journal: every fact as a row, the audit trail of a run.
//!
//! Rows are tidy: one header, units in the names, empty where a fact has no such field. Invariant:
//! the rows are in the order of the facts; beyond the limit facts are counted and not kept, and the
//! count is told.

mod choices;
mod claims;
mod controls;
mod troubles;

use serde::Serialize;

use crate::base::id::{AgentId, ClassId, QueueId, StepId, WorkloadId};
use crate::base::time::{Span, Time};
use crate::model::fact::{Departure, Fact, Observer, TaskNo};
use crate::scenario::meaning::Scenario;

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

    fn queue(&self, queue: QueueId) -> Option<String> {
        Some(self.scenario.queues[queue.index()].name.clone())
    }

    fn step(&self, step: StepId) -> Option<String> {
        Some(self.scenario.steps[step.index()].name.clone())
    }

    /// Of a task and its source.
    fn of(&self, fact: &'static str, task: TaskNo, workload: WorkloadId, class: ClassId) -> Row {
        Row {
            fact,
            task: Some(task.0),
            workload: Some(self.scenario.workloads[workload.index()].name.clone()),
            class: Some(self.scenario.classes[class.index()].name.clone()),
            ..Row::default()
        }
    }

    /// Of a step of a task.
    fn at(&self, fact: &'static str, task: TaskNo, step: StepId) -> Row {
        Row { fact, task: Some(task.0), step: self.step(step), ..Row::default() }
    }

    /// Of a step of a task on an agent.
    fn on(&self, fact: &'static str, task: TaskNo, step: StepId, agent: AgentId) -> Row {
        Row { agent: self.agent(agent), ..self.at(fact, task, step) }
    }

    /// Of a step of a task in a queue, and of an agent there if it is about one.
    fn in_line(
        &self,
        fact: &'static str,
        task: TaskNo,
        step: StepId,
        queue: QueueId,
        agent: Option<AgentId>,
    ) -> Row {
        let agent = agent.and_then(|agent| self.agent(agent));
        Row { queue: self.queue(queue), agent, ..self.at(fact, task, step) }
    }

    /// Of an agent.
    fn by(&self, fact: &'static str, agent: AgentId) -> Row {
        Row { fact, agent: self.agent(agent), ..Row::default() }
    }

    fn left(&self, departure: Departure) -> Row {
        let Departure { task, workload, class, outcome, cause, .. } = departure;
        Row {
            waited_s: Some(departure.waited.seconds()),
            served_s: Some(departure.served.seconds()),
            detail: match cause {
                Some(cause) => format!("{}: {}", outcome.name(), cause.name()),
                None => outcome.name().to_string(),
            },
            ..self.of("left", task, workload, class)
        }
    }

    fn conflicted(&self, loser: TaskNo, step: Option<StepId>, detail: String) -> Row {
        let (task, step) = (Some(loser.0), step.and_then(|step| self.step(step)));
        Row { task, step, ..plain("conflicted", detail) }
    }

    fn row(&self, fact: &Fact) -> Row {
        let s = |span: Span| Some(span.seconds());
        match *fact {
            Fact::Arrived { task, workload, class, patience, .. } => {
                let detail = patience.map_or_else(String::new, |p| format!("patience {p}"));
                Row { detail, ..self.of("arrived", task, workload, class) }
            }
            Fact::Readied { task, step, visit, attempt, work } => {
                let detail = which(visit, attempt);
                Row { work: Some(work), detail, ..self.at("readied", task, step) }
            }
            Fact::Queued { task, step, queue, agent } => {
                self.in_line("queued", task, step, queue, agent)
            }
            Fact::Moved { task, step, queue, agent } => {
                self.in_line("moved", task, step, queue, agent)
            }
            Fact::Round { queue, what } => self.round(queue, what),
            Fact::Explained { task, step, agent, what } => self.explained(task, step, agent, what),
            Fact::Withdrawn { task, step, queue, waited } => {
                Row { waited_s: s(waited), ..self.in_line("withdrawn", task, step, queue, None) }
            }
            Fact::Started { task, step, queue, agent, waited, resumed, .. } => {
                let row = self.in_line("started", task, step, queue, Some(agent));
                let detail = String::from(if resumed { "resumed" } else { "" });
                Row { waited_s: s(waited), detail, ..row }
            }
            Fact::Preempted { task, step, queue, agent, served, .. } => {
                let row = self.in_line("preempted", task, step, queue, Some(agent));
                Row { served_s: s(served), ..row }
            }
            Fact::Finished { task, step, agent, served, waited, success, abandoned, .. } => {
                let (waited_s, served_s) = (s(waited), s(served));
                let detail = result(success, abandoned);
                Row { waited_s, served_s, detail, ..self.on("finished", task, step, agent) }
            }
            Fact::Stopped { task, step, agent, served, .. } => {
                Row { served_s: s(served), ..self.on("stopped", task, step, agent) }
            }
            Fact::WrappedUp { agent } => self.by("wrapped_up", agent),
            Fact::CameOn { agent } => self.by("came_on", agent),
            Fact::WentOff { agent } => self.by("went_off", agent),
            Fact::Crashed { agent, lost } => {
                Row { detail: format!("{lost} attempts in service"), ..self.by("crashed", agent) }
            }
            Fact::Repaired { agent } => self.by("repaired", agent),
            Fact::Trouble { task, step, trouble } => self.trouble(task, step, trouble),
            Fact::Scored { task, step, score } => {
                Row { detail: score.to_string(), ..self.at("scored", task, step) }
            }
            Fact::Undoing { task, outcome } => {
                Row { task: Some(task.0), ..plain("undoing", outcome.name()) }
            }
            Fact::BreakerMoved { pool, target, state } => {
                let target = self.scenario.target_name(pool, target);
                plain("breaker_moved", format!("{target} is {}", state.name()))
            }
            Fact::Claim { task, step, what } => self.claim(task, step, what),
            Fact::Conflicted { kind, winner, loser, step, what } => {
                self.conflicted(loser, step, self.conflict(kind, winner, what))
            }
            Fact::Control(what) => self.control(what),
            Fact::Faulted { fault, on } => self.faulted(fault, on),
            Fact::UnitGone { unit, gone } => {
                plain(if gone { "unit_lost" } else { "unit_regained" }, self.unit(unit))
            }
            Fact::Left(departure) => self.left(departure),
            Fact::Ended { in_flight } => plain("ended", format!("{in_flight} tasks in flight")),
        }
    }
}

/// Of the run as a whole, or with the other fields to be filled in.
fn plain(fact: &'static str, detail: impl Into<String>) -> Row {
    Row { fact, detail: detail.into(), ..Row::default() }
}

/// Which visit or attempt, if not the first.
fn which(visit: u16, attempt: u8) -> String {
    match (visit, attempt) {
        (0, 0) => String::new(),
        (visit, 0) => format!("visit {}", u32::from(visit) + 1),
        (_, attempt) => format!("attempt {}", u32::from(attempt) + 1),
    }
}

/// What a finished attempt came to, if not to a success.
fn result(success: bool, abandoned: bool) -> String {
    String::from(match (success, abandoned) {
        (_, true) => "abandoned",
        (false, false) => "failed",
        (true, false) => "",
    })
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
