//! Facts: records of what happened, in the past tense. The only way out of a run.
//!
//! Fingerprint, summary, series, task rows, journal and auditor are folds over them. Invariants:
//! facts come in order of time; each task arrives once and leaves once; a fact carries what an
//! observer would otherwise have to remember.

mod about;
mod claimed;
mod control;
mod explained;
mod paired;
mod scaled;
mod trouble;
mod watched;

pub use about::About;
pub use claimed::Claimed;
pub use control::Control;
pub use explained::Explained;
pub use paired::Paired;
pub use scaled::Scaled;
pub use trouble::Trouble;
pub use watched::Seen;

use crate::base::id::{AgentId, ClassId, FaultId, PoolId, QueueId, StepId, WorkloadId};
use crate::base::time::{Span, Time};
use crate::mechanism::breaker::State;
use crate::mechanism::conflict::detect::Kind;
use crate::mechanism::conflict::resolve::What;
use crate::mechanism::reservation::UnitId;
use crate::mechanism::retry::Cause;

/// The number of a task: its place in the order of arrival over all workloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskNo(pub u64);

/// How a task left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// All its steps are done.
    Completed = 0,
    /// A critical step failed.
    Failed = 1,
    /// Its patience ended while it waited.
    Reneged = 2,
    /// It did not join a line that it found too long.
    Balked = 3,
    /// A queue was full.
    Rejected = 4,
    /// Its deadline passed, and its class leaves then.
    Expired = 5,
    /// It was not admitted.
    Shed = 6,
    /// A step failed for good and is kept for people to look at.
    DeadLettered = 7,
}

impl Outcome {
    /// All outcomes, by number.
    pub const ALL: [Outcome; 8] = [
        Outcome::Completed,
        Outcome::Failed,
        Outcome::Reneged,
        Outcome::Balked,
        Outcome::Rejected,
        Outcome::Expired,
        Outcome::Shed,
        Outcome::DeadLettered,
    ];

    /// The word for it in tables.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Completed => "completed",
            Outcome::Failed => "failed",
            Outcome::Reneged => "reneged",
            Outcome::Balked => "balked",
            Outcome::Rejected => "rejected",
            Outcome::Expired => "expired",
            Outcome::Shed => "shed",
            Outcome::DeadLettered => "dead_lettered",
        }
    }
}

/// What is told of a task when it leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departure {
    /// Which task.
    pub task: TaskNo,
    /// Where it came from.
    pub workload: WorkloadId,
    /// Its class.
    pub class: ClassId,
    /// How it left.
    pub outcome: Outcome,
    /// Why, if a step failed.
    pub cause: Option<Cause>,
    /// When it arrived.
    pub arrived: Time,
    /// The time it spent waiting, summed over its steps.
    pub waited: Span,
    /// The time it was in service, summed over its steps.
    pub served: Span,
    /// How many attempts were started for it.
    pub attempts: u32,
}

