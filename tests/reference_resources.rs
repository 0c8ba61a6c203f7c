//! The reference's ResourceManager and ConflictResolver, row by row (MODEL section 15): tasks come
//! at known seconds and work is constant, so every second below can be checked on paper.

mod common;
#[path = "reference_resources/conflict_resolver.rs"]
mod conflict_resolver;
#[path = "reference_resources/deadlock.rs"]
mod deadlock;

use std::collections::BTreeMap;

use common::observe;
use rehearsal::observe::journal::{Journal, Row};
use rehearsal::observe::summary::{Summary, metrics};
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// A scenario whose workload `w` has tasks at these times (seconds, class, work).
fn scenario(tasks: &str, rest: &str) -> Scenario {
    several(&[("w", tasks)], "", rest)
}

/// A scenario of workloads with a workflow of the same name each, if there are several; `each`
/// workload says this too.
fn several(loads: &[(&str, &str)], each: &str, rest: &str) -> Scenario {
    let mut files = BTreeMap::new();
    let mut text = String::from("name = \"resources\"\n");
    for (name, tasks) in loads {
        let file = format!("t_s,class,work\n{}", tasks.replace(' ', "\n"));
        files.insert(format!("{name}.csv"), file.into_bytes());
        let named = loads.len() > 1;
        let workflow = if named { format!("workflow = \"{name}\"") } else { String::new() };
        text += &format!(
            "[workloads.{name}]\n{workflow}\n{each}\n\
             arrivals.trace = {{ file = \"{name}.csv\", class = \"class\", work = \"work\" }}\n"
        );
    }
    // Keys of the top stand first.
    let (top, tables) = rest.split_once("===").unwrap_or(("", rest));
    let text = format!("{top}\n{text}\n{tables}\n[pools.p]\nagents = 9\n");
    load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}\n{text}")).scenario
}

/// The journal as lines `time fact task step detail`, of these facts.
fn story(scenario: &Scenario, told: &str) -> Vec<String> {
    let journal = observe(scenario, Journal::new(scenario, usize::MAX));
    let told: Vec<&str> = told.split(' ').collect();
    let line = |row: &Row| {
        let task = row.task.map_or(String::new(), |task| task.to_string());
        let words = [row.time_s.to_string(), row.fact.to_string(), task, row.detail.clone()];
        let all = words.into_iter().filter(|word| !word.is_empty());
        all.collect::<Vec<_>>().join(" ")
    };
    journal.rows().iter().filter(|row| told.contains(&row.fact)).map(line).collect()
}

/// Holds, releases and what became of the tasks.
const BOOKS: &str = "held released returned unavailable deadlocked left";

fn metric(scenario: &Scenario, name: &str) -> f64 {
    let summary = observe(scenario, Summary::new(scenario));
    let all = metrics(&summary);
    all.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("no {name}")).value
}

/// What is released must have been held, each once, and nothing is left at the end.
fn balanced(scenario: &Scenario) {
    let lines = story(scenario, "held released");
    let mut open: Vec<String> = Vec::new();
    for line in &lines {
        let words: Vec<&str> = line.split(' ').collect();
        let unit = format!("{} {}", words[2], words[3]);
        if words[1] == "held" {
            open.push(unit);
        } else {
            let place = open.iter().position(|held| *held == unit);
            open.remove(place.unwrap_or_else(|| panic!("{unit} was not held: {lines:#?}")));
        }
    }
    assert!(open.is_empty() && !lines.is_empty(), "still held: {open:?} of {lines:#?}");
}

const GPUS: &str = r#"[classes.a]
    [resources.gpu]
    region = "eu"
    units = [{ memory_gb = 16 }, { memory_gb = 40, count = 2 }]
    "#;

#[test]
fn resource_manager_find_takes_the_first_that_is_available_and_meets_every_specification() {
    let rest = format!(
        r#"{GPUS}
        [workflows.f]
        resources.gpu = {{ where = ["memory_gb >= 40", "region = eu"] }}
        steps.s.work = 1"#
    );
    let scenario = scenario("0,a,9 1,a,9 2,a,9", &rest);
    assert_eq!(
        story(&scenario, BOOKS),
        [
            // The small card is passed over.
            "0 held 0 gpu-2",
            "1 held 1 gpu-3",
            // Required resource not available: gpu.
            "2 unavailable 2 no_resource",
            "2 left 2 failed: no_resource",
            "9 released 0 gpu-2",
            "9 left 0 completed",
            "10 released 1 gpu-3",
            "10 left 1 completed",
        ]
    );
    balanced(&scenario);
    assert_eq!(metric(&scenario, "resources.unavailable"), 1.0);
}

