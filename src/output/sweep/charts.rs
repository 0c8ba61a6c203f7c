//! The charts of a sweep: the differences from the baseline, and the map of two axes.

use super::Outcome;
use crate::experiment::sweep::compare::{Verdict, grows};
use crate::experiment::sweep::plan::{Aim, Plan};
use crate::output::chart::{
    self, Caption, Cell, Difference, Figure, Heatmap, Scale, Unit, Whiskers,
};
use crate::output::manifest::Manifest;
use crate::output::quantity::{quantity, spoken};
use crate::output::run::footer;

/// The name of each figure, and the figure.
pub fn figures<'f>(outcome: &Outcome<'_>, manifest: &Manifest) -> Vec<(&'f str, Figure)> {
    let differences = differences(outcome, manifest);
    let mut figures = vec![("differences", differences)];
    figures.extend(heatmap(outcome, manifest).map(|figure| ("heatmap", figure)));
    figures
}

/// The differences of the judged number, the best first. Unstable points have none to show.
fn differences(outcome: &Outcome<'_>, manifest: &Manifest) -> Figure {
    let (plan, comparison) = (outcome.plan, outcome.comparison);
    let (metric, aim) = &plan.judge;
    let mut pairs: Vec<_> = comparison.judged().collect();
    let all = pairs.len();
    pairs.retain(|pair| comparison.verdict(pair, *aim) != Verdict::Unstable);
    let sign = if *aim == Aim::Minimise { 1.0 } else { -1.0 };
    let best = |mean: f64| sign * mean;
    pairs.sort_by(|a, b| best(a.difference.mean).total_cmp(&best(b.difference.mean)));
    let row = |pair: &&crate::experiment::sweep::compare::Pair| Difference {
        label: plan.points[pair.point].label.clone(),
        estimate: pair.difference.mean,
        interval: pair.joint.low.zip(pair.joint.high),
        verdict: match comparison.verdict(pair, *aim) {
            Verdict::Better => chart::Verdict::Better,
            Verdict::Worse => chart::Verdict::Worse,
            Verdict::CannotTell | Verdict::Unstable => chart::Verdict::Unclear,
        },
    };
    let mut subtitle = format!(
        "{} replications on common random numbers, joint 95 % intervals over {all} points \
         (Bonferroni)",
        plan.replications
    );
    if pairs.len() < all {
        subtitle += &format!("; {} unstable points left out", all - pairs.len());
    }
    let (spoken, base) = (spoken(metric), plan.baseline_label());
    let caption = Caption {
        title: format!("{}: {spoken} against the baseline, {base}", plan.base.name),
        subtitle,
        footer: footer(manifest),
    };
    let whiskers = Whiskers {
        quantity: quantity(metric, format!("{spoken} minus that of the baseline")),
        lower_is_better: *aim == Aim::Minimise,
        rows: pairs.iter().map(row).collect(),
    };
    Figure::new(caption, whiskers)
}

/// The mean of the judged number over the two axes that have more than one value, if there are two.
fn heatmap(outcome: &Outcome<'_>, manifest: &Manifest) -> Option<Figure> {
    let (plan, comparison) = (outcome.plan, outcome.comparison);
    let long = (0..plan.axes.len()).filter(|axis| plan.axes[*axis].values.len() > 1);
    let [y, x] = long.collect::<Vec<_>>()[..] else { return None };
    let metric = &plan.judge.0;
    let labels = |axis: usize| -> Vec<String> {
        plan.axes[axis].values.iter().map(|value| value.label.clone()).collect()
    };
    let (rows, columns) = (labels(y), labels(x));
    let mut cells = vec![vec![Cell::Missing; columns.len()]; rows.len()];
    for (point, estimates) in comparison.estimates.iter().enumerate() {
        let places = &plan.points[point].places;
        cells[places[y]][places[x]] = match estimates[comparison.judge] {
            _ if comparison.unstable[point] && grows(metric) => Cell::Unstable,
            Some(interval) => Cell::Value(interval.mean),
            None => Cell::Missing,
        };
    }
    let caption = Caption {
        title: format!("{}: {}", plan.base.name, spoken(metric)),
        subtitle: format!("means of {} replications", plan.replications),
        footer: footer(manifest),
    };
    let (x, y) = (title(plan, x), title(plan, y));
    // Beside the map there is room for the number's own name only; the title says of what.
    let name = metric.rsplit('.').next().unwrap_or(metric);
    let quantity = quantity(metric, spoken(name));
    let scale = if quantity.unit == Unit::Seconds { scale(&cells) } else { Scale::Linear };
    let map = Heatmap { quantity, scale, x, columns, y, rows, cells };
    Some(Figure::new(caption, map))
}

/// Where the longest time is many times the shortest, ratios say more than differences.
fn scale(cells: &[Vec<Cell>]) -> Scale {
    let value = |cell: &Cell| if let Cell::Value(value) = cell { Some(*value) } else { None };
    let values = || cells.iter().flatten().filter_map(value);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    if low > 0.0 && high > 4.0 * low { Scale::Log } else { Scale::Linear }
}

/// The name of an axis.
fn title(plan: &Plan, axis: usize) -> String {
    plan.axes[axis].name.clone()
}
