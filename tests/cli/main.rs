//! The command line as its users meet it: every command, every file, every exit code.

mod findings;
mod run;
mod sweep;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

/// A small desk with a queue.
const DESK: &str = r#"
name = "desk"
about = "A desk"
horizon = "2h"
warm_up = "10m"

[classes.gold]
priority = 1
[classes.regular]
patience = { mean = "5m", cv = 1 }

[workloads.questions]
arrivals.poisson = { rate = "100/h" }
classes = { gold = "20%", regular = "80%" }

[workflows.answer.steps.work]
work = { mean = "2m", cv = 1 }

[pools.desk]
agents = 4
dispatch = "round_robin"
"#;

/// The same with a sweep.
const SWEEP: &str = r#"
[sweep]
replications = 4
axes."pools.desk.agents" = [4, 5, 6]
axes.order = { alternatives = { fifo = {}, gold = { "pools.desk.discipline" = "priority" } } }
baseline = { "pools.desk.agents" = 5, order = "fifo" }
judge = { minimise = "class.gold.sojourn_mean_s" }
"#;

/// A directory with the scenarios in which commands are run.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Home(tempfile::tempdir().unwrap());
        home.write("desk.toml", DESK);
        home.write("sweep.toml", &format!("{DESK}{SWEEP}"));
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(cargo_bin("rehearsal"));
        command.current_dir(self.0.path()).args(line.split_whitespace());
        command
    }

    /// Runs a command line; its words hold no spaces.
    fn run(&self, line: &str) -> Ran {
        Ran::of(self.command(line).output().unwrap())
    }

    /// All files below a directory with their contents.
    fn tree(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, at: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
            for entry in std::fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, files);
                } else {
                    let name = path.strip_prefix(root).unwrap().display().to_string();
                    files.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        let mut files = BTreeMap::new();
        walk(&self.path(name), &self.path(name), &mut files);
        files
    }
}

/// What a command said.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("the program ends by itself");
        Ran { code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// It must have succeeded, without a word on stderr.
    fn ok(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self
    }

    /// It must have failed with this code and these words on stderr.
    fn fails(self, code: i32, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        for part in words {
            assert!(self.err.contains(part), "no {part:?} in: {}", self.err);
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// One screen.
fn fits(text: &str) {
    assert!(text.lines().count() <= 24, "{} lines: {text}", text.lines().count());
    for line in text.lines().filter(|line| !line.starts_with("again: ")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
