//! A timeline: panels above one another on one horizontal axis of time, so that causes stand above
//! their effects.
//!
//! A panel holds either series, with a vertical axis of its own, or lanes: one bar after another
//! for the states of one thing. A state is told by colour, by height (one that passes is half as
//! high) and by its word, in the bar where there is room and above the lanes always. Bars of one
//! state that are closer than a third of a pixel are one.

use super::Caption;
use super::axis::{Axis, Room, Scale};
use super::frame::{BELOW, Frame, overhang, x_axis};
use super::ink::{self, DARK, RULE};
use super::lines::{Canvas, SAMPLE, Series, WIDEST, legend, range};
use super::page::{MARGIN, Page, Tall, WIDTH};
use super::sheet::{Align, Sheet};
use super::text::{self, AXIS, LABEL, SMALL};
use super::unit::Quantity;

/// The height of a panel with series.
const TALL: f64 = 104.0;
/// The room above a panel, for its title.
const ABOVE: f64 = 34.0;
/// From lane to lane.
const PITCH: f64 = 18.0;
/// The height of a bar.
const BAR: f64 = 13.0;
/// A panel shows so many lanes; the subtitle says how many there are.
const MOST_LANES: usize = 12;
/// A panel shows so many series.
const MOST_SERIES: usize = 5;
/// The widest column of names of lanes.
const WIDEST_LANE: f64 = 150.0;

/// A state that things can be in.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneState {
    /// The word for it.
    pub word: String,
    /// Which colour of the palette.
    pub colour: usize,
    /// Whether it passes into another by itself: drawn half as high.
    pub passes: bool,
}

/// One thing and when it was what.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// From when to when it was in a state, by the place of the state in the list of the panel;
    /// later ones are painted over earlier ones.
    pub spans: Vec<(f64, f64, usize)>,
}

/// One of the panels of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    /// Series over time, the most important first: at most five are shown.
    Series {
        /// The vertical axis.
        y: Quantity,
        /// The series.
        series: Vec<Series>,
    },
    /// Things and their states: at most twelve are shown.
    Lanes {
        /// What they are, in the plural: "breakers".
        things: String,
        /// What they can be.
        states: Vec<LaneState>,
        /// The things.
        lanes: Vec<Lane>,
    },
}

/// Panels on one axis of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The end of the axis, in seconds from its start.
    pub until_s: f64,
    /// The panels, from top to bottom.
    pub panels: Vec<Panel>,
    /// What the subtitle must say besides.
    pub notes: Vec<String>,
}

impl Panel {
    fn shown(&self) -> &[Series] {
        match self {
            Panel::Series { series, .. } => &series[..series.len().min(MOST_SERIES)],
            Panel::Lanes { .. } => &[],
        }
    }

    fn lanes(&self) -> &[Lane] {
        match self {
            Panel::Series { .. } => &[],
            Panel::Lanes { lanes, .. } => &lanes[..lanes.len().min(MOST_LANES)],
        }
    }

    fn height(&self) -> f64 {
        match self {
            Panel::Series { .. } => TALL,
            Panel::Lanes { .. } => PITCH * self.lanes().len() as f64,
        }
    }

    fn is_empty(&self) -> bool {
        self.shown().is_empty() && self.lanes().is_empty()
    }

    /// What is left out.
    fn note(&self) -> Option<String> {
        let (shown, all, things) = match self {
            Panel::Series { y, series } => (MOST_SERIES, series.len(), y.name.as_str()),
            Panel::Lanes { things, lanes, .. } => (MOST_LANES, lanes.len(), things.as_str()),
        };
        (all > shown).then(|| format!("{things}: {shown} of {all} shown"))
    }

    /// The vertical axis, which shows zero.
    fn y_axis(&self) -> Option<Axis> {
        let Panel::Series { y, .. } = self else { return None };
        let points = self.shown().iter().flat_map(|series| &series.points);
        let values = points.map(|&(_, y)| y).filter(|&y| Scale::Linear.shows(y));
        let (low, high) = range(values.chain([0.0]))?;
        let room = Room { length: TALL, gap: 26.0, grow: true };
        Some(Axis::new(y, Scale::Linear, low, high, room))
    }
}

