//! The command line as its users meet it: every command, every file, every exit code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

#[test]
fn a_run_writes_its_files_and_fits_one_screen() {
    let home = Home::new();
    let ran = home.run("run desk.toml").ok();
    fits(&ran.out);
    for part in [
        "desk: A desk\n",
        "10 replications of 2h (warm-up 10m), seed 42",
        "\ngold ",
        "results/desk: agents.csv, journal.csv, series.csv, summary.csv, tasks.csv, 5 charts",
        "again: rehearsal run desk.toml --seed 42 --replications 10\n",
    ] {
        assert!(ran.out.contains(part), "no {part:?} in: {}", ran.out);
    }
    let tree = home.tree("results/desk");
    let names: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "agents.csv",
            "charts/agents.png",
            "charts/agents.svg",
            "charts/ecdf.png",
            "charts/ecdf.svg",
            "charts/latency.png",
            "charts/latency.svg",
            "charts/queues.png",
            "charts/queues.svg",
            "charts/utilisation.png",
            "charts/utilisation.svg",
            "journal.csv",
            "manifest.json",
            "scenario.toml",
            "series.csv",
            "summary.csv",
            "tasks.csv",
        ]
    );
    assert_eq!(home.read("results/desk/scenario.toml"), DESK);
    let manifest: Value = serde_json::from_slice(&tree["manifest.json"]).unwrap();
    assert_eq!(manifest["files"].as_object().unwrap().len(), tree.len() - 1);
    for (name, stamp) in manifest["files"].as_object().unwrap() {
        assert_eq!(stamp["digest"], blake3::hash(&tree[name]).to_hex().as_str(), "{name}");
    }
    let fingerprint = manifest["fingerprints"][0].as_str().unwrap();
    assert!(ran.out.contains(&format!("fingerprint of replication 0: {fingerprint}\n")));
}

#[test]
fn tables_are_tidy() {
    let home = Home::new();
    home.run("run desk.toml --replications 3 --no-charts --quiet --rows 7").ok();
    for (name, header, rows) in [
        ("summary.csv", "metric,mean,ci_low,ci_high,n", None),
        ("agents.csv", "replication,agent,pool,on_duty_s,busy_s,", Some(3 * 4)),
        ("series.csv", "time_s,arrivals,completed,failed,reneged,", None),
        ("tasks.csv", "task,workload,class,outcome,arrived_s,", Some(7)),
        ("journal.csv", "time_s,fact,task,workload,class,step,", Some(7)),
    ] {
        let text = home.read(&format!("results/desk/{name}"));
        assert!(text.starts_with(header), "{name}: {text}");
        let columns = text.lines().next().unwrap().split(',').count();
        assert!(text.lines().all(|line| line.split(',').count() == columns), "{name}");
        if let Some(rows) = rows {
            assert_eq!(text.lines().count(), 1 + rows, "{name}");
        }
    }
    let manifest: Value = serde_json::from_str(&home.read("results/desk/manifest.json")).unwrap();
    let kept = &manifest["kept"]["journal.csv"];
    assert_eq!(kept["rows"], 7);
    assert!(kept["of"].as_u64().unwrap() > 500);
    // The rows of the first task: it comes before it leaves.
    let journal = home.read("results/desk/journal.csv");
    assert!(journal.contains(",came_on,") && journal.contains(",arrived,0,questions,"));
}

#[test]
fn json_is_all_that_is_printed() {
    let home = Home::new();
    let json = home.run("run desk.toml --json --replications 2 --no-charts").ok().json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["fingerprints", "metrics", "replications", "scenario", "seed"]);
    assert_eq!((&json["scenario"], &json["seed"]), (&"desk".into(), &42.into()));
    assert_eq!(json["fingerprints"].as_array().unwrap().len(), 2);
    let sojourn = json["metrics"]["class.gold.sojourn_p95_s"].as_object().unwrap();
    let keys: Vec<&String> = sojourn.keys().collect();
    assert_eq!(keys, ["ci_high", "ci_low", "mean", "n"]);
    let number = |key: &str| sojourn[key].as_f64().unwrap();
    assert!(number("ci_low") < number("mean") && number("mean") < number("ci_high"));
    // Nobody waits without an end where nobody waits at all; one replication has no interval.
    let wide = "run desk.toml --json --replications 1 --no-charts --set pools.desk.agents=90";
    let json = home.run(wide).ok().json();
    assert_eq!(json["metrics"]["wait_mean_s"]["mean"], 0.0);
    assert_eq!(json["metrics"]["wait_mean_s"]["ci_low"], Value::Null);
    assert!(json["metrics"].as_object().unwrap().values().all(|it| it["mean"].is_number()));
}

