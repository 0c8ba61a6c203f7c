//! Beyond the recorded behaviour, which the conformance tests replay: defaults, jitter and probes.

use super::super::check::{calls, fail, mistakes, ms, open_until, read, succeed};
use super::super::{Breaker, State, Verdict};
use super::*;
use crate::base::random::{Purpose, Root};

fn machine(rules: &str) -> Finagle {
    let stream = Root::new(1, 0).stream("pools.specialists.breaker.0", Purpose::Policy);
    read::<Spec>(&format!("rules = [{rules}]")).build(stream)
}

#[test]
fn the_defaults_are_those_of_the_source() {
    let rules = read::<Spec>("").rules;
    let [Rule::SuccessRate { required, window, min_calls, recovery }, second] = &rules[..] else {
        panic!("{rules:?}");
    };
    assert_eq!((required.get(), *min_calls), (0.8, 5));
    assert_eq!(*window, Window::Time(Span::from_secs(30)));
    let jitter = Recovery { from: Span::from_secs(5), at_most: Span::from_secs(300) };
    let Rule::Consecutive { failures, recovery: other } = second else { panic!("{second:?}") };
    assert_eq!((failures.get(), *recovery, *other), (5, jitter, jitter));
}

#[test]
fn a_probe_revives_it() {
    let mut breaker = machine("{ consecutive = { failures = 2, recovery = \"1s\" } }");
    assert_eq!(calls(&mut breaker, 0, &[Verdict::Failure; 3]), [true, true, false]);
    open_until(&breaker, 0, ms(1_000));
    breaker.record(ms(1_500), Verdict::Failure, Span::ZERO);
    assert!(breaker.admit(ms(1_500)), "late failures are nothing");
    assert_eq!((breaker.state(ms(1_500)), breaker.until(ms(1_500))), (State::HalfOpen, None));
    assert!(!breaker.admit(ms(1_600)), "the probe runs");
    breaker.record(ms(1_700), Verdict::Ignored, Span::ZERO);
    fail(&mut breaker, 1_800);
    open_until(&breaker, 1_800, ms(2_800));
    succeed(&mut breaker, 2_800);
    fail(&mut breaker, 2_801);
    assert_eq!(breaker.state(ms(2_801)), State::Closed, "one failure of two");
}

#[test]
fn it_is_dead_for_ever_longer_until_it_is_revived() {
    let rule =
        "{ consecutive = { failures = 1, recovery = { from = \"5s\", at_most = \"30s\" } } }";
    let mut breaker = machine(rule);
    let mut at = 0;
    // 5 s, then h + h u with h = 5, 10, 20 s, then the limit.
    for (low, high) in [(5.0, 5.0), (5.0, 10.0), (10.0, 20.0), (20.0, 30.0), (30.0, 30.0)] {
        fail(&mut breaker, at);
        let dead = breaker.until(ms(at)).unwrap().since(ms(at));
        assert!((low..=high).contains(&dead.seconds()), "{dead} is from {low} to {high} s");
        at += dead.nanos() / 1_000_000 + 1;
    }
    succeed(&mut breaker, at);
    fail(&mut breaker, at);
    assert_eq!(breaker.until(ms(at)), Some(ms(at + 5_000)));
}

#[test]
fn a_low_success_rate_within_a_time() {
    // The average after a success at 0 and failures each second is e^(-t/10): below 50 % from
    // 6.93 s on, but not known before 10 s.
    let rule = |n| {
        format!(
            "{{ success_rate = {{ required = 0.5, window = \"10s\", min_calls = {n}, \
             recovery = \"1s\" }} }}"
        )
    };
    for (min_calls, dead) in [(0, true), (9, true), (10, false)] {
        let mut breaker = machine(&rule(min_calls));
        succeed(&mut breaker, 0);
        for second in 1..=9 {
            fail(&mut breaker, second * 1_000);
        }
        assert_eq!(breaker.state(ms(9_000)), State::Closed);
        // Slices of 2 s: at 10 s the first two results leave, and nine are left.
        fail(&mut breaker, 10_000);
        assert_eq!(breaker.state(ms(10_000)) == State::Open, dead, "at least {min_calls}");
    }
}

#[test]
fn a_low_success_rate_within_a_number_of_calls() {
    let mut breaker =
        machine("{ success_rate = { required = 0.5, window = 4, recovery = \"1s\" } }");
    let mixed = [Verdict::Failure, Verdict::Success, Verdict::Success, Verdict::Success];
    assert_eq!(calls(&mut breaker, 0, &mixed), [true; 4]);
    // 1 - e^(-3/4) = 0.528 after three successes; one failure: 0.528 e^(-1/4) = 0.411 < 0.5.
    fail(&mut breaker, 1);
    open_until(&breaker, 1, ms(1_001));
}

#[test]
fn a_probe_that_no_rule_condemns_is_followed_by_another() {
    let mut breaker =
        machine("{ success_rate = { required = 0.3, window = 1, recovery = \"1s\" } }");
    fail(&mut breaker, 0);
    // Late successes go to the rules, 1 - e^(-3) = 0.950, but do not revive it.
    for _ in 0..3 {
        breaker.record(ms(500), Verdict::Success, Span::ZERO);
    }
    open_until(&breaker, 500, ms(1_000));
    // 0.950 e^(-1) = 0.350: the probe has failed, but the rule has nothing to say; then 0.129.
    fail(&mut breaker, 1_000);
    assert_eq!(breaker.state(ms(1_000)), State::HalfOpen);
    fail(&mut breaker, 1_200);
    open_until(&breaker, 1_200, ms(2_200));
}

#[test]
fn what_cannot_be_is_a_mistake() {
    for wrong in [
        "rules = []",
        "rules = [\"consecutiv\"]",
        "rules = [{ consecutive = { failures = 0 } }]",
        "rules = [{ consecutive = { recovery = \"0s\" } }]",
        "rules = [{ consecutive = { recovery = { from = \"2s\", at_most = \"1s\" } } }]",
        "rules = [{ success_rate = { window = 0 } }]",
    ] {
        assert_eq!(mistakes::<Spec>(wrong).len(), 1, "{wrong}");
    }
}
