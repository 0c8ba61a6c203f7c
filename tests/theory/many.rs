//! Many servers, first come first served; lines with an end; callers without patience.

use crate::plan::{Demand, Length, Plan, forgotten};
use crate::vectors::Case;

/// Poisson arrivals to `c` servers: agents, or where they are many the slots of one agent.
fn servers(lam: f64, mu: f64, c: f64, more: &str) -> String {
    let many = if c > 30.0 { "slots" } else { "agents" };
    format!(
        "[workloads.calls]\narrivals.poisson.rate = \"{lam}/s\"\n\
         [workflows.call.steps.serve]\nwork = {{ exponential = 1 }}\n\
         [pools.servers]\n{many} = {c}\nspeed = {mu}\n{more}"
    )
}

/// M/M/c. Most of the noise of the line comes from the load and from how often a line begins.
pub fn mmc(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu, c) = (case.num("lam"), case.num("mu"), case.num("c"));
    let length = Length { million, rate: lam, warm_up: forgotten(lam, mu, c) };
    let plan = Plan::new(&servers(lam, mu, c, ""), length)
        .arrivals(lam)
        .metric("utilisation", "pool.servers.utilisation")
        .metric("prob_wait_gt0", "wait_probability")
        .metric("mean_wait", "wait_mean_s")
        .given(&["arrivals", "utilisation", "prob_wait_gt0"])
        .metric("mean_sojourn", "sojourn_mean_s")
        .metric("mean_number_in_queue", "in_queue_mean")
        .given(&["arrivals", "utilisation", "prob_wait_gt0"])
        .metric("mean_number_in_system", "in_system_mean")
        .metric("p95_sojourn", "sojourn_p95_s")
        .metric("p95_wait", "wait_p95_s");
    vec![plan]
}

/// M/M/c/K: of K places, c are servers.
fn ended(case: &Case, million: f64) -> Plan {
    let (lam, mu, c) = (case.num("lam"), case.num("mu"), case.num("c"));
    let line = format!("capacity = {}\n", case.num("K") - c);
    let length = Length { million, rate: lam, warm_up: 1000.0 / mu };
    Plan::new(&servers(lam, mu, c, &line), length).watching(|wishes| wishes.census = true)
}

/// M/M/c/K but for the chance that all are gone.
fn mmck_but_empty(case: &Case, million: f64) -> Plan {
    ended(case, million)
        .metric("prob_block", "rejected_fraction")
        .metric("throughput", "throughput_per_s")
        .metric("mean_number_in_system", "in_system_mean")
        .metric("mean_number_in_queue", "in_queue_mean")
        .metric("mean_sojourn_accepted", "sojourn_mean_s")
        .metric("mean_wait_accepted", "wait_mean_s")
        .metric("utilisation", "pool.servers.utilisation")
}

/// M/M/c/K.
pub fn mmck(case: &Case, million: f64) -> Vec<Plan> {
    let plan = mmck_but_empty(case, million);
    vec![plan.row("prob_empty", |run| run.census().share(|n| n == 0.0))]
}

/// M/M/c/K that is rarely empty: more tasks for that, and the chance as arrivals see it, which
/// scatters less than the share of time and is the same (Wolff, "Poisson arrivals see time
/// averages", 1982).
pub fn mmck_rarely_empty(case: &Case, million: f64, for_empty: f64) -> Vec<Plan> {
    let empty = ended(case, for_empty)
        .watching(|wishes| wishes.summary = false)
        .row("prob_empty", |run| run.census().found_empty());
    vec![mmck_but_empty(case, million), empty]
}

/// M/G/c/c: nobody waits. Erlang's loss formula holds for any work of mean 1.
pub fn erlang_b(case: &Case, work: &str, million: f64) -> Vec<Plan> {
    let (lam, mu, c) = (case.num("lam"), case.num("mu"), case.num("c"));
    let body = servers(lam, mu, c, "capacity = 0\n").replace("{ exponential = 1 }", work);
    let length = Length { million, rate: lam, warm_up: 100.0 / mu };
    let plan = Plan::new(&body, length)
        .arrivals(lam)
        .metric("prob_block", "rejected_fraction")
        .given(&["arrivals"])
        .metric("carried_load", "pool.servers.busy_mean");
    vec![plan]
}

