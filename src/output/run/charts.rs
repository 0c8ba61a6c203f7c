//! The charts of a run.
//!
//! What goes over time is of replication 0, and says so; what is a mean is over all replications.

use super::tables::{came, utilisation};
use super::timeline::timeline;
use crate::base::id::AgentId;
use crate::base::time::Span;
use crate::base::unit::show_span;
use crate::experiment::gather::Gathered;
use crate::experiment::replicate::{GROWTH, estimate, unstable};
use crate::model::fact::Outcome;
use crate::observe::series::{Cell, PERCENTILES};
use crate::output::chart::{
    Bar, Bars, Caption, Figure, Lines, MOST_SERIES, Plot, Quantity, Series,
};
use crate::output::manifest::{Manifest, VERSION};
use crate::scenario::meaning::Scenario;
use crate::stats::quantile::Quantiles;

/// The name of each figure, and the figure.
pub fn figures<'f>(all: &Gathered<'_>, manifest: &Manifest) -> Vec<(&'f str, Figure)> {
    let n = all.runs.len();
    let grid = show_span(all.scenario.grid);
    let one = format!("replication 0 (of {n}), means of cells of {grid}");
    let draw = |name, title: &str, subtitle: &str, plot: Plot| {
        let caption = Caption {
            title: format!("{}: {title}", all.scenario.name),
            subtitle: subtitle.to_string(),
            footer: footer(manifest),
        };
        (name, Figure::new(caption, plot))
    };
    let (latency, width) = latency(all);
    let mut about_latency =
        format!("replication 0 (of {n}), percentiles of cells of {}", show_span(width));
    if unstable(all.estimate(GROWTH)) {
        about_latency += "; the system is not stable: its backlog grows, and so will its sojourns";
    }
    let intervals = format!("means of {n} replications, 95 % t intervals");
    let mut figures = vec![
        draw("latency", "sojourn of the tasks completed", &about_latency, latency.into()),
        draw("throughput", "tasks that come, are completed and are lost", &one, rates(all).into()),
        draw("queues", "attempts waiting", &one, queues(all).into()),
        draw("agents", "who is busy and who is on duty", &one, agents(all).into()),
        draw(
            "ecdf",
            "how long completed tasks took",
            &format!("{n} replications pooled"),
            ecdf(all).into(),
        ),
        draw("utilisation", "utilisation of the agents", &intervals, bars(all).into()),
    ];
    if let Some(timeline) = timeline(all) {
        figures.push(draw("timeline", "what happened when", &one, timeline.into()));
    }
    figures
}

/// What made a figure.
pub fn footer(manifest: &Manifest) -> String {
    format!(
        "scenario {}, seed {}, replications {}, rehearsal {VERSION}",
        &manifest.scenario_digest[..8],
        manifest.seed,
        manifest.replications
    )
}

/// The start of each cell with its mean of a level.
pub(super) fn level(all: &Gathered<'_>, index: usize) -> Vec<(f64, f64)> {
    all.watch.series.cells().iter().map(|cell| (cell.time_s, cell.levels[index])).collect()
}

/// How many tasks of a cell make each of the [`PERCENTILES`] more than its extreme ones.
const ENOUGH: [u64; 3] = [1, 20, 100];

/// The percentiles over time, and the width of the cells. Where the cells of the series hold few
/// tasks, wider ones are made of the rows of the tasks, if these are all there.
fn latency(all: &Gathered<'_>) -> (Lines, Span) {
    let (scenario, tasks) = (all.scenario, &all.watch.tasks);
    let cells = all.watch.series.cells();
    let completed = |cell: &Cell| cell.left[Outcome::Completed as usize];
    let mut counts: Vec<u64> = cells.iter().map(completed).filter(|n| *n > 0).collect();
    counts.sort_unstable();
    let mut median = counts.get(counts.len() / 2).copied().unwrap_or(0).max(1);
    let mut times = 1;
    if tasks.rows().len() as u64 == tasks.left() {
        let wanted = ENOUGH[1].div_ceil(median);
        times = [1, 2, 3, 4, 6, 12].into_iter().find(|times| *times >= wanted).unwrap_or(12);
        median *= times;
    }
    let width = Span::from_nanos(scenario.grid.nanos() * times);
    let points = if times == 1 {
        let point = |cell: &Cell| (cell.time_s, completed(cell), cell.sojourn_s);
        cells.iter().map(point).collect()
    } else {
        wide_cells(all, width)
    };
    let middle = width.seconds() / 2.0;
    let mut plot = Lines::new(Quantity::seconds("time"), Quantity::seconds("sojourn")).log_y();
    for (i, (label, _)) in PERCENTILES.iter().enumerate().rev() {
        if median < ENOUGH[i] {
            plot.notes.push(format!("no {label}: {median} tasks a cell"));
            continue;
        }
        // A cell with far fewer tasks than most (the last one, for instance) is a gap.
        let point = |(at, n, of): &Point| {
            let of = of.filter(|_| *n >= ENOUGH[i] / 4);
            (at + middle, of.map_or(f64::NAN, |of| of[i]))
        };
        plot = plot.with(Series::straight(*label, points.iter().map(point).collect()));
    }
    (plot, width)
}

/// The start of a cell, how many tasks were completed in it, and their percentiles.
type Point = (f64, u64, Option<[f64; 3]>);

