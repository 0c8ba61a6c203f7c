//! Lengths of time: numbers with units, largest unit first, as in `"1h30m"`, `"2.5s"`, `"1 day"`.
//!
//! A decimal fraction of a unit is taken exactly, on integers; what is finer than a nanosecond or
//! longer than [`LONGEST`] is a mistake. The bound keeps sums of a run's times far inside the
//! clock's range of 584 years. Months and years are not units: they have no fixed length.

use crate::base::read::{Node, Read, Show, quoted};
use crate::base::time::{NANOS_PER_SECOND, Span};

/// The longest span that can be written: 100 years of 365.25 days.
pub const LONGEST: Span = Span::from_secs(36_525 * DAY / NANOS_PER_SECOND);

const MINUTE: u64 = 60 * NANOS_PER_SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Units by their names, with their nanoseconds.
const UNITS: [(&[&str], u64); 8] = [
    (&["ns", "nanosecond", "nanoseconds"], 1),
    (&["us", "µs", "μs", "microsecond", "microseconds"], 1_000),
    (&["ms", "millisecond", "milliseconds"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], NANOS_PER_SECOND),
    (&["m", "min", "mins", "minute", "minutes"], MINUTE),
    (&["h", "hr", "hrs", "hour", "hours"], HOUR),
    (&["d", "day", "days"], DAY),
    (&["w", "week", "weeks"], 7 * DAY),
];

/// The span written in `text`; the error says what is wrong with it, in a sentence for the user.
pub fn parse_span(text: &str) -> Result<Span, String> {
    let mut rest = text.trim();
    if rest.starts_with('-') {
        return Err(String::from("a duration is never negative"));
    }
    let mut nanos = 0u128;
    let mut last_unit = u64::MAX;
    loop {
        let (number, tail) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (name, tail) = split(tail.trim_start(), |c| c.is_alphabetic());
        if !super::is_decimal(number) {
            return Err(String::from("a duration is numbers with units: \"30s\", \"1h30m\""));
        }
        if name.is_empty() {
            return Err(format!("the unit is missing: write \"{number}s\" or \"{number}ms\""));
        }
        let unit = unit_named(name)?;
        if unit >= last_unit {
            return Err(String::from("larger units come first, each once: \"1h30m\""));
        }
        nanos += nanos_of(number, unit)?;
        last_unit = unit;
        rest = tail.trim_start();
        if rest.is_empty() {
            break;
        }
    }
    match u64::try_from(nanos) {
        Ok(nanos) if nanos <= LONGEST.nanos() => Ok(Span::from_nanos(nanos)),
        _ => Err(String::from("a duration is at most 100 years")),
    }
}

/// Where the characters of one kind end.
fn split(text: &str, kind: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !kind(c)).unwrap_or(text.len()))
}

fn unit_named(name: &str) -> Result<u64, String> {
    let unit = UNITS.iter().find(|(names, _)| names.contains(&name)).map(|&(_, unit)| unit);
    unit.ok_or_else(|| {
        format!("`{name}` is not a unit of time; these are: ns, us, ms, s, m, h, d, w")
    })
}

/// `number` units of `unit` nanoseconds, exactly.
fn nanos_of(number: &str, unit: u64) -> Result<u128, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let too_long = || String::from("a duration is at most 100 years");
    let too_fine = || String::from("the clock counts whole nanoseconds: this is finer");
    // No unit has more than 16 decimals of a nanosecond, and 10^18 still fits.
    let scale = 10u128.pow(u32::try_from(fraction.len().min(18)).expect("at most 18"));
    let parts = match fraction {
        "" => 0,
        digits if digits.len() <= 18 => digits.parse().map_err(|_| too_fine())?,
        _ => return Err(too_fine()),
    };
    let parts = parts * u128::from(unit);
    if parts % scale != 0 {
        return Err(too_fine());
    }
    let whole: u64 = whole.parse().map_err(|_| too_long())?;
    Ok(u128::from(whole) * u128::from(unit) + parts / scale)
}

