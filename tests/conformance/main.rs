//! Conformance: recorded behaviour of production systems, row by row, against the machines that a
//! scenario uses under their names.
//!
//! Source: `tests/vectors/*.json`, each row with the repository, path and test that it states a
//! fact about. Invariant: every row of a kind is checked or listed with the reason why not, never
//! both.

mod backoff;
mod balancing;
mod budgets;
mod limits;
mod rows;
mod written;
