//! Arrivals that are bound to a server at once and wait in its own line.

use crate::plan::{Demand, Length, Plan, forgotten};
use crate::vectors::Case;
use crate::watch::Seen;

fn body(lam: f64, mu: f64, agents: f64, dispatch: &str) -> String {
    format!(
        "[workloads.jobs]\narrivals.poisson.rate = \"{lam}/s\"\n\
         [workflows.job.steps.serve]\nwork = {{ exponential = 1 }}\n\
         [pools.servers]\nagents = {agents}\nspeed = {mu}\nbinding = \"early\"\ndispatch{dispatch}\n"
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
        .row("prob_both_busy", |run| run.fleet().all_busy.mean().expect("a window"));
    vec![plan]
}

/// The supermarket model. The refined values are for 100 servers, up to terms of 1 / N^2. The mean-field
/// values are limits: from N and 2 N servers, 2 x(2 N) - x(N) is free of the term of 1 / N.
pub fn supermarket(case: &Case, million: f64) -> Vec<Plan> {
    let (n, rho, d, mu) =
        (case.num("N"), case.num("rho_per_server"), case.num("d"), case.num("mu"));
    assert_eq!(case.text("sampling"), "with_replacement");
    let dispatch = format!(".power_of_d = {{ d = {d}, replacement = true }}");
    let of = |n: f64| {
        let rate = n * rho * mu;
        let length = Length { million, rate, warm_up: forgotten(rho * mu, mu, 1.0) };
        (body(rate, mu, n, &dispatch), length)
    };
    let number = |run: &Seen<'_>| run.metric("in_system_mean");
    let three = |run: &Seen<'_>| run.fleet().three.mean().expect("a window");
    let sojourn = |run: &Seen<'_>| run.metric("sojourn_mean_s");
    let plan = Plan::of(&[of(n), of(2.0 * n)])
        .watching(|wishes| wishes.fleet = true)
        .demand(Demand::Limit, "refined_mean_number_per_server_N100", move |runs| {
            number(&runs[0]) / n
        })
        .demand(Demand::Limit, "refined_mean_sojourn_N100", move |runs| sojourn(&runs[0]))
        .demand(Demand::Limit, "meanfield_mean_number_per_server", move |runs| {
            (number(&runs[1]) - number(&runs[0])) / n
        })
        .demand(Demand::Limit, "meanfield_mean_sojourn", move |runs| {
            2.0 * sojourn(&runs[1]) - sojourn(&runs[0])
        })
        .demand(Demand::Limit, "meanfield_frac_servers_ge_3", move |runs| {
            (three(&runs[1]) - three(&runs[0])) / n
        });
    vec![plan]
}
