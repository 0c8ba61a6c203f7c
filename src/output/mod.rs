//! What a result looks like outside the program. Knows results, not how they were made.

pub mod chart;
