//! Quantities and their units: in which unit numbers are shown, and how they are written.

/// The unit in which the values of a quantity are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds, shown in µs, ms, s, min, h or d by their range.
    Seconds,
    /// A share between 0 and 1, shown in per cent.
    Share,
    /// Whole things of this name, in the plural ("tasks"): no marks between whole numbers.
    Count(String),
    /// Anything else: the symbol shown ("$/h"), empty for a bare number.
    Plain(String),
}

/// What an axis or a colour shows: a name and a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The name on the axis, without the unit: "sojourn".
    pub name: String,
    /// The unit of the values.
    pub unit: Unit,
}

impl Quantity {
    /// A quantity in seconds.
    pub fn seconds(name: impl Into<String>) -> Self {
        Quantity { name: name.into(), unit: Unit::Seconds }
    }

    /// A share between 0 and 1, shown in per cent.
    pub fn share(name: impl Into<String>) -> Self {
        Quantity { name: name.into(), unit: Unit::Share }
    }

    /// A number of `things` ("tasks").
    pub fn count(name: impl Into<String>, things: impl Into<String>) -> Self {
        Quantity { name: name.into(), unit: Unit::Count(things.into()) }
    }

    /// A quantity in the unit `symbol`, which may be empty.
    pub fn plain(name: impl Into<String>, symbol: impl Into<String>) -> Self {
        Quantity { name: name.into(), unit: Unit::Plain(symbol.into()) }
    }

    /// Name and unit, as they stand at an axis or a column of numbers in unit `symbol`.
    pub(super) fn title(&self, symbol: &str) -> String {
        if symbol.is_empty() || symbol == self.name {
            self.name.clone()
        } else {
            format!("{} ({symbol})", self.name)
        }
    }
}

/// The unit that numbers are shown in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Display {
    /// How much of the given unit makes one of the shown unit.
    pub per: f64,
    /// The symbol of the shown unit.
    pub symbol: String,
    /// Steps between the marks of an axis that suit this unit, where they are not 1, 2 or 5.
    pub steps: &'static [f64],
}

const MICROSECOND: f64 = 1e-6;
const MILLISECOND: f64 = 1e-3;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;
const SIXTIETHS: &[f64] = &[2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0];
const HOURS: &[f64] = &[2.0, 3.0, 4.0, 6.0, 12.0, 24.0, 48.0];

impl Unit {
    /// The unit to show values of up to `largest` in.
    pub(super) fn display(&self, largest: f64) -> Display {
        let (per, symbol, steps): (f64, &str, &[f64]) = match self {
            Unit::Share => (0.01, "%", &[]),
            Unit::Count(name) | Unit::Plain(name) => (1.0, name, &[]),
            Unit::Seconds => match largest {
                most if most < MILLISECOND => (MICROSECOND, "µs", &[]),
                most if most < 1.0 => (MILLISECOND, "ms", &[]),
                most if most <= 3.0 * MINUTE => (1.0, "s", SIXTIETHS),
                most if most <= 3.0 * HOUR => (MINUTE, "min", SIXTIETHS),
                most if most <= 4.0 * DAY => (HOUR, "h", HOURS),
                _ => (DAY, "d", &[]),
            },
        };
        Display { per, symbol: symbol.to_owned(), steps }
    }
}

/// A length of time that is whole in one of the units, as in "20 ms" or "1 h".
pub(super) fn duration(seconds: f64) -> String {
    let (per, symbol) = match seconds {
        s if s < 0.9 * MICROSECOND => (1e-9, "ns"),
        s if s < 0.9 * MILLISECOND => (MICROSECOND, "µs"),
        s if s < 0.9 => (MILLISECOND, "ms"),
        s if s < 0.9 * MINUTE => (1.0, "s"),
        s if s < 0.9 * HOUR => (MINUTE, "min"),
        s if s < 0.9 * DAY => (HOUR, "h"),
        _ => (DAY, "d"),
    };
    format!("{} {symbol}", fixed(seconds / per, 0))
}

/// `value` with `decimals`, thousands separated by commas and a real minus sign; from 1e15 on in
/// powers of ten.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.2e}").replace('-', "−");
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    if value < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// Decimals that show `digits` significant digits of `value`.
pub(super) fn decimals(value: f64, digits: i32) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let order = libm::floor(libm::log10(value.abs()) + 1e-9) as i32;
    (digits - 1 - order).clamp(0, 12) as usize
}

/// `value` to three significant digits; whole thousands and above in full.
pub(super) fn short(value: f64) -> String {
    fixed(value, decimals(value, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(fixed(1_234_567.0, 0), "1,234,567");
        assert_eq!(fixed(-0.42, 2), "−0.42");
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(999.96, 1), "1,000.0");
        assert_eq!(short(0.012_34), "0.0123");
        assert_eq!(short(12.34), "12.3");
        assert_eq!(short(0.0), "0");
        assert_eq!(short(1e-30), "0.000000000000");
        assert_eq!(duration(0.02), "20 ms");
        assert_eq!(duration(3600.0), "1 h");
        assert_eq!(duration(5e-5), "50 µs");
    }

    #[test]
    fn the_unit_follows_the_range() {
        let symbol = |largest| Unit::Seconds.display(largest).symbol;
        assert_eq!(symbol(0.2), "ms");
        assert_eq!(symbol(120.0), "s");
        assert_eq!(symbol(7200.0), "min");
        assert_eq!(symbol(86_400.0), "h");
        assert_eq!(symbol(7.0 * 86_400.0), "d");
    }
}
