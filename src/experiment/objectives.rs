//! Objectives: what a system must reach, checked against the numbers of its replications.
//!
//! | written | means |
//! |---|---|
//! | `objectives.fast = "sojourn_p95 < 30s"` | the 95th percentile of all sojourns is below 30 s |
//! | `objectives.safe = "error_rate <= 1%"` | at most one per cent fails |
//! | `objectives.quiet = "alert.slow.fired == 0"` | the alert never fires |
//! | `classes.gold.objective = { sojourn_p95 = "5m" }` | `"class.gold.sojourn_p95 <= 5m"` |
//!
//! The number is one of those in `summary.csv`, with or without the unit at the end of its name;
//! the level is written in its unit. An objective is met if its whole interval says so, missed if
//! its whole interval says the opposite, and not shown otherwise: one replication shows nothing.
//! Whether its mean meets it is told in any case. A number that does not exist meets nothing.
//!
//! Invariant: every objective that has been read is about a number that runs of its scenario have.

use super::replicate::names;
use crate::base::read::{Context, Mistake, NoFiles, Node, Show, suggest};
use crate::mechanism::metric::Unit;
use crate::observe::summary::unit;
use crate::scenario::load::Loaded;
use crate::stats::interval::Interval;

/// How a number is compared with a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
}

/// As they are written; of two that begin alike the longer one comes first.
const COMPARISONS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

/// What a number must reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// What it is called.
    pub name: String,
    /// What it says, as written.
    pub text: String,
    /// Both in one line.
    pub label: String,
    /// The name of the number.
    pub metric: String,
    /// The level, in the unit of the number.
    pub level: f64,
    comparison: Comparison,
}

/// What replications say of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is met.
    Met,
    /// It is missed.
    Missed,
    /// The level lies within the interval, or there is no interval.
    NotShown,
}

/// An objective and what came of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Which one.
    pub objective: Objective,
    /// The number; `None` if it does not exist.
    pub estimate: Option<Interval>,
    /// Whether the mean meets it; `None` if there is no mean.
    pub met: Option<bool>,
    /// What is shown.
    pub verdict: Verdict,
}

impl Verdict {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::NotShown => "not shown",
        }
    }
}

impl Objective {
    fn holds(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::Below => value < self.level,
            Comparison::AtMost => value <= self.level,
            Comparison::Above => value > self.level,
            Comparison::AtLeast => value >= self.level,
            Comparison::Equal => value == self.level,
        }
    }

    /// What the number says.
    pub fn judge(self, estimate: Option<&Interval>) -> Judged {
        let ends = estimate.and_then(|it| Some((it.low?, it.high?)));
        let verdict = match ends {
            Some((low, high)) if self.holds(low) && self.holds(high) => Verdict::Met,
            Some((low, high)) if self.holds(low) || self.holds(high) => Verdict::NotShown,
            // Between ends that are both not equal to it may be one that is.
            Some((low, high))
                if self.comparison == Comparison::Equal
                    && low < self.level
                    && self.level < high =>
            {
                Verdict::NotShown
            }
            Some(_) => Verdict::Missed,
            None => Verdict::NotShown,
        };
        let met = estimate.map(|estimate| self.holds(estimate.mean));
        Judged { objective: self, estimate: estimate.copied(), met, verdict }
    }
}

/// The objectives of a scenario: those by name, then those of its classes.
///
/// # Errors
/// All mistakes in them, in the order of their places.
pub fn read(loaded: &Loaded) -> Result<Vec<Objective>, Vec<Mistake>> {
    let context = Context::new(&NoFiles);
    let all = read_all(&loaded.document.root(&context), &names(&loaded.scenario));
    let (mistakes, _) = context.finish();
    if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
}

/// Those without mistakes.
fn read_all(root: &Node<'_>, names: &[String]) -> Vec<Objective> {
    let Some(mut root) = root.table() else { return Vec::new() };
    let of_all = entries(root.node("objectives"));
    let mut all: Vec<Option<Objective>> =
        of_all.into_iter().map(|(name, node)| read_one(name, &node, names)).collect();
    for (class, node) in entries(root.node("classes")) {
        let objective = node.table().and_then(|mut table| table.node("objective"));
        for (metric, level) in entries(objective) {
            all.push(read_of_class(class, metric, &level, names));
        }
    }
    all.into_iter().flatten().collect()
}

