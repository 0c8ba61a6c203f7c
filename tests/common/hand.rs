//! Systems worked out by hand: replayed arrivals, and what is told of them as lines of text.

use std::collections::BTreeMap;

use rehearsal::observe::journal::{Journal, Row};
use rehearsal::observe::little::Little;
use rehearsal::observe::summary::{Summary, metrics};
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

use super::{audited_run, observe};

/// A scenario whose tasks come at these times (seconds, class, work).
pub fn scenario(tasks: &str, rest: &str) -> Scenario {
    let rows = format!("t_s,class,work\n{}", tasks.replace(' ', "\n"));
    let files = BTreeMap::from([("tasks.csv".to_string(), rows.into_bytes())]);
    let text = format!(
        r#"name = "lines"
        [workloads.w]
        arrivals.trace = {{ file = "tasks.csv", class = "class", work = "work" }}
        [classes.a]
        {rest}"#
    );
    load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}")).scenario
}

/// A scenario of two minutes whose tasks come at these times with this work, both in seconds, and
/// that reads this rule file. Its run breaks no rule and loses nobody.
pub fn timed(tasks: &[(f64, f64)], rules: &str, rest: &str) -> Scenario {
    let rows: String = tasks.iter().map(|(at, work)| format!("{at},{work}\n")).collect();
    let files = BTreeMap::from([
        ("tasks.csv".to_string(), format!("t_s,work\n{rows}").into_bytes()),
        ("rules.yaml".to_string(), rules.as_bytes().to_vec()),
    ]);
    let text = format!(
        "name = \"timed\"\nhorizon = \"2m\"\n\
         workloads.w.arrivals.trace = {{ file = \"tasks.csv\", work = \"work\" }}\n\
         workflows.f.steps.s.work = 1\n{rest}"
    );
    let loaded = load(text.as_bytes(), &files);
    let scenario = loaded.unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{text}")).scenario;
    audited_run(&scenario, Journal::new(&scenario, 0));
    assert!(is_lawful(&scenario), "{text}");
    scenario
}

pub fn rows(scenario: &Scenario) -> Vec<Row> {
    observe(scenario, Journal::new(scenario, usize::MAX)).rows().to_vec()
}

/// The facts of these names as lines `time fact task agent detail`.
pub fn story(scenario: &Scenario, told: &[&str]) -> Vec<String> {
    let line = |row: Row| {
        let task = row.task.map_or(String::new(), |task| task.to_string());
        let words = [row.time_s.to_string(), row.fact.to_string(), task];
        let more = [row.agent.unwrap_or_default(), row.detail];
        let all = words.into_iter().chain(more).filter(|word| !word.is_empty());
        all.collect::<Vec<_>>().join(" ")
    };
    rows(scenario).into_iter().filter(|row| told.contains(&row.fact)).map(line).collect()
}

/// The tasks in the order in which they start.
pub fn order(scenario: &Scenario) -> Vec<u64> {
    let rows = rows(scenario).into_iter().filter(|row| row.fact == "started");
    rows.filter_map(|row| row.task).collect()
}

pub fn metric(scenario: &Scenario, name: &str) -> f64 {
    let summary = observe(scenario, Summary::new(scenario));
    let all = metrics(&summary);
    all.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("no {name}")).value
}

/// Little's law, to the nanosecond: nobody is lost between the lines.
pub fn is_lawful(scenario: &Scenario) -> bool {
    let little = observe(scenario, Little::new(scenario));
    let sides = [little.system].into_iter().chain(little.queues);
    little.in_flight == 0 && sides.into_iter().all(|sides| sides.integral == sides.sum)
}
