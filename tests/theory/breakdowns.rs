//! Servers that break down and are repaired; work that is interrupted goes on where it was.

use crate::plan::{Length, Plan, forgotten};
use crate::vectors::Case;

/// Why a server is down.
enum By {
    /// It fails while it serves.
    Wear,
    /// It fails at any time.
    Age,
    /// A fault strikes it, at any time.
    Fault,
}

/// M/M/1 whose server is down from time to time.
fn frail(case: &Case, million: f64, by: By) -> Plan {
    let [lam, mu, fail, repair] = ["lam", "mu", "fail", "repair"].map(|name| case.num(name));
    let (up, down) = (1.0 / fail, 1.0 / repair);
    let times = format!("every = {{ exponential = \"{up}s\" }}");
    let down = format!("{{ exponential = \"{down}s\" }}");
    let failures = |while_idle: bool| {
        format!(
            "failures = {{ {times}, repair = {down}, while_idle = {while_idle}, \
             work = \"resume\" }}\n"
        )
    };
    let why = match by {
        By::Wear => failures(false),
        By::Age => failures(true),
        By::Fault => format!(
            "[faults.outage]\ncrash = {{ pool = \"server\", work = \"resume\" }}\n{times}\n\
             lasts = {down}\n"
        ),
    };
    let body = format!(
        "[workloads.jobs]\narrivals.poisson.rate = \"{lam}/s\"\n\
         [workflows.job.steps.serve]\nwork = {{ exponential = 1 }}\n\
         [pools.server]\nspeed = {mu}\n{why}"
    );
    // As slow as a server of the speed that is left of it.
    let warm_up = forgotten(lam, mu * repair / (fail + repair), 1.0);
    Plan::new(&body, Length { million, rate: lam, warm_up })
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_number_in_system", "in_system_mean")
}

/// The clock runs only while the server serves: it is down only with a task that waits for it, and
/// its availability is that of the time in which there is a task.
pub fn while_serving(case: &Case, million: f64) -> Vec<Plan> {
    let share = |name: &'static str| format!("pool.server.{name}");
    let (busy, up) = (share("busy_mean"), share("availability"));
    let (busy_too, up_too) = (busy.clone(), up.clone());
    let plan = frail(case, million, By::Wear)
        .row("effective_utilisation", move |run| run.metric(&busy) + 1.0 - run.metric(&up))
        .row("availability", move |run| {
            let busy = run.metric(&busy_too);
            busy / (busy + 1.0 - run.metric(&up_too))
        });
    vec![plan]
}

/// The clock runs always, be it the server's own or that of a fault.
pub fn at_any_time(case: &Case, million: f64) -> Vec<Plan> {
    let plan = |by| frail(case, million, by).metric("availability", "pool.server.availability");
    vec![plan(By::Age), plan(By::Fault)]
}

/// Five components that nobody uses; the system is up while four of them are. A cycle of a
/// component takes 110 s, and 40000 s are 360 of them: from all up at the start they have forgotten
/// it after ten times 1 / (fail + repair) = 91 s.
pub fn k_of_n(case: &Case) -> Vec<Plan> {
    let [n, k, fail, repair] = ["n", "k", "fail", "repair"].map(|name| case.num(name));
    let text = format!(
        "horizon = \"40000s\"\nwarm_up = \"100s\"\n\
         [workloads.none]\narrivals.poisson.rate = \"0/s\"\n\
         [workflows.job.steps.serve]\nwork = 1\n\
         [pools.part]\nagents = {n}\n\
         failures.every = {{ exponential = \"{}s\" }}\n\
         failures.repair = {{ exponential = \"{}s\" }}\n",
        1.0 / fail,
        1.0 / repair
    );
    let plan = Plan::small(&text, 200)
        .watching(|wishes| (wishes.summary, wishes.uptime) = (true, Some(k as usize)))
        .metric("component_availability", "pool.part.availability")
        .row("system_availability", |run| run.uptime().enough())
        .row("mean_up", |run| run.uptime().mean());
    vec![plan]
}
