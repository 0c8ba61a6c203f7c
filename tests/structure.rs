//! The house as it is drawn: floors, sizes, headers. A file imports only from lower floors or its
//! own folder; files stay under 400 lines, functions under 70, lines within 100 columns; every file
//! says at its top what it is about.

use std::path::{Path, PathBuf};

/// The floor of each top-level module; modules on one floor do not know each other.
const FLOORS: [(&str, u8); 10] = [
    ("base", 0),
    ("kernel", 1),
    ("mechanism", 1),
    ("stats", 1),
    ("scenario", 2),
    ("model", 3),
    ("observe", 4),
    ("experiment", 5),
    ("output", 6),
    ("cli", 7),
];

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                _ if path.is_dir() && !path.ends_with("target") => folders.push(path),
                Some(extension) if extension == "rs" => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "{folder} has Rust files");
    files
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let own = path.strip_prefix(source).unwrap();
    let first = own.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_string()
}

/// The modules that a line of code refers to from the root of the crate.
fn references(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap();
    let word = |rest: &str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest[..end].to_string()
    };
    code.match_indices("crate::").map(|(at, found)| word(&code[at + found.len()..])).collect()
}

#[test]
fn a_file_imports_only_from_lower_floors() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for path in rust_files("src") {
        let own = module(&path);
        let Some(mine) = floor(&own) else {
            assert!(["lib", "main"].contains(&own.as_str()), "{own} has a floor");
            continue;
        };
        for (number, line) in text(&path).lines().enumerate() {
            for other in references(line) {
                let Some(theirs) = floor(&other) else { continue };
                checked += 1;
                if other != own && theirs >= mine {
                    wrong.push(format!("{}:{}: {other}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(checked > 100, "imports were found");
    assert!(wrong.is_empty(), "imports from above:\n{}", wrong.join("\n"));
}

#[test]
fn nobody_reaches_the_root_by_another_way() {
    for path in rust_files("src") {
        let own = module(&path);
        let outside = format!("super::{own}");
        let named = text(&path).lines().any(|line| line.contains(&outside) && !line.contains("//"));
        assert!(!named, "{} names its own top-level module through super", path.display());
    }
}

#[test]
fn files_and_lines_are_short_and_have_a_header() {
    let mut wrong = Vec::new();
    for path in ["src", "tests", "benches"].into_iter().flat_map(rust_files) {
        let text = text(&path);
        let name = path.display();
        if !text.starts_with("//!") {
            wrong.push(format!("{name}: no header"));
        }
        if text.lines().count() > 400 {
            wrong.push(format!("{name}: {} lines", text.lines().count()));
        }
        for (number, line) in text.lines().enumerate() {
            if line.chars().count() > 100 {
                wrong.push(format!("{name}:{}: {} columns", number + 1, line.chars().count()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The functions of a formatted file that are too long: a function ends where a line closes a brace
/// at the indentation of its `fn`.
fn long_functions(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let starts = |line: &str| {
        let code = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(super) ");
        let code = code.trim_start_matches("pub(crate) ").trim_start_matches("const ");
        code.starts_with("fn ") && !line.trim_end().ends_with(';')
    };
    let mut long = Vec::new();
    for (first, line) in lines.iter().enumerate().filter(|(_, line)| starts(line)) {
        let closes = |other: &&str| other.trim_end() == format!("{}}}", " ".repeat(indent(line)));
        let length = lines[first..].iter().position(closes).unwrap_or(0) + 1;
        if length > 70 {
            long.push(format!("{}: {length} lines: {}", first + 1, line.trim()));
        }
    }
    long
}

#[test]
fn functions_are_short() {
    let mut wrong = Vec::new();
    for path in ["src", "tests", "benches"].into_iter().flat_map(rust_files) {
        let long = long_functions(&text(&path));
        wrong.extend(long.into_iter().map(|long| format!("{}:{long}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_long_function_would_be_seen() {
    let body = "        let x = 1;\n".repeat(69);
    let text = format!("impl A {{\n    pub fn long(\n        &self,\n    ) {{\n{body}    }}\n}}\n");
    assert_eq!(long_functions(&text).len(), 1);
    assert_eq!(references("use crate::base::time; // crate::cli"), ["base"]);
}

#[test]
fn nothing_iterates_in_an_order_of_chance() {
    let forbidden = ["HashMap", "HashSet", "thread_rng", "from_os_rng", "StdRng", "SmallRng"];
    for path in rust_files("src") {
        for (number, line) in text(&path).lines().enumerate() {
            let code = line.split("//").next().unwrap();
            let found = forbidden.iter().find(|word| code.contains(**word));
            assert_eq!(found, None, "{}:{}", path.display(), number + 1);
        }
    }
}
