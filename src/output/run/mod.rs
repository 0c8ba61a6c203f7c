//! The files of a run: tables, charts and the scenario as it was run.

mod charts;
mod controls;
mod tables;
mod timeline;

pub use charts::footer;
use rayon::prelude::*;

use super::chart::Figure;
use super::directory::Directory;
use super::manifest::{Kept, Manifest};
use crate::experiment::gather::Gathered;

/// The files that may stand in the directory of a run; beginnings of names.
pub const FILES: [&str; 13] = [
    "scenario.toml",
    "summary.csv",
    "agents.csv",
    "series.csv",
    "tasks.csv",
    "journal.csv",
    "scaling.csv",
    "monitor.csv",
    "alerts.csv",
    "breakers.csv",
    "detection.csv",
    "recommendations.csv",
    "charts",
];

/// Writes all files of a run of the scenario with this text. The manifest comes last and gets what
/// only the result knows.
///
/// # Errors
/// What the system says.
pub fn write(
    all: &Gathered<'_>,
    directory: &mut Directory,
    text: &str,
    mut manifest: Manifest,
    charts: bool,
) -> anyhow::Result<()> {
    directory.write("scenario.toml", text.as_bytes())?;
    directory.write("summary.csv", &tables::summary(all))?;
    directory.write("agents.csv", &tables::agents(all))?;
    directory.write("series.csv", &tables::series(all))?;
    directory.write("tasks.csv", &tables::tasks(all))?;
    directory.write("journal.csv", &tables::journal(all))?;
    for (name, bytes, kept) in controls::files(all) {
        directory.write(name, &bytes)?;
        manifest.kept.insert(name.into(), kept);
    }
    if !all.advice.is_empty() {
        directory.write("recommendations.csv", &tables::recommendations(all))?;
    }
    if charts {
        write_figures(directory, &charts::figures(all, &manifest))?;
    }
    let (tasks, journal) = (&all.watch.tasks, &all.watch.journal);
    let kept = |rows: usize, of| Kept { rows: rows as u64, of };
    manifest.kept.insert("tasks.csv".into(), kept(tasks.rows().len(), tasks.left()));
    manifest.kept.insert("journal.csv".into(), kept(journal.rows().len(), journal.told()));
    manifest.fingerprints = all.runs.iter().map(|run| run.fingerprint.clone()).collect();
    directory.finish(manifest)
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
