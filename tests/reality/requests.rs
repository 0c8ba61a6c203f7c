//! Requests to language models: a measured server at load levels that its law was not fitted to,
//! and the demand of a real service. Arrivals and lengths of answers are replayed; nothing is
//! drawn.

use std::collections::BTreeMap;
use std::path::Path;

use rehearsal::base::time::Time;
use rehearsal::model::fact::{Fact, Observer};
use rehearsal::model::{Seed, run_for};

use super::recording::{directory, number, rows};
use super::scenarios::{documented, scenario};
use super::{REPLICATIONS, assert_close, off};

const LLM_SERVICE: &str = "llm_service.toml";

/// Sums over requests: how many, their latencies.
#[derive(Default)]
struct Latency {
    requests: f64,
    sum_s: f64,
}

impl Latency {
    fn mean_s(&self) -> f64 {
        self.sum_s / self.requests
    }
}

impl Observer for Latency {
    fn on(&mut self, at: Time, fact: &Fact) {
        if let Fact::Left(left) = fact {
            self.requests += 1.0;
            self.sum_s += at.since(left.arrived).seconds();
        }
    }
}

/// The mean latency of the requests of a load level on a server with this law, in seconds.
fn latency_s(directory: &Path, speed: u32, rate: f64, half: f64) -> f64 {
    let mut changes = documented(LLM_SERVICE, &[("VLLM", directory)]).remove(1);
    for (_, value) in &mut changes {
        *value = value
            .replace("speed = '400'", &format!("speed = '{speed}'"))
            .replace("rate = 16552, half = 4.3", &format!("rate = {rate}, half = {half}"));
    }
    let scenario = scenario(LLM_SERVICE, &changes, &BTreeMap::new());
    // Nothing is drawn: one run says all.
    let mut latency = Latency::default();
    run_for(&scenario, Seed { seed: 1, replication: 0 }, &mut latency);
    assert_eq!(latency.requests, 500.0, "all requests of the level are answered");
    latency.mean_s()
}

const FITTED_ON: [u32; 3] = [100, 300, 600];
const PREDICTED: [u32; 4] = [200, 400, 800, 1000];

#[test]
fn the_server_predicts_load_levels_that_it_was_not_fitted_to() {
    let Some(directory) = directory("vllm_replay") else { return };
    let requests = rows(&directory.join("requests.csv.gz"));
    let real_s = |speed: u32| {
        let of_level = requests.iter().filter(|row| number(row, "speed") == f64::from(speed));
        let totals: Vec<f64> = of_level.map(|row| number(row, "total_s")).collect();
        totals.iter().sum::<f64>() / totals.len() as f64
    };
    let error = |rate: f64, half: f64| {
        let off = |speed: &u32| latency_s(&directory, *speed, rate, half) / real_s(*speed) - 1.0;
        (FITTED_ON.iter().map(off).map(|off| off * off).sum::<f64>() / 3.0).sqrt()
    };
    let grid = (0..7)
        .flat_map(|i| (0..7).map(move |k| (15_000.0 + 500.0 * f64::from(i), 1.0 + f64::from(k))));
    let (rate, half) =
        grid.min_by(|a, b| error(a.0, a.1).total_cmp(&error(b.0, b.1))).expect("a grid has points");
    println!(
        "fitted on {FITTED_ON:?}: best of the grid G = {rate}, n0 = {half}, {:.1} % off",
        100.0 * error(rate, half)
    );
    let written = (16_552.0, 4.3);
    println!(
        "as written: G = {}, n0 = {}, {:.1} % off",
        written.0,
        written.1,
        100.0 * error(written.0, written.1)
    );
    assert!(error(written.0, written.1) < 0.03, "what is written fits the three levels");
    for (rate, half) in [(rate, half), written] {
        for speed in PREDICTED {
            let (predicted, real) = (latency_s(&directory, speed, rate, half), real_s(speed));
            println!(
                "speed {speed}: mean latency {predicted:.1} s, measured {real:.1} s ({:+.1} %)",
                off(predicted, real)
            );
            assert_close(&format!("speed {speed}"), predicted, real, 15.0);
        }
    }
}

/// Sums over requests: how many, their work.
#[derive(Default)]
struct Demand {
    requests: f64,
    tokens: f64,
}

impl Observer for Demand {
    fn on(&mut self, _at: Time, fact: &Fact) {
        if let Fact::Readied { work, .. } = fact {
            self.requests += 1.0;
            self.tokens += work;
        }
    }
}

/// The fitted demand of the language-model service stands for the recorded one: as many requests,
/// as much work.
#[test]
fn the_fitted_demand_is_the_recorded_one() {
    let Some(directory) = directory("azure_llm_2023") else { return };
    let changes = documented(LLM_SERVICE, &[("AZURE", &directory)]).remove(0);
    let recorded = scenario(LLM_SERVICE, &changes, &BTreeMap::new());
    let mut demand = Demand::default();
    run_for(&recorded, Seed { seed: 1, replication: 0 }, &mut demand);
    let recorded = demand;
    let fitted = scenario(LLM_SERVICE, &[], &BTreeMap::new());
    let mut all = Demand::default();
    for replication in 0..REPLICATIONS {
        run_for(&fitted, Seed { seed: 1, replication }, &mut all);
    }
    let n = f64::from(REPLICATIONS);
    // The number of a run is Poisson: its mean over the replications within four standard
    // deviations.
    let sd = (recorded.requests / n).sqrt();
    assert!((all.requests / n - recorded.requests).abs() < 4.0 * sd, "{}", all.requests / n);
    let (fitted, real) = (all.tokens / all.requests, recorded.tokens / recorded.requests);
    println!("work of a request: {fitted:.1} tokens, recorded {real:.1}");
    // A table of quantiles is not the data: a hundredth.
    assert_close("work", fitted, real, 1.0);
}
