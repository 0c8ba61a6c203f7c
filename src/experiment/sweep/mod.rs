//! The sweep: a grid of variants of one scenario, each replicated on common random numbers.
//!
//! `plan` reads the `[sweep]` table and lays out the grid, `execute` runs it, `compare` turns rows
//! into estimates, paired differences against the baseline and a verdict. Invariant: the rows are a
//! function of the plan and the seed; neither the number of threads nor an interruption changes
//! them.

pub mod axis;
pub mod compare;
pub mod execute;
pub mod plan;
