//! Requests, ledger, deadlock and calendar by hand, and laws of the ledger on random operations.

use std::collections::BTreeMap;

use super::calendar::Calendar;
use super::ledger::{Answer, Grant, Holder, Ledger};
use super::*;
use crate::base::random::{Purpose, Root, Stream};
use crate::base::read::{Document, NoFiles};
use crate::base::time::{Span, Time};

/// Two large cards and one small one, and a truck.
const GARAGE: &str = "gpu.units = [{ gb = 16 }, { gb = 40, count = 2 }]\ntruck = {}";

fn table(text: &str) -> Vec<Unit> {
    let read = Document::parse(text).unwrap().read::<BTreeMap<String, Spec>>(&NoFiles);
    units(&read.unwrap().0)
}

/// The request of the garage that is written in `text`.
fn request(text: &str, mode: Mode) -> Request {
    let Requirements(all) = Document::parse(text).unwrap().read(&NoFiles).unwrap().0;
    Request::new(&table(GARAGE), &all, mode)
}

fn at_once(text: &str) -> Request {
    request(text, Mode::AllOrNothing)
}

fn garage() -> Ledger<u64> {
    Ledger::new(table(GARAGE).len())
}

fn granted(units: &[u32]) -> Answer<u64> {
    Answer::Granted(units.iter().copied().map(UnitId).collect())
}

fn grant(who: u64, units: &[u32]) -> Grant<u64> {
    Grant { who, units: units.iter().copied().map(UnitId).collect() }
}

#[test]
fn the_first_that_meets_every_specification() {
    let mut ledger = garage();
    let large = at_once("gpu = { where = ['gb >= 40'] }");
    assert_eq!(ledger.ask(1, &at_once("gpu = 1"), 0), granted(&[0]));
    assert_eq!(ledger.ask(2, &large, 0), granted(&[1]));
    assert_eq!(ledger.ask(3, &at_once("gpu = { where = ['gb <= 16'] }"), 0), Answer::Waiting);
    assert_eq!(ledger.ask(4, &large, 0), granted(&[2]));
    assert_eq!(ledger.ask(5, &at_once("gpu = { count = 4 }"), 0), Answer::Refused);
    assert_eq!(ledger.ask(5, &at_once("gpu = { where = ['gb >= 80'] }"), 0), Answer::Refused);
    assert_eq!(ledger.ask(5, &at_once("plane = 1"), 0), Answer::Refused);
    assert!(ledger.is_held(UnitId(2)) && !ledger.is_held(UnitId(3)));
    assert_eq!(ledger.release(1), [grant(3, &[0])]);
    assert_eq!((ledger.holds(3), ledger.holds(1)), (&[UnitId(0)][..], &[][..]));
    for who in [2, 3, 4] {
        assert!(!ledger.is_idle());
        ledger.release(who);
    }
    assert!(ledger.is_idle());
}

#[test]
fn all_or_nothing_holds_nothing_while_it_waits() {
    let mut ledger = garage();
    ledger.ask(1, &at_once("truck = 1"), 0);
    assert_eq!(ledger.ask(2, &at_once("gpu = 1\ntruck = 1"), 0), Answer::Waiting);
    assert_eq!(ledger.holds(2), []);
    assert_eq!(
        ledger.ask(3, &request("gpu = 1\ntruck = 1", Mode::Incremental), 0),
        Answer::Waiting
    );
    assert_eq!(ledger.holds(3), [UnitId(0)]);
    // 2 stands before 3 and has its second card; 3 gets the truck from 2.
    assert_eq!(ledger.release(1), [grant(2, &[1, 3])]);
    assert_eq!(ledger.release(2), [grant(3, &[0, 3])]);
}

