//! Axes: from values to places between 0 and 1, with marks at round values.
//!
//! Linear marks are whole multiples of a step of 1, 2 or 5 times a power of ten, or of a step
//! that suits minutes and hours. Logarithmic marks stand on a ladder of 1, 2 and 5 in each decade
//! (of seconds: 1, 2, 5, 10, 20, 30 s; 1, 2, 5 min; ...), thinned where they would crowd.

use super::unit::{Quantity, Unit, decimals, duration, fixed};

/// How values are spread over an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equally far apart. A linear axis of values shows zero.
    Linear,
    /// Equal ratios are equally far apart. Values at or below zero are left out, and counted in
    /// the subtitle.
    Log,
}

impl Scale {
    /// Whether `value` has a place on an axis of this scale. Beyond 1e18 there is none (that many
    /// seconds are longer than the universe is old), nor below 1e-15 on a logarithmic one.
    pub(super) fn shows(self, value: f64) -> bool {
        let low = if self == Scale::Log { LEAST } else { -MOST };
        (low..=MOST).contains(&value)
    }
}

/// The interval, if both its ends can be drawn.
pub(super) fn whole(interval: Option<(f64, f64)>) -> Option<(f64, f64)> {
    interval.filter(|&(low, high)| Scale::Linear.shows(low) && Scale::Linear.shows(high))
}

const MOST: f64 = 1e18;
const LEAST: f64 = 1e-15;

/// The space an axis has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Its length in logical pixels.
    pub length: f64,
    /// The least distance between two labels.
    pub gap: f64,
    /// Whether it may reach beyond the data to end on a mark.
    pub grow: bool,
}

/// An axis with its marks.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub scale: Scale,
    pub low: f64,
    pub high: f64,
    /// Labelled values, ascending.
    pub marks: Vec<(f64, String)>,
    /// Values between them that have a line but no label.
    pub between: Vec<f64>,
    pub title: String,
}

impl Axis {
    /// An axis of `quantity` that shows all values from `low` to `high` (above zero if `Log`).
    pub fn new(quantity: &Quantity, scale: Scale, low: f64, high: f64, room: Room) -> Self {
        match scale {
            Scale::Linear => Axis::linear(quantity, low, high, room),
            Scale::Log => Axis::log(quantity, low, high, room),
        }
    }

    /// Where `value` stands: 0 at the low end, 1 at the high end. A logarithmic axis has no
    /// places beyond its ends.
    pub fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log => {
                let share = libm::log(value / self.low) / libm::log(self.high / self.low);
                share.clamp(0.0, 1.0)
            }
        }
    }

    fn linear(quantity: &Quantity, low: f64, high: f64, room: Room) -> Self {
        let least = (1e-9 * low.abs().max(high.abs())).max(LEAST);
        let (low, high) = if high - low > least { (low, high) } else { around(low) };
        let shown = quantity.unit.display(low.abs().max(high.abs()));
        let (mut low, mut high) = (low / shown.per, high / shown.per);
        let most = (room.length / room.gap).max(1.0);
        let mut step = step((high - low) / most, shown.steps);
        if matches!(quantity.unit, Unit::Count(_)) {
            step = step.max(1.0);
        }
        if room.grow {
            low = (low / step + 1e-9).floor() * step;
            high = (high / step - 1e-9).ceil() * step;
        }
        // An end within a fiftieth of a mark reaches it: a run until 119.9 min shows 120.
        let near = (high - low) / 50.0;
        let (floor, ceil) = ((low / step).floor() * step, (high / step).ceil() * step);
        low = if low - floor < near { floor } else { low };
        high = if ceil - high < near { ceil } else { high };
        let decimals = decimals(step, 1);
        let (first, last) =
            ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
        let marks = (first..=last)
            .map(|k| (k as f64 * step, fixed(k as f64 * step, decimals)))
            .map(|(value, label)| (value * shown.per, label))
            .collect();
        Axis {
            scale: Scale::Linear,
            low: low * shown.per,
            high: high * shown.per,
            marks,
            between: Vec::new(),
            title: quantity.title(&shown.symbol),
        }
    }

    fn log(quantity: &Quantity, low: f64, high: f64, room: Room) -> Self {
        let ladder = ladder(&quantity.unit);
        let inside = |low: f64, high: f64| {
            let from = ladder.partition_point(|rung| rung.value < low * (1.0 - 1e-9));
            from..ladder.partition_point(|rung| rung.value <= high * (1.0 + 1e-9))
        };
        let rungs = inside(low, high);
        let (before, after) = (rungs.start.saturating_sub(1), rungs.end.min(ladder.len() - 1));
        let (mut from, mut to) = (low, high);
        if rungs.len() < 2 {
            (from, to) = (ladder[before].value, ladder[after].value);
        } else if room.grow {
            // To the next rung where that is near, else a little.
            let ratio = high / low;
            let (near, little) = (libm::pow(ratio, 0.15), libm::pow(ratio, 0.04));
            let (down, up) = (ladder[before].value, ladder[after].value);
            let ends = (ladder[rungs.start].value, ladder[rungs.end - 1].value);
            if ends.0 > low * (1.0 + 1e-9) {
                from = if down * near >= low { down } else { low / little };
            }
            if ends.1 < high * (1.0 - 1e-9) {
                to = if up <= high * near { up } else { high * little };
            }
        }
        let (low, high) = (from.min(low), to.max(high));
        let rungs = &ladder[inside(low, high)];
        let per_ratio = room.length / libm::log(high / low);
        let chosen = thinned(rungs, |a, b| libm::log(b / a) * per_ratio >= room.gap);
        let scaled = match quantity.unit {
            Unit::Seconds => "log scale".to_owned(),
            Unit::Share => "%, log scale".to_owned(),
            Unit::Count(ref symbol) | Unit::Plain(ref symbol) if symbol.is_empty() => {
                "log scale".to_owned()
            }
            Unit::Count(ref symbol) | Unit::Plain(ref symbol) => format!("{symbol}, log scale"),
        };
        Axis {
            scale: Scale::Log,
            low,
            high,
            between: rungs.iter().map(|rung| rung.value).collect(),
            marks: chosen.iter().map(|rung| (rung.value, rung.label(&quantity.unit))).collect(),
            title: quantity.title(&scaled),
        }
    }
}

