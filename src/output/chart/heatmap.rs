//! Heat map: one quantity over two axes, in viridis with a colour bar, the value in each cell.
//!
//! Unstable cells are hatched and have no value (the mean of an unstable system is not a number);
//! missing ones are hollow. Values are left out where the cells are too small for them.

use super::Caption;
use super::axis::{Axis, Room, Scale};
use super::ink::{DARK, FAINT, GREY, WHITE, viridis};
use super::page::{MARGIN, Page, Tall, WIDTH};
use super::sheet::{Align, Point, Sheet};
use super::text::{self, AXIS, Face, LABEL, SMALL};
use super::unit::{Display, Quantity, Unit, decimals, fixed};

/// The widest column of labels at the left, and the highest below.
const WIDEST: f64 = 240.0;
const HIGHEST: f64 = 110.0;
/// The width of the column with the colour bar.
const BESIDE: f64 = 150.0;
/// The least height of the colour bar with what is below it.
const LEAST: f64 = 150.0;
/// From one line of a title to the next.
const LEADING: f64 = 17.0;

/// One cell of a heat map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// A value; one that is not finite counts as missing.
    Value(f64),
    /// The system was unstable: there is no value to show.
    Unstable,
    /// Not computed.
    Missing,
}

/// A quantity over two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// What the colour shows.
    pub quantity: Quantity,
    /// The scale of the colours.
    pub scale: Scale,
    /// The title of the horizontal axis, with its unit.
    pub x: String,
    /// The labels of the columns, from left to right.
    pub columns: Vec<String>,
    /// The title of the vertical axis, with its unit.
    pub y: String,
    /// The labels of the rows, from bottom to top.
    pub rows: Vec<String>,
    /// The cells, row by row from the bottom.
    pub cells: Vec<Vec<Cell>>,
}

/// Where the cells are.
struct Grid {
    left: f64,
    top: f64,
    wide: f64,
    tall: f64,
    rows: usize,
    columns: usize,
}

impl Grid {
    /// The top left and bottom right corner of a cell, a seam apart from its neighbours.
    fn corners(&self, row: usize, column: usize) -> (Point, Point) {
        let x = self.left + self.wide * column as f64;
        let y = self.top + self.tall * (self.rows - 1 - row) as f64;
        ((x + 0.5, y + 0.5), (x + self.wide - 0.5, y + self.tall - 0.5))
    }

    fn right(&self) -> f64 {
        self.left + self.wide * self.columns as f64
    }

    fn bottom(&self) -> f64 {
        self.top + self.tall * self.rows as f64
    }
}

/// How the values in the cells are written, if they fit.
struct Numbers {
    shown: Display,
    digits: i32,
    face: Option<Face>,
}

impl Numbers {
    /// The largest letters and the most digits with which all `values` fit into the cells.
    fn new(values: &[f64], shown: Display, (wide, tall): (f64, f64)) -> Self {
        let mut numbers = Numbers { shown, digits: 3, face: None };
        for (face, digits) in [(LABEL, 3), (SMALL, 3), (SMALL, 2)] {
            numbers.digits = digits;
            let widest = values.iter().map(|&value| text::width(&numbers.text(value), face));
            if widest.fold(0.0, f64::max) <= wide - 6.0 && face.size <= tall - 4.0 {
                numbers.face = Some(face);
                break;
            }
        }
        numbers
    }

    fn text(&self, value: f64) -> String {
        let value = value / self.shown.per;
        fixed(value, decimals(value, self.digits))
    }
}