/// One record of what happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// A task came.
    Arrived {
        /// Which task.
        task: TaskNo,
        /// From where.
        workload: WorkloadId,
        /// The key of its random draws within the workload.
        key: u64,
        /// Its class.
        class: ClassId,
        /// How long it will wait to be started.
        patience: Option<Span>,
    },
    /// A step became ready; its draws are known.
    Readied {
        /// Of which task.
        task: TaskNo,
        /// The step.
        step: StepId,
        /// How often the task has been at this step before.
        visit: u16,
        /// How often the step was tried before, in this visit.
        attempt: u8,
        /// The work of the attempt.
        work: f64,
    },
    /// An attempt has to wait.
    Queued {
        /// Of which task.
        task: TaskNo,
        /// For which step.
        step: StepId,
        /// In which queue.
        queue: QueueId,
        /// In whose own line, if bound early.
        agent: Option<AgentId>,
    },
    /// A waiting attempt went to another line of its queue: its agent went off duty, or another
    /// one stole it.
    Moved {
        /// Of which task.
        task: TaskNo,
        /// For which step.
        step: StepId,
        /// In which queue.
        queue: QueueId,
        /// In whose own line; `None`: in the shared one.
        agent: Option<AgentId>,
    },
    /// A round of a queue that is served at intervals.
    Round {
        /// Of which queue.
        queue: QueueId,
        /// What came of it.
        what: Paired,
    },
    /// Why an agent was chosen for an attempt. Told only on request.
    Explained {
        /// Of which task.
        task: TaskNo,
        /// For which step.
        step: StepId,
        /// Of whom it is told.
        agent: AgentId,
        /// What.
        what: Explained,
    },
    /// A waiting attempt left its line without being served.
    Withdrawn {
        /// Of which task.
        task: TaskNo,
        /// For which step.
        step: StepId,
        /// From which queue.
        queue: QueueId,
        /// How long it had waited.
        waited: Span,
    },
    /// An attempt was started, or goes on after an interruption.
    Started {
        /// Of which task.
        task: TaskNo,
        /// Of which step.
        step: StepId,
        /// From which queue.
        queue: QueueId,
        /// On which agent.
        agent: AgentId,
        /// How long it waited for this start; zero if it never stood in line.
        waited: Span,
        /// Whether it stood in line.
        queued: bool,
        /// Whether it goes on after an interruption.
        resumed: bool,
    },
    /// An attempt was interrupted, by a better newcomer or by a crash of its agent, and is back in
    /// line.
    Preempted {
        /// Of which task.
        task: TaskNo,
        /// Of which step.
        step: StepId,
        /// Back in which queue.
        queue: QueueId,
        /// On which agent it was.
        agent: AgentId,
        /// How long it was served this time.
        served: Span,
        /// The work that was done this time.
        work: f64,
    },
    /// An attempt ended.
    Finished {
        /// Of which task.
        task: TaskNo,
        /// Of which step.
        step: StepId,
        /// On which agent.
        agent: AgentId,
        /// The time it was in service, interruptions left out.
        served: Span,
        /// The time it waited for its agent, over all its stays in line.
        waited: Span,
        /// Whether it succeeded.
        success: bool,
        /// Whether nobody waits for its result any more.
        abandoned: bool,
        /// The work that was done since it was started, or went on after an interruption.
        work: f64,
    },
    /// An attempt in service was ended without a result.
    Stopped {
        /// Of which task.
        task: TaskNo,
        /// Of which step.
        step: StepId,
        /// On which agent.
        agent: AgentId,
        /// The time it was in service.
        served: Span,
        /// The work that was done since it was started, or went on after an interruption.
        work: f64,
    },
    /// Something went wrong with a step, or was done about it.
    Trouble {
        /// Of which task.
        task: TaskNo,
        /// Which step.
        step: StepId,
        /// What.
        trouble: Trouble,
    },
    /// A step that is done has a score.
    Scored {
        /// Of which task.
        task: TaskNo,
        /// Which step.
        step: StepId,
        /// The score.
        score: f64,
    },
    /// A task fails: its completed steps are compensated before it leaves.
    Undoing {
        /// Which task.
        task: TaskNo,
        /// How it will leave.
        outcome: Outcome,
    },
    /// A breaker changed its state.
    BreakerMoved {
        /// Of which pool.
        pool: PoolId,
        /// The number of what it protects: an agent of the pool, one of its capabilities, or 0.
        target: u32,
        /// Into which state.
        state: State,
    },
    /// A task, or one of its steps, asked for what it must have, holds it or gave it back.
    Claim {
        /// Which task.
        task: TaskNo,
        /// Which step; `None`: the task as a whole.
        step: Option<StepId>,
        /// What.
        what: Claimed,
    },
    /// Two actions could not both go on as they were.
    Conflicted {
        /// What it was about.
        kind: Kind,
        /// Whose action goes on.
        winner: TaskNo,
        /// Whose does not.
        loser: TaskNo,
        /// The step that does not; `None`: the task as a whole.
        step: Option<StepId>,
        /// What becomes of it.
        what: What,
    },
    /// A slot is ready again after its wrap-up.
    WrappedUp {
        /// Whose slot.
        agent: AgentId,
    },
    /// An agent came on duty.
    CameOn {
        /// Who.
        agent: AgentId,
    },
    /// An agent went off duty; what it holds it still finishes.
    WentOff {
        /// Who.
        agent: AgentId,
    },
    /// An agent failed.
    Crashed {
        /// Who.
        agent: AgentId,
        /// How many attempts it was serving; what becomes of each is told next.
        lost: u32,
    },
    /// A failed agent is up again.
    Repaired {
        /// Who.
        agent: AgentId,
    },
    /// Somebody who watches over the system saw something, or acted on it.
    Control(Control),
    /// A fault began or ended.
    Faulted {
        /// Which.
        fault: FaultId,
        /// Whether it is on from now on.
        on: bool,
    },
    /// A unit of a resource cannot be had any more because of a fault, or can be had again. Who
    /// holds it keeps it.
    UnitGone {
        /// Which.
        unit: UnitId,
        /// Whether it is gone.
        gone: bool,
    },
    /// A task left.
    Left(Departure),
    /// Nothing is left to happen, or the clock has reached the end.
    Ended {
        /// Tasks still in the system.
        in_flight: u64,
    },
}

/// Folds facts into something. Observing changes nothing: a run cannot see its observer.
pub trait Observer {
    /// A fact happened.
    fn on(&mut self, at: Time, fact: &Fact);
}

impl Observer for () {
    #[inline(always)]
    fn on(&mut self, _at: Time, _fact: &Fact) {}
}

impl Observer for &mut dyn Observer {
    fn on(&mut self, at: Time, fact: &Fact) {
        (**self).on(at, fact);
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline(always)]
    fn on(&mut self, at: Time, fact: &Fact) {
        self.0.on(at, fact);
        self.1.on(at, fact);
    }
}

impl<O: Observer> Observer for Option<O> {
    fn on(&mut self, at: Time, fact: &Fact) {
        if let Some(observer) = self {
            observer.on(at, fact);
        }
    }
}