#[test]
fn resource_manager_reserves_all_or_nothing() {
    // The second task finds a card but no truck: it leaves the card to the third.
    let rest = r#"[classes.a]
        [classes.card]
        [resources]
        gpu.count = 2
        truck = {}
        [workflows.f.steps]
        choose = { work = "0s", then = { both = 1 } }
        both = { work = 1, resources = { gpu = 1, truck = 1 } }"#;
    let wait = rest.replace("truck = 1 }", "truck = 1 }, on_unavailable = \"wait\"");
    let tasks = "0,a, 1,a,";
    let both = |text: &str| text.replace("work = 1,", "work = \"5s\",");
    let failing = scenario(tasks, &both(rest));
    assert_eq!(
        story(&failing, BOOKS),
        [
            "0 held 0 gpu-1",
            "0 held 0 truck-1",
            "1 unavailable 1 no_resource",
            "1 left 1 failed: no_resource",
            "5 released 0 gpu-1",
            "5 released 0 truck-1",
            "5 left 0 completed",
        ]
    );
    let waiting = scenario(tasks, &both(&wait));
    assert_eq!(
        story(&waiting, "held left"),
        [
            "0 held 0 gpu-1",
            "0 held 0 truck-1",
            // Nothing is held by who waits.
            "5 held 1 gpu-1",
            "5 held 1 truck-1",
            "5 left 0 completed",
            "10 left 1 completed",
        ]
    );
    // One waited 4 s of two that were met.
    assert_eq!(metric(&waiting, "resources.wait_mean_s"), 2.0);
    assert_eq!(metric(&waiting, "resources.blocked"), 1.0);
    balanced(&waiting);
}

#[test]
fn resource_manager_a_wait_has_an_end() {
    let rest = r#"[classes.a]
        [resources.dock]
        [workflows.f]
        resources = { dock = 1 }
        on_unavailable = "wait"
        resource_timeout = "3s"
        steps.s.work = 1"#;
    let scenario = scenario("0,a,5 1,a,5 2,a,5", rest);
    // The second waits until 4 s in vain; the third is granted at the very end of its wait.
    assert_eq!(
        story(&scenario, "blocked unavailable held left"),
        [
            "0 held 0 dock-1",
            "1 blocked 1",
            "2 blocked 2",
            "4 unavailable 1 no_resource",
            "4 left 1 failed: no_resource",
            "5 held 2 dock-1",
            "5 left 0 completed",
            "10 left 2 completed",
        ]
    );
    balanced(&scenario);
}

#[test]
fn resource_manager_grants_by_priority_then_arrival_the_first_that_fits() {
    let rest = r#"[classes]
        a = {}
        b.priority = 5
        [resources.dock]
        [workflows.f]
        resources = { dock = 1 }
        on_unavailable = "wait"
        steps.s.work = 1"#;
    let scenario = scenario("0,a,4 1,a,4 2,b,4 3,a,4", rest);
    let held = ["0 held 0 dock-1", "4 held 2 dock-1", "8 held 1 dock-1", "12 held 3 dock-1"];
    assert_eq!(story(&scenario, "held"), held);
    assert_eq!(metric(&scenario, "resource.dock.held_mean"), 1.0);
}

#[test]
fn resource_manager_readers_share_and_a_writer_is_alone() {
    let rest = r#"[classes.a]
        [resources.map]
        [workflows.f.steps]
        read = { work = 1, resources = { map = { shared = true } }, on_unavailable = "wait" }
        write = { work = "2s", resources = { map = 1 }, on_unavailable = "wait" }"#;
    let scenario = scenario("0,a,4 1,a,4", rest);
    // The first writes when the second has read: 5 to 7 s; then the second, to 9 s.
    assert_eq!(
        story(&scenario, "held left"),
        [
            "0 held 0 map-1 shared",
            "1 held 1 map-1 shared",
            "5 held 0 map-1",
            "7 held 1 map-1",
            "7 left 0 completed",
            "9 left 1 completed",
        ]
    );
    balanced(&scenario);
}

