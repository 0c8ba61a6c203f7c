//! Durations as Prometheus writes them: `5m`, `1h30m`, `1d`, `250ms`; a bare `0` is no time.
//!
//! Whole numbers only, larger units first, each once: `y` (365 d), `w`, `d`, `h`, `m`, `s`, `ms`.
//!
//! Source: prometheus/common, `model.ParseDuration`.

use crate::base::time::Span;
use crate::base::unit::LONGEST;

/// Units, in milliseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// The span that a text means; the error is a hint for the user.
pub fn parse_duration(text: &str) -> Result<Span, String> {
    if text == "0" {
        return Ok(Span::ZERO);
    }
    let (mut rest, mut next, mut millis) = (text, 0, 0u64);
    while !rest.is_empty() || next == 0 {
        let (number, tail) = split(rest, |c| c.is_ascii_digit());
        let (name, tail) = split(tail, |c| c.is_ascii_alphabetic());
        let unit = UNITS.iter().position(|(unit, _)| *unit == name);
        let place = match unit {
            _ if number.is_empty() => return Err(String::from(FORM)),
            None if name.is_empty() && tail.is_empty() => {
                return Err(format!("the unit is missing: write {text}s"));
            }
            None if name.is_empty() => return Err(String::from(FORM)),
            None => return Err(format!("`{name}` is no unit; units: y, w, d, h, m, s, ms")),
            Some(place) if place < next => {
                return Err(String::from("larger units come first, each once: 1h30m"));
            }
            Some(place) => place,
        };
        let part = number.parse::<u64>().ok().and_then(|n| n.checked_mul(UNITS[place].1));
        millis = part
            .and_then(|part| millis.checked_add(part))
            .filter(|millis| *millis <= LONGEST.nanos() / 1_000_000)
            .ok_or("a duration is at most 100 years")?;
        (rest, next) = (tail, place + 1);
    }
    Ok(Span::from_nanos(millis * 1_000_000))
}

const FORM: &str = "a duration is whole numbers with units: 30s, 5m, 1h30m";

fn split(text: &str, kind: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !kind(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_prometheus_reads_them() {
        for (text, millis) in [
            ("0", 0),
            ("0s", 0),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("1d", 86_400_000),
            ("1w2d", 777_600_000),
            ("1y", 31_536_000_000),
            ("1s250ms", 1_250),
            ("90m", 5_400_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Span::from_nanos(millis * 1_000_000)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (text, why) in [
            ("", FORM),
            ("m", FORM),
            ("-5m", FORM),
            ("5m ", FORM),
            ("1.5h", FORM),
            ("5", "the unit is missing: write 5s"),
            ("5min", "`min` is no unit; units: y, w, d, h, m, s, ms"),
            ("30m1h", "larger units come first, each once: 1h30m"),
            ("5m5m", "larger units come first, each once: 1h30m"),
            ("101y", "a duration is at most 100 years"),
            ("99999999999999999999s", "a duration is at most 100 years"),
        ] {
            assert_eq!(parse_duration(text), Err(String::from(why)), "{text}");
        }
    }
}
