//! Networks of queues: open, closed, with feedback, with forks.

use crate::plan::{Length, Plan, forgotten};
use crate::vectors::Case;

/// More visits to a step than any task makes: one with ten would be rare.
const OFTEN: u32 = 200;

fn poisson(lam: f64) -> String {
    format!("[workloads.jobs]\narrivals.poisson.rate = \"{lam}/s\"\n")
}

/// What comes next, by chance; what is missing to one ends.
fn then(arms: &[f64]) -> String {
    let some = arms.iter().enumerate().filter(|(_, p)| **p > 0.0);
    let mut list: Vec<String> = some.map(|(i, p)| format!("node{} = {p}", i + 1)).collect();
    let end = 1.0 - arms.iter().sum::<f64>();
    if end > 1e-9 {
        list.push(format!("end = {end:.12}"));
    }
    format!("then = {{ {} }}\n", list.join(", "))
}

/// An open Jackson network of nodes `1, 2, ...`, entered through a door that takes no time.
pub fn jackson(case: &Case, million: f64) -> Vec<Plan> {
    let (outside, mu, c) = (case.list("lam0"), case.list("mu"), case.list("c"));
    let routes = case.matrix("P");
    let lam: f64 = outside.iter().sum();
    let shares: Vec<f64> = outside.iter().map(|rate| rate / lam).collect();
    let mut body = poisson(lam);
    body += "[workflows.job]\nfirst = \"enter\"\n[workflows.job.steps.enter]\nqueue = \"door\"\n";
    body += &format!("work = 0\n{}", then(&shares));
    for (node, route) in (1..).zip(&routes) {
        body += &format!(
            "[workflows.job.steps.node{node}]\nqueue = \"node{node}\"\n\
             work = {{ exponential = 1 }}\nat_most = {OFTEN}\n{}",
            then(route)
        );
    }
    body += "[pools.door]\nslots = \"unlimited\"\n";
    for (node, (mu, c)) in (1..).zip(mu.iter().zip(&c)) {
        body += &format!("[pools.node{node}]\nagents = {c}\nspeed = {mu}\n");
    }
    let plan = Plan::new(&body, Length { million, rate: lam, warm_up: 500.0 });
    let plan = (1..=mu.len()).fold(plan, |plan, node| {
        let name = format!("node{node}");
        let step = name.clone();
        plan.metric(format!("{name}_utilisation"), format!("pool.{name}.utilisation"))
            .row(format!("{name}_arrival_rate"), move |run| run.rate_of(&step))
            .row(format!("{name}_mean_number"), move |run| run.at_node(&name))
    });
    let plan = plan
        .metric("total_mean_number", "in_system_mean")
        .metric("end_to_end_mean_sojourn", "sojourn_mean_s");
    vec![plan]
}

/// Servers one after the other, in the order in which the steps are written.
pub fn tandem(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu) = (case.num("lam"), case.list("mu"));
    let slowest = mu.iter().copied().fold(f64::INFINITY, f64::min);
    let mut body = poisson(lam);
    for (node, mu) in (1..).zip(&mu) {
        body += &format!(
            "[workflows.job.steps.node{node}]\nqueue = \"node{node}\"\n\
             work = {{ exponential = 1 }}\n[pools.node{node}]\nspeed = {mu}\n"
        );
    }
    let length = Length { million, rate: lam, warm_up: 3.0 * forgotten(lam, slowest, 1.0) };
    let plan = Plan::new(&body, length);
    let plan = (1..=mu.len()).fold(plan, |plan, node| {
        plan.row(format!("node{node}_mean_sojourn"), move |run| {
            run.metric(&format!("step.node{node}.wait_mean_s"))
                + run.metric(&format!("step.node{node}.service_mean_s"))
        })
    });
    let plan = plan
        .metric("end_to_end_mean_sojourn", "sojourn_mean_s")
        .metric("end_to_end_p95_sojourn", "sojourn_p95_s");
    vec![plan]
}

/// Machines that work until they fail and wait for a repairer.
pub fn machines(case: &Case, million: f64) -> Vec<Plan> {
    let (n, c) = (case.num("N"), case.num("c"));
    let (up, mu) = (1.0 / case.num("lam"), case.num("mu"));
    let body = format!(
        "[workloads.machines]\n\
         arrivals.closed = {{ users = {n}, think = {{ exponential = \"{up}s\" }} }}\n\
         [workflows.failure.steps.repair]\nwork = {{ exponential = 1 }}\n\
         [pools.repairers]\nagents = {c}\nspeed = {mu}\n"
    );
    let length = Length { million, rate: case.exact("throughput"), warm_up: 20.0 * up };
    let plan = Plan::new(&body, length)
        .watching(|wishes| wishes.census = true)
        .metric("mean_number_down", "in_system_mean")
        .metric("throughput", "throughput_per_s")
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("repair_utilisation", "pool.repairers.utilisation")
        .metric("mean_number_waiting", "in_queue_mean")
        .row("prob_all_up", |run| run.census().share(|n| n == 0.0));
    vec![plan]
}

