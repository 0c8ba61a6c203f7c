//! Reading the scenario that the command line names, with the changes of `--set`.

use std::io::ErrorKind;
use std::path::Path;

use super::args;
use super::failure::Failure;
use super::screen::Screen;
use crate::base::read::{Document, Mistake, suggest};
use crate::experiment::objectives::{self, Objective};
use crate::experiment::sweep::plan::Refused;
use crate::scenario::files::Directory;
use crate::scenario::load::{Loaded, load};
use crate::scenario::{overrides, report};

/// The text of a scenario, changes applied.
pub struct Source {
    /// The name that messages give it.
    pub name: String,
    /// The text.
    pub text: String,
    /// The files that it may refer to.
    pub files: Directory,
}

impl Source {
    /// Reads the file and applies the changes.
    ///
    /// # Errors
    /// The file cannot be read, is not UTF-8 or not TOML, or a change cannot be made.
    pub fn read(source: &args::Source, screen: &Screen) -> Result<Source, Failure> {
        let path = &source.scenario;
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let mut name = path.display().to_string();
        let document = Document::from_bytes(&bytes).map_err(|mistake| {
            refuse(&name, &String::from_utf8_lossy(&bytes), &[mistake], screen)
        })?;
        let mut text = document.text().to_string();
        if !source.sets.is_empty() {
            text = overrides::apply(&text, &source.sets).map_err(|why| {
                Failure::usage(why, "the path is as in the scenario: --set pools.desk.agents=5")
            })?;
            name += " with --set";
        }
        Ok(Source { name, text, files: Directory::of(path) })
    }

    /// The scenario and its objectives.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn load(&self, screen: &Screen) -> Result<(Loaded, Vec<Objective>), Failure> {
        let refused = |mistakes: Vec<Mistake>| refuse(&self.name, &self.text, &mistakes, screen);
        let loaded = load(self.text.as_bytes(), &self.files).map_err(refused)?;
        let objectives = objectives::read(&loaded).map_err(refused)?;
        Ok((loaded, objectives))
    }
}

/// The failure of a plan: mistakes in the scenario, or in one point of the grid.
pub fn refuse_plan(name: &str, refused: &Refused, screen: &Screen) -> Failure {
    let name = match &refused.point {
        Some(point) => format!("{name} at the point {point}"),
        None => name.to_string(),
    };
    refuse(&name, &refused.text, &refused.mistakes, screen)
}

/// The failure of a scenario with these mistakes.
pub fn refuse(name: &str, text: &str, mistakes: &[Mistake], screen: &Screen) -> Failure {
    Failure::mistakes(report::render(name, text, mistakes, screen.colour_err()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    if path.is_dir() {
        let inside = path.join("scenario.toml");
        let help = inside.is_file().then(|| format!("its scenario is {}", inside.display()));
        return Failure::io(format!("cannot read {shown}: it is a directory"), help);
    }
    if error.kind() != ErrorKind::NotFound {
        return Failure::io(format!("cannot read {shown}: {error}"), None);
    }
    let near = neighbour(path).map(|near| format!("did you mean {near}?"));
    let help = near.unwrap_or_else(|| "`rehearsal list` names the scenarios here".to_string());
    Failure::io(format!("cannot read {shown}: there is no such file"), Some(help))
}

/// A scenario beside `path`, or below ./scenarios, that was probably meant.
fn neighbour(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    let beside = path.parent().unwrap_or(Path::new(""));
    for directory in [beside, Path::new("scenarios")] {
        let directory = if directory == Path::new("") { Path::new(".") } else { directory };
        let Ok(entries) = std::fs::read_dir(directory) else { continue };
        let mut stems: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_string()))
            .collect();
        stems.sort();
        if let Some(near) = suggest(stem, stems.iter().map(String::as_str)) {
            let near = directory.join(format!("{near}.toml"));
            return Some(near.strip_prefix(".").unwrap_or(&near).display().to_string());
        }
    }
    None
}
