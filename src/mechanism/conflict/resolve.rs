//! Resolving a conflict: who goes on, and what becomes of the other.
//!
//! Rule: the strategies of the reference, by kind: priority for a resource, the declared rule for a
//! logical conflict, a shift of the later one for a timing conflict, first come first served for
//! the rest. Where the loser of a resource waits, who is in progress keeps it and priority decides
//! among those that wait. Invariant: one wins and the other loses; nobody who has not started is
//! preempted.

use super::detect::{Conflict, Kind, Party};
use super::spec::{Loser, Rule};
use crate::base::time::Span;

/// What becomes of the one that loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It stands aside until the winner has ended, and keeps its place and what it has done.
    Wait,
    /// It goes back to its queue as if it had just come; what it has done is lost.
    Requeue,
    /// It is interrupted at once and goes on later where it was.
    Preempt,
    /// It ends without success.
    Cancel,
    /// It becomes part of the winner, and ends when and as that does.
    Merge,
    /// Its reservation moves to a later time, by this much.
    Shift(Span),
}

impl What {
    /// What can become of a loser, by name.
    pub const NAMES: [&str; 6] = ["wait", "requeue", "preempt", "cancel", "merge", "shift"];

    /// The place of its name.
    pub fn number(self) -> usize {
        match self {
            What::Wait => 0,
            What::Requeue => 1,
            What::Preempt => 2,
            What::Cancel => 3,
            What::Merge => 4,
            What::Shift(_) => 5,
        }
    }
}

/// How a conflict is settled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolution<T> {
    /// Who goes on.
    pub winner: Party<T>,
    /// Who does not.
    pub loser: Party<T>,
    /// What becomes of the loser.
    pub what: What,
}

/// Settles a conflict by the strategy of its kind.
pub fn resolve<T: Copy>(conflict: &Conflict<T>) -> Resolution<T> {
    let Conflict { kind, earlier, later } = *conflict;
    let (later_wins, what) = match kind {
        Kind::Resource { loser, .. } => {
            // Who waits waits its turn: a unit is not taken from who is in progress.
            let keeps = loser == Loser::Wait && earlier.started && !later.started;
            let later_wins = later.priority > earlier.priority && !keeps;
            let started = if later_wins { earlier.started } else { later.started };
            let what = match loser {
                Loser::Preempt if started => What::Preempt,
                Loser::Preempt | Loser::Wait => What::Wait,
                Loser::Requeue => What::Requeue,
            };
            (later_wins, what)
        }
        Kind::Logical { rule: Rule::Serialise, late, .. } => (late, What::Wait),
        Kind::Logical { rule: Rule::CancelLater, .. } => (false, What::Cancel),
        Kind::Logical { rule: Rule::Merge, .. } => (false, What::Merge),
        Kind::Timing { by, .. } => (false, What::Shift(by)),
        Kind::Other { .. } => (false, What::Wait),
    };
    let (winner, loser) = if later_wins { (later, earlier) } else { (earlier, later) };
    Resolution { winner, loser, what }
}
