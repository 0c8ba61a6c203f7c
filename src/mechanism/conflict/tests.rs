//! Each strategy by hand: who wins, and what becomes of the other.

use super::detect::{Action, Conflict, Kind, Pair, Rules};
use super::resolve::{Resolution, What, resolve};
use super::*;
use crate::base::time::{Span, Time};

const PICK: u32 = 1;
const CANCEL: u32 = 2;
const PAY: u32 = 3;
const STOCK: u32 = 7;
const DOCK: u32 = 8;

fn at(s: u64) -> Time {
    Time::ZERO + Span::from_secs(s)
}

/// An action of task `task` that came at second `task`, on an entity of its own.
fn action(task: u64, name: u32) -> Action<u64> {
    Action {
        task,
        name,
        entity: 100 + task,
        resources: Vec::new(),
        interval: None,
        priority: 0,
        since: at(task),
    }
}

fn needs(task: u64, priority: i32, resources: &[u32]) -> Action<u64> {
    Action { priority, resources: resources.to_vec(), ..action(task, PICK) }
}

fn on(entity: u64, task: u64, name: u32) -> Action<u64> {
    Action { entity, ..action(task, name) }
}

fn booked(task: u64, from: u64, to: u64) -> Action<u64> {
    Action { interval: Some((at(from), at(to))), ..needs(task, 0, &[DOCK]) }
}

fn pair(names: [u32; 2], ordered: bool, rule: Option<Rule>) -> Rules {
    Rules { pairs: vec![Pair { names, ordered, rule }], ..Rules::default() }
}

fn stock(loser: Loser) -> Rules {
    Rules { losers: [(STOCK, loser)].into(), ..Rules::default() }
}

/// Winner, loser and fate of the resolutions, in order.
fn settled(conflicts: &[Conflict<u64>]) -> Vec<(u64, u64, What)> {
    let row = |Resolution { winner, loser, what }| (winner.task, loser.task, what);
    conflicts.iter().map(|conflict| row(resolve(conflict))).collect()
}

fn starts(rules: &Rules, new: &Action<u64>, other: &Action<u64>) -> Vec<(u64, u64, What)> {
    settled(&rules.detect(at(50), new, std::slice::from_ref(other)))
}

fn sweep(rules: &Rules, all: &[Action<u64>]) -> Vec<(u64, u64, What)> {
    settled(&rules.detect_all(at(50), all))
}

#[test]
fn the_higher_priority_keeps_a_resource() {
    let (low, high) = (needs(1, 0, &[STOCK]), needs(2, 5, &[STOCK]));
    for (loser, running, new) in [
        (Loser::Wait, What::Wait, What::Wait),
        (Loser::Requeue, What::Requeue, What::Requeue),
        (Loser::Preempt, What::Preempt, What::Wait),
    ] {
        let rules = stock(loser);
        let (first, second) = (low.clone(), high.clone());
        // Nothing is taken from who is in progress where the loser waits.
        let (winner, other) = if loser == Loser::Wait { (1, 2) } else { (2, 1) };
        assert_eq!(starts(&rules, &second, &first), [(winner, other, running)]);
        assert_eq!(starts(&rules, &first, &second), [(2, 1, new)], "who has not started");
        assert_eq!(sweep(&rules, &[first, second]), [(2, 1, running)]);
    }
}

#[test]
fn of_equal_priorities_who_came_first_keeps_it() {
    let rules = stock(Loser::Requeue);
    let (first, second) = (needs(1, 3, &[STOCK]), needs(2, 3, &[DOCK, STOCK]));
    assert_eq!(starts(&rules, &second, &first), [(1, 2, What::Requeue)]);
    assert_eq!(sweep(&rules, &[second.clone(), first.clone()]), [(1, 2, What::Requeue)]);
    let same = Action { since: first.since, ..second };
    assert_eq!(sweep(&rules, &[same, first]), [(2, 1, What::Requeue)], "who stands first");
}

#[test]
fn a_resource_conflict_needs_another_task_and_the_same_resource() {
    let rules = stock(Loser::Requeue);
    let first = needs(1, 0, &[STOCK, DOCK]);
    assert_eq!(starts(&rules, &needs(2, 0, &[9]), &first), []);
    assert_eq!(starts(&rules, &needs(1, 0, &[STOCK]), &first), []);
    // Each resource is a conflict of its own; nothing is declared of the dock.
    let both = needs(2, 0, &[DOCK, STOCK, STOCK]);
    assert_eq!(starts(&rules, &both, &first), [(1, 2, What::Requeue), (1, 2, What::Wait)]);
    // Three tasks at one resource are three pairs.
    let three = [1, 2, 3].map(|task| needs(task, 0, &[DOCK]));
    let waits = [(1, 2, What::Wait), (1, 3, What::Wait), (2, 3, What::Wait)];
    assert_eq!(sweep(&rules, &three), waits);
}

