//! Whole systems: the reference's customer service and order fulfilment at a million tasks each,
//! with and without a monitor, the reference's alerts and an autoscaler (the aim: at most 10 %
//! more); and the cost of one attempt through the scored dispatch among 16 agents with a breaker
//! and retries (at most 400 ns). An element is a task, or an attempt.

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
fn system(name: &str, days: u32, more: &[(&str, &str)]) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let text = std::fs::read_to_string(&path).expect("the project has this scenario");
    let mut sets = vec![("horizon".to_owned(), format!("\"{days}d\""))];
    sets.extend(more.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())));
    let text = overrides::apply(&text, &sets).expect("the changes fit");
    load(text.as_bytes(), &Directory::of(&path)).expect("the scenario is valid").scenario
}

fn systems(c: &mut Criterion) {
    let mut group = c.benchmark_group("systems");
    group.sample_size(10);
    // As many agents as without: what differs is that somebody looks. A million tasks come in so
    // many days, and no longer does anybody look.
    let service = ("pools.reviewer.autoscale.hpa", "{ agents = { min = 1, max = 1 } }");
    let orders = ("pools.warehouse.autoscale.hpa", "{ agents = { min = 16, max = 16 } }");
    for (name, days, scaled) in
        [("customer_service.toml", 665, service), ("ecommerce_fulfillment.toml", 860, orders)]
    {
        let watched = [("monitor.every", "\"30s\""), ("alerts.reference", "true"), scaled];
        for (what, more) in [("tasks", &[][..]), ("watched", &watched)] {
            let scenario = system(name, days, more);
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
