//! Attempts that are repeated, copied or given up, with servers for everyone.

use crate::plan::{Length, Plan};
use crate::vectors::Case;

/// One step with this care, on a server of speed `mu` that never makes anyone wait.
fn alone(mu: f64, care: &str, pool: &str, million: f64) -> Plan {
    let body = format!(
        "[workloads.calls]\narrivals.poisson.rate = \"1/s\"\n\
         [workflows.call.steps.serve]\nwork = {{ exponential = 1 }}\n{care}\n\
         [pools.servers]\nslots = \"unlimited\"\nspeed = {mu}\n{pool}\n"
    );
    let length = Length { million, rate: 1.0, warm_up: 0.0 };
    Plan::new(&body, length).watching(|wishes| wishes.lives = true)
}

/// Tries until one succeeds, with a growing back-off, at most so many.
pub fn retries(case: &Case, million: f64) -> Vec<Plan> {
    let care = format!(
        "retry.exponential = {{ first = \"{}s\", factor = {}, attempts = {}, jitter = \"none\" }}",
        case.num("backoff_base"),
        case.num("backoff_factor"),
        case.num("max_attempts")
    );
    let reliability = format!("reliability = {}", case.num("p_success"));
    let plan = alone(case.num("mu"), &care, &reliability, million)
        .row("prob_success", |run| 1.0 - run.metric("error_rate"))
        .metric("mean_attempts", "attempts_per_task")
        .row("mean_latency_all", |run| run.lives().sojourn_s());
    vec![plan]
}

/// A second copy after a while; the first result counts and the other is stopped.
pub fn hedging(case: &Case, million: f64) -> Vec<Plan> {
    let after = case.num("hedge_after");
    let care = format!("hedge = {{ after = \"{after}s\" }}\ncancellable = true");
    let plan = alone(case.num("mu"), &care, "", million)
        .metric("mean_latency", "sojourn_mean_s")
        .row("prob_hedged", |run| run.metric("step.serve.hedges") / run.metric("arrived"))
        .metric("mean_copies", "attempts_per_task")
        .metric("p95_latency", "sojourn_p95_s")
        .metric("p99_latency", "sojourn_p99_s")
        .row("mean_server_time", |run| run.lives().served_s());
    vec![plan]
}

/// Given up after a while.
pub fn time_outs(case: &Case, million: f64) -> Vec<Plan> {
    let care = format!("timeout = \"{}s\"", case.num("timeout"));
    let plan = alone(case.num("mu"), &care, "", million)
        .metric("prob_timeout", "error_rate")
        .row("mean_time_spent", |run| run.lives().sojourn_s())
        .metric("mean_latency_given_success", "sojourn_mean_s");
    vec![plan]
}
