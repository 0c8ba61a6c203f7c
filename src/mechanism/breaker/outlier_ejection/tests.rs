//! Beyond the recorded behaviour, which the conformance tests replay: times, panic and limits.

use super::super::Verdict;
use super::super::check::{mistakes, ms, read};
use super::*;
use crate::base::time::Span;

fn group(targets: usize, text: &str) -> OutlierEjection {
    read::<Spec>(text).build(targets)
}

/// So many results of one target.
fn results(group: &mut OutlierEjection, target: usize, at: u64, verdict: Verdict, n: u32) {
    for _ in 0..n {
        group.record(target, ms(at), verdict);
    }
}

fn ejected(group: &OutlierEjection, targets: usize) -> Vec<usize> {
    (0..targets).filter(|target| group.ejection(*target).is_some()).collect()
}

#[test]
fn the_defaults_are_those_of_the_source() {
    let spec = read::<Spec>("");
    let seconds = [spec.interval, spec.ejection, spec.ejection_at_most];
    assert_eq!(seconds, [10, 30, 300].map(Span::from_secs));
    assert_eq!((spec.at_most.get(), spec.panic.get()), (0.1, 0.5));
    let (consecutive, unreachable) = (spec.consecutive, spec.unreachable);
    assert_eq!((consecutive.failures.get(), consecutive.enforced), (5, true));
    assert_eq!((unreachable.failures.get(), unreachable.enforced), (5, false));
    let rate = spec.success_rate;
    assert_eq!((rate.deviations.get(), rate.targets, rate.calls), (1.9, 5, 100));
    let share = spec.failure_share;
    assert_eq!((share.share.get(), share.targets, share.calls), (0.85, 5, 50));
    assert!(rate.enforced && !share.enforced);
    // A longer ejection takes its limit with it.
    assert_eq!(read::<Spec>("ejection = \"6m\"").ejection_at_most, Span::from_secs(360));
}

#[test]
fn only_a_sweep_brings_a_target_back() {
    let mut group = group(10, "");
    results(&mut group, 3, 1_000, Verdict::Failure, 5);
    assert!(!group.allows(3) && group.allows(4));
    // Over at 31 s; sweeps are at 10, 20, 30 and 40 s.
    assert_eq!((group.until(3), group.until(4)), (Some(ms(40_000)), None));
    for at in [10_000, 20_000, 30_000] {
        assert_eq!(group.next_sweep(), ms(at));
        group.sweep(ms(at));
        assert_eq!((group.allows(3), group.until(3)), (false, Some(ms(40_000))));
    }
    group.sweep(ms(40_000));
    assert!(group.allows(3) && group.until(3).is_none());
}

#[test]
fn each_time_is_longer_and_good_sweeps_shorten_it() {
    let mut group = group(1, "ejection = \"10s\"\nejection_at_most = \"25s\"");
    let mut at = 0;
    let mut lasts = |sweeps: u32| {
        for _ in 0..sweeps {
            at += 10_000;
            group.sweep(ms(at));
        }
        results(&mut group, 0, at, Verdict::Failure, 5);
        let ejection = group.ejection(0).expect("it is ejected");
        let span = ejection.until.since(ejection.since);
        while group.ejection(0).is_some() {
            at += 10_000;
            group.sweep(ms(at));
        }
        span.seconds()
    };
    // n = 1, 2, 3 (limited), 4 (limited, and no higher than that).
    assert_eq!([lasts(0), lasts(0), lasts(0), lasts(0), lasts(0)], [10.0, 20.0, 25.0, 25.0, 25.0]);
    // From 4 down by three sweeps to 1, and up by one.
    assert_eq!(lasts(3), 20.0);
    assert_eq!(lasts(7), 10.0);
}

#[test]
fn never_too_many_are_ejected() {
    let mut group = group(10, "at_most = \"30%\"");
    for target in 0..5 {
        results(&mut group, target, 0, Verdict::Failure, 5);
    }
    assert_eq!(ejected(&group, 10), [0, 1, 2], "three of ten are 30 %");
    assert_eq!((group.ejected(), group.ejections(), group.overflows()), (3, 3, 2));
}

#[test]
fn with_too_few_left_all_get_calls() {
    let mut group = group(4, "at_most = \"100%\"");
    for target in 0..2 {
        results(&mut group, target, 0, Verdict::Failure, 5);
    }
    assert!(!group.allows(0) && group.until(0).is_some(), "half is not less than half");
    results(&mut group, 2, 0, Verdict::Failure, 5);
    assert!((0..4).all(|target| group.allows(target) && group.until(target).is_none()));
    assert!(group.ejection(0).is_some(), "they are still ejected");
    group.sweep(ms(30_000));
    assert_eq!(group.ejected(), 0);
}

#[test]
fn results_in_a_row_while_ejected_do_not_eject_again() {
    let mut group = group(10, "");
    results(&mut group, 0, 0, Verdict::Failure, 30);
    assert_eq!((group.ejections(), group.overflows()), (1, 0));
    results(&mut group, 1, 0, Verdict::Failure, 4);
    results(&mut group, 1, 0, Verdict::Ignored, 9);
    assert_eq!(group.overflows(), 0);
    results(&mut group, 1, 0, Verdict::Unreachable, 1);
    assert_eq!(group.overflows(), 1, "a second of ten is too many");
}

#[test]
fn a_high_share_of_failures_ejects_if_it_is_enforced() {
    for (enforced, successes, out) in [(true, 15, true), (true, 16, false), (false, 15, false)] {
        let text = format!(
            "consecutive.enforced = false\nsuccess_rate.enforced = false\n\
             failure_share.enforced = {enforced}"
        );
        let mut group = group(5, &text);
        for target in 0..4 {
            results(&mut group, target, 0, Verdict::Success, 100);
        }
        results(&mut group, 4, 0, Verdict::Failure, 100 - successes);
        results(&mut group, 4, 0, Verdict::Success, successes);
        group.sweep(ms(10_000));
        let reason = group.ejection(4).map(|ejection| ejection.reason);
        assert_eq!(reason, out.then_some(Reason::FailureShare), "{successes} of 100 succeed");
    }
}

#[test]
fn a_sweep_looks_at_one_interval() {
    let mut group = group(5, "consecutive.enforced = false\nat_most = \"40%\"");
    for target in 0..5 {
        results(&mut group, target, 0, Verdict::Success, 60);
    }
    group.sweep(ms(10_000));
    assert_eq!(group.swept(), None, "60 calls are too few");
    for target in 0..5 {
        results(&mut group, target, 15_000, Verdict::Success, 60);
    }
    group.sweep(ms(20_000));
    assert_eq!(group.swept(), None, "those before the last sweep are forgotten");
}

#[test]
fn what_cannot_be_is_a_mistake() {
    for wrong in [
        "interval = \"0s\"",
        "ejection = \"10s\"\nejection_at_most = \"5s\"",
        "consecutive = { failures = 0 }",
        "success_rate = { deviations = 0 }",
        "at_most = 2",
    ] {
        assert_eq!(mistakes::<Spec>(wrong).len(), 1, "{wrong}");
    }
}
