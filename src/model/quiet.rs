//! When a run ends though tasks are left: nobody who waits will ever be served.
//!
//! Some events come again and again, whatever happens: shifts, sweeps of breakers, publications,
//! rounds, failures and repairs, evaluations of autoscalers and what they start, ticks of the
//! monitor. While only these are left, a *quiet*, something may still change who can be served;
//! once each of them has gone round and nobody was, nobody will be. (Checks of conflicts end by
//! themselves.) Rule: a quiet must hold two rounds of every roster, a thousand sweeps, two
//! publications, a thousand evaluations of every autoscaler, the readiness of every agent that
//! started when it began, all that faults do until the horizon and what ends of them after it, and
//! the repair of every agent that was down when it began; such a repair begins the count of the
//! others anew; and then so many visits of queues served in rounds that each who waits had a turn.
//! An agent that fails within the quiet was up in it, and found nothing to do. Where something goes
//! on without tasks (agents fail or are scaled, faults come, somebody looks on), a run with a
//! horizon goes on to it. Invariant: with a horizon or without, a quiet ends.

use super::event::Event;
use super::fact::Observer;
use super::roster::Shifts;
use super::world::World;
use crate::base::id::AgentId;
use crate::base::time::Time;
use crate::mechanism::breaker::Guards;

/// An agent is ejected for at most so many sweeps.
const SWEEPS: usize = 1000;

/// No autoscaler remembers more evaluations than this.
const EVALUATIONS: usize = 1000;

/// What has come round since something else happened.
#[derive(Default)]
pub(super) struct Quiet {
    begun: bool,
    since: Time,
    seen: Seen,
    /// Until when those agents start that started when it began.
    starting: Time,
    /// The visits of queues in rounds that were made before all else had gone round.
    visits: usize,
}

#[derive(Default)]
struct Seen {
    shifts: usize,
    sweeps: usize,
    publications: usize,
    evaluations: usize,
}

impl Quiet {
    /// Something else happened.
    #[inline(always)]
    pub fn interrupt(&mut self) {
        self.begun = false;
    }

    /// Whether nobody who waits will ever be served, so that this tick need not come.
    #[inline(never)]
    pub fn is_final<O: Observer>(
        &mut self,
        at: Time,
        event: Event,
        world: &mut World<'_, O>,
    ) -> bool {
        world.ticking -= 1;
        if !self.begun {
            let visits = world.visits_made;
            let (since, starting) = (world.now, world.starting);
            *self = Quiet { begun: true, since, seen: Seen::default(), starting, visits };
        }
        match event {
            Event::Shift(_) => self.seen.shifts += 1,
            Event::Sweep(_) => self.seen.sweeps += 1,
            Event::Publish(_) => self.seen.publications += 1,
            Event::Scale(_) => self.seen.evaluations += 1,
            Event::Repair(agent) if self.awaits(agent, world) => self.seen = Seen::default(),
            _ => {}
        }
        let alone = world.events.len() == world.ticking && world.coming == 0;
        if !alone && world.rounds_ahead == 0 {
            self.visits = world.visits_made;
            return false;
        }
        let went_round = self.went_round(world);
        if !went_round {
            self.visits = world.visits_made;
        }
        // Each attempt that waits for a round has its turn once more.
        let visits = world.visits_made - self.visits;
        let visited = world.rounds_ahead == 0 || visits > world.visits_of_all();
        alone && !world.levels_go_on(at) && went_round && visited
    }

    /// Whether the agent has been down for the whole quiet.
    fn awaits<O: Observer>(&self, agent: AgentId, world: &World<'_, O>) -> bool {
        let conduct = world.agents[agent.index()].conduct.as_ref();
        let down_since = conduct.and_then(|conduct| conduct.wear.as_ref()?.down_since);
        down_since.is_some_and(|since| since <= self.since)
    }

    fn went_round<O: Observer>(&self, world: &World<'_, O>) -> bool {
        let pools = &world.scenario.pools;
        let rosters = pools.iter().filter_map(|pool| pool.roster.as_ref());
        let changes: usize = rosters.map(|roster| roster.changes.len()).sum();
        let shifting = world.shifts.iter().flatten().any(|shifts| Shifts::time(shifts).is_some());
        let sweeping = world.guards.iter().flatten().filter_map(Guards::next_sweep).count();
        let publishing = pools.iter().filter(|pool| pool.conduct.published_every.is_some()).count();
        let scaling = world.scalers.iter().flatten().count();
        let agents = (0..world.agents.len()).map(AgentId::new);
        (!shifting || self.seen.shifts > 2 * changes + 2)
            && (sweeping == 0 || self.seen.sweeps > SWEEPS * sweeping + 2)
            && (publishing == 0 || self.seen.publications > 2 * publishing)
            && (scaling == 0 || self.seen.evaluations > EVALUATIONS * scaling + 2)
            && world.now >= self.starting
            && !world.faults.are_to_come()
            && (!world.wears || !agents.into_iter().any(|agent| self.awaits(agent, world)))
    }
}

impl<O: Observer> World<'_, O> {
    /// Whether something goes on without tasks (agents fail or are scaled, faults come, somebody
    /// looks on) and the horizon is still to come.
    pub fn levels_go_on(&self, at: Time) -> bool {
        (self.wears || self.controlled)
            && at < self.scenario.horizon
            && self.scenario.horizon < Time::MAX
    }
}
