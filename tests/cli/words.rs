//! `rehearsal check` and `list`, mistakes and exit codes.

use std::process::Stdio;

use super::{DESK, Home, Ran, SWEEP};

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
    assert!(home.run("list").ok().out.contains("scenarios\n  desk.toml  A desk\n"));
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
