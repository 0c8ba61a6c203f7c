//! NeXosim on one thread: one model that schedules its events on itself. What a model cannot
//! serialise is its environment, which tells its totals when the simulation is dropped.

use crate::draws::{Draws, Station, timed};
use crate::work::{Queue, Run, Timers};
use nexosim::model::{BuildContext, Context, Model, ProtoModel, schedulable};
use nexosim::simulation::{Mailbox, SimInit, Simulation};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

const AHEAD: &str = "a delay is above zero";

/// Events, and what was waited in all.
type Totals = (u64, Duration);

/// A model with its environment.
struct Built<M: Model>(M, M::Env);

impl<M: Model> ProtoModel for Built<M> {
    type Model = M;

    fn build(self, _: &mut BuildContext<Self>) -> (M, M::Env) {
        (self.0, self.1)
    }
}

/// The simulation of this model alone, with the first events scheduled.
fn simulation<M: Model>(model: M, environment: M::Env) -> Simulation {
    SimInit::with_num_threads(1)
        .add_model(Built(model, environment), Mailbox::new(), "model")
        .init(MonotonicTime::EPOCH)
        .expect("the bench is complete")
}

/// An exponential that lies in the future, as NeXosim demands.
fn delay(draws: &mut Draws, mean: f64) -> Duration {
    Duration::from_nanos(draws.nanos(mean).max(1))
}

#[derive(Serialize, Deserialize)]
struct Desk {}

struct DeskState {
    draws: Draws,
    station: Station<MonotonicTime>,
    waited: Duration,
    done: Sender<Totals>,
}

impl Drop for DeskState {
    fn drop(&mut self) {
        self.done.send((self.station.events, self.waited)).expect("the totals are awaited");
    }
}

#[Model(type Env=DeskState)]
impl Desk {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>, state: &mut DeskState) {
        let first = delay(&mut state.draws, state.station.gap);
        cx.schedule_event(first, schedulable!(Self::arrive), ()).expect(AHEAD);
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, _: (), cx: &Context<Self>, state: &mut DeskState) {
        let served = state.station.arrive(cx.time());
        if state.station.to_arrive > 0 {
            let gap = delay(&mut state.draws, state.station.gap);
            cx.schedule_event(gap, schedulable!(Self::arrive), ()).expect(AHEAD);
        }
        if served {
            Self::serve(cx, state);
        }
    }

    #[nexosim(schedulable)]
    fn depart(&mut self, _: (), cx: &Context<Self>, state: &mut DeskState) {
        if let Some(arrived) = state.station.depart() {
            state.waited += cx.time().duration_since(arrived);
            Self::serve(cx, state);
        }
    }

    fn serve(cx: &Context<Self>, state: &mut DeskState) {
        let service = delay(&mut state.draws, 1.0);
        cx.schedule_event(service, schedulable!(Self::depart), ()).expect(AHEAD);
    }
}

pub fn queue(queue: &Queue, seed: u64) -> Run {
    let ((events, waited), nanos) = timed(|| {
        let (done, totals) = channel();
        let (draws, station) = (Draws::new(seed), Station::new(queue));
        let state = DeskState { draws, station, waited: Duration::ZERO, done };
        simulation(Desk {}, state).run().expect("the model runs");
        totals.recv().expect("the environment has been dropped")
    });
    queue.run(events, waited.as_secs_f64(), nanos)
}

#[derive(Serialize, Deserialize)]
struct Clock {}

struct ClockState {
    draws: Draws,
    timers: u32,
    count: u64,
    done: Sender<Totals>,
}

impl Drop for ClockState {
    fn drop(&mut self) {
        self.done.send((self.count, Duration::ZERO)).expect("the totals are awaited");
    }
}

#[Model(type Env=ClockState)]
impl Clock {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>, state: &mut ClockState) {
        (0..state.timers).for_each(|timer| Self::set(timer, cx, state));
    }

    #[nexosim(schedulable)]
    fn expire(&mut self, timer: u32, cx: &Context<Self>, state: &mut ClockState) {
        state.count += 1;
        Self::set(timer, cx, state);
    }

    fn set(timer: u32, cx: &Context<Self>, state: &mut ClockState) {
        let delay = delay(&mut state.draws, 1.0);
        cx.schedule_event(delay, schedulable!(Self::expire), timer).expect(AHEAD);
    }
}

pub fn timers(timers: &Timers, seed: u64) -> Run {
    let (done, totals) = channel();
    let state = ClockState { draws: Draws::new(seed), timers: timers.timers, count: 0, done };
    let mut simulation = simulation(Clock {}, state);
    let (result, nanos) = timed(|| simulation.step_until(Duration::from_nanos(timers.end())));
    result.expect("the model runs");
    drop(simulation);
    let (count, _) = totals.recv().expect("the environment has been dropped");
    timers.run(count, nanos)
}
