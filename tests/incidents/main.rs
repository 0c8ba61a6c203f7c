//! The library of incidents: each shows what its file says, and its remedy cures it.
//!
//! Every number is demanded of each of several replications, not of their mean. The tests of rule
//! files ask Prometheus's own tool; see [`tool`].

mod alert_storm;
mod autoscaler_oscillation;
mod blind_monitor;
mod breaker_flapping;
mod cold_start_lag;
mod conflict_deadlock;
mod herd_on_stale_scores;
mod poisoned_agent;
mod queue_poisoning;
mod retry_storm;
mod slow_dependency;
mod stage;
#[path = "../common/promtool.rs"]
mod tool;
mod zone_outage_at_peak;
