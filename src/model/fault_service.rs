//! Service on agents that faults may strike: how it goes on when they get slower or stand still,
//! and what befalls an attempt that starts.
//!
//! Rule: the work that is left goes down at the agent's speed times the attempt's own factor times
//! the pace, the product of the factors of the faults that are on (zero: a pause); whenever the
//! pace changes, the finish is set anew and the earlier one is void. Whether an attempt fails or is
//! lost is decided when it starts. A delay comes before its work; one that is to fail early does
//! none; one that is lost takes its time by the clock, and no part in what the agent's attempts
//! share. Invariants: an attempt that goes back in line needs what was left of its own work, and
//! never more than it came with; at a pace of one nothing differs from an agent without faults.

use super::conduct::Conduct;
use super::event::{AttemptKey, Event};
use super::fact::Observer;
use super::world::World;
use crate::base::id::{AgentId, FaultId};
use crate::base::random::{Draw, Purpose};
use crate::base::time::{Span, Time};
use crate::mechanism::fault::Spec;
use crate::mechanism::retry::Cause;

/// What is decided of an attempt when it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Doom {
    /// Nothing.
    #[default]
    None,
    /// It fails.
    Fails,
    /// It is lost.
    Lost,
}

impl Doom {
    /// Why an attempt has failed, if it has.
    #[inline(always)]
    pub fn cause(self, success: bool) -> Option<Cause> {
        match self {
            Doom::None if success => None,
            Doom::None | Doom::Fails => Some(Cause::Failure),
            Doom::Lost => Some(Cause::Timeout),
        }
    }
}

/// How an attempt goes on an agent that faults may strike.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    pub doom: Doom,
    /// The work that was left when the pace last changed, with its delay.
    left: f64,
    /// Whether that is work of its own: otherwise it ends before its work begins.
    own: bool,
    changed: Time,
    /// Counted up with the pace, so that earlier finishes are void.
    turn: u32,
}

/// What an agent carries that faults may strike.
#[derive(Debug)]
pub(super) struct Affected {
    /// Crashes that are on.
    pub crashes: u32,
    /// What else is on, in the order of the names.
    on: Vec<FaultId>,
    /// The product of the factors on its speed.
    pub pace: f64,
    /// How many attempts each of `on` has made fail, where that is counted.
    failed: Vec<(FaultId, u32)>,
}

impl Default for Affected {
    fn default() -> Self {
        Affected { crashes: 0, on: Vec::new(), pace: 1.0, failed: Vec::new() }
    }
}

/// What befalls an attempt: its doom, how long one that ends early takes, and its delay.
type Blow = (Doom, Option<f64>, f64);

