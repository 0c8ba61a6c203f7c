//! Floor 2: what the user wrote, made valid.

pub mod report;
