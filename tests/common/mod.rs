//! What several test binaries share: the shipped scenarios, and running a scenario written in the
//! test.

#![allow(dead_code)]

pub mod hand;

use std::path::{Path, PathBuf};

use rehearsal::base::read::NoFiles;
use rehearsal::model::fact::Observer;
use rehearsal::model::{Seed, run_for};
use rehearsal::observe::auditor::Auditor;
use rehearsal::observe::fingerprint::Fingerprint;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// Every scenario that users get, by path; the broken ones are not among them.
pub fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("broken") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "scenarios are shipped");
    found
}

/// The path from the project's folder, with forward slashes.
pub fn name_of(path: &Path) -> String {
    let own = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    own.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}

/// Loads a scenario file.
pub fn load_file(path: &Path) -> Scenario {
    let text = std::fs::read(path).unwrap();
    let loaded = load(&text, &Directory::of(path));
    loaded.unwrap_or_else(|mistakes| panic!("{}: {mistakes:#?}", path.display())).scenario
}

/// Loads a scenario written in a test.
pub fn load_text(text: &str) -> Scenario {
    let loaded = load(text.as_bytes(), &NoFiles);
    loaded.unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{text}")).scenario
}

/// Runs replication 0 from the scenario's own seed.
pub fn observe<O: Observer>(scenario: &Scenario, mut observer: O) -> O {
    run_for(scenario, Seed { seed: scenario.seed, replication: 0 }, &mut observer);
    observer
}

/// The fingerprint of replication 0.
pub fn fingerprint(scenario: &Scenario) -> String {
    observe(scenario, Fingerprint::default()).digest()
}

/// Runs replication 0 from the scenario's own seed under the auditor; the error is what it found.
pub fn audited<O: Observer>(scenario: &Scenario, observer: O) -> (O, Result<(), String>) {
    let (auditor, observer) = observe(scenario, (Auditor::new(scenario), observer));
    let found: Vec<String> = auditor.violations().iter().map(|it| it.to_string()).collect();
    let result = if auditor.count() == 0 { Ok(()) } else { Err(found.join("\n")) };
    (observer, result)
}

/// Runs replication 0 from the scenario's own seed; no rule may be violated.
pub fn audited_run<O: Observer>(scenario: &Scenario, observer: O) -> O {
    let (observer, result) = audited(scenario, observer);
    result.unwrap_or_else(|found| panic!("{}: {found}", scenario.name));
    observer
}