impl Timeline {
    /// The figure.
    pub(super) fn draw(&self, caption: &Caption) -> Sheet {
        let mut notes = self.notes.clone();
        notes.extend(self.panels.iter().filter_map(Panel::note));
        let panels: Vec<&Panel> = self.panels.iter().filter(|panel| !panel.is_empty()).collect();
        if panels.is_empty() || !Scale::Linear.shows(self.until_s) || self.until_s <= 0.0 {
            return Page::no_data(caption, &notes);
        }
        let heights: f64 = panels.iter().map(|panel| ABOVE + panel.height()).sum();
        let page = Page::new(caption, &notes, Tall::Inside(heights + BELOW));
        let Page { mut sheet, top, .. } = page;
        let axes: Vec<Option<Axis>> = panels.iter().map(|panel| panel.y_axis()).collect();
        let (left, right) = columns(&panels, &axes);
        let time = Quantity::seconds("time");
        let x = x_axis(&time, Scale::Linear, (0.0, self.until_s), right - left, false);
        let right = right.min(WIDTH - MARGIN - overhang(&x));
        let mut y = top;
        for (i, (panel, axis)) in panels.iter().zip(axes).enumerate() {
            let frame = Frame { left, right, top: y + ABOVE, bottom: y + ABOVE + panel.height() };
            if let Some(axis) = &axis {
                frame.draw_y(&mut sheet, axis);
            }
            if i + 1 == panels.len() {
                frame.draw_x(&mut sheet, &x);
            } else {
                frame.grid_x(&mut sheet, &x);
            }
            let title = (MARGIN, frame.top - 11.0);
            match panel {
                Panel::Series { .. } => {
                    let y = axis.expect("a panel with series has a vertical axis");
                    sheet.words(title, &y.title, AXIS, DARK, Align::Left);
                    let canvas = Canvas { frame, x: x.clone(), y };
                    canvas.series(&mut sheet, panel.shown());
                    legend(&mut sheet, &frame, panel.shown(), (frame.top, frame.top));
                }
                Panel::Lanes { things, states, .. } => {
                    sheet.words(title, things, AXIS, DARK, Align::Left);
                    key(&mut sheet, title.0 + text::width(things, AXIS) + 24.0, title.1, states);
                    for (number, lane) in panel.lanes().iter().enumerate() {
                        let middle = frame.top + PITCH * (number as f64 + 0.5);
                        draw_lane(&mut sheet, &frame, &x, middle, lane, states);
                    }
                }
            }
            y = frame.bottom;
        }
        sheet
    }
}

/// Where the frames begin, after the labels and names, and end, before the legends.
fn columns(panels: &[&Panel], axes: &[Option<Axis>]) -> (f64, f64) {
    let labels = axes.iter().flatten().flat_map(|axis| &axis.marks).map(|mark| mark.1.as_str());
    let lanes = panels.iter().flat_map(|panel| panel.lanes()).map(|lane| lane.name.as_str());
    let lanes = text::widest(lanes, LABEL).min(WIDEST_LANE);
    let left = MARGIN + text::widest(labels, LABEL).max(lanes) + 10.0;
    let names = panels.iter().flat_map(|panel| panel.shown()).map(|series| series.name.as_str());
    let names = text::widest(names, LABEL).min(WIDEST);
    let beside = if names > 0.0 { SAMPLE + 8.0 + names + 18.0 } else { 0.0 };
    (left, WIDTH - MARGIN - beside)
}

/// The states and their words, in a line.
fn key(sheet: &mut Sheet, mut x: f64, base: f64, states: &[LaneState]) {
    const SWATCH: f64 = 18.0;
    for state in states {
        let high = bar_height(state);
        let middle = base - 4.5;
        let ink = ink::series(state.colour);
        sheet.rect((x, middle - high / 2.0), (x + SWATCH, middle + high / 2.0), ink);
        sheet.words((x + SWATCH + 6.0, base), &state.word, LABEL, DARK, Align::Left);
        x += SWATCH + 6.0 + text::width(&state.word, LABEL) + 20.0;
    }
}

