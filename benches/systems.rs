//! Whole systems: the reference's customer service and order fulfilment at a million tasks each,
//! and what it costs to watch them with a monitor, the reference's alerts and an autoscaler; and
//! the cost of one attempt through the scored dispatch among 16 agents with a breaker and retries
//! (at most 400 ns). An element is a task, or an attempt.
//!
//! What watching costs depends on how much happens between two looks. `watched` looks at people,
//! who work for minutes, every 30 s: less than one task comes in that time. `watched as programs`
//! looks as often for the work that is done as the reference does, whose thresholds are made for
//! responses below 5 s: a simulation knows no scale of time, so that work of minutes watched every
//! 50 min is work of seconds watched every 30 s. The aim there: at most 10 % more.

use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rehearsal::base::read::NoFiles;
use rehearsal::model::{Seed, run};
use rehearsal::observe::summary::Summary;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::overrides;

const SEED: Seed = Seed { seed: 1, replication: 0 };

/// A shipped system that goes on for so many days, changed in more.
fn system(name: &str, days: u32, more: Vec<(String, String)>) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let text = std::fs::read_to_string(&path).expect("the project has this scenario");
    let mut sets = vec![("horizon".to_owned(), format!("\"{days}d\""))];
    sets.extend(more);
    let text = overrides::apply(&text, &sets).expect("the changes fit");
    load(text.as_bytes(), &Directory::of(&path)).expect("the scenario is valid").scenario
}

/// A monitor, the reference's alerts, and an autoscaler of a pool that has so many agents as ever:
/// what differs is that somebody looks.
fn watched(pool: &str, agents: u32, every: &str) -> Vec<(String, String)> {
    vec![
        ("monitor.every".into(), format!("\"{every}\"")),
        ("alerts.reference".into(), "true".into()),
        (
            format!("pools.{pool}.autoscale.hpa.agents"),
            format!("{{ min = {agents}, max = {agents} }}"),
        ),
    ]
}

/// The same with all times a hundred times as long.
fn watched_as_programs(pool: &str, agents: u32) -> Vec<(String, String)> {
    let hpa = format!("pools.{pool}.autoscale.hpa");
    let mut sets = watched(pool, agents, "50m");
    sets.extend([
        ("alerts.high_response_time.when".into(), "\"response_mean > 500s\"".into()),
        ("alerts.high_response_time.per".into(), "\"agent\"".into()),
        (format!("{hpa}.every"), "\"25m\"".into()),
        (format!("{hpa}.stabilisation"), "\"500m\"".into()),
        (format!("{hpa}.initialisation"), "\"500m\"".into()),
        (format!("{hpa}.readiness"), "\"50m\"".into()),
    ]);
    sets
}

fn systems(c: &mut Criterion) {
    let mut group = c.benchmark_group("systems");
    group.sample_size(10);
    // Stock that is used up would be gone after two days, and every order would fail.
    let stock = "workflows.fulfillment.steps.inventory_reservation.resources.stock.consumes";
    let orders = vec![(stock.to_owned(), "false".to_owned())];
    // A million tasks come in so many days, and no longer does anybody look.
    for (name, days, more, pool, agents) in [
        ("customer_service.toml", 665, vec![], "reviewer", 1),
        ("ecommerce_fulfillment.toml", 860, orders, "warehouse", 16),
    ] {
        let looks = [
            ("tasks", vec![]),
            ("watched as programs", watched_as_programs(pool, agents)),
            ("watched", watched(pool, agents, "30s")),
        ];
        for (what, looks) in looks {
            let scenario = system(name, days, [more.clone(), looks].concat());
            let tasks = run(&scenario, SEED, Summary::new(&scenario)).arrived_in_all;
            group.throughput(Throughput::Elements(tasks));
            group.bench_function(BenchmarkId::new(what, name), |b| {
                b.iter(|| run(&scenario, SEED, Summary::new(&scenario)));
            });
        }
    }
    group.finish();
}

/// Sixteen agents at 80 % load, of which one attempt in twenty fails.
const SCORED: &str = r#"
    name = "scored"
    [workloads.calls]
    arrivals.poisson.rate = "12/s"
    limit = 1000000
    [workflows.call.steps.answer]
    work = { exponential = "1s" }
    retry.exponential = { first = "100ms", attempts = 3 }
    [pools.agents]
    agents = 16
    reliability = "95%"
    dispatch.scored.norm = "10s"
    breaker = "reference"
"#;

fn scored(c: &mut Criterion) {
    let scenario = load(SCORED.as_bytes(), &NoFiles).expect("the scenario is valid").scenario;
    let summary = run(&scenario, SEED, Summary::new(&scenario));
    let attempts: u64 = summary.agents.iter().map(|agent| agent.attempts).sum();
    let mut group = c.benchmark_group("attempt");
    group.throughput(Throughput::Elements(attempts)).sample_size(10);
    group.bench_function("scored among 16, breaker, retry", |b| {
        b.iter(|| run(&scenario, SEED, Summary::new(&scenario)));
    });
    group.finish();
}

// The plots of criterion want system fonts, which the plotters features of this crate turn off.
criterion_group! {
    name = benches;
    config = Criterion::default().without_plots();
    targets = scored, systems
}
criterion_main!(benches);
