//! Lines: series over time or over another quantity, straight or in steps, with ribbons for
//! intervals and a labelled objective.
//!
//! A point that is not finite, or not above zero on a logarithmic axis, is a gap. A level in
//! steps holds from its point to the next one. Every line carries the marker of its colour; a
//! dashed one its dash instead.

use super::Caption;
use super::axis::{Axis, Room, Scale};
use super::frame::{BELOW, Frame, overhang, x_axis};
use super::ink::{self, BLACK, DARK};
use super::page::{HEIGHT, MARGIN, Page, Tall, WIDTH};
use super::sheet::{Align, Point, Sheet};
use super::strokes;
use super::text::{self, AXIS, LABEL};
use super::unit::Quantity;

/// How many series a figure shows; the subtitle says how many it leaves out.
pub const MOST_SERIES: usize = 8;
/// Up to so many points of a straight line have a marker each.
const FEW_POINTS: usize = 24;
/// The widest column of names beside the plot.
pub(super) const WIDEST: f64 = 190.0;
/// The length of the line before a name in the legend, and the room to the name.
pub(super) const SAMPLE: f64 = 30.0;

/// How the points of a series are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By straight lines.
    Straight,
    /// By a level that holds until the next point.
    Steps,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// (x, y) in the units of the axes, x ascending; y that is not finite is a gap.
    pub points: Vec<(f64, f64)>,
    /// (low, high) around each point; empty for no ribbon.
    pub ribbon: Vec<(f64, f64)>,
    /// How the points are joined.
    pub shape: Shape,
    /// Whether the line is dashed.
    pub dashed: bool,
    /// Which colour of the palette; the place in the list if `None`.
    pub colour: Option<usize>,
}

impl Series {
    /// A series joined by straight lines.
    pub fn straight(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        let (name, shape) = (name.into(), Shape::Straight);
        Series { name, points, ribbon: Vec::new(), shape, dashed: false, colour: None }
    }

    /// A level that holds from each point to the next.
    pub fn steps(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Series { shape: Shape::Steps, ..Series::straight(name, points) }
    }

    /// With an interval (low, high) for each point.
    ///
    /// # Panics
    /// If there is not one for each point.
    pub fn ribbon(self, ribbon: Vec<(f64, f64)>) -> Self {
        assert_eq!(ribbon.len(), self.points.len(), "a ribbon has an interval for each point");
        Series { ribbon, ..self }
    }

    /// Dashed, in the `colour`-th colour: the companion of another line, as agents on duty are
    /// of busy agents.
    pub fn dashed(self, colour: usize) -> Self {
        Series { dashed: true, colour: Some(colour), ..self }
    }

    /// In the `colour`-th colour of the palette.
    pub fn colour(self, colour: usize) -> Self {
        Series { colour: Some(colour), ..self }
    }
}

/// The axis that carries the value of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// The horizontal axis: a vertical line.
    X,
    /// The vertical axis: a horizontal line.
    Y,
}

/// A value to be met, as a labelled line.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// The axis the value is on.
    pub along: Along,
    /// The value, in the unit of that axis.
    pub value: f64,
    /// What it is: "objective: p95 at most 30 s".
    pub label: String,
}

/// Series over one horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The horizontal axis.
    pub x: Quantity,
    /// The vertical axis.
    pub y: Quantity,
    /// The scale of the horizontal axis.
    pub x_scale: Scale,
    /// The scale of the vertical axis.
    pub y_scale: Scale,
    /// The series, the most important first: at most eight are shown.
    pub series: Vec<Series>,
    /// The value to be met.
    pub objective: Option<Objective>,
    /// What the subtitle must say besides.
    pub notes: Vec<String>,
}

impl Lines {
    /// No series yet, on linear axes.
    pub fn new(x: Quantity, y: Quantity) -> Self {
        let (x_scale, y_scale) = (Scale::Linear, Scale::Linear);
        Lines { x, y, x_scale, y_scale, series: Vec::new(), objective: None, notes: Vec::new() }
    }

