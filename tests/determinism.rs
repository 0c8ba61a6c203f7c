//! The same scenario and seed tell the same story: twice, on any number of threads, observed or
//! not, with the parts of the file in any order; and the story is the one that was committed.

mod common;

use common::{fingerprint, load_file, load_text, name_of, observe, shipped};
use rehearsal::experiment::replicate::replicate;
use rehearsal::observe::fingerprint::Fingerprint;
use rehearsal::observe::journal::Journal;
use rehearsal::observe::series::Series;
use rehearsal::observe::summary::Summary;
use rehearsal::observe::tasks::Tasks;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/results/fingerprints.csv");

/// `results/fingerprints.csv` holds the fingerprint of replication 0 of every shipped scenario.
/// When one must move, `REWRITE=1 cargo test --test determinism` rewrites the file and the
/// changelog says why.
#[test]
fn every_shipped_scenario_has_its_committed_fingerprint() {
    let mut table = String::from("scenario,seed,fingerprint\n");
    for path in shipped() {
        let scenario = load_file(&path);
        let row = format!("{},{},{}\n", name_of(&path), scenario.seed, fingerprint(&scenario));
        table.push_str(&row);
    }
    if std::env::var_os("REWRITE").is_some() {
        std::fs::write(COMMITTED, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(COMMITTED).unwrap(), table);
}

#[test]
fn a_run_repeats_and_observing_changes_nothing() {
    for path in shipped() {
        let scenario = load_file(&path);
        let alone = fingerprint(&scenario);
        let watched = (
            (Summary::new(&scenario), Series::new(&scenario)),
            (Fingerprint::default(), (Journal::new(&scenario, 50), Tasks::new(&scenario, 50))),
        );
        let (_, (watched, _)) = observe(&scenario, watched);
        assert_eq!(watched.digest(), alone, "{}", name_of(&path));
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let path = shipped().into_iter().find(|path| path.ends_with("quickstart.toml")).unwrap();
    let scenario = load_file(&path);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (runs, ()) = pool.install(|| replicate(&scenario, 7, 16, (), |run| run));
        runs.iter().map(|run| (run.fingerprint.clone(), run.metrics())).collect::<Vec<_>>()
    };
    // Compared as text: a number that does not exist is NaN, which is not equal to itself.
    assert_eq!(format!("{:?}", on(1)), format!("{:?}", on(8)));
}

/// The same system, its parts in two orders.
#[test]
fn the_order_of_the_parts_changes_nothing() {
    let head = "name = \"order\"\nhorizon = \"2h\"\n";
    let parts = [
        "[workloads.north]\nworkflow = \"call\"\narrivals.poisson = { rate = \"40/h\" }\n",
        "[workloads.south]\nworkflow = \"mail\"\narrivals.renewal = { gap = \"90s\" }\n",
        r#"
        [workflows.call.steps.greet]
        needs = ["talk"]
        work = { exponential = "1m" }
        then = { help = 0.5, end = 0.5 }
        [workflows.call.steps.help]
        needs = ["fix"]
        work = { exponential = "3m" }
        "#,
        "[workflows.mail.steps.read]\nneeds = [\"fix\"]\nwork = { mean = \"80s\", cv = 0.4 }\n",
        "[pools.alpha]\nagents = 2\ncan = [\"talk\"]\n",
        "[pools.beta]\nagents = 4\ncan = { fix = 0.9 }\nwrap_up = { exponential = \"20s\" }\n",
    ];
    let forwards = format!("{head}{}", parts.concat());
    let backwards: String = parts.iter().rev().copied().collect();
    let backwards = format!("{head}{backwards}");
    assert_eq!(fingerprint(&load_text(&forwards)), fingerprint(&load_text(&backwards)));
}

/// Adding a part must not shift another part's luck.
#[test]
fn another_workload_leaves_the_first_ones_tasks_alone() {
    let one = r#"
        name = "w"
        horizon = "1h"
        [pools.p]
        agents = 3
        [pools.q]
        [workloads.m]
        workflow = "a"
        arrivals.poisson = { rate = "100/h" }
        [workflows.a.steps.s]
        queue = "p"
        work = { exponential = "10s" }
        "#;
    let two = r#"
        [workloads.b]
        workflow = "c"
        arrivals.poisson = { rate = "100/h" }
        [workflows.c.steps.s]
        queue = "q"
        work = { exponential = "10s" }
        "#;
    let two = format!("{one}{two}");
    let rows = |text: &str| {
        let scenario = load_text(text);
        let tasks = observe(&scenario, Tasks::new(&scenario, usize::MAX));
        let of_m = tasks.rows().iter().filter(|row| row.workload == "m");
        of_m.map(|row| (row.arrived_s, row.left_s, row.served_s)).collect::<Vec<_>>()
    };
    let (alone, beside) = (rows(one), rows(&two));
    assert!(!alone.is_empty());
    assert_eq!(alone, beside);
}
