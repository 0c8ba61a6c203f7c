//! Dot and whisker: differences from a baseline, each with its interval, a line at zero, and the
//! numbers beside. What is better, worse or cannot be told apart differs in colour and in marker.

use super::Caption;
use super::axis::{Axis, Scale, whole};
use super::frame::{BELOW, Frame, x_axis};
use super::ink::{BLACK, DARK, FAINT, GREEN, GREY, Ink, VERMILION, WHITE};
use super::page::{MARGIN, Page, Tall, WIDTH};
use super::sheet::{Align, Point, Sheet};
use super::strokes;
use super::text::{self, LABEL, SMALL};
use super::unit::{Display, Quantity, Unit, decimals, fixed};

/// The widest column of labels.
const WIDEST: f64 = 300.0;
/// So many rows are shown; the subtitle says how many there are.
const MOST_ROWS: usize = 60;
/// The head of the column of numbers.
const COLUMN: &str = "difference [interval]";

/// What a difference says about a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Better than the baseline.
    Better,
    /// Worse than the baseline.
    Worse,
    /// The interval holds zero, or there is none.
    Unclear,
}

impl Verdict {
    const ALL: [Verdict; 3] = [Verdict::Better, Verdict::Worse, Verdict::Unclear];

    /// The verdict of an interval (low, high) on its own; of none: unclear.
    pub fn of(interval: Option<(f64, f64)>, lower_is_better: bool) -> Self {
        let below = interval.is_some_and(|(_, high)| high < 0.0);
        let above = interval.is_some_and(|(low, _)| low > 0.0);
        match (below, above) {
            (true, false) if lower_is_better => Verdict::Better,
            (false, true) if !lower_is_better => Verdict::Better,
            (false, false) | (true, true) => Verdict::Unclear,
            (true, false) | (false, true) => Verdict::Worse,
        }
    }

    fn ink(self) -> Ink {
        match self {
            Verdict::Better => GREEN,
            Verdict::Worse => VERMILION,
            Verdict::Unclear => GREY,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Unclear => "cannot tell apart",
        }
    }

    fn marker(self, sheet: &mut Sheet, at: Point) {
        match self {
            Verdict::Better => sheet.disc(at, 5.5, self.ink()),
            Verdict::Worse => strokes::diamond(sheet, at, 5.5, self.ink()),
            Verdict::Unclear => {
                sheet.disc(at, 5.5, self.ink());
                sheet.disc(at, 3.5, WHITE);
            }
        }
    }
}

/// The difference of one policy from the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The name of the policy.
    pub label: String,
    /// The estimated difference, policy minus baseline.
    pub estimate: f64,
    /// Its interval (low, high), if there are enough replications for one.
    pub interval: Option<(f64, f64)>,
    /// What the comparison concluded; it may correct for many comparisons.
    pub verdict: Verdict,
}

/// Differences from one baseline, from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Whiskers {
    /// What the differences are: "p95 sojourn minus that of 'production'".
    pub quantity: Quantity,
    /// Whether below zero is better, which the figure says.
    pub lower_is_better: bool,
    /// The differences.
    pub rows: Vec<Difference>,
}

impl Whiskers {
    /// The figure.
    pub(super) fn draw(&self, caption: &Caption) -> Sheet {
        let rows = &self.rows[..self.rows.len().min(MOST_ROWS)];
        let notes = match self.rows.len() {
            all if all > rows.len() => vec![format!("{} of {all} rows shown", rows.len())],
            _ => Vec::new(),
        };
        let Some((low, high)) = range(rows) else { return Page::no_data(caption, &notes) };
        let labels: Vec<Vec<String>> =
            rows.iter().map(|row| text::wrap(&row.label, LABEL, WIDEST, 2)).collect();
        let pitch = match labels.iter().any(|lines| lines.len() > 1) {
            true => 38.0,
            false if rows.len() <= 12 => 30.0,
            false => 22.0,
        };
        let inside = pitch * rows.len() as f64 + 8.0;
        let tall = Tall::Inside(26.0 + inside + BELOW + 18.0);
        let Page { mut sheet, top, .. } = Page::new(caption, &notes, tall);
        let numbers = numbers(rows, &self.quantity.unit.display(high.max(-low)));
        let widest = text::widest(labels.iter().flatten().map(String::as_str), LABEL);
        let left = MARGIN + widest.max(60.0) + 20.0;
        let column = numbers.iter().map(String::as_str).chain([COLUMN]);
        let right = WIDTH - MARGIN - text::widest(column, LABEL) - 18.0;
        let mut x = x_axis(&self.quantity, Scale::Linear, (low, high), right - left, true);
        if self.quantity.unit == Unit::Share {
            // A difference of 5 % could be taken for a ratio.
            x.title = self.quantity.title("percentage points");
        }
        let frame = Frame { left, right, top: top + 26.0, bottom: top + 26.0 + inside };
        legend(&mut sheet, rows, (left, top + 8.0));
        sheet.words((WIDTH - MARGIN - 4.0, top + 12.0), COLUMN, LABEL, GREY, Align::Right);
        for i in (0..rows.len()).step_by(2) {
            let y = frame.top + 4.0 + pitch * i as f64;
            sheet.rect((MARGIN, y), (WIDTH - MARGIN, y + pitch), FAINT.thin(0.6));
        }
        frame.draw_x(&mut sheet, &x);
        let zero = frame.x(&x, 0.0);
        sheet.line(vec![(zero, frame.top), (zero, frame.bottom)], BLACK, 1.5);
        self.hints(&mut sheet, &frame, zero);
        for (i, row) in rows.iter().enumerate() {
            let y = frame.top + 4.0 + pitch * (i as f64 + 0.5);
            let first = y + 4.5 - 7.5 * (labels[i].len().max(1) - 1) as f64;
            for (line, label) in labels[i].iter().enumerate() {
                let at = (MARGIN + 4.0, first + 15.0 * line as f64);
                sheet.words(at, label, LABEL, BLACK, Align::Left);
            }
            draw_row(&mut sheet, &frame, &x, row, y);
            sheet.words((WIDTH - MARGIN - 4.0, y + 4.5), &numbers[i], LABEL, DARK, Align::Right);
        }
        sheet
    }