#[test]
fn the_line_is_by_priority_then_arrival_and_the_first_that_fits_goes() {
    let mut ledger = garage();
    let one = at_once("gpu = 1");
    ledger.ask(1, &at_once("gpu = 2"), 0);
    ledger.ask(2, &one, 0);
    for (who, wants, priority) in [(3, "gpu = 2", 0), (4, "gpu = 1", 0), (5, "gpu = 1", 0)] {
        assert_eq!(ledger.ask(who, &at_once(wants), priority), Answer::Waiting);
    }
    assert_eq!(ledger.ask(6, &one, 1), Answer::Waiting);
    assert_eq!(ledger.waiting(), 4);
    // One card: 6 is before all; then 3 does not fit and 4 passes it.
    assert_eq!(ledger.release(2), [grant(6, &[2])]);
    assert_eq!(ledger.release(6), [grant(4, &[2])]);
    assert_eq!(ledger.release(1), [grant(3, &[0, 1])]);
    assert_eq!(ledger.withdraw(5), []);
    assert_eq!(ledger.release(4), []);
}

#[test]
fn readers_share_and_a_waiting_writer_stops_later_readers() {
    let mut ledger = garage();
    let (read, write) = (at_once("truck = { shared = true }"), at_once("truck = 1"));
    assert_eq!(ledger.ask(1, &read, 0), granted(&[3]));
    assert_eq!(ledger.ask(2, &read, 0), granted(&[3]));
    assert_eq!(ledger.ask(3, &write, 0), Answer::Waiting);
    assert_eq!(ledger.ask(4, &read, 0), Answer::Waiting);
    assert_eq!(ledger.ask(5, &read, 1), granted(&[3]), "it stands before the writer");
    assert_eq!([1, 2].map(|who| ledger.release(who)), [[], []]);
    assert_eq!(ledger.ask(6, &read, 0), Answer::Waiting);
    assert_eq!(ledger.release(5), [grant(3, &[3])]);
    assert_eq!(ledger.release(3), [grant(4, &[3]), grant(6, &[3])]);
    ledger.ask(7, &write, 0);
    ledger.ask(8, &read, 0);
    assert_eq!(ledger.withdraw(7), [grant(8, &[3])], "no writer waits any more");
    // Two shared units are two different ones.
    assert_eq!(ledger.ask(9, &at_once("gpu = { count = 2, shared = true }"), 0), granted(&[0, 1]));
}

#[test]
fn two_deadlock_and_the_last_to_ask_is_the_victim() {
    let mut ledger = garage();
    let (ab, ba) = ("truck = 1\ngpu = 3", "gpu = 3\ntruck = 1");
    ledger.ask(9, &at_once("gpu = 1"), 0);
    assert_eq!(ledger.ask(1, &request(ab, Mode::Incremental), 0), Answer::Waiting);
    assert_eq!(ledger.holds(1), [3, 1, 2].map(UnitId));
    assert_eq!(ledger.ask(2, &request(ba, Mode::Incremental), 0), Answer::Waiting);
    assert_eq!(ledger.deadlock(), None, "9 can release its card");
    // 1 stands first, gets it and goes on; no deadlock ever was.
    assert_eq!(ledger.release(9), [grant(1, &[3, 1, 2, 0])]);
    assert_eq!(ledger.release(1), [grant(2, &[0, 1, 2, 3])]);
    ledger.release(2);

    let (ab, ba) = ("truck = 1\ngpu = 3", "gpu = { where = ['gb = 16'] }\ntruck = 1");
    assert_eq!(ledger.ask(7, &at_once("truck = 1"), 0), granted(&[3]));
    assert_eq!(ledger.ask(2, &request(ba, Mode::Incremental), 0), Answer::Waiting);
    assert_eq!(ledger.ask(1, &request(ab, Mode::Incremental), 1), Answer::Waiting);
    // 1 gets the truck and two cards, and then lacks the one of 2, which waits for the truck. 2 has
    // the lower priority, though it asked first.
    assert_eq!(ledger.release(7), []);
    assert_eq!(ledger.deadlock(), Some(2));
    assert_eq!(ledger.release(2), [grant(1, &[3, 1, 2, 0])]);
    assert_eq!(ledger.deadlock(), None);
    ledger.release(1);

    // The same priority: the last to have asked; the answer tells at once.
    let small = "gpu = { where = ['gb = 16'] }";
    ledger.ask(1, &at_once(small), 0);
    ledger.ask(2, &at_once("truck = 1"), 0);
    assert_eq!(ledger.ask(1, &at_once("truck = 1"), 0), Answer::Waiting);
    assert_eq!(ledger.ask(2, &at_once(small), 0), Answer::Deadlock { victim: 2 });
    assert_eq!(ledger.release(2), [grant(1, &[3])]);
    ledger.release(1);
    assert!(ledger.is_idle());
}

