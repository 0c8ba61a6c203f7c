//! The rows of a recorded trace, read from CSV.
//!
//! Times are seconds since the start (`12.5`) or stamps (`2023-11-16 18:17:03.97`), which count
//! from the first row; with a `date` column (`1999-10-03`) the number of days since the first row's
//! is added. The first row counts whether it is kept or not, so that parts of one recording share a
//! clock. Invariant: rows are in order of time.

use std::collections::BTreeMap;

use crate::base::time::{Span, Time};

/// Which columns of the file mean what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// When the task came.
    pub time: String,
    /// The day it came, added to the time.
    pub date: Option<String>,
    /// The class: the values of these columns, joined by `_`.
    pub class: Vec<String>,
    /// The work: the sum of these columns, each times its weight.
    pub work: BTreeMap<String, f64>,
    /// The patience, in seconds.
    pub patience: Option<String>,
    /// Only rows whose column has one of these values.
    pub keep: BTreeMap<String, Vec<String>>,
}

/// One recorded task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// When it came.
    pub at: Time,
    /// Its class, as an index into [`TraceTable::classes`].
    pub class: Option<u32>,
    /// Its work, in the unit of the step that does it; above zero.
    pub work: Option<f64>,
    /// How long it waits to be started, in seconds.
    pub patience_s: Option<f64>,
}

/// A trace as replayed.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceTable {
    /// The tasks in order of time.
    pub rows: Vec<Row>,
    /// The names of the classes that occur, each with the line where it first does.
    pub classes: Vec<(String, u64)>,
}

/// Why a trace cannot be replayed.
#[derive(Clone, Debug, PartialEq)]
pub struct Bad {
    /// The line of the file, counted from 1, if it is one line's fault.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Columns {
    /// Times only, from the column of this name.
    pub fn plain(time: &str) -> Self {
        Columns { time: time.to_string(), ..Columns::default() }
    }

    /// The Azure LLM inference traces: work is the number of generated tokens.
    pub fn azure_llm() -> Self {
        let work = BTreeMap::from([("GeneratedTokens".to_string(), 1.0)]);
        Columns { work, ..Columns::plain("TIMESTAMP") }
    }

    /// BurstGPT: work is the number of response tokens.
    pub fn burstgpt() -> Self {
        let work = BTreeMap::from([("Response tokens".to_string(), 1.0)]);
        Columns { work, ..Columns::plain("Timestamp") }
    }
}

/// The columns of one file, found in its header.
struct Layout<'c> {
    time: usize,
    date: Option<usize>,
    class: Vec<usize>,
    work: Vec<(usize, f64)>,
    patience: Option<usize>,
    keep: Vec<(usize, &'c [String])>,
}

impl TraceTable {
    /// Reads the CSV.
    ///
    /// # Errors
    /// Says the first bad line, a missing column, or that no row is left to replay.
    pub fn parse(bytes: &[u8], columns: &Columns) -> Result<TraceTable, Bad> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(|error| Bad::file(error.to_string()))?.clone();
        let layout = Layout::find(&header, columns)?;
        let mut rows = Vec::new();
        let mut classes: Vec<(String, u64)> = Vec::new();
        let mut origin = Origin::default();
        for record in reader.into_records() {
            let record = record.map_err(|error| {
                let line = error.position().map(csv::Position::line);
                Bad { line, reason: error.to_string(), help: None }
            })?;
            let line = record.position().map(csv::Position::line);
            if rows.is_empty() {
                layout.start(&record, &mut origin);
            }
            if layout.keeps(&record) {
                let row = layout.row(&record, &mut origin, &mut classes, line.unwrap_or(0));
                rows.push(row.map_err(|reason| Bad { line, reason, help: None })?);
            }
        }
        if rows.is_empty() {
            return Err(Bad::file("no row is left to replay".to_string()));
        }
        rows.sort_by_key(|row: &Row| row.at);
        Ok(TraceTable { rows, classes })
    }
}

impl Bad {
    fn file(reason: String) -> Self {
        Bad { line: None, reason, help: None }
    }
}

impl<'c> Layout<'c> {
    fn find(header: &csv::StringRecord, columns: &'c Columns) -> Result<Self, Bad> {
        let find = |name: &str| {
            header.iter().position(|column| column == name).ok_or_else(|| Bad {
                line: Some(1),
                reason: format!("there is no column `{name}`"),
                help: Some(format!(
                    "its columns: {}",
                    header.iter().collect::<Vec<_>>().join(", ")
                )),
            })
        };
        let optional = |name: &Option<String>| name.as_deref().map(find).transpose();
        Ok(Layout {
            time: find(&columns.time)?,
            date: optional(&columns.date)?,
            class: columns.class.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
            work: columns
                .work
                .iter()
                .map(|(name, weight)| Ok((find(name)?, *weight)))
                .collect::<Result<_, Bad>>()?,
            patience: optional(&columns.patience)?,
            keep: columns
                .keep
                .iter()
                .map(|(name, values)| Ok((find(name)?, values.as_slice())))
                .collect::<Result<_, Bad>>()?,
        })
    }

