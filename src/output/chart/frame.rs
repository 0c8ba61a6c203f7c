//! The frame of a plot: the rectangle between the axes, its grid, marks and titles.

use super::axis::{Axis, Room, Scale};
use super::ink::{DARK, FAINT, GREY, RULE};
use super::sheet::{Align, Point, Sheet};
use super::text::{self, AXIS, LABEL};
use super::unit::Quantity;

/// The height that the labels and the title of a horizontal axis need below the frame.
pub(super) const BELOW: f64 = 46.0;
/// The least distance between the labels of a horizontal axis.
const LEAST_GAP: f64 = 75.0;

/// The rectangle of a plot, in logical pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Frame {
    pub fn x(&self, axis: &Axis, value: f64) -> f64 {
        self.left + axis.place(value) * (self.right - self.left)
    }

    pub fn y(&self, axis: &Axis, value: f64) -> f64 {
        self.bottom - axis.place(value) * (self.bottom - self.top)
    }

    /// Grid lines of a horizontal axis, and the line along the bottom.
    pub fn grid_x(&self, sheet: &mut Sheet, axis: &Axis) {
        let vertical = |value: f64| {
            let x = self.x(axis, value);
            vec![(x, self.top), (x, self.bottom)]
        };
        for &value in &axis.between {
            sheet.line(vertical(value), FAINT, 1.0);
        }
        for (value, _) in &axis.marks {
            sheet.line(vertical(*value), RULE, 1.0);
        }
        self.base(sheet);
    }

    /// Grid lines, labels and title of a horizontal axis, below the frame.
    pub fn draw_x(&self, sheet: &mut Sheet, axis: &Axis) {
        self.grid_x(sheet, axis);
        for (value, label) in &axis.marks {
            let x = self.x(axis, *value);
            sheet.line(vec![(x, self.bottom), (x, self.bottom + 5.0)], GREY, 1.0);
            sheet.words((x, self.bottom + 18.0), label, LABEL, DARK, Align::Centre);
        }
        let middle = ((self.left + self.right) / 2.0, self.bottom + 38.0);
        sheet.words(middle, &axis.title, AXIS, DARK, Align::Centre);
    }

    /// Grid lines and labels of a vertical axis, left of the frame. The title is not drawn.
    pub fn draw_y(&self, sheet: &mut Sheet, axis: &Axis) {
        let horizontal = |value: f64| {
            let y = self.y(axis, value);
            vec![(self.left, y), (self.right, y)]
        };
        for &value in &axis.between {
            sheet.line(horizontal(value), FAINT, 1.0);
        }
        for (value, label) in &axis.marks {
            sheet.line(horizontal(*value), RULE, 1.0);
            let at = (self.left - 8.0, self.y(axis, *value) + 4.5);
            sheet.words(at, label, LABEL, DARK, Align::Right);
        }
    }

    /// The line along the bottom.
    fn base(&self, sheet: &mut Sheet) {
        let ends: Vec<Point> = vec![(self.left, self.bottom), (self.right, self.bottom)];
        sheet.line(ends, GREY, 1.5);
    }
}

/// A horizontal axis of `length`, its labels as far apart as they are wide.
pub(super) fn x_axis(
    quantity: &Quantity,
    scale: Scale,
    (low, high): (f64, f64),
    length: f64,
    grow: bool,
) -> Axis {
    let with_gap = |gap| Axis::new(quantity, scale, low, high, Room { length, gap, grow });
    let axis = with_gap(LEAST_GAP);
    let gap = 14.0 + text::widest(axis.marks.iter().map(|mark| &*mark.1), LABEL);
    if gap > LEAST_GAP { with_gap(gap) } else { axis }
}

/// Half the width of the last label of an axis: how far it may stick out to the right.
pub(super) fn overhang(axis: &Axis) -> f64 {
    axis.marks.last().map_or(0.0, |(_, label)| text::width(label, LABEL) / 2.0)
}
