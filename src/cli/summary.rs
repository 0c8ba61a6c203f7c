//! The screen after a run: headline numbers with intervals, warnings that advise, where the files
//! are and how to get them again. At most 24 lines of at most 100 columns, unless names are long.

use super::findings;
use super::screen::Screen;
use super::words::{columns, counted, cut, estimate, span, thousands};
use crate::base::time::Time;
use crate::experiment::gather::Gathered;
use crate::experiment::objectives::Judged;
use crate::experiment::replicate::{GROWTH, estimate as interval_of, unstable};
use crate::model::fact::Outcome;
use crate::output::directory::Directory;
use crate::stats::interval::Interval;

/// More classes or pools than this are in the tables only.
const MOST_ROWS: usize = 5;
/// More recommendations than this are in their file only.
const MOST_RECOMMENDATIONS: usize = 3;
/// The lines of a screen.
const HIGHEST: usize = 24;
/// The widest name.
const WIDEST: usize = 22;

/// How much of what is long is shown.
#[derive(Clone, Copy)]
struct Most {
    /// Classes and pools.
    rows: usize,
    recommendations: usize,
}

/// The screen. Where it would be too high, the tables of classes and pools give way, then the
/// recommendations.
pub fn text(
    all: &Gathered<'_>,
    judged: &[Judged],
    directory: &Directory,
    command: &str,
    screen: &Screen,
) -> String {
    let made = |most: Most| lines(all, judged, directory, command, most, screen);
    let sizes = (0..=MOST_RECOMMENDATIONS).rev().flat_map(|recommendations| {
        (1..=MOST_ROWS).rev().map(move |rows| Most { rows, recommendations })
    });
    let fits = |text: &String| text.lines().count() <= HIGHEST;
    let smallest = Most { rows: 1, recommendations: 0 };
    sizes.map(made).find(fits).unwrap_or_else(|| made(smallest))
}

fn lines(
    all: &Gathered<'_>,
    judged: &[Judged],
    directory: &Directory,
    command: &str,
    most: Most,
    screen: &Screen,
) -> String {
    let mut lines = vec![screen.bold(&all.scenario.name)];
    if !all.scenario.about.is_empty() {
        lines[0] += &format!(": {}", cut(&all.scenario.about, 96 - all.scenario.name.len()));
    }
    lines.push(what_was_run(all));
    lines.push(String::new());
    lines.extend(classes(all, most.rows, screen));
    lines.push(String::new());
    lines.extend(pools(all, most.rows, screen));
    lines.push(String::new());
    lines.extend(findings::costs(all));
    lines.extend(findings::objectives(judged, screen));
    lines.extend(findings::advice(all, most.recommendations, screen));
    for warning in warnings(all) {
        lines.push(format!("{} {warning}", screen.warning("warning:")));
    }
    lines.push(files(directory));
    let fingerprint = &all.runs[0].fingerprint;
    lines.push(format!("fingerprint of replication 0: {fingerprint}"));
    lines.push(format!("again: {command}"));
    lines.join("\n") + "\n"
}

fn what_was_run(all: &Gathered<'_>) -> String {
    let scenario = all.scenario;
    let mut length = match scenario.horizon {
        Time::MAX => "until all is done".to_string(),
        horizon => format!("of {}", span(horizon.seconds())),
    };
    if scenario.warm_up > Time::ZERO {
        length += &format!(" (warm-up {})", span(scenario.warm_up.seconds()));
    }
    let runs = counted(all.runs.len() as u64, "replication");
    let mean = if all.runs.len() > 1 { "; means with 95 % intervals" } else { "" };
    format!("{runs} {length}, seed {}{mean}", all.seed)
}

/// Numbers of all tasks and of each class.
fn classes(all: &Gathered<'_>, most: usize, screen: &Screen) -> Vec<String> {
    let head = ["class", "tasks", "sojourn mean", "p95", "wait mean", "lost"];
    let mut rows = vec![head.map(String::from).to_vec()];
    let scenario = all.scenario;
    rows.push(class_row(all, "all", ""));
    if scenario.classes.len() > 1 {
        let mut names: Vec<&str> = scenario.classes.iter().map(|class| &*class.name).collect();
        if names.len() > most {
            let tasks = |name: &str| all.estimate(&format!("class.{name}.arrived"));
            let size = |name: &str| tasks(name).map_or(0.0, |interval| interval.mean);
            names.sort_by(|a, b| size(b).total_cmp(&size(a)));
            names.truncate(most);
        }
        for name in names {
            rows.push(class_row(all, name, &format!("class.{name}.")));
        }
    }
    framed(&rows, scenario.classes.len(), "class", most, screen)
}

