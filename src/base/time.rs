//! Virtual time: points ([`Time`]) and lengths ([`Span`]) in whole nanoseconds.
//!
//! Integers, so that equal times are equal, sums do not depend on their order and there is no
//! epsilon. A u64 of nanoseconds reaches 584 years. Invariant: arithmetic never wraps; a run that
//! would leave the range is stopped by an assertion, and no valid scenario can get there, because
//! loading bounds every length.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A point in virtual time, in nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A length of virtual time, in nanoseconds. Never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);
    /// The end of representable time: used for "never".
    pub const MAX: Time = Time(u64::MAX);

    /// The point `nanos` nanoseconds after the start.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Time(nanos)
    }

    /// Nanoseconds since the start.
    #[inline]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start.
    pub fn seconds(self) -> f64 {
        Span(self.0).seconds()
    }

    /// How long after `earlier` this is.
    ///
    /// # Panics
    /// If `earlier` is later than `self`.
    #[inline]
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.checked_sub(earlier.0).expect("time never goes back"))
    }

    /// How long after `earlier` this is, or zero if it is before it.
    #[inline]
    pub fn saturating_since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The point `span` later, or [`Time::MAX`] ("never") beyond the range.
    #[inline]
    pub fn saturating_add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest representable span: used for "for ever".
    pub const MAX: Span = Span(u64::MAX);

    /// A span of `nanos` nanoseconds.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Span(nanos)
    }

    /// A span of whole `seconds`.
    ///
    /// # Panics
    /// Beyond 584 years.
    #[inline]
    pub const fn from_secs(seconds: u64) -> Self {
        match seconds.checked_mul(NANOS_PER_SECOND) {
            Some(nanos) => Span(nanos),
            None => panic!("span beyond 584 years"),
        }
    }

    /// A span of `seconds`, rounded to the nearest nanosecond. Negative and NaN become zero, and
    /// what lies beyond the range becomes [`Span::MAX`].
    #[inline]
    pub fn from_seconds(seconds: f64) -> Self {
        // `as` saturates and maps NaN to zero; adding one half and truncating rounds to nearest.
        Span((seconds * NANOS_PER_SECOND as f64 + 0.5) as u64)
    }

    /// Nanoseconds.
    #[inline]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }
}

impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0.checked_add(span.0).expect("virtual time stays below 584 years"))
    }
}

impl AddAssign<Span> for Time {
    #[inline]
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0.checked_add(other.0).expect("spans stay below 584 years"))
    }
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Span;
    #[inline]
    fn sub(self, other: Span) -> Span {
        Span(self.0.checked_sub(other.0).expect("a span is never negative"))
    }
}

impl fmt::Display for Span {
    /// As a person writes it and as a scenario reads it: `90s` is `1m 30s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(std::time::Duration::from_nanos(self.0)).fmt(f)
    }
}

impl fmt::Display for Time {
    /// The span since the start.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_to_the_nearest_nanosecond() {
        for (seconds, nanos) in [(0.0, 0), (1.0, NANOS_PER_SECOND), (1.4e-9, 1), (1.6e-9, 2)] {
            assert_eq!(Span::from_seconds(seconds).nanos(), nanos, "{seconds} s");
        }
    }

    #[test]
    fn what_is_out_of_range_is_clamped() {
        for (seconds, nanos) in [(-1.0, 0), (f64::NAN, 0), (1e30, u64::MAX)] {
            assert_eq!(Span::from_seconds(seconds).nanos(), nanos, "{seconds} s");
        }
        assert_eq!(Time::MAX.saturating_add(Span::from_secs(1)), Time::MAX);
    }

    #[test]
    fn reads_like_a_person_writes() {
        assert_eq!(Span::from_secs(90).to_string(), "1m 30s");
        assert_eq!(Span::ZERO.to_string(), "0s");
    }
}