#[test]
fn declared_pairs_follow_their_rule() {
    for (rule, what) in [
        (Rule::Serialise, What::Wait),
        (Rule::CancelLater, What::Cancel),
        (Rule::Merge, What::Merge),
    ] {
        let rules = pair([PICK, CANCEL], false, Some(rule));
        let (pick, cancel) = (on(4, 1, PICK), on(4, 2, CANCEL));
        assert_eq!(starts(&rules, &cancel, &pick), [(1, 2, what)]);
        assert_eq!(starts(&rules, &on(4, 3, PICK), &cancel), [(2, 3, what)]);
        assert_eq!(sweep(&rules, &[pick.clone(), cancel.clone()]), [(1, 2, what)]);
        assert_eq!(starts(&rules, &on(5, 2, CANCEL), &pick), [], "another entity");
        assert_eq!(starts(&rules, &on(4, 2, PAY), &pick), [], "not declared");
        assert_eq!(starts(&rules, &on(4, 2, PICK), &pick), [], "not with its like");
    }
    let rules = pair([PICK, PICK], false, Some(Rule::Merge));
    assert_eq!(starts(&rules, &on(4, 2, PICK), &on(4, 1, PICK)), [(1, 2, What::Merge)]);
}

#[test]
fn in_the_wrong_order_who_must_be_first_goes_first() {
    let rules = pair([PAY, PICK], true, Some(Rule::Serialise));
    assert_eq!(starts(&rules, &on(4, 2, PICK), &on(4, 1, PAY)), [(1, 2, What::Wait)]);
    assert_eq!(starts(&rules, &on(4, 2, PAY), &on(4, 1, PICK)), [(2, 1, What::Wait)]);
    // The other rules look at who came later only.
    for (rule, what) in [(Rule::CancelLater, What::Cancel), (Rule::Merge, What::Merge)] {
        let rules = pair([PAY, PICK], true, Some(rule));
        assert_eq!(starts(&rules, &on(4, 2, PAY), &on(4, 1, PICK)), [(1, 2, what)]);
    }
}

#[test]
fn overlapping_reservations_shift_the_later_one() {
    let rules = Rules::default();
    let shift = |s| What::Shift(Span::from_secs(s));
    assert_eq!(starts(&rules, &booked(2, 15, 30), &booked(1, 10, 20)), [(1, 2, shift(5))]);
    // Who came later moves, even if its time was the earlier one.
    assert_eq!(starts(&rules, &booked(2, 5, 15), &booked(1, 10, 20)), [(1, 2, shift(15))]);
    assert_eq!(starts(&rules, &booked(2, 20, 30), &booked(1, 10, 20)), [], "they only touch");
    let other = Action { resources: vec![STOCK], ..booked(2, 15, 30) };
    assert_eq!(starts(&rules, &other, &booked(1, 10, 20)), [], "another resource");
    // A reservation in force meets who is in progress without one: that is about the resource.
    let unplanned = needs(2, 9, &[DOCK]);
    assert_eq!(starts(&rules, &unplanned, &booked(1, 40, 60)), [(1, 2, What::Wait)]);
    let taken = Rules { losers: [(DOCK, Loser::Preempt)].into(), ..Rules::default() };
    assert_eq!(starts(&taken, &unplanned, &booked(1, 40, 60)), [(2, 1, What::Preempt)]);
    assert_eq!(starts(&rules, &unplanned, &booked(1, 40, 50)), []);
    assert_eq!(starts(&rules, &unplanned, &booked(1, 51, 60)), []);
}

#[test]
fn declared_without_a_rule_is_first_come_first_served() {
    let rules = pair([PICK, CANCEL], false, None);
    let urgent = Action { priority: 9, ..on(4, 2, CANCEL) };
    let conflicts = rules.detect(at(50), &urgent, &[on(4, 1, PICK)]);
    assert_eq!(conflicts[0].kind, Kind::Other { pair: 0 });
    assert_eq!(settled(&conflicts), [(1, 2, What::Wait)]);
}

#[test]
fn conflicts_come_by_kind() {
    let rules = Rules {
        pairs: vec![
            Pair { names: [PICK, PICK], ordered: false, rule: None },
            Pair { names: [PICK, PICK], ordered: false, rule: Some(Rule::Merge) },
        ],
        losers: [(STOCK, Loser::Preempt)].into(),
    };
    let first = Action { entity: 4, ..needs(1, 0, &[STOCK]) };
    let second = Action { entity: 4, ..booked(2, 10, 20) };
    let new = Action { entity: 4, resources: vec![DOCK, STOCK], ..booked(3, 15, 60) };
    let conflicts = rules.detect(at(50), &new, &[second, first]);
    let rows: Vec<_> = conflicts.iter().map(|it| (it.earlier.task, it.kind)).collect();
    let merge = Kind::Logical { pair: 1, rule: Rule::Merge, late: false };
    let expected = [
        (1, Kind::Resource { resource: STOCK, loser: Loser::Preempt }),
        (2, merge),
        (1, merge),
        (2, Kind::Timing { resource: DOCK, by: Span::from_secs(5) }),
        (2, Kind::Other { pair: 0 }),
        (1, Kind::Other { pair: 0 }),
    ];
    assert_eq!(rows, expected);
}
