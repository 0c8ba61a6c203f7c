//! Attempts are conserved: readied, then in line or at once on an agent or refused, then ended; and
//! the spans that are told of them are those that have passed.
//!
//! Facts name an attempt by its task and step. Several may be alive there (copies, abandoned ones,
//! repeats): a fact is about one of them in the right state, with the right span if there is one.
//! An attempt that a line turns away goes without a fact of its own, and its task with it.

use std::collections::BTreeMap;

use super::{Group, Report, Rule};
use crate::base::id::{AgentId, StepId};
use crate::base::time::{Span, Time};
use crate::model::fact::{Fact, Outcome, Paired, TaskNo, Trouble};

/// Where an attempt is, since when.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Ready, and neither in line nor on an agent yet.
    Fresh,
    Waiting {
        interrupted: bool,
    },
    Serving(AgentId),
}

impl Stage {
    fn waits(self) -> bool {
        matches!(self, Stage::Waiting { .. })
    }
}

#[derive(Clone, Copy, Debug)]
struct Live {
    stage: Stage,
    since: Time,
    waited: Span,
    served: Span,
    /// Once one of several that could not be told apart; its spans may be those of another.
    mixed: bool,
}

impl Live {
    /// How long it has been where it is.
    fn stay(&self, at: Time) -> Span {
        at.saturating_since(self.since)
    }

    /// Whether the same spans are told of both from now on.
    fn like(&self, other: &Live) -> bool {
        (self.waited, self.served) == (other.waited, other.served)
    }
}

type Key = (TaskNo, StepId);

/// The attempts that are alive.
#[derive(Default)]
pub(super) struct Ledger {
    alive: BTreeMap<Key, Vec<Live>>,
    /// Those that were readied at the latest time, and have not gone on.
    fresh: Vec<Key>,
    latest: Time,
    /// Who has just left a line: a breaker may have refused it there.
    withdrawn: Option<Key>,
}

impl Ledger {
    /// One of the attempts of `key` at a stage, if possible one that fits the spans that are told;
    /// it leaves the ledger.
    fn take(
        &mut self,
        key: Key,
        report: &mut Report,
        at_stage: impl Fn(Stage) -> bool,
        fits: impl Fn(&Live) -> bool,
    ) -> Option<Live> {
        let lives = self.alive.get_mut(&key).map_or(&mut [][..], Vec::as_mut_slice);
        let mut there = (0..lives.len()).filter(|i| at_stage(lives[*i].stage));
        let Some(first) = there.next() else {
            let stages: Vec<Stage> = lives.iter().map(|live| live.stage).collect();
            report.violated(Rule::Attempt, format!("its attempts are {stages:?}"));
            return None;
        };
        let mut fitting = std::iter::once(first).chain(there).filter(|i| fits(&lives[*i]));
        let found = fitting.next();
        let others: Vec<usize> = fitting.collect();
        let mixed = lives.iter().any(|live| live.mixed);
        let chosen = found.unwrap_or(first);
        if let Some(other) = others.iter().find(|other| !lives[**other].like(&lives[chosen])) {
            lives[*other].mixed = true;
            lives[chosen].mixed = true;
        }
        let live = lives[chosen];
        report.check(found.is_some() || mixed, Rule::Spans, || {
            let Live { since, waited, served, .. } = live;
            let [waited, served] = [waited, served].map(Span::seconds);
            format!("here since {} s, waited {waited} s, served {served} s", since.seconds())
        });
        let all = self.alive.get_mut(&key)?;
        all.swap_remove(chosen);
        if all.is_empty() {
            self.alive.remove(&key);
        }
        Some(live)
    }

    fn take_fresh(&mut self, key: Key, report: &mut Report) -> Option<Live> {
        if let Some(i) = self.fresh.iter().position(|fresh| *fresh == key) {
            self.fresh.swap_remove(i);
        }
        self.take(key, report, |stage| stage == Stage::Fresh, |_| true)
    }

    fn take_from_line(
        &mut self,
        key: Key,
        at: Time,
        waited: Span,
        interrupted: bool,
        report: &mut Report,
    ) -> Option<Live> {
        let stage = Stage::Waiting { interrupted };
        self.take(key, report, |it| it == stage, |live| live.stay(at) == waited)
    }

    fn ready(&mut self, key: Key, at: Time) {
        let (stage, none) = (Stage::Fresh, Span::ZERO);
        self.put(key, Live { stage, since: at, waited: none, served: none, mixed: false });
        self.fresh.push(key);
    }

    fn start(&mut self, key: Key, at: Time, agent: AgentId, live: Option<Live>) {
        if let Some(live) = live {
            let waited = live.waited + live.stay(at);
            self.put(key, Live { stage: Stage::Serving(agent), since: at, waited, ..live });
        }
    }

