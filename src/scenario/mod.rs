//! Floor 2: what the user wrote, made valid.

mod edit;
pub mod explain;
pub mod files;
pub mod import;
pub mod load;
pub mod meaning;
pub mod overrides;
pub mod report;