    /// Which side of zero is better, below the axis.
    fn hints(&self, sheet: &mut Sheet, frame: &Frame, zero: f64) {
        let y = frame.bottom + BELOW + 10.0;
        let (below, above) =
            if self.lower_is_better { ("better", "worse") } else { ("worse", "better") };
        let ink = |word: &str| if word == "better" { GREEN } else { VERMILION };
        let (below_text, above_text) = (format!("← {below}"), format!("{above} →"));
        let half = text::width(&below_text, SMALL).max(text::width(&above_text, SMALL)) + 10.0;
        let zero = zero.clamp(frame.left + half, frame.right - half);
        sheet.words((zero - 8.0, y), below_text, SMALL, ink(below), Align::Right);
        sheet.words((zero + 8.0, y), above_text, SMALL, ink(above), Align::Left);
    }
}

/// The range of all estimates and intervals and zero; `None` if there is no estimate.
fn range(rows: &[Difference]) -> Option<(f64, f64)> {
    rows.iter().find(|row| Scale::Linear.shows(row.estimate))?;
    let ends = |row: &Difference| {
        let (low, high) = row.interval.unwrap_or((row.estimate, row.estimate));
        [row.estimate, low, high]
    };
    let values = || rows.iter().flat_map(ends).filter(|&value| Scale::Linear.shows(value));
    let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    Some(if low < high { (low, high) } else { (-1.0, 1.0) })
}

/// The column of numbers: estimates to three digits of the largest, or to two of the
/// narrowest interval if that is finer (at most two decimals more).
fn numbers(rows: &[Difference], shown: &Display) -> Vec<String> {
    let largest = rows.iter().map(|row| row.estimate.abs() / shown.per);
    let coarse =
        decimals(largest.filter(|&value| Scale::Linear.shows(value)).fold(0.0, f64::max), 3);
    let widths = rows.iter().filter_map(|row| whole(row.interval)).map(|(low, high)| high - low);
    let narrowest = widths
        .map(|width| width / 2.0 / shown.per)
        .filter(|&half| half > 0.0)
        .fold(f64::INFINITY, f64::min);
    let decimals = decimals(narrowest, 2).clamp(coarse, coarse + 2);
    let signed = |value: f64| {
        let number = fixed(value / shown.per, decimals);
        let above = value > 0.0 && number.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if above { format!("+{number}") } else { number }
    };
    let numbers = |row: &Difference| match whole(row.interval) {
        _ if !Scale::Linear.shows(row.estimate) => "no data".to_owned(),
        Some((low, high)) => {
            format!("{} [{}, {}]", signed(row.estimate), signed(low), signed(high))
        }
        None => format!("{} [no interval]", signed(row.estimate)),
    };
    rows.iter().map(numbers).collect()
}

/// The markers that occur and what they mean, in a row above the plot.
fn legend(sheet: &mut Sheet, rows: &[Difference], (mut x, y): Point) {
    for verdict in Verdict::ALL {
        if rows.iter().any(|row| row.verdict == verdict) {
            sheet.line(vec![(x, y), (x + 28.0, y)], verdict.ink(), 2.0);
            verdict.marker(sheet, (x + 14.0, y));
            sheet.words((x + 36.0, y + 4.5), verdict.name(), LABEL, DARK, Align::Left);
            x += 36.0 + text::width(verdict.name(), LABEL) + 26.0;
        }
    }
}

fn draw_row(sheet: &mut Sheet, frame: &Frame, x: &Axis, row: &Difference, y: f64) {
    if !Scale::Linear.shows(row.estimate) {
        return;
    }
    let ink = row.verdict.ink();
    if let Some((low, high)) = whole(row.interval) {
        let (low, high) = (frame.x(x, low), frame.x(x, high));
        sheet.line(vec![(low, y), (high, y)], ink, 2.0);
        for end in [low, high] {
            sheet.line(vec![(end, y - 5.0), (end, y + 5.0)], ink, 2.0);
        }
    }
    row.verdict.marker(sheet, (frame.x(x, row.estimate), y));
}