#[test]
fn the_same_command_gives_the_same_bytes_on_any_number_of_threads() {
    let home = Home::new();
    for (command, options) in [("run desk.toml", "--replications 9"), ("sweep sweep.toml", "")] {
        home.run(&format!("{command} {options} --threads 1 --out one")).ok();
        home.run(&format!("{command} {options} --threads 8 --out eight")).ok();
        assert_eq!(home.tree("one"), home.tree("eight"));
        let name = if command.starts_with("run") { "summary.csv" } else { "runs.csv" };
        let before = home.read(&format!("one/{name}"));
        home.run(&format!("{command} {options} --seed 43 --out one")).ok();
        assert_ne!(before, home.read(&format!("one/{name}")), "another seed, other numbers");
    }
}

#[test]
fn what_is_set_is_run_and_kept() {
    let home = Home::new();
    let line = "run desk.toml --set pools.desk.agents=9 --seed 7 --replications 2 --no-charts";
    let ran = home.run(line).ok();
    assert!(ran.out.contains("--set pools.desk.agents=9 --seed 7 --replications 2 --no-charts\n"));
    assert_eq!(home.read("results/desk/scenario.toml"), DESK.replace("= 4", "= 9"));
    assert_eq!(home.read("results/desk/agents.csv").lines().count(), 1 + 2 * 9);
    let fingerprint = |line: &str| home.run(line).ok().json()["fingerprints"][0].clone();
    let short = "--replications 1 --no-charts --json";
    let nine = fingerprint(&format!("run desk.toml --set pools.desk.agents=9 --seed 7 {short}"));
    assert_eq!(nine, fingerprint(&format!("run results/desk/scenario.toml --seed 7 {short}")));
    assert_ne!(nine, fingerprint(&format!("run desk.toml --seed 7 {short}")));
}

#[test]
fn an_overloaded_system_has_no_mean_latency() {
    let home = Home::new();
    let line = "run desk.toml --set pools.desk.agents=1 --set classes.regular={} --no-charts";
    let ran = home.run(line).ok();
    fits(&ran.out);
    assert!(ran.out.contains("warning: the system is not stable: "), "{}", ran.out);
    let all = ran.out.lines().find(|line| line.starts_with("all ")).unwrap();
    assert_eq!(all.matches("grows").count(), 3, "{all}");
}

#[test]
fn results_of_others_are_not_overwritten() {
    let home = Home::new();
    home.write("other.toml", &DESK.replace("\"desk\"", "\"other\""));
    let quick = "--replications 1 --no-charts --quiet";
    home.run(&format!("run desk.toml {quick} --out here")).ok();
    let before = home.tree("here");
    let help = ["here holds the results of `desk`, not of `other`", "--out", "--force"];
    home.run(&format!("run other.toml {quick} --out here")).fails(2, &help);
    assert_eq!(home.tree("here"), before);
    std::fs::create_dir(home.path("letters")).unwrap();
    home.write("letters/dear.txt", "dear");
    let help = ["letters is not a directory of results: it holds dear.txt"];
    home.run(&format!("run desk.toml {quick} --out letters")).fails(2, &help);
    home.run(&format!("run other.toml {quick} --out here --force")).ok();
    home.run(&format!("run other.toml {quick} --out here --rows 0")).ok();
    assert_eq!(home.read("here/tasks.csv").lines().count(), 1);
}

#[test]
fn check_says_what_a_scenario_is_or_what_is_wrong() {
    let home = Home::new();
    let ran = home.run("check sweep.toml").ok();
    let expected = "ok: desk: 1 workload, 2 classes, 1 workflow, 1 step, 1 queue, 1 pool, \
                    4 agents; 2h; a sweep of 6 points\n";
    assert_eq!(ran.out, expected);
    home.write("broken.toml", &DESK.replace("agents = 4", "agent = 4\nspeed = -1"));
    let help =
        ["unknown key `pools.desk.agent`", "did you mean `agents`?", "2 mistakes in broken.toml"];
    home.run("check broken.toml").fails(2, &help);
    home.run("run broken.toml").fails(2, &help);
    home.write("axis.toml", &format!("{DESK}{}", SWEEP.replace("[4, 5, 6]", "[4, 5, 0]")));
    let help = ["axis.toml at the point fifo, agents 0", "0"];
    home.run("check axis.toml").fails(2, &help);
    let explained = home.run("check desk.toml --explain").ok().out;
    assert!(explained.contains("discipline = \"fifo\" # default"), "{explained}");
    home.write("explained.toml", &explained);
    assert_eq!(home.run("check explained.toml --explain").ok().out, explained);
}

