//! Numbers and lists as people read them in a terminal.

use crate::base::time::Span;
use crate::base::unit::show_span;
use crate::output::chart::Unit;
use crate::output::quantity::quantity;
use crate::stats::interval::Interval;

/// `1 point`, `2,000 points`, `3 classes`, `2 axes`.
pub fn counted(n: u64, thing: &str) -> String {
    let things = match thing.strip_suffix("is") {
        _ if n == 1 => thing.to_string(),
        Some(stem) => format!("{stem}es"),
        None if thing.ends_with('s') => format!("{thing}es"),
        None => format!("{thing}s"),
    };
    format!("{} {things}", thousands(n as f64, 0))
}

/// A length of time: `1h30m`.
pub fn span(seconds: f64) -> String {
    show_span(Span::from_seconds(seconds))
}

/// A length of time to two units at most, for what is not exact: `2m 41s`, `3h 5m`, `8ms`.
pub fn about(seconds: f64) -> String {
    let whole = seconds.round();
    let (minutes, hours) = ((whole / 60.0).floor(), (whole / 3600.0).floor());
    if seconds < 0.9995 {
        format!("{:.0}ms", (seconds * 1e3).ceil())
    } else if seconds < 9.95 {
        format!("{seconds:.1}s")
    } else if minutes < 1.0 {
        format!("{whole:.0}s")
    } else if hours < 1.0 {
        format!("{minutes:.0}m {:.0}s", whole % 60.0)
    } else {
        format!("{}h {:.0}m", thousands(hours, 0), minutes % 60.0)
    }
}

/// A number with its thousands separated.
pub fn thousands(value: f64, decimals: usize) -> String {
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    if value < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// The unit in which numbers of up to `largest` are shown: what one is, and its symbol.
fn unit(metric: &str, largest: f64) -> (f64, &'static str) {
    match quantity(metric, "").unit {
        Unit::Share => (0.01, " %"),
        Unit::Plain(symbol) if symbol == "1/s" => match largest {
            rate if rate >= 1.0 => (1.0, "/s"),
            rate if rate >= 1.0 / 60.0 => (1.0 / 60.0, "/min"),
            _ => (1.0 / 3600.0, "/h"),
        },
        Unit::Count(_) | Unit::Plain(_) => (1.0, ""),
        Unit::Seconds => match largest {
            0.0 => (1.0, " s"),
            t if t < 1e-3 => (1e-6, " µs"),
            t if t < 1.0 => (1e-3, " ms"),
            t if t < 180.0 => (1.0, " s"),
            t if t < 3.0 * 3600.0 => (60.0, " min"),
            t if t < 4.0 * 86_400.0 => (3600.0, " h"),
            _ => (86_400.0, " d"),
        },
    }
}

/// Decimals that show `digits` significant digits of `value`, at most four.
fn decimals(value: f64, digits: i32) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let order = libm::floor(libm::log10(value.abs()) + 1e-9) as i32;
    (digits - 1 - order).clamp(0, 4) as usize
}

/// An estimate with half the width of its interval, `5.21 ±0.08 s`; a dash if there is none.
pub fn estimate(metric: &str, interval: Option<&Interval>) -> String {
    let Some(interval) = interval else { return "-".to_string() };
    let (per, symbol) = unit(metric, interval.mean.abs());
    let mean = interval.mean / per;
    let half = interval.high.map(|high| (high - interval.mean) / per);
    match half {
        Some(half) if half > 0.0 => {
            let digits = decimals(half, 2).min(decimals(mean, 5));
            format!("{} ±{}{symbol}", thousands(mean, digits), thousands(half, digits))
        }
        _ if mean.fract() == 0.0 => format!("{}{symbol}", thousands(mean, 0)),
        _ => format!("{}{symbol}", thousands(mean, decimals(mean, 3))),
    }
}

