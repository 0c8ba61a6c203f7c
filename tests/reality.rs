//! Against reality: replays of recordings of which it is known what really happened.
//!
//! The recordings are third parties' and not part of the project: where they are absent these tests
//! say so and check nothing.
//!
//! Calls: arrivals, the service of served calls and the agents' sessions are replayed as recorded.
//! Drawn are the patience of every call (that of a served call is only known to be longer than its
//! wait), the service of those that gave up and the time until an agent is ready again, each from a
//! law that was estimated by itself. No number was tuned until the waits agreed.

#[path = "reality/calls.rs"]
mod calls;
#[path = "reality/not_ready.rs"]
mod not_ready;
#[path = "reality/recording.rs"]
mod recording;
#[path = "reality/requests.rs"]
mod requests;
#[path = "reality/scenarios.rs"]
mod scenarios;

use std::collections::BTreeMap;
use std::path::Path;

use calls::{Call, Figures, calls, groups};
use recording::{directory, number, rows};
use rehearsal::base::time::Time;
use rehearsal::mechanism::arrivals::Spec;
use rehearsal::model::fact::{Fact, Observer, Outcome};
use rehearsal::model::{Seed, run_for};
use rehearsal::scenario::meaning::Scenario;
use scenarios::{documented, fits, scenario, scenario_path};

const CALL_CENTER: &str = "call_center.toml";

/// Replays of a month: enough that the noise of what is drawn is small beside the tolerances.
const REPLICATIONS: u32 = 20;

impl Observer for Figures {
    fn on(&mut self, _at: Time, fact: &Fact) {
        match fact {
            Fact::Left(left) => {
                let gave_up = left.outcome == Outcome::Reneged;
                assert!(gave_up || left.outcome == Outcome::Completed, "{:?}", left.outcome);
                self.add(left.arrived.seconds(), left.waited.seconds(), gave_up);
            }
            Fact::Ended { in_flight } => assert_eq!(*in_flight, 0, "every call has left"),
            _ => {}
        }
    }
}

fn replay(scenario: &Scenario) -> Figures {
    let mut all = Figures::default();
    for replication in 0..REPLICATIONS {
        run_for(scenario, Seed { seed: scenario.seed, replication }, &mut all);
    }
    all
}

/// The tables in `call_center/` as they are for a month, by their paths: the fitted quantiles.
fn tables(directory: &Path, month: &str, calls: &[Call]) -> BTreeMap<String, String> {
    let fits = fits(directory);
    let of_month = |month: &str, key: &str, name: &str| -> Vec<(f64, f64)> {
        quantile_rows(&fits[month][key][name])
    };
    let mut all = BTreeMap::new();
    let mut put = |name: &str, rows: &[(f64, f64)]| {
        let lines: String = rows.iter().map(|(q, s)| format!("{q},{}s\n", s.round())).collect();
        all.insert(format!("call_center/{name}.csv"), format!("q,value\n{lines}"));
    };
    for (class, name) in [
        ("PS", "regular"),
        ("NW", "prospect"),
        ("NE", "stock_exchange"),
        ("IN", "internet"),
        ("TT", "call_back"),
        ("PE", "english"),
    ] {
        let month = if class == "PE" { "january" } else { month };
        let service = fits[month]["service_s"][class]["quantiles"].clone();
        put(&format!("service_{name}"), &quantile_rows(&service));
    }
    let customers = "customers (PS,NE,PE,TT)";
    for (class, name) in [(customers, "customers"), ("NW", "prospects"), ("IN", "internet")] {
        let mut patience = of_month(month, "patience_s_km_quantiles", class);
        let median = patience.last().expect("the table has rows").1;
        // Half of those left give up within each further median.
        patience.extend(
            [(0.75, 2.0), (0.875, 3.0), (0.9375, 4.0), (1.0, 5.0)]
                .map(|(share, medians)| (share, medians * median)),
        );
        put(&format!("patience_{name}"), &patience);
    }
    let mut not_ready = quantile_rows(&fits["not_ready_s_after_call"][month]);
    let (internet, _) = groups(calls);
    // A call that gave up would have been taken by the group that its class is for.
    let seats = |call: &&Call| match call.served {
        true => internet.contains(&call.agent.as_str()),
        false => call.class == "IN" && !internet.is_empty(),
    };
    let (seats, others): (Vec<&Call>, Vec<&Call>) = calls.iter().partition(seats);
    let tail = not_ready::quantiles(&others);
    not_ready.extend([0.975, 0.99, 1.0].map(|share| (share, tail(share))));
    put("not_ready", &not_ready);
    if !seats.is_empty() {
        let time = not_ready::quantiles(&seats);
        let shares = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];
        put("not_ready_internet", &shares.map(|share| (share, time(share))));
    }
    all
}

