//! The shipped systems are what they say: the study studies customer service, every day ends, and
//! who works is neither idle nor swamped.

use std::path::{Path, PathBuf};

use rehearsal::experiment::replicate::Replication;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::overrides;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("the project has this scenario")
}

/// A shipped scenario with changes.
fn scenario(name: &str, sets: &[(&str, &str)]) -> Scenario {
    let sets: Vec<(String, String)> =
        sets.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    let text = overrides::apply(&text(name), &sets).expect("the changes fit");
    let loaded = load(text.as_bytes(), &Directory::of(&path(name)));
    loaded.unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}")).scenario
}

/// The mean of a number over replications.
fn mean(scenario: &Scenario, metric: &str) -> f64 {
    const REPLICATIONS: u32 = 10;
    let value = |number| {
        let metrics = Replication::run(scenario, scenario.seed, number).metrics();
        let found = metrics.into_iter().find(|found| found.name == metric);
        found.unwrap_or_else(|| panic!("{metric} is a number of every run")).value
    };
    (0..REPLICATIONS).map(value).sum::<f64>() / f64::from(REPLICATIONS)
}

/// The lines that say what the system is: without comments, name, about and sweep.
fn system(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.split_once('#').map_or(line, |(code, _)| code).trim());
    let lines = lines.take_while(|line| *line != "[sweep]");
    let header = |line: &&str| !line.starts_with("name = ") && !line.starts_with("about = ");
    lines.filter(|line| !line.is_empty()).filter(header).collect()
}

#[test]
fn the_study_of_weights_is_about_customer_service() {
    let (study, service) = (text("studies/weights.toml"), text("customer_service.toml"));
    assert_eq!(system(&study), system(&service));
    assert!(system(&service).len() > 100, "the whole system is compared");
    assert!(study.contains("[sweep]") && !service.contains("[sweep]"));
}

#[test]
fn a_day_of_customer_service_is_busy_and_ends() {
    let service = scenario("customer_service.toml", &[]);
    let within = |metric: &str, low: f64, high: f64| {
        let value = mean(&service, metric);
        assert!((low..=high).contains(&value), "{metric} is {value}");
    };
    within("arrived", 1300.0, 1700.0);
    within("in_flight", 0.0, 0.0);
    // Talking and wrapping up, over the day; at its peak near one.
    within("pool.experts.occupancy", 0.65, 0.9);
    within("pool.generalists.occupancy", 0.65, 0.9);
    within("step.account.wait_mean_s", 5.0, 60.0);
    within("step.escalation.attempts", 50.0, 200.0);
}

/// Without the recording the call centre runs on rates and on a roster of whole agents. It cannot
/// wait exactly as the real one did, 27.3 s on average; half an agent more or less, which is what
/// rounding does, moves the mean wait by some 40 %.
#[test]
fn the_fitted_call_centre_is_like_the_real_one() {
    let centre = scenario("call_center.toml", &[]);
    let wait_s = mean(&centre, "wait_mean_s");
    assert!((0.6 * 27.3..1.4 * 27.3).contains(&wait_s), "the mean wait is {wait_s} s");
    assert_eq!(mean(&centre, "in_flight"), 0.0);
}

/// What the study is there to show: the reference's score, bound on arrival, herds.
#[test]
fn choosing_on_arrival_costs_a_tenth_of_the_inquiries() {
    let late = scenario("studies/weights.toml", &[]);
    let early = scenario("studies/weights.toml", &[("queues.specialists.binding", "early")]);
    let [late, early] = [late, early].map(|scenario| mean(&scenario, "in_time_fraction"));
    assert!(early < late - 0.1, "in time: {early} chosen on arrival, {late} when free");
}
