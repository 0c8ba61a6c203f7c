//! How quantities with a unit are written, and the types that hold them.
//!
//! | type            | written                         | held as                   |
//! |-----------------|---------------------------------|---------------------------|
//! | [`Span`]        | `"30s"`, `"1h30m"`, `"2.5s"`    | whole nanoseconds         |
//! | [`Clock`]       | `"07:00"`, `"18:30"`            | [`Span`] since midnight   |
//! | [`Moment`]      | `"10:00"`, `"34h"`              | [`Time`] since the start  |
//! | [`Rate`]        | `"120/min"`, `"47/h"`, `"5/s"`  | f64 per second            |
//! | [`Cost`]        | `"38/h"`, `38`                  | f64 per hour              |
//! | [`Costs`]       | the same, `{ attempt = 0.02 }`  | f64 each                  |
//! | [`Probability`] | `"95%"`, `0.95`                 | f64 in [0, 1]             |
//! | [`Factor`]      | `1.5`                           | f64 above zero            |
//! | [`Dist`]        | see [`dist`]                    | seconds, or units of work |
//!
//! A quantity without its unit is a mistake with a hint, never a guess. Numbers are read exactly:
//! what is written in decimals is not first rounded to binary.
//!
//! [`Time`]: crate::base::time::Time
//! [`Dist`]: crate::base::dist::Dist

mod clock;
mod cost;
pub mod dist;
mod quantiles;
mod rate;
mod ratio;
mod span;
#[cfg(test)]
mod tests;
mod values;

use crate::base::read::Node;

pub use crate::base::time::Span;
pub use clock::{Clock, Moment};
pub use cost::{Cost, Costs};
pub use dist::TimeDist;
pub use rate::Rate;
pub use ratio::{Factor, Probability};
pub use span::{LONGEST, parse_span, show_span};

/// The quantity in the text at `node`, by `parse`, whose error is a hint for the user.
fn read_text<T>(
    node: &Node<'_>,
    what: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    if !node.is_text() {
        let help = node.is_date().then(|| String::from("write it in quotes"));
        return node.expected(what, help);
    }
    parse(node.text()?).map_or_else(|why| node.expected(what, Some(why)), Some)
}

/// A decimal number written without sign or exponent: `12`, `0.5`.
fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction)
}
