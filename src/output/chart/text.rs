//! Words: the font, how wide a word is, and how it is cut or broken to fit.
//!
//! The font is DejaVu Sans, carried in the program: measuring and drawing need nothing of the
//! system. SVG viewers may put another sans-serif in its place; DejaVu is wider than the usual
//! ones, so what fits here fits there.

use std::sync::Once;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

use super::bearing;

/// PNG fonts are sized by their full height (ascent plus descent): this times the em of DejaVu.
pub(super) const HEIGHT_PER_EM: f64 = 1.164;

/// Size, in logical pixels per em, and weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Face {
    pub size: f64,
    pub bold: bool,
}

pub(super) const TITLE: Face = Face { size: 18.0, bold: true };
pub(super) const SUBTITLE: Face = Face { size: 13.0, bold: false };
pub(super) const AXIS: Face = Face { size: 13.0, bold: false };
pub(super) const LABEL: Face = Face { size: 12.0, bold: false };
pub(super) const SMALL: Face = Face { size: 11.0, bold: false };
pub(super) const FOOTER: Face = Face { size: 10.5, bold: false };

/// The font in `face`, where an em is `size` units of the backend's own measure.
pub(super) fn font(face: Face, size: f64) -> FontDesc<'static> {
    static REGISTER: Once = Once::new();
    REGISTER.call_once(|| {
        let regular =
            register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular()).is_ok();
        let bold = register_font("sans-serif", FontStyle::Bold, dejavu::sans::bold()).is_ok();
        assert!(regular && bold, "the embedded fonts are valid");
    });
    let style = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
    FontDesc::new(FontFamily::SansSerif, size, style)
}

/// The width of `text` in logical pixels.
pub(super) fn width(text: &str, face: Face) -> f64 {
    const FINE: f64 = 1000.0;
    let ((left, _), (right, _)) = font(face, FINE * HEIGHT_PER_EM)
        .layout_box(text)
        .expect("the embedded font measures every text");
    f64::from(right - left) * face.size / FINE
}

/// The letters of `text`: where each begins and the empty space before its ink, in logical pixels.
pub(super) fn letters(text: &str, face: Face) -> Vec<(String, f64, f64)> {
    let file = if face.bold { dejavu::sans::bold() } else { dejavu::sans::regular() };
    let place = |(at, letter): (usize, char)| {
        let (before, letter_alone) = (&text[..at + letter.len_utf8()], letter.to_string());
        let begin = width(before, face) - width(&letter_alone, face);
        (letter_alone, begin, bearing::left(file, letter) * face.size)
    };
    text.char_indices().map(place).collect()
}

/// The widest of `texts`, 0 for none.
pub(super) fn widest<'t>(texts: impl IntoIterator<Item = &'t str>, face: Face) -> f64 {
    texts.into_iter().map(|text| width(text, face)).fold(0.0, f64::max)
}

/// `text` if it fits into `room`, else its beginning and end around an ellipsis.
pub(super) fn shorten(text: &str, face: Face, room: f64) -> String {
    if width(text, face) <= room {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let cut = |kept: usize| {
        let head: String = letters[..kept.div_ceil(2)].iter().collect();
        let tail: String = letters[letters.len() - kept / 2..].iter().collect();
        format!("{}…{}", head.trim_end(), tail.trim_start())
    };
    let (mut fits, mut fails) = (0, letters.len());
    while fits + 1 < fails {
        let middle = (fits + fails) / 2;
        if width(&cut(middle), face) <= room {
            fits = middle;
        } else {
            fails = middle;
        }
    }
    cut(fits)
}

/// `text` broken between words into at most `most` lines; the last one is cut where it must be.
pub(super) fn wrap(text: &str, face: Face, room: f64, most: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut lines = Vec::new();
    let mut begin = 0;
    while begin < words.len() {
        let mut end = words.len();
        if lines.len() + 1 < most {
            while end > begin + 1 && width(&words[begin..end].join(" "), face) > room {
                end -= 1;
            }
        }
        lines.push(shorten(&words[begin..end].join(" "), face, room));
        begin = end;
    }
    lines
}