#[test]
fn list_names_mechanisms_and_scenarios() {
    let home = Home::new();
    let alone = home.run("list").ok().out;
    for family in ["arrivals", "service", "discipline", "dispatch", "measure"] {
        assert!(alone.lines().any(|line| line == family), "no {family} in: {alone}");
    }
    assert!(!alone.contains("scenarios"));
    assert!(alone.lines().all(|line| line.chars().count() <= 100));
    std::fs::create_dir_all(home.path("scenarios/broken")).unwrap();
    home.write("scenarios/desk.toml", DESK);
    home.write("scenarios/broken/desk.toml", DESK);
    let listed = home.run("list --json").ok().json();
    let scenario = serde_json::json!([
        { "path": "scenarios/desk.toml", "name": "desk", "about": "A desk" }
    ]);
    assert_eq!(listed["scenarios"], scenario);
    let known = |family: &str, name: &str| {
        let all = listed["mechanisms"].as_array().unwrap();
        all.iter().any(|it| it["family"] == family && it["name"] == name)
    };
    assert!(known("arrivals", "poisson") && known("discipline", "fifo"));
    assert!(home.run("list").ok().out.contains("  scenarios/desk.toml  A desk\n"));
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let home = Home::new();
    home.run("fly desk.toml").fails(2, &["unrecognized subcommand 'fly'"]);
    home.run("run").fails(2, &["<SCENARIO>"]);
    home.run("run desk.toml --set agents").fails(2, &["write it as path.to.key=value"]);
    home.run("run desk.toml --set name.x=1").fails(2, &["cannot set `name.x`", "help:"]);
    home.run("run desk.toml --replications 0").fails(2, &["a whole number from 1 on"]);
    home.run("run dest.toml").fails(4, &["there is no such file", "did you mean desk.toml?"]);
    home.write("file", "");
    home.run("run desk.toml --out file/in").fails(4, &["cannot make file/in"]);
    home.run("sweep desk.toml").fails(2, &["the scenario has no sweep"]);
    let version = home.run("--version").ok().out;
    assert_eq!(version, format!("rehearsal {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let home = Home::new();
    let mut command = home.command("list");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn colours_are_used_where_they_are_wanted() {
    let home = Home::new();
    assert!(!home.run("list").ok().out.contains('\u{1b}'));
    assert!(home.run("list --color always").ok().out.contains("\u{1b}[1marrivals\u{1b}[0m"));
    let mut command = home.command("list --color always");
    let silent = Ran::of(command.env("NO_COLOR", "1").output().unwrap()).ok();
    assert!(silent.out.contains('\u{1b}'), "what is asked for by hand holds");
    home.run("run no.toml --color always").fails(4, &["\u{1b}[1;31merror:\u{1b}[0m"]);
}

#[test]
fn a_sweep_writes_its_files_and_a_verdict() {
    let home = Home::new();
    let dry = home.run("sweep sweep.toml --dry-run").ok().out;
    for part in
        ["2 axes", "3 values: 4, 5, 6", "6 points with 4 replications each: 24 runs", "about"]
    {
        assert!(dry.contains(part), "no {part:?} in: {dry}");
    }
    assert!(!home.path("results").exists());
    let ran = home.run("sweep sweep.toml --replications 20").ok();
    fits(&ran.out);
    for part in [
        "6 points with 20 replications each on common random numbers, seed 42",
        "judged by class.gold.sojourn_mean_s (less is better)",
        "baseline: fifo, agents 5, ",
        "better than the baseline",
        "joint 95 % intervals; common random numbers made the variance ",
        "results/desk: pairs.csv, points.csv, runs.csv, 2 charts in charts/",
        "again: rehearsal sweep sweep.toml --seed 42 --replications 20\n",
    ] {
        assert!(ran.out.contains(part), "no {part:?} in: {}", ran.out);
    }
    let runs = home.read("results/desk/runs.csv");
    let head = "point,order,pools.desk.agents,replication,fingerprint,sojourn_mean_s,";
    assert!(runs.starts_with(head), "{runs}");
    assert_eq!(runs.lines().count(), 1 + 6 * 20);
    let points = home.read("results/desk/points.csv");
    assert!(points.starts_with("point,order,pools.desk.agents,metric,mean,ci_low,ci_high,n\n"));
    let pairs = home.read("results/desk/pairs.csv");
    let head = "point,baseline,order,pools.desk.agents,metric,difference,ci_low,ci_high,\
                joint_low,joint_high,percent,variance_reduction,n\n";
    assert!(pairs.starts_with(head), "{pairs}");
    let names: Vec<String> = home.tree("results/desk").into_keys().collect();
    assert!(!names.contains(&"runs.partial.csv".to_string()));
    assert!(names.contains(&"charts/differences.png".to_string()));
    assert!(names.contains(&"charts/heatmap.svg".to_string()));
}

#[test]
fn a_sweep_as_json() {
    let home = Home::new();
    let json = home.run("sweep sweep.toml --json --no-charts").ok().json();
    assert_eq!(json["judge"]["metric"], "class.gold.sojourn_mean_s");
    let points = json["points"].as_array().unwrap();
    assert_eq!(points.len(), 6);
    assert_eq!(points[1]["verdict"], "baseline");
    assert_eq!(points[1]["difference"], Value::Null);
    assert_eq!(points[5]["values"]["order"], "gold");
    assert_eq!(points[5]["values"]["pools.desk.agents"], "6");
    // The difference of means is the mean of differences.
    let mean = |point: usize| points[point]["mean"].as_f64().unwrap();
    let difference = points[5]["difference"]["mean"].as_f64().unwrap();
    assert!((mean(5) - mean(1) - difference).abs() < 1e-9 * mean(1));
}

/// A sweep of which one run takes long enough to be interrupted in time: 70,000 tasks.
fn long_sweep() -> String {
    let desk = DESK.replace("\"2h\"", "\"1h\"").replace("100/h", "20/s");
    let sweep = SWEEP.replace("[4, 5, 6]", "[2450, 2475, 2500]").replace("= 5,", "= 2450,");
    desk + &sweep
}

/// Starts a sweep, sends a signal when some rows are there, and tells how it ended.
#[cfg(unix)]
fn interrupt(home: &Home, line: &str, signal: &str) -> Ran {
    let partial = home.path("results/desk/runs.partial.csv");
    let before = std::fs::read_to_string(&partial).map_or(3, |text| text.lines().count());
    let enough = before + 2;
    let mut command = home.command(line);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let rows = || std::fs::read_to_string(&partial).map_or(0, |text| text.lines().count());
    while rows() < enough {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    Ran::of(child.wait_with_output().unwrap())
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_goes_on_to_the_same_bytes() {
    let home = Home::new();
    home.write("long.toml", &long_sweep());
    let line = "sweep long.toml --threads 2 --no-charts";
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let ran = interrupt(&home, line, signal);
        let words = ["runs are done and kept", "the same command goes on from there: rehearsal"];
        ran.fails(code, &words);
    }
    let partial = home.path("results/desk/runs.partial.csv");
    // As a crash would leave it: the last line is not whole.
    let text = std::fs::read_to_string(&partial).unwrap();
    std::fs::write(&partial, &text[..text.len() - 20]).unwrap();
    let other = "sweep long.toml --threads 2 --no-charts --seed 1";
    home.run(other).fails(2, &["holds the rows of another sweep", "--seed 42", "--force"]);
    let rest = home.run(line);
    assert_eq!(rest.code, 0, "{}", rest.err);
    assert!(rest.err.starts_with("going on: "), "{}", rest.err);
    home.run("sweep long.toml --threads 1 --no-charts --out whole").ok();
    assert_eq!(home.tree("results/desk"), home.tree("whole"));
}

#[cfg(unix)]
#[test]
fn points_that_saw_different_tasks_are_an_alarm() {
    let home = Home::new();
    home.write("long.toml", &long_sweep());
    let line = "sweep long.toml --no-charts --quiet";
    interrupt(&home, line, "-INT").fails(130, &["interrupted"]);
    // A kept row that lies about the tasks it saw.
    let text = home.read("results/desk/runs.partial.csv");
    let row = text.lines().nth(3).unwrap();
    let digest = row.split(',').nth(3).unwrap();
    let lie = text.replace(row, &row.replace(digest, "0000000000000bad"));
    home.write("results/desk/runs.partial.csv", &lie);
    let words =
        ["saw different tasks at the points `fifo, agents 2450` and `", "the rows are kept"];
    home.run(line).fails(5, &words);
    assert!(home.path("results/desk/runs.partial.csv").exists());
}

#[test]
fn the_scenario_that_newcomers_copy_runs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/quickstart.toml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.lines().count() < 60);
    let home = Home::new();
    home.write("quickstart.toml", &text);
    let ran = home.run("run quickstart.toml").ok();
    fits(&ran.out);
    assert!(!ran.out.contains("warning"), "{}", ran.out);
}
