//! Charts: one description of a figure, rendered as SVG text and as PNG bytes, in memory.
//!
//! A figure is plain data: a [`Caption`] and a [`Plot`]. Each kind of plot lays itself out on a
//! sheet of marks (lines, areas, words, in logical pixels); one painter hands the same marks to
//! the two backends of `plotters`. So the two renderings cannot differ in content, and the layout
//! can be tested without looking at pixels.
//!
//! Rules of every figure: words never overlap and are never clipped; the legend is beside the
//! data; a series is told by colour and by marker or dash (it reads in grey); axes carry units;
//! what is left out (series, zeros on a log axis) is said in the subtitle; values that are not
//! finite are gaps; a figure without data says so.
//!
//! Invariant: the same figure gives the same bytes: no clock, no fonts of the system, all our
//! logarithms and powers through `libm`.

mod axis;
mod bars;
mod bearing;
mod ecdf;
mod frame;
mod heatmap;
mod ink;
mod lines;
mod page;
mod paint;
mod png;
mod sheet;
mod strokes;
mod text;
mod timeline;
mod unit;
mod whiskers;

#[cfg(test)]
mod tests;

pub use axis::Scale;
pub use bars::{Bar, Bars};
pub use heatmap::{Cell, Heatmap};
pub use lines::{Along, Lines, MOST_SERIES, Objective, Series, Shape};
pub use timeline::{Lane, LaneState, Panel, Timeline};
pub use unit::{Quantity, Unit};
pub use whiskers::{Difference, Verdict, Whiskers};

use sheet::Sheet;

/// The words around a figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caption {
    /// What the figure shows. Broken into two lines where it is long.
    pub title: String,
    /// The number of runs and the method of the intervals. What the figure leaves out is added.
    pub subtitle: String,
    /// What made it: scenario digest, seed, replications, program version.
    pub footer: String,
}

/// What a figure shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Plot {
    /// Series over time or over another quantity, and empirical distributions.
    Lines(Lines),
    /// Horizontal bars with their values.
    Bars(Bars),
    /// Differences from a baseline with their intervals.
    Whiskers(Whiskers),
    /// One quantity over two axes.
    Heatmap(Heatmap),
    /// Panels on one axis of time.
    Timeline(Timeline),
}

/// A figure: a caption and a plot.
///
/// ```
/// use rehearsal::output::chart::{Caption, Figure, Lines, Quantity, Series};
///
/// let waiting = Series::steps("triage", vec![(0.0, 0.0), (40.0, 3.0), (65.0, 2.0)]);
/// let plot = Lines::new(Quantity::seconds("time"), Quantity::count("waiting", "tasks"))
///     .with(waiting);
/// let caption = Caption { title: "Queue length".to_owned(), ..Caption::default() };
/// let svg = Figure::new(caption, plot).svg();
/// assert!(svg.contains("triage"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The words around the plot.
    pub caption: Caption,
    /// The plot.
    pub plot: Plot,
}

impl Figure {
    /// A figure of `plot`.
    pub fn new(caption: Caption, plot: impl Into<Plot>) -> Self {
        Figure { caption, plot: plot.into() }
    }

    /// The figure as an SVG document, 960 logical pixels wide.
    pub fn svg(&self) -> String {
        paint::svg(&self.sheet(), &self.caption.title)
    }

    /// The figure as a PNG file, at twice the logical size of the SVG.
    pub fn png(&self) -> Vec<u8> {
        paint::png(&self.sheet())
    }

    fn sheet(&self) -> Sheet {
        match &self.plot {
            Plot::Lines(lines) => lines.draw(&self.caption),
            Plot::Bars(bars) => bars.draw(&self.caption),
            Plot::Whiskers(whiskers) => whiskers.draw(&self.caption),
            Plot::Heatmap(heatmap) => heatmap.draw(&self.caption),
            Plot::Timeline(timeline) => timeline.draw(&self.caption),
        }
    }
}

impl From<Lines> for Plot {
    fn from(lines: Lines) -> Self {
        Plot::Lines(lines)
    }
}

impl From<Bars> for Plot {
    fn from(bars: Bars) -> Self {
        Plot::Bars(bars)
    }
}

impl From<Whiskers> for Plot {
    fn from(whiskers: Whiskers) -> Self {
        Plot::Whiskers(whiskers)
    }
}

impl From<Heatmap> for Plot {
    fn from(heatmap: Heatmap) -> Self {
        Plot::Heatmap(heatmap)
    }
}

impl From<Timeline> for Plot {
    fn from(timeline: Timeline) -> Self {
        Plot::Timeline(timeline)
    }
}
