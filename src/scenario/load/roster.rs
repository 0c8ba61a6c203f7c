//! Who is on duty when: shifts by time of day, or recorded sessions.
//!
//! Shifts say how many agents of a pool are on duty from a time of day on; the agents with the
//! lowest numbers are. They repeat daily; at the start the latest shift at or before `starts_at`
//! holds. Sessions are rows of a CSV file (agent, from, to, perhaps a date): seconds of the day;
//! they do not repeat. Rows that end where they begin, or before, are skipped; sessions of one
//! agent that overlap are one. Agents are numbered in the order of their names.

use std::collections::BTreeMap;

use super::names::name_list;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Clock;
use crate::mechanism::arrivals::trace::{Columns, TraceTable};
use crate::scenario::meaning::{Change, Roster};

const DAY: Span = Span::from_secs(86_400);

/// How many are on duty from a time of day on.
pub(super) struct Shift<'d> {
    /// Since midnight, below a day.
    from: Span,
    pub count: u32,
    pub node: Node<'d>,
}

/// `{ "07:00" = 4, "18:00" = 2 }`, in order of time.
pub(super) fn read_shifts<'d>(node: &Node<'d>) -> Option<Vec<Shift<'d>>> {
    if !node.is_table() {
        let help = String::from("such as { \"07:00\" = 4, \"18:00\" = 2 }");
        return node.expected("the number of agents on duty by time of day", Some(help));
    }
    let entries = node.table()?.entries();
    let shifts: Vec<Option<Shift<'d>>> =
        entries.iter().map(|(time, count)| read_shift(time, count)).collect();
    let mut shifts: Vec<Shift<'d>> = shifts.into_iter().collect::<Option<_>>()?;
    shifts.sort_by_key(|shift| shift.from);
    for pair in shifts.windows(2) {
        if pair[0].from == pair[1].from {
            pair[1].node.mistake(
                format!("`{}`: two shifts begin at the same time", node.path()),
                "the second one",
                String::from("keep one of them; \"24:00\" is \"00:00\""),
            );
            return None;
        }
    }
    if shifts.iter().all(|shift| shift.count == 0) {
        node.mistake(
            format!("`{}`: nobody is ever on duty", node.path()),
            "never anyone",
            String::from("write a number above zero for some time of day"),
        );
        return None;
    }
    Some(shifts)
}

fn read_shift<'d>(time: &str, node: &Node<'d>) -> Option<Shift<'d>> {
    let count = u32::read(node);
    let from = match Clock::parse(time) {
        Ok(clock) => clock.since_midnight(),
        Err(why) => {
            node.context().report(crate::base::read::Mistake {
                place: node.key_place(),
                message: format!("`{}`: `{time}` is not a time of day", node.path()),
                label: String::from("expected a time such as \"07:00\""),
                help: Some(why),
                inside: None,
            });
            return None;
        }
    };
    let from = Span::from_nanos(from.nanos() % DAY.nanos());
    Some(Shift { from, count: count?, node: node.clone() })
}