fn class_row(all: &Gathered<'_>, name: &str, prefix: &str) -> Vec<String> {
    let grows = unstable(all.estimate(GROWTH));
    let shown = |metric: &str| {
        let metric = format!("{prefix}{metric}");
        estimate(&metric, all.estimate(&metric))
    };
    let of_time = |metric: &str| if grows { "grows".to_string() } else { shown(metric) };
    vec![
        cut(name, WIDEST),
        shown("arrived"),
        of_time("sojourn_mean_s"),
        of_time("sojourn_p95_s"),
        of_time("wait_mean_s"),
        estimate("lost_fraction", lost(all, prefix).as_ref()),
    ]
}

/// The share of the tasks that arrived and left without being completed.
fn lost(all: &Gathered<'_>, prefix: &str) -> Option<Interval> {
    let values = |name: &str| all.values(&format!("{prefix}{name}"));
    let mut lost = vec![0.0; all.runs.len()];
    for way in Outcome::ALL.iter().filter(|way| **way != Outcome::Completed) {
        for (sum, n) in lost.iter_mut().zip(values(way.name())) {
            *sum += n;
        }
    }
    interval_of(lost.into_iter().zip(values("arrived")).map(|(lost, arrived)| lost / arrived))
}

fn pools(all: &Gathered<'_>, most: usize, screen: &Screen) -> Vec<String> {
    // With wrap-up an agent is occupied longer than it is busy.
    let wraps_up = all.scenario.pools.iter().any(|pool| pool.wrap_up.is_some());
    let busy = if wraps_up { ["utilisation", "occupancy"].as_slice() } else { &["utilisation"] };
    let head = ["pool", "agents"].iter().chain(busy).chain(&["service mean", "success"]);
    let mut rows = vec![head.map(ToString::to_string).collect::<Vec<_>>()];
    for pool in all.scenario.pools.iter().take(most) {
        let shown = |metric: &str| {
            let metric = format!("pool.{}.{metric}", pool.name);
            estimate(&metric, all.estimate(&metric))
        };
        let limited = pool.slots < u32::MAX || pool.service.shares();
        let share = |metric: &&str| if limited { shown(metric) } else { "-".to_string() };
        let mut row = vec![cut(&pool.name, WIDEST), shown("agents_mean")];
        row.extend(busy.iter().map(share));
        row.extend([shown("service_mean_s"), shown("success_rate")]);
        rows.push(row);
    }
    framed(&rows, all.scenario.pools.len(), "pool", most, screen)
}

/// A table with its head in bold, and what it leaves out.
fn framed(
    rows: &[Vec<String>],
    n: usize,
    thing: &str,
    most: usize,
    screen: &Screen,
) -> Vec<String> {
    let mut lines = columns(rows);
    lines[0] = screen.bold(&lines[0]);
    if n > most {
        let more = format!("more {thing}");
        lines.push(format!("and {} in summary.csv", counted((n - most) as u64, &more)));
    }
    lines
}

fn warnings(all: &Gathered<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let mean = |name: &str| all.estimate(name).map_or(0.0, |interval: &Interval| interval.mean);
    if unstable(all.estimate(GROWTH)) {
        warnings.push(format!(
            "the system is not stable: {:.0} % of the load is left lying, so times grow with the \
             horizon;\n         add agents, or let tasks go (patience, capacity)",
            100.0 * mean(GROWTH)
        ));
    }
    if all.scenario.drain && mean("in_flight") > 0.0 {
        warnings.push(format!(
            "{} tasks a run never left: no agent takes their steps any more;\n         \
             look at shifts, and at the norm of a scored dispatch (a score must be above zero)",
            thousands(mean("in_flight"), 1)
        ));
    }
    if mean("arrived") == 0.0 {
        warnings.push("no task arrived after the warm-up".to_string());
    }
    if all.runs.len() == 1 {
        warnings.push("one replication has no intervals; --replications 10 has".to_string());
    }
    warnings
}

/// Where the files are.
pub fn files(directory: &Directory) -> String {
    let is_chart = |name: &&str| name.starts_with("charts/");
    let charts = directory.files().filter(is_chart).filter(|name| name.ends_with(".svg")).count();
    let tables: Vec<&str> = directory.files().filter(|name| name.ends_with(".csv")).collect();
    let mut line = format!("{}: {}", directory.path().display(), tables.join(", "));
    if charts > 0 {
        line += &format!(", {} in charts/", counted(charts as u64, "chart"));
    }
    line
}
