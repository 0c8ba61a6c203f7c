//! A number as charts and people have it, from its name.

use super::chart::Quantity;
use crate::mechanism::metric::Unit;
use crate::observe::summary::unit;

/// The quantity of a number with this name, called `label`.
pub fn quantity(metric: &str, label: impl Into<String>) -> Quantity {
    match unit(metric) {
        Unit::Rate => Quantity::plain(label, "1/s"),
        Unit::Time => Quantity::seconds(label),
        Unit::Share => Quantity::share(label),
        Unit::Count => Quantity::plain(label, ""),
    }
}

/// A number's name as words, without its unit: `sojourn p95 of class gold`.
pub fn spoken(metric: &str) -> String {
    let (part, name) =
        match metric.split_once('.').map(|(kind, rest)| (kind, rest.rsplit_once('.'))) {
            Some((kind, Some((part, name)))) => (format!(" of {kind} {part}"), name),
            _ => (String::new(), metric),
        };
    let name = name.strip_suffix("_per_s").or_else(|| name.strip_suffix("_s")).unwrap_or(name);
    name.replace('_', " ") + &part
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

    #[test]
    fn names_are_spoken_as_words() {
        assert_eq!(spoken("class.gold.sojourn_p95_s"), "sojourn p95 of class gold");
        assert_eq!(spoken("step.answer.ask.error_rate"), "error rate of step answer.ask");
        assert_eq!(spoken("throughput_per_s"), "throughput");
        assert_eq!(spoken("arrived"), "arrived");
    }
}