/// A task, or one of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part(u32, u32);

impl Holder for Part {
    fn whole(self) -> Self {
        Part(self.0, 0)
    }
}

#[test]
fn a_task_gives_back_only_after_its_steps_have_gone_on() {
    let (card, truck) = (at_once("gpu = 3"), at_once("truck = 1"));
    let mut ledger = Ledger::new(table(GARAGE).len());
    let held = |answer| matches!(answer, Answer::Granted(_));
    assert!(held(ledger.ask(Part(1, 0), &card, 0)) && held(ledger.ask(Part(2, 0), &truck, 0)));
    // A step of task 1 waits for task 2, which will end some day.
    assert_eq!(ledger.ask(Part(1, 1), &truck, 0), Answer::Waiting);
    // Not any more when its own step waits for task 1.
    let answer = ledger.ask(Part(2, 1), &card, 0);
    assert_eq!(answer, Answer::Deadlock { victim: Part(2, 1) });
    assert_eq!(ledger.withdraw(Part(2, 1)), []);
    assert_eq!(ledger.deadlock(), None);
    // What a step alone holds does not hang on its task's other steps.
    let mut ledger = Ledger::new(table(GARAGE).len());
    assert!(held(ledger.ask(Part(1, 1), &card, 0)) && held(ledger.ask(Part(2, 0), &truck, 0)));
    assert_eq!(ledger.ask(Part(1, 2), &truck, 0), Answer::Waiting);
    assert_eq!(ledger.ask(Part(2, 1), &card, 0), Answer::Waiting);
}

#[test]
fn what_is_used_up_is_handed_over_and_may_come_back() {
    let mut ledger = garage();
    let Answer::Granted(units) = ledger.ask(1, &at_once("gpu = 2"), 0) else { panic!() };
    ledger.hand_over(1, &units[..1], 99);
    assert_eq!((ledger.holds(1), ledger.holds(99)), (&units[1..], &units[..1]));
    assert_eq!(ledger.ask(2, &at_once("gpu = 3"), 0), Answer::Waiting);
    assert_eq!(ledger.release(1), []);
    let grants = ledger.give_back(99, &units[..1]);
    assert_eq!(grants.len(), 1);
    assert!(ledger.holds(99).is_empty());
}

#[test]
fn three_deadlock_and_bystanders_are_no_victims() {
    let units = table("a = {}\nb = {}\nc = {}");
    let request = |name: &str| {
        let Requirements(all) =
            Document::parse(&format!("{name} = 1")).unwrap().read(&NoFiles).unwrap().0;
        Request::new(&units, &all, Mode::AllOrNothing)
    };
    let mut ledger = Ledger::<u64>::new(3);
    for (who, name) in [(1, "a"), (2, "b"), (3, "c")] {
        ledger.ask(who, &request(name), 0);
    }
    assert_eq!(ledger.ask(1, &request("b"), 0), Answer::Waiting);
    assert_eq!(ledger.ask(2, &request("c"), 0), Answer::Waiting);
    assert_eq!(ledger.ask(4, &request("a"), -1), Answer::Waiting);
    assert_eq!(ledger.ask(3, &request("a"), 0), Answer::Deadlock { victim: 3 });
    // 4 has the lowest priority, but nobody waits for it.
    assert_eq!(ledger.release(3), [grant(2, &[2])]);
    assert_eq!(ledger.release(2), [grant(1, &[1])]);
    assert_eq!(ledger.release(1), [grant(4, &[0])]);
}