fn entries(node: Option<Node<'_>>) -> Vec<(&str, Node<'_>)> {
    node.and_then(|node| node.table()).map(|mut table| table.entries()).unwrap_or_default()
}

/// `"sojourn_p95 < 30s"`
fn read_one(name: &str, node: &Node<'_>, names: &[String]) -> Option<Objective> {
    let text = node.text()?;
    let what = "a number, a comparison and a level: \"sojourn_p95 < 30s\"";
    let at = text.find(['<', '>', '=']);
    let found = at.and_then(|at| {
        let rest = &text[at..];
        let comparison = COMPARISONS.iter().find(|(sign, _)| rest.starts_with(sign));
        comparison.map(|(sign, comparison)| (&text[..at], &rest[sign.len()..], *comparison))
    });
    let Some((metric, level, comparison)) = found else {
        let help = "the comparisons are <, <=, >, >= and ==";
        return node.expected(what, Some(String::from(help)));
    };
    let (metric, level) = (metric.trim(), level.trim());
    let metric = resolve(metric, "", names).map_err(|help| {
        let message = format!("`{}`: unknown metric `{metric}`", node.path());
        node.mistake(message, "no metric has this name", help);
    });
    let metric = metric.ok()?;
    let parsed = unit(&metric).parse_level(level);
    let level = parsed.map_err(|why| {
        let message = format!("`{}`: \"{level}\" is no level of `{metric}`", node.path());
        node.mistake(message, in_unit(unit(&metric)), why);
    });
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, label) = (name.to_owned(), format!("{name}: {text}"));
    Some(Objective { name, text, label, metric, level: level.ok()?, comparison })
}

/// `sojourn_p95 = "5m"`, of a class.
fn read_of_class(
    class: &str,
    written: &str,
    node: &Node<'_>,
    names: &[String],
) -> Option<Objective> {
    let metric = resolve(written, &format!("class.{class}."), names).map_err(|help| {
        node.context().report(Mistake {
            place: node.key_place(),
            message: format!("`{}`: unknown metric `{written}` of a class", node.path()),
            label: String::from("no metric has this name"),
            help: Some(help),
            inside: None,
        });
    });
    let metric = metric.ok()?;
    let level = unit(&metric).read_level(node)?;
    let shown = if node.is_text() { node.text()?.to_owned() } else { level.show() };
    let text = format!("class.{class}.{written} <= {shown}");
    let (name, label) = (format!("{class}: {written}"), format!("{class}: {written} <= {shown}"));
    Some(Objective { name, text, label, metric, level, comparison: Comparison::AtMost })
}

/// The full name of the number that is called so after this prefix; otherwise a help line.
fn resolve(written: &str, prefix: &str, names: &[String]) -> Result<String, String> {
    let short = |name: &'_ str| {
        let stem = name.strip_suffix("_per_s").or_else(|| name.strip_suffix("_s"));
        stem.unwrap_or(name).to_owned()
    };
    let own = || names.iter().filter_map(|name| name.strip_prefix(prefix));
    let exact = own().find(|name| *name == written);
    if let Some(name) = exact.or_else(|| own().find(|name| short(name) == written)) {
        return Ok(format!("{prefix}{name}"));
    }
    if prefix.is_empty()
        && written.starts_with("cost_")
        && !names.iter().any(|it| it == "cost_total")
    {
        let help = "nothing costs anything: write `cost` of a pool, or `penalty` of a class";
        return Err(String::from(help));
    }
    let all: Vec<String> = own().map(short).collect();
    let near = suggest(written, all.iter().map(String::as_str));
    Err(near.map_or(String::from("`rehearsal run --json` lists them"), |near| {
        format!("did you mean `{near}`?")
    }))
}

fn in_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Time => "a duration such as 30s is needed",
        Unit::Share => "a share such as 90% is needed",
        Unit::Rate => "a rate such as 120/min is needed",
        Unit::Count => "a number is needed",
    }
}

#[cfg(test)]
mod tests;
