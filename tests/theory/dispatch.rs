//! Arrivals that are bound to a server at once and wait in its own line.

use crate::plan::{Demand, Length, Plan, forgotten};
use crate::vectors::Case;

fn body(lam: f64, mu: f64, agents: f64, dispatch: &str) -> String {
    format!(
        "[workloads.jobs]\narrivals.poisson.rate = \"{lam}/s\"\n\
         [workflows.job.steps.serve]\nwork = {{ exponential = 1 }}\n\
         [pools.servers]\nagents = {agents}\nspeed = {mu}\n\
         binding = \"early\"\ndispatch{dispatch}\n"
    )
}

/// Servers that share the arrivals by a rule that asks nobody.
fn split(case: &Case, dispatch: &str, million: f64) -> Plan {
    let (n, lam, mu) = (case.num("N"), case.num("lam_total"), case.num("mu"));
    let length = Length { million, rate: lam, warm_up: forgotten(lam / n, mu, 1.0) };
    Plan::new(&body(lam, mu, n, dispatch), length)
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("p95_sojourn", "sojourn_p95_s")
}

/// In turn: each server is E_N/M/1, whose root sigma is the chance that it is found busy.
pub fn round_robin(case: &Case, million: f64) -> Vec<Plan> {
    let plan = split(case, " = \"round_robin\"", million)
        .metric("sigma", "wait_probability")
        .metric("prob_wait_gt0", "wait_probability")
        .metric("mean_wait", "wait_mean_s");
    vec![plan]
}

/// At random: each server is M/M/1.
pub fn random(case: &Case, million: f64) -> Vec<Plan> {
    vec![split(case, " = \"random\"", million)]
}

/// To the shorter of two lines.
pub fn shortest(case: &Case, million: f64) -> Vec<Plan> {
    let (n, lam, mu) = (case.num("N"), case.num("lam_total"), case.num("mu"));
    let length = Length { million, rate: lam, warm_up: forgotten(lam, mu, n) };
    let plan = Plan::new(&body(lam, mu, n, " = \"least_outstanding\""), length)
        .watching(|wishes| wishes.fleet = true)
        .metric("mean_number_in_system", "in_system_mean")
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("prob_wait_gt0", "wait_probability")
        .row("prob_both_busy", |run| run.fleet().all_busy());
    vec![plan]
}

/// The supermarket model with 100 servers. The refined values are exact up to terms of 1 / N^2.
pub fn supermarket(case: &Case, million: f64) -> Vec<Plan> {
    let (n, rho, d, mu) =
        (case.num("N"), case.num("rho_per_server"), case.num("d"), case.num("mu"));
    assert_eq!(case.text("sampling"), "with_replacement");
    let lam = n * rho * mu;
    let dispatch = format!(".power_of_d = {{ d = {d}, replacement = true }}");
    let length = Length { million, rate: lam, warm_up: forgotten(rho * mu, mu, 1.0) };
    let plan = Plan::new(&body(lam, mu, n, &dispatch), length)
        .arrivals(lam)
        .demand(Demand::Known(rho), "busy", |run| run.metric("pool.servers.utilisation"))
        .demand(Demand::Limit, "refined_mean_number_per_server_N100", move |run| {
            run.metric("in_system_mean") / n
        })
        .given(&["arrivals", "busy"])
        .demand(Demand::Limit, "refined_mean_sojourn_N100", |run| run.metric("sojourn_mean_s"))
        .given(&["arrivals", "busy"]);
    vec![plan]
}
