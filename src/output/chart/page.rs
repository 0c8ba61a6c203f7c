//! The page around a plot: title and subtitle above, footer below, and the words "no data".

use super::Caption;
use super::ink::{BLACK, DARK, FAINT, GREY};
use super::sheet::{Align, Sheet};
use super::text::{self, FOOTER, SUBTITLE, TITLE};

/// The width of every figure in logical pixels.
pub(super) const WIDTH: f64 = 960.0;
/// The height of a figure whose plot does not ask for another.
pub(super) const HEIGHT: f64 = 540.0;
/// The margin at the left and right edge.
pub(super) const MARGIN: f64 = 20.0;

/// How high a page is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tall {
    /// The whole page.
    Whole(f64),
    /// The part between header and footer.
    Inside(f64),
}

/// A sheet with its header and footer written, and the room between them.
pub(super) struct Page {
    pub sheet: Sheet,
    pub top: f64,
    pub bottom: f64,
}

impl Page {
    /// Writes `caption`; `notes` on what is left out follow the subtitle.
    pub fn new(caption: &Caption, notes: &[String], tall: Tall) -> Self {
        let room = WIDTH - 2.0 * MARGIN;
        let said = [&caption.subtitle].into_iter().chain(notes).filter(|text| !text.is_empty());
        let subtitle = said.map(String::as_str).collect::<Vec<_>>().join("; ");
        let titles = text::wrap(&caption.title, TITLE, room, 2);
        let subtitles = text::wrap(&subtitle, SUBTITLE, room, 3);
        let footers = text::wrap(&caption.footer, FOOTER, room, 2);
        let mut sheet = Sheet { width: WIDTH, height: 0.0, marks: Vec::new() };
        let mut y = 12.0;
        for line in titles {
            y += 22.0;
            sheet.words((MARGIN, y), line, TITLE, BLACK, Align::Left);
        }
        y += 3.0;
        for line in subtitles {
            y += 17.0;
            sheet.words((MARGIN, y), line, SUBTITLE, DARK, Align::Left);
        }
        let top = y + 14.0;
        let foot = if footers.is_empty() { 10.0 } else { 18.0 + 14.0 * footers.len() as f64 };
        let bottom = match tall {
            Tall::Whole(height) => height - foot,
            Tall::Inside(height) => (top + height).ceil(),
        };
        sheet.height = (bottom + foot).ceil();
        for (i, line) in footers.into_iter().enumerate() {
            let y = bottom + 20.0 + 14.0 * i as f64;
            sheet.words((MARGIN, y), line, FOOTER, GREY, Align::Left);
        }
        Page { sheet, top, bottom }
    }

    /// A page that says that there is nothing to show.
    pub fn no_data(caption: &Caption, notes: &[String]) -> Sheet {
        let Page { mut sheet, top, bottom } = Page::new(caption, notes, Tall::Inside(180.0));
        let (left, right) = (MARGIN, WIDTH - MARGIN);
        sheet.rect((left, top), (right, bottom), FAINT);
        let middle = (WIDTH / 2.0, (top + bottom) / 2.0 + 6.0);
        sheet.words(middle, "no data", TITLE, GREY, Align::Centre);
        sheet
    }
}
