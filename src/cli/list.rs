//! `rehearsal list`: what a scenario may choose from, and the scenarios here.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::args;
use super::failure::Failure;
use super::screen::Screen;
use super::words::cut;
use crate::base::read::{Context, Document, NoFiles};
use crate::mechanism::choices;

/// A scenario as the list shows it.
struct Listed {
    path: String,
    name: String,
    about: String,
}

/// Lists mechanisms and scenarios.
///
/// # Errors
/// Stdout cannot be written.
pub fn list(args: &args::List, screen: &Screen) -> Result<(), Failure> {
    let scenarios = scenarios(Path::new("scenarios"));
    let text = if args.json { as_json(&scenarios) } else { as_text(&scenarios, screen) };
    screen.print(&text)
}

fn as_json(scenarios: &[Listed]) -> String {
    let mechanisms: Vec<_> = choices()
        .map(|it| json!({ "family": it.family, "name": it.name, "about": it.about }))
        .collect();
    let scenarios: Vec<_> = scenarios
        .iter()
        .map(|it| json!({ "path": it.path, "name": it.name, "about": it.about }))
        .collect();
    json!({ "mechanisms": mechanisms, "scenarios": scenarios }).to_string() + "\n"
}

fn as_text(scenarios: &[Listed], screen: &Screen) -> String {
    let mut lines = Vec::new();
    let all: Vec<_> = choices().collect();
    let names = filled(all.iter().map(|it| format!("  {}", it.name)).collect());
    for (i, (choice, name)) in all.iter().zip(names).enumerate() {
        if i == 0 || all[i - 1].family != choice.family {
            if i > 0 {
                lines.push(String::new());
            }
            lines.push(screen.bold(choice.family));
        }
        lines.push(format!("{name}  {}", choice.about));
    }
    if !scenarios.is_empty() {
        lines.push(String::new());
        lines.push(screen.bold("scenarios"));
        let paths = filled(scenarios.iter().map(|it| format!("  {}", it.path)).collect());
        for (it, path) in scenarios.iter().zip(paths) {
            let room = 100usize.saturating_sub(path.chars().count() + 2);
            lines.push(format!("{path}  {}", cut(&it.about, room)).trim_end().to_string());
        }
    }
    lines.join("\n") + "\n"
}

/// Texts filled up to the same width.
fn filled(mut texts: Vec<String>) -> Vec<String> {
    let wide = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    texts.iter_mut().for_each(|text| *text = format!("{text:wide$}"));
    texts
}

/// The scenarios below a directory, by path; those that are broken on purpose are left out.
fn scenarios(directory: &Path) -> Vec<Listed> {
    let mut files = Vec::new();
    gather(directory, &mut files);
    files.sort();
    files.iter().filter_map(|path| read(path)).collect()
}

fn gather(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "broken") {
                gather(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}

/// A scenario's own words; `None` if it has none.
fn read(path: &Path) -> Option<Listed> {
    let document = Document::from_bytes(&std::fs::read(path).ok()?).ok()?;
    let context = Context::new(&NoFiles);
    let mut table = document.root(&context).table()?;
    let name = table.maybe::<String>("name")?;
    let about = table.maybe::<String>("about").unwrap_or_default();
    Some(Listed { path: path.display().to_string(), name, about })
}
