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
    let rows = choices().map(|it| (it.family.to_string(), it.name.to_string(), it.about));
    section(&mut lines, rows.collect(), screen);
    let place = |it: &Listed| {
        let (directory, file) = it.path.rsplit_once(['/', '\\']).unwrap_or(("", &it.path));
        (directory.to_string(), file.to_string())
    };
    let rows = scenarios.iter().map(|it| (place(it).0, place(it).1, it.about.as_str()));
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    for rows in rows.chunk_by(|a, b| a.0 == b.0) {
        section(&mut lines, rows.to_vec(), screen);
    }
    lines.join("\n") + "\n"
}

/// Lines of names and what they are about, under the headings that are their first parts.
fn section(lines: &mut Vec<String>, rows: Vec<(String, String, &str)>, screen: &Screen) {
    let names = filled(rows.iter().map(|(_, name, _)| format!("  {name}")).collect());
    let mut heading = None;
    for ((under, _, about), name) in rows.iter().zip(names) {
        if heading != Some(under) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(screen.bold(under));
            heading = Some(under);
        }
        let room = 100usize.saturating_sub(name.chars().count() + 2);
        lines.push(format!("{name}  {}", cut(about, room)).trim_end().to_string());
    }
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