#[test]
fn resource_manager_releases_whatever_happened() {
    // By class: completes, fails at its agent, reneges in line, passes its deadline.
    let rest = r#"[classes]
        done = {}
        failed = {}
        late = { deadline = "2s", at_deadline = "leave" }
        tired.patience = "1s"
        [resources.key]
        count = 9
        [workflows.f]
        resources = { key = 1 }
        steps.s = { work = 1, resources = { key = 2 }, timeout = "6s" }
        [pools.q]
        queue = "p"
        agents = 1"#;
    let text = rest.replace("        queue = \"p\"\n", "");
    let text = text.replace("timeout = \"6s\"", "timeout = \"6s\", queue = \"q\"");
    let scenario = scenario("0,done,5 1,tired,5 5,failed,9 12,late,5", &text);
    let left: Vec<String> = story(&scenario, "left");
    assert_eq!(
        left,
        [
            "2 left 1 reneged",
            "5 left 0 completed",
            // Its agent goes on with it until 14 s, but it holds nothing.
            "11 left 2 failed: timeout",
            "14 left 3 expired: expired",
        ]
    );
    let released = story(&scenario, "released");
    for (task, second) in [(0, 5), (1, 2), (2, 11), (3, 14)] {
        let line = |it: &&String| it.starts_with(&format!("{second} released {task} "));
        assert_eq!(released.iter().filter(line).count(), 3, "{released:#?}");
    }
    balanced(&scenario);
}

#[test]
fn resource_manager_used_up_units_come_back_by_compensation_only() {
    let rest = r#"[classes.a]
        [resources.stock]
        count = 2
        [workflows.f]
        first = "take"
        [workflows.f.steps.take]
        work = "1s"
        resources = { stock = { consumes = true } }
        compensation = "restock"
        then = "pay"
        [workflows.f.steps]
        pay = { work = 1, timeout = "3s", cancellable = true }
        restock = { work = "2s", returns = ["stock"] }"#;
    let tasks = "0,a,1 10,a,1 20,a,1";
    // Work of a trace is of first steps: the payment's work is the scenario's.
    let sold = scenario(tasks, rest);
    assert_eq!(
        story(&sold, BOOKS),
        [
            "0 held 0 stock-1",
            "1 released 0 stock-1 used up",
            "2 left 0 completed",
            "10 held 1 stock-2",
            "11 released 1 stock-2 used up",
            "12 left 1 completed",
            "20 unavailable 2 no_resource",
            "20 left 2 failed: no_resource",
        ]
    );
    assert_eq!(metric(&sold, "resource.stock.used_up"), 2.0);
    let unpaid = scenario(tasks, &rest.replace("pay = { work = 1,", "pay = { work = 9,"));
    assert_eq!(
        story(&unpaid, BOOKS)[..4],
        [
            "0 held 0 stock-1",
            "1 released 0 stock-1 used up",
            // Paying takes too long from 1 to 4 s; restocking takes 2 s.
            "6 returned 0 stock-1",
            "6 left 0 failed: timeout",
        ]
    );
    assert_eq!(metric(&unpaid, "resource.stock.used_up"), 0.0);
}

#[test]
fn a_step_that_fails_for_want_of_a_resource_is_retried_by_its_policy() {
    let rest = r#"[classes.a]
        [resources.dock]
        [workflows.f.steps.s]
        work = 1
        resources = { dock = 1 }
        retry.fixed = { delay = "3s", attempts = 3, on = ["no_resource"] }"#;
    let scenario = scenario("0,a,5 1,a,2", rest);
    assert_eq!(
        story(&scenario, "held unavailable retrying left"),
        [
            "0 held 0 dock-1",
            "1 unavailable 1 no_resource",
            "1 retrying 1 attempt 1 in 3s after no_resource",
            "4 unavailable 1 no_resource",
            "4 retrying 1 attempt 1 in 3s after no_resource",
            "5 left 0 completed",
            "7 held 1 dock-1",
            "9 left 1 completed",
        ]
    );
    balanced(&scenario);
}
