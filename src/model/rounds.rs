//! Rounds: queues that are served at intervals, and not when an attempt comes or an agent is freed.
//!
//! Rule: times are whole multiples of the interval, counted from the start of the run; all queues
//! that are due at one time are served in the order of their names. A polled queue hands out one
//! attempt, the next by its discipline; if no agent is found it goes to the end of those of its
//! rank, as in the reference's `DistributedTaskQueue` (MODEL section 6). A queue with an allocation
//! hands out all it can (`allocate`). A queue in which nobody waits is not visited, which changes
//! nothing. Invariant: while somebody waits in such a queue, its next round is scheduled.

use super::event::Event;
use super::fact::{Fact, Observer, Paired};
use super::line::Place;
use super::world::{Attempt, World};
use crate::base::id::QueueId;
use crate::base::time::{Span, Time};
use crate::scenario::meaning::Binding;

/// When a queue is served.
pub(super) struct Rounds {
    every: Span,
    /// When next, if that is scheduled.
    next: Option<Time>,
    /// When last; zero before the first time.
    last: Time,
    /// A round out of turn is scheduled for now.
    asked: bool,
}

impl Rounds {
    pub fn new(every: Span) -> Self {
        Rounds { every, next: None, last: Time::ZERO, asked: false }
    }

    /// The first time from now on that is not the last one.
    fn upcoming(&self, now: Time) -> Time {
        let every = self.every.nanos();
        let at = Time::from_nanos(now.nanos().div_ceil(every).saturating_mul(every));
        if at > self.last { at } else { at.saturating_add(self.every) }
    }
}

impl<O: Observer> World<'_, O> {
    /// Somebody may wait in the queue: its next round is scheduled. A round is made at once if
    /// enough wait for that and an agent is free, which `freed` says of one not yet known as such.
    pub fn expect_round(&mut self, queue: QueueId, freed: bool) {
        let allocation = self.scenario.queues[queue.index()].allocation.as_ref();
        let enough = allocation.and_then(|spec| spec.round().when_waiting);
        let now = self.now;
        let desk = &mut self.desks[queue.index()];
        let Some(rounds) = &mut desk.rounds else { return };
        let at = (desk.waiting > 0 && rounds.next.is_none()).then(|| rounds.upcoming(now));
        let is_free = freed || desk.idle > 0;
        let asks = enough.is_some_and(|n| desk.waiting >= n.get()) && is_free && !rounds.asked;
        rounds.next = rounds.next.or(at);
        rounds.asked |= asks;
        if let Some(at) = at {
            self.rounds_ahead += 1;
            self.schedule(at, Event::Round);
        }
        if asks {
            self.schedule(now, Event::Allocate(queue));
        }
    }

    /// The queues that are due are served.
    pub fn make_rounds(&mut self) {
        self.rounds_ahead -= 1;
        for index in 0..self.desks.len() {
            let Some(rounds) = &mut self.desks[index].rounds else { continue };
            if rounds.next != Some(self.now) {
                continue;
            }
            (rounds.next, rounds.last) = (None, self.now);
            self.visits_made += 1;
            let queue = QueueId::new(index);
            match self.scenario.queues[index].poll {
                Some(_) => self.poll(queue),
                None => self.allocate(queue),
            }
            self.expect_round(queue, false);
        }
    }

    /// Enough wait for a round out of turn.
    pub fn allocate_now(&mut self, queue: QueueId) {
        if let Some(rounds) = &mut self.desks[queue.index()].rounds {
            rounds.asked = false;
        }
        self.allocate(queue);
    }

    /// The next attempt of a polled queue starts, or is queued again.
    fn poll(&mut self, queue: QueueId) {
        loop {
            let desk = &mut self.desks[queue.index()];
            let next = desk.line.take_next(&self.attempts, &mut desk.discipline);
            let Some(place) = next else { return };
            if desk.drops_expired && self.drop_expired(place) {
                continue;
            }
            let key = place.attempt;
            let Attempt { step, task, .. } = self.attempts[key];
            let spot = self.spot(step, task);
            let chosen = self.choose(key, self.step(step), spot, Binding::Late);
            let Some(agent) = chosen else {
                self.explain(key, queue, None);
                let desk = &mut self.desks[queue.index()];
                let sequence = desk.joined;
                desk.joined += 1;
                desk.line.join(spot.lane as usize, &Place { sequence, ..place });
                let task = self.tasks[task].no;
                return self.tell(Fact::Round { queue, what: Paired::Requeued { task, step } });
            };
            if self.drops(place, queue, None) {
                continue;
            }
            self.explain(key, queue, chosen);
            self.desks[queue.index()].waiting -= 1;
            return self.start(place, agent, true);
        }
    }

    /// How many visits it takes until each attempt that waits for one has had its turn.
    pub fn visits_of_all(&self) -> usize {
        let nanos = |rounds: &Rounds| u128::from(rounds.every.nanos());
        let waited = self
            .desks
            .iter()
            .filter_map(|desk| Some((desk.rounds.as_ref()?, u128::from(desk.waiting))));
        let longest = waited.clone().map(|(rounds, waiting)| (waiting + 1) * nanos(rounds)).max();
        let visited = waited.filter(|(_, waiting)| *waiting > 0);
        let visits = visited.map(|(rounds, _)| longest.unwrap_or(0).div_ceil(nanos(rounds)));
        usize::try_from(visits.sum::<u128>()).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_at_multiples_and_once_at_each() {
        let at = |millis: u64| Time::from_nanos(millis * 1_000_000);
        let mut rounds = Rounds::new(Span::from_secs(2));
        let times = [0, 1, 2000, 2001].map(|now| rounds.upcoming(at(now)));
        assert_eq!(times, [at(2000), at(2000), at(2000), at(4000)]);
        rounds.last = at(2000);
        assert_eq!(rounds.upcoming(at(2000)), at(4000));
    }
}