/// A closed network: each task visits the first station once and then one of the other two.
pub fn closed(case: &Case, million: f64) -> Vec<Plan> {
    let (users, think) = (case.num("N"), case.num("Z"));
    assert_eq!(case.list("visits"), [1.0, 0.5, 0.5]);
    let work = case.list("S");
    let step = |station: usize, next: &str| {
        format!(
            "[workflows.job.steps.station{station}]\nqueue = \"station{station}\"\n\
             work = {{ exponential = {} }}\nthen = {next}\n[pools.station{station}]\n",
            work[station - 1]
        )
    };
    let body = format!(
        "[workloads.terminals]\n\
         arrivals.closed = {{ users = {users}, think = {{ exponential = \"{think}s\" }} }}\n{}{}{}",
        step(1, "{ station2 = 0.5, station3 = 0.5 }"),
        step(2, "\"end\""),
        step(3, "\"end\""),
    );
    let length = Length { million, rate: case.exact("throughput"), warm_up: 20.0 * think };
    let plan = Plan::new(&body, length)
        .metric("throughput", "throughput_per_s")
        .metric("response_time", "sojourn_mean_s");
    let plan = (1..=work.len()).fold(plan, |plan, station| {
        let name = format!("station{station}");
        plan.metric(format!("{name}_utilisation"), format!("pool.{name}.utilisation"))
            .row(format!("{name}_mean_number"), move |run| run.at_node(&name))
    });
    vec![plan]
}

/// A server whose work must often be done again, at the end of the line.
pub fn feedback(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu, success) = (case.num("lam"), case.num("mu"), case.num("p_success"));
    let body = format!(
        "{}[workflows.job]\nfirst = \"try\"\n\
         [workflows.job.steps.try]\nwork = {{ exponential = 1 }}\nat_most = {OFTEN}\n\
         then = {{ try = {:.12}, end = {success} }}\n[pools.server]\nspeed = {mu}\n",
        poisson(lam),
        1.0 - success,
    );
    let length = Length { million, rate: lam, warm_up: forgotten(lam / success, mu, 1.0) };
    let plan = Plan::new(&body, length)
        .metric("mean_number_in_system", "in_system_mean")
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_attempts", "attempts_per_task")
        .metric("utilisation", "pool.server.utilisation");
    vec![plan]
}

/// Steps that all begin at once and that a last one, without work, waits for.
pub fn fork(case: &Case, million: f64) -> Vec<Plan> {
    let (n, mu) = (case.num("n") as usize, case.num("mu"));
    let names: Vec<String> = (1..=n).map(|part| format!("\"part{part}\"")).collect();
    let body = |part: &str, join: &str| {
        let mut body = poisson(1.0);
        for name in &names {
            body += &format!("[workflows.job.steps.{name}]\nwork = {{ exponential = 1 }}\n{part}");
        }
        let names = names.join(", ");
        body += &format!("[workflows.job.steps.join]\nwork = 0\nafter = [{names}]\n{join}");
        body + &format!("[pools.servers]\nslots = \"unlimited\"\nspeed = {mu}\n")
    };
    let length = Length { million, rate: 1.0, warm_up: 0.0 };
    let all = Plan::new(&body("", ""), length)
        .metric("mean_latency", "sojourn_mean_s")
        .metric("p95_latency", "sojourn_p95_s");
    let half = body("cancellable = true\n", "join = 4\nrest = \"give_up\"\n");
    vec![all, Plan::new(&half, length).metric("mean_4_of_8", "sojourn_mean_s")]
}

/// Two queues that each task goes through at once; it is done when both are.
pub fn fork_to_queues(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu) = (case.num("lam"), case.num("mu"));
    let mut body = format!("{}[workflows.job]\nfirst = [\"left\", \"right\"]\n", poisson(lam));
    for side in ["left", "right"] {
        body += &format!(
            "[workflows.job.steps.{side}]\nqueue = \"{side}\"\nwork = {{ exponential = 1 }}\n\
             [pools.{side}]\nspeed = {mu}\n"
        );
    }
    let length = Length { million, rate: lam, warm_up: forgotten(lam, mu, 1.0) };
    vec![Plan::new(&body, length).metric("mean_sojourn", "sojourn_mean_s")]
}
