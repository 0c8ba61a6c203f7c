//! What becomes of a claim: resources held, waited for, booked and given back.

use crate::base::id::ResourceId;
use crate::base::time::{Span, Time};
use crate::mechanism::reservation::UnitId;
use crate::mechanism::retry::Cause;

/// What became of what a task or a step must have before it begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claimed {
    /// It waits for units.
    Blocked,
    /// It has a unit.
    Held {
        /// Which.
        unit: UnitId,
        /// Whether others that share may have it too.
        shared: bool,
    },
    /// It has all and begins.
    Cleared {
        /// How long it waited for its time and its units.
        blocked: Span,
        /// How long it stood aside for others, or was part of them.
        aside: Span,
    },
    /// It no longer has a unit.
    Released {
        /// Which.
        unit: UnitId,
        /// Whether the unit is used up, so that nobody can have it.
        used_up: bool,
    },
    /// A unit that the task had used up can be had again.
    Returned {
        /// Which.
        unit: UnitId,
    },
    /// It came to nothing.
    Unavailable {
        /// Why.
        cause: Cause,
        /// How long it had waited.
        blocked: Span,
    },
    /// A unit is booked for it.
    Booked {
        /// Of which type.
        resource: ResourceId,
        /// From when on.
        start: Time,
        /// For how long.
        length: Span,
    },
    /// It gives way, because it and others waited for one another.
    Deadlocked,
}
