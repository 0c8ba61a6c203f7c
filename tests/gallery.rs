//! The gallery and its guide, `scenarios/gallery/README.md`, hold what they promise: a scenario, a
//! section and a picture for every mechanism; keys, defaults and snippets as the program has them;
//! pictures and first facts as the scenarios make them now.
//!
//! `REWRITE=1 cargo test --test gallery` makes pictures and goldens anew; look at the difference
//! before you commit it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;
use rehearsal::base::read::{Filled, Step};
use rehearsal::base::time::Time;
use rehearsal::experiment::replicate::Replication;
use rehearsal::mechanism::choices;
use rehearsal::model::fact::{Fact, Observer};
use rehearsal::model::{Seed, run_for};
use rehearsal::observe::journal::Journal;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::{Loaded, load};
use rehearsal::scenario::report;
use toml_edit::{DocumentMut, Item, TableLike};

/// A part of the guide: from a heading to the next one.
#[derive(Debug, Default)]
struct Section {
    heading: String,
    level: usize,
    /// The TOML snippets.
    snippets: Vec<String>,
    /// The keys: where they stand, the key, its default as written.
    rows: Vec<(String, String, String)>,
    /// The scenario and the chart that its picture is, without their endings.
    command: Option<(String, String)>,
    pictures: Vec<String>,
    links: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn gallery() -> PathBuf {
    root().join("scenarios/gallery")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files of a directory with this ending.
fn names(directory: &Path, ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(directory).expect("the directory is there");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(ending).map(String::from)).collect()
}

fn scenarios() -> BTreeSet<String> {
    names(&gallery(), ".toml")
}

/// The text between two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

fn sections() -> Vec<Section> {
    let mut sections = Vec::new();
    let mut section = Section::default();
    let (mut snippet, mut place) = (None::<String>, String::new());
    for line in read(&gallery().join("README.md")).lines() {
        match (&mut snippet, line) {
            (None, "```toml") => snippet = Some(String::new()),
            (Some(_), "```") => section.snippets.extend(snippet.take()),
            (Some(text), _) => *text += &format!("{line}\n"),
            (None, _) if line.starts_with('#') => {
                let level = line.chars().take_while(|c| *c == '#').count();
                let heading = line[level..].trim().to_string();
                sections.push(std::mem::take(&mut section));
                section = Section { heading, level, ..Section::default() };
            }
            (None, _) if line.starts_with("| key of ") => {
                place = between(line, "| key of ", " |").unwrap().trim_matches('`').to_string();
            }
            (None, _) if line.starts_with("| `") && !place.is_empty() => {
                let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
                let [key, default, _] = cells[..] else { panic!("three columns: {line}") };
                let key = key.trim_matches('`').to_string();
                section.rows.push((place.clone(), key, default.to_string()));
            }
            (None, "") => place.clear(),
            (None, _) if line.starts_with("`rehearsal run") => {
                let scenario = between(line, "`rehearsal run scenarios/gallery/", ".toml`");
                let chart = between(line, "draws it as `charts/", ".svg`.");
                section.command = Some((scenario.unwrap().into(), chart.unwrap().into()));
            }
            (None, _) => {
                section.pictures.extend(between(line, "](pictures/", ".svg)").map(String::from));
            }
        }
        let links = line.split("](#").skip(1).filter_map(|rest| rest.split_once(')'));
        section.links.extend(links.map(|(link, _)| link.to_string()));
    }
    sections.push(section);
    sections
}

/// The link to a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
}

fn try_load(text: &str) -> Result<Loaded, String> {
    let path = gallery().join("snippet.toml");
    load(text.as_bytes(), &Directory::of(&path))
        .map_err(|mistakes| report::render("snippet", text, &mistakes, false))
}

fn load_scenario(name: &str) -> Loaded {
    let text = read(&gallery().join(format!("{name}.toml")));
    try_load(&text).unwrap_or_else(|why| panic!("{name} does not load:\n{why}"))
}

