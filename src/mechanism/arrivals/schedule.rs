//! A piecewise-constant rate that repeats: hour of day, hour of week.
//!
//! Rule: a Poisson process whose rate in cell i, `[i * per, (i + 1) * per)` of each period `every`,
//! is `rates[i]`, and zero after the last cell; each period is multiplied by a factor drawn from a
//! gamma distribution of mean 1 and coefficient of variation `daily_factor_cv`. The next arrival is
//! where the integrated rate has grown by a unit exponential (inversion of the cumulative rate;
//! Çinlar, Introduction to Stochastic Processes, 1975), so a changed rate moves arrivals without
//! reshuffling them. One uniform per arrival, one keyed uniform per period.
//!
//! Invariant: cells are counted from the start of the run.

use super::{Arrival, Arrivals};
use crate::base::dist::Dist;
use crate::base::random::{Draw, Luck, Purpose, Root, Stream};
use crate::base::read::{Node, Read};
use crate::base::time::{Span, Time};
use crate::base::unit::Rate;

/// The line of `rehearsal list`.
pub const ABOUT: &str =
    "Poisson with a rate per cell that repeats (hour of day), and a daily factor";

/// `arrivals.schedule = { every = "1d", per = "1h", rates = ["47/h", "82/h"], daily_factor_cv =
/// 0.12 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The period after which the rates repeat; default: the length of the list.
    pub every: Span,
    /// The length of a cell.
    pub per: Span,
    /// The rate in each cell.
    pub rates: Vec<Rate>,
    /// Coefficient of variation of the factor that multiplies a whole period; 0: none.
    pub daily_factor_cv: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let per: Option<Span> = table.need("per");
        let rates: Option<Vec<Rate>> = table.need("rates");
        let (per, rates) = (per.filter(|per| *per > Span::ZERO), rates.filter(|r| !r.is_empty()));
        let length = match (per, &rates) {
            (Some(per), Some(rates)) => per.nanos().saturating_mul(rates.len() as u64),
            _ => 0,
        };
        let every_node = table.node("every");
        let every = table.or("every", Span::from_nanos(length));
        let daily_factor_cv = table.or("daily_factor_cv", 0.0);
        if !(0.0..=10.0).contains(&daily_factor_cv) {
            table.mistake("daily_factor_cv is out of range", "between 0 and 10", None);
        }
        table.finish();
        if every.nanos() < length {
            every_node?.mistake(
                "the rates do not fit into the period",
                "shorter than the list of rates",
                format!("the list is {} long", Span::from_nanos(length)),
            );
        }
        if per.is_none() || rates.is_none() {
            node.mistake("a schedule needs cells", "`per` above zero and at least one rate", None);
        }
        Some(Spec { every, per: per?, rates: rates?, daily_factor_cv })
    }
}

impl Spec {
    /// The machine, fresh for one run.
    pub fn build(&self, root: &Root, workload: &str) -> Schedule {
        let cv = self.daily_factor_cv;
        let factor = (cv > 0.0).then(|| {
            Dist::gamma_mean_cv(1.0, cv).expect("the coefficient of variation was checked")
        });
        Schedule {
            spec: self.clone(),
            factor,
            luck: root.luck(workload),
            stream: root.stream(workload, Purpose::Arrival),
            period: 0,
            period_factor: 1.0,
            cell: 0,
            at_s: 0.0,
        }
        .enter(0)
    }

    /// The long-run rate over a whole period, in tasks per second.
    pub fn mean_rate_per_s(&self) -> f64 {
        let sum: f64 = self.rates.iter().map(|rate| rate.per_second()).sum();
        sum * self.per.seconds() / self.every.seconds()
    }
}

/// The machine: where in which period it stands.
pub struct Schedule {
    spec: Spec,
    factor: Option<Dist>,
    luck: Luck,
    stream: Stream,
    period: u64,
    period_factor: f64,
    cell: usize,
    /// Seconds since the start of the cell.
    at_s: f64,
}

impl Schedule {
    fn enter(mut self, period: u64) -> Self {
        self.start_period(period);
        self
    }

    fn start_period(&mut self, period: u64) {
        self.period = period;
        self.cell = 0;
        self.at_s = 0.0;
        self.period_factor = self.factor.as_ref().map_or(1.0, |dist| {
            let draw = Draw::of_task(period, Purpose::DayFactor);
            dist.quantile(self.luck.uniform(draw))
        });
    }

    fn time(&self) -> Option<Time> {
        let period = self.spec.every.nanos().checked_mul(self.period)?;
        let cell = self.spec.per.nanos().checked_mul(self.cell as u64)?;
        let start = Time::from_nanos(period.checked_add(cell)?);
        let time = start.saturating_add(Span::from_seconds(self.at_s));
        (time < Time::MAX).then_some(time)
    }
}

impl Arrivals for Schedule {
    fn next(&mut self) -> Option<Arrival> {
        if self.spec.rates.iter().all(|rate| rate.per_second() == 0.0) {
            return None;
        }
        let per_s = self.spec.per.seconds();
        let mut need = self.stream.exponential();
        loop {
            let rate = self.spec.rates[self.cell].per_second() * self.period_factor;
            let offered = rate * (per_s - self.at_s);
            if need < offered {
                self.at_s += need / rate;
                return Some(Arrival::single(self.time()?));
            }
            need -= offered;
            self.at_s = 0.0;
            self.cell += 1;
            if self.cell == self.spec.rates.len() {
                self.start_period(self.period + 1);
                self.time()?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    fn spec(daily_factor_cv: f64) -> Spec {
        Spec {
            every: Span::from_secs(100),
            per: Span::from_secs(10),
            rates: vec![Rate::new(4.0).unwrap(), Rate::new(0.0).unwrap(), Rate::new(1.0).unwrap()],
            daily_factor_cv,
        }
    }

    #[test]
    fn rates_hold_in_their_cells_and_repeat() {
        let mut machine = spec(0.0).build(&Root::new(3, 0), "w");
        let mut cells = [0u64; 10];
        while let Some(arrival) = machine.next().filter(|a| a.at.seconds() < 100_000.0) {
            cells[(arrival.at.seconds() % 100.0 / 10.0) as usize] += 1;
        }
        check::near(cells[0], 40_000.0, 200.0);
        assert_eq!(cells[1], 0);
        check::near(cells[2], 10_000.0, 100.0);
        assert_eq!(cells[3..], [0; 7]);
    }

    #[test]
    fn the_daily_factor_varies_the_period_total() {
        // Var(N) = m + (cv m)^2 with m = 50 a period; over 2,000 periods.
        let count = check::count(&mut spec(0.5).build(&Root::new(4, 0), "w"), 200_000);
        let sd = (2_000.0f64 * (50.0 + 625.0)).sqrt();
        check::near(count, 100_000.0, sd);
    }

    #[test]
    fn all_rates_zero_means_no_arrival() {
        let zero = Spec { rates: vec![Rate::new(0.0).unwrap()], ..spec(0.0) };
        assert_eq!(zero.build(&Root::new(1, 0), "w").next(), None);
    }
}
