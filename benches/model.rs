//! W1 (M/M/1) and W2 (M/M/100) at load 0.9: a scenario file through the whole model, observed by
//! the summary, beside the shortest loop that does the same on `std`'s binary heap, in the same
//! run. One iteration is the whole run; an element is an arrival or a departure. The aim is a ratio
//! of 2, the limit is 3.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rehearsal::base::read::NoFiles;
use rehearsal::model::{Seed, run};
use rehearsal::observe::summary::Summary;
use rehearsal::scenario::load::load;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

const CUSTOMERS: u64 = 1_000_000;
const LOAD: f64 = 0.9;

fn scenario(servers: u32) -> String {
    let rate = f64::from(servers) * LOAD;
    format!(
        r#"
        name = "queue"
        [workloads.customers]
        workflow = "visit"
        arrivals.poisson = {{ rate = "{rate}/s" }}
        limit = {CUSTOMERS}
        [workflows.visit.steps.serve]
        needs = ["serving"]
        work = {{ exponential = "1s" }}
        [pools.servers]
        agents = {servers}
        can = ["serving"]
        dispatch = "fastest_first"
        "#
    )
}

/// The sum of the waits in nanoseconds, by a binary heap and a line of arrival times.
#[expect(clippy::disallowed_methods, reason = "`ln` is what a plain loop would use")]
fn plain(servers: u32) -> u64 {
    let mut generator = ChaCha8Rng::seed_from_u64(1);
    let mut exponential = |mean_s: f64| {
        let u = ((generator.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
        (-u.ln() * mean_s * 1e9) as u64
    };
    let gap_s = 1.0 / (f64::from(servers) * LOAD);
    let mut heap = BinaryHeap::from([Reverse((exponential(gap_s), 0_u64, 0_u32))]);
    let (mut line, mut sequence, mut busy) = (VecDeque::new(), 0, 0);
    let (mut arrived, mut waited) = (0, 0);
    while let Some(Reverse((now, _, departure))) = heap.pop() {
        let mut push = |at, event| {
            sequence += 1;
            heap.push(Reverse((at, sequence, event)));
        };
        if departure == 1 {
            match line.pop_front() {
                Some(since) => {
                    waited += now - since;
                    push(now + exponential(1.0), 1);
                }
                None => busy -= 1,
            }
            continue;
        }
        arrived += 1;
        if arrived < CUSTOMERS {
            push(now + exponential(gap_s), 0);
        }
        if busy < servers {
            busy += 1;
            push(now + exponential(1.0), 1);
        } else {
            line.push_back(now);
        }
    }
    waited
}

fn queues(c: &mut Criterion) {
    let mut group = c.benchmark_group("model");
    group.throughput(Throughput::Elements(2 * CUSTOMERS)).sample_size(10);
    for servers in [1, 100] {
        let loaded = load(scenario(servers).as_bytes(), &NoFiles).expect("the scenario is valid");
        let scenario = loaded.scenario;
        group.bench_function(BenchmarkId::new("scenario", servers), |b| {
            let seed = Seed { seed: 1, replication: 0 };
            b.iter(|| run(&scenario, seed, Summary::new(&scenario)));
        });
        group
            .bench_function(BenchmarkId::new("BinaryHeap", servers), |b| b.iter(|| plain(servers)));
    }
    group.finish();
}

// The plots of criterion want system fonts, which the plotters features of this crate turn off.
criterion_group! {
    name = benches;
    config = Criterion::default().without_plots();
    targets = queues
}
criterion_main!(benches);