    fn keeps(&self, record: &csv::StringRecord) -> bool {
        self.keep.iter().all(|(column, values)| {
            record.get(*column).is_some_and(|value| values.iter().any(|kept| kept == value))
        })
    }

    /// The clock starts with this row if it has not started before.
    fn start(&self, record: &csv::StringRecord, origin: &mut Origin) {
        if let Some(Ok(day)) = self.date.map(|column| day_number(cell(record, column))) {
            origin.day.get_or_insert(day);
        }
        if let Ok(Instant::Stamp(day, clock)) = instant(cell(record, self.time)) {
            origin.stamp.get_or_insert((day, clock));
        }
    }

    fn row(
        &self,
        record: &csv::StringRecord,
        origin: &mut Origin,
        classes: &mut Vec<(String, u64)>,
        line: u64,
    ) -> Result<Row, String> {
        let day = self.date.map(|column| day_number(cell(record, column))).transpose()?;
        let at = origin.place(instant(cell(record, self.time))?, day)?;
        let parts: Vec<&str> = self.class.iter().map(|column| cell(record, *column)).collect();
        let class = parts.iter().any(|part| !part.is_empty()).then(|| {
            let name = parts.join("_");
            let known = classes.iter().position(|(class, _)| *class == name);
            known.unwrap_or_else(|| {
                classes.push((name, line));
                classes.len() - 1
            }) as u32
        });
        let mut work = 0.0;
        for (column, weight) in &self.work {
            work += weight * amount(cell(record, *column))?.unwrap_or(0.0);
        }
        let patience_s = self.patience.map(|column| amount(cell(record, column))).transpose()?;
        Ok(Row { at, class, work: (work > 0.0).then_some(work), patience_s: patience_s.flatten() })
    }
}

fn cell(record: &csv::StringRecord, column: usize) -> &str {
    record.get(column).unwrap_or("")
}

/// A number that is not negative; `None` for an empty cell.
fn amount(text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(value) if value >= 0.0 && value.is_finite() => Ok(Some(value)),
        _ => Err(format!("`{text}` is not a number of zero or more")),
    }
}

/// When a row came: seconds from the start, or a day number and the time of day.
enum Instant {
    Offset(Span),
    Stamp(u64, Span),
}

fn instant(text: &str) -> Result<Instant, String> {
    if let Some((date, clock)) = text.split_once([' ', 'T']) {
        let day = day_number(date)?;
        let clock_s = clock_seconds(clock.trim_end_matches('Z'))?;
        return Ok(Instant::Stamp(day, Span::from_seconds(clock_s)));
    }
    match amount(text)? {
        Some(seconds) if seconds < 1e9 => Ok(Instant::Offset(Span::from_seconds(seconds))),
        Some(_) => Err(format!("`{text}` s is beyond thirty years")),
        None => Err("the time is missing".to_string()),
    }
}

fn clock_seconds(text: &str) -> Result<f64, String> {
    let parts: Vec<f64> = text.split(':').map_while(|part| part.parse().ok()).collect();
    match parts[..] {
        [hours, minutes, seconds] if hours < 24.0 && minutes < 60.0 && seconds < 61.0 => {
            Ok(hours * 3600.0 + minutes * 60.0 + seconds)
        }
        _ => Err(format!("`{text}` is not a time of day such as 18:17:03.9")),
    }
}

/// Days since 0000-03-01 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date
/// algorithms", days_from_civil).
fn day_number(text: &str) -> Result<u64, String> {
    let parts: Vec<u64> = text.split('-').map_while(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else {
        return Err(format!("`{text}` is not a date such as 2023-11-16"));
    };
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(format!("`{text}` is not a date such as 2023-11-16"));
    }
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Ok(year * 365 + year / 4 - year / 100 + year / 400 + of_year)
}

/// Where the clock starts: set by the first row.
#[derive(Default)]
struct Origin {
    day: Option<u64>,
    stamp: Option<(u64, Span)>,
}

/// A recording longer than a century is a slip.
const DAYS_MAX: u64 = 36_525;

