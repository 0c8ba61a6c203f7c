//! Servers that nobody waits for: infinitely many, one shared by all, one that serves the last to
//! come.

use crate::plan::{Length, Plan, forgotten};
use crate::single::hyperexponential;
use crate::vectors::Case;

fn body(lam: f64, work: &str, pool: &str) -> String {
    format!(
        "[workloads.jobs]\narrivals.poisson.rate = \"{lam}/s\"\n\
         [workflows.job.steps.serve]\nwork = {work}\n\
         [pools.server]\n{pool}\n"
    )
}

/// From an empty system, stopped at a time and not drained.
fn until(seconds: u32, body: &str, replications: u32) -> Plan {
    let text = format!("horizon = \"{seconds}s\"\ndrain = false\n{body}");
    Plan::small(&text, replications).watching(|wishes| wishes.census = true)
}

/// M/M/inf: the number is Poisson. At time 2 its variance is its mean: 0.02 of 6.3 takes 5000 runs.
pub fn mm_inf(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu) = (case.num("lam"), case.num("mu"));
    let body = body(lam, "{ exponential = 1 }", &format!("slots = \"unlimited\"\nspeed = {mu}"));
    let length = Length { million, rate: lam, warm_up: 20.0 / mu };
    let mean = lam / mu;
    let steady = Plan::new(&body, length)
        .watching(|wishes| wishes.census = true)
        .metric("mean_number_in_system", "in_system_mean")
        .row("var_number", move |run| run.census().mean(|n| (n - mean) * (n - mean)))
        .row("prob_number_gt_15", |run| run.census().share(|n| n > 15.0));
    let early =
        until(2, &body, 8_000).row("mean_number_at_t_2_from_empty", |run| run.census().at_end());
    vec![steady, early]
}

/// M/D/inf; how often it is empty as arrivals see it. At time 1 the number is Poisson with mean 4:
/// 0.02 of it takes 7000 runs.
pub fn md_inf(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, d) = (case.num("lam"), case.num("D"));
    let body = body(lam, &d.to_string(), "slots = \"unlimited\"");
    let length = Length { million, rate: lam, warm_up: 10.0 * d };
    let steady = Plan::new(&body, length)
        .watching(|wishes| wishes.census = true)
        .metric("mean_number_in_system", "in_system_mean")
        .row("prob_empty", |run| run.census().found_empty());
    let early =
        until(1, &body, 10_000).row("mean_number_at_t_1_from_empty", |run| run.census().at_end());
    vec![steady, early]
}

/// One server shared by all.
fn shared(lam: f64, work: &str, size: f64, million: f64) -> Plan {
    let length = Length { million, rate: lam, warm_up: forgotten(lam, 1.0, 1.0) };
    Plan::new(&body(lam, work, "service = \"processor_sharing\""), length)
        .watching(move |wishes| wishes.size = Some(size))
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_number_in_system", "in_system_mean")
        .row(format!("mean_sojourn_given_size_{size}"), |run| run.sizes().sojourn())
}

/// M/M/1 with processor sharing.
pub fn mm1_ps(case: &Case, million: f64) -> Vec<Plan> {
    let work = format!("{{ exponential = {} }}", 1.0 / case.num("mu"));
    let plan = shared(case.num("lam"), &work, 2.0, million);
    vec![plan.row("mean_slowdown", |run| run.sizes().slowdown())]
}

/// M/G/1 with processor sharing and lognormal work.
pub fn mg1_ps(case: &Case, million: f64) -> Vec<Plan> {
    let work = format!("{{ mean = {}, cv = {} }}", case.num("mean"), case.num("cv2").sqrt());
    vec![shared(case.num("lam"), &work, 3.0, million)]
}

/// M/H2/1 whose server always serves the last to come.
pub fn last_come(case: &Case, million: f64) -> Vec<Plan> {
    let (mean, work) = hyperexponential(case);
    let lam = case.num("lam");
    let length = Length { million, rate: lam, warm_up: 5.0 * forgotten(lam, 1.0 / mean, 1.0) };
    let plan = Plan::new(&body(lam, &work, "discipline.lifo.preemptive = true"), length)
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_number_in_system", "in_system_mean");
    vec![plan]
}
