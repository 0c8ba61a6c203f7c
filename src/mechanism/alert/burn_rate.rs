//! Burn rate: an objective's budget of bad attempts is used up too fast, over a long and a short
//! window.
//!
//! With an objective of 99 %, 1 % may be bad: the budget. A row (long, short, factor) holds if the
//! share of bad attempts exceeds factor * budget in both windows: the long one tells that it is no
//! hiccup, the short one that it still goes on. The rule holds if any row does. A window in which
//! nothing has ended holds for nothing.
//!
//! | key           | default    | meaning                                                      |
//! |---------------|------------|--------------------------------------------------------------|
//! | `objective`   | needed     | the share that must be good, below 100 %                     |
//! | `slower_than` | none       | bad is what takes longer; without: what fails or times out   |
//! | `period`      | "30d"      | what the objective is for; scales the windows below          |
//! | `rows`        | the table  | `{ long = "1h", short = "5m", factor = 14.4 }`, ..., as is   |
//!
//! | long | short | factor | of the budget in the long window |
//! |------|-------|--------|----------------------------------|
//! | 1h   | 5m    | 14.4   | 2 %                              |
//! | 6h   | 30m   | 6      | 5 %                              |
//! | 3d   | 6h    | 1      | 10 %                             |
//!
//! For a `period` of 1 day all windows are a 30th of these, and the last column is the same.
//!
//! Source: The Site Reliability Workbook (2018), chapter 5, multiwindow, multi-burn-rate alerts.
//! The budget is 1 - objective to twelve decimals, so that of 99.9 % it is just 0.001.

use super::{Look, Outcome, Sees, positive};
use crate::base::read::{Node, Read, Table};
use crate::base::time::Span;
use crate::base::unit::{Factor, Probability};
use crate::mechanism::metric::Metric;

/// The period that the table is for.
const PERIOD: Span = Span::from_secs(30 * 24 * 3600);

/// Two windows and how fast the budget may burn in both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The long window.
    pub long: Span,
    /// The short window.
    pub short: Span,
    /// How many times as fast as would use up the budget just at the end of the period.
    pub factor: f64,
}

/// `burn_rate = { objective = "99%" }`
#[derive(Clone, Debug, PartialEq)]
pub struct BurnRate {
    /// The share that must be good.
    pub objective: Probability,
    /// What takes longer than this is bad; `None`: what fails or times out is.
    pub slower_than: Option<Span>,
    /// The windows and factors.
    pub rows: Vec<Row>,
}

/// The three rows of the workbook, for a period of this length.
fn workbook(period: Span) -> Vec<Row> {
    let scaled = |seconds: u64| {
        let nanos = u128::from(Span::from_secs(seconds).nanos()) * u128::from(period.nanos())
            / u128::from(PERIOD.nanos());
        Span::from_nanos(u64::try_from(nanos).expect("a window is shorter than its period"))
    };
    let row = |(long, short, factor)| Row { long: scaled(long), short: scaled(short), factor };
    let hour = 3600;
    let rows = [(hour, 300, 14.4), (6 * hour, 1800, 6.0), (72 * hour, 6 * hour, 1.0)];
    rows.map(row).to_vec()
}

impl Read for Row {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let [long, short] =
            ["long", "short"].map(|key| table.need_node(key).and_then(|node| positive(&node)));
        let factor: Option<Factor> = table.need("factor");
        let short_node = table.node("short");
        table.finish();
        let (long, short) = (long?, short?);
        if short > long {
            let what = format!("a window no longer than the long one of {long}");
            return short_node?.expected(&what, None);
        }
        Some(Row { long, short, factor: factor?.get() })
    }
}

impl Read for BurnRate {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let objective = objective(&mut table);
        let slower_than = table.node("slower_than").map(|node| Span::read(&node));
        let rows = if table.has("rows") {
            rows(&mut table, objective)
        } else {
            table.or_toml::<Period>("period", "\"30d\"").map(|period| workbook(period.0))
        };
        table.finish();
        let slower_than = slower_than.map_or(Some(None), |limit| limit.map(Some))?;
        Some(BurnRate { objective: objective?, slower_than, rows: rows? })
    }
}

