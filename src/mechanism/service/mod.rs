//! Service modes: how fast an agent works on the attempts it holds.
//!
//! With `slots` and `rate_limited` each attempt goes at the agent's own speed. The others share:
//! the total rate depends on how many attempts are in service, and each gets an equal part of it.
//! Invariant: the total rate with one or more attempts is above zero and finite.

choices! { "service":
    slots => Slots,
    processor_sharing => ProcessorSharing,
    load_dependent => LoadDependent,
    rate_limited => RateLimited,
}

impl Spec {
    /// The total rate, in work per second, of an agent of speed 1 that holds `n` attempts.
    pub fn total_rate(&self, n: u32) -> f64 {
        match self {
            Spec::Slots(_) | Spec::RateLimited(_) => f64::from(n),
            Spec::ProcessorSharing(_) => 1.0,
            Spec::LoadDependent(spec) => spec.total_rate(n),
        }
    }

    /// Whether an attempt may be refused.
    pub fn refuses(&self) -> bool {
        matches!(self, Spec::RateLimited(_))
    }

    /// Whether attempts in service share the agent's rate.
    pub fn shares(&self) -> bool {
        matches!(self, Spec::ProcessorSharing(_) | Spec::LoadDependent(_))
    }

    /// Whether an agent may hold any number of attempts, if nothing else is said.
    pub fn is_unlimited(&self) -> bool {
        !matches!(self, Spec::Slots(_))
    }
}