#[test]
fn one_can_be_its_own_deadlock() {
    let mut ledger = garage();
    ledger.ask(1, &at_once("truck = 1"), 0);
    assert_eq!(ledger.ask(1, &at_once("truck = 1"), 0), Answer::Deadlock { victim: 1 });
    assert_eq!(ledger.withdraw(1), []);
    assert_eq!(ledger.holds(1), [UnitId(3)]);
    assert_eq!(ledger.give_back(1, &[UnitId(3)]), []);
    assert!(ledger.is_idle());
}

#[test]
#[should_panic(expected = "holds nothing")]
fn nobody_releases_twice() {
    let mut ledger = garage();
    ledger.ask(1, &at_once("truck = 1"), 0);
    ledger.release(1);
    ledger.release(1);
}

#[test]
fn the_calendar_keeps_bookings_apart() {
    let at = |s| Time::ZERO + Span::from_secs(s);
    let mut calendar = Calendar::<u64>::new(table(GARAGE).len());
    let (truck, shared) = (at_once("truck = 1"), at_once("truck = { shared = true }"));
    assert_eq!(calendar.reserve(1, &truck, at(10), at(20)), Some(vec![UnitId(3)]));
    assert_eq!(calendar.reserve(2, &truck, at(19), at(25)), None);
    assert_eq!(calendar.reserve(2, &truck, at(20), at(25)), Some(vec![UnitId(3)]));
    assert_eq!(calendar.reserve(3, &shared, at(30), at(40)), Some(vec![UnitId(3)]));
    assert_eq!(calendar.reserve(4, &shared, at(35), at(45)), Some(vec![UnitId(3)]));
    let earliest = |calendar: &Calendar<u64>, request: &Request, from, length| {
        calendar.earliest(request, at(from), Span::from_secs(length)).map(Time::seconds)
    };
    assert_eq!(earliest(&calendar, &truck, 0, 10), Some(0.0));
    assert_eq!(earliest(&calendar, &truck, 1, 10), Some(45.0), "five seconds are too few");
    assert_eq!(earliest(&calendar, &truck, 1, 5), Some(1.0));
    assert_eq!(earliest(&calendar, &truck, 6, 5), Some(25.0));
    assert_eq!(earliest(&calendar, &shared, 6, 10), Some(25.0));
    assert_eq!(earliest(&calendar, &at_once("truck = 2"), 0, 1), None);
    assert_eq!(earliest(&calendar, &at_once("gpu = 3"), 12, 1), Some(12.0));
    calendar.cancel(2);
    assert_eq!(earliest(&calendar, &truck, 6, 10), Some(20.0));
    calendar.forget(at(40));
    assert_eq!(calendar.booked(), 1);
}

/// What is granted, by holder, told apart from the ledger's own books.
type Books = BTreeMap<u64, Vec<UnitId>>;

/// The ledger's own holds are exactly what was granted and what waiters have taken, and each unit
/// has one writer or only readers.
fn audit(ledger: &Ledger<u64>, books: &Books) {
    for holds in &ledger.holds {
        assert!(holds.len() <= 1 || holds.iter().all(|hold| hold.shared), "{holds:?}");
    }
    for who in 0..6 {
        let mut expected = books.get(&who).cloned().unwrap_or_default();
        let waiter = ledger.line.iter().find(|waiter| waiter.who == who);
        expected.extend(waiter.into_iter().flat_map(|waiter| waiter.got.clone()));
        let mut held = ledger.holds(who).to_vec();
        let on_units = ledger.holds.iter().flatten().filter(|hold| hold.who == who).count();
        expected.sort_unstable();
        held.sort_unstable();
        assert_eq!(held, expected, "of {who}");
        assert_eq!(on_units, held.len(), "of {who}");
    }
}

/// Whether waiters remain when all who do not wait release, until nobody does.
fn is_stuck(mut ledger: Ledger<u64>) -> bool {
    while let Some(who) = (0..6).find(|&who| !ledger.waits(who) && !ledger.holds(who).is_empty()) {
        ledger.release(who);
    }
    !ledger.is_idle()
}

