//! Where a letter begins: the left side bearing in the tables of a TrueType font.
//!
//! The bitmap backend of `plotters` (0.3.7) puts the ink of each letter where the letter begins,
//! without the empty space that belongs before it, which makes uneven words. So the painter
//! places the letters singly and adds that space, read from the font: `cmap` (format 4) gives the
//! glyph of a letter, `hmtx` its bearing in units of the em. (OpenType 1.9, chapters cmap, hmtx.)

/// The space before the ink of `letter`, as a share of the em; 0 if the font does not tell.
pub(super) fn left(font: &[u8], letter: char) -> f64 {
    bearing(font, letter).unwrap_or(0.0)
}

fn bearing(font: &[u8], letter: char) -> Option<f64> {
    let units = f64::from(word(table(font, b"head")?, 18)?);
    let glyph = glyph(table(font, b"cmap")?, u16::try_from(u32::from(letter)).ok()?)?;
    let full = usize::from(word(table(font, b"hhea")?, 34)?);
    // The first `full` glyphs have an advance and a bearing each, the others a bearing only.
    let at = if glyph < full { 4 * glyph + 2 } else { 4 * full + 2 * (glyph - full) };
    Some(f64::from(word(table(font, b"hmtx")?, at)? as i16) / units)
}

fn table<'f>(font: &'f [u8], name: &[u8; 4]) -> Option<&'f [u8]> {
    let count = usize::from(word(font, 4)?);
    let entry = (0..count).map(|i| 12 + 16 * i).find(|&at| font.get(at..at + 4) == Some(name))?;
    font.get(long(font, entry + 8)?..)
}

fn glyph(cmap: &[u8], letter: u16) -> Option<usize> {
    let count = usize::from(word(cmap, 2)?);
    let unicode = (0..count)
        .map(|i| 4 + 8 * i)
        .find(|&at| (word(cmap, at), word(cmap, at + 2)) == (Some(3), Some(1)))?;
    let map = cmap.get(long(cmap, unicode + 4)?..).filter(|map| word(map, 0) == Some(4))?;
    let width = usize::from(word(map, 6)?);
    let segment = (0..width).step_by(2).find(|&at| word(map, 14 + at) >= Some(letter))?;
    let (starts, deltas, offsets) = (16 + width, 16 + 2 * width, 16 + 3 * width);
    let into = letter.checked_sub(word(map, starts + segment)?)?;
    let delta = word(map, deltas + segment)?;
    let glyph = match usize::from(word(map, offsets + segment)?) {
        0 => letter.wrapping_add(delta),
        offset => word(map, offsets + segment + offset + 2 * usize::from(into))?,
    };
    Some(usize::from(glyph))
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(word(bytes, at)?) << 16 | usize::from(word(bytes, at + 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the bearings that fontTools reads from the same file (units of 1/2048 em).
    #[test]
    fn known_bearings() {
        let known = [('l', 193), ('o', 113), ('j', -37), ('A', 16), ('µ', 174), ('−', 217)];
        for (letter, units) in known.into_iter().chain([('→', 117), (' ', 0), ('…', 236)]) {
            let read = left(dejavu::sans::regular(), letter) * 2048.0;
            assert_eq!(read, f64::from(units), "{letter}");
        }
        assert_eq!(left(b"not a font", 'l'), 0.0);
    }
}