/// A snippet with what else a scenario needs.
fn complete(snippet: &str) -> DocumentMut {
    let mut document: DocumentMut = snippet.parse().expect("a snippet is TOML");
    let frame = "name = 'snippet'\nhorizon = '1h'\n\
                 workloads.calls.arrivals.poisson.rate = '1/min'\n\
                 workflows.call.steps.talk.work = '30s'\npools.desk.reliability = 1\n";
    let frame: DocumentMut = frame.parse().expect("the frame is TOML");
    for (key, item) in frame.iter() {
        if !document.contains_key(key) {
            document.insert(key, item.clone());
        }
    }
    let workloads = document["workloads"].as_table_like_mut().expect("a table of workloads");
    for (_, workload) in workloads.iter_mut() {
        let workload = workload.as_table_like_mut().expect("a workload is a table");
        if !workload.contains_key("arrivals") {
            workload.insert("arrivals", frame["workloads"]["calls"]["arrivals"].clone());
        }
    }
    document
}

/// Where a key of the guide stands: the keys from the top, any name for `NAME`.
fn path_of(place: &str, key: &str) -> Vec<String> {
    let place = if place == "the file" { "" } else { place };
    let steps = place.split('.').chain(key.split('.')).filter(|step| !step.is_empty());
    steps.map(String::from).collect()
}

fn is_at(path: &[Step], pattern: &[String]) -> bool {
    let same = |(step, wanted): (&Step, &String)| match step {
        Step::Key(key) => wanted == "NAME" || key == wanted,
        Step::Item(_) => false,
    };
    path.len() == pattern.len() && path.iter().zip(pattern).all(same)
}

/// Takes the key out wherever it stands; whether it was there.
fn remove(table: &mut dyn TableLike, pattern: &[String]) -> bool {
    let (first, rest) = pattern.split_first().expect("a key");
    let matching = |key: &str| first == "NAME" || key == first;
    let keys: Vec<String> =
        table.iter().map(|(key, _)| key.to_string()).filter(|key| matching(key)).collect();
    let mut found = false;
    for key in keys {
        if rest.is_empty() {
            found |= table.remove(&key).is_some();
        } else if let Some(item) = table.get_mut(&key) {
            found |= item.as_table_like_mut().is_some_and(|inner| remove(inner, rest));
            keep_if_empty(item);
        }
    }
    found
}

/// A table that is only there by its dotted keys would vanish with the last one.
fn keep_if_empty(item: &mut Item) {
    if item.as_table_like().is_some_and(|table| table.is_empty()) {
        match item {
            Item::Table(table) => {
                table.set_dotted(false);
                table.set_implicit(false);
            }
            _ => *item = toml_edit::value(toml_edit::InlineTable::new()),
        }
    }
}

/// What the program does without the key is what the guide says.
fn check_row(snippet: &str, place: &str, key: &str, default: &str) -> Result<(), String> {
    let pattern = path_of(place, key);
    let mut document = complete(snippet);
    let written = remove(document.as_table_mut(), &pattern);
    let loaded = try_load(&document.to_string());
    if default.starts_with("*required*") {
        return match loaded {
            _ if !written => Err("is required, but the snippet does not write it".into()),
            Ok(_) => Err("is not required".into()),
            Err(_) => Ok(()),
        };
    }
    let filled = loaded.map_err(|why| format!("is required, or more changes with it:\n{why}"))?;
    let values: BTreeSet<&str> = filled
        .defaults
        .iter()
        .filter(|it| is_at(it.path.steps(), &pattern))
        .map(|it| it.value.as_str())
        .collect();
    let values: Vec<&str> = values.into_iter().collect();
    let is_toml = default.starts_with('`') && default.ends_with('`');
    match &values[..] {
        [] if is_toml => Err(format!("has no default, but the guide says {default}")),
        [value] if is_toml && *value != default.trim_matches('`') => {
            Err(format!("has the default {value}, but the guide says {default}"))
        }
        [value] if default == "*none*" => Err(format!("has a default: {value}")),
        [_, _, ..] if is_toml => Err(format!("has the defaults {values:?}")),
        _ => Ok(()),
    }
}

