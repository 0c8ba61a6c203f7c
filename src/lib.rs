//! Rehearsal: a deterministic discrete-event simulator of agent orchestration.
//!
//! A scenario file describes agents, queues and workflows and the load on them; a virtual clock
//! runs it from a seed; experiments run it many times in parallel and say, with intervals, which
//! scoring weights and policies are better.
//!
//! # The floors
//!
//! A file imports only from lower floors or its own folder; a test reads every import.
//!
//! ```text
//! 7 cli          clap, printing, progress, exit codes. Thin: load, call, print.
//! 6 output       CSV, charts, manifests. Knows results, not how they were made.
//! 5 experiment   many runs: replicate, sweep, compare.
//! 4 observe      folds over facts: fingerprint, summary, series, rows, journal.
//! 3 model        the simulator: world tables, events, handlers. One exhaustive match on Event.
//! 2 scenario     what the user wrote, made valid: as typed -> as meant.
//! 1 kernel       event list | mechanism: pure machines | stats: estimators
//! 0 base         time, ids, units, randomness, distributions, reading with places.
//! ```
//!
//! # The path of a run
//!
//! 1. [`scenario::load`] reads a TOML text through [`base::read`], collects every mistake with its
//!    place, and gives a [`scenario::meaning::Scenario`], which the rest of the program trusts.
//! 2. [`model::run`] takes the scenario and a seed, pops events off the
//!    [`kernel::event_list::EventList`] and tells [`model::fact::Fact`]s. It cannot fail, does no
//!    I/O and cannot see who listens.
//! 3. Observers ([`observe`]) fold the facts. Whatever is known of a run is a fold over its facts.
//! 4. [`experiment`] runs many, in parallel over replications; results are collected by index and
//!    reduced in order, so the number of threads changes no byte.
//! 5. [`output`] and [`cli`] write and print.
//!
//! # What is deliberately absent
//!
//! - No wall clock, no entropy of the system, no iteration in an order of chance below `cli`.
//! - No generator shared between entities: streams and keyed draws ([`base::random`]) belong to a
//!   workload, a queue or a task by *name*, so adding one shifts nobody else's luck.
//! - No cancelling of events: a timer names the attempt it was set for and asks whether it still
//!   holds.
//! - No mechanism that reaches the event list or the world: machines take time and plain views in
//!   and give a decision out ([`mechanism`]).
//! - No platform mathematics: logarithms, exponentials and powers go through `libm`, so that glibc,
//!   musl, x86-64 and aarch64 agree to the last bit.

#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::todo, clippy::unimplemented))]

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
