//! What a run must agree with: the mean wait of M/M/c by Erlang's C, and its standard error.
//!
//! The number in an M/M/c queue is a birth and death process. The mean of a function `f` of it over
//! a time `t` has a variance near `s / t`, where (Whitt 1992, "Asymptotic formulas for Markov
//! processes with applications to simulation", Operations Research 40)
//! `s = 2 sum_j (sum_{i <= j} (f_i - f) p_i)^2 / (rate_j p_j)`. With `f` the number in line,
//! Little's law turns it into the variance of the mean wait.

use crate::work::Queue;

/// The most standard errors that a run may be off. The seeds are fixed: it passes always or never.
pub const TOLERANCE: f64 = 5.0;

/// States above the number of servers. At 90 % load those after them have a probability below
/// 1e-18; with more, the inner sum of `s` would be nothing but rounding there.
const TAIL: usize = 400;

/// The chance that an arrival must wait.
fn erlang_c(queue: &Queue) -> f64 {
    let (load, servers) = (queue.rate(), f64::from(queue.servers));
    let blocked = (1..=queue.servers)
        .fold(1.0, |blocked, server| load * blocked / (f64::from(server) + load * blocked));
    let utilisation = load / servers;
    blocked / (1.0 - utilisation * (1.0 - blocked))
}

/// The mean wait in seconds; service has a mean of one second.
pub fn mean_wait(queue: &Queue) -> f64 {
    erlang_c(queue) / (f64::from(queue.servers) - queue.rate())
}

/// The standard error of the mean wait of so many customers, in seconds.
pub fn wait_error(queue: &Queue, customers: u64) -> f64 {
    let servers = queue.servers as usize;
    let variance = variance_constant(queue, |present| present.saturating_sub(servers) as f64);
    (variance / (queue.rate() * customers as f64)).sqrt()
}

/// `s` above.
fn variance_constant(queue: &Queue, f: impl Fn(usize) -> f64) -> f64 {
    let servers = queue.servers as usize;
    let mut weights = vec![1.0];
    for present in 1..=servers + TAIL {
        weights.push(weights[present - 1] * queue.rate() / present.min(servers) as f64);
    }
    let total: f64 = weights.iter().sum();
    let mean = weights.iter().enumerate().map(|(i, weight)| f(i) * weight).sum::<f64>() / total;
    let (mut below, mut sum) = (0.0, 0.0);
    for (i, weight) in weights.iter().enumerate() {
        let probability = weight / total;
        below += (f(i) - mean) * probability;
        sum += below * below / (queue.rate() * probability);
    }
    2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(servers: u32) -> Queue {
        Queue { servers, customers: 1, python_customers: 1 }
    }

    #[test]
    fn one_server_waits_as_the_closed_form_says() {
        assert!((mean_wait(&queue(1)) - 9.0).abs() < 1e-12); // 0.9 / (1 - 0.9)
    }

    #[test]
    fn two_servers_wait_as_the_closed_form_says() {
        // With r the utilisation, the mean wait of M/M/2 is r^2 / (1 - r^2).
        assert!((mean_wait(&queue(2)) - 0.81 / 0.19).abs() < 1e-12);
    }

    #[test]
    fn the_variance_of_one_server_is_the_closed_form() {
        // Of the number in the system of M/M/1: 2 r (1 + r) / (1 - r)^4.
        let closed = 2.0 * 0.9 * 1.9 / 1e-4;
        let computed = variance_constant(&queue(1), |present| present as f64);
        assert!((computed / closed - 1.0).abs() < 1e-9, "{computed} is not {closed}");
    }
}
