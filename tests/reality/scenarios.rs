//! The project's scenarios, changed as a user would change them, and the facts they were fitted
//! from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rehearsal::base::read::Files;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::overrides;

/// The facts that were fitted to a recording.
pub fn fits(directory: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(directory.join("fits.json")).expect("it has its fits");
    serde_json::from_str(&text).expect("the fits are JSON")
}

/// The path of a scenario of the project.
pub fn scenario_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// A scenario of the project as changed by `sets`; `tables` stand in for files that it refers to.
pub fn scenario(
    name: &str,
    sets: &[(String, String)],
    tables: &BTreeMap<String, String>,
) -> Scenario {
    let path = scenario_path(name);
    let text = std::fs::read_to_string(&path).expect("the project has this scenario");
    let text = overrides::apply(&text, sets).expect("the changes fit the scenario");
    let files = Tables { tables, others: Directory::of(&path) };
    let mistakes = match load(text.as_bytes(), &files) {
        Ok(loaded) => return loaded.scenario,
        Err(mistakes) => mistakes,
    };
    panic!("{name} is not valid: {:?}", mistakes.iter().map(|m| &m.message).collect::<Vec<_>>())
}

struct Tables<'t> {
    tables: &'t BTreeMap<String, String>,
    others: Directory,
}

impl Files for Tables<'_> {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let table = self.tables.get(path).map(|table| table.clone().into_bytes());
        table.map_or_else(|| self.others.bytes(path), Ok)
    }
}

/// The `rehearsal run` commands in a scenario's comments: of each its `--set path=value` arguments,
/// with what `names` says for `$NAME`.
pub fn documented(name: &str, names: &[(&str, &Path)]) -> Vec<Vec<(String, String)>> {
    let text = std::fs::read_to_string(scenario_path(name)).expect("the project has this scenario");
    let comments = text.lines().filter_map(|line| line.strip_prefix("#   "));
    let mut comments = comments.collect::<Vec<_>>().join("\n");
    for (name, path) in names {
        comments = comments.replace(&format!("${name}"), path.to_str().expect("a plain path"));
    }
    let set = |set: &str| {
        let set = match set.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').expect("a quote is closed").0,
            None => set.split_whitespace().next().expect("a change follows --set"),
        };
        let (path, value) = set.split_once('=').expect("a change is path=value");
        (path.to_owned(), value.to_owned())
    };
    let commands = comments.split("rehearsal run ").skip(1);
    commands.map(|command| command.split("--set ").skip(1).map(set).collect()).collect()
}
