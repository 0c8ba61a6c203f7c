//! What a unit is like, and conditions on it: `memory_gb >= 40`, `region = "eu"`.
//!
//! A specification is a number or a text. Numbers compare by `>=`, `<=` and `=`, texts by `=` only,
//! letter by letter. A condition on what a unit does not have, or has in the other form, is not
//! met.

use std::collections::BTreeMap;
use std::fmt;

use crate::base::read::{Node, Read, quoted};

/// The specifications of a unit, by name.
pub type Specifications = BTreeMap<String, Value>;

/// The value of a specification.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A finite number, in the user's unit.
    Number(f64),
    /// A text.
    Text(String),
}

/// How a specification compares with what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`, of numbers.
    AtLeast,
    /// `<=`, of numbers.
    AtMost,
    /// `=`
    Equal,
}

/// A condition on one specification.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The specification.
    pub name: String,
    /// How it compares.
    pub comparison: Comparison,
    /// With what.
    pub value: Value,
}

impl Condition {
    /// Whether a unit with these specifications meets it.
    pub fn is_met(&self, specifications: &Specifications) -> bool {
        match (specifications.get(&self.name), &self.value) {
            (Some(Value::Number(has)), Value::Number(asked)) => match self.comparison {
                Comparison::AtLeast => has >= asked,
                Comparison::AtMost => has <= asked,
                Comparison::Equal => has == asked,
            },
            (Some(Value::Text(has)), Value::Text(asked)) => has == asked,
            _ => false,
        }
    }

    /// The condition written in `text`; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let form = || String::from("write a name, a comparison and a value: \"memory_gb >= 40\"");
        let at = text.find(['<', '>', '=']).ok_or_else(form)?;
        let (name, rest) = (text[..at].trim(), &text[at..]);
        let (comparison, rest) = if let Some(rest) = rest.strip_prefix(">=") {
            (Comparison::AtLeast, rest)
        } else if let Some(rest) = rest.strip_prefix("<=") {
            (Comparison::AtMost, rest)
        } else if let Some(rest) = rest.strip_prefix('=') {
            (Comparison::Equal, rest)
        } else {
            return Err(String::from("the comparisons are >=, <= and ="));
        };
        let value = value(rest.trim()).ok_or_else(form)?;
        if name.is_empty() {
            return Err(form());
        }
        if comparison != Comparison::Equal && matches!(value, Value::Text(_)) {
            return Err(String::from("a text is compared by = only"));
        }
        Ok(Condition { name: name.to_owned(), comparison, value })
    }
}

/// A number, or a text with or without quotes.
fn value(text: &str) -> Option<Value> {
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Some(Value::Text(inner.to_owned()));
    }
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    let plain = !text.is_empty() && !text.contains(['<', '>', '=', '"']);
    number.map(Value::Number).or_else(|| plain.then(|| Value::Text(text.to_owned())))
}

impl Read for Value {
    fn read(node: &Node<'_>) -> Option<Self> {
        if node.is_number() {
            return node.number().map(Value::Number);
        }
        if node.is_text() {
            return node.text().map(|text| Value::Text(text.to_owned()));
        }
        node.expected("a specification: a number or a text", None)
    }
}

impl Read for Condition {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a condition such as \"memory_gb >= 40\"";
        if !node.is_text() {
            return node.expected(what, None);
        }
        Condition::parse(node.text()?).map_or_else(|why| node.expected(what, Some(why)), Some)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comparison = match self.comparison {
            Comparison::AtLeast => ">=",
            Comparison::AtMost => "<=",
            Comparison::Equal => "=",
        };
        match &self.value {
            Value::Number(number) => write!(f, "{} {comparison} {number}", self.name),
            Value::Text(text) => write!(f, "{} {comparison} {}", self.name, quoted(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_met_or_not() {
        let has = Specifications::from([
            (String::from("memory_gb"), Value::Number(40.0)),
            (String::from("region"), Value::Text(String::from("eu"))),
            (String::from("rack"), Value::Text(String::from("7"))),
        ]);
        for (condition, met) in [
            ("memory_gb >= 40", true),
            ("memory_gb >= 40.5", false),
            ("memory_gb<=40", true),
            ("memory_gb <= 39", false),
            ("memory_gb = 4e1", true),
            ("memory_gb = forty", false),
            ("region = eu", true),
            ("region = \"eu\"", true),
            ("region = EU", false),
            ("rack = \"7\"", true),
            ("rack = 7", false),
            ("cores >= 0", false),
        ] {
            assert_eq!(Condition::parse(condition).unwrap().is_met(&has), met, "{condition}");
        }
    }

    #[test]
    fn what_is_no_condition_says_why() {
        let form = "write a name, a comparison and a value: \"memory_gb >= 40\"";
        for (text, why) in [
            ("", form),
            ("memory_gb", form),
            (">= 40", form),
            ("memory_gb >=", form),
            ("a == b", form),
            ("memory_gb > 40", "the comparisons are >=, <= and ="),
            ("region >= eu", "a text is compared by = only"),
            ("memory_gb >= inf", "a text is compared by = only"),
        ] {
            assert_eq!(Condition::parse(text), Err(String::from(why)), "{text}");
        }
    }

    #[test]
    fn conditions_show_as_they_are_written() {
        for text in ["memory_gb >= 40", "load <= 0.5", "region = \"eu\"", "rack = \"7\""] {
            assert_eq!(Condition::parse(text).unwrap().to_string(), text);
        }
    }
}
