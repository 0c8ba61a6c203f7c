//! Where the recordings are, and reading them without the simulator's own reader.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The directory of one recording, or `None` with a message: the recordings are not part of the
/// project. They are looked for in the directory that `REHEARSAL_DATA` names, or beside the
/// project.
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
