//! Pools under threshold control: an agent comes when many tasks are there and goes when few are.
//!
//! The exact values are those of a Markov chain with the autoscaler's periodic looks in it, see
//! [`chain`]; where theory has a formula the chain agrees with it, and then the simulator must
//! agree with the chain.
//!
//! Source: Yadin and Naor, Queueing systems with a removable service station, Operational Research
//! Quarterly 14 (1963), for the server that starts when N wait; Medhi and Templeton, A Poisson
//! input queue under N-policy and with a general start up time, Computers and Operations Research
//! 19 (1992), for its time to start.

mod chain;

use chain::{Control, Exact, solve};

use crate::judge::judge_plans;
use crate::plan::{Length, Plan};
use crate::setup;
use crate::vectors::Case;

/// One server that starts when four wait and goes when nobody is left.
const REMOVABLE: Control = Control {
    arrivals: 0.5,
    always: 0,
    up: 4,
    down: Some(0),
    only_line: false,
    every: 0.5,
    start: 2.0,
    cooldown: 0,
};

/// A second server that the first cannot do without; much happens between two looks.
const SECOND: Control =
    Control { arrivals: 1.2, always: 1, up: 4, down: Some(1), every: 5.0, start: 3.0, ..REMOVABLE };

/// A third server, by the line alone, that is there at once and stays for four looks.
const THIRD: Control = Control {
    arrivals: 2.1,
    always: 2,
    up: 3,
    down: Some(0),
    only_line: true,
    every: 1.0,
    start: 0.0,
    cooldown: 4,
};

/// One server that is asked for when one waits and sent away when none does, also while it serves.
/// Two may leave at the same time; then there is no place for another, and one is called back.
const PASSING: Control = Control {
    arrivals: 0.7,
    up: 1,
    down: Some(0),
    only_line: true,
    every: 0.5,
    start: 0.5,
    ..REMOVABLE
};

/// The plan of a pool with this autoscaler, which has the keys that are common to all besides.
fn plan(control: Control, autoscaler: &str, length: Length) -> Plan {
    let Control { arrivals, always, every, start, .. } = control;
    let metric = match control.only_line {
        true => "\"queue_length\"",
        false => "{ queue_length = 1, in_service = 1 }",
    };
    let start_up = match start {
        0.0 => String::new(),
        mean => format!("start_up = {{ exponential = \"{mean}s\" }}\n"),
    };
    let body = format!(
        "[workloads.jobs]\narrivals.poisson.rate = \"{arrivals}/s\"\n\
         [workflows.job.steps.serve]\nwork = {{ exponential = 1 }}\n\
         [pools.servers]\ndispatch = \"least_outstanding\"\n\
         [pools.servers.autoscale.{autoscaler}\nmetric = {metric}\nevery = \"{every}s\"\n\
         agents = {{ min = {always}, max = {} }}\nremove = \"newest\"\n{start_up}",
        always + 1
    );
    Plan::new(&body, length)
        .metric("tasks", "in_system_mean")
        .metric("line", "in_queue_mean")
        .metric("sojourn", "sojourn_mean_s")
        .metric("servers", "pool.servers.agents_mean")
        .row("raised", |run| run.per_second("pool.servers.scaled_up"))
        .row("started", |run| run.per_second("pool.servers.agents_started"))
}

/// The plan's intervals hold what the chain says; how long a task stays is by Little's law.
fn judge(name: &str, control: Control, plan: Plan) {
    let Exact { tasks, line, servers, raised, started, .. } = solve(control);
    let sojourn = tasks / control.arrivals;
    let rows = [
        ("tasks", tasks),
        ("line", line),
        ("sojourn", sojourn),
        ("servers", servers),
        ("raised", raised),
        ("started", started),
    ];
    judge_plans(&Case::made(name, &rows), vec![plan]);
}

