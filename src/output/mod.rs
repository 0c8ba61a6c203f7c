//! Floor 6: what a result looks like outside the program. Knows results, not how they were made.

pub mod chart;
pub mod directory;
pub mod manifest;
pub mod openmetrics;
pub mod promtool;
pub mod quantity;
pub mod run;
pub mod sweep;
pub mod table;