fn enter(books: &mut Books, grants: Vec<Grant<u64>>) {
    for Grant { who, units } in grants {
        books.entry(who).or_default().extend(units);
    }
}

/// One random operation of one of six holders.
fn operate(ledger: &mut Ledger<u64>, books: &mut Books, requests: &[Request], luck: &mut Stream) {
    let who = u64::from(luck.below(6));
    let (waits, holds) = (ledger.waits(who), books.contains_key(&who));
    if !waits && (!holds || luck.below(3) == 0) {
        let request = &requests[luck.below(requests.len() as u32) as usize];
        let priority = luck.below(2) as i32;
        if let Answer::Granted(units) = ledger.ask(who, request, priority) {
            enter(books, vec![Grant { who, units }]);
        }
    } else if waits && luck.below(3) > 0 {
        let grants = ledger.withdraw(who);
        enter(books, grants);
    } else if !waits && luck.below(3) == 0 {
        let unit = books.get_mut(&who).unwrap().pop().unwrap();
        books.retain(|_, units| !units.is_empty());
        let grants = ledger.give_back(who, &[unit]);
        enter(books, grants);
    } else {
        books.remove(&who);
        let grants = ledger.release(who);
        enter(books, grants);
    }
}

/// Runs random operations of requests in this mode; gives how many deadlocks there were.
fn storm(mode: Mode, exact: bool) -> u32 {
    let written = [
        "gpu = 1",
        "gpu = 2\ntruck = 1",
        "truck = 1\ngpu = { where = ['gb >= 40'] }",
        "truck = { shared = true }",
        "gpu = { count = 2, shared = true }\ntruck = { shared = true }",
        "gpu = 3",
    ];
    let requests = written.map(|text| request(text, mode));
    let mut luck = Root::new(3, 0).stream("ledger", Purpose::Policy);
    let (mut ledger, mut books) = (garage(), Books::new());
    let mut deadlocks = 0;
    for _ in 0..30_000 {
        operate(&mut ledger, &mut books, &requests, &mut luck);
        audit(&ledger, &books);
        let deadlock = ledger.deadlock().is_some();
        let stuck = is_stuck(ledger.clone());
        // With one stage, what is stuck is so now; with several it may only become so.
        assert!(if exact { deadlock == stuck } else { stuck || !deadlock });
        deadlocks += u32::from(deadlock);
        while let Some(victim) = ledger.deadlock() {
            books.remove(&victim);
            let grants = ledger.release(victim);
            enter(&mut books, grants);
        }
        audit(&ledger, &books);
        // Nobody waits who fits: going through the line again changes nothing.
        assert_eq!(ledger.give_back(99, &[]), []);
    }
    deadlocks
}

#[test]
fn random_operations_keep_the_books_and_deadlocks_are_found_exactly() {
    assert!(storm(Mode::AllOrNothing, true) > 100, "holders that ask for more get stuck");
    assert!(storm(Mode::Ordered, false) > 100);
    assert!(storm(Mode::Incremental, false) > 100);
}

#[test]
fn single_requests_deadlock_only_incrementally() {
    let written =
        ["gpu = 2\ntruck = 1", "truck = 1\ngpu = 1", "gpu = { count = 2, shared = true }"];
    let deadlocks = [Mode::AllOrNothing, Mode::Ordered, Mode::Incremental].map(|mode| {
        let requests = written.map(|text| request(text, mode));
        let mut luck = Root::new(4, 0).stream("ledger", Purpose::Policy);
        let mut ledger = garage();
        let mut deadlocks = 0;
        for _ in 0..20_000 {
            let who = u64::from(luck.below(6));
            if !ledger.waits(who) && ledger.holds(who).is_empty() {
                ledger.ask(who, &requests[luck.below(3) as usize], 0);
            } else if !ledger.waits(who) {
                ledger.release(who);
            }
            while let Some(victim) = ledger.deadlock() {
                deadlocks += 1;
                ledger.release(victim);
            }
        }
        deadlocks
    });
    assert_eq!(deadlocks[..2], [0, 0]);
    assert!(deadlocks[2] > 100, "{deadlocks:?}");
}
