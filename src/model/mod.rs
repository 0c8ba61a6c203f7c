//! Floor 3: the simulator. A scenario and a seed go in, facts come out.
//!
//! The loop takes the earliest event, by (time, rank, sequence), and hands it to its handler;
//! handlers change the world, schedule events and tell facts. The run cannot fail, does no I/O and
//! cannot see its observer. Invariants: time never goes back; the same scenario and seed tell the
//! same facts, whoever observes.
//!
//! Each file is one part of a task's life: `arrive`, `workflow` (what is ready), `ending` (when it
//! leaves), `claim` (what it must have before: `resources`, `conflicts`), `wait` (joining a line),
//! `dispatch` (finding an agent), `rounds` and `allocate` (finding agents at intervals), `serve`,
//! `roster`, `failure`, `fault`; the tables are in `world`, the lines in `line`, a task's memory
//! in `task`.

mod agent;
mod allocate;
mod arrive;
mod claim;
mod conduct;
mod conflicts;
mod count;
mod desk;
mod dispatch;
mod ending;
mod event;
mod explain;
pub mod fact;
mod failure;
mod fault;
mod fault_crash;
mod fault_service;
mod fault_surge;
mod guard;
mod joining;
mod line;
mod meter;
mod publish;
mod quiet;
mod resources;
mod roster;
mod rounds;
mod scaling;
pub mod scrape;
mod serve;
mod sharing;
mod table;
mod task;
mod visit;
mod wait;
mod watch;
mod workflow;
mod world;

use crate::base::random::Root;
use crate::base::time::Time;
use crate::scenario::meaning::Scenario;
use event::Event;
use fact::{Fact, Observer};
use quiet::Quiet;
use world::World;

/// Which luck a run has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The seed that the user gives.
    pub seed: u64,
    /// The number of the replication, from 0.
    pub replication: u32,
}

/// Runs the scenario once and gives the observer back.
///
/// Arrivals stop at the horizon. With `drain` the clock goes on until every task has left or
/// nothing more can happen to those that are left; otherwise the run stops at the horizon.
pub fn run<O: Observer>(scenario: &Scenario, seed: Seed, observer: O) -> O {
    let root = Root::new(seed.seed, seed.replication);
    let mut world = World::new(scenario, &root, observer);
    world.call_roll();
    world.set_guards();
    world.set_publications();
    world.schedule_check();
    world.set_scalers();
    world.set_monitor();
    world.open();
    world.set_faults();
    let end = if scenario.drain { Time::MAX } else { scenario.horizon };
    // From here on nothing is waited for, where something goes on without tasks.
    let worn = if world.wears || world.controlled { scenario.horizon } else { Time::MAX };
    let first_end = end.min(worn);
    let mut quiet = Quiet::default();
    while let Some((at, event)) = world.events.pop() {
        if at >= first_end && (at >= end || world.is_over()) {
            world.now = end.min(scenario.horizon);
            if world.is_over() {
                world.drop_rest();
            }
            break;
        }
        if !event.ticks() {
            quiet.interrupt();
        } else if quiet.is_final(at, event, &mut world) {
            if world.in_system == 0 {
                world.stop_rest();
            }
            break;
        }
        world.now = at;
        world.handle(event);
        if !world.freed.is_empty() {
            world.free_stopped();
        }
        // What is still to come then, timers that no longer mean anything and shifts, is not waited
        // for.
        if world.is_over() && !world.levels_go_on(at) {
            world.drop_rest();
            break;
        }
    }
    let in_flight = world.in_system;
    world.tell(Fact::Ended { in_flight });
    world.observer
}

/// Runs the scenario once for an observer that is known only at run time.
///
/// All such runs share one copy of the model: a program that calls this with many observers, as the
/// tests do, is built in a moment, and each fact costs a call more than with [`run`].
pub fn run_for(scenario: &Scenario, seed: Seed, observer: &mut dyn Observer) {
    run(scenario, seed, observer);
}

impl<O: Observer> World<'_, O> {
    /// The one place where events are matched.
    #[inline(always)]
    fn handle(&mut self, event: Event) {
        match event {
            Event::Finish(attempt) => self.finish(attempt),
            Event::FinishShared(agent, epoch) => self.finish_shared(agent, epoch),
            Event::FinishPaced(attempt, turn) => self.finish_paced(attempt, turn),
            Event::Ready(agent) => self.wrapped_up(agent),
            Event::Renege(attempt) => self.renege(attempt),
            Event::Timeout(attempt) => self.time_out(attempt),
            Event::Deadline(task) => self.pass_deadline(task),
            Event::Retry(visit, failures) => self.retry(visit, failures),
            Event::Claim(claim, turn) => self.look_at(claim, turn),
            Event::Check => self.check_conflicts(),
            Event::Hedge(visit, copies) => self.hedge(visit, copies),
            Event::Admit(pool) => self.admit_again(pool),
            Event::Sweep(pool) => self.sweep(pool),
            Event::Arrive(workload) => self.arrive(workload),
            Event::Return(workload, user) => self.come_back(workload, user),
            Event::Shift(pool) => self.shift(pool),
            Event::Scale(pool) => self.scale(pool),
            Event::StartUp(agent, start) => self.start_up(agent, start),
            Event::Watch => self.watch(),
            Event::Round => self.make_rounds(),
            Event::Allocate(queue) => self.allocate_now(queue),
            Event::Crash(agent) => self.crash(agent),
            Event::Repair(agent) => self.repair(agent),
            Event::Fault(fault) => self.turn_fault(fault),
            Event::Surge(extra, turn) => self.come_more(extra, turn),
            Event::Publish(pool) => self.publish(pool),
        }
    }
}