/// The roster of `size` agents under these shifts, in order of time, for a run that starts at
/// `starts_at` of a day.
pub(super) fn of_shifts(shifts: &[Shift<'_>], size: u32, starts_at: Span) -> Roster {
    // The changes of a day, counted from the start: the first comes after the start.
    let begun = shifts.partition_point(|shift| shift.from <= starts_at);
    let (today, tomorrow) = (&shifts[begun..], &shifts[..begun]);
    let mut count = tomorrow.last().or(today.last()).map_or(0, |shift| shift.count);
    let at_start = (0..size).map(|agent| agent < count).collect();
    let mut changes = Vec::new();
    for shift in today.iter().chain(tomorrow) {
        let at = match shift.from > starts_at {
            true => shift.from - starts_at,
            false => shift.from + DAY - starts_at,
        };
        let on = shift.count > count;
        let agents = if on { count..shift.count } else { shift.count..count };
        changes.extend(agents.map(|agent| Change { at, agent, on }));
        count = shift.count;
    }
    Roster { at_start, changes, every: Some(DAY) }
}

/// `{ file = "staffing.csv", agent = "agent", from = "on_s", to = "off_s" }`
pub(super) fn read_sessions(node: &Node<'_>, starts_at: Span) -> Option<Roster> {
    let mut table = node.table()?;
    let file = table.need_node("file");
    let agent: Option<String> = table.need("agent");
    let from: Option<String> = table.need("from");
    let to: Option<String> = table.need("to");
    let date: Option<String> = table.maybe("date");
    let mut keep = BTreeMap::new();
    if let Some(node) = table.node("keep") {
        for (column, values) in node.table()?.entries() {
            let values = name_list(&values)?.into_iter().map(|(value, _)| value.to_owned());
            keep.insert(column.to_owned(), values.collect());
        }
    }
    table.finish();
    // A session is read as a row of a trace: its agent is the class, its length the work.
    let work = BTreeMap::from([(to?, 1.0), (from.clone()?, -1.0)]);
    let class = vec![agent?];
    let columns = Columns { time: from?, date, class, work, patience: None, keep };
    let file = file?;
    let sessions = match TraceTable::parse(&file.file()?, &columns) {
        Ok(sessions) => sessions,
        Err(bad) => {
            let line = bad.line.map_or(String::new(), |line| format!(" in line {line}"));
            let message = format!("the file of sessions `{}` is bad{line}", file.text()?);
            file.mistake(message, bad.reason, bad.help);
            return None;
        }
    };
    let roster = of_sessions(&sessions, starts_at);
    if roster.changes.is_empty() && !roster.at_start.contains(&true) {
        let label = "no session ends after the run starts";
        file.mistake(format!("`{}`: nobody is ever on duty", node.path()), label, None);
        return None;
    }
    Some(roster)
}

/// The roster of recorded sessions: each agent's that overlap or touch are one.
fn of_sessions(sessions: &TraceTable, starts_at: Span) -> Roster {
    let mut names: Vec<(&str, usize)> =
        sessions.classes.iter().enumerate().map(|(i, (name, _))| (name.as_str(), i)).collect();
    names.sort_unstable();
    let mut numbers = vec![0; names.len()];
    for (number, (_, class)) in names.iter().enumerate() {
        numbers[*class] = number;
    }
    let mut merged: Vec<Vec<(Time, Time)>> = vec![Vec::new(); names.len()];
    for row in &sessions.rows {
        let (Some(class), Some(length)) = (row.class, row.work) else { continue };
        let to = row.at.saturating_add(Span::from_seconds(length));
        let own = &mut merged[numbers[class as usize]];
        match own.last_mut().filter(|(_, end)| row.at <= *end) {
            Some((_, end)) => *end = to.max(*end),
            None => own.push((row.at, to)),
        }
    }
    let start = Time::ZERO + starts_at;
    let mut roster =
        Roster { at_start: vec![false; names.len()], changes: Vec::new(), every: None };
    for (number, own) in merged.iter().enumerate() {
        for (from, to) in own.iter().filter(|(_, to)| *to > start) {
            let agent = number as u32;
            if *from <= start {
                roster.at_start[number] = true;
            } else {
                roster.changes.push(Change { at: from.since(start), agent, on: true });
            }
            roster.changes.push(Change { at: to.since(start), agent, on: false });
        }
    }
    roster.changes.sort_unstable();
    roster
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::{Context, Document, NoFiles};

    /// The changes as (second, agent, on).
    fn changes(roster: &Roster) -> Vec<(u64, u32, bool)> {
        let seconds = |change: &Change| change.at.nanos() / 1_000_000_000;
        roster.changes.iter().map(|change| (seconds(change), change.agent, change.on)).collect()
    }

    #[test]
    fn shifts_are_counted_from_the_start_of_the_run() {
        let toml = "s = { \"07:00\" = 3, \"18:00\" = 1, \"24:00\" = 0 }";
        let document = Document::parse(toml).unwrap();
        let context = Context::new(&NoFiles);
        let node = document.root(&context).table().unwrap().node("s").unwrap();
        let shifts = read_shifts(&node).unwrap();
        let hour = |n: u64| Span::from_secs(3600 * n);
        // From midnight: nobody; three come at 7, two go at 18, the last at midnight.
        let night = of_shifts(&shifts, 4, Span::ZERO);
        assert_eq!(night.at_start, [false; 4]);
        let seven = 7 * 3600;
        let expected = [
            (seven, 0, true),
            (seven, 1, true),
            (seven, 2, true),
            (18 * 3600, 1, false),
            (18 * 3600, 2, false),
            (86_400, 0, false),
        ];
        assert_eq!(changes(&night), expected);
        assert_eq!(night.every, Some(DAY));
        // From 18:00, which has just begun: one; nobody from midnight, 6 h later; 7:00 is 13 h on.
        let evening = of_shifts(&shifts, 4, hour(18));
        assert_eq!(evening.at_start, [true, false, false, false]);
        let at: Vec<u64> = changes(&evening).iter().map(|(at, _, _)| at / 3600).collect();
        assert_eq!(at, [6, 13, 13, 13, 24, 24]);
        // From 3:00: the shift of the midnight before holds.
        assert_eq!(of_shifts(&shifts, 4, hour(3)).at_start, [false; 4]);
    }

    #[test]
    fn sessions_that_overlap_are_one() {
        let csv = "agent,on,off\nbo,10,20\nal,0,50\nbo,15,40\nbo,40,45\nal,60,60\nal,70,65\n";
        let columns = Columns {
            class: vec![String::from("agent")],
            work: BTreeMap::from([(String::from("off"), 1.0), (String::from("on"), -1.0)]),
            ..Columns::plain("on")
        };
        let table = TraceTable::parse(csv.as_bytes(), &columns).unwrap();
        let roster = of_sessions(&table, Span::ZERO);
        // al is agent 0: there from the start to 50 s; bo is agent 1: from 10 s to 45 s.
        assert_eq!(roster.at_start, [true, false]);
        assert_eq!(changes(&roster), [(10, 1, true), (45, 1, false), (50, 0, false)]);
        // Seen from 20 s on, both are there.
        let later = of_sessions(&table, Span::from_secs(20));
        assert_eq!(later.at_start, [true, true]);
        assert_eq!(changes(&later), [(25, 1, false), (30, 0, false)]);
        assert_eq!(later.every, None);
    }
}
