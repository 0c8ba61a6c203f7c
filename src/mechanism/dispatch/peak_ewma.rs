//! Peak EWMA over two choices: of two candidates picked at random the healthier one, then the one
//! with the lower load, where load = average response time * (outstanding + 1).
//!
//! Rule (Finagle's `P2CPick` and `PeakEwma`): the average jumps to a response time above it at once
//! and otherwise moves towards it by an exponential average in time, with w = exp(-dt / decay):
//! average = response * (1 - w) + average * w. Looking at a load counts as a response time of zero,
//! so that a slow agent that is left alone is tried again. An agent without a history has load zero
//! if it is free, and above any other (2^47 ns + outstanding) if it is not. The picks are distinct;
//! ties go to the first picked. Default decay: 10 s, as in Finagle and Linkerd. (Linkerd starts
//! with an average of 30 ms; Finagle, and this policy, with none.)

use super::{Dispatch, Fleet};
use crate::base::id::AgentId;
use crate::base::random::Stream;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "of two picked at random, the lower response time * load (peak EWMA)";

/// The load of a busy agent without a history: (2^63 - 1) >> 16.
const PENALTY: f64 = ((1u64 << 47) - 1) as f64;

/// `dispatch.peak_ewma = { decay = "10s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The time in which an observation fades to 1/e; above zero.
    pub decay: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let decay = table.or("decay", Span::from_secs(10));
        if decay == Span::ZERO {
            table.mistake("the decay is zero", "must be above zero", None);
        }
        table.finish();
        Some(Spec { decay })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, stream: Stream) -> PeakEwma {
        PeakEwma { decay: self.decay.nanos() as f64, stream, agents: Vec::new() }
    }
}

/// The average of one agent.
#[derive(Clone, Copy, Debug, Default)]
struct Metric {
    /// When it was last updated.
    stamp: Time,
    /// In nanoseconds; zero before the first observation.
    average: f64,
}

impl Metric {
    fn observe(&mut self, now: Time, response: f64, decay: f64) {
        if response > self.average {
            self.average = response;
        } else {
            let dt = now.saturating_since(self.stamp).nanos() as f64;
            let w = libm::exp(-dt / decay);
            self.average = self.average * w + response * (1.0 - w);
        }
        self.stamp = now;
    }
}

/// The machine.
#[derive(Debug)]
pub struct PeakEwma {
    decay: f64,
    stream: Stream,
    agents: Vec<Metric>,
}

impl PeakEwma {
    /// The average response time of an agent as last updated, in seconds; zero if unknown.
    pub fn average_s(&self, agent: AgentId) -> f64 {
        self.agents.get(agent.index()).map_or(0.0, |metric| metric.average / 1e9)
    }

    fn metric(&mut self, agent: AgentId) -> &mut Metric {
        if self.agents.len() <= agent.index() {
            self.agents.resize(agent.index() + 1, Metric::default());
        }
        &mut self.agents[agent.index()]
    }

    fn load(&mut self, now: Time, agent: AgentId, fleet: &dyn Fleet) -> f64 {
        let decay = self.decay;
        let metric = self.metric(agent);
        // An average of zero stays there: no exponential for those without a history.
        if metric.average > 0.0 {
            metric.observe(now, 0.0, decay);
        }
        let outstanding = f64::from(fleet.outstanding(agent));
        if metric.average == 0.0 && outstanding > 0.0 {
            PENALTY + outstanding
        } else {
            metric.average * (outstanding + 1.0)
        }
    }
}

impl Dispatch for PeakEwma {
    fn choose(&mut self, now: Time, candidates: &[AgentId], fleet: &dyn Fleet) -> Option<usize> {
        let n = u32::try_from(candidates.len()).expect("agents are numbered in u32");
        if n < 2 {
            return (n == 1).then_some(0);
        }
        let first = self.stream.below(n) as usize;
        let second = self.stream.below(n - 1) as usize;
        let second = if second >= first { second + 1 } else { second };
        let (a, b) = (candidates[first], candidates[second]);
        let takes_first = match (fleet.healthy(a), fleet.healthy(b)) {
            (here, there) if here != there => here,
            _ => self.load(now, a, fleet) <= self.load(now, b, fleet),
        };
        Some(if takes_first { first } else { second })
    }

    fn observe(&mut self, now: Time, agent: AgentId, response: Span) {
        let decay = self.decay;
        self.metric(agent).observe(now, response.nanos() as f64, decay);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Row, Rows};
    use super::*;
    use crate::base::random::{Purpose, Root};

    fn policy() -> PeakEwma {
        Spec { decay: Span::from_secs(10) }.build(Root::new(1, 0).stream("q", Purpose::Policy))
    }

    fn at(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    fn row(outstanding: u32) -> Row {
        Row { outstanding, ..Row::default() }
    }

    #[test]
    fn loads_by_hand() {
        let mut policy = policy();
        let fleet = Rows(vec![row(0), row(3), row(1)]);
        policy.observe(at(5), AgentId(1), Span::from_secs(2));
        assert_eq!(policy.load(at(5), AgentId(0), &fleet), 0.0, "unknown and free");
        assert_eq!(policy.load(at(5), AgentId(2), &fleet), 140_737_488_355_327.0 + 1.0);
        assert_eq!(policy.load(at(5), AgentId(1), &fleet), 8e9);
        // Ten seconds later a factor e has gone.
        let faded = policy.load(at(15), AgentId(1), &fleet);
        assert!((faded - 8e9 / std::f64::consts::E).abs() < 1.0, "{faded}");
    }

    #[test]
    fn the_higher_load_of_two_is_never_taken() {
        let mut policy = policy();
        for (agent, seconds) in [(0, 3), (1, 1), (2, 2)] {
            policy.observe(at(0), AgentId(agent), Span::from_secs(seconds));
        }
        // Loads 3, 4, 2 * 3: of the three pairs agent 0 is best in two, 1 in one, 2 in none.
        let fleet = Rows(vec![row(0), row(3), row(2)]);
        let mut chosen = [0i32; 3];
        for _ in 0..30_000 {
            chosen[fleet.choose(&mut policy).unwrap()] += 1;
        }
        for (n, expected) in chosen.iter().zip([20_000, 10_000, 0]) {
            // Five standard deviations of a binomial(30000, 1/3).
            assert!((n - expected).abs() < 409, "{chosen:?}");
        }
    }

    #[test]
    fn health_comes_before_load() {
        let mut policy = policy();
        let fleet = Rows(vec![Row { suspected: true, ..row(0) }, row(9)]);
        for _ in 0..20 {
            assert_eq!(fleet.choose(&mut policy), Some(1));
        }
        assert_eq!(Rows(vec![row(9)]).choose(&mut policy), Some(0));
        assert_eq!(Rows(vec![]).choose(&mut policy), None);
    }

    #[test]
    fn ties_go_to_the_first_picked_so_that_nobody_is_favoured() {
        let mut policy = policy();
        let fleet = Rows(vec![row(0), row(0)]);
        let first = (0..10_000).filter(|_| fleet.choose(&mut policy) == Some(0)).count();
        // Five standard deviations of a binomial(10000, 1/2).
        assert!(first.abs_diff(5_000) < 250, "{first}");
    }
}
