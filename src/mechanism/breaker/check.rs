//! What the tests of all policies share: reading, and telling a breaker a story in milliseconds.

use super::*;
use crate::base::read::{Document, NoFiles};

/// A time in milliseconds.
pub fn ms(at: u64) -> Time {
    Time::ZERO + Span::from_nanos(at * 1_000_000)
}

/// What the text means, all defaults filled in.
pub fn read<T: Read>(text: &str) -> T {
    let document = Document::parse(text).unwrap();
    document.read::<T>(&NoFiles).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}")).0
}

/// What is wrong with the text, as one line each.
pub fn mistakes<T: Read>(text: &str) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    let mistakes = document.read::<T>(&NoFiles).err().expect("it is wrong");
    mistakes.into_iter().map(|mistake| mistake.message).collect()
}

/// Calls that are admitted, if they are, and end at once.
pub fn calls(breaker: &mut dyn Breaker, at: u64, verdicts: &[Verdict]) -> Vec<bool> {
    let call = |verdict: &Verdict| {
        let allowed = breaker.allows(ms(at));
        assert_eq!(breaker.admit(ms(at)), allowed, "admitted exactly if allowed, at {at} ms");
        if allowed {
            breaker.record(ms(at), *verdict, Span::ZERO);
        }
        allowed
    };
    verdicts.iter().map(call).collect()
}

/// One call that is admitted and fails at once.
pub fn fail(breaker: &mut dyn Breaker, at: u64) {
    assert_eq!(calls(breaker, at, &[Verdict::Failure]), [true], "at {at} ms");
}

/// One call that is admitted and succeeds at once.
pub fn succeed(breaker: &mut dyn Breaker, at: u64) {
    assert_eq!(calls(breaker, at, &[Verdict::Success]), [true], "at {at} ms");
}

/// It is open; from `until` on, and not before, it would admit a call.
pub fn open_until(breaker: &dyn Breaker, at: u64, until: Time) {
    assert_eq!(breaker.state(ms(at)), State::Open, "at {at} ms");
    assert!(!breaker.allows(ms(at)), "at {at} ms");
    assert_eq!(breaker.until(ms(at)), Some(until), "at {at} ms");
    assert!(!breaker.allows(Time::from_nanos(until.nanos() - 1)), "before {until}");
    assert!(breaker.allows(until), "at {until}");
    assert_eq!(breaker.until(until), None, "at {until}");
}