    fn interrupt(&mut self, key: Key, at: Time, live: Option<Live>) {
        if let Some(live) = live {
            let (stage, served) =
                (Stage::Waiting { interrupted: true }, live.served + live.stay(at));
            self.put(key, Live { stage, since: at, served, ..live });
        }
    }

    fn queue(&mut self, key: Key, live: Option<Live>) {
        if let Some(live) = live {
            self.put(key, Live { stage: Stage::Waiting { interrupted: false }, ..live });
        }
    }

    fn put(&mut self, key: Key, live: Live) {
        self.alive.entry(key).or_default().push(live);
    }

    /// What was readied has gone on by the time that time does.
    fn settle(&mut self, at: Time, report: &mut Report) {
        if at > self.latest {
            for key in std::mem::take(&mut self.fresh) {
                let why = format!("{key:?} was readied and has not gone on");
                report.violated(Rule::Attempt, why);
                self.drop_fresh(key);
            }
            self.latest = at;
        }
    }

    fn drop_fresh(&mut self, key: Key) {
        if let Some(all) = self.alive.get_mut(&key) {
            all.retain(|live| live.stage != Stage::Fresh);
        }
    }

    /// A line has turned a task away: what was readied for it is gone.
    fn turn_away(&mut self, task: TaskNo, outcome: Outcome) {
        if matches!(outcome, Outcome::Balked | Outcome::Rejected) {
            let fresh = std::mem::take(&mut self.fresh);
            let (gone, stay) = fresh.into_iter().partition::<Vec<_>, _>(|key| key.0 == task);
            gone.into_iter().for_each(|key| self.drop_fresh(key));
            self.fresh = stay;
        }
    }
}

impl Group for Ledger {
    fn on(&mut self, at: Time, fact: &Fact, report: &mut Report) {
        self.settle(at, report);
        let withdrawn = self.withdrawn.take();
        match *fact {
            Fact::Readied { task, step, .. } => self.ready((task, step), at),
            Fact::Queued { task, step, .. } => {
                let live = self.take_fresh((task, step), report);
                self.queue((task, step), live);
            }
            Fact::Moved { task, step, .. }
            | Fact::Round { what: Paired::Requeued { task, step }, .. }
            | Fact::Round { what: Paired::Infeasible { task, step, .. }, .. } => {
                if let Some(live) = self.take((task, step), report, Stage::waits, |_| true) {
                    self.put((task, step), live);
                }
            }
            Fact::Withdrawn { task, step, waited, .. } => {
                self.take((task, step), report, Stage::waits, |live| live.stay(at) == waited);
                self.withdrawn = Some((task, step));
            }
            Fact::Started { task, step, agent, waited, queued, resumed, .. } => {
                let key = (task, step);
                let live = if queued {
                    self.take_from_line(key, at, waited, resumed, report)
                } else {
                    report.check(waited == Span::ZERO, Rule::Spans, || String::from("no line"));
                    self.take_fresh(key, report)
                };
                self.start(key, at, agent, live);
            }
            Fact::Preempted { task, step, agent, served, .. } => {
                let fits = |live: &Live| live.stay(at) == served;
                let serving = |stage| stage == Stage::Serving(agent);
                let live = self.take((task, step), report, serving, fits);
                self.interrupt((task, step), at, live);
            }
            Fact::Finished { task, step, agent, served, waited, .. } => {
                let served = |live: &Live| live.served + live.stay(at) == served;
                let fits = |live: &Live| served(live) && live.waited == waited;
                self.take((task, step), report, |it| it == Stage::Serving(agent), fits);
            }
            Fact::Stopped { task, step, agent, served, .. } => {
                let fits = |live: &Live| live.served + live.stay(at) == served;
                self.take((task, step), report, |it| it == Stage::Serving(agent), fits);
            }
            Fact::Trouble { task, step, trouble: Trouble::Refused { .. } } => {
                // In line a breaker refuses after the attempt has left it.
                if withdrawn != Some((task, step)) {
                    self.take_fresh((task, step), report);
                }
            }
            Fact::Undoing { task, outcome } => self.turn_away(task, outcome),
            Fact::Left(departure) => self.turn_away(departure.task, departure.outcome),
            Fact::Faulted { .. } | Fact::UnitGone { .. } | Fact::Control(_) => {}
            Fact::Arrived { .. }
            | Fact::Trouble { .. }
            | Fact::Scored { .. }
            | Fact::BreakerMoved { .. }
            | Fact::WrappedUp { .. }
            | Fact::CameOn { .. }
            | Fact::WentOff { .. }
            | Fact::Round { what: Paired::Allocated { .. }, .. }
            | Fact::Explained { .. }
            | Fact::Claim { .. }
            | Fact::Crashed { .. }
            | Fact::Repaired { .. }
            | Fact::Conflicted { .. }
            | Fact::Ended { .. } => {}
        }
    }
}