/// A difference with its interval: `-12.3 s [-15.1, -9.5]`.
pub fn difference(metric: &str, interval: &Interval) -> [String; 2] {
    let ends = [interval.low, interval.high].map(|end| end.unwrap_or(interval.mean));
    let largest = ends[0].abs().max(ends[1].abs());
    let (per, symbol) = unit(metric, largest);
    let symbol = if symbol == " %" { " points" } else { symbol };
    let mut digits = decimals((ends[1] - ends[0]) / per, 2).min(decimals(interval.mean / per, 5));
    // An end near zero is shown on its own side of it.
    let vanishes = |end: f64, digits| {
        let shown = thousands(end / per, digits);
        end != 0.0 && !shown.bytes().any(|digit| (b'1'..=b'9').contains(&digit))
    };
    while digits < 4 && ends.iter().any(|end| vanishes(*end, digits)) {
        digits += 1;
    }
    let signed = |value: f64| {
        let text = thousands(value / per, digits);
        if text.starts_with('-') { text } else { format!("+{text}") }
    };
    let range = match (interval.low, interval.high) {
        (Some(low), Some(high)) => format!("[{}, {}]", signed(low), signed(high)),
        _ => String::new(),
    };
    [format!("{}{symbol}", signed(interval.mean)), range]
}

/// `text` in at most `width` columns.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let short: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", short.trim_end())
}

/// Rows as columns, two spaces apart; the first column is aligned left, the others right.
pub fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let wide = |text: &String| text.chars().count();
    let n = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n)
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(wide).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cell = |(i, text): (usize, &String)| {
            let gap = " ".repeat(widths[i] - wide(text));
            if i == 0 { format!("{text}{gap}") } else { format!("{gap}{text}") }
        };
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_string()
    };
    rows.iter().map(line).collect()
}

/// A word as a shell reads it back.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(mean: f64, half: f64) -> Interval {
        Interval { mean, low: Some(mean - half), high: Some(mean + half), n: 10 }
    }

    #[test]
    fn estimates_have_the_digits_that_their_intervals_allow() {
        let shown = |metric, mean, half| estimate(metric, Some(&interval(mean, half)));
        assert_eq!(shown("sojourn_mean_s", 5.2134, 0.083), "5.213 ±0.083 s");
        assert_eq!(shown("sojourn_mean_s", 161.0, 4.2), "161.0 ±4.2 s");
        assert_eq!(shown("wait_mean_s", 540.0, 12.0), "9.00 ±0.20 min");
        assert_eq!(shown("pool.a.utilisation", 0.8124, 0.0071), "81.24 ±0.71 %");
        assert_eq!(shown("arrived", 38_412.3, 123.0), "38,412 ±123");
        assert_eq!(shown("throughput_per_s", 0.05, 0.001), "3.000 ±0.060/min");
        assert_eq!(shown("arrived", 100.0, 0.0), "100");
        assert_eq!(shown("wait_mean_s", 0.0, 0.0), "0 s");
        let alone = Interval { mean: 12.345, low: None, high: None, n: 1 };
        assert_eq!(estimate("sojourn_mean_s", Some(&alone)), "12.3 s");
        assert_eq!(estimate("sojourn_mean_s", None), "-");
    }

    #[test]
    fn differences_have_signs() {
        let shown = difference("sojourn_mean_s", &interval(-12.3, 2.8));
        assert_eq!(shown, ["-12.3 s", "[-15.1, -9.5]"]);
        let shown = difference("error_rate", &interval(0.012, 0.004));
        assert_eq!(shown, ["+1.20 points", "[+0.80, +1.60]"]);
        let shown = difference("sojourn_mean_s", &interval(15.0, 15.04));
        assert_eq!(shown, ["+15.00 s", "[-0.04, +30.04]"]);
    }

    #[test]
    fn words() {
        assert_eq!(counted(1, "class"), "1 class");
        assert_eq!(counted(2000, "class"), "2,000 classes");
        assert_eq!(counted(0, "point"), "0 points");
        assert_eq!(counted(2, "axis"), "2 axes");
        assert_eq!(about(0.0835), "84ms");
        assert_eq!(about(8.44), "8.4s");
        assert_eq!(about(161.0), "2m 41s");
        assert_eq!(about(59.7), "1m 0s");
        assert_eq!(about(11_100.0), "3h 5m");
        assert_eq!(cut("a long name", 8), "a long…");
        assert_eq!(shell("a.b=5"), "a.b=5");
        assert_eq!(shell("a=it's 5"), r"'a=it'\''s 5'");
        let rows = [vec!["a".to_string(), "100".to_string()], vec!["bcd".into(), "5".into()]];
        assert_eq!(columns(&rows), ["a    100", "bcd    5"]);
    }
}
