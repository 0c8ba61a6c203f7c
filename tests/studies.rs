//! The studies show what they say.

use std::path::Path;

use rehearsal::experiment::replicate::Replication;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::overrides;

/// The smallest and the largest value of a number over a few replications of a study's scenario
/// with changes.
fn range(study: &str, sets: &[(&str, &str)], metric: &str) -> (f64, f64) {
    const REPLICATIONS: u32 = 5;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/studies").join(study);
    let text = std::fs::read_to_string(&path).expect("the project has this study");
    let sets: Vec<(String, String)> =
        sets.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    let text = overrides::apply(&text, &sets).expect("the changes fit");
    let loaded = load(text.as_bytes(), &Directory::of(&path));
    let scenario = loaded.unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).scenario;
    let values = (0..REPLICATIONS).map(|number| {
        let metrics = Replication::run(&scenario, scenario.seed, number).metrics();
        metrics.into_iter().find(|found| found.name == metric).expect("a number of every run").value
    });
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}

/// Tasks completed a second from 11:00 on; the minute of lost capacity ends at 11:00.
fn goodput(horizon: &str, changes: &[(&str, &str)]) -> (f64, f64) {
    let mut sets = vec![("horizon", horizon)];
    sets.extend(changes);
    range("metastable.toml", &sets, "goodput_per_s")
}

const ALL_THE_TIME: (&str, &str) = ("pools.servers.shifts.\"00:10\"", "10");

#[test]
fn a_minute_of_lost_capacity_is_not_over_when_it_is_over() {
    // Ten more minutes, and ninety more: 7 tasks a second come all the time.
    for horizon in ["\"21m\"", "\"101m\""] {
        let (_, most) = goodput(horizon, &[]);
        assert!(most < 0.1 * 7.0, "{most} of 7 a second after the trigger, until {horizon}");
    }
    let (least, _) = goodput("\"21m\"", &[ALL_THE_TIME]);
    assert!(least > 0.95 * 7.0, "without the trigger all is well: {least} of 7");
}

#[test]
fn a_retry_budget_the_newest_first_and_a_limit_bring_it_back() {
    let budget = "{ token_bucket = { fill = 0.1, size = 10 } }";
    for (remedy, key, value) in [
        ("retry budget", "pools.servers.retry_budget", budget),
        ("newest first", "pools.servers.discipline", "\"lifo\""),
        ("limit", "pools.servers.admission", "{ fixed = { limit = 30 } }"),
    ] {
        // From the 21st to the 30th minute, when what the minute left behind is done.
        let (least, _) = goodput("\"30m\"", &[("warm_up", "\"21m\""), (key, value)]);
        assert!(least > 0.9 * 7.0, "{remedy}: {least} of 7 a second");
    }
}

#[test]
fn back_off_and_dropping_what_has_expired_alone_do_not() {
    let back_off = "{ exponential = { first = \"1s\", attempts = 3, on = [\"timeout\"] } }";
    for (what, key, value) in [
        ("back-off", "workflows.request.steps.call.retry", back_off),
        // Whoever comes up has just enough patience left to be started, not to be done.
        ("dropping", "pools.servers.expired", "\"drop\""),
    ] {
        let (_, most) = goodput("\"30m\"", &[("warm_up", "\"21m\""), (key, value)]);
        assert!(most < 0.1 * 7.0, "{what}: {most} of 7 a second");
    }
}
