//! Costs per unit of time: `"38/h"`, or a plain number per hour.
//!
//! cost per hour = number * 3600 / seconds of the unit. The unit of money is the user's.

use super::{is_decimal, parse_span, read_text};
use crate::base::read::{Node, Read, Show};
use crate::base::time::Span;

/// A cost per hour: zero or more, at most 10^12.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Cost(f64);

impl Cost {
    /// Nothing.
    pub const ZERO: Cost = Cost(0.0);

    /// A cost of `per_hour`, if that is a number from 0 to 10^12.
    pub fn new(per_hour: f64) -> Option<Cost> {
        (0.0..=1e12).contains(&per_hour).then_some(Cost(per_hour))
    }

    /// How much per hour.
    pub const fn per_hour(self) -> f64 {
        self.0
    }

    /// The cost written in `text`; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Cost, String> {
        let form = || String::from("a cost is a number and a unit of time: \"38/h\", \"0.5/min\"");
        let (number, unit) = text.split_once('/').ok_or_else(form)?;
        let (number, unit) = (number.trim(), unit.trim());
        if !is_decimal(number) {
            return Err(form());
        }
        let number: f64 = number.parse().map_err(|_| form())?;
        let unit = parse_span(&format!("1{unit}"))?;
        if unit == Span::ZERO {
            return Err(form());
        }
        let too_much = || String::from("a cost is at most 1e12 an hour");
        Cost::new(number * 3600.0 / unit.seconds()).ok_or_else(too_much)
    }
}

impl Read for Cost {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a cost such as \"38/h\", or a number per hour";
        if node.is_number() {
            let help = || String::from("a cost is zero or more, at most 1e12 an hour");
            return Cost::new(node.number()?).or_else(|| node.expected(what, Some(help())));
        }
        read_text(node, what, Cost::parse)
    }
}

impl Show for Cost {
    fn show(&self) -> String {
        self.0.show()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_per_hour() {
        for (text, per_hour) in [("38/h", 38.0), ("0.5/min", 30.0), ("1/s", 3600.0), ("0/h", 0.0)] {
            assert_eq!(Cost::parse(text), Ok(Cost(per_hour)), "{text}");
        }
        for text in ["38", "-1/h", "a/h", "1/apple", "1e3/h", "1/"] {
            assert!(Cost::parse(text).is_err(), "{text}");
        }
        assert_eq!((Cost::new(-1.0), Cost::new(f64::NAN)), (None, None));
    }
}