    /// With `series` after the others.
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// On a logarithmic vertical axis.
    pub fn log_y(self) -> Self {
        Lines { y_scale: Scale::Log, ..self }
    }

    /// With a line at `value`.
    pub fn objective(self, along: Along, value: f64, label: impl Into<String>) -> Self {
        Lines { objective: Some(Objective { along, value, label: label.into() }), ..self }
    }

    /// The figure.
    pub(super) fn draw(&self, caption: &Caption) -> Sheet {
        let shown = &self.series[..self.series.len().min(MOST_SERIES)];
        let notes = self.all_notes(shown);
        let Some(((x_low, x_high), (y_low, y_high))) = self.extent(shown) else {
            return Page::no_data(caption, &notes);
        };
        let Page { mut sheet, top, bottom } = Page::new(caption, &notes, Tall::Whole(HEIGHT));
        let above = if self.objective_on(Along::X).is_some() { 42.0 } else { 26.0 };
        let (top, bottom) = (top + above, bottom - BELOW);
        let gap = if self.y_scale == Scale::Log { 20.0 } else { 34.0 };
        let room = Room { length: bottom - top, gap, grow: true };
        let y = Axis::new(&self.y, self.y_scale, y_low, y_high, room);
        let left = MARGIN + text::widest(y.marks.iter().map(|mark| &*mark.1), LABEL) + 10.0;
        let beside = self.beside(shown);
        let right = if beside > 0.0 { WIDTH - MARGIN - beside - 18.0 } else { WIDTH - 40.0 };
        let grow = self.x_scale == Scale::Log;
        let x = x_axis(&self.x, self.x_scale, (x_low, x_high), right - left, grow);
        let right = right - if beside > 0.0 { 0.0 } else { (overhang(&x) - 20.0).max(0.0) };
        let canvas = Canvas { frame: Frame { left, right, top, bottom }, x, y };
        sheet.words((MARGIN, top - above + 12.0), &canvas.y.title, AXIS, DARK, Align::Left);
        canvas.frame.draw_y(&mut sheet, &canvas.y);
        canvas.frame.draw_x(&mut sheet, &canvas.x);
        canvas.series(&mut sheet, shown);
        let taken = self.draw_objective(&mut sheet, &canvas, shown);
        legend(&mut sheet, &canvas.frame, shown, taken);
        sheet
    }

    fn objective_on(&self, along: Along) -> Option<&Objective> {
        let scale = if along == Along::X { self.x_scale } else { self.y_scale };
        self.objective.as_ref().filter(|o| o.along == along && scale.shows(o.value))
    }

    /// What the subtitle says besides the caption.
    fn all_notes(&self, shown: &[Series]) -> Vec<String> {
        let mut notes = self.notes.clone();
        if shown.len() < self.series.len() {
            notes.push(format!("{} of {} series shown", shown.len(), self.series.len()));
        }
        let not_above_zero = |scale: Scale, value: f64| {
            scale == Scale::Log && Scale::Linear.shows(value) && !scale.shows(value)
        };
        let zeros = shown
            .iter()
            .flat_map(|series| &series.points)
            .filter(|&&(x, y)| not_above_zero(self.x_scale, x) || not_above_zero(self.y_scale, y));
        match zeros.count() {
            0 => {}
            1 => notes.push("1 value not above zero is a gap (log axis)".to_owned()),
            many => notes.push(format!("{many} values not above zero are gaps (log axis)")),
        }
        notes
    }

    /// The ranges of both axes: all visible points, ribbons and the objective; zero, if linear.
    fn extent(&self, shown: &[Series]) -> Option<((f64, f64), (f64, f64))> {
        let visible = |&(x, y): &(f64, f64)| self.x_scale.shows(x) && self.y_scale.shows(y);
        let points = || shown.iter().flat_map(|s| &s.points).copied().filter(visible);
        let xs = points().map(|(x, _)| x);
        let x = range(xs.chain(self.objective_on(Along::X).map(|o| o.value)))?;
        points().next()?;
        let ribbons = shown.iter().flat_map(|s| &s.ribbon).flat_map(|&(low, high)| [low, high]);
        let objective = self.objective_on(Along::Y).map(|o| o.value);
        let zero = (self.y_scale == Scale::Linear).then_some(0.0);
        let values = points().map(|(_, y)| y).chain(ribbons).chain(objective).chain(zero);
        Some((x, range(values.filter(|&y| self.y_scale.shows(y)))?))
    }

