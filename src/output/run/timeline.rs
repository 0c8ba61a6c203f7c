//! The timeline of replication 0: what came, what waited, who was there, what went wrong and what
//! breakers and alerts made of it, on one axis of time.

use super::charts::{agents, level, queues, rates};
use crate::base::time::Time;
use crate::experiment::gather::Gathered;
use crate::mechanism::{alert, breaker};
use crate::observe::series::Series as Levels;
use crate::observe::stretch::Stretch;
use crate::output::chart::{Lane, LaneState, Lines, Panel, Quantity, Series, Timeline};
use crate::scenario::meaning::{Alert, Fault};

/// Panels for so many scaled pools.
const MOST_POOLS: usize = 3;

/// The timeline, if there is more to tell than how many tasks came and waited.
pub fn timeline(all: &Gathered<'_>) -> Option<Timeline> {
    let scenario = all.scenario;
    let scales = scenario.pools.iter().any(|pool| pool.autoscale.is_some());
    let guarded = scenario.pools.iter().any(|pool| pool.guard.is_some());
    if !scales && !guarded && scenario.alerts.is_empty() && scenario.faults.is_empty() {
        return None;
    }
    let mut notes = Vec::new();
    let mut panels = vec![series(all, rates(all)), series(all, queues(all))];
    if scales {
        let pools: Vec<_> = scenario.pools.iter().filter(|pool| pool.autoscale.is_some()).collect();
        if pools.len() > MOST_POOLS {
            notes.push(format!("{MOST_POOLS} of {} scaled pools", pools.len()));
        }
        panels.extend(pools.iter().take(MOST_POOLS).map(|pool| scaled(all, &pool.name)));
    } else {
        panels.push(series(all, agents(all)));
    }
    panels.extend([faults(all), breakers(all), alerts(all)]);
    for (things, kept, told) in [
        ("breakers", all.watch.breakers.rows().len(), all.watch.breakers.told()),
        ("alerts", all.watch.alerts.rows().len(), all.watch.alerts.told()),
    ] {
        if (kept as u64) < told {
            notes.push(format!("{things}: the first {kept} of {told} changes"));
        }
    }
    Some(Timeline { until_s: until_s(all), panels, notes })
}

/// The end of the last cell.
fn until_s(all: &Gathered<'_>) -> f64 {
    let last = all.watch.series.cells().last();
    let end = last.map_or(0.0, |cell| cell.time_s + all.scenario.grid.seconds());
    let horizon = all.scenario.horizon;
    // The last cell before the horizon may be a short one.
    let is_before = |cell_s: f64| horizon != Time::MAX && cell_s < horizon.seconds();
    if last.is_some_and(|cell| is_before(cell.time_s)) { end.min(horizon.seconds()) } else { end }
}

/// The panel of a chart over time, whose last level holds until the end.
fn series(all: &Gathered<'_>, lines: Lines) -> Panel {
    let until = until_s(all);
    let held = |mut series: Series| {
        series.points.push((until, f64::NAN));
        series
    };
    Panel::Series { y: lines.y, series: lines.series.into_iter().map(held).collect() }
}

/// How many agents of a scaled pool are to be, start and are ready.
fn scaled(all: &Gathered<'_>, pool: &str) -> Panel {
    let names = Levels::levels(all.scenario);
    let points = |what: &str| {
        let name = format!("pool.{pool}.{what}");
        let place = names.iter().position(|known| *known == name);
        level(all, place.expect("a scaled pool has this level"))
    };
    let y = Quantity::count(format!("agents of {pool}"), "");
    let plot = Lines::new(Quantity::seconds("time"), y)
        .with(Series::steps("ready", points("ready")).colour(0))
        .with(Series::steps("starting", points("starting")).colour(1))
        .with(Series::steps("desired", points("desired")).dashed(3));
    series(all, plot)
}

fn state(word: &str, colour: usize, passes: bool) -> LaneState {
    LaneState { word: word.to_string(), colour, passes }
}

fn seconds(time: Time) -> f64 {
    if time == Time::MAX { f64::INFINITY } else { time.seconds() }
}

/// A lane for each fault.
fn faults(all: &Gathered<'_>) -> Panel {
    let stretches = all.watch.detections.faults();
    let lane = |(place, fault): (usize, &Fault)| {
        let on = stretches.iter().filter(|it| it.state && it.of.index() == place);
        let spans = on.map(|it| (seconds(it.from), seconds(it.to), 0));
        Lane { name: fault.name.clone(), spans: spans.collect() }
    };
    Panel::Lanes {
        things: "faults".to_string(),
        states: vec![state("on", 5, false)],
        lanes: all.scenario.faults.iter().enumerate().map(lane).collect(),
    }
}

/// A lane for each breaker that was ever open.
fn breakers(all: &Gathered<'_>) -> Panel {
    let stretches = all.watch.breakers.stretches();
    let mut targets: Vec<_> = stretches.iter().map(|stretch| stretch.of).collect();
    targets.sort_unstable();
    targets.dedup();
    let lane = |of| {
        let own = stretches.iter().filter(|stretch| stretch.of == of);
        let span = |stretch: &Stretch<_, breaker::State>| {
            let state = match stretch.state {
                breaker::State::Closed => return None,
                breaker::State::Open => 0,
                breaker::State::HalfOpen => 1,
            };
            Some((seconds(stretch.from), seconds(stretch.to), state))
        };
        let (pool, target) = of;
        Lane { name: all.scenario.target_name(pool, target), spans: own.filter_map(span).collect() }
    };
    Panel::Lanes {
        things: "breakers".to_string(),
        states: vec![state("open", 3, false), state("half open", 1, true)],
        lanes: targets.into_iter().map(lane).collect(),
    }
}

/// A lane for each alert rule: pending or firing for anything that it watches. Those that were
/// never either come last.
fn alerts(all: &Gathered<'_>) -> Panel {
    let stretches = all.watch.alerts.stretches();
    let lane = |(rule, alert): (usize, &Alert)| {
        let spans = |wanted, place| {
            let own = stretches.iter().filter(move |it| it.of.0 as usize == rule);
            let own = own.filter(move |it| it.state == wanted).map(|it| (it.from, it.to));
            let seconds = move |(from, to)| (seconds(from), seconds(to), place);
            union(own.collect()).into_iter().map(seconds)
        };
        let spans = spans(alert::State::Pending, 0).chain(spans(alert::State::Firing, 1));
        Lane { name: alert.name.clone(), spans: spans.collect() }
    };
    let mut lanes: Vec<Lane> = all.scenario.alerts.iter().enumerate().map(lane).collect();
    lanes.sort_by_key(|lane| lane.spans.is_empty());
    Panel::Lanes {
        things: "alerts".to_string(),
        states: vec![state("pending", 4, true), state("firing", 3, false)],
        lanes,
    }
}

/// The times that are in any of the intervals.
fn union(mut intervals: Vec<(Time, Time)>) -> Vec<(Time, Time)> {
    intervals.sort_unstable();
    let mut all: Vec<(Time, Time)> = Vec::new();
    for (from, to) in intervals {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Span;

    #[test]
    fn a_union_of_intervals() {
        let at = |seconds| Time::ZERO + Span::from_secs(seconds);
        let all = [(5, 9), (1, 3), (3, 4), (6, 7), (20, 30)].map(|(a, b)| (at(a), at(b)));
        assert_eq!(union(all.to_vec()), [(1, 4), (5, 9), (20, 30)].map(|(a, b)| (at(a), at(b))));
    }
}
