//! Floor 4: observers, folds over the facts of a run. None changes it.

pub mod advice;
pub mod alerts;
pub mod auditor;
pub mod backlog;
pub mod bounded;
pub mod breakers;
pub mod detection;
pub mod exogenous;
pub mod fingerprint;
pub mod journal;
pub mod little;
pub mod monitor;
pub mod scaling;
pub mod scrapes;
pub mod series;
pub mod stretch;
pub mod summary;
pub mod tasks;

#[cfg(test)]
mod check;
