//! Random scenarios under the auditor: whatever is combined, no rule of a run is violated, and the
//! same seed tells the same story twice.

mod common;
mod generator;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use common::audited;
use generator::{Random, random};
use rehearsal::mechanism::choices;
use rehearsal::observe::fingerprint::Fingerprint;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::report::render;

const SCENARIOS: u64 = 600;

fn loaded(random: &Random) -> Result<Scenario, String> {
    match load(random.text.as_bytes(), &random.files) {
        Ok(loaded) => Ok(loaded.scenario),
        Err(mistakes) => Err(render("random.toml", &random.text, &mistakes, false)),
    }
}

/// The fingerprint of a run under the auditor, or what is wrong with it: a violation, or a panic.
fn judged(scenario: &Scenario) -> Result<String, String> {
    let run = || audited(scenario, Fingerprint::default());
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok((fingerprint, result)) => result.map(|()| fingerprint.digest()),
        Err(_) => Err(String::from("the run panicked: see above")),
    }
}

#[test]
fn random_scenarios_violate_no_rule_and_repeat() {
    let mut refused = 0;
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut wrong = Vec::new();
    for seed in 0..SCENARIOS {
        let random = random(seed);
        let scenario = match loaded(&random) {
            Ok(scenario) => scenario,
            Err(told) => {
                println!("{told}");
                refused += 1;
                continue;
            }
        };
        used.extend(&random.chosen);
        match (judged(&scenario), judged(&scenario)) {
            (Ok(once), Ok(twice)) if once == twice => {}
            (Ok(_), Ok(_)) => wrong.push((seed, String::from("two runs told two stories"))),
            (Err(found), _) | (_, Err(found)) => wrong.push((seed, found)),
        }
    }
    println!("{refused} of {SCENARIOS} scenarios were refused");
    for (seed, found) in &wrong {
        println!("seed {seed}: {found}");
    }
    if let Some((seed, found)) = wrong.first() {
        let text = random(*seed).show();
        panic!("{} scenarios are wrong; the first:\n{text}\n{found}", wrong.len());
    }
    assert!(refused * 20 < SCENARIOS, "{refused} scenarios were refused");
    let left_out: Vec<_> =
        choices().filter(|choice| !used.contains(&(choice.family, choice.name))).collect();
    assert!(left_out.is_empty(), "never chosen: {left_out:?}");
}
