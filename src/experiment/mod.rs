//! Floor 5: many runs with a question.
//!
//! Runs go in parallel, one thread each; results are collected by index and reduced serially and in
//! order, so the number of threads changes no byte.

pub mod evidence;
pub mod gather;
pub mod objectives;
pub mod replicate;
pub mod sweep;
pub mod watch;
