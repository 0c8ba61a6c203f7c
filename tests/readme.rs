//! The README is true: every command in it runs, every file it names is there.

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");
const PROGRAM: &str = "cargo run --release -- ";

/// The commands in the shell blocks.
fn commands() -> Vec<&'static str> {
    let blocks = README.split("```sh\n").skip(1);
    let commands: Vec<&str> =
        blocks.flat_map(|block| block.split("```").next().unwrap().lines()).collect();
    assert!(commands.len() >= 5, "the README shows commands: {commands:?}");
    commands
}

#[test]
fn every_command_of_the_readme_runs() {
    let out = tempfile::tempdir().unwrap();
    for (number, command) in commands().into_iter().enumerate() {
        let Some(arguments) = command.strip_prefix(PROGRAM) else {
            assert_eq!(command, "cargo test", "a command that no test knows");
            continue;
        };
        let mut program = Command::new(env!("CARGO_BIN_EXE_rehearsal"));
        program.args(arguments.split(' ')).current_dir(env!("CARGO_MANIFEST_DIR"));
        if arguments.starts_with("run ") || arguments.starts_with("sweep ") {
            // Few replications, so that the study takes seconds here, too.
            program.arg("--out").arg(out.path().join(number.to_string()));
            program.args(["--replications", "2"]);
        }
        let ended = program.output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{command}: {told}");
        assert!(!ended.stdout.is_empty(), "{command} says something");
    }
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let links = README.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let quoted = README.split('`').skip(1).step_by(2);
    let is_path = |word: &&str| word.starts_with("scenarios/") || word.starts_with("tests/");
    let mut checked = 0;
    for name in links.filter(|link| !link.starts_with('#')).chain(quoted.filter(is_path)) {
        assert!(root.join(name).exists(), "{name} is not there");
        checked += 1;
    }
    assert!(checked > 8, "the README names files");
}

#[test]
fn nothing_is_left_to_be_filled_in() {
    assert!(!README.contains("@@"), "a place in the README is still empty");
}
