//! The painter: a sheet of marks onto a backend of `plotters`.
//!
//! Backends count whole pixels, so both draw four units to a logical pixel. The SVG document says
//! so in its view box; the bitmap is halved by averaging, which smooths all edges, and becomes a
//! PNG at twice the logical size.

use plotters::prelude::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, RGBAColor, ShapeStyle, TextStyle};

use super::ink::Ink;
use super::png;
use super::sheet::{Align, Mark, Point, Sheet, Words};
use super::text;

/// Units of a backend to a logical pixel.
const FINE: f64 = 4.0;
const DRAWN: &str = "drawing in memory does not fail";

/// How a backend understands what it is told.
struct Dialect {
    /// The font size it wants for an em of one.
    size_per_em: f64,
    /// How far below its anchor, in em, it puts the base line of text hung from the top.
    base_line: f64,
    /// Whether it draws a wide line and a text well as a whole; if not, they come in pieces.
    whole: bool,
}

const SVG: Dialect = Dialect { size_per_em: 1.24, base_line: 0.76, whole: true };
const BITMAP: Dialect = Dialect {
    size_per_em: text::HEIGHT_PER_EM,
    base_line: text::HEIGHT_PER_EM / 2.0,
    whole: false,
};

/// The sheet as an SVG document named `title`.
pub(super) fn svg(sheet: &Sheet, title: &str) -> String {
    let (width, height) = fine_size(sheet);
    let mut document = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut document, (width, height));
        paint(&mut backend, sheet, &SVG);
        backend.present().expect(DRAWN);
    }
    let head = format!(
        "<svg width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         stroke-linejoin=\"round\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <title>{}</title>\n",
        sheet.width,
        sheet.height,
        title.replace('&', "&amp;").replace('<', "&lt;")
    );
    let (_, body) = document.split_once('\n').expect("the backend opens its document with a line");
    head + body
}

/// The sheet as a PNG file, two pixels to a logical pixel.
pub(super) fn png(sheet: &Sheet) -> Vec<u8> {
    let (width, height) = fine_size(sheet);
    let mut pixels = vec![0xFF; width as usize * height as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
        paint(&mut backend, sheet, &BITMAP);
        backend.present().expect(DRAWN);
    }
    png::encode(&halve(&pixels, width as usize), width / 2, height / 2)
}

fn fine_size(sheet: &Sheet) -> (u32, u32) {
    ((sheet.width * FINE) as u32, (sheet.height * FINE) as u32)
}

/// Every two by two pixels averaged into one.
fn halve(pixels: &[u8], width: usize) -> Vec<u8> {
    let row = width * 3;
    let mut half = Vec::with_capacity(pixels.len() / 4);
    for rows in pixels.chunks_exact(2 * row) {
        let (upper, lower) = rows.split_at(row);
        for (above, below) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let four = [above[channel], above[channel + 3], below[channel], below[channel + 3]];
                let sum: u16 = four.into_iter().map(u16::from).sum();
                half.push(((sum + 2) / 4) as u8);
            }
        }
    }
    half
}

fn paint<B: DrawingBackend>(backend: &mut B, sheet: &Sheet, dialect: &Dialect) {
    let size = (sheet.width, sheet.height);
    let white = style(super::ink::WHITE, 0.0);
    backend.draw_rect((0, 0), fine(size), &white, true).expect(DRAWN);
    for mark in &sheet.marks {
        match mark {
            Mark::Line { points, ink, width } => {
                line(backend, points, style(*ink, *width), dialect)
            }
            Mark::Area { points, ink } => {
                let outline = points.iter().map(|&point| fine(point));
                backend.fill_polygon(outline, &style(*ink, 0.0)).expect(DRAWN);
            }
            Mark::Rect { corner, opposite, ink } => {
                let style = style(*ink, 0.0);
                backend.draw_rect(fine(*corner), fine(*opposite), &style, true).expect(DRAWN);
            }
            Mark::Disc { centre, radius, ink } => {
                let radius = (radius * FINE).round() as u32;
                backend.draw_circle(fine(*centre), radius, &style(*ink, 0.0), true).expect(DRAWN);
            }
            Mark::Words(words) => write(backend, words, dialect),
        }
    }
}

/// The bitmap backend makes one polygon of a wide line, with holes where the line turns back on
/// itself: it gets the segments singly, with discs for joints.
fn line<B: DrawingBackend>(
    backend: &mut B,
    points: &[Point],
    style: ShapeStyle,
    dialect: &Dialect,
) {
    let path: Vec<(i32, i32)> = points.iter().map(|&point| fine(point)).collect();
    if dialect.whole {
        backend.draw_path(path, &style).expect(DRAWN);
        return;
    }
    for ends in path.windows(2) {
        backend.draw_line(ends[0], ends[1], &style).expect(DRAWN);
    }
    for &joint in &path[1..path.len().max(2) - 1] {
        backend.draw_circle(joint, style.stroke_width / 2, &style, true).expect(DRAWN);
    }
}

/// The bitmap backend loses the space before the ink of a letter: it gets the letters singly.
fn write<B: DrawingBackend>(backend: &mut B, words: &Words, dialect: &Dialect) {
    let Words { at: (x, y), ref text, face, ink, align, upward } = *words;
    let em = face.size * FINE;
    let hang = em * dialect.base_line / FINE;
    let mut font = text::font(face, em * dialect.size_per_em);
    if upward {
        font = font.transform(FontTransform::Rotate270);
    }
    let h_pos = match align {
        _ if !dialect.whole => HPos::Left,
        Align::Left => HPos::Left,
        Align::Centre => HPos::Center,
        Align::Right => HPos::Right,
    };
    let ink = colour(ink);
    let style = TextStyle::from(font).color(&ink).pos(Pos::new(h_pos, VPos::Top));
    let mut put = |text: &str, along: f64| {
        let at = if upward { (x - hang, y - along) } else { (x + along, y - hang) };
        backend.draw_text(text, &style, fine(at)).expect(DRAWN);
    };
    if dialect.whole {
        put(text, 0.0);
        return;
    }
    let back = match align {
        Align::Left => 0.0,
        Align::Centre => text::width(text, face) / 2.0,
        Align::Right => text::width(text, face),
    };
    for (letter, begin, bearing) in text::letters(text, face) {
        // The backend has taken off whole pixels, rounded down.
        put(&letter, begin - back + (bearing * FINE).floor() / FINE);
    }
}

fn fine((x, y): Point) -> (i32, i32) {
    ((x * FINE).round() as i32, (y * FINE).round() as i32)
}

fn style(ink: Ink, width: f64) -> ShapeStyle {
    let stroke_width = (width * FINE).round() as u32;
    ShapeStyle { color: colour(ink), filled: true, stroke_width }
}

fn colour(ink: Ink) -> RGBAColor {
    let (red, green, blue) = ink.rgb;
    RGBAColor(red, green, blue, ink.cover)
}
