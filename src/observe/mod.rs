//! Floor 4: observers, folds over the facts of a run. None changes it.

pub mod advice;
pub mod auditor;
pub mod backlog;
pub mod exogenous;
pub mod fingerprint;
pub mod journal;
pub mod little;
pub mod scrapes;
pub mod series;
pub mod summary;
pub mod tasks;
