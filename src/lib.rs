//! Rehearsal: a deterministic discrete-event simulator of agent orchestration.

pub mod base;
pub mod kernel;
pub mod scenario;
