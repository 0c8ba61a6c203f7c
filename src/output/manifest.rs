//! The manifest of a result: which program, scenario, luck and command made it, and a digest of
//! each file.
//!
//! Nothing in it depends on the machine, the moment or the number of threads, so that the same
//! command gives the same bytes.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use crate::base::random::SCHEME;

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The size and digest of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its bytes.
    pub bytes: u64,
    /// Its BLAKE3 digest in hexadecimal.
    pub digest: String,
}

impl Stamp {
    /// Of these contents.
    pub fn of(bytes: &[u8]) -> Self {
        Stamp { bytes: bytes.len() as u64, digest: digest(bytes) }
    }
}

/// The BLAKE3 digest in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// How many rows of a table there are and how many it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Rows in the table.
    pub rows: u64,
    /// Rows there would be without a limit.
    pub of: u64,
}

/// A manifest. Its fields are in the order in which people ask.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// The command of the program that made it: `run` or `sweep`.
    pub kind: String,
    /// The name of the scenario.
    pub scenario: String,
    /// The program and its version.
    pub program: String,
    /// The version of the mapping from seeds to random numbers.
    pub randomness_scheme: u32,
    /// What makes it again.
    pub command: String,
    /// The digest of `scenario.toml`: the text as it was run.
    pub scenario_digest: String,
    /// The files that the scenario refers to.
    pub inputs: BTreeMap<String, Stamp>,
    /// The seed.
    pub seed: u64,
    /// Replications (of each point).
    pub replications: u32,
    /// Points of a sweep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<usize>,
    /// The fingerprint of each replication of a run; one of all runs of a sweep.
    pub fingerprints: Vec<String>,
    /// Tables with a limit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, Kept>,
    /// The files of the result.
    pub files: BTreeMap<String, Stamp>,
}

impl Manifest {
    /// A manifest that says who is writing.
    pub fn new(kind: &str, scenario: &str) -> Self {
        Manifest {
            kind: kind.to_string(),
            scenario: scenario.to_string(),
            program: format!("rehearsal {VERSION}"),
            randomness_scheme: SCHEME,
            command: String::new(),
            scenario_digest: String::new(),
            inputs: BTreeMap::new(),
            seed: 0,
            replications: 0,
            points: None,
            fingerprints: Vec::new(),
            kept: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// As it is written to its file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("names and numbers are JSON");
        bytes.push(b'\n');
        bytes
    }
}

/// What is read of the manifest of an earlier result.
#[derive(Debug, Deserialize)]
pub struct Past {
    /// The name of the scenario.
    pub scenario: String,
    /// Its files.
    pub files: BTreeMap<String, Stamp>,
}

/// Whether a file of a manifest lies below the manifest's directory.
pub fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    parts.all(|part| matches!(part, Component::Normal(_)))
}
