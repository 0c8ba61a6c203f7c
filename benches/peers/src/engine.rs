//! The engines that are compared.

use crate::options::Options;
use crate::python::Peer;
use crate::work::{Run, Work};
use crate::{heap, nexo, rehearse, simcore_peer};

pub enum Engine {
    Heap,
    Rehearsal,
    Simcore,
    Nexosim,
    Python(Peer),
}

impl Engine {
    pub fn all(options: &Options) -> Vec<Engine> {
        let mut engines = vec![Engine::Heap, Engine::Rehearsal, Engine::Simcore, Engine::Nexosim];
        engines.extend(Peer::all(options).map(Engine::Python));
        engines
    }

    pub fn name(&self) -> &'static str {
        match self {
            Engine::Heap => heap::NAME,
            Engine::Rehearsal => "rehearsal",
            Engine::Simcore => "simcore 0.1",
            Engine::Nexosim => "nexosim 1.0",
            Engine::Python(peer) => peer.name,
        }
    }

    /// Why it may have no runs of a work.
    pub fn absence(&self) -> &'static str {
        match self {
            Engine::Python(peer) if !peer.installed => "not installed",
            _ => "not measured",
        }
    }

    /// Runs the work once; nothing of what this engine does not do.
    ///
    /// # Errors
    /// If the program of a peer fails.
    pub fn run(&self, work: &Work, seed: u64) -> Result<Option<Run>, String> {
        Ok(match (self, work) {
            (Engine::Heap, Work::Queue(queue)) => Some(heap::queue(queue, seed)),
            (Engine::Heap, Work::Timers(timers)) => Some(heap::timers(timers, seed)),
            (Engine::Rehearsal, Work::Queue(queue)) => Some(rehearse::queue(queue, seed)),
            (Engine::Rehearsal, Work::Timers(timers)) => Some(rehearse::timers(timers, seed)),
            (Engine::Simcore, Work::Queue(queue)) => Some(simcore_peer::queue(queue, seed)),
            (Engine::Simcore, Work::Timers(timers)) => Some(simcore_peer::timers(timers, seed)),
            (Engine::Nexosim, Work::Queue(queue)) => Some(nexo::queue(queue, seed)),
            (Engine::Nexosim, Work::Timers(timers)) => Some(nexo::timers(timers, seed)),
            (Engine::Python(peer), Work::Queue(queue)) => peer.queue(queue, seed)?,
            (Engine::Python(_), Work::Timers(_)) => None,
        })
    }
}
