//! simcore, the core of DSLab: one component that sends its events to itself.

use crate::draws::{Draws, Station, timed};
use crate::work::{Queue, Run, Timers};
use serde::Serialize;
use simcore::{Event, EventHandler, Simulation, SimulationContext, cast};
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Clone, Serialize)]
struct Arrive {}

#[derive(Clone, Serialize)]
struct Depart {}

struct Desk {
    context: SimulationContext,
    draws: Draws,
    station: Station<f64>,
    waited: f64,
}

impl Desk {
    fn come(&mut self) {
        let gap = self.draws.exponential(self.station.gap);
        self.context.emit_self(Arrive {}, gap);
    }

    fn serve(&mut self) {
        let service = self.draws.exponential(1.0);
        self.context.emit_self(Depart {}, service);
    }
}

impl EventHandler for Desk {
    fn on(&mut self, event: Event) {
        let now = event.time;
        cast!(match event.data {
            Arrive {} => {
                let served = self.station.arrive(now);
                if self.station.to_arrive > 0 {
                    self.come();
                }
                if served {
                    self.serve();
                }
            }
            Depart {} => {
                if let Some(arrived) = self.station.depart() {
                    self.waited += now - arrived;
                    self.serve();
                }
            }
        })
    }
}

pub fn queue(queue: &Queue, seed: u64) -> Run {
    let (desk, nanos) = timed(|| {
        let mut simulation = Simulation::new(seed);
        let desk = Rc::new(RefCell::new(Desk {
            context: simulation.create_context("desk"),
            draws: Draws::new(seed),
            station: Station::new(queue),
            waited: 0.0,
        }));
        simulation.add_handler("desk", desk.clone());
        desk.borrow_mut().come();
        simulation.step_until_no_events();
        desk
    });
    let desk = desk.borrow();
    queue.run(desk.station.events, desk.waited, nanos)
}

#[derive(Clone, Serialize)]
struct Expire {
    timer: u32,
}

struct Clock {
    context: SimulationContext,
    draws: Draws,
    count: u64,
}

impl Clock {
    fn set(&mut self, timer: u32) {
        let delay = self.draws.exponential(1.0);
        self.context.emit_self(Expire { timer }, delay);
    }
}

impl EventHandler for Clock {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Expire { timer } => {
                self.count += 1;
                self.set(timer);
            }
        })
    }
}

pub fn timers(timers: &Timers, seed: u64) -> Run {
    let mut simulation = Simulation::new(seed);
    let context = simulation.create_context("clock");
    let clock = Rc::new(RefCell::new(Clock { context, draws: Draws::new(seed), count: 0 }));
    simulation.add_handler("clock", clock.clone());
    (0..timers.timers).for_each(|timer| clock.borrow_mut().set(timer));
    let (_, nanos) = timed(|| simulation.step_until_time(timers.seconds));
    timers.run(clock.borrow().count, nanos)
}
