//! Events: what is going to happen. A closed enum of ids, matched exhaustively in one place.
//!
//! A timer names the attempt it was set for; its handler first asks whether that claim still holds,
//! so nothing is ever cancelled. Keys carry a version, so an attempt that took the row of another
//! is not mistaken for it.

use super::table::keys;
use crate::base::id::{AgentId, FaultId, PoolId, QueueId, WorkloadId};
use crate::kernel::event_list::Rank;

keys! {
    /// A task in the system.
    TaskKey
    /// An attempt that waits or is in service.
    AttemptKey
    /// A task's stay at a step that takes care.
    VisitKey
    /// What a task or a visit asks for before it begins.
    ClaimKey
}

/// What is going to happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// An attempt will have had its service.
    Finish(AttemptKey),
    /// A shared agent will have finished the attempt with the least work left, unless another came
    /// or went before: then its epoch is another.
    FinishShared(AgentId, u32),
    /// An attempt will have had its service on an agent that faults may strike, unless the pace
    /// changed before: then its turn is another.
    FinishPaced(AttemptKey, u32),
    /// A slot of the agent will be ready after its wrap-up.
    Ready(AgentId),
    /// The patience of a task will end while this attempt waits.
    Renege(AttemptKey),
    /// The time limit of an attempt will pass.
    Timeout(AttemptKey),
    /// The deadline of a task will pass.
    Deadline(TaskKey),
    /// The back-off of a visit will be over, if its failures are so many.
    Retry(VisitKey, u8),
    /// A claim is looked at again, if its state is the same.
    Claim(ClaimKey, u32),
    /// A copy of a slow attempt will be sent, if so many were sent before.
    Hedge(VisitKey, u8),
    /// An open breaker of the pool may admit a call again.
    Admit(PoolId),
    /// The next tasks of an open workload will come.
    Arrive(WorkloadId),
    /// A user of a closed workload will have thought.
    Return(WorkloadId, u32),
    /// Enough attempts wait in the queue for a round out of turn.
    Allocate(QueueId),
    /// The next tasks of a surge will come, unless it ended before: then its turn is another.
    Surge(u32, u32),
    /// The roster of the pool will change.
    Shift(PoolId),
    /// The autoscaler of the pool will look at it.
    Scale(PoolId),
    /// An agent will be ready, if this is still its start of this number.
    StartUp(AgentId, u32),
    /// The breakers of the pool look at all their agents together.
    Sweep(PoolId),
    /// The agents of a pool will publish what dispatch sees of them.
    Publish(PoolId),
    /// A queue that is served in rounds will be due.
    Round,
    /// The claims in line are checked for conflicts.
    Check,
    /// The monitor will look.
    Watch,
    /// An agent may fail, if its clock did not rest meanwhile.
    Crash(AgentId),
    /// An agent will be repaired.
    Repair(AgentId),
    /// A fault will begin, or end if it is on.
    Fault(FaultId),
}

const _: () = assert!(size_of::<Event>() <= 16, "an entry of the event list has at most 32 bytes");

impl Event {
    /// Whether it comes again and again, whatever happens.
    #[inline]
    pub(super) fn ticks(self) -> bool {
        use Event::Watch;
        use Event::{Check, Crash, Fault, Publish, Repair, Round, Scale, Shift, StartUp, Sweep};
        let of_agents = matches!(self, Shift(_) | Scale(_) | StartUp(..) | Sweep(_) | Publish(_));
        of_agents || matches!(self, Round | Check | Watch | Crash(_) | Repair(_) | Fault(_))
    }

    /// Where it stands among events of the same time.
    pub(super) fn rank(self) -> Rank {
        match self {
            Event::Finish(_) | Event::FinishShared(..) | Event::FinishPaced(..) => Rank::Finish,
            Event::Ready(_) => Rank::Ready,
            Event::Renege(_) | Event::Timeout(_) | Event::Deadline(_) => Rank::Timeout,
            Event::Claim(..) => Rank::Timeout,
            Event::Retry(..) | Event::Hedge(..) | Event::Admit(_) => Rank::Retry,
            Event::Shift(_) | Event::Scale(_) | Event::StartUp(..) => Rank::Scale,
            Event::Sweep(_) | Event::Publish(_) | Event::Watch => Rank::Probe,
            Event::Arrive(_) | Event::Return(..) | Event::Surge(..) => Rank::Arrival,
            Event::Crash(_) | Event::Repair(_) | Event::Fault(_) => Rank::Fault,
            Event::Round | Event::Allocate(_) | Event::Check => Rank::Probe,
        }
    }
}
