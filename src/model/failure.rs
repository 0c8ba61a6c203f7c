//! Failures: agents break down, lose or give back their work, and are repaired.
//!
//! Rule: an agent's time to failure runs while it is there, or only while it serves something; at
//! its end the agent is down until its repair. While it is down it is on duty, but takes nothing
//! and is no candidate of dispatch; what waits in its own line finds another agent, as at the end
//! of a shift. Its attempts in service go back in line at their old place with the work that is
//! left (`resume`) or from the start (`return`), where any agent that can takes them up, or have
//! failed (`fail`). After a repair the time to failure is drawn anew.
//!
//! Invariants: a crash finds the agent up and there; each crash has one repair; at most one event
//! of an agent's failure is scheduled, never later than its failure is due.

use super::conduct::Served;
use super::desk::Spot;
use super::event::{AttemptKey, Event};
use super::fact::{Fact, Observer};
use super::line::Place;
use super::world::{Attempt, Stage, World};
use crate::base::id::AgentId;
use crate::base::random::{Purpose, Root, Stream};
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::Verdict;
use crate::mechanism::retry::Cause;
use crate::scenario::meaning::{Failures, Fate};

/// An agent that crashes so often in a row, without finishing anything, does not start its work
/// again: otherwise work that is longer than any time between failures would go on for ever.
const FRUITLESS: u32 = 1000;

/// How far an agent is from its next failure.
pub(super) struct Wear {
    pub while_idle: bool,
    uptimes: Stream,
    repairs: Stream,
    /// How long it still works while its clock rests.
    left: Span,
    /// When it fails, while its clock runs.
    due: Option<Time>,
    /// Whether an event of its failure is scheduled.
    scheduled: bool,
    /// Since when it is down.
    pub down_since: Option<Time>,
    /// Crashes since it finished anything.
    fruitless: u32,
}

impl Wear {
    /// Of a fresh agent.
    pub fn new(failures: &Failures, root: &Root, agent: &str) -> Self {
        let mut uptimes = root.stream(agent, Purpose::Failure);
        Wear {
            while_idle: failures.while_idle,
            left: Span::from_seconds(failures.every.quantile(uptimes.uniform())),
            uptimes,
            repairs: root.stream(agent, Purpose::Repair),
            due: None,
            scheduled: false,
            down_since: None,
            fruitless: 0,
        }
    }

    /// Its clock runs from now on; the event of its failure, if one must be scheduled.
    fn run(&mut self, now: Time) -> Option<Time> {
        if self.due.is_some() || self.down_since.is_some() {
            return None;
        }
        let due = now.saturating_add(self.left);
        self.due = Some(due);
        (!std::mem::replace(&mut self.scheduled, true)).then_some(due)
    }

    /// Its clock rests.
    pub fn rest(&mut self, now: Time) {
        if let Some(due) = self.due.take() {
            self.left = due.since(now);
        }
    }

    /// It has finished something.
    pub fn bear_fruit(&mut self) {
        self.fruitless = 0;
    }
}

