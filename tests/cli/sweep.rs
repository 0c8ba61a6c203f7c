//! `rehearsal sweep`: its files, its verdict, its interruption.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::{DESK, Home, Ran, SWEEP, fits};

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
    let words = ["saw different tasks at the points `fifo, agents 2450` and `", "rows are kept"];
    home.run(line).fails(5, &words);
    assert!(home.path("results/desk/runs.partial.csv").exists());
}
