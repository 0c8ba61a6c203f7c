//! A pool under threshold control as a Markov chain that is looked at now and then.
//!
//! Rule. Tasks come as Poisson arrivals; each is one exponential second of work. So many servers
//! are always there, and one more, the last, comes and goes. Every `every` seconds somebody looks:
//! at `up` tasks or more the last one is asked for, and at `down` or fewer it is sent away, but not
//! before the cooldown is over. It takes its time to start, is called off while it starts, and
//! finishes what it holds when it is sent away; meanwhile another may take its place. There are
//! never more than twice as many as may stay: if so many are there, one that leaves is called back.
//! A task that comes goes first to those that are always there.
//!
//! Method. Between two looks this is a Markov chain in continuous time with a fixed generator, so
//! uniformisation gives the distribution at the end of a period and its mean over the period. A
//! look moves each state to another. The distribution after a look is iterated until it stays: the
//! result is exact for any period, but for rounding and a line cut where nobody comes.
//!
//! Source: Jensen, Markoff chains as an aid in the study of Markoff processes, Skandinavisk
//! Aktuarietidskrift 36 (1953), for uniformisation.

use std::collections::BTreeMap;

/// There are never more tasks in line; the caller's systems hardly ever come near.
const LONGEST: u32 = 100;

/// Who decides by which thresholds.
#[derive(Clone, Copy)]
pub struct Control {
    /// Arrivals in a second.
    pub arrivals: f64,
    /// Servers that are always there.
    pub always: u32,
    /// With so many tasks the last server is asked for.
    pub up: u32,
    /// With so many it is sent away; `None`: never.
    pub down: Option<u32>,
    /// Only tasks in line count, not those in service.
    pub only_line: bool,
    /// Seconds from one look to the next.
    pub every: f64,
    /// The mean time until the last server is ready, exponential; zero: at once.
    pub start: f64,
    /// So many looks after it was asked for it may be sent away, not before.
    pub cooldown: u32,
}

/// Where the last server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Last {
    Away,
    Starting,
    Idle,
    Busy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    line: u32,
    /// How many serve of those that are always there.
    busy: u32,
    last: Last,
    /// How many were sent away and still serve.
    leaving: u32,
    /// Looks until the cooldown is over.
    cooling: u32,
}

impl State {
    fn in_service(self) -> u32 {
        self.busy + u32::from(self.last == Last::Busy) + self.leaving
    }

    fn tasks(self) -> u32 {
        self.line + self.in_service()
    }

    fn servers(self, always: u32) -> u32 {
        always + u32::from(matches!(self.last, Last::Idle | Last::Busy)) + self.leaving
    }

    /// The last server is ready and takes the first of the line.
    fn with_last(self) -> State {
        match self.line {
            0 => State { last: Last::Idle, ..self },
            line => State { line: line - 1, last: Last::Busy, ..self },
        }
    }
}

impl Control {
    /// Where the chain goes from a state, and how fast.
    fn rates(&self, state: State) -> Vec<(State, f64)> {
        let State { line, busy, last, leaving, .. } = state;
        let arrived = match last {
            _ if busy < self.always => State { busy: busy + 1, ..state },
            Last::Idle => State { last: Last::Busy, ..state },
            _ => State { line: (line + 1).min(LONGEST), ..state },
        };
        let served = match line {
            0 => State { busy: busy.saturating_sub(1), ..state },
            line => State { line: line - 1, ..state },
        };
        let gone = State { leaving: leaving.saturating_sub(1), ..state };
        let mut rates = vec![(arrived, self.arrivals), (served, f64::from(busy))];
        rates.push((gone, f64::from(leaving)));
        match last {
            Last::Away | Last::Idle => {}
            Last::Starting => rates.push((state.with_last(), 1.0 / self.start)),
            Last::Busy => rates.push((state.with_last(), 1.0)),
        }
        rates
    }

    /// Whether there is no place for another one.
    fn is_full(&self, state: State) -> bool {
        self.always + state.leaving == 2 * (self.always + 1)
    }

    /// What a look makes of a state.
    fn look(&self, state: State) -> State {
        let value = if self.only_line { state.line } else { state.tasks() };
        let state = State { cooling: state.cooling.saturating_sub(1), ..state };
        let asked = State { cooling: self.cooldown, ..state };
        if value >= self.up {
            match state.last {
                Last::Away if self.is_full(state) => {
                    State { last: Last::Busy, leaving: state.leaving - 1, ..asked }
                }
                Last::Away if self.start == 0.0 => asked.with_last(),
                Last::Away => State { last: Last::Starting, ..asked },
                Last::Starting | Last::Idle | Last::Busy => state,
            }
        } else if self.down.is_some_and(|down| value <= down) && state.cooling == 0 {
            match state.last {
                Last::Starting | Last::Idle => State { last: Last::Away, ..state },
                Last::Busy => State { last: Last::Away, leaving: state.leaving + 1, ..state },
                Last::Away => state,
            }
        } else {
            state
        }
    }
}

