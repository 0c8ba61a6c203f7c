//! The top of a scenario: its name, how long it runs, from when on it is measured.
//!
//! Default grid: the smallest of the steps that people use for an axis (1, 2, 5, 10, 15, 30 s or
//! min; 1, 2, 3, 6, 12 h; ...) that cuts the horizon into at most 120 cells; a minute if no horizon
//! is written.

use crate::base::read::{Node, Show, Table};
use crate::base::time::{NANOS_PER_SECOND, Span};
use crate::base::unit::Clock;

/// The most cells that a series may have.
const MOST_CELLS: u64 = 1_000_000;

/// What stands at the top.
pub(super) struct Top<'d> {
    pub name: String,
    pub about: String,
    pub seed: u64,
    /// What is written; `None` if nothing is, or if it is wrong.
    pub horizon: Option<Span>,
    /// Where it is written, right or wrong.
    pub horizon_node: Option<Node<'d>>,
    pub warm_up: Span,
    pub drain: bool,
    pub starts_at: Span,
    pub grid: Span,
}

impl<'d> Top<'d> {
    pub fn read(table: &mut Table<'d>) -> Self {
        let name = table.need_node("name").and_then(|node| read_name(&node)).unwrap_or_default();
        let about = table.or("about", String::new());
        let horizon_node = table.node("horizon");
        let horizon = above_zero(table, "horizon");
        let warm_up = table.or("warm_up", Span::ZERO);
        if let (Some(node), Some(horizon)) = (table.node("warm_up"), horizon)
            && warm_up >= horizon
        {
            node.mistake(
                format!("`warm_up` is {}, but the run ends at {}", warm_up.show(), horizon.show()),
                "nothing would be left to measure",
                String::from("the warm-up is the first part of the horizon: shorten it"),
            );
        }
        let seed = table.or("seed", 42);
        let drain = read_drain(table, horizon_node.is_some());
        let starts_at = read_start(table);
        let grid = read_grid(table, horizon);
        Top { name, about, seed, horizon, horizon_node, warm_up, drain, starts_at, grid }
    }
}

fn read_name(node: &Node<'_>) -> Option<String> {
    let name = node.text()?;
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(rest) {
        return Some(name.to_owned());
    }
    let slug: String = name.to_lowercase().chars().map(|c| if rest(c) { c } else { '-' }).collect();
    let slug = slug.trim_start_matches(|c: char| !c.is_ascii_lowercase()).trim_end_matches('-');
    let help = (!slug.is_empty()).then(|| format!("write \"{slug}\"; `about` takes any text"));
    node.mistake(
        format!(
            "`name` is {}, but it must be able to name the directory of the results",
            name.to_owned().show()
        ),
        "only lowercase letters, digits, `-` and `_`; a letter first",
        help,
    );
    None
}

/// The span under `key`, if it is written; zero is a mistake.
pub(super) fn above_zero(table: &mut Table<'_>, key: &'static str) -> Option<Span> {
    let node = table.node(key)?;
    let span: Span = table.maybe(key)?;
    if span == Span::ZERO {
        return node.expected("a duration above zero", None);
    }
    Some(span)
}

fn read_drain(table: &mut Table<'_>, has_horizon: bool) -> bool {
    let drain = table.or("drain", true);
    if !drain && !has_horizon {
        let node = table.node("drain").expect("the default is true");
        node.mistake(
            "`drain = false` stops the run at the horizon, but there is no `horizon`",
            "stops when?",
            String::from("write how long the run lasts, such as horizon = \"8h\", at the top"),
        );
    }
    drain
}

fn read_start(table: &mut Table<'_>) -> Span {
    let starts_at =
        table.or("starts_at", Clock::parse("00:00").expect("midnight is a time")).since_midnight();
    if starts_at >= Span::from_secs(86_400)
        && let Some(node) = table.node("starts_at")
    {
        node.expected::<()>(
            "a time of day before \"24:00\"",
            Some(String::from("the start of a day is \"00:00\"")),
        );
    }
    starts_at
}

fn read_grid(table: &mut Table<'_>, horizon: Option<Span>) -> Span {
    if table.has("grid") {
        let grid = above_zero(table, "grid").unwrap_or(Span::from_secs(60));
        let cells = horizon.map_or(0, |horizon| horizon.nanos() / grid.nanos());
        if cells > MOST_CELLS
            && let Some(node) = table.node("grid")
        {
            node.mistake(
                format!("`grid` cuts the horizon into {cells} cells"),
                format!("at most {MOST_CELLS} cells"),
                String::from("write a longer grid, or leave it out"),
            );
        }
        return grid;
    }
    table.or("grid", horizon.map_or(Span::from_secs(60), nice_grid))
}

/// The smallest nice step of which at most 120 fill the horizon.
fn nice_grid(horizon: Span) -> Span {
    const MINUTE: u64 = 60 * NANOS_PER_SECOND;
    const HOUR: u64 = 60 * MINUTE;
    let decades = [1, 10, 100].map(|ten| [1, 2, 5].map(|step| step * ten));
    let small = [1, 1_000, 1_000_000]
        .into_iter()
        .flat_map(|unit| decades.as_flattened().iter().map(move |step| step * unit));
    let clock = [NANOS_PER_SECOND, MINUTE]
        .into_iter()
        .flat_map(|unit| [1, 2, 5, 10, 15, 30].map(|step| step * unit));
    let hours = [1, 2, 3, 6, 12].map(|step| step * HOUR);
    let days = [1, 2, 5, 10, 15, 30, 60, 90, 180, 365].map(|step| step * 24 * HOUR);
    let mut steps = small.chain(clock).chain(hours).chain(days);
    let nanos = steps.find(|step| horizon.nanos() <= 120 * step);
    Span::from_nanos(nanos.expect("a horizon is at most 100 years"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_grid_has_at_most_120_cells() {
        let minute = |n: u64| Span::from_secs(60 * n);
        for (horizon, grid) in [
            (Span::from_secs(120), Span::from_secs(1)),
            (Span::from_nanos(120_000_000_001), Span::from_secs(2)),
            (minute(17 * 60), minute(10)),
            (minute(24 * 60), minute(15)),
            (minute(7 * 24 * 60), minute(120)),
            (Span::from_secs(1), Span::from_nanos(10_000_000)),
            (Span::from_nanos(1), Span::from_nanos(1)),
            (crate::base::unit::LONGEST, minute(365 * 24 * 60)),
        ] {
            assert_eq!(nice_grid(horizon), grid, "{horizon}");
        }
    }
}
