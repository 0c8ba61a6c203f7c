//! Predictive: so many agents as the load will need when they are ready.
//!
//! Rule. `method` says what arrival rate, or what load, there will be `ahead` of now:
//! [`holt_winters`] forecasts the rate from level, trend and season; [`offered_load`] follows the
//! load that the arrivals offer, as it builds up and ebbs away. The offered load m is the mean
//! number of attempts in service if nobody waited: rate times `service`. The count is
//!
//! ```text
//! ceil((m + margin * sqrt(m)) / slots)
//! ```
//!
//! the square-root rule: with a margin of 0 every second attempt or so waits, with 1 one in four
//! or five, with 2 one in fifty.
//!
//! | key       | default               | meaning                                               |
//! |-----------|-----------------------|-------------------------------------------------------|
//! | `service` | required              | mean time that an attempt is in service               |
//! | `slots`   | 1                     | attempts that an agent serves at once                 |
//! | `margin`  | 1.0                   | safety, in square roots of the load                   |
//! | `ahead`   | mean of `start_up`    | how far it looks ahead                                |
//! | `window`  | `every`               | what the arrival rate is taken over                   |
//! | `method`  | "holt_winters"        | or "offered_load", with its own keys                  |
//!
//! and the keys of [`Scaling`]; `every` is 1 min.
//!
//! Source: Halfin and Whitt, "Heavy-traffic limits for queues with many exponential servers",
//! Operations Research 29 (1981), for the square-root rule; the methods name their own.

pub mod holt_winters;
pub mod offered_load;

use super::scaling::Defaults;
use super::{Advice, Autoscaler, Scaling, Signal, View, ceil_count};
use crate::base::read::{Mistake, Node, Read};
use crate::base::time::Time;
use crate::base::unit::Span;
use crate::mechanism::metric::Metric;
use holt_winters::HoltWinters;
use offered_load::OfferedLoad;

/// The line of `rehearsal list`.
pub const ABOUT: &str = "as many as the load will need when they are ready (Holt-Winters, MOL)";

/// `autoscale.predictive = { service = "8s", agents = { min = 2, max = 40 } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What all autoscalers have.
    pub scaling: Scaling,
    /// The arrival rate.
    pub signal: Signal,
    /// Mean time that an attempt is in service; above zero.
    pub service: Span,
    /// Attempts that an agent serves at once; at least 1.
    pub slots: u32,
    /// Safety, in square roots of the load; not negative.
    pub margin: f64,
    /// How far it looks ahead.
    pub ahead: Span,
    /// How it does.
    pub method: Method,
}

/// How the load is forecast.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// `holt_winters`
    HoltWinters(holt_winters::Spec),
    /// `offered_load`
    OfferedLoad,
}

impl Read for Method {
    fn read(node: &Node<'_>) -> Option<Self> {
        match node.choice()? {
            ("holt_winters", inner) => holt_winters::Spec::read(&inner).map(Method::HoltWinters),
            ("offered_load", inner) => {
                inner.table()?.finish();
                Some(Method::OfferedLoad)
            }
            (other, inner) => {
                let names = ["holt_winters", "offered_load"];
                let mistake = Mistake::unknown(inner.key_place(), "method", other, names);
                node.context().report(mistake);
                None
            }
        }
    }
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let defaults = Defaults::every(60);
        let every = defaults.every;
        let scaling = Scaling::read(&mut table, defaults);
        let every = scaling.as_ref().map_or(every, |scaling| scaling.every);
        let window = super::signal::window(&mut table, every);
        let service: Option<Span> = table.need("service");
        let slots = table.or("slots", std::num::NonZeroU32::MIN).get();
        let margin = table.or("margin", 1.0);
        let start_up = scaling.as_ref().and_then(|scaling| scaling.start_up.as_ref());
        let start_up = start_up.map_or(0.0, |dist| dist.mean());
        let ahead = table.or("ahead", Span::from_seconds(start_up));
        let method = table.or_choice("method", "holt_winters");
        let season = match &method {
            Some(Method::HoltWinters(spec)) => spec.season,
            Some(Method::OfferedLoad) | None => None,
        };
        let no_season = season.is_some_and(|season| {
            season.nanos() % every.nanos() != 0 || season.nanos() < 2 * every.nanos()
        });
        for (wrong, what, label) in [
            (service == Some(Span::ZERO), "`service` is zero", "above zero"),
            (!(0.0..=100.0).contains(&margin), "`margin` is out of range", "from 0 to 100"),
            (no_season, "the season is no whole number of evaluations", "not two or more `every`s"),
        ] {
            if wrong {
                table.mistake(format!("`{}`: {what}", node.path()), label, None);
            }
        }
        table.finish();
        let (scaling, service, method) = (scaling?, service?, method?);
        let signal = Signal::of(Metric::ArrivalRate, window);
        Some(Spec { scaling, signal, service, slots, margin, ahead, method })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self) -> Predictive {
        let forecast: Box<dyn Forecast> = match &self.method {
            Method::HoltWinters(spec) => {
                Box::new(HoltWinters::new(spec, self.scaling.every, self.ahead, self.service))
            }
            Method::OfferedLoad => Box::new(OfferedLoad::new(self.service, self.ahead)),
        };
        Predictive { spec: self.clone(), forecast }
    }

    /// The count for this offered load.
    pub fn staff(&self, load: f64) -> u32 {
        ceil_count((load + self.margin * load.sqrt()) / f64::from(self.slots))
    }
}

