//! `rehearsal run`: its files, its screen, its bytes.

use std::path::Path;

use serde_json::Value;

use super::{DESK, Home, fits};

#[test]
fn a_run_writes_its_files_and_fits_one_screen() {
    let home = Home::new();
    let ran = home.run("run desk.toml").ok();
    fits(&ran.out);
    for part in [
        "desk: A desk\n",
        "10 replications of 2h (warm-up 10m), seed 42",
        "\ngold ",
        "results/desk: agents.csv, journal.csv, series.csv, summary.csv, tasks.csv, 6 charts",
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
            "charts/throughput.png",
            "charts/throughput.svg",
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
        ("tasks.csv", "task,workload,class,outcome,cause,arrived_s,", Some(7)),
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

/// Tasks of 8 s come at 5, 10, ... s and take turns. Until 15 s the two agents are busy for 8 and
/// 5 s: 533 and 333 thousandths, 43 %, which asks for ceil(2 x 43 / 50) = 2. Until 30 s for 13 and
/// 11 s: 866 and 733, 79 %, which asks for ceil(2 x 79 / 50) = 4. The new ones are ready 5 s later
/// and too young at 45 s to count, so nothing moves. The alert fires at the first look.
const WATCHED: &str = r#"
name = "watched"
horizon = "1m"
grid = "30s"
drain = false
workloads.w = { arrivals.renewal.gap = "5s" }
workflows.f.steps.s.work = "8s"
[pools.p]
agents = 2
dispatch = "round_robin"
breaker.consecutive = {}
[pools.p.autoscale.hpa]
metric = "utilisation"
target = "50%"
agents = { min = 2, max = 4 }
start_up = "5s"
[alerts.slow]
when = "response_mean > 5s"
labels = { severity = "page" }
"#;

#[test]
fn what_is_watched_over_has_its_files() {
    let home = Home::new();
    home.write("watched.toml", WATCHED);
    let ran = home.run("run watched.toml --replications 1").ok();
    let line = "results/watched: agents.csv, alerts.csv, breakers.csv, journal.csv, monitor.csv, \
                scaling.csv, series.csv, summary.csv, tasks.csv, 7 charts in charts/\n";
    assert!(ran.out.contains(line), "{}", ran.out);
    assert_eq!(
        home.read("results/watched/alerts.csv"),
        "time_s,rule,pool,agent,state,value,threshold,labels\n\
         30.0,slow,p,,firing,8.0,5.0,severity=page\n"
    );
    assert_eq!(home.read("results/watched/breakers.csv"), "time_s,pool,target,state\n");
    let monitor = home.read("results/watched/monitor.csv");
    let header = "time_s,pool,agent,response_mean_s,success_rate,throughput_per_min,error_rate,";
    assert!(monitor.starts_with(header), "{monitor}");
    let chart = home.read("results/watched/charts/timeline.svg");
    assert!(chart.contains("\nslow\n") && chart.contains("\nfiring\n"), "a lane and its state");
    let scaling = home.read("results/watched/scaling.csv");
    assert_eq!(
        scaling,
        "time_s,pool,what,agent,value,raw,from,to,limit\n\
         15.0,p,decided,,0.43,2,2,2,none\n\
         30.0,p,decided,,0.79,4,2,4,none\n\
         30.0,p,starting,p-3,,,,,\n\
         30.0,p,starting,p-4,,,,,\n\
         35.0,p,ready,p-3,,,,,\n\
         35.0,p,ready,p-4,,,,,\n\
         45.0,p,decided,,0.79,4,4,4,tolerance\n"
    );
    let agents = home.read("results/watched/agents.csv");
    assert_eq!(agents.lines().count(), 1 + 4, "{agents}");
}

#[test]
fn json_is_all_that_is_printed() {
    let home = Home::new();
    let json = home.run("run desk.toml --json --replications 2 --no-charts").ok().json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "fingerprints",
            "metrics",
            "objectives",
            "recommendations",
            "replications",
            "scenario",
            "seed"
        ]
    );
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