/// The shortest text that [`parse_span`] reads back as `span`: `1h30m`, `2.5s`, `750us`.
pub fn show_span(span: Span) -> String {
    let mut text = String::new();
    let mut rest = span.nanos();
    for (unit, name) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m")] {
        if rest >= unit {
            text.push_str(&format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    if rest == 0 {
        return if text.is_empty() { String::from("0s") } else { text };
    }
    let (unit, name) = match rest {
        NANOS_PER_SECOND.. => (NANOS_PER_SECOND, "s"),
        1_000_000.. => (1_000_000, "ms"),
        1_000.. => (1_000, "us"),
        _ => (1, "ns"),
    };
    let digits = unit.to_string().len() - 1;
    let fraction = format!("{:0digits$}", rest % unit);
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    text.push_str(&format!("{}{dot}{fraction}{name}", rest / unit));
    text
}

impl Read for Span {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a duration such as \"30s\"";
        if node.is_number() {
            let number = node.number()?;
            let help = || format!("write \"{number}s\" or \"{number}ms\"");
            return node.expected(what, (number >= 0.0).then(help));
        }
        super::read_text(node, what, parse_span)
    }
}

impl Show for Span {
    fn show(&self) -> String {
        quoted(&show_span(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_exactly() {
        for (text, nanos) in [
            ("30s", 30_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1h 30m", 5_400_000_000_000),
            (" 1 day ", 86_400_000_000_000),
            ("2w", 1_209_600_000_000_000),
            ("2m6s", 126_000_000_000),
            ("0.1s", 100_000_000),
            ("2.5s", 2_500_000_000),
            ("0.3ms", 300_000),
            ("1.000000001s", 1_000_000_001),
            ("0.000001h", 3_600_000),
            ("7µs", 7_000),
            ("0s", 0),
            ("36525d", 3_155_760_000_000_000_000),
            ("1.50000000000000000000000s", 1_500_000_000),
        ] {
            assert_eq!(parse_span(text), Ok(Span::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_says_why() {
        for (text, why) in [
            ("", "a duration is numbers with units: \"30s\", \"1h30m\""),
            ("soon", "a duration is numbers with units: \"30s\", \"1h30m\""),
            ("1.s", "a duration is numbers with units: \"30s\", \"1h30m\""),
            ("1e3s", "`e` is not a unit of time; these are: ns, us, ms, s, m, h, d, w"),
            ("30", "the unit is missing: write \"30s\" or \"30ms\""),
            ("1h30", "the unit is missing: write \"30s\" or \"30ms\""),
            ("-5s", "a duration is never negative"),
            ("2y", "`y` is not a unit of time; these are: ns, us, ms, s, m, h, d, w"),
            ("30m1h", "larger units come first, each once: \"1h30m\""),
            ("5m5m", "larger units come first, each once: \"1h30m\""),
            ("0.1ns", "the clock counts whole nanoseconds: this is finer"),
            ("0.000000000001h", "the clock counts whole nanoseconds: this is finer"),
            ("0.000000000000000000001s", "the clock counts whole nanoseconds: this is finer"),
            ("36525.1d", "a duration is at most 100 years"),
            ("99999999999999999999s", "a duration is at most 100 years"),
            ("18446744073709551615w", "a duration is at most 100 years"),
        ] {
            assert_eq!(parse_span(text), Err(String::from(why)), "{text}");
        }
    }

    #[test]
    fn spans_show_as_they_are_written() {
        for (nanos, text) in [
            (0, "0s"),
            (30_000_000_000, "30s"),
            (5_400_000_000_000, "1h30m"),
            (90_061_500_000_000, "1d1h1m1.5s"),
            (2_500_000_000, "2.5s"),
            (60_000_000_001, "1m1ns"),
            (1_000_000_001, "1.000000001s"),
            (1_500, "1.5us"),
            (750_000_000, "750ms"),
            (LONGEST.nanos(), "36525d"),
        ] {
            assert_eq!(show_span(Span::from_nanos(nanos)), text);
            assert_eq!(parse_span(text), Ok(Span::from_nanos(nanos)), "{text}");
        }
    }
}
