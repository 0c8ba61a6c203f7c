//! Processor sharing: the agent's speed is divided equally among the attempts it holds.
//!
//! Source: Kleinrock, Queueing Systems II (1976), section 4.4.

/// The line of `rehearsal list`.
pub const ABOUT: &str = "the agent's speed is shared equally by its attempts";

no_parameters!("service = \"processor_sharing\"");
