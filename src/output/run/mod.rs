//! The files of a run: tables, charts and the scenario as it was run.

mod charts;
mod tables;

pub use charts::footer;
use rayon::prelude::*;

use super::chart::Figure;
use super::directory::Directory;
use super::manifest::{Kept, Manifest};
use crate::experiment::replicate::{Estimate, Replication};
use crate::experiment::watch::Watch;
use crate::scenario::meaning::Scenario;

/// What a run gave.
pub struct Outcome<'a, 's> {
    /// What was run.
    pub scenario: &'s Scenario,
    /// The seed.
    pub seed: u64,
    /// Its replications, in order.
    pub runs: &'a [Replication<'s>],
    /// The estimate of every number.
    pub estimates: &'a [Estimate],
    /// Replication 0 in detail.
    pub watch: &'a Watch<'s>,
}

/// The files that may stand in the directory of a run; beginnings of names.
pub const FILES: [&str; 7] = [
    "scenario.toml",
    "summary.csv",
    "agents.csv",
    "series.csv",
    "tasks.csv",
    "journal.csv",
    "charts",
];

impl Outcome<'_, '_> {
    /// The estimate of a number.
    pub fn estimate(&self, name: &str) -> Option<&crate::stats::interval::Interval> {
        let found = self.estimates.iter().find(|estimate| estimate.name == name);
        found.and_then(|estimate| estimate.interval.as_ref())
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
        directory.write("summary.csv", &tables::summary(self))?;
        directory.write("agents.csv", &tables::agents(self))?;
        directory.write("series.csv", &tables::series(self))?;
        directory.write("tasks.csv", &tables::tasks(self))?;
        directory.write("journal.csv", &tables::journal(self))?;
        if charts {
            write_figures(directory, &charts::figures(self, &manifest))?;
        }
        let (tasks, journal) = (&self.watch.tasks, &self.watch.journal);
        let kept = |rows: usize, of| Kept { rows: rows as u64, of };
        manifest.kept.insert("tasks.csv".into(), kept(tasks.rows().len(), tasks.left()));
        manifest.kept.insert("journal.csv".into(), kept(journal.rows().len(), journal.told()));
        manifest.fingerprints = self.runs.iter().map(|run| run.fingerprint.clone()).collect();
        directory.finish(manifest)
    }
}

/// Writes figures by name, each as SVG and as PNG.
///
/// # Errors
/// What the system says.
pub fn write_figures(directory: &mut Directory, figures: &[(&str, Figure)]) -> anyhow::Result<()> {
    let drawn: Vec<(String, Vec<u8>)> = figures
        .par_iter()
        .flat_map_iter(|(name, figure)| {
            let (svg, png) = (figure.svg().into_bytes(), figure.png());
            [(format!("charts/{name}.svg"), svg), (format!("charts/{name}.png"), png)]
        })
        .collect();
    for (name, bytes) in drawn {
        directory.write(&name, &bytes)?;
    }
    Ok(())
}
