//! Rates: so many per unit of time, as in `"120/min"`, `"47/h"`, `"1/30s"`.
//!
//! rate per second = number / seconds of the unit. At most 10^9 per second: beyond that, events
//! would come faster than the nanoseconds of the clock.

use super::{parse_span, show_span};
use crate::base::read::{Node, Read, Show, quoted};
use crate::base::time::Span;

/// The highest rate, per second.
const HIGHEST: f64 = 1e9;

/// A rate per second: zero or more, at most 10^9.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// None at all.
    pub const ZERO: Rate = Rate(0.0);

    /// A rate of `per_second`, if that is a number from 0 to 10^9.
    pub fn new(per_second: f64) -> Option<Rate> {
        (0.0..=HIGHEST).contains(&per_second).then_some(Rate(per_second))
    }

    /// How many a second.
    pub const fn per_second(self) -> f64 {
        self.0
    }

    /// The rate written in `text`; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Rate, String> {
        let form = || String::from("a rate is a number and a unit of time: \"5/s\", \"120/min\"");
        let (number, unit) = text.split_once('/').ok_or_else(form)?;
        let (number, unit) = (number.trim(), unit.trim());
        if number.starts_with('-') {
            return Err(String::from("a rate is never negative"));
        }
        if !super::is_decimal(number) {
            return Err(form());
        }
        let number: f64 = number.parse().map_err(|_| form())?;
        let one = if unit.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "1" };
        let unit = parse_span(&format!("{one}{unit}"))?;
        if unit == Span::ZERO {
            return Err(String::from("a rate is per unit of time, and this is no time"));
        }
        let highest = || String::from("a rate is at most 1000000000/s, the clock's resolution");
        Rate::new(number / unit.seconds()).ok_or_else(highest)
    }
}

impl Read for Rate {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a rate such as \"5/s\" or \"120/min\"";
        if node.is_number() {
            let number = node.number()?;
            let help = || format!("write \"{number}/s\" or \"{number}/min\"");
            return node.expected(what, (number >= 0.0).then(help));
        }
        super::read_text(node, what, Rate::parse)
    }
}

impl Show for Rate {
    /// In the smallest unit in which it is a whole number, or else per second.
    fn show(&self) -> String {
        for seconds in [1, 60, 3600, 86_400] {
            let unit = Span::from_secs(seconds);
            let number = (self.0 * unit.seconds()).round();
            if number / unit.seconds() == self.0 {
                let unit = show_span(unit).split_off(1);
                return quoted(&format!("{number}/{unit}"));
            }
        }
        quoted(&format!("{}/s", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_per_second() {
        for (text, per_second) in [
            ("5/s", 5.0),
            ("120/min", 2.0),
            ("120 / minute", 2.0),
            ("47/h", 47.0 / 3600.0),
            ("1000/day", 1000.0 / 86_400.0),
            ("1/30s", 1.0 / 30.0),
            ("0.5/s", 0.5),
            ("0/s", 0.0),
            ("1000000000/s", 1e9),
        ] {
            assert_eq!(Rate::parse(text), Ok(Rate(per_second)), "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_says_why() {
        let form = "a rate is a number and a unit of time: \"5/s\", \"120/min\"";
        for (text, why) in [
            ("5", form),
            ("inf/s", form),
            ("1e5/s", form),
            ("/s", form),
            ("-1/s", "a rate is never negative"),
            ("5/parsec", "`parsec` is not a unit of time; these are: ns, us, ms, s, m, h, d, w"),
            ("5/0s", "a rate is per unit of time, and this is no time"),
            ("2/ns", "a rate is at most 1000000000/s, the clock's resolution"),
        ] {
            assert_eq!(Rate::parse(text), Err(String::from(why)), "{text}");
        }
    }

    #[test]
    fn rates_show_as_they_are_written() {
        for (text, shown) in [
            ("5/s", "\"5/s\""),
            ("120/min", "\"2/s\""),
            ("47/h", "\"47/h\""),
            ("1000/day", "\"1000/d\""),
            ("0.1/s", "\"6/m\""),
            ("0.123/s", "\"0.123/s\""),
            ("0/s", "\"0/s\""),
        ] {
            let rate = Rate::parse(text).unwrap();
            assert_eq!(rate.show(), shown, "{text}");
            assert_eq!(Rate::parse(shown.trim_matches('"')), Ok(rate), "{text}");
        }
    }
}
