//! An agent whose attempts share its rate: processor sharing and load-dependent service.
//!
//! Rule: with n attempts each progresses at total_rate(n) / n. `progress` is the work that an
//! attempt present all the time would have had; an attempt that joins at progress p with work w is
//! done at p + w, so one number serves all (virtual time; Parekh and Gallager, 1993). Invariants:
//! at a finish, progress is set to exactly the finisher's mark, so rounding never lets one overtake
//! another; progress starts again at zero when the agent is empty.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::event::{AttemptKey, Event};
use super::fact::Observer;
use super::world::World;
use crate::base::id::AgentId;
use crate::base::time::{Span, Time};

/// An attempt in shared service: the progress at which it is done, as ordered bits, then who came
/// first.
type Mark = Reverse<(u64, u64, AttemptKey)>;

/// The state of a shared agent.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    progress: f64,
    updated: Time,
    joined: u64,
    marks: BinaryHeap<Mark>,
    epoch: u32,
}

impl Sharing {
    /// How many attempts it holds.
    pub fn held(&self) -> u32 {
        self.marks.len() as u32
    }

    /// Which of the agent's finish events is the valid one.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// An attempt with this much work joins; until now each attempt progressed at `pace`.
    pub fn join(&mut self, now: Time, pace: f64, attempt: AttemptKey, work: f64) {
        self.settle(now, pace);
        self.joined += 1;
        let done = self.progress + work;
        self.marks.push(Reverse((done.to_bits(), self.joined, attempt)));
    }

    /// The attempt with the least work left is done.
    pub fn finish(&mut self, now: Time) -> AttemptKey {
        let Reverse((done, _, attempt)) =
            self.marks.pop().expect("a finish of this epoch has an attempt");
        self.updated = now;
        self.progress = if self.marks.is_empty() { 0.0 } else { f64::from_bits(done) };
        attempt
    }

    /// An attempt leaves before it is done; until now each progressed at `pace`.
    pub fn leave(&mut self, now: Time, pace: f64, attempt: AttemptKey) {
        self.settle(now, pace);
        self.marks.retain(|Reverse((.., key))| *key != attempt);
        if self.marks.is_empty() {
            self.progress = 0.0;
        }
    }

    /// The work that an attempt still needs; until now each progressed at `pace`.
    pub fn left(&self, now: Time, pace: f64, attempt: AttemptKey) -> f64 {
        let progress = self.progress + now.since(self.updated).seconds() * pace;
        let mark = self.marks.iter().find(|Reverse((.., key))| *key == attempt);
        mark.map_or(0.0, |Reverse((done, ..))| (f64::from_bits(*done) - progress).max(0.0))
    }

    /// The pace changes: until now each progressed at `pace`.
    fn settle(&mut self, now: Time, pace: f64) {
        self.progress += now.since(self.updated).seconds() * pace;
        self.updated = now;
    }

    /// How long until the next is done when each progresses at `pace` from now on, and the epoch of
    /// that finish; earlier epochs are void.
    pub fn next(&mut self, pace: f64) -> Option<(Span, u32)> {
        self.epoch = self.epoch.wrapping_add(1);
        let Reverse((done, ..)) = self.marks.peek().filter(|_| pace > 0.0)?;
        let left = (f64::from_bits(*done) - self.progress).max(0.0);
        Some((Span::from_seconds(left / pace), self.epoch))
    }
}

impl<O: Observer> World<'_, O> {
    /// The attempt with the least work left on a shared agent is done, if this finish still holds.
    pub fn finish_shared(&mut self, agent_id: AgentId, epoch: u32) {
        let now = self.now;
        let sharing = self.sharing(agent_id);
        if sharing.epoch() != epoch {
            return;
        }
        let key = sharing.finish(now);
        self.next_shared(agent_id);
        let attempt = *self.attempts.remove(key).expect("an attempt in shared service");
        self.done(key, attempt, agent_id);
    }

    /// An attempt goes from an agent whose attempts share its rate, before it is done.
    pub fn leave_shared(&mut self, key: AttemptKey, agent_id: AgentId) {
        if self.agents[agent_id.index()].sharing.is_some() {
            let (now, held) = (self.now, self.sharing(agent_id).held());
            let pace = self.pace(agent_id, held);
            self.sharing(agent_id).leave(now, pace, key);
            self.next_shared(agent_id);
        }
    }

    fn sharing(&mut self, agent: AgentId) -> &mut Sharing {
        let sharing = self.agents[agent.index()].sharing.as_mut();
        sharing.expect("the agent's attempts share its rate")
    }

    /// An attempt with this much work joins a shared agent.
    pub fn join_shared(&mut self, agent_id: AgentId, key: AttemptKey, work: f64) {
        let now = self.now;
        let before = self.sharing(agent_id).held();
        let pace = self.pace(agent_id, before);
        self.sharing(agent_id).join(now, pace, key, work);
        self.next_shared(agent_id);
    }

    /// The pace of a shared agent is about to change; `next_shared` follows the change.
    pub fn settle_shared(&mut self, agent_id: AgentId) {
        let (now, held) = (self.now, self.sharing(agent_id).held());
        let pace = self.pace(agent_id, held);
        self.sharing(agent_id).settle(now, pace);
    }

    /// The next finish of a shared agent is scheduled; earlier ones are void.
    pub fn next_shared(&mut self, agent_id: AgentId) {
        let held = self.sharing(agent_id).held();
        let pace = self.pace(agent_id, held);
        if let Some((span, epoch)) = self.sharing(agent_id).next(pace) {
            let at = self.now.saturating_add(span);
            self.schedule(at, Event::FinishShared(agent_id, epoch));
        }
    }

    /// How fast each of `n` attempts progresses on a shared agent, in work per second.
    pub fn pace(&self, agent: AgentId, n: u32) -> f64 {
        if n == 0 {
            return 0.0;
        }
        let agent = &self.agents[agent.index()];
        let service = &self.scenario.pools[agent.pool.index()].service;
        let factor = agent.conduct.as_ref().map_or(1.0, |conduct| conduct.pace());
        agent.speed * service.total_rate(n) / f64::from(n) * factor
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::*;

    #[test]
    fn two_attempts_at_half_speed_worked_by_hand() {
        let mut keys: Table<AttemptKey, ()> = Table::new();
        let (long, short) = (keys.insert(()), keys.insert(()));
        let at = |s: f64| Time::ZERO + Span::from_seconds(s);
        let mut agent = Sharing::default();
        agent.join(at(0.0), 0.0, long, 4.0);
        assert_eq!(agent.next(1.0).map(|next| next.0.seconds()), Some(4.0));
        // At 1 s the long one has 3 left; the short one brings 1, and both go at half speed.
        agent.join(at(1.0), 1.0, short, 1.0);
        let (span, epoch) = agent.next(0.5).unwrap();
        assert_eq!((span.seconds(), epoch == agent.epoch()), (2.0, true));
        assert_eq!(agent.finish(at(3.0)), short);
        // At 3 s the long one has 2 left and is alone.
        assert_eq!(agent.left(at(4.0), 1.0, long), 1.0);
        assert_eq!(agent.next(1.0).map(|next| next.0.seconds()), Some(2.0));
        assert_eq!(agent.finish(at(5.0)), long);
        assert_eq!((agent.next(1.0), agent.held()), (None, 0));
    }
}