/// By the reference's thresholds: above 3.5 there is one, whatever the proportion says.
#[test]
fn a_server_that_starts_when_four_wait() {
    let keys = "reference]\nabove = 3.5\nbelow = 0.5\ntarget = 0.5";
    let length = Length { million: 3.0, rate: REMOVABLE.arrivals, warm_up: 300.0 };
    judge("one server, from 4 to 0", REMOVABLE, plan(REMOVABLE, keys, length));
}

#[test]
fn a_second_server_from_four_to_one() {
    let keys = "step]\nsteps = [{ above = 4, set = 2 }, { below = 1, set = 1 }]\ncooldown = \"0s\"";
    let length = Length { million: 6.0, rate: SECOND.arrivals, warm_up: 300.0 };
    judge("a second server, from 4 to 1", SECOND, plan(SECOND, keys, length));
}

#[test]
fn a_third_server_by_the_line_with_a_cooldown() {
    let keys = "step]\nsteps = [{ above = 3, set = 3 }, { below = 0, set = 2 }]\ncooldown = \"4s\"";
    let length = Length { million: 6.0, rate: THIRD.arrivals, warm_up: 300.0 };
    judge("a third server, by the line", THIRD, plan(THIRD, keys, length));
}

#[test]
fn a_server_that_is_sent_away_while_it_serves() {
    let keys = "step]\nsteps = [{ above = 1, set = 1 }, { below = 0, set = 0 }]\ncooldown = \"0s\"";
    let length = Length { million: 3.0, rate: PASSING.arrivals, warm_up: 300.0 };
    judge("passing servers", PASSING, plan(PASSING, keys, length));
}

fn near(what: f64, exact: f64, within: f64) {
    assert!((what / exact - 1.0).abs() < within, "{what} is not {exact}");
}

/// A threshold that is never reached, and one that always is, leave M/M/1 and M/M/2.
#[test]
fn the_chain_without_control() {
    let never = solve(Control { arrivals: 0.7, up: u32::MAX, ..SECOND });
    near(never.tasks, 0.7 / 0.3, 1e-9);
    near(never.servers, 1.0, 1e-9);
    let always = solve(Control { arrivals: 1.4, up: 0, down: None, ..SECOND });
    near(always.tasks, 1.4 / (1.0 - 0.49), 1e-9);
    near(always.line, 1.4 / (1.0 - 0.49) - 1.4, 1e-9);
    near(always.servers, 2.0, 1e-9);
}

/// The N-policy with a time to start S, under somebody who always looks:
/// L = rho / (1 - rho) + (N (N - 1) / 2 + N lam E[S] + lam^2 E[S^2] / 2) / (N + lam E[S]), and a
/// cycle begins with N + lam E[S] tasks. What looking only every p changes is a power series in p,
/// of which three periods take out two terms.
#[test]
fn the_chain_that_always_looks() {
    let lam = REMOVABLE.arrivals;
    for (n, start) in [(1, 2.0), (4, 2.0), (4, 0.0), (7, 5.0)] {
        let [p, p2, p4] =
            [0.05, 0.1, 0.2].map(|every| solve(Control { up: n, start, every, ..REMOVABLE }));
        let always = |of: fn(&Exact) -> f64| (8.0 * of(&p) - 6.0 * of(&p2) + of(&p4)) / 3.0;
        let (n, came) = (f64::from(n), lam * start);
        let first = n + came;
        let extra = (n * (n - 1.0) / 2.0 + n * came + came * came) / first;
        near(always(|it| it.tasks), lam / (1.0 - lam) + extra, 1e-4);
        near(always(|it| it.servers), lam, 1e-4);
        near(always(|it| it.started), lam * (1.0 - lam) / first, 1e-4);
    }
}

/// From one task to none every 0.1 s: what Welch's formula says of the wait.
#[test]
fn the_chain_of_a_server_with_set_up() {
    let chain = solve(Control { arrivals: setup::LAM, up: 1, every: 0.1, ..REMOVABLE });
    near(chain.line / setup::LAM, setup::exact(), 1e-4);
}
