//! The rows that are not checked, each with its reason.

/// Row and reason: so far there is none.
pub const SKIPPED: &[(&str, &str)] = &[];