/// M/M/c+M: who waits leaves after an exponential patience.
pub fn erlang_a(case: &Case, million: f64) -> Vec<Plan> {
    let (lam, mu, c) = (case.num("lam"), case.num("mu"), case.num("c"));
    let patience = 1.0 / case.num("theta");
    let class = format!("[classes.caller]\npatience = {{ exponential = \"{patience}s\" }}\n");
    let length = Length { million, rate: lam, warm_up: 100.0 * patience };
    let plan = Plan::new(&servers(lam, mu, c, &class), length)
        .metric("prob_wait_gt0", "wait_probability")
        .metric("prob_abandon", "reneged_fraction")
        .metric("mean_number_in_queue", "in_queue_mean")
        .metric("mean_wait_all", "wait_mean_s")
        .metric("throughput", "throughput_per_s")
        .metric("utilisation", "pool.servers.utilisation");
    vec![plan]
}

/// A call centre: how it writes its rates, and what they are in seconds.
struct Centre<'a> {
    rate: &'a str,
    work: &'a str,
    lam: f64,
    mu: f64,
    within: f64,
    target: f64,
}

impl Centre<'_> {
    /// With so many agents; offered and carried load are known.
    fn with(&self, agents: f64, million: f64) -> Plan {
        let Centre { rate, work, lam, mu, within, .. } = *self;
        let body = format!(
            "[workloads.calls]\narrivals.poisson.rate = \"{rate}\"\n\
             [workflows.call.steps.answer]\nwork = {{ exponential = \"{work}\" }}\n\
             [pools.agents]\nagents = {agents}\ndispatch = \"random\"\n"
        );
        let length = Length { million, rate: lam, warm_up: forgotten(lam, mu, agents) };
        Plan::new(&body, length)
            .watching(|wishes| wishes.stays = Some(within))
            .arrivals(lam)
            .demand(Demand::Known(lam / mu), "load", |run| run.metric("pool.agents.busy_mean"))
    }

    /// The least number of agents that answers enough in time: with it the level is as the formula
    /// says and above the target; with one less it is below. In D060 that is near, 79.94 % for 80
    /// %, so it is estimated given the probability of waiting, which is known.
    fn plans(&self, case: &Case, million: f64, for_few: f64) -> Vec<Plan> {
        let enough = case.exact("min_servers");
        let enough_plan = self
            .with(enough, million)
            .metric("prob_wait_gt0", "wait_probability")
            .given(&["arrivals", "load"])
            .demand(Demand::ExactAbove(self.target), "service_level", |run| run.stays().soon());
        let few = enough - 1.0;
        let waiting = erlang_c(self.lam / self.mu, few);
        let few_plan = self
            .with(few, for_few)
            .demand(Demand::Known(waiting), "waiting", |run| run.metric("wait_probability"))
            .demand(Demand::Below(self.target), "min_servers", |run| run.stays().soon())
            .given(&["arrivals", "load", "waiting"]);
        vec![enough_plan, few_plan]
    }
}

/// The probability of waiting in M/M/c, by the recursion of Erlang's loss formula.
fn erlang_c(load: f64, servers: f64) -> f64 {
    let loss = (1..=servers as u32).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    servers * loss / (servers - load * (1.0 - loss))
}

/// 100 calls an hour of ten minutes each, 80 % within 20 seconds.
pub fn calls_per_hour(case: &Case, million: f64, for_few: f64) -> Vec<Plan> {
    assert_eq!((case.text("lam"), case.text("mu"), case.text("T")), ("100/h", "6/h", "20s"));
    let target = case.num("target");
    let (lam, mu) = (100.0 / 3600.0, 6.0 / 3600.0);
    let centre = Centre { rate: "100/h", work: "10m", lam, mu, within: 20.0, target };
    centre.plans(case, million, for_few)
}

/// The same in units of the mean work.
pub fn calls_per_work(case: &Case, million: f64, for_few: f64) -> Vec<Plan> {
    let (lam, mu, within) = (case.num("lam"), case.num("mu"), case.num("T"));
    let (rate, work) = (format!("{lam}/s"), format!("{}s", 1.0 / mu));
    let target = case.num("target");
    let centre = Centre { rate: &rate, work: &work, lam, mu, within, target };
    centre.plans(case, million, for_few)
}

/// M/M/105 at a load of 100: what the limit of Halfin and Whitt approximates.
pub fn halfin_whitt(_: &Case, million: f64) -> Vec<Plan> {
    let length = Length { million, rate: 100.0, warm_up: forgotten(100.0, 1.0, 105.0) };
    let plan = Plan::new(&servers(100.0, 1.0, 105.0, ""), length)
        .arrivals(100.0)
        .demand(Demand::Known(100.0), "load", |run| run.metric("pool.servers.busy_mean"))
        .metric("exact_erlangC_a100_c105", "wait_probability")
        .given(&["arrivals", "load"]);
    vec![plan]
}
