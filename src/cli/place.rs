//! Where results go and on how many threads they are made; the command that makes them again.

use std::path::PathBuf;

use super::args::{self, Common};
use super::failure::Failure;
use super::source::Source;
use super::words::shell;
use crate::output::directory::{Directory, Refused};
use crate::output::manifest::{Manifest, Stamp, digest};

/// The directory for the results of the scenario `name`; `ours` may be left there from an
/// unfinished one.
///
/// # Errors
/// It holds something else, or cannot be made.
pub fn open(common: &Common, name: &str, ours: &[&str]) -> Result<Directory, Failure> {
    let path = common.out.clone().unwrap_or_else(|| PathBuf::from("results").join(name));
    let shown = path.display();
    let help = "choose another directory with --out, or write here with --force";
    Directory::open(&path, name, ours, common.force).map_err(|refused| match refused {
        Refused::Other(other) => {
            Failure::usage(format!("{shown} holds the results of `{other}`, not of `{name}`"), help)
        }
        Refused::Stranger(file) => {
            Failure::usage(format!("{shown} is not a directory of results: it holds {file}"), help)
        }
        Refused::Io(error) => error.into(),
    })
}

/// The threads that were asked for.
///
/// # Errors
/// The system has none left.
pub fn threads(common: &Common) -> Result<rayon::ThreadPool, Failure> {
    let n = common.threads.map_or(0, std::num::NonZero::get);
    let made = rayon::ThreadPoolBuilder::new().num_threads(n).build();
    made.map_err(|error| Failure::io(format!("cannot start the threads: {error}"), None))
}

/// The manifest of a result of this source, without the luck and the files.
pub fn manifest(kind: &str, name: &str, source: &Source) -> Manifest {
    let inputs = source.files.contents().into_iter();
    Manifest {
        scenario_digest: digest(source.text.as_bytes()),
        inputs: inputs.map(|(path, bytes)| (path, Stamp::of(&bytes))).collect(),
        ..Manifest::new(kind, name)
    }
}

/// The start of the command that makes a result again.
pub fn command(name: &str, source: &args::Source, seed: u64) -> String {
    let mut command = format!("rehearsal {name} {}", shell(&source.scenario.display().to_string()));
    for (path, value) in &source.sets {
        command += &format!(" --set {}", shell(&format!("{path}={value}")));
    }
    command + &format!(" --seed {seed}")
}
