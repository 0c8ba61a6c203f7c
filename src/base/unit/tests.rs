//! How quantities come out of a document, and that what they show reads back.

use super::*;
use crate::base::read::{Document, NoFiles, Placed, Read, Show};
use std::collections::BTreeMap;

/// The quantity written as `toml`, or the message and help of its one mistake.
pub(super) fn read<T: Read>(toml: &str) -> Result<T, (String, Option<String>)> {
    let document = Document::parse(&format!("x = {toml}")).expect("the test is TOML");
    let read = document.read::<BTreeMap<String, Placed<T>>>(&NoFiles);
    let mut mistakes = match read {
        Ok((mut map, _)) => return Ok(map.remove("x").expect("x is there").value),
        Err(mistakes) => mistakes,
    };
    let mistake = mistakes.pop().expect("there is a mistake");
    assert_eq!(mistakes, [], "one mistake: {toml}");
    Err((mistake.message, mistake.help))
}

/// `toml` is no `T`: the message after the key, and the help ("" for none).
pub(super) fn refuse<T: Read + std::fmt::Debug>(toml: &str, message: &str, help: &str) {
    let (found, found_help) = read::<T>(toml).expect_err(toml);
    assert_eq!((found.as_str(), found_help.as_deref().unwrap_or("")), (message, help), "{toml}");
}

#[test]
fn a_bare_number_gets_a_hint_with_its_unit() {
    let message = "`x`: expected a duration such as \"30s\", found the number";
    refuse::<Span>("30", &format!("{message} 30"), "write \"30s\" or \"30ms\"");
    refuse::<Span>("2.5", &format!("{message} 2.5"), "write \"2.5s\" or \"2.5ms\"");
    refuse::<Span>("-1", &format!("{message} -1"), "");
    let message = "`x`: expected a rate such as \"5/s\" or \"120/min\", found the number";
    refuse::<Rate>("5", &format!("{message} 5"), "write \"5/s\" or \"5/min\"");
    let message = "`x`: expected a probability such as 0.95 or \"95%\", found the number";
    let help = "it is from 0 to 1: write \"95%\" for a percentage";
    refuse::<Probability>("95", &format!("{message} 95"), help);
    refuse::<Probability>("-0.1", &format!("{message} -0.1"), "it is from 0 to 1");
}

#[test]
fn numbers_that_are_none_are_refused() {
    refuse::<Span>("nan", "`x`: expected a finite number, found the number NaN", "");
    refuse::<Rate>("inf", "`x`: expected a finite number, found the number inf", "");
    refuse::<Probability>("nan", "`x`: expected a finite number, found the number NaN", "");
    refuse::<Factor>("inf", "`x`: expected a finite number, found the number inf", "");
    refuse::<Factor>("0", "`x`: expected a number above zero, found the number 0", "");
}

#[test]
fn a_text_that_is_no_quantity_gets_the_reason() {
    let message = "`x`: expected a duration such as \"30s\", found the text \"30 parsecs\"";
    let help = "`parsecs` is not a unit of time; these are: ns, us, ms, s, m, h, d, w";
    refuse::<Span>("'30 parsecs'", message, help);
    let message = "`x`: expected a duration such as \"30s\", found a list of 1";
    refuse::<Span>("[30]", message, "");
    let message = "`x`: expected a time of day such as \"07:00\", found the date or time 07:00:00";
    refuse::<Clock>("07:00:00", message, "write it in quotes");
}

#[test]
fn moments_are_times_of_the_first_day_or_spans_since_the_start() {
    let hours = |hours: u64| Moment(crate::base::time::Time::ZERO + Span::from_secs(3600 * hours));
    assert_eq!(read("'10:00'"), Ok(hours(10)));
    assert_eq!(read("'34h'"), Ok(hours(34)));
}

#[test]
fn what_is_shown_reads_back() {
    fn check<T: Read + Show + PartialEq + std::fmt::Debug>(value: T) {
        assert_eq!(read::<T>(&value.show()), Ok(value));
    }
    for nanos in [0, 1, 999, 1_001, 30_000_000_000, 90_061_500_000_000, LONGEST.nanos()] {
        check(Span::from_nanos(nanos));
    }
    for per_second in [0.0, 1.0 / 3.0, 2.0, 47.0 / 3600.0, 0.1, 1e-9, 1e9, 1e-300] {
        check(Rate::new(per_second).expect("a rate"));
    }
    for value in [0.0, 1.0 / 3.0, 0.95, 1.0, 1e-300] {
        check(Probability::new(value).expect("a probability"));
    }
    check(Factor::new(1e300).expect("a factor"));
    check(Clock::parse("07:00:05").expect("a time of day"));
}
