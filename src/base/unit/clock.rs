//! Times of day, `"07:00"` or `"07:00:30"`, and points of a run: a time of its first day, or a span
//! since its start.
//!
//! A run starts at midnight. `"24:00"` is the end of a day.

use super::parse_span;
use crate::base::read::{Node, Read, Show, quoted};
use crate::base::time::{Span, Time};

/// A time of day, as the span since midnight: 0 to 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(Span);

impl Clock {
    /// The time written in `text`; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Clock, String> {
        let parts: Vec<Option<u64>> = text.split(':').map(two_digits).collect();
        let (hours, minutes, seconds) = match parts.as_slice() {
            [Some(hours), Some(minutes)] => (*hours, *minutes, 0),
            [Some(hours), Some(minutes), Some(seconds)] => (*hours, *minutes, *seconds),
            _ => return Err(String::from("a time of day is hours and minutes: \"07:00\"")),
        };
        if minutes > 59 || seconds > 59 {
            return Err(String::from("minutes and seconds go from 00 to 59"));
        }
        let total = hours * 3600 + minutes * 60 + seconds;
        if total > 24 * 3600 {
            return Err(String::from("a day has 24 hours"));
        }
        Ok(Clock(Span::from_secs(total)))
    }

    /// How long after midnight.
    pub const fn since_midnight(self) -> Span {
        self.0
    }
}

fn two_digits(text: &str) -> Option<u64> {
    let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl Read for Clock {
    fn read(node: &Node<'_>) -> Option<Self> {
        super::read_text(node, "a time of day such as \"07:00\"", Clock::parse)
    }
}

impl Show for Clock {
    fn show(&self) -> String {
        let seconds = self.0.nanos() / crate::base::time::NANOS_PER_SECOND;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match seconds {
            0 => quoted(&format!("{hours:02}:{minutes:02}")),
            _ => quoted(&format!("{hours:02}:{minutes:02}:{seconds:02}")),
        }
    }
}

/// A point of the run: `"10:00"` on its first day, or `"34h"` after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Time);

impl Read for Moment {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "a time such as \"10:00\", or a duration since the start such as \"34h\"";
        let parse = |text: &str| match text.contains(':') {
            true => Clock::parse(text).map(Clock::since_midnight),
            false => parse_span(text),
        };
        super::read_text(node, what, parse).map(|span| Moment(Time::ZERO + span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read() {
        for (text, seconds) in [
            ("00:00", 0),
            ("07:00", 25_200),
            ("18:30", 66_600),
            ("23:59:59", 86_399),
            ("24:00", 86_400),
        ] {
            let clock = Clock::parse(text).unwrap();
            assert_eq!(clock.since_midnight(), Span::from_secs(seconds));
            assert_eq!(clock.show(), quoted(text));
        }
        for (text, why) in [
            ("7:00", "a time of day is hours and minutes: \"07:00\""),
            ("07", "a time of day is hours and minutes: \"07:00\""),
            ("+7:00", "a time of day is hours and minutes: \"07:00\""),
            ("07:60", "minutes and seconds go from 00 to 59"),
            ("24:01", "a day has 24 hours"),
        ] {
            assert_eq!(Clock::parse(text), Err(String::from(why)), "{text}");
        }
    }
}