/// A default that stands where the table of the guide is about, but neither in it nor in that of
/// its chapter.
fn untold<'f>(section: &Section, chapter: &Section, filled: &'f [Filled]) -> Option<&'f Filled> {
    let families: BTreeSet<&str> = choices().map(|it| it.family).collect();
    let of_mechanism = |place: &&str| place.split('.').any(|step| families.contains(step));
    let places: BTreeSet<&str> =
        section.rows.iter().map(|row| row.0.as_str()).filter(of_mechanism).collect();
    filled.iter().find(|it| {
        let inside = |place: &str| {
            let (pattern, steps) = (path_of(place, ""), it.path.steps());
            steps.len() > pattern.len() && is_at(&steps[..pattern.len()], &pattern)
        };
        let told =
            |row: &(String, String, String)| is_at(it.path.steps(), &path_of(&row.0, &row.1));
        let rows = || section.rows.iter().chain(&chapter.rows);
        places.iter().any(|place| inside(place)) && !rows().any(told)
    })
}

#[test]
fn every_mechanism_has_a_section_and_a_scenario_and_nothing_is_left_over() {
    let sections = sections();
    let described: Vec<&Section> = sections.iter().filter(|section| section.level == 3).collect();
    let mut used = BTreeSet::new();
    for section in &described {
        let heading = &section.heading;
        let (scenario, _) = section.command.as_ref().unwrap_or_else(|| panic!("{heading}: how?"));
        assert_eq!(section.pictures, [scenario.as_str()], "the picture of {heading}");
        assert!(!section.rows.is_empty() && section.snippets.len() == 1, "{heading} is not whole");
        assert!(used.insert(scenario.clone()), "{scenario} is in two sections");
        assert_eq!(load_scenario(scenario).scenario.name, *scenario, "the name of the scenario");
    }
    let headings: Vec<&str> = described.iter().map(|section| section.heading.as_str()).collect();
    let of_mechanisms: Vec<&str> =
        headings.iter().copied().filter(|heading| heading.contains('.')).collect();
    let all: Vec<String> = choices().map(|it| format!("{}.{}", it.family, it.name)).collect();
    assert_eq!(of_mechanisms, all, "the sections, in the order of `rehearsal list`");
    let expected = |it: &String| it.replacen('.', "-", 1);
    assert!(all.iter().map(expected).all(|name| used.contains(&name)));
    assert_eq!(used, scenarios(), "scenarios and sections");
    assert_eq!(used, names(&gallery().join("pictures"), ".svg"), "pictures and sections");
    assert_eq!(used, names(&root().join("tests/golden"), ".txt"), "goldens and sections");
}

#[test]
fn every_link_has_its_heading_and_every_section_is_in_the_contents() {
    let sections = sections();
    let anchors: BTreeSet<String> = sections.iter().map(|it| anchor(&it.heading)).collect();
    for section in &sections {
        for link in &section.links {
            assert!(anchors.contains(link), "{}: no heading for #{link}", section.heading);
        }
    }
    let contents = sections.iter().find(|section| section.heading == "Contents").unwrap();
    let in_contents = |section: &&Section| contents.links.contains(&anchor(&section.heading));
    let missing: Vec<&Section> = sections
        .iter()
        .filter(|section| section.level >= 2 && section.heading != "Contents")
        .filter(|section| !in_contents(section))
        .collect();
    assert!(missing.is_empty(), "not in the contents: {missing:?}");
}

