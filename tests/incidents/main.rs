//! The library of incidents: each shows what its file says, and its remedy cures it.
//!
//! Every number is demanded of each of several replications, not of their mean. The tests of rule
//! files ask Prometheus's own tool; see [`tool`].

mod stage;
#[path = "../common/promtool.rs"]
mod tool;