/// A span above zero.
struct Period(Span);

impl Read for Period {
    fn read(node: &Node<'_>) -> Option<Self> {
        positive(node).map(Period)
    }
}

/// The objective, which leaves a budget.
fn objective(table: &mut Table<'_>) -> Option<Probability> {
    let node = table.need_node("objective")?;
    let objective = Probability::read(&node)?;
    let what = "an objective below 100 %";
    let below = (objective.get() < 1.0).then_some(objective);
    below.or_else(|| node.expected(what, Some(String::from("100 % leaves no budget to burn"))))
}

/// The rows that are written, each of which can hold.
fn rows(table: &mut Table<'_>, objective: Option<Probability>) -> Option<Vec<Row>> {
    let node = table.need_node("rows")?;
    let items = node.list()?;
    if items.is_empty() {
        return node.expected("at least one row", None);
    }
    let read = |item: &Node<'_>| {
        let row = Row::read(item)?;
        match objective.map(budget) {
            Some(budget) if row.factor * budget >= 1.0 => {
                let help = format!("the factor must be below {}", 1.0 / budget);
                item.mistake(
                    format!("`{}`: a share is never above {}", item.path(), row.factor * budget),
                    "it can never hold",
                    help,
                );
                None
            }
            _ => Some(row),
        }
    };
    let rows: Vec<Option<Row>> = items.iter().map(read).collect();
    rows.into_iter().collect()
}

/// The share that may be bad.
fn budget(objective: Probability) -> f64 {
    ((1.0 - objective.get()) * 1e12).round() / 1e12
}

impl BurnRate {
    fn bad(&self, sees: &impl Sees, window: Span) -> Option<f64> {
        match self.slower_than {
            None => sees.value(Metric::ErrorRate, Some(window)),
            Some(limit) => sees.slower(limit, window),
        }
    }

    /// What the row with the largest share for its level says; those that hold before others.
    pub(super) fn holds(&self, sees: &impl Sees) -> Outcome {
        let budget = budget(self.objective);
        let mut worst: Option<Outcome> = None;
        for row in &self.rows {
            let level = row.factor * budget;
            let both = self.bad(sees, row.long).zip(self.bad(sees, row.short));
            let value = both.map(|(long, short)| long.min(short));
            let holds = value.is_some_and(|value| value > level);
            let outcome = Outcome { value, level, holds };
            let rank = |it: &Outcome| (it.holds, it.value.map_or(-1.0, |value| value / it.level));
            if worst.is_none_or(|worst| rank(&outcome) > rank(&worst)) {
                worst = Some(outcome);
            }
        }
        worst.expect("there is a row")
    }

    pub(super) fn windows(&self) -> Vec<Look> {
        let windows = self.rows.iter().flat_map(|row| [row.long, row.short]);
        let look = |window| match self.slower_than {
            None => Look::Value { metric: Metric::ErrorRate, window: Some(window) },
            Some(limit) => Look::Slower { limit, window },
        };
        windows.map(look).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Seen, mistakes, read, s};
    use super::*;

    const HOUR: u64 = 3600;

    fn row(long: u64, short: u64, factor: f64) -> Row {
        Row { long: s(long), short: s(short), factor }
    }

    #[test]
    fn the_table_of_the_workbook_spends_its_share_of_the_budget() {
        let burn = read::<BurnRate>("{ objective = '99.9%' }");
        let rows =
            [row(HOUR, 300, 14.4), row(6 * HOUR, HOUR / 2, 6.0), row(72 * HOUR, 6 * HOUR, 1.0)];
        assert_eq!(burn.rows, rows);
        assert_eq!((budget(burn.objective), burn.slower_than), (0.001, None));
        let spent = rows.map(|row| row.factor * row.long.seconds() / PERIOD.seconds());
        assert_eq!(spent, [0.02, 0.05, 0.1]);
        // A day is a 30th of the period.
        let day = read::<BurnRate>("{ objective = '99.9%', period = '1d' }").rows;
        assert_eq!(day, [row(120, 10, 14.4), row(720, 60, 6.0), row(8640, 720, 1.0)]);
    }

