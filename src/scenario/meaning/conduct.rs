//! How agents of a pool behave: when they fail and what becomes of their work, how fast they are at
//! first and under load, what the orchestrator sees of them (MODEL section 4).

use crate::base::dist::Dist;
use crate::base::time::Span;
use crate::base::unit::Costs;

pub use crate::mechanism::fault::crash::Fate;

/// Failures of the agents of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Failures {
    /// How long an agent works until it fails, in seconds.
    pub every: Dist,
    /// How long it is down, in seconds.
    pub repair: Dist,
    /// Whether it ages whenever it is there; otherwise only while it serves something.
    pub while_idle: bool,
    /// What becomes of its attempts in service.
    pub work: Fate,
}

/// How an agent starts that came on duty or was repaired.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp {
    /// So many of its first attempts are slower.
    pub attempts: u32,
    /// Their speed, as a share of the agent's.
    pub factor: f64,
}

/// What an attempt is worth on an agent that offers only some of the needed capabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partial {
    /// Multiplies the chance of success.
    pub success: f64,
    /// Multiplies the speed.
    pub speed: f64,
}

impl Partial {
    /// As good as a full match.
    pub const NONE: Partial = Partial { success: 1.0, speed: 1.0 };
}

/// How much of something each agent uses, as shares of what it has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// By being there.
    pub idle: f64,
    /// By each attempt in service.
    pub attempt: f64,
}

impl Usage {
    /// The share in use with so many attempts in service on an agent; all at most.
    pub fn of(self, serving: f64) -> f64 {
        (self.idle + self.attempt * serving).min(1.0)
    }
}

/// How the agents of a pool behave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conduct {
    /// When they fail.
    pub failures: Option<Failures>,
    /// How they start.
    pub warm_up: Option<WarmUp>,
    /// Each other attempt in service slows a new one: speed / (1 + slow_down * others).
    pub slow_down: f64,
    /// What dispatch sees of them is as it was at the last multiple of this; `None`: as it is.
    pub published_every: Option<Span>,
    /// What an attempt is worth that matches only in part, if its step does not say.
    pub partial: Option<Partial>,
    /// How much memory they use.
    pub memory: Usage,
    /// How much CPU they use.
    pub cpu: Usage,
    /// What each costs.
    pub cost: Costs,
    /// Where they are.
    pub zone: Option<String>,
}
