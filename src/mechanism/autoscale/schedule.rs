//! A schedule: the count by the time of day.
//!
//! Rule. From each time on there are so many agents, until the next one; it begins again after
//! `repeats`. Before the first time the last one holds, of the day before.
//!
//! | key       | default  | meaning                                                             |
//! |-----------|----------|---------------------------------------------------------------------|
//! | `counts`  | required | `{ "08:00" = 10, "18:00" = 4 }`; with `repeats` also `"34h"`        |
//! | `repeats` | "1d"     | when it begins again                                                |
//!
//! and the keys of [`Scaling`] but `agents`: the bounds are the least and the most of
//! the counts. `every` is 1 min, so a change is made within a minute of its time. A run starts at
//! its `starts_at` of the first day. How many there are at the start: [`Spec::at`].
//!
//! Source: scheduled actions as AWS, KEDA (cron) and others have them.

use super::{Advice, Autoscaler, Limit, Scaling, View};
use crate::base::read::{Mistake, Node, Read, Show};
use crate::base::time::Time;
use crate::base::unit::{Clock, Span, parse_span};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "so many agents by the time of day";

/// `autoscale.schedule = { counts = { "08:00" = 10, "18:00" = 4 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// From when on there are how many, in order of time; at least one, all before `repeats`.
    pub counts: Vec<(Span, u32)>,
    /// When it begins again; above zero.
    pub repeats: Span,
}

fn read_count(time: &str, node: &Node<'_>, repeats: Span) -> Option<(Span, u32)> {
    let count = u32::read(node);
    let at = match time.contains(':') {
        true => Clock::parse(time).map(Clock::since_midnight),
        false => parse_span(time),
    };
    let at = at.and_then(|at| match at <= repeats {
        // The end of the day is the start of the next.
        true => Ok(Span::from_nanos(at.nanos() % repeats.nanos())),
        false => {
            let (again, longer) = (repeats.show(), at.show());
            Err(format!(
                "the schedule begins again after {again}: write repeats = {longer} or more"
            ))
        }
    });
    match at {
        Ok(at) => Some((at, count?)),
        Err(why) => {
            node.context().report(Mistake {
                place: node.key_place(),
                message: format!("`{}`: `{time}` is not a time of the schedule", node.path()),
                label: String::from("expected a time such as \"08:00\""),
                help: Some(why),
                inside: None,
            });
            None
        }
    }
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let day = Span::from_secs(86_400);
        let repeats = table.or("repeats", day);
        let repeats = if repeats > Span::ZERO { repeats } else { day };
        let written = table.need_node("counts");
        let entries = written.as_ref().and_then(Node::table).map(|mut table| table.entries());
        let mut counts: Option<Vec<(Span, u32)>> = entries.and_then(|entries| {
            let read = |(time, node): &(&str, Node<'_>)| read_count(time, node, repeats);
            let all: Vec<_> = entries.iter().map(read).collect();
            all.into_iter().collect()
        });
        counts.iter_mut().for_each(|counts| counts.sort_unstable());
        let numbers = || counts.iter().flatten().map(|(_, count)| *count);
        let (min, max) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
        let scaling = Scaling::within(&mut table, Span::from_secs(60), (min, max), min);
        table.finish();
        let (written, counts) = (written?, counts?);
        let twice = counts.windows(2).any(|pair| pair[0].0 == pair[1].0);
        for (wrong, what, label) in [
            (twice, "two counts begin at the same time", "each time once"),
            (max == 0, "there is never anybody", "a count above zero"),
        ] {
            if wrong {
                written.mistake(format!("`{}`: {what}", written.path()), label, None);
                return None;
            }
        }
        Some(Spec { scaling: scaling?, counts, repeats })
    }
}

impl Spec {
    /// How many there are so long after the midnight of the first day.
    pub fn at(&self, since_midnight: Span) -> u32 {
        let at = Span::from_nanos(since_midnight.nanos() % self.repeats.nanos());
        let begun = self.counts.partition_point(|(from, _)| *from <= at);
        let last = self.counts.last().expect("a schedule has a count");
        begun.checked_sub(1).map_or(last, |place| &self.counts[place]).1
    }

    /// The machine, fresh for one run that starts at this time of day.
    pub fn build(&self, starts_at: Span) -> Schedule {
        Schedule { spec: self.clone(), starts_at }
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Schedule {
    spec: Spec,
    starts_at: Span,
}

impl Autoscaler for Schedule {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let count = self.spec.at(self.starts_at + now.since(Time::ZERO));
        let advice = Advice { value: None, raw: Some(count), desired: count, limit: Limit::None };
        self.spec.scaling.hold(view.desired, advice)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, pool};
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_latest_time_holds_also_over_midnight() {
        let spec: Spec = read("{ counts = { '18:00' = 4, '08:00' = 10 } }").unwrap();
        assert_eq!((spec.scaling.min, spec.scaling.max), (4, 10));
        let mut machine = spec.build(Span::from_secs(7 * 3600));
        let mut after =
            |minutes: u64| machine.evaluate(at(60 * minutes), &pool(4, 0.0).see(&[])).desired;
        // From 07:00: an hour to 08:00, eleven to 18:00, 25 to 08:00 of the next day.
        assert_eq!([after(59), after(60), after(659), after(660)], [4, 10, 10, 4]);
        assert_eq!([after(24 * 60), after(25 * 60 - 1), after(25 * 60)], [4, 4, 10]);
    }

    #[test]
    fn a_week_has_hours() {
        let text = "{ repeats = '1w', counts = { '08:00' = 3, '5d' = 1 }, at_most = { up = 1 } }";
        let spec: Spec = read(text).unwrap();
        let hour = |n: u64| Span::from_secs(3600 * n);
        assert_eq!([spec.at(hour(7)), spec.at(hour(8)), spec.at(hour(32))], [1, 3, 3]);
        assert_eq!([spec.at(hour(120)), spec.at(hour(168 + 8))], [1, 3]);
        let advice = spec.build(hour(8)).evaluate(at(0), &pool(1, 0.0).see(&[]));
        assert_eq!((advice.desired, advice.limit), (2, Limit::Step));
    }

    #[test]
    fn what_is_no_schedule_is_a_mistake() {
        for (counts, what) in [
            ("{ '08:00' = 1, '8h' = 2 }", "`x.counts`: two counts begin at the same time"),
            ("{ '00:00' = 1, '24:00' = 2 }", "`x.counts`: two counts begin at the same time"),
            ("{ '08:00' = 0 }", "`x.counts`: there is never anybody"),
        ] {
            assert_eq!(read::<Spec>(&format!("{{ counts = {counts} }}")).unwrap_err(), [what]);
        }
        let late = read::<Spec>("{ counts = { '08:00' = 1, '34h' = 2 } }").unwrap_err();
        assert!(late[0].contains("`34h` is not a time of the schedule"), "{late:?}");
    }
}