impl<O: Observer> World<'_, O> {
    /// What the agent carries because faults may strike it.
    pub fn affected(&mut self, agent: AgentId) -> &mut Affected {
        let conduct = self.agents[agent.index()].conduct.as_mut();
        let affected = conduct.and_then(|conduct| conduct.affected.as_mut());
        affected.expect("an agent that a fault strikes carries what it needs for that")
    }

    /// Whether faults may strike the agent.
    #[inline]
    pub fn is_affected(&self, agent: AgentId) -> bool {
        let conduct = self.agents[agent.index()].conduct.as_ref();
        conduct.is_some_and(|conduct| conduct.affected.is_some())
    }

    /// A fault other than a crash begins or ends for these agents.
    pub fn afflict(&mut self, id: FaultId, struck: &[AgentId], on: bool) {
        for agent in struck {
            let affected = self.affected(*agent);
            affected.failed.retain(|(fault, _)| *fault != id);
            affected.on.retain(|fault| *fault != id);
            if on {
                let place = affected.on.partition_point(|fault| *fault < id);
                affected.on.insert(place, id);
            }
            self.change_pace(*agent);
        }
    }

    fn change_pace(&mut self, agent_id: AgentId) {
        let scenario = self.scenario;
        let factor = |fault: &FaultId| match &scenario.faults[fault.index()].kind {
            Spec::Slow(spec) => spec.factor,
            Spec::Pause(_) => 0.0,
            _ => 1.0,
        };
        let affected = self.affected(agent_id);
        let (before, pace) = (affected.pace, affected.on.iter().map(factor).product());
        if pace == before {
            return;
        }
        if self.agents[agent_id.index()].sharing.is_some() {
            self.settle_shared(agent_id);
            self.affected(agent_id).pace = pace;
            self.next_shared(agent_id);
        } else {
            self.affected(agent_id).pace = pace;
            self.time_again(agent_id, before);
        }
    }

    /// The pace was this until now: what the agent serves finishes at another time.
    fn time_again(&mut self, agent_id: AgentId, before: f64) {
        let now = self.now;
        let agent = &mut self.agents[agent_id.index()];
        let speed = agent.speed;
        let conduct = agent.conduct.as_mut().expect("an agent that a fault strikes has conduct");
        let pace = conduct.pace();
        let mut finishes = Vec::new();
        for served in &mut conduct.served {
            let (course, rate) = (&mut served.course, speed * served.factor);
            if course.doom == Doom::Lost {
                continue;
            }
            course.left = course.left_at(now, rate * before);
            course.changed = now;
            course.turn += 1;
            if pace > 0.0 {
                let span = Span::from_seconds(course.left / (rate * pace));
                finishes.push((span, Event::FinishPaced(served.place.attempt, course.turn)));
            }
        }
        for (span, finish) in finishes {
            self.schedule(now.saturating_add(span), finish);
        }
    }

    /// An attempt begins its service, with this much work, on an agent that faults may strike.
    pub fn serve_under_faults(
        &mut self,
        key: AttemptKey,
        agent_id: AgentId,
        work: f64,
        factor: f64,
    ) {
        let now = self.now;
        let (doom, early, delay) = self.befalls(key, agent_id);
        // What an interruption left of it, so that it ends some time.
        let served = self.attempts[key].served.seconds();
        let early = early.map(|after| (after - served).max(0.0));
        let agent = &mut self.agents[agent_id.index()];
        let (rate, shared) = (agent.speed * factor, agent.sharing.is_some());
        let left = early.map_or(work, |after| after * rate) + delay * rate;
        let conduct = agent.conduct.as_mut().expect("an agent that faults may strike has conduct");
        let pace = conduct.pace();
        let course = Course { doom, left, own: early.is_none(), changed: now, turn: 0 };
        if let Some(served) = conduct.served.iter_mut().find(|it| it.place.attempt == key) {
            served.course = course;
        }
        let seconds = match doom {
            Doom::Lost => early.unwrap_or_default(),
            Doom::None | Doom::Fails if shared => {
                return self.join_shared(agent_id, key, left / factor);
            }
            // It has to wait for another pace.
            Doom::None | Doom::Fails if pace == 0.0 => return,
            Doom::None | Doom::Fails => left / (rate * pace),
        };
        let at = now.saturating_add(Span::from_seconds(seconds));
        self.schedule(at, Event::FinishPaced(key, 0));
    }

    /// What befalls an attempt that starts on the agent.
    fn befalls(&mut self, key: AttemptKey, agent_id: AgentId) -> Blow {
        let (mut doom, mut early, mut delay) = (Doom::None, None, 0.0);
        for index in 0..self.affected(agent_id).on.len() {
            let id = self.affected(agent_id).on[index];
            match &self.fault(id).kind {
                Spec::Delay(spec) => delay += spec.by.quantile(self.fault_draw(key, id)),
                Spec::Loss(spec)
                    if doom != Doom::Lost && self.fault_draw(key, id) < spec.rate.get() =>
                {
                    (doom, early) = (Doom::Lost, Some(spec.after.seconds()));
                }
                Spec::Errors(spec)
                    if doom == Doom::None && self.fault_draw(key, id) < spec.rate.get() =>
                {
                    (doom, early) = (Doom::Fails, spec.after.map(Span::seconds));
                }
                Spec::FirstFail(spec) => {
                    let counts = self.affected(agent_id).counts(id, spec.attempts.get());
                    if counts && doom == Doom::None {
                        (doom, early) = (Doom::Fails, spec.after.map(Span::seconds));
                    }
                }
                _ => {}
            }
        }
        (doom, early, delay)
    }

    fn fault_draw(&self, key: AttemptKey, id: FaultId) -> f64 {
        let attempt = &self.attempts[key];
        let (task, step) = (&self.tasks[attempt.task], &self.scenario.steps[attempt.step.index()]);
        self.faults.states[id.index()].luck[task.workload.index()].uniform(Draw {
            task: task.key,
            step: step.key,
            visit: attempt.visit,
            attempt: attempt.number,
            purpose: Purpose::FaultOutcome,
        })
    }

    /// An attempt has had its service, if the pace did not change meanwhile.
    pub fn finish_paced(&mut self, key: AttemptKey, turn: u32) {
        let Some(agent) = self.attempts.get(key).and_then(|attempt| attempt.agent) else { return };
        let conduct = self.agents[agent.index()].conduct.as_ref();
        let served = conduct.and_then(|conduct| conduct.served(key));
        if served.is_some_and(|served| served.course.turn == turn) {
            self.finish(key);
        }
    }

    /// The work that an attempt in service still needs; `None` if faults cannot strike its agent.
    pub fn left_under_faults(&self, key: AttemptKey, agent_id: AgentId) -> Option<f64> {
        let agent = &self.agents[agent_id.index()];
        let conduct = agent.conduct.as_ref().filter(|conduct| conduct.affected.is_some())?;
        let (served, work) = (conduct.served(key)?, self.attempts[key].work);
        if !served.course.own {
            return Some(work);
        }
        let left = match &agent.sharing {
            Some(sharing) => {
                let pace = self.pace(agent_id, sharing.held());
                sharing.left(self.now, pace, key) * served.factor
            }
            None => served.course.left_at(self.now, agent.speed * served.factor * conduct.pace()),
        };
        Some(left.min(work))
    }
}

impl Course {
    /// What is left, having gone down at this rate since the pace last changed.
    fn left_at(&self, now: Time, rate: f64) -> f64 {
        (self.left - now.since(self.changed).seconds() * rate).max(0.0)
    }
}

impl Affected {
    /// One more attempt starts under a fault that makes the first so many fail: is it one of them?
    fn counts(&mut self, id: FaultId, most: u32) -> bool {
        let place = self.failed.iter().position(|(fault, _)| *fault == id);
        let place = place.unwrap_or_else(|| {
            self.failed.push((id, 0));
            self.failed.len() - 1
        });
        let failed = &mut self.failed[place].1;
        let counts = *failed < most;
        *failed += u32::from(counts);
        counts
    }
}

impl Conduct {
    /// The factor of the faults that are on, on the agent's speed.
    pub fn pace(&self) -> f64 {
        self.affected.as_ref().map_or(1.0, |affected| affected.pace)
    }

    /// Whether there is a reason for the agent to be down.
    pub fn is_kept_down(&self) -> bool {
        let crashed = self.affected.as_ref().is_some_and(|affected| affected.crashes > 0);
        crashed || self.wear.as_ref().is_some_and(|wear| wear.down_since.is_some())
    }
}