/// `{ "0.5": 6, ... }` in order of the shares.
fn quantile_rows(table: &serde_json::Value) -> Vec<(f64, f64)> {
    let table = table.as_object().expect("a table of quantiles");
    let mut rows: Vec<(f64, f64)> = table
        .iter()
        .map(|(q, s)| (q.parse().expect("a share"), s.as_f64().expect("a number")))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows
}

/// The changes that replay a month: those of the documented command, but with the month's own files
/// and agents.
fn changes(directory: &Path, month: &str, calls: &[Call]) -> Vec<(String, String)> {
    let (internet, others) = groups(calls);
    let pool = |can: &str, table: &str, agents: &[&str]| {
        format!(
            "{{ queue = 'line', can = {can}, \
             wrap_up = {{ quantiles = 'call_center/{table}.csv' }}, \
             sessions = {{ file = '{}/staffing_{month}.csv.gz', date = 'day', agent = 'agent', \
             from = 'on_s', to = 'off_s', keep = {{ agent = {agents:?} }} }} }}",
            directory.display()
        )
    };
    let pools = if internet.is_empty() {
        let everything = pool("['calls', 'internet']", "not_ready", &others);
        [everything, "{ queue = 'line', can = ['nothing'] }".to_owned()]
    } else {
        let seats = pool("['internet']", "not_ready_internet", &internet);
        [pool("['calls']", "not_ready", &others), seats]
    };
    let discipline = if month == "january" { "fifo" } else { "credit" };
    let mut changes = documented(CALL_CENTER, &[("DATA", directory)]).remove(0);
    for (_, value) in &mut changes {
        *value = value.replace("_october.", &format!("_{month}."));
    }
    for (path, value) in [
        ("horizon", "31d"),
        ("queues.line.discipline", discipline),
        ("pools.agents", &pools[0]),
        ("pools.internet", &pools[1]),
    ] {
        changes.push((path.to_owned(), value.to_owned()));
    }
    changes
}

/// The recorded figures of a month and those of its replay.
fn month(directory: &Path, month: &str) -> [Figures; 2] {
    let calls = calls(directory, month);
    let tables = tables(directory, month, &calls);
    let scenario = scenario(CALL_CENTER, &changes(directory, month, &calls), &tables);
    let (real, replayed) = (Figures::of(&calls), replay(&scenario));
    let all = real.all.calls * f64::from(REPLICATIONS);
    assert_eq!(replayed.all.calls, all, "every call of {month} is replayed");
    println!(
        "{month}: {} calls; mean wait {:.1} s, recorded {:.1} s ({:+.0} %); abandonment {:.1} %, \
         recorded {:.1} % ({:+.0} %); correlation of the hours' mean waits {:.2}",
        real.all.calls,
        replayed.all.mean_wait_s(),
        real.all.mean_wait_s(),
        off(replayed.all.mean_wait_s(), real.all.mean_wait_s()),
        100.0 * replayed.all.abandonment(),
        100.0 * real.all.abandonment(),
        off(replayed.all.abandonment(), real.all.abandonment()),
        real.correlation(&replayed),
    );
    [real, replayed]
}

/// How far a prediction is off, in percent.
fn off(predicted: f64, real: f64) -> f64 {
    100.0 * (predicted / real - 1.0)
}

fn assert_close(what: &str, predicted: f64, real: f64, percent: f64) {
    let off = off(predicted, real);
    assert!(off.abs() <= percent, "{what}: {predicted:.3} against {real:.3} is {off:+.1} % off");
}

