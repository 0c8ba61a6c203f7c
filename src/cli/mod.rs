//! Floor 7: the command line. Thin: read what was typed, call, print.
//!
//! Data go to stdout; progress, warnings and mistakes go to stderr. Exit codes: 0; 1 if an audit
//! finds a bug or an objective is missed; 2 for a wrong command line or an invalid scenario; 4 for
//! a file that cannot be read or written; 5 if two runs that must be the same are not; 130 and 143
//! after an interruption.

mod args;
mod audit;
mod check;
mod export;
mod failure;
mod findings;
mod list;
mod place;
mod progress;
mod run;
mod screen;
mod signals;
mod source;
mod summary;
mod sweep;
mod verdict;
mod words;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use screen::Screen;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let screen = Screen::new(args.color);
    let result = match &args.command {
        Command::Run(args) => run::run(args, &screen),
        Command::Check(args) => check::check(args, &screen),
        Command::List(args) => list::list(args, &screen),
        Command::Sweep(args) => sweep::sweep(args, &screen),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            screen.complain(&failure);
            ExitCode::from(failure.code)
        }
    }
}
