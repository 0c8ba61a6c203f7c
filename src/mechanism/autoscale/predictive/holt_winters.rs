//! Holt and Winters' exponential smoothing, additive: level, trend and season of a rate.
//!
//! Rule, for the rate y and a season of p evaluations:
//!
//! ```text
//! level  = alpha * (y - season[t - p]) + (1 - alpha) * (level' + trend')
//! trend  = beta * (level - level') + (1 - beta) * trend'
//! season = gamma * (y - level' - trend') + (1 - gamma) * season[t - p]
//! h evaluations ahead: level + h * trend + season[t + h - p]
//! ```
//!
//! where level' and trend' are those before. The first season only gathers: its mean is the level,
//! what is off the mean is the season, the trend is zero; meanwhile the last rate is what is
//! expected. Without a season: the first rate is the level, and there is no season term. The
//! offered load is the rate expected `ahead`, in whole evaluations (rounded up), times the mean
//! service.
//!
//! | key      | default | meaning                                                    |
//! |----------|---------|------------------------------------------------------------|
//! | `season` | none    | after which the rate repeats: a whole number of `every`s   |
//! | `alpha`  | 0.5     | how fast the level follows                                 |
//! | `beta`   | 0.1     | how fast the trend does                                    |
//! | `gamma`  | 0.1     | how fast the season does                                   |
//!
//! Source: Winters, "Forecasting sales by exponentially weighted moving averages", Management
//! Science 6 (1960), in the form of Hyndman and Athanasopoulos, Forecasting: Principles and
//! Practice, 3rd ed. (2021), 8.3.

use super::Forecast;
use crate::base::read::{Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;

/// `method.holt_winters = { season = "1d", alpha = 0.5, beta = 0.1, gamma = 0.1 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// After which the rate repeats; a whole number of evaluations, at least 2.
    pub season: Option<Span>,
    /// How fast the level follows; from 0 to 1.
    pub alpha: f64,
    /// How fast the trend does.
    pub beta: f64,
    /// How fast the season does.
    pub gamma: f64,
}

impl Default for Spec {
    fn default() -> Self {
        Spec { season: None, alpha: 0.5, beta: 0.1, gamma: 0.1 }
    }
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let default = Spec::default();
        let spec = Spec {
            season: table.maybe("season"),
            alpha: table.or("alpha", default.alpha),
            beta: table.or("beta", default.beta),
            gamma: table.or("gamma", default.gamma),
        };
        for (key, value) in [("alpha", spec.alpha), ("beta", spec.beta), ("gamma", spec.gamma)] {
            if !(0.0..=1.0).contains(&value) {
                table.mistake(format!("`{}.{key}` is out of range", node.path()), "0 to 1", None);
            }
        }
        table.finish();
        Some(spec)
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub struct HoltWinters {
    spec: Spec,
    /// Evaluations in a season; 0: there is none.
    period: usize,
    /// Evaluations that it looks ahead.
    ahead: usize,
    service_s: f64,
    /// What a place in the season adds; while the first one is gathered, the rates themselves.
    season: Vec<f64>,
    /// How many rates there were.
    seen: usize,
    level: f64,
    trend: f64,
}

impl HoltWinters {
    pub(super) fn new(spec: &Spec, every: Span, ahead: Span, service: Span) -> HoltWinters {
        let season = spec.season.map_or(0, Span::nanos);
        HoltWinters {
            spec: spec.clone(),
            period: (season / every.nanos()) as usize,
            ahead: ahead.nanos().div_ceil(every.nanos()) as usize,
            service_s: service.seconds(),
            season: Vec::new(),
            seen: 0,
            level: 0.0,
            trend: 0.0,
        }
    }

    /// The rate that is expected, after this one.
    fn expect(&mut self, rate: f64) -> f64 {
        let place = self.seen.checked_rem(self.period);
        self.seen += 1;
        if self.seen <= self.period {
            self.season.push(rate);
            if self.seen == self.period {
                self.level = self.season.iter().sum::<f64>() / self.period as f64;
                self.season.iter_mut().for_each(|rate| *rate -= self.level);
            }
            if self.seen < self.period {
                return rate;
            }
        } else if self.seen == 1 {
            self.level = rate;
        } else {
            self.smooth(rate, place);
        }
        let ahead = (self.seen - 1 + self.ahead).checked_rem(self.period);
        let season = ahead.map_or(0.0, |place| self.season[place]);
        self.level + self.ahead as f64 * self.trend + season
    }

    fn smooth(&mut self, rate: f64, place: Option<usize>) {
        let Spec { alpha, beta, gamma, .. } = self.spec;
        let season = place.map_or(0.0, |place| self.season[place]);
        let before = self.level + self.trend;
        let level = alpha * (rate - season) + (1.0 - alpha) * before;
        self.trend = beta * (level - self.level) + (1.0 - beta) * self.trend;
        self.level = level;
        if let Some(place) = place {
            self.season[place] = gamma * (rate - before) + (1.0 - gamma) * season;
        }
    }
}

impl Forecast for HoltWinters {
    fn load(&mut self, _now: Time, rate: f64) -> f64 {
        self.expect(rate).max(0.0) * self.service_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: u64) -> Span {
        Span::from_secs(60 * n)
    }

    #[test]
    fn level_and_trend_by_hand() {
        let spec = Spec { alpha: 0.5, beta: 0.5, ..Spec::default() };
        let mut machine = HoltWinters::new(&spec, minutes(1), minutes(2), minutes(1));
        assert_eq!(machine.expect(4.0), 4.0);
        // level 0.5 * 8 + 0.5 * 4 = 6, trend 0.5 * 2 = 1: 6 + 2 * 1.
        assert_eq!(machine.expect(8.0), 8.0);
        // level 0.5 * 9 + 0.5 * 7 = 8, trend 0.5 * 2 + 0.5 * 1 = 1.5: 8 + 2 * 1.5.
        assert_eq!(machine.expect(9.0), 11.0);
    }

    #[test]
    fn a_season_by_hand() {
        let spec = Spec { season: Some(minutes(2)), alpha: 0.5, beta: 0.0, gamma: 0.5 };
        let mut machine = HoltWinters::new(&spec, minutes(1), minutes(1), minutes(1));
        assert_eq!(machine.expect(2.0), 2.0, "it gathers");
        // level 4, season -2, +2: the next is the low one.
        assert_eq!(machine.expect(6.0), 2.0);
        // level 0.5 * (4 + 2) + 0.5 * 4 = 5, season[0] = 0.5 * 0 + 0.5 * -2 = -1; next is +2.
        assert_eq!(machine.expect(4.0), 7.0);
        // level 0.5 * (7 - 2) + 0.5 * 5 = 5, season[1] = 0.5 * 2 + 0.5 * 2 = 2; next is -1.
        assert_eq!(machine.expect(7.0), 4.0);
    }

    #[test]
    fn what_repeats_is_foreseen() {
        let spec = Spec { season: Some(minutes(6)), ..Spec::default() };
        let mut machine = HoltWinters::new(&spec, minutes(1), minutes(2), minutes(1));
        let rates = [1.0, 2.0, 5.0, 9.0, 5.0, 2.0];
        for i in 0..60 {
            let expected = machine.expect(rates[i % 6]);
            if i >= 5 {
                let error = (expected - rates[(i + 2) % 6]).abs();
                assert!(error < 1e-9, "{i}: {expected}");
            }
        }
    }
}