fn bar_height(state: &LaneState) -> f64 {
    if state.passes { BAR / 2.0 } else { BAR }
}

fn draw_lane(
    sheet: &mut Sheet,
    frame: &Frame,
    x: &Axis,
    middle: f64,
    lane: &Lane,
    states: &[LaneState],
) {
    let name = text::shorten(&lane.name, LABEL, WIDEST_LANE);
    sheet.words((frame.left - 8.0, middle + 4.5), name, LABEL, DARK, Align::Right);
    sheet.line(vec![(frame.left, middle), (frame.right, middle)], RULE, 1.0);
    for (from, to, place) in bars(frame, x, &lane.spans) {
        let state = &states[place];
        let (ink, half) = (ink::series(state.colour), bar_height(state) / 2.0);
        sheet.rect((from, middle - half), (to, middle + half), ink);
        if !state.passes && to - from >= text::width(&state.word, SMALL) + 10.0 {
            let at = ((from + to) / 2.0, middle + 4.0);
            sheet.words(at, &state.word, SMALL, ink.contrast(), Align::Centre);
        }
    }
}

/// The spans in pixels, within the frame and never thinner than a pixel.
fn bars(frame: &Frame, x: &Axis, spans: &[(f64, f64, usize)]) -> Vec<(f64, f64, usize)> {
    const NEAR: f64 = 1.0 / 3.0;
    let mut bars: Vec<(f64, f64, usize)> = Vec::new();
    for &(from, to, state) in spans {
        if !Scale::Linear.shows(from) || to.is_nan() || to < from || from > x.high {
            continue;
        }
        let (from, to) = (frame.x(x, from.max(x.low)), frame.x(x, to.clamp(x.low, x.high)));
        let to = to.max(from + 1.0).min(frame.right);
        match bars.last_mut() {
            Some(last) if last.2 == state && from >= last.0 && from - last.1 < NEAR => {
                last.1 = last.1.max(to);
            }
            _ => bars.push((from.min(to - 1.0).max(frame.left), to, state)),
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> (Frame, Axis) {
        let frame = Frame { left: 100.0, right: 700.0, top: 0.0, bottom: 50.0 };
        let time = Quantity::seconds("time");
        (frame, x_axis(&time, Scale::Linear, (0.0, 600.0), 600.0, false))
    }

    #[test]
    fn a_bar_is_where_its_span_is() {
        let (frame, x) = frame();
        let spans = [(0.0, 60.0, 0), (60.0, 90.0, 1), (590.0, f64::INFINITY, 0)];
        let expected = [(100.0, 160.0, 0), (160.0, 190.0, 1), (690.0, 700.0, 0)];
        assert_eq!(bars(&frame, &x, &spans), expected);
        // Not after the end, and not backwards.
        assert_eq!(bars(&frame, &x, &[(601.0, 700.0, 0), (9.0, 3.0, 0)]), []);
    }

    #[test]
    fn what_is_short_is_still_seen_and_what_is_close_is_one() {
        let (frame, x) = frame();
        assert_eq!(bars(&frame, &x, &[(50.0, 50.0, 0)]), [(150.0, 151.0, 0)]);
        assert_eq!(bars(&frame, &x, &[(600.0, 600.0, 0)]), [(699.0, 700.0, 0)]);
        let close = [(50.0, 60.0, 0), (60.2, 70.0, 0), (70.5, 80.0, 0), (80.1, 90.0, 1)];
        let expected = [(150.0, 170.0, 0), (170.5, 180.0, 0), (180.1, 190.0, 1)];
        for (bar, expected) in bars(&frame, &x, &close).into_iter().zip(expected) {
            assert!((bar.0 - expected.0).abs() + (bar.1 - expected.1).abs() < 1e-9, "{bar:?}");
            assert_eq!(bar.2, expected.2);
        }
        assert_eq!(bars(&frame, &x, &close).len(), 3);
    }
}
