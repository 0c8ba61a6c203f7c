//! The screen after a sweep: which points are better than the baseline and by how much, which are
//! worse, which cannot be told apart; where the files are and how to get them again. At most 24
//! lines.

use serde_json::{Value, json};

use super::screen::Screen;
use super::summary::files;
use super::words::{columns, counted, cut, difference, estimate, thousands};
use crate::experiment::sweep::compare::{Pair, Verdict};
use crate::experiment::sweep::plan::Aim;
use crate::output::directory::Directory;
use crate::output::sweep::Outcome;

/// The most points of one verdict that are shown.
const MOST_ROWS: usize = 4;
/// The widest label of a point.
const WIDEST: usize = 44;

/// The verdicts in the order in which they are shown.
const GROUPS: [Verdict; 4] =
    [Verdict::Better, Verdict::Worse, Verdict::CannotTell, Verdict::Unstable];

/// The screen.
pub fn text(
    outcome: &Outcome<'_>,
    directory: &Directory,
    command: &str,
    screen: &Screen,
) -> String {
    let plan = outcome.plan;
    let mut lines = vec![screen.bold(&plan.base.name)];
    if !plan.base.about.is_empty() {
        lines[0] += &format!(": {}", cut(&plan.base.about, 96 - plan.base.name.len()));
    }
    lines.push(format!(
        "{} with {} each on common random numbers, seed {}",
        counted(plan.points.len() as u64, "point"),
        counted(plan.replications.into(), "replication"),
        outcome.seed
    ));
    lines.extend(judged_by(outcome));
    lines.push(String::new());
    let pairs = best_first(outcome);
    for verdict in GROUPS {
        lines.extend(group(outcome, verdict, &pairs, screen));
    }
    lines.push(String::new());
    lines.extend(variance_reduction(&pairs));
    if plan.replications == 1 {
        let warning = screen.warning("warning:");
        lines.push(format!("{warning} one replication tells nothing apart; --replications 20 may"));
    }
    lines.push(files(directory));
    lines.push(format!("fingerprint of all runs: {}", outcome.fingerprint()));
    lines.push(format!("again: {command}"));
    lines.join("\n") + "\n"
}

/// What decides, and the baseline.
fn judged_by(outcome: &Outcome<'_>) -> Vec<String> {
    let plan = outcome.plan;
    let (metric, aim) = &plan.judge;
    let way = if *aim == Aim::Minimise { "less" } else { "more" };
    let whole = plan.baseline.iter().all(Option::is_some);
    let mut baseline = format!("baseline: {}", cut(&plan.baseline_label(), 60));
    if whole {
        let point = plan.baseline_of(&plan.points[0]);
        let shown = match outcome.comparison.unstable[point] {
            true => "not stable".to_string(),
            false => estimate(
                metric,
                outcome.comparison.estimates[point][outcome.comparison.judge].as_ref(),
            ),
        };
        baseline += &format!(", {shown}");
    } else {
        baseline += " (each point against the one with its other values)";
    }
    vec![format!("judged by {metric} ({way} is better)"), baseline]
}

/// The pairs of the judged number, the best difference first.
fn best_first<'o>(outcome: &'o Outcome<'_>) -> Vec<&'o Pair> {
    let sign = if outcome.plan.judge.1 == Aim::Minimise { 1.0 } else { -1.0 };
    let mut pairs: Vec<&Pair> = outcome.comparison.judged().collect();
    let key = |pair: &Pair| sign * pair.difference.mean;
    pairs.sort_by(|a, b| key(a).total_cmp(&key(b)));
    pairs
}

