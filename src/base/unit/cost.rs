//! Costs per unit of time, `"38/h"` or a plain number per hour, and what an agent costs in all:
//! `{ hour = 38, attempt = 0.02, work = 0.001 }`, or only its cost per unit of time.
//!
//! cost per hour = number * 3600 / seconds of the unit. The unit of money is the user's.

use super::{is_decimal, parse_span, read_text};
use crate::base::read::{Node, Read, Show, Table};
use crate::base::time::Span;

/// A cost per hour: zero or more, at most 10^12.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Cost(f64);

impl Cost {
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

/// What an agent costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Costs {
    /// For each hour that it is there.
    pub hour: f64,
    /// For each attempt that it starts.
    pub attempt: f64,
    /// For each unit of work that it does.
    pub work: f64,
}

impl Costs {
    /// Whether it costs anything.
    pub fn any(&self) -> bool {
        self.hour > 0.0 || self.attempt > 0.0 || self.work > 0.0
    }
}

impl Read for Costs {
    fn read(node: &Node<'_>) -> Option<Self> {
        if !node.is_table() {
            let hour = Cost::read(node)?.per_hour();
            return Some(Costs { hour, ..Costs::default() });
        }
        let mut table = node.table()?;
        let hour = table.or("hour", Cost::default()).per_hour();
        let attempt = read_price(&mut table, "attempt");
        let work = read_price(&mut table, "work");
        table.finish();
        Some(Costs { hour, attempt: attempt?, work: work? })
    }
}

impl Show for Costs {
    fn show(&self) -> String {
        if self.attempt == 0.0 && self.work == 0.0 {
            return self.hour.show();
        }
        let [hour, attempt, work] = [self.hour, self.attempt, self.work].map(|cost| cost.show());
        format!("{{ hour = {hour}, attempt = {attempt}, work = {work} }}")
    }
}

/// What one costs, of something that is counted.
fn read_price(table: &mut Table<'_>, key: &'static str) -> Option<f64> {
    let price = table.or(key, 0.0);
    if (0.0..=1e12).contains(&price) {
        return Some(price);
    }
    table.node(key)?.expected("a number from 0 to 1e12", None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::{Document, NoFiles};

    #[test]
    fn an_agent_costs_by_the_hour_the_attempt_and_the_work() {
        struct Pool(Costs);
        impl Read for Pool {
            fn read(node: &Node<'_>) -> Option<Self> {
                node.table()?.need("cost").map(Pool)
            }
        }
        let read = |text: &str| {
            let document = Document::parse(&format!("cost = {text}")).expect("TOML");
            document.read::<Pool>(&NoFiles).map(|(pool, _)| pool.0)
        };
        let costs = |hour, attempt, work| Costs { hour, attempt, work };
        for (text, expected) in [
            ("\"0.5/min\"", costs(30.0, 0.0, 0.0)),
            ("38", costs(38.0, 0.0, 0.0)),
            ("{}", costs(0.0, 0.0, 0.0)),
            ("{ attempt = 0.02 }", costs(0.0, 0.02, 0.0)),
            ("{ hour = \"1/min\", attempt = 0.02, work = 0.5 }", costs(60.0, 0.02, 0.5)),
        ] {
            let read_back = read(text).expect("costs");
            assert_eq!(read_back, expected, "{text}");
            assert_eq!(read(&read_back.show()), Ok(expected), "{text}");
        }
        for text in ["{ hour = -1 }", "{ attempt = -1 }", "{ day = 3 }", "{ work = \"1/s\" }"] {
            assert_eq!(read(text).unwrap_err().len(), 1, "{text}");
        }
    }

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