/// What is known of the system in the long run.
#[derive(Debug)]
pub struct Exact {
    pub tasks: f64,
    pub line: f64,
    /// Servers that are there, also while they leave.
    pub servers: f64,
    pub in_service: f64,
    /// How often in a second the last server is asked for or called back.
    pub raised: f64,
    /// How often it is asked for.
    pub started: f64,
}

/// The states that can be reached, each with a number.
struct Chain {
    control: Control,
    states: Vec<State>,
    /// By state: where it goes to, and how fast.
    rates: Vec<Vec<(usize, f64)>>,
    /// By state: what a look makes of it.
    looks: Vec<usize>,
    /// Faster than any state is left.
    pace: f64,
}

impl Chain {
    fn new(control: Control) -> Chain {
        let empty = State { line: 0, busy: 0, last: Last::Away, leaving: 0, cooling: 0 };
        let mut numbers = BTreeMap::from([(empty, 0)]);
        let mut states = vec![empty];
        let (mut rates, mut looks) = (Vec::new(), Vec::new());
        while let Some(&state) = states.get(rates.len()) {
            let mut number = |state| {
                let next = states.len();
                let number = *numbers.entry(state).or_insert(next);
                if number == next {
                    states.push(state);
                }
                number
            };
            looks.push(number(control.look(state)));
            let to = |(to, rate): (State, f64)| (number(to), rate);
            rates.push(control.rates(state).into_iter().map(to).collect::<Vec<_>>());
        }
        let out = |rates: &Vec<(usize, f64)>| rates.iter().map(|(_, rate)| rate).sum::<f64>();
        let pace = rates.iter().map(out).fold(0.0, f64::max);
        Chain { control, states, rates, looks, pace }
    }

    /// One jump of the uniform chain.
    fn jump(&self, from: &[f64]) -> Vec<f64> {
        let mut after = from.to_vec();
        for ((rates, share), own) in self.rates.iter().zip(from).zip(0..) {
            for (to, rate) in rates {
                let moved = share * rate / self.pace;
                after[own] -= moved;
                after[*to] += moved;
            }
        }
        after
    }

    /// The distribution at the end of a period, and its mean over the period. Of the jumps in a
    /// period, n with a Poisson probability, the one after j lasts as long as there are more.
    fn period(&self, start: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let jumps = self.pace * self.control.every;
        let (mut end, mut mean) = (vec![0.0; start.len()], vec![0.0; start.len()]);
        let (mut now, mut chance, mut more) = (start.to_vec(), libm::exp(-jumps), 1.0);
        let mut j = 0.0;
        while j < jumps || chance > 1e-17 {
            j += 1.0;
            more -= chance;
            for ((end, mean), now) in end.iter_mut().zip(&mut mean).zip(&now) {
                *end += chance * now;
                *mean += more / jumps * now;
            }
            now = self.jump(&now);
            chance *= jumps / j;
        }
        (end, mean)
    }

    fn look(&self, before: &[f64]) -> Vec<f64> {
        let mut after = vec![0.0; before.len()];
        self.looks.iter().zip(before).for_each(|(to, share)| after[*to] += share);
        after
    }

    /// The distribution just before a look, and its mean over time, when it stays.
    fn settled(&self) -> (Vec<f64>, Vec<f64>) {
        let mut start = vec![0.0; self.states.len()];
        start[0] = 1.0;
        for _ in 0..1_000_000 {
            let (end, mean) = self.period(&start);
            let next = self.look(&end);
            let off: f64 = next.iter().zip(&start).map(|(a, b)| (a - b).abs()).sum();
            if off < 1e-13 {
                return (end, mean);
            }
            start = next;
        }
        panic!("it does not settle");
    }
}

/// The exact values in the long run.
pub fn solve(control: Control) -> Exact {
    let chain = Chain::new(control);
    let (before, over) = chain.settled();
    let mean = |of: &dyn Fn(State) -> u32| -> f64 {
        chain.states.iter().zip(&over).map(|(state, share)| f64::from(of(*state)) * share).sum()
    };
    // How often a look asks for the last server in such states.
    let asked = |is: &dyn Fn(State) -> bool| -> f64 {
        let rows = chain.states.iter().zip(&chain.looks).zip(&before);
        let of = |state: State, to: State| state.last == Last::Away && to.last != Last::Away;
        let rows = rows.filter(|((state, to), _)| of(**state, chain.states[**to]) && is(**state));
        rows.map(|(_, share)| share).sum::<f64>() / control.every
    };
    let cut = mean(&|state| u32::from(state.line == LONGEST));
    assert!(cut < 1e-12, "the line is cut: {cut}");
    let exact = Exact {
        tasks: mean(&State::tasks),
        line: mean(&|state| state.line),
        servers: mean(&|state| state.servers(control.always)),
        in_service: mean(&State::in_service),
        raised: asked(&|_| true),
        started: asked(&|state| !control.is_full(state)),
    };
    // All that comes is served.
    assert!((exact.in_service - control.arrivals).abs() < 1e-9, "{exact:?}");
    exact
}
