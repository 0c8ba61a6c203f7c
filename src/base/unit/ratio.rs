//! Numbers without a dimension: probabilities in [0, 1], as `0.95` or `"95%"`, and factors above
//! zero.
//!
//! A percentage is shifted by two decimals before it becomes binary, so that `"99.9%"` is exactly
//! what `0.999` is.

use crate::base::read::{Node, Read, Show};

/// A probability, or a share: from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// Never.
    pub const ZERO: Probability = Probability(0.0);
    /// Always.
    pub const ONE: Probability = Probability(1.0);

    /// A probability of `value`, if that is from 0 to 1.
    pub fn new(value: f64) -> Option<Probability> {
        (0.0..=1.0).contains(&value).then_some(Probability(value))
    }

    /// The probability as a number from 0 to 1.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The percentage written in `text`; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Probability, String> {
        let form = || String::from("write a number such as 0.95, or a percentage such as \"95%\"");
        let number = text.trim().strip_suffix('%').ok_or_else(form)?.trim_end();
        if !super::is_decimal(number) {
            return Err(form());
        }
        let value = format!("{number}e-2").parse().map_err(|_| form())?;
        Probability::new(value).ok_or_else(|| String::from("it is at most \"100%\""))
    }
}

impl Read for Probability {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a probability such as 0.95 or \"95%\"";
        if node.is_number() {
            let number = node.number()?;
            let help = match number {
                1.0..=100.0 => format!("it is from 0 to 1: write \"{number}%\" for a percentage"),
                _ => String::from("it is from 0 to 1"),
            };
            return Probability::new(number).or_else(|| node.expected(what, Some(help)));
        }
        super::read_text(node, what, Probability::parse)
    }
}

impl Show for Probability {
    fn show(&self) -> String {
        self.0.show()
    }
}

/// A factor: finite and above zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Factor(f64);

impl Factor {
    /// Changes nothing.
    pub const ONE: Factor = Factor(1.0);

    /// A factor of `value`, if that is finite and above zero.
    pub fn new(value: f64) -> Option<Factor> {
        (value.is_finite() && value > 0.0).then_some(Factor(value))
    }

    /// The factor as a number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Read for Factor {
    fn read(node: &Node<'_>) -> Option<Self> {
        let number = node.number()?;
        Factor::new(number).or_else(|| node.expected("a number above zero", None))
    }
}

impl Show for Factor {
    fn show(&self) -> String {
        self.0.show()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        let percentages =
            [("95%", 0.95), ("99.9%", 0.999), ("0.1 %", 0.001), ("100%", 1.0), ("0%", 0.0)];
        for (text, value) in percentages {
            assert_eq!(Probability::parse(text), Ok(Probability(value)), "{text}");
        }
    }

    #[test]
    fn what_is_no_probability_says_why() {
        let form = "write a number such as 0.95, or a percentage such as \"95%\"";
        for (text, why) in [
            ("0.95", form),
            ("-5%", form),
            ("nan%", form),
            ("%", form),
            ("100.1%", "it is at most \"100%\""),
        ] {
            assert_eq!(Probability::parse(text), Err(String::from(why)), "{text}");
        }
        for outside in [-0.1, 1.0000001, f64::NAN, f64::INFINITY] {
            assert_eq!(Probability::new(outside), None, "{outside}");
        }
    }

    #[test]
    fn factors_are_above_zero() {
        assert_eq!(Factor::new(1.5).map(Factor::get), Some(1.5));
        for outside in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Factor::new(outside), None, "{outside}");
        }
    }
}
