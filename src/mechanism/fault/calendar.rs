//! When a fault is on.
//!
//! Rule: it begins at each of the times written, or each time a gap after the last end (the start
//! of the run), and is on as long as `lasts` says, each drawn in turn from the stream of the
//! fault's name. A time before the last end is passed over. Invariant: times never go back.

use crate::base::dist::Dist;
use crate::base::random::{Purpose, Root, Stream};
use crate::base::time::{Span, Time};

/// When a fault begins, and for how long it is on.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// When it begins.
    pub begins: Begins,
    /// How long it is on, in seconds; `None`: until the end of the run.
    pub lasts: Option<Dist>,
}

/// When a fault begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Begins {
    /// At these times, in order.
    At(Vec<Time>),
    /// Each time so many seconds after the last end.
    Every(Dist),
}

/// The machine: where a fault is in its times.
pub struct Calendar {
    when: When,
    /// How many of the written times have gone by.
    passed: usize,
    stream: Stream,
}

impl Calendar {
    /// Of the fault of this name (`faults.NAME`), fresh for one run.
    pub fn new(when: &When, root: &Root, name: &str) -> Self {
        Calendar { when: when.clone(), passed: 0, stream: root.stream(name, Purpose::Fault) }
    }

    /// When it begins next: now or later.
    pub fn next_begin(&mut self, now: Time) -> Option<Time> {
        match &self.when.begins {
            Begins::Every(gap) => {
                let gap = Span::from_seconds(gap.quantile(self.stream.uniform()));
                Some(now.saturating_add(gap))
            }
            Begins::At(times) => {
                self.passed += times[self.passed..].iter().take_while(|at| **at < now).count();
                let next = times.get(self.passed).copied();
                self.passed += usize::from(next.is_some());
                next
            }
        }
    }

    /// When it ends that begins now, if ever.
    pub fn end(&mut self, now: Time) -> Option<Time> {
        let lasts = self.when.lasts.as_ref()?;
        let span = Span::from_seconds(lasts.quantile(self.stream.uniform()));
        Some(now.saturating_add(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    fn calendar(begins: Begins, lasts: Option<f64>) -> Calendar {
        let lasts = lasts.map(|lasts| Dist::constant(lasts).unwrap());
        Calendar::new(&When { begins, lasts }, &Root::new(1, 0), "faults.f")
    }

    /// The first times on, from and to.
    fn times(calendar: &mut Calendar, most: usize) -> Vec<(Time, Option<Time>)> {
        let mut now = Some(Time::ZERO);
        let mut all = Vec::new();
        while let Some(begin) = now.and_then(|now| calendar.next_begin(now)) {
            now = calendar.end(begin);
            all.push((begin, now));
            if all.len() == most {
                break;
            }
        }
        all
    }

    #[test]
    fn written_times_that_find_it_on_are_passed_over() {
        let at = Begins::At(vec![s(0), s(10), s(14), s(15), s(30)]);
        let found = times(&mut calendar(at, Some(5.0)), 9);
        // 14 s is within the second; at 15 s it ends and begins again.
        let expected = [(s(0), s(5)), (s(10), s(15)), (s(15), s(20)), (s(30), s(35))];
        assert_eq!(found, expected.map(|(from, to)| (from, Some(to))));
    }

    #[test]
    fn a_single_one_may_last_for_ever() {
        let mut once = calendar(Begins::At(vec![s(7)]), None);
        assert_eq!(times(&mut once, 9), [(s(7), None)]);
    }

    #[test]
    fn a_gap_counts_from_the_end() {
        let every = Begins::Every(Dist::constant(60.0).unwrap());
        let found = times(&mut calendar(every, Some(5.0)), 3);
        let expected = [(60, 65), (125, 130), (190, 195)];
        assert_eq!(found, expected.map(|(from, to)| (s(from), Some(s(to)))));
    }

    #[test]
    fn random_times_have_their_means() {
        let exponential = |mean| Dist::exponential(mean).unwrap();
        let when =
            When { begins: Begins::Every(exponential(30.0)), lasts: Some(exponential(10.0)) };
        let mut calendar = Calendar::new(&when, &Root::new(5, 0), "faults.f");
        let all = times(&mut calendar, 10_000);
        let on: f64 = all.iter().map(|(from, to)| to.unwrap().since(*from).seconds()).sum();
        let whole = all.last().and_then(|last| last.1).unwrap().seconds();
        // The standard errors of the two means are 1 % of them; five are allowed.
        assert!((on / 10_000.0 - 10.0).abs() < 0.5, "{on}");
        assert!(((whole - on) / 10_000.0 - 30.0).abs() < 1.5, "{whole}");
    }
}
