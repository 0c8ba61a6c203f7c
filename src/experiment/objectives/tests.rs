//! Objectives as written, and what intervals say of them.

use super::*;
use crate::scenario::load::load;

/// A scenario with these objectives.
fn loaded(objectives: &str) -> Loaded {
    let text = format!(
        "name = \"a\"\nhorizon = \"10m\"\nworkloads.w.arrivals.poisson.rate = \"1/s\"\n\
         workflows.f.steps.s.work = 1\npools.p = {{ cost = 3 }}\n{objectives}\n"
    );
    load(text.as_bytes(), &NoFiles).expect("a scenario")
}

/// The metric, the level and the text of the only objective.
fn one(objective: &str) -> (String, f64, String) {
    let all = read(&loaded(&format!("objectives.it = '{objective}'"))).expect("objectives");
    assert_eq!((all.len(), all[0].name.as_str()), (1, "it"));
    (all[0].metric.clone(), all[0].level, all[0].text.clone())
}

#[test]
fn a_level_is_written_in_the_unit_of_its_number() {
    for (text, metric, level) in [
        ("sojourn_p95 < 30s", "sojourn_p95_s", 30.0),
        ("sojourn_p95_s <= 5m", "sojourn_p95_s", 300.0),
        ("class.default.wait_mean<1.5s", "class.default.wait_mean_s", 1.5),
        ("error_rate < 1%", "error_rate", 0.01),
        ("pool.p.utilisation > 0.2", "pool.p.utilisation", 0.2),
        ("throughput >= 30/min", "throughput_per_s", 0.5),
        ("cost_per_task < 0.4", "cost_per_task", 0.4),
        ("failed == 0", "failed", 0.0),
    ] {
        let (named, read, shown) = one(text);
        assert_eq!((named.as_str(), read), (metric, level), "{text}");
        assert_eq!(shown.replace(' ', ""), text.replace(' ', ""));
    }
    assert_eq!(one("  failed   ==  0 ").2, "failed == 0");
}

#[test]
fn a_class_has_objectives_of_its_own() {
    let text = "[objectives]\nit = 'failed == 0'\n\
                [classes.gold.objective]\nsojourn_p95 = \"5m\"\nerror_rate = \"1%\"\n";
    let all = read(&loaded(text)).expect("objectives");
    let told: Vec<_> =
        all.iter().map(|it| (it.name.as_str(), it.text.as_str(), it.level)).collect();
    assert_eq!(
        told,
        [
            ("it", "failed == 0", 0.0),
            ("gold: error_rate", "class.gold.error_rate <= 1%", 0.01),
            ("gold: sojourn_p95", "class.gold.sojourn_p95 <= 5m", 300.0),
        ]
    );
    assert_eq!(read(&loaded("")), Ok(Vec::new()));
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let text = "[objectives]\na = 'sojurn_p95 < 3s'\nb = 'sojourn_p95 < 3'\nc = 'failed = 0'\n\
                d = 3\ne = 'error_rate < 3'\nf = 'nothing_like_it < 3'\n\
                [classes.gold.objective]\nsojourn_p59 = \"5m\"\nwait_mean = 3\n";
    let loaded = loaded(text);
    let mistakes = read(&loaded).unwrap_err();
    let told: Vec<_> = mistakes
        .iter()
        .map(|it| (&loaded.document.text()[it.place.clone()], it.help.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            ("'sojurn_p95 < 3s'", "did you mean `sojourn_p95`?"),
            ("'sojourn_p95 < 3'", "the unit is missing: \"3s\" or \"3ms\""),
            ("'failed = 0'", "the comparisons are <, <=, >, >= and =="),
            ("3", ""),
            ("'error_rate < 3'", "a share is from 0 to 1: write \"3%\""),
            ("'nothing_like_it < 3'", "`rehearsal run --json` lists them"),
            ("sojourn_p59", "did you mean `sojourn_p50`?"),
            ("3", "write \"3s\" or \"3ms\""),
        ]
    );
}

/// What is shown, and whether the mean meets it, of an interval around 10.
fn judged(text: &str, interval: Option<(f64, f64)>) -> (Verdict, Option<bool>) {
    let all = read(&loaded(&format!("objectives.it = 'completed {text}'"))).expect("objectives");
    let (low, high) = interval.unzip();
    let interval = Interval { mean: 10.0, low, high, n: 5 };
    let judged = all[0].clone().judge(Some(&interval));
    (judged.verdict, judged.met)
}

#[test]
fn an_interval_shows_or_does_not() {
    use Verdict::{Met, Missed, NotShown};
    let around = Some((9.0, 11.0));
    for (text, verdict, met) in [
        ("< 12", Met, true),
        ("< 11", NotShown, true),
        ("<= 11", Met, true),
        ("< 9.5", NotShown, false),
        ("< 9", Missed, false),
        ("<= 9", NotShown, false),
        ("> 8", Met, true),
        ("> 9", NotShown, true),
        (">= 9", Met, true),
        (">= 11", NotShown, false),
        ("> 11", Missed, false),
        ("== 10", NotShown, true),
        ("== 9", NotShown, false),
        ("== 10.5", NotShown, false),
        ("== 8", Missed, false),
    ] {
        assert_eq!(judged(text, around), (verdict, Some(met)), "{text}");
    }
    assert_eq!(judged("== 10", Some((10.0, 10.0))), (Met, Some(true)));
    // One replication shows nothing, and a number that does not exist meets nothing.
    assert_eq!(judged("< 12", None), (NotShown, Some(true)));
    let all = read(&loaded("objectives.it = 'failed == 0'")).expect("objectives");
    let judged = all[0].clone().judge(None);
    assert_eq!((judged.verdict, judged.met), (NotShown, None));
}
