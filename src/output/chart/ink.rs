//! Colours. Series: Okabe and Ito's palette without its yellow, which vanishes on white; the
//! eighth is a grey. Surfaces: viridis.

use plotters::style::RGBColor;
use plotters::style::colors::colormaps::{ColorMap, ViridisRGB};

/// A colour and how much it covers, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    pub rgb: (u8, u8, u8),
    pub cover: f64,
}

pub(super) const BLACK: Ink = Ink::solid(0x1A, 0x1A, 0x1A);
pub(super) const DARK: Ink = Ink::solid(0x4A, 0x4A, 0x4A);
pub(super) const GREY: Ink = Ink::solid(0x6B, 0x6B, 0x6B);
pub(super) const RULE: Ink = Ink::solid(0xDC, 0xDC, 0xDC);
pub(super) const FAINT: Ink = Ink::solid(0xF0, 0xF0, 0xF0);
pub(super) const WHITE: Ink = Ink::solid(0xFF, 0xFF, 0xFF);
const BLUE: Ink = Ink::solid(0x00, 0x72, 0xB2);
pub(super) const SKY: Ink = Ink::solid(0x56, 0xB4, 0xE9);
pub(super) const GREEN: Ink = Ink::solid(0x00, 0x9E, 0x73);
pub(super) const VERMILION: Ink = Ink::solid(0xD5, 0x5E, 0x00);

/// The colours of series, in order. The first two differ most, also in grey.
const SERIES: [Ink; 8] = [
    BLUE,
    Ink::solid(0xE6, 0x9F, 0x00),
    GREEN,
    VERMILION,
    SKY,
    Ink::solid(0xCC, 0x79, 0xA7),
    Ink::solid(0x00, 0x00, 0x00),
    Ink::solid(0x8A, 0x8A, 0x8A),
];

impl Ink {
    pub const fn solid(red: u8, green: u8, blue: u8) -> Self {
        Ink { rgb: (red, green, blue), cover: 1.0 }
    }

    /// The same colour covering only `cover` of what is below.
    pub fn thin(self, cover: f64) -> Self {
        Ink { cover, ..self }
    }

    /// Black or white, whichever reads better on this colour.
    pub fn contrast(self) -> Ink {
        let (red, green, blue) = self.rgb;
        let light = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
        if light > 130.0 { BLACK } else { WHITE }
    }
}

/// The colour of the `index`-th series.
pub(super) fn series(index: usize) -> Ink {
    SERIES[index % SERIES.len()]
}

/// Viridis at `share` (0 to 1).
pub(super) fn viridis(share: f64) -> Ink {
    let RGBColor(red, green, blue) = ViridisRGB.get_color(share.clamp(0.0, 1.0));
    Ink::solid(red, green, blue)
}