impl Heatmap {
    /// The figure.
    ///
    /// # Panics
    /// If the cells are not one for each row and column.
    pub(super) fn draw(&self, caption: &Caption) -> Sheet {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let shaped = self.cells.len() == rows && self.cells.iter().all(|row| row.len() == columns);
        assert!(shaped, "a heat map has a cell for each row and column");
        let mut values: Vec<f64> =
            self.cells.iter().flatten().filter_map(|cell| self.value(*cell)).collect();
        values.sort_by(f64::total_cmp);
        let (Some(&low), Some(&high)) = (values.first(), values.last()) else {
            return Page::no_data(caption, &self.notes(false));
        };
        let labels = text::widest(self.rows.iter().map(String::as_str), LABEL).min(WIDEST);
        let left = MARGIN + labels + 10.0;
        let wide = ((WIDTH - MARGIN - BESIDE - 30.0 - left) / columns as f64).min(160.0);
        let tall =
            if rows <= 30 { (360.0 / rows as f64).clamp(20.0, 64.0) } else { 600.0 / rows as f64 };
        let shown = match self.scale {
            Scale::Linear => self.quantity.unit.display(low.abs().max(high.abs())),
            Scale::Log => self.quantity.unit.display(values[values.len() / 2]),
        };
        let numbers = Numbers::new(&values, shown, (wide, tall));
        let widest = text::widest(self.columns.iter().map(String::as_str), LABEL);
        let upright = widest > wide - 6.0;
        let below = if upright { widest.min(HIGHEST) + 36.0 } else { 46.0 };
        let height = (tall * rows as f64).max(LEAST);
        let notes = self.notes(numbers.face.is_none());
        let keys = [Cell::Unstable, Cell::Missing].into_iter().filter(|kind| self.has(*kind));
        let length = height - 24.0 * keys.count() as f64;
        let room = Room { length, gap: 20.0, grow: false };
        let mut axis = Axis::new(&self.quantity, self.scale, low, high, room);
        if self.scale == Scale::Log && self.quantity.unit == Unit::Seconds {
            let symbol = &numbers.shown.symbol;
            axis.title = format!("{} (log scale, cells in {symbol})", self.quantity.name);
        }
        let titles = text::wrap(&axis.title, AXIS, BESIDE, 2);
        let above = 25.0 + LEADING * (titles.len().max(1) - 1) as f64;
        let page = Page::new(caption, &notes, Tall::Inside(above + height + below));
        let Page { mut sheet, top, .. } = page;
        let grid = Grid { left, top: top + above, wide, tall, rows, columns };
        sheet.words((MARGIN, grid.top - 12.0), &self.y, AXIS, DARK, Align::Left);
        self.labels(&mut sheet, &grid, upright);
        self.draw_cells(&mut sheet, &grid, &axis, &numbers);
        let beside = grid.right() + 30.0;
        for (line, title) in titles.iter().rev().enumerate() {
            let at = (beside, grid.top - 12.0 - LEADING * line as f64);
            sheet.words(at, title, AXIS, DARK, Align::Left);
        }
        self.colour_bar(&mut sheet, (beside, grid.top), &axis, length);
        sheet
    }

    /// The value of a cell that has one to show.
    fn value(&self, cell: Cell) -> Option<f64> {
        match cell {
            Cell::Value(value) => Some(value).filter(|&value| self.scale.shows(value)),
            Cell::Unstable | Cell::Missing => None,
        }
    }

    /// Whether a cell looks like `kind`.
    fn has(&self, kind: Cell) -> bool {
        self.cells.iter().flatten().any(|&cell| match kind {
            Cell::Unstable => cell == Cell::Unstable,
            Cell::Missing | Cell::Value(_) => cell != Cell::Unstable && self.value(cell).is_none(),
        })
    }

    fn notes(&self, bare: bool) -> Vec<String> {
        let mut notes = Vec::new();
        let zero = |cell: &&Cell| match cell {
            Cell::Value(value) => Scale::Linear.shows(*value) && !self.scale.shows(*value),
            Cell::Unstable | Cell::Missing => false,
        };
        let zeros = self.cells.iter().flatten().filter(zero).count();
        if zeros > 0 {
            notes.push(format!("{zeros} values not above zero are hollow (log colours)"));
        }
        if bare {
            notes.push("too many cells to print their values".to_owned());
        }
        notes
    }

