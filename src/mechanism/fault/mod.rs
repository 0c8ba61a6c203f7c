//! Faults: what goes wrong from outside, with a begin and an end (MODEL section 13).
//!
//! A scenario gives each a name and says when it is on and what it does, to whom:
//!
//! ```toml
//! [faults.morning_outage]
//! crash = { pool = "specialists", agents = 3 }
//! at = "10:00"
//! lasts = "12m"
//! ```
//!
//! | key     | meaning                                                                 |
//! |---------|-------------------------------------------------------------------------|
//! | `at`    | when it begins: a time or a list of times                               |
//! | `every` | or: how long after the end of one (the start) the next begins           |
//! | `lasts` | how long it is on; may be left out after a single time: until the end   |
//!
//! Rule: faults of one moment begin and end in the order of their names. A time that finds the
//! fault on is passed over. By the table of ranks a finish, a timeout or an arrival of the very
//! moment comes before the fault, so that what is done just when it begins is done, and what comes
//! just when it ends comes under it. Nothing recurs after the horizon, but what is on ends.
//!
//! A policy here is what a fault does, as plain parameters: the world does it. Invariant: times
//! come from a stream of the fault's name, and what it does to an attempt from draws keyed by task,
//! step, visit and attempt, so that every policy that is compared meets the same faults.

choices! { "fault":
    crash => Crash,
    slow => Slow,
    pause => Pause,
    errors => Errors,
    first_fail => FirstFail,
    delay => Delay,
    loss => Loss,
    lost => Lost,
    surge => Surge,
    blind => Blind,
    start_up => StartUp,
}

pub mod calendar;
pub mod scope;

use crate::base::read::Placed;
use scope::Scope;

impl Spec {
    /// The agents that it strikes, if it strikes agents.
    pub fn scope(&self) -> Option<&Scope> {
        match self {
            Spec::Crash(spec) => Some(&spec.scope),
            Spec::Slow(spec) => Some(&spec.scope),
            Spec::Pause(spec) => Some(&spec.scope),
            Spec::Errors(spec) => Some(&spec.scope),
            Spec::FirstFail(spec) => Some(&spec.scope),
            Spec::Delay(spec) => Some(&spec.scope),
            Spec::Loss(spec) => Some(&spec.scope),
            Spec::Lost(_) | Spec::Surge(_) | Spec::Blind(_) | Spec::StartUp(_) => None,
        }
    }

    /// The pools whose watching or starting it strikes; `Some` of none: all pools.
    pub fn pools(&self) -> Option<&[Placed<String>]> {
        match self {
            Spec::Blind(spec) => Some(&spec.pools),
            Spec::StartUp(spec) => Some(&spec.pools),
            _ => None,
        }
    }
}
