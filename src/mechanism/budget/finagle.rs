//! A leaky token bucket fed by requests: Finagle's and Linkerd's retry budget.
//!
//! Rule (`RetryBudget`, `TokenBucket.newLeakyBucket`, `WindowedAdder` of Finagle): a request
//! deposits 1000 tokens, a retry costs trunc(1000 / percent), and both expire together: the balance
//! is what was deposited less what was spent in the current and the last nine tenths of `ttl`, plus
//! a fixed `reserve` worth `reserve * ttl` retries. With `percent = 0` only the reserve is left.
//! A tenth begins when the first call comes after the last one has ended, as in the source.
//! Defaults: ttl 10 s, 20 %, 10/s; the same as Linkerd's.

use super::Budget;
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::{Probability, Rate};

/// The line of `rehearsal list`.
pub const ABOUT: &str =
    "retries up to a share of recent requests, and a reserve (Finagle, Linkerd)";

/// What a request deposits.
const DEPOSIT: i64 = 1000;
/// Past tenths of the window; the current one comes on top.
const PAST: usize = 9;

/// `budget.finagle = { ttl = "10s", percent = "20%", reserve = "10/s" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// How long deposits and costs count; 1 s to 60 s, as in the source.
    pub ttl: Span,
    /// Retries per request.
    pub percent: Probability,
    /// Retries allowed whatever the number of requests.
    pub reserve: Rate,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let ttl = table.or("ttl", Span::from_secs(10));
        let percent = table.or("percent", Probability::new(0.2).expect("a fifth is a share"));
        let reserve = table.or("reserve", Rate::new(10.0).expect("ten is a rate"));
        if !(Span::from_secs(1)..=Span::from_secs(60)).contains(&ttl) {
            table.mistake("`ttl` is out of range", "from \"1s\" to \"60s\"", None);
        }
        table.finish();
        Some(Spec { ttl, percent, reserve })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Finagle {
        let percent = self.percent.get();
        let (deposit, cost) = match percent {
            0.0 => (0, 1),
            percent => (DEPOSIT, (DEPOSIT as f64 / percent) as i64),
        };
        let reserve = (self.reserve.per_second() * self.ttl.seconds()) as i64;
        Finagle {
            deposit,
            cost,
            reserve: reserve.saturating_mul(cost),
            slice: Span::from_nanos(self.ttl.nanos() / (PAST as u64 + 1)),
            began: Time::ZERO,
            current: 0,
            past: [0; PAST],
            next: 0,
        }
    }
}

/// The machine.
#[derive(Debug)]
pub struct Finagle {
    deposit: i64,
    cost: i64,
    reserve: i64,
    slice: Span,
    /// When the current tenth began.
    began: Time,
    /// Tokens of the current tenth.
    current: i64,
    past: [i64; PAST],
    /// Where the current tenth goes when it has passed.
    next: usize,
}

impl Finagle {
    /// How many retries could be made now.
    pub fn balance(&mut self, now: Time) -> i64 {
        self.tokens(now) / self.cost
    }

    fn tokens(&mut self, now: Time) -> i64 {
        self.expire(now);
        self.current + self.past.iter().sum::<i64>() + self.reserve
    }

    /// The current tenth has passed, and perhaps others without a call.
    fn expire(&mut self, now: Time) {
        let passed = now.saturating_since(self.began).nanos() / self.slice.nanos();
        if passed == 0 {
            return;
        }
        self.past[self.next] = std::mem::take(&mut self.current);
        self.next = (self.next + 1) % PAST;
        for _ in 1..passed.min(PAST as u64 + 1) {
            self.past[self.next] = 0;
            self.next = (self.next + 1) % PAST;
        }
        self.began = now;
    }
}

impl Budget for Finagle {
    fn request(&mut self, now: Time) {
        self.expire(now);
        self.current += self.deposit;
    }

    fn retry(&mut self, now: Time, _active: u32, _retrying: u32) -> bool {
        let pays = self.tokens(now) >= self.cost;
        if pays {
            self.current -= self.cost;
        }
        pays
    }

    fn result(&mut self, _now: Time, _success: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    fn at(millis: u64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    fn machine(toml: &str) -> Finagle {
        read::<Spec>(toml).unwrap().build()
    }

    #[test]
    fn the_reserve_comes_back_after_the_window() {
        // 2/s over 1 s: two retries; what was spent at 0 is forgotten when ten tenths have passed.
        let mut budget = machine("{ ttl = '1s', percent = 0, reserve = '2/s' }");
        let mut retry = |millis| budget.retry(at(millis), 1, 0);
        assert_eq!([retry(0), retry(0), retry(0)], [true, true, false]);
        assert_eq!([retry(100), retry(999), retry(1000)], [false, false, false]);
        // The tenths began at 0, 100, 999 (which skipped seven) and 1000: the ninth last has gone.
        assert_eq!([retry(1100), retry(1100), retry(1100)], [true, true, false]);
    }

    #[test]
    fn requests_pay_for_retries_until_they_expire() {
        let mut budget = machine("{ ttl = '10s', percent = '50%', reserve = '0/s' }");
        for _ in 0..4 {
            budget.request(at(0));
        }
        assert_eq!(budget.balance(at(0)), 2);
        assert!(budget.retry(at(500), 1, 0));
        assert_eq!(budget.balance(at(9_999)), 1);
        assert_eq!(budget.balance(at(30_000)), 0);
        assert!(!budget.retry(at(30_000), 1, 0));
    }

    #[test]
    fn nothing_at_all_allows_nothing() {
        let mut budget = machine("{ percent = 0, reserve = '0/s' }");
        budget.request(at(0));
        assert!(!budget.retry(at(0), 1, 0));
        let mistakes = read::<Spec>("{ ttl = '2m' }").unwrap_err();
        assert_eq!(mistakes, ["`ttl` is out of range"]);
    }
}
