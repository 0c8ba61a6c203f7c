//! Admission: whether a task may enter at all.
//!
//! A limit is asked with how many tasks are in flight behind it, not counting the newcomer, and is
//! told how each admitted one ended. Invariant: a refusal leaves the limit as it was.

use crate::base::random::{Purpose, Root};
use crate::base::time::{Span, Time};

choices! { "admission":
    token_bucket => TokenBucket,
    fixed => Fixed,
    aimd => Aimd,
    gradient => Gradient,
    vegas => Vegas,
    shed => Shed,
}

/// The machine of a limit.
pub trait Admission {
    /// Whether a newcomer of this priority (higher is more important) may enter while `in_flight`
    /// others are in.
    fn admit(&mut self, now: Time, in_flight: u32, priority: i32) -> bool;
    /// An admitted one has ended `rtt` after it entered; `in_flight` were in when it had *entered*,
    /// itself included, as Netflix's limiters count. `dropped`: it timed out or was rejected
    /// behind. One that failed for reasons other than load is not told.
    fn result(&mut self, now: Time, rtt: Span, in_flight: u32, dropped: bool);
    /// How many may be in flight at once now; infinite if their number is not limited.
    fn limit(&self) -> f64;
}

impl Spec {
    /// The machine, fresh for one run, for what it guards: a name unique in the scenario.
    pub fn build(&self, root: &Root, guarded: &str) -> Box<dyn Admission> {
        match self {
            Spec::TokenBucket(spec) => Box::new(spec.build()),
            Spec::Fixed(spec) => Box::new(spec.clone()),
            Spec::Aimd(spec) => Box::new(spec.build()),
            Spec::Gradient(spec) => Box::new(spec.build()),
            Spec::Vegas(spec) => {
                let entity = format!("admission of {guarded}");
                Box::new(spec.build(root.stream(&entity, Purpose::Policy)))
            }
            Spec::Shed(spec) => Box::new(spec.clone()),
        }
    }
}

/// The bounds of an adaptive limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Where it starts.
    pub initial: u32,
    /// It never falls below; at least 1.
    pub min: u32,
    /// It never rises above.
    pub max: u32,
}

impl Bounds {
    /// Reads `initial`, `min` and `max` among the keys of a policy.
    fn read(table: &mut crate::base::read::Table<'_>, default: Bounds) -> Self {
        let bounds = Bounds {
            initial: table.or("initial", default.initial),
            min: table.or("min", default.min),
            max: table.or("max", default.max),
        };
        let Bounds { initial, min, max } = bounds;
        if !(1 <= min && min <= initial && initial <= max) {
            let what = format!("the limits are out of order: {min}, {initial}, {max}");
            table.mistake(what, "1 <= min <= initial <= max", None);
        }
        bounds
    }

    fn hold(&self, limit: f64) -> f64 {
        limit.min(f64::from(self.max)).max(f64::from(self.min))
    }
}

/// Whether one more may enter under a limit of which only the whole part counts.
fn below(in_flight: u32, limit: f64) -> bool {
    f64::from(in_flight) < limit.floor()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn only_the_whole_part_of_a_limit_counts() {
        assert!(below(20, 21.9) && !below(21, 21.9) && below(21, 22.0));
    }

    #[test]
    fn bounds_out_of_order_are_a_mistake() {
        for (toml, limits) in [
            ("{ aimd = { min = 0 } }", "0, 20, 200"),
            ("{ vegas = { initial = 2000 } }", "1, 2000, 1000"),
        ] {
            let expected = format!("the limits are out of order: {limits}");
            assert_eq!(read::<Spec>(toml).unwrap_err(), [expected]);
        }
    }

    #[test]
    fn all_are_built_and_admit_the_first() {
        for choice in CHOICES.iter().filter(|choice| choice.name != "shed") {
            let parameters = match choice.name {
                "token_bucket" => "{ rate = '1/s' }",
                "fixed" => "{ limit = 1 }",
                _ => "{}",
            };
            let spec: Spec = read(&format!("{{ {} = {parameters} }}", choice.name)).unwrap();
            let mut machine = spec.build(&Root::new(1, 0), "door");
            assert!(machine.admit(Time::ZERO, 0, 0) && machine.limit() >= 1.0, "{}", choice.name);
        }
    }
}
