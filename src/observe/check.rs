//! A small scenario that is watched over, for the tests of observers.

use crate::base::id::{AgentId, PoolId};
use crate::base::read::NoFiles;
use crate::base::time::{Span, Time};
use crate::model::fact::{Control, Fact, Observer, Scaled};
use crate::scenario::load::load;
use crate::scenario::meaning::Scenario;

/// Pool `p` has from 1 to 3 agents and begins with 1; pool `q` has 2, each behind a breaker.
pub fn watched_over() -> Scenario {
    let text = r#"
        name = "a"
        horizon = "2m"
        grid = "1m"
        workloads.w.arrivals.poisson.rate = "1/min"
        queues.main = {}
        [workflows.f.steps.s]
        work = "1s"
        [pools.p]
        queue = "main"
        autoscale.hpa = { metric = "utilisation", target = "50%", agents = { min = 1, max = 3 } }
        [pools.q]
        agents = 2
        queue = "main"
        breaker.consecutive = {}
        [alerts]
        gone = { absent = "response_mean", pool = "q" }
        slow = { when = "response_mean > 5s", labels = { team = "b", severity = "page" } }
    "#;
    load(text.as_bytes(), &NoFiles).unwrap_or_else(|wrong| panic!("{wrong:?}")).scenario
}

/// The moment so many seconds after the start.
pub fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

/// Something is told of the scaled pool.
pub fn scaled(what: Scaled) -> Fact {
    Fact::Control(Control::Scaled { pool: PoolId::new(0), what })
}

/// The `number`-th agent of the scaled pool, from 1.
pub fn agent(number: usize) -> AgentId {
    AgentId::new(number - 1)
}

/// Tells the facts, each at a second.
pub fn tell(observer: &mut impl Observer, facts: &[(u64, Fact)]) {
    for (seconds, fact) in facts {
        observer.on(at(*seconds), fact);
    }
}
