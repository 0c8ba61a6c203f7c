//! One server, first come first served.

use crate::plan::{Demand, Length, Plan, forgotten};
use crate::vectors::Case;

/// One server of speed `mu` with work of this distribution.
fn one(arrivals: &str, mu: f64, work: &str) -> String {
    format!(
        "[workloads.calls]\n{arrivals}\n\
         [workflows.call.steps.serve]\nwork = {work}\n\
         [pools.server]\nspeed = {mu}\n"
    )
}

fn poisson(rate: f64) -> String {
    format!("arrivals.poisson.rate = \"{rate}/s\"")
}

/// M/M/1.
pub fn mm1(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu) = (case.num("lam"), case.num("mu"));
    let length = Length { million, rate: lam, warm_up: forgotten(lam, mu, 1.0) };
    let plan = Plan::new(&one(&poisson(lam), mu, "{ exponential = 1 }"), length)
        .watching(|wishes| wishes.census = true)
        .metric("utilisation", "pool.server.utilisation")
        .metric("mean_number_in_system", "in_system_mean")
        .metric("mean_number_in_queue", "in_queue_mean")
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_wait", "wait_mean_s")
        .metric("p50_sojourn", "sojourn_p50_s")
        .metric("p95_sojourn", "sojourn_p95_s")
        .metric("p99_sojourn", "sojourn_p99_s")
        .metric("p95_wait", "wait_p95_s")
        .metric("prob_wait_gt0", "wait_probability")
        .row("prob_number_ge_5", |run| run.census().share(|n| n >= 5.0))
        .row("var_sojourn", |run| run.variance(|tasks| &tasks.sojourn))
        .given(&["mean_sojourn", "utilisation"]);
    vec![plan]
}

/// M/G/1 as far as all cases ask, but for the variance.
fn mg1(lam: f64, mean: f64, work: &str, million: f64) -> Plan {
    let length = Length { million, rate: lam, warm_up: forgotten(lam, 1.0 / mean, 1.0) };
    Plan::new(&one(&poisson(lam), 1.0, work), length)
        .metric("utilisation", "pool.server.utilisation")
        .metric("mean_wait", "wait_mean_s")
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_number_in_system", "in_system_mean")
}

fn variance(plan: Plan) -> Plan {
    plan.row("var_wait", |run| run.variance(|tasks| &tasks.wait))
        .given(&["mean_wait", "utilisation"])
}

/// M/D/1.
pub fn md1(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, d) = (case.num("lam"), case.num("D"));
    let plan = variance(mg1(lam, d, &d.to_string(), million))
        .watching(|wishes| wishes.stays = Some(2.0 * d))
        .metric("p95_wait", "wait_p95_s")
        .row("prob_wait_eq0", |run| 1.0 - run.metric("wait_probability"))
        .row("prob_wait_le_2D", |run| run.stays().soon());
    vec![plan]
}

/// M/E_k/1.
pub fn mek1(case: &Case, million: f64) -> Vec<Plan> {
    let (k, mean) = (case.num("k"), case.num("mean"));
    let work = format!("{{ erlang = {{ k = {k}, mean = {mean} }} }}");
    vec![variance(mg1(case.num("lam"), mean, &work, million))]
}

/// The mean and the text of a hyperexponential work.
pub fn hyperexponential(case: &Case) -> (f64, String) {
    let (p1, m1, m2) = (case.num("p1"), 1.0 / case.num("mu1"), 1.0 / case.num("mu2"));
    let text = format!("{{ hyperexponential = [[{p1}, {m1}], [{}, {m2}]] }}", 1.0 - p1);
    (p1 * m1 + (1.0 - p1) * m2, text)
}

/// M/H2/1.
pub fn mh21(case: &Case, million: f64) -> Vec<Plan> {
    let (mean, work) = hyperexponential(case);
    vec![variance(mg1(case.num("lam"), mean, &work, million))]
}

/// M/G/1 with lognormal work, by mean and deviation of its logarithm.
pub fn lognormal(case: &Case, million: f64) -> Vec<Plan> {
    let (mu, sigma) = (case.num("log_mu"), case.num("log_sigma"));
    let work = format!("{{ lognormal = {{ mu = {mu}, sigma = {sigma} }} }}");
    vec![variance(mg1(case.num("lam"), case.num("mean"), &work, million))]
}

/// M/G/1 with lognormal work of large spread, by mean and coefficient of variation.
///
/// A few very large works decide how waits average out: by Pollaczek and Khinchine the mean wait
/// grows with the second moment of the work and its variance with the third, whose sample means are
/// known to scatter by E[S^4] and E[S^6]. A plain interval of the variance would need 10^10 tasks.
/// So what a replication's own moments are off the exact ones is taken into account. E[S^k] =
/// mean^k (1 + cv2)^(k (k - 1) / 2).
pub fn lognormal_of_large_spread(case: &Case, million: f64) -> Vec<Plan> {
    let (mean, cv2) = (case.num("mean"), case.num("cv2"));
    let work = format!("{{ mean = {mean}, cv = {} }}", cv2.sqrt());
    let ratio = 1.0 + cv2;
    let (square, cube) = (mean * mean * ratio, mean * mean * mean * ratio * ratio * ratio);
    let wait = case.exact("mean_wait");
    let length = Length {
        million,
        rate: case.num("lam"),
        warm_up: forgotten(case.num("lam"), 1.0 / mean, 1.0),
    };
    let plan = Plan::new(&one(&poisson(case.num("lam")), 1.0, &work), length)
        .watching(|wishes| wishes.stays = Some(0.0))
        .demand(Demand::Known(square), "square of work", |run| run.stays().square())
        .demand(Demand::Known(cube), "cube of work", |run| run.stays().cube())
        .metric("utilisation", "pool.server.utilisation")
        .metric("mean_wait", "wait_mean_s")
        .given(&["square of work"])
        .metric("mean_sojourn", "sojourn_mean_s")
        .given(&["square of work"])
        .metric("mean_number_in_system", "in_system_mean")
        .given(&["square of work"])
        // About the exact mean, so that it is a mean over tasks like the controls.
        .row("var_wait", move |run| {
            let off = run.metric("wait_mean_s") - wait;
            run.variance(|tasks| &tasks.wait) + off * off
        })
        .given(&["mean_wait", "square of work", "cube of work"]);
    vec![plan]
}

/// D/M/1.
pub fn dm1(case: &Case, million: f64) -> Vec<Plan> {
    let (gap, mu) = (case.num("interarrival"), case.num("mu"));
    let arrivals = format!("arrivals.renewal.gap = \"{gap}s\"");
    let length = Length { million, rate: 1.0 / gap, warm_up: forgotten(1.0 / gap, mu, 1.0) };
    let plan = Plan::new(&one(&arrivals, mu, "{ exponential = 1 }"), length)
        // The root sigma is the chance that an arrival finds the server busy.
        .metric("sigma", "wait_probability")
        .metric("prob_wait_gt0", "wait_probability")
        .metric("mean_wait", "wait_mean_s")
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("p95_sojourn", "sojourn_p95_s");
    vec![plan]
}