/// What will be.
trait Forecast {
    /// The offered load that is expected, after this arrival rate per second was seen.
    fn load(&mut self, now: Time, rate: f64) -> f64;
}

/// The machine.
pub struct Predictive {
    spec: Spec,
    forecast: Box<dyn Forecast>,
}

impl Autoscaler for Predictive {
    fn evaluate(&mut self, now: Time, view: &View<'_>) -> Advice {
        let Some(rate) = view.values[0] else { return Advice::missing(view) };
        let load = self.forecast.load(now, rate).max(0.0);
        self.spec.scaling.hold(view.desired, Advice::free(rate, self.spec.staff(load)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{at, pool};
    use super::*;
    use crate::mechanism::check::read;

    fn spec(keys: &str) -> Result<Spec, Vec<String>> {
        read(&format!("{{ service = '10s', agents = {{ min = 1, max = 90 }}, {keys} }}"))
    }

    #[test]
    fn the_square_root_rule() {
        // 16 + 4 = 20; with two slots 10; with a margin of 2.5: 26.
        assert_eq!(spec("").unwrap().staff(16.0), 20);
        assert_eq!(spec("slots = 2").unwrap().staff(16.0), 10);
        assert_eq!(spec("margin = 2.5").unwrap().staff(16.0), 26);
        assert_eq!(spec("margin = 0.0").unwrap().staff(0.0), 0);
    }

    #[test]
    fn a_load_that_does_not_change_is_met() {
        for method in ["holt_winters", "offered_load"] {
            let mut machine = spec(&format!("method = '{method}'")).unwrap().build();
            let mut last = None;
            for minute in 1..=20 {
                let view = pool(4, 0.0);
                last = Some(machine.evaluate(at(60 * minute), &view.see(&[Some(1.6)])));
            }
            assert_eq!(last.map(|advice| advice.desired), Some(20), "{method}: 1.6/s * 10 s = 16");
        }
    }

    #[test]
    fn it_looks_ahead_as_far_as_a_start_takes() {
        assert_eq!(spec("").unwrap().ahead, Span::ZERO);
        assert_eq!(spec("start_up = '90s'").unwrap().ahead, Span::from_secs(90));
        let wrong = spec("method = 'holt_winter'").unwrap_err();
        assert_eq!(wrong, ["unknown method `holt_winter`"]);
        assert_eq!(spec("margin = -1.0").unwrap_err(), ["`x`: `margin` is out of range"]);
    }

    #[test]
    fn a_season_is_whole_evaluations() {
        let season = |season: &str| spec(&format!("method.holt_winters.season = '{season}'"));
        assert!(season("1d").is_ok() && season("2m").is_ok());
        for wrong in ["90s", "1m"] {
            let what = "`x`: the season is no whole number of evaluations";
            assert_eq!(season(wrong).unwrap_err(), [what]);
        }
        let alpha = spec("method = { holt_winters = { alpha = 1.5 } }").unwrap_err();
        assert_eq!(alpha, ["`x.method.holt_winters.alpha` is out of range"]);
    }
}
