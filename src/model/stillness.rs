//! Stillness: when nothing that is left to happen can serve those who still wait.
//!
//! What ticks may tick for ever: rosters, sweeps of breakers, rounds. When nothing else is left to
//! happen and nobody who waits was served while all of it went round, nobody will be. Rosters and
//! sweeps go round first; then each attempt that waits for a round has its turn once more.

use super::event::Event;
use super::fact::Observer;
use super::world::World;
use crate::mechanism::breaker::Guards;

/// What has ticked since anything else happened.
#[derive(Default)]
pub(super) struct Stillness {
    /// Changes of rosters, and sweeps.
    ticks: usize,
    /// Visits of queues that are served in rounds.
    pub visits: usize,
}

impl<O: Observer> World<'_, O> {
    /// Whether the run is over though tasks are left; told of every event before it happens.
    #[inline(always)]
    pub fn is_still(&mut self, event: Event, patience: usize) -> bool {
        if !event.ticks() {
            self.stillness = Stillness::default();
            return false;
        }
        self.ticking -= 1;
        self.has_gone_round(event, patience)
    }

    fn has_gone_round(&mut self, event: Event, patience: usize) -> bool {
        let alone = self.events.len() == self.ticking && self.coming == 0;
        let is_round = matches!(event, Event::Round);
        let stillness = &mut self.stillness;
        if !is_round {
            stillness.ticks += 1;
            if stillness.ticks <= patience {
                stillness.visits = 0;
            }
        }
        let nothing_else = is_round && self.ticking == self.rounds_ahead - 1;
        let others_done = stillness.ticks > patience || nothing_else;
        let (visits, no_rounds) = (stillness.visits, self.rounds_ahead == 0);
        alone && others_done && (no_rounds || visits > self.visits_of_all())
    }

    /// How many ticks it takes until everything that ticks has gone round, rounds left out.
    pub fn rounds(&self) -> usize {
        /// An agent is ejected for at most so many sweeps.
        const SWEEPS: usize = 1000;
        let pools = self.scenario.pools.iter();
        let rosters: usize =
            pools.filter_map(|pool| pool.roster.as_ref()).map(|r| r.changes.len()).sum();
        let sweeping = self.guards.iter().flatten().filter_map(Guards::next_sweep).count();
        2 * rosters + 2 + SWEEPS * sweeping
    }
}
