//! Retry budgets: how many retries a caller may add to the load, over all its tasks.
//!
//! Back-off spreads retries in time, a budget bounds their number: without one, n tries multiply an
//! overload by n. Invariant: a refused retry leaves the budget as it was.

use crate::base::time::Time;

choices! { "budget":
    finagle => Finagle,
    envoy => Envoy,
    grpc => Grpc,
    token_bucket => TokenBucket,
}

/// The machine of a budget.
pub trait Budget {
    /// A first attempt is made.
    fn request(&mut self, now: Time);
    /// Whether a retry may be made; if so, it is paid for. `active` attempts are in progress or
    /// waiting, `retrying` of them are retries.
    fn retry(&mut self, now: Time, active: u32, retrying: u32) -> bool;
    /// An attempt, first or not, has ended. To be told before a retry is asked for.
    fn result(&mut self, now: Time, success: bool);
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Box<dyn Budget> {
        match self {
            Spec::Finagle(spec) => Box::new(spec.build()),
            Spec::Envoy(spec) => Box::new(spec.clone()),
            Spec::Grpc(spec) => Box::new(spec.build()),
            Spec::TokenBucket(spec) => Box::new(spec.build()),
        }
    }
}