    fn labels(&self, sheet: &mut Sheet, grid: &Grid, upright: bool) {
        // Where the cells are narrow, every second, third, ... has a label.
        let sparse = (15.0 / grid.tall).ceil().max(1.0) as usize;
        for (row, label) in self.rows.iter().enumerate().step_by(sparse) {
            let ((_, top), (_, bottom)) = grid.corners(row, 0);
            let at = (grid.left - 10.0, (top + bottom) / 2.0 + 4.5);
            sheet.words(at, text::shorten(label, LABEL, WIDEST), LABEL, DARK, Align::Right);
        }
        let sparse = if upright { (15.0 / grid.wide).ceil().max(1.0) } else { 1.0 };
        for (column, label) in self.columns.iter().enumerate().step_by(sparse as usize) {
            let ((left, _), (right, _)) = grid.corners(0, column);
            let middle = (left + right) / 2.0;
            if upright {
                let label = text::shorten(label, LABEL, HIGHEST);
                sheet.words_upward((middle + 4.5, grid.bottom() + 8.0), label, LABEL, DARK);
            } else {
                let at = (middle, grid.bottom() + 18.0);
                sheet.words(at, label, LABEL, DARK, Align::Centre);
            }
        }
        let longest = text::widest(self.columns.iter().map(String::as_str), LABEL).min(HIGHEST);
        let down = if upright { longest + 28.0 } else { 38.0 };
        let middle = ((grid.left + grid.right()) / 2.0, grid.bottom() + down);
        sheet.words(middle, &self.x, AXIS, DARK, Align::Centre);
    }

    fn draw_cells(&self, sheet: &mut Sheet, grid: &Grid, axis: &Axis, numbers: &Numbers) {
        for (row, cells) in self.cells.iter().enumerate() {
            for (column, &cell) in cells.iter().enumerate() {
                let (from, to) = grid.corners(row, column);
                let Some(value) = self.value(cell) else {
                    empty(sheet, cell, from, to);
                    continue;
                };
                let ink = viridis(axis.place(value));
                sheet.rect(from, to, ink);
                if let Some(face) = numbers.face {
                    let at = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0 + 0.36 * face.size);
                    sheet.words(at, numbers.text(value), face, ink.contrast(), Align::Centre);
                }
            }
        }
    }

    /// The colours and what they mean, `tall` high, then the looks of cells without a value.
    fn colour_bar(&self, sheet: &mut Sheet, (left, top): Point, axis: &Axis, tall: f64) {
        const STRIPES: u32 = 64;
        let (right, bottom) = (left + 16.0, top + tall - 6.0);
        let at = |share: f64| bottom - share * (bottom - top);
        // Each stripe reaches to the top, under the next ones: no seams between them.
        for stripe in 0..STRIPES {
            let share = |part: f64| (f64::from(stripe) + part) / f64::from(STRIPES);
            sheet.rect((left, at(share(0.0))), (right, top), viridis(share(0.5)));
        }
        for (value, label) in &axis.marks {
            let y = at(axis.place(*value));
            sheet.line(vec![(right, y), (right + 5.0, y)], GREY, 1.0);
            sheet.words((right + 9.0, y + 4.5), label, LABEL, DARK, Align::Left);
        }
        let mut y = bottom + 16.0;
        for (kind, name) in [(Cell::Unstable, "unstable"), (Cell::Missing, "no data")] {
            if self.has(kind) {
                empty(sheet, kind, (left, y - 8.0), (left + 22.0, y + 8.0));
                sheet.words((left + 30.0, y + 4.5), name, LABEL, DARK, Align::Left);
                y += 24.0;
            }
        }
    }
}

/// A cell without a value: hatched if unstable, hollow if missing.
fn empty(sheet: &mut Sheet, cell: Cell, (left, top): Point, (right, bottom): Point) {
    const APART: f64 = 7.0;
    if cell == Cell::Unstable {
        sheet.rect((left, top), (right, bottom), FAINT);
        let (wide, high) = (right - left, bottom - top);
        for stripe in 1..((wide + high) / APART).ceil() as u32 {
            let along = f64::from(stripe) * APART;
            let from = (left + (along - high).max(0.0), top + along.min(high));
            let to = (left + along.min(wide), top + (along - wide).max(0.0));
            sheet.line(vec![from, to], GREY, 1.0);
        }
    } else {
        sheet.rect((left, top), (right, bottom), WHITE);
    }
    sheet.outline((left + 0.5, top + 0.5), (right - 0.5, bottom - 0.5), GREY);
}
