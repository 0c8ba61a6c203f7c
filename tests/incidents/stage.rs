//! What the tests of incidents share: to run one, with changes or without, and to look at it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rehearsal::experiment::replicate::Replication;
use rehearsal::experiment::watch::Watch;
use rehearsal::model::fact::Outcome;
use rehearsal::observe::series::{Cell, Series};
use rehearsal::observe::summary::Metric;
use rehearsal::observe::tasks::Tasks;
use rehearsal::scenario::files::Directory;
use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;
use rehearsal::scenario::overrides;

use super::tool::{printed, promtool};

/// In so many replications an incident must show, and its remedy must cure it.
const REPLICATIONS: u32 = 5;

/// Changes as of `--set`: paths with values.
pub type Sets<'a> = &'a [(&'a str, &'a str)];

fn file(incident: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/incidents");
    folder.join(format!("{incident}.toml"))
}

/// The scenario of an incident, with changes.
fn scenario(incident: &str, sets: Sets<'_>) -> Scenario {
    let path = file(incident);
    let text = std::fs::read_to_string(&path).expect("the library has this incident");
    let sets: Vec<(String, String)> =
        sets.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    let text = overrides::apply(&text, &sets).expect("the changes fit");
    let loaded = load(text.as_bytes(), &Directory::of(&path));
    loaded.unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).scenario
}

/// One replication of an incident. Times are in minutes since the start.
pub struct Shown<'s> {
    /// What it was, for messages.
    pub what: String,
    metrics: Vec<Metric>,
    watch: Watch<'s>,
    tasks: Tasks<'s>,
    scenario: &'s Scenario,
}

/// Shows each of several replications of an incident with changes.
pub fn each(incident: &str, sets: Sets<'_>, judge: impl Fn(&Shown<'_>)) {
    let scenario = scenario(incident, sets);
    for number in 0..REPLICATIONS {
        let mut observers = (Watch::new(&scenario, 0), Tasks::new(&scenario, usize::MAX));
        let run = Replication::watched(&scenario, scenario.seed, number, &mut observers);
        let (watch, tasks) = observers;
        let what = format!("{incident} {sets:?}, replication {number}");
        let shown = Shown { what, metrics: run.metrics(), watch, tasks, scenario: &scenario };
        judge(&shown);
    }
}

impl Shown<'_> {
    /// A number of its summary.
    pub fn metric(&self, name: &str) -> f64 {
        let found = self.metrics.iter().find(|metric| metric.name == name);
        found.unwrap_or_else(|| panic!("{}: no {name}", self.what)).value
    }

    /// The cells of the grid that lie within these minutes.
    pub fn cells(&self, minutes: Range<f64>) -> impl Iterator<Item = &Cell> {
        let width = self.scenario.grid.seconds();
        let within = move |cell: &&Cell| {
            cell.time_s >= minutes.start * 60.0 && cell.time_s + width <= minutes.end * 60.0
        };
        self.watch.series.cells().iter().filter(within)
    }

    /// Tasks that left so in these minutes, a second.
    pub fn left_per_s(&self, outcome: Outcome, minutes: Range<f64>) -> f64 {
        let seconds = (minutes.end - minutes.start) * 60.0;
        let left: u64 = self.cells(minutes).map(|cell| cell.left[outcome as usize]).sum();
        left as f64 / seconds
    }

    /// Tasks completed in these minutes, over those that came in them.
    pub fn completed_share(&self, minutes: Range<f64>) -> f64 {
        let come: u64 = self.cells(minutes.clone()).map(|cell| cell.arrivals).sum();
        let seconds = (minutes.end - minutes.start) * 60.0;
        self.left_per_s(Outcome::Completed, minutes) * seconds / come as f64
    }

    /// Of the tasks of a class that came in these minutes and left, the share that was completed
    /// within so many seconds.
    pub fn within(&self, class: &str, seconds: f64, minutes: Range<f64>) -> f64 {
        let came = |at: f64| (minutes.start * 60.0..minutes.end * 60.0).contains(&at);
        let rows = self.tasks.rows().iter();
        let (mut all, mut good) = (0, 0);
        for row in rows.filter(|row| row.class == class && came(row.arrived_s)) {
            all += 1;
            good += u32::from(row.outcome == "completed" && row.sojourn_s <= seconds);
        }
        assert!(all > 0, "{}: no task of {class}", self.what);
        f64::from(good) / f64::from(all)
    }

    /// A level of `series.csv` in the cells within these minutes.
    pub fn level(&self, name: &str, minutes: Range<f64>) -> Vec<f64> {
        let names = Series::levels(self.scenario);
        let index = names.iter().position(|known| known == name);
        let index = index.unwrap_or_else(|| panic!("{}: {name} is not in {names:?}", self.what));
        self.cells(minutes).map(|cell| cell.levels[index]).collect()
    }

    /// When a rule began to fire, of whatever subject.
    pub fn fired(&self, rule: &str) -> Vec<f64> {
        self.alerts(rule, "firing")
    }

    /// When a rule became so, of whatever subject.
    pub fn alerts(&self, rule: &str, state: &str) -> Vec<f64> {
        let known = self.scenario.alerts.iter().any(|alert| alert.name == rule);
        assert!(known, "{}: no rule {rule}", self.what);
        let rows = self.watch.alerts.rows();
        let rows = rows.iter().filter(|row| row.rule == rule && row.state == state);
        rows.map(|row| row.time_s / 60.0).collect()
    }

    /// How many agents an autoscaler wanted a pool to have, with when; where that changed.
    pub fn desired(&self, pool: &str) -> Vec<(f64, u32)> {
        let rows = self.watch.scaling.rows().iter();
        let rows = rows.filter(|row| row.pool == pool && row.what == "decided");
        let changes = rows.filter(|row| row.from != row.to);
        changes.map(|row| (row.time_s / 60.0, row.to.expect("of every decision"))).collect()
    }
}

fn rehearsal(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehearsal"));
    command.args(arguments).output().expect("the program runs")
}

/// `rehearsal check` finds nothing wrong and nothing to say.
pub fn is_clean(incident: &str) {
    let path = file(incident);
    let output = rehearsal(&["check", path.to_str().expect("a path in UTF-8")]);
    assert!(output.status.success(), "{}", printed(&output));
    assert!(output.stderr.is_empty(), "{}", printed(&output));
}

/// Prometheus's own tool finds that the rules of an incident with changes fire when they did in
/// the run. Where there is no tool, nothing is found.
pub fn promtool_agrees(incident: &str, sets: Sets<'_>) {
    let directory = tempfile::tempdir().expect("a directory");
    let inside = |name: &str| directory.path().join(name).to_str().expect("UTF-8").to_owned();
    let (path, test, out) = (file(incident), inside("test.yaml"), inside("out"));
    let path = path.to_str().expect("a path in UTF-8");
    let mut arguments = vec!["run", path, "--promtool-test", &test, "--out", &out];
    arguments.extend(["--replications", "1", "--no-charts", "--quiet"]);
    let sets: Vec<String> = sets.iter().map(|(path, value)| format!("{path}={value}")).collect();
    sets.iter().for_each(|set| arguments.extend(["--set", set]));
    let output = rehearsal(&arguments);
    assert!(output.status.success(), "{}", printed(&output));
    let Some(output) = promtool(directory.path(), &["test", "rules", "test.yaml"]) else { return };
    assert!(output.status.success(), "{}", printed(&output));
}
