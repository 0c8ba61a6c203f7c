//! Which of several events at one instant comes first.
//!
//! | rank | events | why here |
//! |---|---|---|
//! | `Finish` | a service or a step ends | releases before requests: what is freed can be taken |
//! | `Ready` | a task becomes ready, work moves on | what was waiting comes before what is new |
//! | `Timeout` | a deadline passes, patience ends | an end at the deadline is still in time |
//! | `Retry` | a backoff ends | old requests come before new ones |
//! | `Arrival` | a new task | sees every release of its instant |
//! | `Scale` | agents are added or removed | decides on the finished instant |
//! | `Fault` | an agent fails or recovers | does not undo what the instant completed |
//! | `Probe` | a sample is taken | observation last: sees the instant as it was left |

/// The rank of an event among those of its instant: a lower rank comes first.
///
/// At most eight, since [`super::EventList`] keeps the rank in three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Rank {
    /// A service or a step ends.
    Finish = 0,
    /// A task becomes ready, work moves on.
    Ready = 1,
    /// A deadline passes, patience ends.
    Timeout = 2,
    /// A backoff ends.
    Retry = 3,
    /// A new task.
    Arrival = 4,
    /// Agents are added or removed.
    Scale = 5,
    /// An agent fails or recovers.
    Fault = 6,
    /// A sample is taken.
    Probe = 7,
}

impl Rank {
    /// Every rank, the first to come first.
    pub const ALL: [Rank; 8] = [
        Rank::Finish,
        Rank::Ready,
        Rank::Timeout,
        Rank::Retry,
        Rank::Arrival,
        Rank::Scale,
        Rank::Fault,
        Rank::Probe,
    ];
}
