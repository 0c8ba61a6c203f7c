//! Each attempt in service goes at the agent's own speed: service time = work / speed.

/// The line of `rehearsal list`.
pub const ABOUT: &str = "each attempt at the agent's own speed";

no_parameters!("service = \"slots\"");
