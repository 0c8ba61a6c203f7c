//! Markov-modulated Poisson arrivals: a Poisson process whose rate is that of a hidden state; the
//! state stays for an exponential time and then jumps.
//!
//! Source: Fischer and Meier-Hellstern, The Markov-modulated Poisson process cookbook (1993).
//! States jump to the next with the given probabilities (default: each other state alike); the
//! first state is drawn uniformly. Three streams (gap, stay, jump), one uniform per variate, so
//! that a changed rate leaves the states alone.

use super::{Arrival, Arrivals};
use crate::base::random::{Purpose, Root, Stream};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::{Probability, Rate};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "Poisson whose rate follows hidden states: bursts";

/// One state of the process.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The arrival rate in this state.
    pub rate: Rate,
    /// How long a visit lasts on average; above zero.
    pub stay: Span,
    /// Where it jumps: a probability per state, summing to one, zero for itself.
    pub jump: Vec<f64>,
}

/// `arrivals.mmpp = { states = [{ rate = "2/s", stay = "1m" }, { rate = "9/s", stay = "10s" }] }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The states; at least two.
    pub states: Vec<State>,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let list = table.node("states");
        table.finish();
        let Some(list) = list else {
            node.mistake("a state process needs states", "missing `states`", None);
            return None;
        };
        let nodes = list.list()?;
        if nodes.len() < 2 {
            list.mistake("one state never changes", "at least two states", None);
            return None;
        }
        let states: Vec<Option<State>> =
            nodes.iter().enumerate().map(|(i, node)| read_state(node, i, nodes.len())).collect();
        Some(Spec { states: states.into_iter().collect::<Option<_>>()? })
    }
}

fn read_state(node: &Node<'_>, own: usize, n: usize) -> Option<State> {
    let mut table = node.table()?;
    let rate = table.need("rate");
    let stay: Option<Span> = table.need("stay");
    let jump: Option<Vec<Probability>> = table.maybe("jump");
    table.finish();
    let jump = match jump {
        None => (0..n).map(|i| if i == own { 0.0 } else { 1.0 / (n - 1) as f64 }).collect(),
        Some(jump) => jump.iter().map(|p| p.get()).collect::<Vec<f64>>(),
    };
    let sum: f64 = jump.iter().sum();
    if jump.len() != n || jump[own] != 0.0 || (sum - 1.0).abs() > 1e-9 {
        node.mistake(
            "the jumps of a state do not add up",
            "one probability per state, zero for itself, summing to one",
            format!("there are {n} states; this one has number {}", own + 1),
        );
        return None;
    }
    let stay = stay?;
    if stay == Span::ZERO {
        node.mistake("a state must last", "`stay` must be above zero", None);
        return None;
    }
    Some(State { rate: rate?, stay, jump })
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, root: &Root, workload: &str) -> Mmpp {
        let mut jumps = root.stream(workload, Purpose::State);
        let state = jumps.below(self.states.len() as u32) as usize;
        let mut stays = root.stream(workload, Purpose::Stay);
        let left_s = stays.exponential() * self.states[state].stay.seconds();
        let gaps = root.stream(workload, Purpose::Arrival);
        Mmpp { states: self.states.clone(), state, left_s, last: Time::ZERO, gaps, stays, jumps }
    }
}

/// The machine: the state it is in and how long it still stays.
pub struct Mmpp {
    states: Vec<State>,
    state: usize,
    left_s: f64,
    last: Time,
    gaps: Stream,
    stays: Stream,
    jumps: Stream,
}

impl Mmpp {
    fn jump(&mut self) {
        let u = self.jumps.uniform();
        let jump = &self.states[self.state].jump;
        let mut sum = 0.0;
        let reached = |p: &f64| {
            sum += p;
            u < sum
        };
        // Rounding may leave the sum below one: the last possible state takes the rest.
        let last = jump.iter().rposition(|p| *p > 0.0).expect("jumps sum to one");
        self.state = jump.iter().position(reached).unwrap_or(last);
        self.left_s = self.stays.exponential() * self.states[self.state].stay.seconds();
    }
}

impl Arrivals for Mmpp {
    fn next(&mut self) -> Option<Arrival> {
        if self.states.iter().all(|state| state.rate.per_second() == 0.0) {
            return None;
        }
        let mut need = self.gaps.exponential();
        let mut elapsed_s = 0.0;
        loop {
            let rate = self.states[self.state].rate.per_second();
            let offered = rate * self.left_s;
            if need < offered {
                self.left_s -= need / rate;
                elapsed_s += need / rate;
                self.last = self.last.saturating_add(Span::from_seconds(elapsed_s));
                return (self.last < Time::MAX).then_some(Arrival::single(self.last));
            }
            need -= offered;
            elapsed_s += self.left_s;
            self.jump();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn the_long_run_rate_is_the_occupancy_weighted_mean() {
        let state = |rate: f64, stay: u64, jump: [f64; 2]| State {
            rate: Rate::new(rate).unwrap(),
            stay: Span::from_secs(stay),
            jump: jump.to_vec(),
        };
        let spec = Spec { states: vec![state(1.0, 30, [0.0, 1.0]), state(5.0, 10, [1.0, 0.0])] };
        let seconds = 400_000;
        let count = check::count(&mut spec.build(&Root::new(5, 0), "w"), seconds);
        // Mean rate (1 * 30 + 5 * 10) / 40 = 2. Long-run variance rate = 2 + 2 * 4^2 * p (1 - p) *
        // tau with p = 1/4 and relaxation time tau = 1 / (1/30 + 1/10) = 7.5 s: 2 + 45 = 47 a
        // second.
        check::near(count, 2.0 * seconds as f64, (47.0 * seconds as f64).sqrt());
    }
}