/// A range around a single value.
fn around(value: f64) -> (f64, f64) {
    if value.abs() < LEAST {
        (0.0, 1.0)
    } else {
        (value - 0.5 * value.abs(), value + 0.5 * value.abs())
    }
}

/// The least step of 1, 2, 5 times a power of ten, or else of `steps`, that is at least `least`.
pub(super) fn step(least: f64, steps: &[f64]) -> f64 {
    if least > 1.0
        && let Some(&step) = steps.iter().find(|&&step| step >= least * (1.0 - 1e-9))
    {
        return step;
    }
    let decade = libm::pow(10.0, libm::floor(libm::log10(least)));
    let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * decade >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * decade
}

/// A value at which a logarithmic axis may have a mark. One rung in each decade is its mark when
/// there is no room for all; they are numbered, so that sparser axes take every second, third, ...
struct Rung {
    value: f64,
    decade: Option<usize>,
}

impl Rung {
    fn label(&self, unit: &Unit) -> String {
        match unit {
            Unit::Seconds => duration(self.value),
            Unit::Share => decimal(self.value * 100.0),
            Unit::Count(_) | Unit::Plain(_) => decimal(self.value),
        }
    }
}

fn decimal(value: f64) -> String {
    fixed(value, decimals(value, 1))
}

/// Where people put marks between seconds and centuries, in seconds; `true` once in a decade.
const CLOCK: [(f64, bool); 33] = [
    (1.0, true),
    (2.0, false),
    (5.0, false),
    (10.0, true),
    (20.0, false),
    (30.0, false),
    (60.0, true),
    (120.0, false),
    (300.0, false),
    (600.0, true),
    (1200.0, false),
    (1800.0, false),
    (3600.0, true),
    (7200.0, false),
    (18_000.0, false),
    (36_000.0, true),
    (86_400.0, false),
    (172_800.0, false),
    (432_000.0, true),
    (864e3, false),
    (1_728e3, false),
    (4_320e3, true),
    (8_640e3, false),
    (17_280e3, false),
    (43_200e3, true),
    (86_400e3, false),
    (172_800e3, false),
    (432e6, true),
    (864e6, false),
    (1_728e6, false),
    (4_320e6, true),
    (8_640e6, false),
    (17_280e6, false),
];

