//! Classes with priority, one server.

use crate::plan::{Length, Plan, forgotten};
use crate::vectors::Case;

/// Classes 1, 2, ..., the first above all; each with its own arrivals and work.
fn body(case: &Case, classes: usize, preemptive: bool) -> String {
    let mut text = String::new();
    let mut works = Vec::new();
    for class in 1..=classes {
        let (lam, mu) = (case.num(&format!("lam{class}")), case.num(&format!("mu{class}")));
        let priority = classes - class;
        text += &format!(
            "[classes.class{class}]\npriority = {priority}\n\
             [workloads.load{class}]\narrivals.poisson.rate = \"{lam}/s\"\n\
             classes = \"class{class}\"\n"
        );
        works.push(format!("class{class} = {{ exponential = {} }}", 1.0 / mu));
    }
    text + &format!(
        "[workflows.job.steps.serve]\nwork.by_class = {{ {} }}\n\
         [pools.server]\ndiscipline.priority.preemptive = {preemptive}\n",
        works.join(", ")
    )
}

fn plan(case: &Case, classes: usize, preemptive: bool, million: f64) -> Plan {
    let sum = |of: &dyn Fn(usize) -> f64| (1..=classes).map(of).sum::<f64>();
    let rate = |class: usize| case.num(&format!("lam{class}"));
    let load = sum(&|class| rate(class) / case.num(&format!("mu{class}")));
    let length = Length { million, rate: sum(&rate), warm_up: forgotten(load, 1.0, 1.0) };
    let plan = Plan::new(&body(case, classes, preemptive), length);
    (1..=classes).fold(plan, |plan, class| {
        let sojourn = format!("class.class{class}.sojourn_mean_s");
        let wait = format!("class.class{class}.wait_mean_s");
        let plan = plan.metric(format!("mean_sojourn_class{class}"), sojourn);
        if preemptive { plan } else { plan.metric(format!("mean_wait_class{class}"), wait) }
    })
}

/// The server finishes what it has begun.
pub fn not_interrupting(case: &Case, classes: usize, million: f64) -> Vec<Plan> {
    vec![plan(case, classes, false, million)]
}

/// A higher class interrupts a lower one, which later goes on.
pub fn interrupting(case: &Case, classes: usize, million: f64) -> Vec<Plan> {
    vec![plan(case, classes, true, million)]
}
