//! What the summary keeps of one group of tasks, one step, one queue and one agent.

use crate::base::time::{Span, Time};
use crate::mechanism::breaker::State;
use crate::model::fact::{Departure, Outcome, Paired, Trouble};
use crate::scenario::meaning::{Pool, Step};
use crate::stats::level::Level;
use crate::stats::quantile::Quantiles;
use crate::stats::tally::Tally;

/// Tasks of one group, by arrival in the window.
#[derive(Clone, Debug, Default)]
pub struct TaskStats {
    /// Tasks that arrived.
    pub arrived: u64,
    /// How they left, by [`Outcome`]; what is missing is in flight.
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Those that waited at all.
    pub waited: u64,
    /// Those completed within their deadline.
    pub in_time: u64,
    /// Attempts started for those that left.
    pub attempts: u64,
    /// The sojourn of the completed, in nanoseconds.
    pub sojourn: Tally,
    /// Its distribution.
    pub sojourns: Quantiles,
    /// The wait of those that were not turned away, in nanoseconds.
    pub wait: Tally,
    /// Its distribution.
    pub waits: Quantiles,
}

impl TaskStats {
    #[inline(always)]
    pub(super) fn left(&mut self, departure: &Departure, sojourn: Span, in_time: bool) {
        self.outcomes[departure.outcome as usize] += 1;
        self.attempts += u64::from(departure.attempts);
        match departure.outcome {
            Outcome::Balked | Outcome::Rejected | Outcome::Shed => return,
            Outcome::Completed => {
                self.sojourn.record(sojourn);
                self.sojourns.record(sojourn.nanos());
                if in_time {
                    self.in_time += 1;
                }
            }
            Outcome::Failed | Outcome::Reneged | Outcome::Expired | Outcome::DeadLettered => {}
        }
        if departure.waited > Span::ZERO {
            self.waited += 1;
        }
        self.wait.record(departure.waited);
        self.waits.record(departure.waited.nanos());
    }

    /// How many left this way.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Adds another group.
    pub fn merge(&mut self, other: &TaskStats) {
        self.arrived += other.arrived;
        for (mine, theirs) in self.outcomes.iter_mut().zip(other.outcomes) {
            *mine += theirs;
        }
        self.waited += other.waited;
        self.in_time += other.in_time;
        self.attempts += other.attempts;
        self.sojourn.merge(&other.sojourn);
        self.sojourns.merge(&other.sojourns);
        self.wait.merge(&other.wait);
        self.waits.merge(&other.waits);
    }
}

/// Attempts of one step, by the moment it became ready.
#[derive(Clone, Debug, Default)]
pub struct StepStats {
    /// First attempts, of a step with a time limit, retries or the like.
    pub firsts: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// The sum of the waits of the attempts, in nanoseconds.
    pub wait_nanos: u128,
    /// The distribution of the waits, in nanoseconds.
    pub waits: Quantiles,
    /// The sum of the times in service, in nanoseconds.
    pub service_nanos: u128,
    /// Attempts that took longer than their time limit.
    pub timed_out: u64,
    /// Attempts that were refused before they started.
    pub refused: u64,
    /// Second and later attempts after a failure.
    pub retries: u64,
    /// Copies of slow attempts.
    pub hedges: u64,
    /// Visits that failed for good.
    pub gave_up: u64,
    /// Visits that failed and were handed on.
    pub escalated: u64,
    /// Results with a score.
    pub scored: u64,
    /// The sum of the scores.
    pub score_sum: f64,
    /// Whether it may have more than one attempt.
    pub(super) cared_for: bool,
    /// Whether it waits in several queues.
    pub(super) by_class: bool,
}

impl StepStats {
    pub(super) fn new(step: &Step) -> Self {
        let (cared_for, by_class) = (step.care.is_some(), !step.queue_by_class.is_empty());
        StepStats { cared_for, by_class, ..StepStats::default() }
    }

    pub(super) fn trouble(&mut self, trouble: Trouble) {
        let count = match trouble {
            Trouble::TimedOut { .. } => &mut self.timed_out,
            Trouble::Refused { .. } => &mut self.refused,
            Trouble::Retrying { .. } => &mut self.retries,
            Trouble::Hedged { .. } => &mut self.hedges,
            Trouble::Failed { .. } => &mut self.gave_up,
            Trouble::Escalated { .. } => &mut self.escalated,
        };
        *count += 1;
    }

    pub(super) fn scored(&mut self, score: f64) {
        self.scored += 1;
        self.score_sum += score;
    }

    #[inline]
    pub(super) fn finished(&mut self, served: Span, waited: Span, success: bool) {
        self.failed += u64::from(!success);
        self.wait_nanos += u128::from(waited.nanos());
        self.waits.record(waited.nanos());
        self.service_nanos += u128::from(served.nanos());
    }
}

/// One queue.
#[derive(Clone, Debug)]
pub struct QueueStats {
    /// Attempts in line.
    pub length: Level,
    /// Attempts that left the line without being served.
    pub withdrawn: u64,
    /// Attempts that a visit took and queued again.
    pub requeued: u64,
    /// Rounds of allocation in which somebody waited and a slot was free.
    pub rounds: u64,
    /// Pairs made in them.
    pub assigned: u64,
    /// Pairs that proved infeasible.
    pub infeasible: u64,
    /// By how much the rounds were worth more than greedy would have made of them, in all.
    pub regret_sum: f64,
    /// Attempts ended here, of steps that wait in several queues.
    pub routed: u64,
    /// The sum of their waits, in nanoseconds.
    pub routed_wait_nanos: u128,
}