/// All rungs for values of `unit`, ascending.
fn ladder(unit: &Unit) -> Vec<Rung> {
    let tens = |from: i32, to: i32| {
        (from..to).flat_map(|exponent| {
            let ten = libm::pow(10.0, f64::from(exponent));
            [(ten, true), (2.0 * ten, false), (5.0 * ten, false)]
        })
    };
    let values: Vec<(f64, bool)> = match unit {
        Unit::Seconds => tens(-9, 0).chain(CLOCK).collect(),
        Unit::Share | Unit::Count(_) | Unit::Plain(_) => tens(-12, 16).collect(),
    };
    let mut decades = 0..;
    let rung = |(value, once)| Rung { value, decade: if once { decades.next() } else { None } };
    values.into_iter().map(rung).collect()
}

/// The densest selection of rungs whose neighbours are all `apart`.
fn thinned(rungs: &[Rung], apart: impl Fn(f64, f64) -> bool) -> Vec<&Rung> {
    for sparse in 0..30 {
        let chosen: Vec<&Rung> = rungs
            .iter()
            .filter(|rung| sparse == 0 || rung.decade.is_some_and(|number| number % sparse == 0))
            .collect();
        let clear = chosen.windows(2).all(|pair| apart(pair[0].value, pair[1].value));
        if clear && !chosen.is_empty() {
            return chosen;
        }
    }
    rungs.first().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { length: 400.0, gap: 40.0, grow: true };

    fn labels(quantity: &Quantity, scale: Scale, low: f64, high: f64) -> Vec<String> {
        let gap = if scale == Scale::Log { 20.0 } else { 40.0 };
        let axis = Axis::new(quantity, scale, low, high, Room { gap, ..ROOM });
        axis.marks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn linear_marks_are_round() {
        let time = Quantity::seconds("time");
        let minutes = labels(&time, Scale::Linear, 0.0, 3600.0);
        assert_eq!(minutes, ["0", "10", "20", "30", "40", "50", "60"]);
        let hours = labels(&time, Scale::Linear, 0.0, 86_400.0);
        assert_eq!(hours, ["0", "3", "6", "9", "12", "15", "18", "21", "24"]);
        let tasks = Quantity::count("waiting", "tasks");
        assert_eq!(labels(&tasks, Scale::Linear, 0.0, 2.0), ["0", "1", "2"]);
        let share = Quantity::share("utilisation");
        assert_eq!(
            labels(&share, Scale::Linear, 0.0, 0.3),
            ["0", "5", "10", "15", "20", "25", "30"]
        );
        let money = Quantity::plain("difference", "$");
        assert_eq!(
            labels(&money, Scale::Linear, -0.1, 0.15),
            ["−0.10", "−0.05", "0.00", "0.05", "0.10", "0.15"]
        );
    }

    #[test]
    fn logarithmic_marks_are_durations() {
        let sojourn = Quantity::seconds("sojourn");
        let dense = labels(&sojourn, Scale::Log, 1.3, 50.0);
        assert_eq!(dense, ["1 s", "2 s", "5 s", "10 s", "20 s", "30 s", "1 min"]);
        let sparse = labels(&sojourn, Scale::Log, 0.011, 5000.0);
        assert_eq!(sparse, ["10 ms", "100 ms", "1 s", "10 s", "1 min", "10 min", "1 h"]);
    }

    #[test]
    fn places_are_hand_worked() {
        let plain = Quantity::plain("x", "");
        let axis = Axis::new(&plain, Scale::Log, 1.0, 100.0, ROOM);
        assert_eq!((axis.low, axis.high), (1.0, 100.0));
        assert!((axis.place(10.0) - 0.5).abs() < 1e-12);
        let axis = Axis::new(&plain, Scale::Linear, 0.0, 8.0, ROOM);
        assert_eq!(axis.place(2.0), 0.25);
    }

    #[test]
    fn a_single_value_still_has_an_axis() {
        for value in [-3.0, 0.0, 1e-9, 5.0, 1e12] {
            let axis = Axis::new(&Quantity::seconds("t"), Scale::Linear, value, value, ROOM);
            assert!(axis.low <= value && value <= axis.high && axis.low < axis.high, "{value}");
            if value > 0.0 {
                let axis = Axis::new(&Quantity::seconds("t"), Scale::Log, value, value, ROOM);
                assert!(axis.low < axis.high && !axis.marks.is_empty(), "{value}");
            }
        }
    }
}
