//! The machine over time; its decisions are checked against recorded ones as well.

use super::super::check::{at, pool};
use super::*;
use crate::mechanism::check::read;

fn spec(keys: &str) -> Spec {
    read(&format!("{{ capacity = 10.0, agents = {{ min = 0, max = 50 }}, {keys} }}")).unwrap()
}

#[test]
fn the_defaults_are_those_of_the_source() {
    let spec: Spec = read("{ agents = { min = 0, max = 9 } }").unwrap();
    assert_eq!((spec.rules.target, spec.rules.total, spec.rules.burst), (70.0, 100.0, 211.0));
    assert_eq!((spec.panic, spec.rules.stable), (Span::from_secs(6), Span::from_secs(60)));
    assert_eq!((spec.scaling.every, spec.scaling.at_start), (Span::from_secs(2), 1));
    let rate: Spec = read("{ metric = 'arrival_rate', agents = { min = 0, max = 9 } }").unwrap();
    assert_eq!((rate.rules.total, rate.signal.unit()), (200.0, Metric::ArrivalRate.unit()));
    let other = "{ metric = 'utilisation', agents = { min = 0, max = 9 } }";
    assert_eq!(read::<Spec>(other).unwrap_err(), ["`x`: this metric is not for kpa"]);
    let panic = "{ panic = '1%', agents = { min = 0, max = 9 } }";
    assert_eq!(read::<Spec>(panic).unwrap_err(), ["`x`: the panic window is too short"]);
}

#[test]
fn a_burst_is_met_in_panic_and_stays_met() {
    let mut machine = spec("").build();
    let mut see = |second: u64, ready: u32, value: f64| {
        let advice = machine.evaluate(at(second), &pool(ready, 0.0).see(&[Some(value)]));
        (advice.desired, advice.limit)
    };
    // 5 at a target of 7 is one agent.
    for second in [2, 4, 6, 8, 10] {
        assert_eq!(see(second, 1, 5.0), (1, Limit::None));
    }
    // Seconds 0-9 had 5, 10-11 have 50. Panic: (4 * 5 + 2 * 50) / 6 = 20 / 7: 3 are wanted for one,
    // and the stable average (50 + 100) / 12 = 12.5 wants 2.
    assert_eq!(see(12, 1, 50.0), (3, Limit::Panic));
    // (2 * 5 + 4 * 50) / 6 = 35 / 7 = 5.
    assert_eq!(see(14, 1, 50.0), (5, Limit::Panic));
    // Nothing comes any more; 5 stay until more than 60 s after the last time over the threshold.
    for second in (16..=74).step_by(2) {
        assert_eq!(see(second, 5, 0.0), (5, Limit::Panic), "{second}");
    }
    // The stable window has 14-73 by now: nothing in it. Down to half at a time.
    assert_eq!(see(76, 5, 0.0), (2, Limit::Rate));
}

#[test]
fn the_last_agent_stays_for_the_grace() {
    let mut machine = spec("grace = '10s', stable = '6s', panic = '50%'").build();
    let mut see = |second: u64, ready: u32| {
        let advice = machine.evaluate(at(second), &pool(ready, 0.0).see(&[Some(0.0)]));
        (advice.desired, advice.limit)
    };
    assert_eq!(see(2, 1), (1, Limit::Cooldown), "floor(1 / 2) = 0, but not at once");
    assert_eq!(see(10, 1), (1, Limit::Cooldown));
    assert_eq!(see(12, 1), (0, Limit::None));
    assert_eq!(see(14, 0), (0, Limit::None));
}
