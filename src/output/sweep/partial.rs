//! The rows of an unfinished sweep: each is appended to a file as soon as it is there.
//!
//! The first line carries a digest of all that the rows depend on, the second the command that goes
//! on with them. A row counts if its line is whole; numbers are written so that they read back to
//! the last bit. Invariant: what is read back is what was run, whenever the program was stopped.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context;

use crate::experiment::sweep::execute::Row;
use crate::experiment::sweep::plan::Plan;
use crate::output::directory::replace;
use crate::output::manifest::{Manifest, digest};
use crate::output::table::cell;

/// The name of the file.
pub const NAME: &str = "runs.partial.csv";

/// The file, open to append.
pub struct Partial {
    path: PathBuf,
    file: Mutex<File>,
}

/// What is found when a sweep begins.
pub enum Found {
    /// A file to append to and the rows that are in it; none in a new one.
    Ours(Partial, Vec<Row>),
    /// The rows of another sweep, with the command that goes on with it.
    Other(String),
}

impl Partial {
    /// Opens the file in `directory` for the sweep of this plan and manifest, or starts it.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(
        directory: &Path,
        plan: &Plan,
        names: &[String],
        manifest: &Manifest,
        force: bool,
    ) -> anyhow::Result<Found> {
        let path = directory.join(NAME);
        let head = head(names, manifest);
        let text = std::fs::read(&path).ok();
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let rows = match &text {
            Some(text) if text.starts_with(&head) => read(&text[head.len()..], plan, names.len()),
            Some(text) if !force && text.lines().count() > 3 => {
                let command = text.lines().nth(1).unwrap_or_default();
                return Ok(Found::Other(command.trim_start_matches("# ").to_string()));
            }
            _ => Vec::new(),
        };
        let whole = rows.iter().fold(head, |text, row| text + &line(row));
        if text.as_ref() != Some(&whole) {
            replace(&path, whole.as_bytes())?;
        }
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Found::Ours(Partial { path, file: Mutex::new(file) }, rows))
    }

    /// Appends a row.
    ///
    /// # Errors
    /// What the system says.
    pub fn append(&self, row: &Row) -> anyhow::Result<()> {
        let mut file = self.file.lock().expect("no thread panics while it writes");
        let written = file.write_all(line(row).as_bytes());
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// The sweep is finished: the file goes.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(self) -> anyhow::Result<()> {
        let removed = std::fs::remove_file(&self.path);
        removed.with_context(|| format!("cannot remove {}", self.path.display()))
    }
}

/// The first three lines.
fn head(names: &[String], manifest: &Manifest) -> String {
    let identity = format!(
        "{} scheme {} scenario {} inputs {:?} seed {} replications {}",
        manifest.program,
        manifest.randomness_scheme,
        manifest.scenario_digest,
        manifest.inputs,
        manifest.seed,
        manifest.replications
    );
    let digest = digest(identity.as_bytes());
    let (command, columns) = (&manifest.command, names.join(","));
    let header = format!("point,replication,fingerprint,exogenous,{columns}");
    format!("# rehearsal sweep {digest}\n# {command}\n{header}\n")
}

fn line(row: &Row) -> String {
    let mut line =
        format!("{},{},{},{:016x}", row.point, row.replication, row.fingerprint, row.exogenous);
    for value in &row.values {
        line += ",";
        line += &cell(*value);
    }
    line + "\n"
}

/// The rows up to the first line that is not whole.
fn read(text: &str, plan: &Plan, numbers: usize) -> Vec<Row> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let row = |line: &str| {
        let mut cells = line.split(',');
        let row = Row {
            point: cells.next()?.parse().ok().filter(|point| *point < plan.points.len())?,
            replication: cells.next()?.parse().ok().filter(|r| *r < plan.replications)?,
            fingerprint: cells.next()?.to_string(),
            exogenous: u64::from_str_radix(cells.next()?, 16).ok()?,
            values: cells.map(number).collect::<Option<_>>()?,
        };
        (row.values.len() == numbers && row.fingerprint.len() == 32).then_some(row)
    };
    whole.lines().map_while(row).collect()
}

fn number(cell: &str) -> Option<f64> {
    if cell.is_empty() { Some(f64::NAN) } else { cell.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use crate::experiment::sweep::execute::{execute, names};

    const SWEEP: &str = r#"
        name = "a"
        horizon = "1m"
        workloads.w.arrivals.poisson.rate = "1/s"
        workflows.f.steps.s.work = { exponential = { mean = "2s" } }
        pools.p = {}
        [sweep]
        replications = 2
        axes."pools.p.agents" = [3, 4]
    "#;

    /// The rows that are found in a file of the first `bytes` of what a whole sweep appends.
    fn found(directory: &Path, bytes: usize, seed: u64) -> Option<usize> {
        let plan = Plan::read(SWEEP, &NoFiles).expect("a sweep");
        let (names, manifest) = (names(&plan), Manifest { seed: 7, ..Manifest::new("sweep", "a") });
        let rows = execute(&plan, 7, Vec::new(), || false, |_| {});
        let body: String = rows.iter().map(line).collect();
        let text = head(&names, &manifest) + &body[..bytes.min(body.len())];
        std::fs::write(directory.join(NAME), &text).unwrap();
        let manifest = Manifest { seed, ..manifest };
        match Partial::open(directory, &plan, &names, &manifest, false).unwrap() {
            Found::Other(_) => None,
            Found::Ours(partial, found) => {
                for (row, original) in found.iter().zip(&rows) {
                    assert_eq!(format!("{row:?}"), format!("{original:?}"));
                }
                partial.append(&rows[3]).unwrap();
                let text = std::fs::read_to_string(directory.join(NAME)).unwrap();
                assert_eq!(text.lines().count(), 3 + found.len() + 1);
                partial.remove().unwrap();
                Some(found.len())
            }
        }
    }

    #[test]
    fn whole_rows_are_read_back_to_the_last_bit() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(found(home.path(), usize::MAX, 7), Some(4));
        assert_eq!(found(home.path(), 0, 7), Some(0));
        // A line and a half.
        assert_eq!(found(home.path(), 1500, 7), Some(1));
        assert!(!home.path().join(NAME).exists());
    }

    #[test]
    fn the_rows_of_another_sweep_are_left_alone() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(found(home.path(), usize::MAX, 8), None);
        assert!(home.path().join(NAME).exists());
        // Without any row there is nothing to lose.
        assert_eq!(found(home.path(), 0, 8), Some(0));
    }
}
