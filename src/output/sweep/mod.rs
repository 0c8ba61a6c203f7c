//! The files of a sweep: the runs, what they say of each point, charts, and the rows of an
//! unfinished sweep.

mod charts;
pub mod partial;
mod tables;

use super::directory::Directory;
use super::manifest::{Manifest, digest};
use super::run::write_figures;
use crate::experiment::sweep::compare::Comparison;
use crate::experiment::sweep::execute::Row;
use crate::experiment::sweep::plan::Plan;

/// What a sweep gave.
pub struct Outcome<'a> {
    /// What was run.
    pub plan: &'a Plan,
    /// The seed.
    pub seed: u64,
    /// A row for each run, in order.
    pub rows: &'a [Row],
    /// What they say.
    pub comparison: &'a Comparison,
}

/// The files that may stand in the directory of a sweep.
pub const FILES: [&str; 6] =
    ["scenario.toml", "runs.csv", "points.csv", "pairs.csv", "charts", partial::NAME];

impl Outcome<'_> {
    /// The fingerprint of the sweep: a digest over those of its runs.
    pub fn fingerprint(&self) -> String {
        let all: String = self.rows.iter().map(|row| row.fingerprint.as_str()).collect();
        digest(all.as_bytes())[..32].to_string()
    }

    /// Writes all files; the manifest comes last and gets what only the result knows.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(
        &self,
        directory: &mut Directory,
        text: &str,
        mut manifest: Manifest,
        charts: bool,
    ) -> anyhow::Result<()> {
        directory.write("scenario.toml", text.as_bytes())?;
        directory.write("runs.csv", &tables::runs(self))?;
        directory.write("points.csv", &tables::points(self))?;
        directory.write("pairs.csv", &tables::pairs(self))?;
        if charts {
            write_figures(directory, &charts::figures(self, &manifest))?;
        }
        manifest.points = Some(self.plan.points.len());
        manifest.fingerprints = vec![self.fingerprint()];
        directory.finish(manifest)
    }
}
