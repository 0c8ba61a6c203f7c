//! Rehearsal: a deterministic discrete-event simulator of agent orchestration.

#[macro_use]
pub mod mechanism;

pub mod base;
pub mod cli;
pub mod experiment;
pub mod kernel;
pub mod model;
pub mod observe;
pub mod output;
pub mod scenario;
pub mod stats;