    /// The width of the column beside the plot.
    fn beside(&self, shown: &[Series]) -> f64 {
        let names = text::widest(shown.iter().map(|series| series.name.as_str()), LABEL);
        let names = if names > 0.0 { SAMPLE + 8.0 + names.min(WIDEST) } else { 0.0 };
        let lines = self.objective_on(Along::Y).map(label_lines).unwrap_or_default();
        names.max(text::widest(lines.iter().map(String::as_str), LABEL))
    }

    /// Draws the objective; the part of the column beside the plot that its label takes.
    fn draw_objective(&self, sheet: &mut Sheet, at: &Canvas, shown: &[Series]) -> (f64, f64) {
        const DASH: [f64; 2] = [2.0, 3.0];
        let Frame { left, right, top, bottom } = at.frame;
        if let Some(objective) = self.objective_on(Along::X) {
            let x = at.frame.x(&at.x, objective.value);
            strokes::dashed(sheet, &[(x, top - 4.0), (x, bottom)], BLACK, 1.5, &DASH);
            let label = text::shorten(&objective.label, LABEL, right - left);
            let half = text::width(&label, LABEL) / 2.0;
            let middle = x.clamp(left + half, (right - half).max(left + half));
            sheet.words((middle, top - 9.0), label, LABEL, BLACK, Align::Centre);
        }
        let Some(objective) = self.objective_on(Along::Y) else { return (top, top) };
        let y = at.frame.y(&at.y, objective.value);
        strokes::dashed(sheet, &[(left, y), (right + 6.0, y)], BLACK, 1.5, &DASH);
        let lines = label_lines(objective);
        let high = 15.0 * lines.len() as f64;
        let legend = legend_height(shown);
        let mut from = (y - high / 2.0).clamp(top, bottom - high);
        let above_or_below = from - top >= legend || bottom - from - high >= legend;
        if !above_or_below {
            from = top + legend;
        }
        for (i, line) in lines.into_iter().enumerate() {
            let base = from + 11.5 + 15.0 * i as f64;
            sheet.words((right + 12.0, base), line, LABEL, BLACK, Align::Left);
        }
        (from, from + high)
    }
}

fn label_lines(objective: &Objective) -> Vec<String> {
    text::wrap(&objective.label, LABEL, WIDEST, 3)
}

pub(super) fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

fn legend_height(shown: &[Series]) -> f64 {
    20.0 * shown.iter().filter(|series| !series.name.is_empty()).count() as f64 + 10.0
}

/// The names beside the plot, above or below the part that is `taken`.
pub(super) fn legend(sheet: &mut Sheet, frame: &Frame, shown: &[Series], taken: (f64, f64)) {
    let fits_above = taken.0 - frame.top >= legend_height(shown) || taken.0 == taken.1;
    let mut y = if fits_above { frame.top + 8.0 } else { taken.1 + 14.0 };
    let left = frame.right + 18.0;
    for (i, series) in shown.iter().enumerate().filter(|(_, series)| !series.name.is_empty()) {
        let colour = series.colour.unwrap_or(i);
        let (ink, ends) = (ink::series(colour), [(left, y), (left + SAMPLE, y)]);
        if !series.ribbon.is_empty() {
            sheet.rect((left, y - 6.0), (left + SAMPLE, y + 6.0), ink.thin(0.2));
        }
        if series.dashed {
            strokes::dashed(sheet, &ends, ink, 2.0, strokes::dash(colour));
        } else {
            sheet.line(ends.to_vec(), ink, 2.0);
            strokes::marker(sheet, colour, (left + SAMPLE / 2.0, y), ink);
        }
        let name = text::shorten(&series.name, LABEL, WIDEST);
        sheet.words((left + SAMPLE + 8.0, y + 4.5), name, LABEL, DARK, Align::Left);
        y += 20.0;
    }
}