impl Origin {
    fn place(&mut self, instant: Instant, day: Option<u64>) -> Result<Time, String> {
        let days = |day: u64, first: u64| match day.checked_sub(first) {
            Some(days) if days <= DAYS_MAX => Ok(Span::from_secs(days * 86_400)),
            Some(_) => Err("this row is a century after the first one".to_string()),
            None => Err("this row is before the first one's day".to_string()),
        };
        let start = match day {
            Some(day) => days(day, *self.day.get_or_insert(day))?,
            None => Span::ZERO,
        };
        let offset = match instant {
            Instant::Offset(span) => span,
            Instant::Stamp(day, clock) => {
                let (first_day, first_clock) = *self.stamp.get_or_insert((day, clock));
                let since = days(day, first_day)? + clock;
                if since < first_clock {
                    return Err("this row is before the first one".to_string());
                }
                since - first_clock
            }
        };
        Ok(Time::ZERO + start + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        Columns {
            date: Some("day".to_string()),
            class: vec!["class".to_string(), "priority".to_string()],
            work: BTreeMap::from([("in".to_string(), 0.5), ("out".to_string(), 1.0)]),
            patience: Some("patience".to_string()),
            keep: BTreeMap::from([("kind".to_string(), vec!["a".to_string(), "b".to_string()])]),
            ..Columns::plain("t")
        }
    }

    const HEADER: &str = "day,t,class,priority,in,out,patience,kind\n";

    fn parse(rows: &str) -> Result<TraceTable, Bad> {
        TraceTable::parse(format!("{HEADER}{rows}").as_bytes(), &columns())
    }

    #[test]
    fn a_row_carries_what_its_columns_say() {
        let table = parse(
            "1999-12-31,86399.5,PS,high,10,3,,a\n\
             1999-12-31,5,PS,high,1,1,2,c\n\
             2000-01-01,1,NW,low,0,0,7.5,b\n",
        )
        .unwrap();
        assert_eq!(table.classes, [("PS_high".to_string(), 2), ("NW_low".to_string(), 4)]);
        let [first, second] = table.rows[..] else { panic!("two rows are kept") };
        assert_eq!((first.at.seconds(), first.work, first.patience_s), (86399.5, Some(8.0), None));
        assert_eq!(
            (second.at.seconds(), second.work, second.patience_s),
            (86401.0, None, Some(7.5))
        );
        assert_eq!((first.class, second.class), (Some(0), Some(1)));
    }

    #[test]
    fn stamps_count_from_the_first_row_across_leap_days() {
        let text = "TIMESTAMP,GeneratedTokens\n2024-02-28 23:59:59.5,4\n2024-03-01T00:00:00Z,5\n";
        let table = TraceTable::parse(text.as_bytes(), &Columns::azure_llm()).unwrap();
        assert_eq!(table.rows[1].at.seconds(), 86_400.5);
        assert_eq!(table.rows[1].work, Some(5.0));
    }

    #[test]
    fn parts_of_one_recording_share_its_clock() {
        let table = parse("1999-01-01,7,c,p,1,1,,other\n1999-01-02,5,c,p,1,1,,a\n").unwrap();
        assert_eq!(table.rows[0].at.seconds(), 86_405.0);
        let columns = Columns { keep: columns().keep, ..Columns::plain("t") };
        let stamps = "t,kind\n2024-01-01 00:00:10,other\n2024-01-01 00:00:12.5,a\n";
        assert_eq!(
            TraceTable::parse(stamps.as_bytes(), &columns).unwrap().rows[0].at.seconds(),
            2.5
        );
    }

    #[test]
    fn bad_rows_are_told_by_their_line() {
        for (rows, line, reason) in [
            ("x,1,c,p,1,1,1,a\n", 2, "`x` is not a date such as 2023-11-16"),
            (
                "1999-01-01,1,c,p,1,1,1,a\n1999-01-01,-1,c,p,1,1,1,a\n",
                3,
                "`-1` is not a number of zero or more",
            ),
            ("1999-01-01,,c,p,1,1,1,a\n", 2, "the time is missing"),
            ("1999-01-01,1,c,p,1,NaN,1,a\n", 2, "`NaN` is not a number of zero or more"),
            (
                "1999-01-02,1,c,p,1,1,1,a\n1999-01-01,1,c,p,1,1,1,a\n",
                3,
                "this row is before the first one's day",
            ),
        ] {
            let bad = parse(rows).unwrap_err();
            assert_eq!((bad.line, bad.reason.as_str()), (Some(line), reason));
        }
        assert_eq!(parse("").unwrap_err().reason, "no row is left to replay");
        assert_eq!(parse("1999-01-01,1\n").unwrap_err().line, Some(2));
    }
}