    #[test]
    fn both_windows_must_exceed_the_level() {
        let toml = "{ objective = '90%', rows = [{ long = '1h', short = '5m', factor = 2 }] }";
        let burn = read::<BurnRate>(toml);
        let (long, short) = (s(HOUR), s(300));
        let holds = |in_long: f64, in_short: f64| {
            let mut seen = Seen::default();
            seen.values.push((Metric::ErrorRate, Some(long), in_long));
            seen.values.push((Metric::ErrorRate, Some(short), in_short));
            burn.holds(&seen)
        };
        // The budget is 10 %: twice as fast is 20 %, and just that is not more.
        let outcome = |value, holds| Outcome { value: Some(value), level: 0.2, holds };
        assert_eq!(holds(0.3, 0.25), outcome(0.25, true));
        assert_eq!(holds(0.3, 0.2), outcome(0.2, false));
        assert_eq!(holds(0.1, 0.9), outcome(0.1, false));
        let mut half = Seen::default();
        half.values.push((Metric::ErrorRate, Some(long), 0.9));
        assert_eq!(burn.holds(&half), Outcome { value: None, level: 0.2, holds: false });
    }

    #[test]
    fn any_row_is_enough_and_the_worst_speaks() {
        let rows = "[{ long = '60s', short = '5s', factor = 4 }, \
                     { long = '600s', short = '50s', factor = 2 }]";
        let burn = read::<BurnRate>(&format!("{{ objective = 0.9, rows = {rows} }}"));
        let mut seen = Seen::default();
        let mut of = |window: u64, share: f64| {
            seen.values.push((Metric::ErrorRate, Some(s(window)), share));
        };
        // 0.3 of 0.4, and 0.22 of 0.2.
        for (window, share) in [(60, 0.3), (5, 0.3), (600, 0.22), (50, 0.25)] {
            of(window, share);
        }
        assert_eq!(burn.holds(&seen), Outcome { value: Some(0.22), level: 0.2, holds: true });
    }

    #[test]
    fn slow_attempts_are_bad_if_it_says_so() {
        let toml = "{ objective = '90%', slower_than = '5s', \
                     rows = [{ long = '60s', short = '5s', factor = 2 }] }";
        let burn = read::<BurnRate>(toml);
        let look = |window| Look::Slower { limit: s(5), window: s(window) };
        assert_eq!(burn.windows(), [look(60), look(5)]);
        let seen = Seen { slower: vec![(s(5), s(60), 0.3), (s(5), s(5), 0.4)], ..Seen::default() };
        assert_eq!(burn.holds(&seen), Outcome { value: Some(0.3), level: 0.2, holds: true });
    }

    #[test]
    fn mistakes_are_told() {
        for (toml, message, help) in [
            ("{ }", "missing key `objective` in `x`", None),
            (
                "{ objective = '100%' }",
                "`x.objective`: expected an objective below 100 %, found the text \"100%\"",
                Some("100 % leaves no budget to burn"),
            ),
            (
                "{ objective = 0.9, rows = [] }",
                "`x.rows`: expected at least one row, found an empty list",
                None,
            ),
            (
                "{ objective = 0.9, rows = [{ long = '1m', short = '2m', factor = 2 }] }",
                "`x.rows[0].short`: expected a window no longer than the long one of 1m, found \
                 the text \"2m\"",
                None,
            ),
            (
                "{ objective = 0.9, rows = [{ long = '2m', short = '1m', factor = 10 }] }",
                "`x.rows[0]`: a share is never above 1",
                Some("the factor must be below 10"),
            ),
            (
                "{ objective = 0.9, period = '1d', \
                   rows = [{ long = '2m', short = '1m', factor = 2 }] }",
                "unknown key `x.period`",
                Some("known here: `objective`, `slower_than` and `rows`"),
            ),
            (
                "{ objective = 0.9, period = '0s' }",
                "`x.period`: expected a duration above zero, found the text \"0s\"",
                None,
            ),
        ] {
            let expected = (String::from(message), help.map(String::from));
            assert_eq!(mistakes::<BurnRate>(toml), [expected], "{toml}");
        }
    }
}