#[test]
fn every_snippet_loads_and_every_key_has_the_default_that_is_written() {
    let mut wrong = Vec::new();
    let sections = sections();
    let mut chapter = &sections[0];
    for section in &sections {
        if section.level <= 2 {
            chapter = section;
        }
        let heading = &section.heading;
        for snippet in &section.snippets {
            match try_load(&complete(snippet).to_string()) {
                Err(why) => wrong.push(format!("{heading}: a snippet does not load:\n{why}")),
                Ok(loaded) => wrong.extend(
                    untold(section, chapter, &loaded.defaults)
                        .map(|it| format!("{heading}: not told: {} = {}", it.path, it.value)),
                ),
            }
        }
        for (place, key, default) in &section.rows {
            if key.contains('[') {
                continue; // A key inside a list: it has no default of its own.
            }
            // The first snippet is the frame of a section with several tables, but for queues.
            let declared = |it: &&String| place != "queues.NAME" || it.contains("[queues.");
            let snippet = section.snippets.iter().find(declared).expect("a snippet");
            if let Err(why) = check_row(snippet, place, key, default) {
                wrong.push(format!("{heading}: `{key}` of `{place}` {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Counts the tasks that came, left and remained.
#[derive(Default)]
struct Count(u64, u64, Option<u64>);

impl Observer for Count {
    fn on(&mut self, _at: Time, fact: &Fact) {
        match fact {
            Fact::Arrived { .. } => self.0 += 1,
            Fact::Left(_) => self.1 += 1,
            Fact::Ended { in_flight } => self.2 = Some(*in_flight),
            _ => {}
        }
    }
}

#[test]
fn every_scenario_runs_and_loses_no_task() {
    for name in scenarios() {
        let scenario = load_scenario(&name).scenario;
        let seed = Seed { seed: scenario.seed, replication: 0 };
        let mut count = Count::default();
        run_for(&scenario, seed, &mut count);
        let Count(arrived, left, remained) = count;
        assert!((30..60_000).contains(&arrived), "{name} has {arrived} tasks");
        assert_eq!((left, remained), (arrived, Some(0)), "{name}");
    }
}

/// Compares with the file, or writes it; what differs is told.
fn compare(path: &Path, made: &str) -> Option<String> {
    if std::env::var_os("REWRITE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("it can be made");
        std::fs::write(path, made).expect("it can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let shown = path.strip_prefix(root()).expect("a path of ours").display();
    (kept != made).then(|| format!("{shown} is not what is made now"))
}

#[test]
fn every_scenario_tells_the_same_facts_as_ever() {
    let golden = |name: &String| {
        let scenario = load_scenario(name).scenario;
        let mut journal = Journal::new(&scenario, 20);
        let run = Replication::watched(&scenario, scenario.seed, 0, &mut journal);
        let mut rows = csv::Writer::from_writer(Vec::new());
        journal.rows().iter().for_each(|row| rows.serialize(row).expect("a row"));
        let rows = String::from_utf8(rows.into_inner().expect("rows")).expect("text");
        let text = format!("fingerprint {} of {} facts\n{rows}", run.fingerprint, journal.told());
        compare(&root().join(format!("tests/golden/{name}.txt")), &text)
    };
    let different: Vec<String> = scenarios().iter().filter_map(golden).collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_picture_is_what_its_scenario_makes() {
    let pictures: BTreeMap<String, String> =
        sections().into_iter().filter_map(|section| section.command).collect();
    let different: Vec<String> = pictures
        .par_iter()
        .filter_map(|(name, chart)| {
            let directory = tempfile::tempdir().expect("a directory");
            let status = Command::new(env!("CARGO_BIN_EXE_rehearsal"))
                .args(["run", "--quiet", "--rows", "0", "--out"])
                .arg(directory.path().join("out"))
                .arg(gallery().join(format!("{name}.toml")))
                .status()
                .expect("the program runs");
            assert!(status.success(), "{name}: {status}");
            let made = read(&directory.path().join(format!("out/charts/{chart}.svg")));
            assert!(made.len() < 45_000, "{name}: a picture of {} bytes", made.len());
            compare(&gallery().join(format!("pictures/{name}.svg")), &made)
        })
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}