#[test]
fn the_call_centre_waits_as_it_did() {
    let Some(directory) = directory("callcenter_1999") else { return };
    for name in ["january", "october"] {
        let [real, replayed] = month(&directory, name);
        assert_close(name, replayed.all.mean_wait_s(), real.all.mean_wait_s(), 30.0);
        assert_close(name, replayed.all.abandonment(), real.all.abandonment(), 35.0);
        if name == "october" {
            assert!(real.correlation(&replayed) > 0.65, "busy hours are busy");
        }
    }
}

/// The negative control: agents that are ready at once make half of the wait disappear, so
/// agreement is not to be had from any model.
#[test]
fn without_the_not_ready_time_half_of_the_wait_is_missing() {
    let Some(directory) = directory("callcenter_1999") else { return };
    for month in ["january", "october"] {
        let calls = calls(&directory, month);
        let mut tables = tables(&directory, month, &calls);
        for name in ["not_ready", "not_ready_internet"] {
            let path = format!("call_center/{name}.csv");
            tables.insert(path, "q,value\n0,0s\n1,0s\n".to_owned());
        }
        let scenario = scenario(CALL_CENTER, &changes(&directory, month, &calls), &tables);
        let (real, replayed) = (Figures::of(&calls).all, replay(&scenario).all);
        let (real_s, ready_s) = (real.mean_wait_s(), replayed.mean_wait_s());
        println!("{month}: ready at once: mean wait {ready_s:.1} s, recorded {real_s:.1} s");
        assert!(ready_s < 0.65 * real_s, "{month}: {ready_s:.1} s is too near {real_s:.1} s");
    }
}

#[test]
fn the_tables_of_the_call_centre_are_the_fitted_ones() {
    let Some(directory) = directory("callcenter_1999") else { return };
    let fitted = tables(&directory, "october", &calls(&directory, "october"));
    for (path, table) in &fitted {
        let written = std::fs::read_to_string(scenario_path(path)).expect("the table is there");
        let rows: Vec<&str> = written.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows, table.lines().collect::<Vec<_>>(), "{path}");
    }
}

/// The agents that the documented command names are the two groups, so a user's replay is this one.
#[test]
fn the_documented_replay_of_the_call_centre_is_the_tested_one() {
    let Some(directory) = directory("callcenter_1999") else { return };
    let sets = documented(CALL_CENTER, &[("DATA", &directory)]).remove(0);
    let documented = replay(&scenario(CALL_CENTER, &sets, &BTreeMap::new()));
    let calls = calls(&directory, "october");
    let tested = changes(&directory, "october", &calls);
    let tested = replay(&scenario(CALL_CENTER, &tested, &BTreeMap::new()));
    assert_eq!(documented, tested);
}

#[test]
fn the_rates_are_the_recorded_ones() {
    let Some(directory) = directory("callcenter_1999") else { return };
    let by_hour = rows(&directory.join("rates_weekday_october.csv"));
    let rate = |hour: usize, classes: &[&str]| {
        let row = by_hour.iter().find(|row| row["hour"] == hour.to_string());
        let sum = row.map(|row| classes.iter().map(|class| number(row, class)).sum::<f64>());
        sum.unwrap_or(0.0)
    };
    let others = ["NE", "NW", "PE", "PS", "TT"];
    let all = ["NE", "NW", "PE", "PS", "TT", "IN"];
    for (name, workload, opens, classes) in [
        (CALL_CENTER, "calls", 0, &others[..]),
        (CALL_CENTER, "internet", 0, &["IN"]),
        ("customer_service.toml", "inquiries", 7, &all),
    ] {
        let scenario = scenario(name, &[], &BTreeMap::new());
        let load = scenario.workloads.iter().find(|load| load.name == workload);
        let Some(Spec::Schedule(schedule)) = load.map(|load| &load.arrivals) else {
            panic!("{name} has {workload} with a schedule")
        };
        assert_eq!(schedule.rates.len(), 24 - opens, "an hour each until midnight");
        for (cell, written) in schedule.rates.iter().enumerate() {
            let (hour, written) = (cell + opens, 3600.0 * written.per_second());
            // Written to a tenth; closed at night.
            let recorded = if hour < 7 { 0.0 } else { rate(hour, classes) };
            assert!((written - recorded).abs() < 0.0501, "{name}: {written} against {recorded}");
        }
    }
}
