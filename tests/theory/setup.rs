//! A server that is switched off when nobody is there and takes its time to start: M/M/1 with
//! set-up, by an autoscaler that goes to zero and back.
//!
//! The autoscaler (KEDA's, without cooldown) looks every `p`. Who comes to an empty system finds
//! the server off with q = E[e^(-lam D)], where D is uniform on (0, p): the time from the last
//! departure to the next look. Then he waits for the next look, R, and for the start, exponential.
//! The set-up V that he meets is R + start with probability q, else zero, and
//!
//! ```text
//! E[wait] = lam E[B^2] / (2 (1 - rho)) + (2 E[V] + lam E[V^2]) / (2 (1 + lam E[V]))
//! ```
//!
//! Source: Welch, On a generalized M/G/1 queuing process in which the first customer of each busy
//! period receives exceptional service, Operations Research 12 (1964). That D is uniform is exact
//! but for e^(-p / 2 s) of its memory of the start.

use rayon::prelude::*;
use rehearsal::base::read::NoFiles;
use rehearsal::experiment::replicate::Replication;
use rehearsal::scenario::load::load;
use rehearsal::stats::interval::mean_interval;

pub const LAM: f64 = 0.5;
const START_S: f64 = 2.0;
const EVERY_S: f64 = 0.1;

/// The mean wait.
pub fn exact() -> f64 {
    let (lam, p) = (LAM, EVERY_S);
    let decay = libm::exp(-lam * p);
    let q = (1.0 - decay) / (lam * p);
    // R = p - X, where X is exponential, cut at p.
    let x = 1.0 / lam - p * decay / (1.0 - decay);
    let x2 = 2.0 / (lam * lam) - (p * p + 2.0 * p / lam) * decay / (1.0 - decay);
    let (r, r2) = (p - x, p * p - 2.0 * p * x + x2);
    let v = q * (r + START_S);
    let v2 = q * (r2 + 2.0 * r * START_S + 2.0 * START_S * START_S);
    lam * 2.0 / (2.0 * (1.0 - lam)) + (2.0 * v + lam * v2) / (2.0 * (1.0 + lam * v))
}

#[test]
fn a_server_that_is_switched_off() {
    let text = format!(
        "name = \"setup\"\nhorizon = \"6000s\"\nwarm_up = \"100s\"\n\
         workloads.jobs.arrivals.poisson.rate = \"{LAM}/s\"\n\
         workflows.job.steps.serve.work = {{ exponential = 1 }}\n\
         [pools.server.autoscale.keda]\nmetric = {{ queue_length = 1, in_service = 1 }}\n\
         target = 1000\nagents = {{ min = 0, max = 1 }}\nevery = \"{EVERY_S}s\"\n\
         cooldown = \"0s\"\nstart_up = {{ exponential = \"{START_S}s\" }}\n"
    );
    let scenario = load(text.as_bytes(), &NoFiles).expect("a scenario").scenario;
    let wait = |number| {
        let metrics = Replication::run(&scenario, 7, number).metrics();
        metrics.into_iter().find(|metric| metric.name == "wait_mean_s").expect("it exists").value
    };
    let waits: Vec<f64> = (0..60_u32).into_par_iter().map(wait).collect();
    let interval = mean_interval(&waits, 0.999).expect("60 values");
    let (low, high) = (interval.low.expect("an end"), interval.high.expect("an end"));
    println!("wait {:.4} in [{low:.4}, {high:.4}], exactly {:.4}", interval.mean, exact());
    assert!((high - low) / 2.0 < 0.03 * exact(), "too wide: [{low}, {high}]");
    assert!((low..=high).contains(&exact()), "{} not in [{low}, {high}]", exact());
}
