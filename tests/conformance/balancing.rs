//! Load balancing: the averages of Finagle's peak EWMA.

use rehearsal::base::id::AgentId;
use rehearsal::base::random::{Purpose, Root};
use rehearsal::base::time::{Span, Time};
use rehearsal::mechanism::dispatch::{Dispatch, Spec};
use serde_json::Value;

use crate::written::{check_all, of_kind, written};

/// Rows not checked, with the reason.
const SKIPPED: &[(&str, &str)] = &[];

fn average(row: &Value) {
    let text = format!("{{ peak_ewma = {{ decay = '{}s' }} }}", row["tau_s"]);
    let Spec::PeakEwma(spec) = written(&text) else { unreachable!("it was written so") };
    let mut policy = spec.build(Root::new(1, 0).stream("q", Purpose::Policy));
    let observations = row["observations_t_rtt"].as_array().unwrap();
    let expected = row["expected_ewma"].as_array().unwrap();
    assert_eq!(observations.len(), expected.len(), "{}", row["id"]);
    for (observation, expected) in observations.iter().zip(expected) {
        let [at, response] = [0, 1].map(|i| Span::from_secs(observation[i].as_u64().unwrap()));
        policy.observe(Time::ZERO + at, AgentId(3), response);
        let (got, expected) = (policy.average_s(AgentId(3)), expected.as_f64().unwrap());
        // The rows are written to nine decimals.
        assert!((got - expected).abs() <= 0.5e-9 + 1e-12, "{} {observation}: {got}", row["id"]);
    }
}

#[test]
fn averages_of_finagle() {
    let rows = of_kind("resilience_misc.json", "peak_ewma");
    assert_eq!(check_all(&rows, SKIPPED, average), 2);
}
