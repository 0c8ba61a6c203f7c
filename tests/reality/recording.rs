//! Where the recordings are, and reading them without the simulator's own reader.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rehearsal::base::read::Files;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::overrides;

/// The directory of one recording, or `None` with a message: the recordings are not part of the
/// project. They are looked for in the directory that `REHEARSAL_DATA` names, or beside the project.
pub fn directory(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let root = std::env::var_os("REHEARSAL_DATA").map_or_else(beside, PathBuf::from);
    let directory = root.join(name);
    if directory.is_dir() {
        return Some(directory.canonicalize().expect("a directory has a path"));
    }
    println!("skipped: there is no recording `{name}` in {} (REHEARSAL_DATA)", root.display());
    None
}

/// A row of a CSV file by column.
pub type Row = BTreeMap<String, String>;

/// The rows of a CSV file, compressed or not.
pub fn rows(path: &Path) -> Vec<Row> {
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("the recording has this file");
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("it is compressed");
    } else {
        std::io::BufReader::new(file).read_to_string(&mut text).expect("it is text");
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row of the recording")).collect()
}

/// A number in a row.
pub fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is `{}`", row[column]))
}

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

/// The `rehearsal run` commands in a scenario's comments: of each its `--set path=value` arguments, with
/// what `names` says for `$NAME`.
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
