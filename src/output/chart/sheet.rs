//! A sheet: the marks of a figure, in the order they are painted, in logical pixels from the top
//! left corner. Plots write marks; the painter reads them.

use super::ink::Ink;
use super::text::Face;

/// Right of and below the corner, in logical pixels.
pub(super) type Point = (f64, f64);

/// Which end of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A line of text. `at` lies on its base line; `upward` text reads from bottom to top.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words {
    pub at: Point,
    pub text: String,
    pub face: Face,
    pub ink: Ink,
    pub align: Align,
    pub upward: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    Line { points: Vec<Point>, ink: Ink, width: f64 },
    Area { points: Vec<Point>, ink: Ink },
    Rect { corner: Point, opposite: Point, ink: Ink },
    Disc { centre: Point, radius: f64, ink: Ink },
    Words(Words),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheet {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
}

impl Sheet {
    pub fn line(&mut self, points: Vec<Point>, ink: Ink, width: f64) {
        self.marks.push(Mark::Line { points, ink, width });
    }

    pub fn area(&mut self, points: Vec<Point>, ink: Ink) {
        self.marks.push(Mark::Area { points, ink });
    }

    /// A filled rectangle between two opposite corners, in any order.
    pub fn rect(&mut self, (ax, ay): Point, (bx, by): Point, ink: Ink) {
        let (corner, opposite) = ((ax.min(bx), ay.min(by)), (ax.max(bx), ay.max(by)));
        self.marks.push(Mark::Rect { corner, opposite, ink });
    }

    /// The outline of a rectangle.
    pub fn outline(&mut self, (ax, ay): Point, (bx, by): Point, ink: Ink) {
        self.line(vec![(ax, ay), (bx, ay), (bx, by), (ax, by), (ax, ay)], ink, 1.0);
    }

    pub fn disc(&mut self, centre: Point, radius: f64, ink: Ink) {
        self.marks.push(Mark::Disc { centre, radius, ink });
    }

    pub fn words(
        &mut self,
        at: Point,
        text: impl Into<String>,
        face: Face,
        ink: Ink,
        align: Align,
    ) {
        let words = Words { at, text: text.into(), face, ink, align, upward: false };
        self.marks.push(Mark::Words(words));
    }

    /// Words read from bottom to top; `at` is their upper end, on the base line.
    pub fn words_upward(&mut self, at: Point, text: impl Into<String>, face: Face, ink: Ink) {
        let text = text.into();
        self.marks.push(Mark::Words(Words {
            at,
            text,
            face,
            ink,
            align: Align::Right,
            upward: true,
        }));
    }
}
