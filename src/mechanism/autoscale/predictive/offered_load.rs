//! The modified offered load: the mean number in service that arrivals would have without limits.
//!
//! Rule. With rate lambda(t) and mean service s, m' = lambda - m / s: the load follows the arrivals
//! late, and peaks after them. Between two evaluations the rate is taken as constant, so that
//!
//! ```text
//! m(t + d) = lambda * s + (m(t) - lambda * s) * exp(-d / s)
//! ```
//!
//! exactly. The load `ahead` of now is the same with the last rate. It begins with the load of the
//! first rate.
//!
//! Source: Jagerman, "Nonstationary blocking in telephone traffic", Bell System Technical Journal
//! 54 (1975); Jennings, Mandelbaum, Massey and Whitt, "Server staffing to meet time-varying
//! demand", Management Science 42 (1996). Exact for exponential service.

use super::Forecast;
use crate::base::time::Time;
use crate::base::unit::Span;

/// The machine.
#[derive(Clone, Debug)]
pub struct OfferedLoad {
    service_s: f64,
    ahead_s: f64,
    /// When the load was this.
    last: Option<(Time, f64)>,
}

impl OfferedLoad {
    pub(super) fn new(service: Span, ahead: Span) -> OfferedLoad {
        OfferedLoad { service_s: service.seconds(), ahead_s: ahead.seconds(), last: None }
    }

    /// The load after so many seconds at this rate.
    fn after(&self, load: f64, rate: f64, seconds: f64) -> f64 {
        let rest = rate * self.service_s;
        rest + (load - rest) * libm::exp(-seconds / self.service_s)
    }
}

impl Forecast for OfferedLoad {
    fn load(&mut self, now: Time, rate: f64) -> f64 {
        let load = match self.last {
            Some((at, load)) => self.after(load, rate, now.since(at).seconds()),
            None => rate * self.service_s,
        };
        self.last = Some((now, load));
        self.after(load, rate, self.ahead_s)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::at;
    use super::*;

    #[test]
    fn the_load_follows_the_arrivals_late() {
        let ten = Span::from_secs(10);
        let mut machine = OfferedLoad::new(ten, Span::ZERO);
        assert_eq!(machine.load(at(0), 1.0), 10.0, "it begins at rest");
        // To 20, for one mean service: 20 - 10 / e = 16.321; then back: 10 + 6.321 / e = 12.325.
        let up = machine.load(at(10), 2.0);
        assert!((up - 16.321205588).abs() < 1e-8, "{up}");
        let down = machine.load(at(20), 1.0);
        assert!((down - 12.325441580).abs() < 1e-8, "{down}");
    }

    #[test]
    fn ahead_is_nearer_to_rest() {
        let ten = Span::from_secs(10);
        let mut machine = OfferedLoad::new(ten, ten);
        machine.load(at(0), 1.0);
        // Two mean services at 2/s: 20 - 10 / e^2 = 18.647.
        let ahead = machine.load(at(10), 2.0);
        assert!((ahead - 18.646647168).abs() < 1e-8, "{ahead}");
    }
}
