//! Every scenario of `scenarios/broken` is refused with exactly the message beside it.
//!
//! `REWRITE=1 cargo test --test broken` writes the messages anew; read the difference before you
//! commit it.

use std::path::{Path, PathBuf};

use rehearsal::experiment::objectives;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::report;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/broken")
}

/// The broken scenarios, by name.
fn scenarios() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory()).expect("the directory is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut scenarios: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    scenarios.sort();
    scenarios
}

/// What a user of the scenario at `path` reads, with the number of mistakes.
fn message(path: &Path) -> (String, usize) {
    let name = path.file_name().expect("a file").to_string_lossy();
    let text = std::fs::read(path).expect("the scenario is there");
    let mistakes = match load(&text, &Directory::of(path)) {
        Ok(loaded) => match objectives::read(&loaded) {
            Ok(_) => panic!("{name} loads, but it is meant to be broken"),
            Err(mistakes) => mistakes,
        },
        Err(mistakes) => mistakes,
    };
    assert!(!mistakes.is_empty(), "{name} is refused without a reason");
    let shown = format!("scenarios/broken/{name}");
    (report::render(&shown, &String::from_utf8_lossy(&text), &mistakes, false), mistakes.len())
}

#[test]
fn every_broken_scenario_has_its_message() {
    let rewrite = std::env::var_os("REWRITE").is_some();
    let scenarios = scenarios();
    assert!(scenarios.len() >= 25, "only {} broken scenarios", scenarios.len());
    let mut different = Vec::new();
    for path in &scenarios {
        let (shown, _) = message(path);
        let expected = path.with_extension("expected");
        if rewrite {
            std::fs::write(&expected, &shown).expect("the message can be written");
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            different.push(format!("{}:\n{shown}", expected.display()));
        }
    }
    assert!(different.is_empty(), "messages changed:\n\n{}", different.join("\n"));
}

#[test]
fn a_file_with_many_mistakes_tells_all_of_them() {
    assert_eq!(message(&directory().join("many_mistakes.toml")).1, 9);
}

#[test]
fn every_message_belongs_to_a_scenario() {
    for entry in std::fs::read_dir(directory()).expect("the directory is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "expected") {
            assert!(path.with_extension("toml").exists(), "{} is left over", path.display());
        }
    }
}
