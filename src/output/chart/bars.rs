//! Horizontal bars with their values. Above 60 bars the figure counts them by value instead: a
//! histogram, which the subtitle says.

use super::Caption;
use super::axis::{Axis, Scale, step, whole};
use super::frame::{BELOW, Frame, x_axis};
use super::ink::{BLACK, DARK, GREY, SKY};
use super::page::{MARGIN, Page, Tall, WIDTH};
use super::sheet::{Align, Sheet};
use super::text::{self, LABEL, SMALL};
use super::unit::{Display, Quantity, Unit, decimals, fixed, short};

/// More bars than this are counted by value.
const MOST_BARS: usize = 60;
/// Classes of a histogram, about.
const CLASSES: f64 = 20.0;
/// The widest column of labels.
const WIDEST: f64 = 300.0;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The name at its left.
    pub label: String,
    /// Its length; not finite for "no data".
    pub value: f64,
    /// An interval (low, high) around the value.
    pub interval: Option<(f64, f64)>,
}

/// Bars of one quantity, from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// What the length of a bar is.
    pub quantity: Quantity,
    /// What the bars stand for, in the plural: "agents".
    pub things: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

impl Bars {
    /// The figure.
    pub(super) fn draw(&self, caption: &Caption) -> Sheet {
        if self.bars.iter().all(|bar| !Scale::Linear.shows(bar.value)) {
            return Page::no_data(caption, &[]);
        }
        if self.bars.len() <= MOST_BARS {
            return self.rows(caption, &[]);
        }
        let missing = self.bars.iter().filter(|bar| !Scale::Linear.shows(bar.value)).count();
        let mut note = format!("{} {}, counted by value", self.bars.len(), self.things);
        if missing > 0 {
            note += &format!("; {missing} of them without data");
        }
        self.histogram().rows(caption, &[note])
    }

    fn rows(&self, caption: &Caption, notes: &[String]) -> Sheet {
        let (pitch, face) = match self.bars.len() {
            0..=12 => (28.0, LABEL),
            13..=30 => (21.0, LABEL),
            _ => (16.0, SMALL),
        };
        let inside = pitch * self.bars.len() as f64 + 6.0;
        let page = Page::new(caption, notes, Tall::Inside(inside + BELOW));
        let Page { mut sheet, top, .. } = page;
        let (low, high) = self.range();
        let shown = self.quantity.unit.display(high.max(-low));
        let texts: Vec<String> = self.bars.iter().map(|bar| self.value(bar, &shown)).collect();
        let labels = text::widest(self.bars.iter().map(|bar| bar.label.as_str()), face);
        let left = MARGIN + labels.min(WIDEST) + 10.0;
        let values = text::widest(texts.iter().map(String::as_str), face);
        let right = WIDTH - MARGIN - values - 10.0;
        let x = x_axis(&self.quantity, Scale::Linear, (low, high), right - left, true);
        let frame = Frame { left, right, top, bottom: top + inside };
        frame.draw_x(&mut sheet, &x);
        for (i, (bar, value)) in self.bars.iter().zip(texts).enumerate() {
            let y = top + 3.0 + pitch * (i as f64 + 0.5);
            let base = y + 0.36 * face.size;
            let label = text::shorten(&bar.label, face, WIDEST);
            sheet.words((left - 10.0, base), label, face, DARK, Align::Right);
            let end = bar_and_interval(&mut sheet, &frame, &x, bar, y, pitch);
            let ink = if Scale::Linear.shows(bar.value) { BLACK } else { GREY };
            sheet.words((end + 7.0, base), value, face, ink, Align::Left);
        }
        let (zero, ends) = (frame.x(&x, 0.0), (frame.top, frame.bottom));
        sheet.line(vec![(zero, ends.0), (zero, ends.1)], GREY, 1.5);
        sheet
    }

    /// From zero to the longest bar; shares up to one, so that figures compare.
    fn range(&self) -> (f64, f64) {
        let ends = |bar: &Bar| {
            let (low, high) = bar.interval.unwrap_or((bar.value, bar.value));
            [bar.value, low, high]
        };
        let values = || self.bars.iter().flat_map(ends).filter(|&value| Scale::Linear.shows(value));
        let whole = if self.quantity.unit == Unit::Share { 1.0 } else { 0.0 };
        (values().fold(0.0, f64::min), values().fold(whole, f64::max))
    }

    fn value(&self, bar: &Bar, shown: &Display) -> String {
        let value = bar.value / shown.per;
        match self.quantity.unit {
            _ if !Scale::Linear.shows(value) => "no data".to_owned(),
            Unit::Share => format!("{} %", fixed(value, 1)),
            Unit::Count(_) if libm::trunc(value) == value => fixed(value, 0),
            Unit::Seconds | Unit::Count(_) | Unit::Plain(_) => short(value),
        }
    }

    /// How many bars have a value in each class of equal width.
    fn histogram(&self) -> Bars {
        let (low, high) = self.range();
        let shown = self.quantity.unit.display(high.max(-low));
        let (low, high) = (low / shown.per, high / shown.per);
        let spread = if high - low > 1e-12 { high - low } else { 1.0 };
        let width = step(spread / CLASSES, &[]);
        let first = (low / width + 1e-9).floor();
        let classes = ((high / width - 1e-9).ceil() - first).max(1.0) as usize;
        let mut counts = vec![0_u32; classes];
        for bar in self.bars.iter().filter(|bar| Scale::Linear.shows(bar.value)) {
            let class = (bar.value / shown.per / width + 1e-9).floor() - first;
            counts[(class.max(0.0) as usize).min(classes - 1)] += 1;
        }
        let decimals = decimals(width, 1);
        let edge = |class: usize| fixed((first + class as f64) * width, decimals);
        let bar = |(class, count): (usize, u32)| {
            let label = format!("{} to {} {}", edge(class), edge(class + 1), shown.symbol);
            Bar { label, value: f64::from(count), interval: None }
        };
        Bars {
            quantity: Quantity::count(
                format!("number of {}, by {}", self.things, self.quantity.name),
                "",
            ),
            things: self.things.clone(),
            bars: counts.into_iter().enumerate().map(bar).collect(),
        }
    }
}

/// Draws the bar; the end of what was drawn.
fn bar_and_interval(
    sheet: &mut Sheet,
    frame: &Frame,
    x: &Axis,
    bar: &Bar,
    y: f64,
    pitch: f64,
) -> f64 {
    let zero = frame.x(x, 0.0);
    if !Scale::Linear.shows(bar.value) {
        return zero;
    }
    let (end, half) = (frame.x(x, bar.value), 0.36 * pitch);
    sheet.rect((zero, y - half), (end, y + half), SKY);
    let Some((low, high)) = whole(bar.interval) else {
        return end.max(zero);
    };
    let (low, high) = (frame.x(x, low), frame.x(x, high));
    sheet.line(vec![(low, y), (high, y)], BLACK, 1.5);
    for end in [low, high] {
        sheet.line(vec![(end, y - 0.5 * half), (end, y + 0.5 * half)], BLACK, 1.5);
    }
    end.max(high).max(zero)
}