/// The points of one verdict; the extreme ones of it.
fn group(outcome: &Outcome<'_>, verdict: Verdict, pairs: &[&Pair], screen: &Screen) -> Vec<String> {
    let (plan, comparison) = (outcome.plan, outcome.comparison);
    let mut of: Vec<&&Pair> =
        pairs.iter().filter(|pair| comparison.verdict(pair, plan.judge.1) == verdict).collect();
    if of.is_empty() {
        return Vec::new();
    }
    let title = match verdict {
        Verdict::Better => screen.good("better than the baseline"),
        Verdict::Worse => screen.bad("worse"),
        Verdict::CannotTell => "cannot be told apart".to_string(),
        Verdict::Unstable => screen.warning("not stable, the backlog grows"),
    };
    if verdict == Verdict::Worse {
        of.reverse();
    }
    let n = of.len();
    let head = format!("{title} ({n} of {})", pairs.len());
    let row = |pair: &&&Pair| {
        let label = format!("  {}", cut(&plan.points[pair.point].label, WIDEST));
        if verdict == Verdict::Unstable {
            return vec![label];
        }
        let [mean, range] = difference(&plan.judge.0, &with_joint(pair));
        let percent = pair.percent.map_or(String::new(), |percent| {
            let sign = if percent > 0.0 { "+" } else { "" };
            format!("{sign}{} %", thousands(percent, if percent.abs() < 99.95 { 1 } else { 0 }))
        });
        vec![label, mean, range, percent]
    };
    let rows: Vec<Vec<String>> = of.iter().take(MOST_ROWS).map(row).collect();
    let mut lines = vec![head];
    lines.extend(columns(&rows));
    if n > MOST_ROWS {
        lines[0] += &format!(", {} of them:", MOST_ROWS);
    } else {
        lines[0] += ":";
    }
    lines
}

/// The mean difference with its joint interval.
fn with_joint(pair: &Pair) -> crate::stats::interval::Interval {
    let mean = pair.difference.mean;
    crate::stats::interval::Interval { mean, ..pair.joint }
}

/// What common random numbers were worth.
fn variance_reduction(pairs: &[&Pair]) -> Option<String> {
    let mut all: Vec<f64> = pairs.iter().filter_map(|pair| pair.variance_reduction).collect();
    all.sort_by(f64::total_cmp);
    let median = all.get(all.len() / 2)?;
    Some(format!(
        "joint 95 % intervals; common random numbers made the variance {} times smaller (median)",
        thousands(*median, if *median < 10.0 { 1 } else { 0 })
    ))
}

/// The result as JSON.
pub fn json(outcome: &Outcome<'_>) -> Value {
    let (plan, comparison) = (outcome.plan, outcome.comparison);
    let (metric, aim) = &plan.judge;
    let points: Vec<Value> =
        (0..plan.points.len()).map(|point| json_point(outcome, point)).collect();
    json!({
        "scenario": plan.base.name,
        "seed": outcome.seed,
        "replications": plan.replications,
        "fingerprint": outcome.fingerprint(),
        "judge": {
            "metric": metric,
            "aim": if *aim == Aim::Minimise { "minimise" } else { "maximise" },
        },
        "points": points,
        "stable": !comparison.unstable.contains(&true),
    })
}

fn json_point(outcome: &Outcome<'_>, point: usize) -> Value {
    let (plan, comparison) = (outcome.plan, outcome.comparison);
    let names = plan.axes.iter().map(|axis| axis.name.clone());
    let values: serde_json::Map<String, Value> =
        names.zip(plan.labels(point).map(Value::from)).collect();
    let judged = comparison.estimates[point][comparison.judge];
    let pair = comparison.judged().find(|pair| pair.point == point);
    let difference = pair.map(|pair| {
        json!({
            "mean": pair.difference.mean,
            "ci_low": pair.difference.low,
            "ci_high": pair.difference.high,
            "joint_low": pair.joint.low,
            "joint_high": pair.joint.high,
            "percent": pair.percent,
            "variance_reduction": pair.variance_reduction,
            "n": pair.difference.n,
        })
    });
    let verdict = pair.map_or("baseline", |pair| match comparison.verdict(pair, plan.judge.1) {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::CannotTell => "cannot_tell",
        Verdict::Unstable => "unstable",
    });
    json!({
        "point": point,
        "values": values,
        "stable": !comparison.unstable[point],
        "mean": judged.map(|it| it.mean),
        "ci_low": judged.and_then(|it| it.low),
        "ci_high": judged.and_then(|it| it.high),
        "n": judged.map_or(0, |it| it.n),
        "baseline": plan.baseline_of(&plan.points[point]),
        "difference": difference,
        "verdict": verdict,
    })
}
