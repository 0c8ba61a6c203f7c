//! A server that limits requests and tokens a minute, as hosted language models do: what finds no
//! room is refused at once (the status 429).
//!
//! Rule: two token buckets for each agent. A request takes one from the first and its work from
//! the second; it is served, at the agent's own speed, only if both have that much, and otherwise
//! takes nothing. A full bucket holds what its rate gives in `burst`; both start full. Kept as the
//! time at which a bucket will be full again (the generic cell rate algorithm of ITU-T I.371), on
//! integers. Invariant: within any t seconds at most rate * (burst + t) pass.

use crate::base::read::{Node, Read, Table};
use crate::base::time::{NANOS_PER_SECOND, Span, Time};
use crate::base::unit::Rate;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "requests and tokens a minute; what finds no room is refused (429)";

/// Parts of a nanosecond, so that the time for one token is kept to seven digits and more.
const PARTS: f64 = 65_536.0;

/// `service.rate_limited = { requests = "600/min", tokens = "90000/min", burst = "1m" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How many attempts may start in the long run.
    pub requests: Option<Rate>,
    /// How much work may start in the long run.
    pub tokens: Option<Rate>,
    /// A full bucket holds what its rate gives in this time; above zero.
    pub burst: Span,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let (has_requests, has_tokens) = (table.has("requests"), table.has("tokens"));
        let requests = table.maybe("requests");
        let tokens = table.maybe("tokens");
        let burst = table.or("burst", Span::from_secs(60));
        let spec = Spec { requests, tokens, burst };
        if !has_requests && !has_tokens {
            table.mistake(
                "a rate limit without a rate",
                "needs `requests`, `tokens` or both",
                String::from("write requests = \"600/min\", for example"),
            );
        }
        spec.check(&table);
        table.finish();
        let read = has_requests == requests.is_some() && has_tokens == tokens.is_some();
        read.then_some(spec)
    }
}

impl Spec {
    /// A bucket holds at least one request, and some work.
    fn check(&self, table: &Table<'_>) {
        let held = |rate: Option<Rate>| rate.map(|rate| rate.per_second() * self.burst.seconds());
        if held(self.requests).is_some_and(|held| held < 1.0) {
            table.mistake(
                "nothing would ever be served: a full bucket holds less than one request",
                "`requests` times `burst` is below 1",
                String::from("raise `requests` or `burst`"),
            );
        } else if held(self.tokens).is_some_and(|held| held <= 0.0) {
            table.mistake(
                "nothing would ever be served: a full bucket holds no tokens",
                "`tokens` times `burst` is zero",
                String::from("raise `tokens` or `burst`"),
            );
        }
    }

    /// The buckets of one agent, full.
    pub fn build(&self) -> Buckets {
        let bucket = |rate: Rate| Bucket {
            each: NANOS_PER_SECOND as f64 * PARTS / rate.per_second(),
            holds: u128::from(self.burst.nanos()) * PARTS as u128,
            full: 0,
        };
        Buckets { requests: self.requests.map(bucket), tokens: self.tokens.map(bucket) }
    }
}

/// A bucket; its times are in parts of a nanosecond.
#[derive(Clone, Debug)]
struct Bucket {
    /// How long it takes to get one.
    each: f64,
    /// How long it takes to fill.
    holds: u128,
    /// When it will be full again.
    full: u128,
}

impl Bucket {
    /// When it would be full again if so much were taken now; `None` if it does not hold that much.
    fn after(&self, now: u128, amount: f64) -> Option<u128> {
        // Rounded down, so that a full bucket holds all that it is said to hold.
        let after = self.full.max(now).checked_add((amount * self.each) as u128)?;
        (after <= now + self.holds).then_some(after)
    }
}

/// The buckets of one agent.
#[derive(Clone, Debug)]
pub struct Buckets {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

impl Buckets {
    /// Whether an attempt with this much work is served; then it has taken its share.
    pub fn admit(&mut self, now: Time, work: f64) -> bool {
        let now = u128::from(now.nanos()) * PARTS as u128;
        let after = |bucket: &Option<Bucket>, amount: f64| match bucket {
            Some(bucket) => bucket.after(now, amount),
            None => Some(0),
        };
        let both = (after(&self.requests, 1.0), after(&self.tokens, work));
        let (Some(requests), Some(tokens)) = both else { return false };
        let set = |bucket: &mut Option<Bucket>, full| {
            if let Some(bucket) = bucket {
                bucket.full = full;
            }
        };
        set(&mut self.requests, requests);
        set(&mut self.tokens, tokens);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    fn admit(buckets: &mut Buckets, millis: u64, work: f64) -> bool {
        buckets.admit(Time::from_nanos(millis * 1_000_000), work)
    }

    #[test]
    fn a_minute_s_worth_at_once_then_the_rate() {
        let mut it = read::<Spec>("{ requests = '3/min' }").unwrap().build();
        // Three at once; one more every 20 s.
        let asked = [0, 0, 0, 0, 19_999, 20_000, 20_000, 40_000];
        let expected = [true, true, true, false, false, true, false, true];
        assert_eq!(asked.map(|at| admit(&mut it, at, 1e9)), expected);
    }

    #[test]
    fn who_is_refused_takes_nothing() {
        // 10 tokens a second and at most 20; a request every 2 s and at most one.
        let spec = "{ requests = '0.5/s', tokens = '10/s', burst = '2s' }";
        let mut it = read::<Spec>(spec).unwrap().build();
        assert!(!admit(&mut it, 0, 20.1), "more than a full bucket holds");
        assert!(admit(&mut it, 0, 15.0));
        // At 1 s there are 15 tokens but no request; at 2 s there are 20 and one.
        assert!(!admit(&mut it, 1000, 1.0));
        assert!(admit(&mut it, 2000, 20.0));
        // At 4 s, 20 tokens again: 20.1 are refused, and the request is still there.
        assert!(!admit(&mut it, 4000, 20.1));
        assert!(admit(&mut it, 4000, 20.0));
    }

    #[test]
    fn the_long_run_is_the_rate() {
        // 7 tokens a second in pieces of 2, asked every 10 ms for 1000 s, a burst of 14: 14 + 7000
        // tokens are 3507 pieces.
        let mut it = read::<Spec>("{ tokens = '7/s', burst = '2s' }").unwrap().build();
        let passed = (0..=100_000).filter(|i| admit(&mut it, i * 10, 2.0)).count();
        assert_eq!(passed, 3507);
    }

    #[test]
    fn what_can_serve_nothing_is_refused() {
        for wrong in ["{}", "{ requests = '0.5/min' }", "{ tokens = '0/s' }"] {
            assert!(read::<Spec>(wrong).is_err(), "{wrong}");
        }
    }
}
