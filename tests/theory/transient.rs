//! The beginning of M/M/1 from empty: runs that stop by themselves.

use crate::plan::Plan;
use crate::vectors::Case;

fn body(case: &Case, limit: &str) -> String {
    let (lam, mu) = (case.num("lam"), case.num("mu"));
    format!(
        "[workloads.calls]\narrivals.poisson.rate = \"{lam}/s\"\n{limit}\
         [workflows.call.steps.serve]\nwork = {{ exponential = 1 }}\n[pools.server]\nspeed = {mu}\n"
    )
}

/// The number at a time. Empty is a coin of 0.245: 0.02 of that takes 84,000 runs.
pub fn at_a_time(case: &Case) -> Vec<Plan> {
    let head = format!("horizon = \"{}s\"\ndrain = false\n", case.num("t"));
    let plan = Plan::small(&(head + &body(case, "")), 100_000)
        .watching(|wishes| wishes.census = true)
        .row("mean_number_at_t", |run| run.census().at_end())
        .row("prob_empty_at_t", |run| f64::from(u8::from(run.census().at_end() == 0.0)));
    vec![plan]
}

/// The mean wait of the first tasks. It spreads about as widely as its mean: 0.02 takes 30,000
/// runs.
pub fn first_tasks(case: &Case) -> Vec<Plan> {
    assert_eq!(case.num("first"), 1.0);
    let plan = Plan::small(&body(case, &format!("limit = {}\n", case.num("last"))), 40_000)
        .watching(|wishes| wishes.stays = Some(0.0))
        .row("mean_wait_avg", |run| run.stays().wait());
    vec![plan]
}
