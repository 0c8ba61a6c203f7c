//! The unit of a number, from its name.
//!
//! Names end in their unit (`sojourn_mean_s`, `throughput_per_s`); shares end in one of a few words, and what is
//! left is a count or a bare number.

use super::chart::Quantity;

/// The endings of shares between 0 and 1.
const SHARES: [&str; 9] = [
    "utilisation",
    "occupancy",
    "success_rate",
    "error_rate",
    "wait_probability",
    "_fraction",
    "fairness",
    "backlog_growth",
    "availability",
];

/// The quantity of a number with this name, called `label`.
pub fn quantity(metric: &str, label: impl Into<String>) -> Quantity {
    if metric.ends_with("_per_s") {
        Quantity::plain(label, "1/s")
    } else if metric.ends_with("_s") {
        Quantity::seconds(label)
    } else if SHARES.iter().any(|share| metric.ends_with(share)) {
        Quantity::share(label)
    } else {
        Quantity::plain(label, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::chart::Unit;

    #[test]
    fn names_tell_units() {
        for (name, unit) in [
            ("class.gold.sojourn_p95_s", Unit::Seconds),
            ("throughput_per_s", Unit::Plain("1/s".to_string())),
            ("pool.desk.utilisation", Unit::Share),
            ("reneged_fraction", Unit::Share),
            ("arrived", Unit::Plain(String::new())),
        ] {
            assert_eq!(quantity(name, "x").unit, unit, "{name}");
        }
    }
}