impl QueueStats {
    pub(super) fn new(from: Time, to: Time) -> Self {
        QueueStats {
            length: Level::new(from, to, 0),
            withdrawn: 0,
            requeued: 0,
            rounds: 0,
            assigned: 0,
            infeasible: 0,
            regret_sum: 0.0,
            routed: 0,
            routed_wait_nanos: 0,
        }
    }

    pub(super) fn round(&mut self, what: Paired) {
        match what {
            Paired::Requeued { .. } => self.requeued += 1,
            Paired::Infeasible { .. } => self.infeasible += 1,
            Paired::Allocated { assigned, value, greedy_value, .. } => {
                self.rounds += 1;
                self.assigned += u64::from(assigned);
                self.regret_sum += value - greedy_value;
            }
        }
    }

    pub(super) fn finished(&mut self, waited: Span) {
        self.routed += 1;
        self.routed_wait_nanos += u128::from(waited.nanos());
    }
}

/// One pool.
#[derive(Clone, Debug, Default)]
pub struct PoolStats {
    /// How often each of its breakers opened, by what they protect; what is missing never did.
    pub openings: Vec<u64>,
    /// The same, if it was closed before and all that it protects was up.
    pub needless: Vec<u64>,
    /// Those that let some through to try.
    trying: Vec<bool>,
    /// Attempts that took longer than their time limit.
    pub timed_out: u64,
    /// Those of them that were stopped.
    pub stopped: u64,
}

impl PoolStats {
    /// A breaker moved; `up`: all that it protects is.
    pub(super) fn moved(&mut self, target: u32, state: State, up: bool, counts: bool) {
        let target = target as usize;
        let most = self.openings.len().max(target + 1);
        self.openings.resize(most, 0);
        self.needless.resize(most, 0);
        self.trying.resize(most, false);
        if counts && state == State::Open {
            self.openings[target] += 1;
            self.needless[target] += u64::from(up && !self.trying[target]);
        }
        self.trying[target] = state == State::HalfOpen;
    }

    pub(super) fn timed_out(&mut self, goes_on: bool) {
        self.timed_out += 1;
        self.stopped += u64::from(!goes_on);
    }
}

/// One agent.
#[derive(Clone, Debug)]
pub struct AgentStats {
    /// The slots that utilisation is measured against.
    pub slots: u32,
    /// Busy slots; for an agent whose attempts share its rate: 1 while it serves any.
    pub busy: Level,
    /// Slots in wrap-up.
    pub wrapping: Level,
    /// 1 while on duty, or off duty but not yet gone.
    pub present: Level,
    /// 1 while present, but failed and not repaired.
    pub down: Level,
    /// How often it failed.
    pub crashes: u64,
    /// Attempts finished, by the moment their step became ready.
    pub attempts: u64,
    /// Those that succeeded.
    pub successes: u64,
    /// The sum of their times in service, in nanoseconds.
    pub service_nanos: u128,
    wraps_up: bool,
    is_here: bool,
    is_down: bool,
    shares: bool,
    /// Attempts in service that share its rate.
    held: u64,
}

impl AgentStats {
    pub(super) fn new(from: Time, to: Time, pool: &Pool) -> Self {
        AgentStats {
            slots: if pool.service.shares() { 1 } else { pool.slots },
            shares: pool.service.shares(),
            busy: Level::new(from, to, 0),
            wrapping: Level::new(from, to, 0),
            present: Level::new(from, to, 0),
            down: Level::new(from, to, 0),
            crashes: 0,
            attempts: 0,
            successes: 0,
            service_nanos: 0,
            wraps_up: pool.wrap_up.is_some(),
            is_here: false,
            is_down: false,
            held: 0,
        }
    }

    /// The mean time in service of its attempts, in seconds; NaN without any.
    pub fn service_mean_s(&self) -> f64 {
        super::metrics::mean_of(self.service_nanos, self.attempts)
    }

    #[inline(always)]
    pub(super) fn serving(&mut self, at: Time, by: i64) {
        if self.shares {
            self.held = self.held.checked_add_signed(by).expect("no more finish than start");
            self.busy.set(at, u64::from(self.held > 0));
        } else {
            self.busy.add(at, by);
        }
    }

    /// The share of its time on duty in which it is up; NaN if it never is on duty.
    pub fn availability(&self) -> f64 {
        super::metrics::up_share(self.down.area(), self.present.area())
    }

    /// Whether it has failed and is not repaired.
    pub(super) fn is_down(&self) -> bool {
        self.is_down
    }

    /// It comes on duty, or is gone.
    pub(super) fn comes(&mut self, at: Time, here: bool) {
        self.is_here = here;
        self.present.set(at, u64::from(here));
        self.down.set(at, u64::from(here && self.is_down));
    }

    pub(super) fn crashed(&mut self, at: Time, counts: bool) {
        self.crashes += u64::from(counts);
        self.is_down = true;
        self.down.set(at, u64::from(self.is_here));
    }

    pub(super) fn repaired(&mut self, at: Time) {
        self.is_down = false;
        self.down.set(at, 0);
    }

    /// An attempt has had its service.
    #[inline]
    pub(super) fn ended(&mut self, at: Time) {
        self.serving(at, -1);
        if self.wraps_up {
            self.wrapping.add(at, 1);
        }
    }

    #[inline]
    pub(super) fn finished(&mut self, served: Span, success: bool) {
        self.attempts += 1;
        if success {
            self.successes += 1;
        }
        self.service_nanos += u128::from(served.nanos());
    }
}