/// A frame with its two axes.
pub(super) struct Canvas {
    pub frame: Frame,
    pub x: Axis,
    pub y: Axis,
}

impl Canvas {
    pub fn series(&self, sheet: &mut Sheet, shown: &[Series]) {
        for (i, series) in shown.iter().enumerate() {
            self.ribbon(sheet, series, ink::series(series.colour.unwrap_or(i)));
        }
        let mut markers = Vec::new();
        for (i, series) in shown.iter().enumerate() {
            let colour = series.colour.unwrap_or(i);
            let marked = self.line(sheet, series, colour, (i as f64 + 0.5) / shown.len() as f64);
            markers.extend(marked.into_iter().map(|at| (colour, at)));
        }
        for (colour, at) in markers {
            strokes::marker(sheet, colour, at, ink::series(colour));
        }
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        self.x.scale.shows(x) && self.y.scale.shows(y)
    }

    /// The pixels of a run of points without gaps, the last level held until `end`.
    fn trace(&self, shape: Shape, run: &[(f64, f64)], end: Option<f64>) -> Vec<Point> {
        let mut path: Vec<Point> = Vec::new();
        for &(x, y) in run {
            let (x, y) = (self.frame.x(&self.x, x), self.frame.y(&self.y, y));
            if let (Shape::Steps, Some(&(_, level))) = (shape, path.last()) {
                path.push((x, level));
            }
            path.push((x, y));
        }
        if let (Shape::Steps, Some(end), Some(&(_, level))) = (shape, end, path.last()) {
            path.push((self.frame.x(&self.x, end), level));
        }
        path
    }

    fn ribbon(&self, sheet: &mut Sheet, series: &Series, ink: ink::Ink) {
        let whole = |i: usize| {
            let (low, high) = series.ribbon[i];
            self.shows(series.points[i]) && Scale::Linear.shows(low) && self.y.scale.shows(high)
        };
        let indices: Vec<usize> = (0..series.ribbon.len()).collect();
        for run in indices.chunk_by(|&a, &b| whole(a) && whole(b)).filter(|run| whole(run[0])) {
            let x = |&i: &usize| series.points[i].0;
            let low: Vec<_> =
                run.iter().map(|i| (x(i), series.ribbon[*i].0.max(self.y.low))).collect();
            let high: Vec<_> = run.iter().map(|i| (x(i), series.ribbon[*i].1)).collect();
            let mut outline = self.trace(series.shape, &low, None);
            outline.extend(self.trace(series.shape, &high, None).into_iter().rev());
            sheet.area(outline, ink.thin(0.2));
        }
    }

    /// Draws the line; where its markers belong, `share` of their distance after its start.
    fn line(&self, sheet: &mut Sheet, series: &Series, colour: usize, share: f64) -> Vec<Point> {
        let ink = ink::series(colour);
        let points = &series.points;
        let mut paths: Vec<Vec<Point>> = Vec::new();
        let mut begin = 0;
        for run in points.chunk_by(|&a, &b| self.shows(a) && self.shows(b)) {
            begin += run.len();
            if self.shows(run[0]) {
                let next = points.get(begin).map(|point| point.0);
                let end = next.filter(|&x| self.x.scale.shows(x));
                paths.push(strokes::thin(&self.trace(series.shape, run, end)));
            }
        }
        for path in paths.iter().filter(|path| path.len() > 1) {
            if series.dashed {
                strokes::dashed(sheet, path, ink, 2.0, strokes::dash(colour));
            } else {
                sheet.line(path.clone(), ink, 2.0);
            }
        }
        let each = series.shape == Shape::Straight && points.len() <= FEW_POINTS;
        if each && !series.dashed {
            return paths.concat();
        }
        let mut marked = if series.dashed { Vec::new() } else { strokes::spread(&paths, share) };
        marked.extend(paths.iter().filter(|path| path.len() == 1).flatten());
        marked
    }
}