/// Cells of this width, of the rows of the tasks.
fn wide_cells(all: &Gathered<'_>, width: Span) -> Vec<Point> {
    let mut samples: Vec<Quantiles> = Vec::new();
    for row in all.watch.tasks.rows().iter().filter(|row| row.outcome == Outcome::Completed.name())
    {
        let cell = (row.left_s / width.seconds()) as usize;
        if samples.len() <= cell {
            samples.resize_with(cell + 1, Quantiles::default);
        }
        samples[cell].record(Span::from_seconds(row.sojourn_s).nanos());
    }
    let percentiles = |sample: &Quantiles| {
        let value = |q| sample.quantile(q).map(|nanos| Span::from_nanos(nanos).seconds());
        let [p50, p95, p99] = PERCENTILES.map(|(_, q)| value(q));
        Some([p50?, p95?, p99?])
    };
    let cell = |(i, sample): (usize, &Quantiles)| {
        (i as f64 * width.seconds(), sample.count(), percentiles(sample))
    };
    samples.iter().enumerate().map(cell).collect()
}

/// Something of a cell that is counted.
type Count = fn(&Cell) -> u64;

/// How many tasks come, are completed and are lost, however that is, in a second of each cell.
pub(super) fn rates(all: &Gathered<'_>) -> Lines {
    let width = all.scenario.grid.seconds();
    let lines: [(&str, Count); 3] = [
        ("arrivals", |cell| cell.arrivals),
        ("completed", |cell| cell.left[Outcome::Completed as usize]),
        ("lost", |cell| cell.left.iter().sum::<u64>() - cell.left[Outcome::Completed as usize]),
    ];
    let plot = Lines::new(Quantity::seconds("time"), Quantity::plain("tasks", "1/s"));
    lines.into_iter().fold(plot, |plot, (name, count)| {
        let point = |cell: &Cell| (cell.time_s, count(cell) as f64 / width);
        plot.with(Series::steps(name, all.watch.series.cells().iter().map(point).collect()))
    })
}

pub(super) fn queues(all: &Gathered<'_>) -> Lines {
    let plot = Lines::new(Quantity::seconds("time"), Quantity::count("waiting", "attempts"));
    let scenario = all.scenario;
    longest(all, 1, scenario.queues.len()).into_iter().fold(plot, |plot, queue| {
        plot.with(Series::steps(&scenario.queues[queue].name, level(all, 1 + queue)))
    })
}

/// The places of `n` levels, from `first` on, the largest on average before the others.
fn longest(all: &Gathered<'_>, first: usize, n: usize) -> Vec<usize> {
    let cells = all.watch.series.cells();
    let sum = |place: &usize| cells.iter().map(|cell| cell.levels[first + place]).sum::<f64>();
    let mut places: Vec<usize> = (0..n).collect();
    places.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    places
}

pub(super) fn agents(all: &Gathered<'_>) -> Lines {
    let Scenario { pools, queues, .. } = all.scenario;
    let one_each = pools.iter().all(|pool| pool.slots == 1);
    let y = if one_each {
        Quantity::count("agents", "agents")
    } else {
        Quantity::count("slots", "slots")
    };
    let mut plot = Lines::new(Quantity::seconds("time"), y);
    let first = 1 + queues.len();
    // Two lines each: what is more than fits would only be left out.
    for (colour, place) in longest(all, first, pools.len()).into_iter().take(4).enumerate() {
        let pool = &pools[place];
        let (busy, slots) = (level(all, first + place), f64::from(pool.slots));
        let there = level(all, first + pools.len() + place).into_iter();
        let there: Vec<_> = there.map(|(at, agents)| (at, slots * agents)).collect();
        let most = |levels: &[(f64, f64)]| levels.iter().map(|it| it.1).fold(0.0, f64::max);
        let far = most(&there) > 4.0 * most(&busy).max(1.0);
        let name = format!("{} busy", pool.name);
        plot = plot.with(Series::steps(name, busy).colour(colour));
        if !far {
            let name = format!("{} on duty", pool.name);
            plot = plot.with(Series::steps(name, there).dashed(colour));
        } else if pool.slots < u32::MAX {
            let most = most(&there);
            plot.notes.push(format!("{} on duty, {most}, is far above", pool.name));
        }
    }
    if pools.len() > 4 {
        plot.notes.push(format!("the busiest 4 of {} pools", pools.len()));
    }
    plot
}

/// So many quantiles draw a distribution.
const POINTS: u32 = 1000;

fn ecdf(all: &Gathered<'_>) -> Lines {
    let classes = &all.scenario.classes;
    let sample = |pooled: &Quantiles| {
        let place = |i: u32| (f64::from(i) + 0.5) / f64::from(POINTS);
        let value = |i| Some(Span::from_nanos(pooled.quantile(place(i))?).seconds());
        (0..POINTS).filter_map(value).collect::<Vec<f64>>()
    };
    let mut seen: Vec<_> = classes.iter().zip(&all.sojourns).collect();
    seen.retain(|(_, pooled)| pooled.count() > 0);
    if seen.len() > MOST_SERIES {
        seen.sort_by_key(|(_, pooled)| std::cmp::Reverse(pooled.count()));
    }
    Lines::ecdf(
        Quantity::seconds("sojourn"),
        seen.iter().map(|(class, pooled)| (class.name.clone(), sample(pooled))).collect(),
    )
}

fn bars(all: &Gathered<'_>) -> Bars {
    let exists = |agent: &AgentId| {
        all.runs.iter().any(|run| came(all.scenario, *agent, &run.agents[agent.index()]))
    };
    let bar = |agent: AgentId| {
        let of_agent = all.runs.iter().map(|run| utilisation(&run.agents[agent.index()]));
        let interval = estimate(of_agent);
        Bar {
            label: all.scenario.agent_name(agent),
            value: interval.map_or(f64::NAN, |interval| interval.mean),
            interval: interval.and_then(|interval| Some((interval.low?, interval.high?))),
        }
    };
    Bars {
        quantity: Quantity::share("utilisation"),
        things: "agents".to_string(),
        bars: (0..all.scenario.agents()).map(AgentId::new).filter(exists).map(bar).collect(),
    }
}