impl<O: Observer> World<'_, O> {
    fn wear(&mut self, agent: AgentId) -> Option<&mut Wear> {
        self.agents[agent.index()].conduct.as_mut()?.wear.as_mut()
    }

    /// The agent's time to failure runs from now on.
    fn age(&mut self, agent: AgentId) {
        if self.agents[agent.index()].down {
            return;
        }
        let now = self.now;
        if let Some(at) = self.wear(agent).and_then(|wear| wear.run(now)) {
            self.schedule(at, Event::Crash(agent));
        }
    }

    /// The agent serves something.
    pub fn age_while_serving(&mut self, agent: AgentId) {
        if self.wear(agent).is_some_and(|wear| !wear.while_idle) {
            self.age(agent);
        }
    }

    /// The agent has come, or is up again: it ages, if it does so whenever it is there.
    pub fn age_while_there(&mut self, agent: AgentId) {
        let there = self.agents[agent.index()].present;
        if there && self.wear(agent).is_some_and(|wear| wear.while_idle) {
            self.age(agent);
        }
    }

    /// The agent is gone.
    pub fn rest(&mut self, agent: AgentId) {
        let now = self.now;
        if let Some(wear) = self.wear(agent) {
            wear.rest(now);
        }
    }

    /// The agent fails, if its time has come.
    pub fn crash(&mut self, agent_id: AgentId) {
        let now = self.now;
        let wear = self.wear(agent_id).expect("an agent that fails wears");
        wear.scheduled = false;
        match wear.due {
            None => return,
            Some(due) if due > now => {
                wear.scheduled = true;
                return self.schedule(due, Event::Crash(agent_id));
            }
            Some(_) => {}
        }
        wear.due = None;
        wear.down_since = Some(now);
        wear.fruitless += 1;
        let fruitless = wear.fruitless > FRUITLESS;
        self.take_down(agent_id);
        let pool = self.agents[agent_id.index()].pool;
        let failures = self.scenario.pools[pool.index()].conduct.failures.as_ref();
        let failures = failures.expect("an agent that fails is of a pool with failures");
        let wear = self.wear(agent_id).expect("an agent that fails wears");
        let repair = Span::from_seconds(failures.repair.quantile(wear.repairs.uniform()));
        wear.left = Span::from_seconds(failures.every.quantile(wear.uptimes.uniform()));
        self.schedule(now.saturating_add(repair), Event::Repair(agent_id));
        let fate = match failures.work {
            Fate::Return if fruitless => Fate::Fail,
            fate => fate,
        };
        self.lose_work(agent_id, fate);
    }

    /// What becomes of the attempts in service on an agent that has crashed.
    pub fn drop_work(&mut self, agent: AgentId, fate: Fate, served: &[Served]) {
        // All are off the agent before the first is taken up elsewhere, the best placed first.
        let mut back = Vec::new();
        for Served { place, .. } in served {
            // An attempt may have gone with the failure of another one of its task.
            if !self.attempts.contains_key(place.attempt) {
                continue;
            }
            match fate {
                Fate::Resume | Fate::Return => {
                    back.push(self.send_back(*place, agent, fate == Fate::Return));
                }
                Fate::Fail => self.fail_in_service(place.attempt, agent),
            }
        }
        back.sort_unstable();
        for place in back {
            self.place_again(place);
        }
    }

    /// Attempts in service fail, because their agent goes at once.
    pub fn drop_attempts(&mut self, agent: AgentId, attempts: &[AttemptKey]) {
        for attempt in attempts {
            if self.attempts.contains_key(*attempt) {
                self.fail_in_service(*attempt, agent);
            }
        }
    }

    /// An attempt in service is off its agent, to go back in line.
    fn send_back(&mut self, place: Place, agent: AgentId, anew: bool) -> Place {
        let work = self.attempts[place.attempt].work;
        let place = self.interrupt(place, agent);
        let attempt = &mut self.attempts[place.attempt];
        attempt.stage = Stage::Back;
        if anew {
            attempt.work = work;
        }
        place
    }

    /// An attempt that is back is taken up by another agent, or waits at its old place.
    fn place_again(&mut self, place: Place) {
        // Its task may have ended with what another one of its attempts came to.
        let Some(attempt) = self.attempts.get_mut(place.attempt) else { return };
        attempt.stage = Stage::Interrupted;
        let Attempt { step, task, .. } = self.attempts[place.attempt];
        let spot @ Spot { queue, .. } = self.spot(step, task);
        let binding = self.desks[queue.index()].binding;
        match self.choose(place.attempt, self.step(step), spot, binding) {
            Some(agent) if self.agents[agent.index()].available() => self.start(place, agent, true),
            agent => {
                self.attempts[place.attempt].agent = agent;
                self.join(&place, spot, agent);
                if agent.is_some() {
                    let task = self.tasks[self.attempts[place.attempt].task].no;
                    self.tell(Fact::Moved { task, step, queue, agent });
                }
            }
        }
    }

    /// An attempt in service fails with its agent.
    fn fail_in_service(&mut self, key: AttemptKey, agent: AgentId) {
        let attempt = &self.attempts[key];
        let (task, step) = (attempt.task, attempt.step);
        let served = attempt.served + self.now.since(attempt.since);
        let waited = attempt.waited;
        let abandoned = self.is_abandoned(attempt);
        self.forget_attempt(task, key);
        self.leave_gate(key, self.queue_of(step, task), Some(true));
        let attempt = self.stop(key);
        if !abandoned {
            let early = self.agents[agent.index()].line.is_some();
            let response = if early { served + waited } else { served };
            self.observe(agent, step, Verdict::Unreachable, served, response);
            if !self.tasks[task].left {
                self.tasks[task].served += served;
            }
        }
        self.hear(&attempt, self.step(step), agent, Some(Cause::Crash), abandoned);
    }

    /// The agent's own failure is repaired.
    pub fn repair(&mut self, agent_id: AgentId) {
        let wear = self.wear(agent_id).expect("an agent that is repaired wears");
        wear.down_since = None;
        self.come_up(agent_id);
    }
}
