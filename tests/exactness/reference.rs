//! The second implementation: a plain loop over what happens next. It shares no code with the
//! simulator, knows one line and agents with one slot, and looks through all of them each time.

/// In nanoseconds.
pub const SECOND: u64 = 1_000_000_000;

/// What is the same for all calls of a day.
pub struct Rules {
    /// The credit of a call of high priority, in seconds.
    pub credit_s: u64,
    /// After each call, in seconds.
    pub wrap_up_s: u64,
    /// Of a call that brings no work, in seconds.
    pub work_s: u64,
    /// Of a call that brings no patience, in seconds.
    pub patience_s: u64,
    /// Whether a call takes the fastest of several free agents, not the first.
    pub fastest: bool,
}

/// A call, in seconds.
pub struct Call {
    pub at_s: u64,
    pub high: bool,
    pub work_s: Option<u64>,
    pub patience_s: Option<u64>,
}

/// An agent with one slot.
pub struct Agent {
    pub name: String,
    pub speed: f64,
    /// When it is on duty, in seconds: apart from each other and in order.
    pub sessions: Vec<(u64, u64)>,
}

/// What became of a call, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fate {
    pub started: Option<(u64, usize)>,
    pub left: Option<(u64, &'static str)>,
}

/// What an agent does until when; the number is the order in which that end was scheduled.
#[derive(Clone, Copy, PartialEq)]
enum Doing {
    Nothing,
    Serving { call: usize, until: u64, scheduled: u64 },
    WrappingUp { until: u64, scheduled: u64 },
}

/// The reference: a day at a time, one event at a time.
pub struct Day<'d> {
    rules: &'d Rules,
    calls: &'d [Call],
    agents: &'d [Agent],
    now: u64,
    /// The roster has been called up to and including this time.
    called: Option<u64>,
    come: usize,
    waiting: Vec<usize>,
    doing: Vec<Doing>,
    on_duty: Vec<bool>,
    scheduled: u64,
    fates: Vec<Fate>,
}

/// The kinds of events, in the order in which they come at one instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Finish(u64, usize),
    Ready(u64, usize),
    GiveUp(usize),
    Arrive,
    Roster,
}

impl<'d> Day<'d> {
    pub fn new(rules: &'d Rules, calls: &'d [Call], agents: &'d [Agent]) -> Self {
        let mut day = Day {
            rules,
            calls,
            agents,
            now: 0,
            called: None,
            come: 0,
            waiting: Vec::new(),
            doing: vec![Doing::Nothing; agents.len()],
            on_duty: vec![false; agents.len()],
            scheduled: 0,
            fates: vec![Fate::default(); calls.len()],
        };
        day.call_roster();
        day
    }

    /// What happens next, and when.
    fn next(&self) -> Option<(u64, Next)> {
        let doing = self.doing.iter().enumerate().filter_map(|(agent, doing)| match *doing {
            Doing::Nothing => None,
            Doing::Serving { until, scheduled, .. } => {
                Some((until, Next::Finish(scheduled, agent)))
            }
            Doing::WrappingUp { until, scheduled } => Some((until, Next::Ready(scheduled, agent))),
        });
        let ends = self.waiting.iter().map(|call| (self.gives_up(*call), Next::GiveUp(*call)));
        let arrival = self.calls.get(self.come).map(|call| (call.at_s * SECOND, Next::Arrive));
        let turns = self.agents.iter().flat_map(|agent| &agent.sessions);
        let turns = turns.flat_map(|(from, to)| [from * SECOND, to * SECOND]);
        let turns = turns.filter(|turn| self.called.is_none_or(|called| called < *turn));
        let roster = turns.map(|turn| (turn, Next::Roster));
        doing.chain(ends).chain(arrival).chain(roster).min()
    }

    /// What becomes of every call.
    pub fn run(mut self) -> Vec<Fate> {
        while let Some((at, next)) = self.next() {
            assert!(at >= self.now, "time does not go back");
            self.now = at;
            match next {
                Next::Finish(_, agent) => self.finish(agent),
                Next::Ready(_, agent) => {
                    self.doing[agent] = Doing::Nothing;
                    self.take(agent);
                }
                Next::GiveUp(call) => {
                    self.waiting.retain(|waiting| *waiting != call);
                    self.fates[call].left = Some((at, "reneged"));
                }
                Next::Arrive => self.arrive(),
                Next::Roster => self.call_roster(),
            }
        }
        self.fates
    }

    fn gives_up(&self, call: usize) -> u64 {
        let call = &self.calls[call];
        (call.at_s + call.patience_s.unwrap_or(self.rules.patience_s)) * SECOND
    }

    /// Where a call stands in line: less is sooner.
    fn rank(&self, call: usize) -> (i64, usize) {
        let credit_s = if self.calls[call].high { self.rules.credit_s } else { 0 };
        (self.calls[call].at_s as i64 - credit_s as i64, call)
    }

    fn arrive(&mut self) {
        let call = self.come;
        self.come += 1;
        let free = (0..self.agents.len())
            .filter(|agent| self.on_duty[*agent] && self.doing[*agent] == Doing::Nothing);
        let chosen = free.reduce(|best, agent| {
            let faster = self.agents[agent].speed > self.agents[best].speed;
            if self.rules.fastest && faster { agent } else { best }
        });
        match chosen {
            Some(agent) => self.start(call, agent),
            None => self.waiting.push(call),
        }
    }

    fn start(&mut self, call: usize, agent: usize) {
        self.fates[call].started = Some((self.now, agent));
        let work_s = self.calls[call].work_s.unwrap_or(self.rules.work_s) as f64;
        let service = (work_s / self.agents[agent].speed * 1e9).round() as u64;
        self.scheduled += 1;
        let until = self.now + service;
        self.doing[agent] = Doing::Serving { call, until, scheduled: self.scheduled };
    }

    fn finish(&mut self, agent: usize) {
        let Doing::Serving { call, .. } = self.doing[agent] else { panic!("it serves a call") };
        self.fates[call].left = Some((self.now, "completed"));
        self.scheduled += 1;
        let until = self.now + self.rules.wrap_up_s * SECOND;
        self.doing[agent] = Doing::WrappingUp { until, scheduled: self.scheduled };
    }

    /// A free agent on duty takes the first in line.
    fn take(&mut self, agent: usize) {
        if !self.on_duty[agent] || self.doing[agent] != Doing::Nothing {
            return;
        }
        if let Some(call) = self.waiting.iter().copied().min_by_key(|call| self.rank(*call)) {
            self.waiting.retain(|waiting| *waiting != call);
            self.start(call, agent);
        }
    }

    /// Everyone is told whether they are on duty from now on, by number.
    fn call_roster(&mut self) {
        let at = self.now;
        for agent in 0..self.agents.len() {
            let holds = |(from, to): &(u64, u64)| from * SECOND <= at && at < to * SECOND;
            self.on_duty[agent] = self.agents[agent].sessions.iter().any(holds);
            self.take(agent);
        }
        self.called = Some(at);
    }
}
