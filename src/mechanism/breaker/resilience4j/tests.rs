//! Beyond the recorded behaviour, which the conformance tests replay: the boundaries and growth.

use super::super::check::{calls, fail, mistakes, ms, open_until, read, succeed};
use super::super::{Breaker, State, Verdict, just_after};
use super::*;
use crate::base::time::Time;

/// One that opens when two of the last four calls have failed.
fn small(more: &str) -> Resilience4j {
    read::<Spec>(&format!("window = 4\nmin_calls = 4\ntrials = 2\n{more}")).build()
}

/// Opens a fresh one at 0.
fn open(mut breaker: Resilience4j) -> Resilience4j {
    assert_eq!(calls(&mut breaker, 0, &[Verdict::Failure; 5]), [true, true, true, true, false]);
    breaker
}

#[test]
fn the_defaults_are_those_of_the_source() {
    let spec = read::<Spec>("");
    assert_eq!((spec.failure_rate.get(), spec.slow_rate.get()), (0.5, 1.0));
    assert_eq!((spec.slow, spec.window), (Span::from_secs(60), Extent::Calls(number(100))));
    assert_eq!((spec.min_calls.get(), spec.trials.get()), (100, 10));
    assert_eq!(spec.recovery, Recovery::constant(Span::from_secs(60)));
}

#[test]
fn a_success_can_open_it_too() {
    let mut breaker = small("");
    fail(&mut breaker, 0);
    fail(&mut breaker, 0);
    succeed(&mut breaker, 0);
    assert_eq!(breaker.state(ms(0)), State::Closed, "three are too few");
    succeed(&mut breaker, 0);
    assert_eq!(breaker.failure_rate(ms(0)), Some(0.5));
    open_until(&breaker, 0, just_after(ms(60_000)));
}

#[test]
fn slow_calls_open_it() {
    let mut breaker = small("slow = \"1s\"\nslow_rate = \"75%\"");
    for (at, took) in [(0, 1_000), (1, 1_001), (2, 1_001)] {
        breaker.record(ms(at), Verdict::Success, Span::from_nanos(took * 1_000_000));
    }
    breaker.record(ms(3), Verdict::Success, Span::from_nanos(1_000_000_001));
    assert_eq!(breaker.slow_rate(ms(3)), Some(0.75), "1 s is not longer than 1 s");
    assert_eq!(breaker.state(ms(3)), State::Open);
}

#[test]
fn trials_decide_and_surplus_calls_are_rejected() {
    let mut breaker = open(small(""));
    assert!(breaker.admit(ms(60_001)) && breaker.admit(ms(60_001)));
    assert!(!breaker.allows(ms(60_001)) && !breaker.admit(ms(60_001)));
    assert_eq!((breaker.not_permitted(), breaker.until(ms(60_001))), (1, None));
    breaker.record(ms(60_002), Verdict::Failure, Span::ZERO);
    assert_eq!(breaker.state(ms(60_002)), State::HalfOpen, "one of two is not known");
    breaker.record(ms(60_003), Verdict::Ignored, Span::ZERO);
    assert!(breaker.admit(ms(60_003)), "an ignored one gives its permit back");
    breaker.record(ms(60_004), Verdict::Success, Span::ZERO);
    open_until(&breaker, 60_004, just_after(ms(120_004)));
    succeed(&mut breaker, 121_000);
    succeed(&mut breaker, 121_000);
    assert_eq!(breaker.state(ms(121_000)), State::Closed);
    assert_eq!(breaker.counts(ms(121_000)).total, 0, "it starts from nothing");
}

#[test]
fn each_opening_lasts_longer_until_it_closes() {
    let recovery = "recovery = { from = \"500ms\", at_most = \"2s\" }";
    let mut breaker = open(small(recovery));
    let mut at = 0;
    for lasts in [500, 750, 1_125, 1_687, 2_000, 2_000] {
        open_until(&breaker, at, just_after(ms(at + lasts)));
        at += lasts + 1;
        assert_eq!(calls(&mut breaker, at, &[Verdict::Failure; 3]), [true, true, false]);
    }
    at += 2_001;
    assert_eq!(calls(&mut breaker, at, &[Verdict::Success; 2]), [true, true]);
    assert_eq!(calls(&mut breaker, at, &[Verdict::Failure; 4]), [true; 4]);
    open_until(&breaker, at, just_after(ms(at + 500)));
}

#[test]
fn late_results_change_no_state() {
    let mut breaker = open(small(""));
    for _ in 0..4 {
        breaker.record(ms(1), Verdict::Success, Span::ZERO);
    }
    assert_eq!((breaker.phase(), breaker.failure_rate(ms(1))), (Phase::Open, Some(0.0)));
}

#[test]
fn an_operator_has_the_last_word() {
    let mut breaker = small("");
    breaker.enter(ms(0), Phase::ForcedOpen);
    assert_eq!((breaker.state(ms(0)), breaker.until(ms(0))), (State::Open, None));
    assert!(!breaker.allows(Time::MAX));
    breaker.enter(ms(0), Phase::Closed);
    assert_eq!(calls(&mut breaker, 0, &[Verdict::Failure; 5]), [true, true, true, true, false]);
}

#[test]
fn what_cannot_be_is_a_mistake() {
    for wrong in [
        "failure_rate = 0",
        "slow_rate = \"0%\"",
        "window = \"1.5s\"",
        "window = \"0s\"",
        "window = 0",
        "window = 2000000",
        "window = \"40d\"",
        "trials = 2000000",
        "min_calls = 0",
        "recovery = { from = \"2s\", at_most = \"1s\" }",
    ] {
        assert_eq!(mistakes::<Spec>(wrong).len(), 1, "{wrong}");
    }
    for written in ["recovery = \"30s\"", "recovery = { from = \"1s\", at_most = \"1m\" }"] {
        let recovery = read::<Spec>(written).recovery;
        assert_eq!(read::<Spec>(&format!("recovery = {}", recovery.show())).recovery, recovery);
    }
}
