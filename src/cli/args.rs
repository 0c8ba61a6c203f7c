//! The command line as typed.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};

const AFTER: &str = "\
Start here:
  rehearsal run scenarios/quickstart.toml

Exit codes: 0 done; 1 an audit found a bug; 2 wrong usage or an invalid scenario; 4 a file cannot
be read or written; 5 runs that must be the same are not; 130 and 143 interrupted.";

/// A deterministic simulator of agent orchestration.
#[derive(Debug, Parser)]
#[command(name = "rehearsal", version, about, after_help = AFTER, max_term_width = 100)]
pub struct Args {
    /// Colours: auto, always or never; NO_COLOR is honoured.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Color::Auto,
        value_name = "WHEN",
        hide_possible_values = true,
        display_order = 100
    )]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario and summarise it, with tables and charts.
    Run(Run),
    /// Check a scenario without running it: all mistakes at once.
    Check(Check),
    /// List the mechanisms that a scenario may choose from, and the scenarios in ./scenarios.
    List(List),
    /// Run every variant in the scenario's [sweep] table on the same luck, and compare them.
    Sweep(Sweep),
}

/// A scenario and changes to it.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// The scenario: a TOML file.
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Change a value before the run, as in `--set pools.desk.agents=5`; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_set)]
    pub sets: Vec<(String, String)>,
}

/// The default of `--rows`.
pub const ROWS: usize = 100_000;

/// What all runs have in common.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// The seed; by default the scenario's.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Threads; by default one for each core. They change no result.
    #[arg(long, value_name = "T", value_parser = parse_count::<NonZeroUsize>)]
    pub threads: Option<NonZeroUsize>,
    /// Where the results go; by default results/<name of the scenario>.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write into the directory even if it holds something else; another result there is replaced.
    #[arg(long)]
    pub force: bool,
    /// Print the result as JSON, and nothing else, on stdout.
    #[arg(long)]
    pub json: bool,
    /// Print no summary and no progress.
    #[arg(long, short)]
    pub quiet: bool,
}

/// `rehearsal run`.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// What to run.
    #[command(flatten)]
    pub source: Source,
    /// How.
    #[command(flatten)]
    pub common: Common,
    /// Replications: runs with independent luck, from which the intervals come.
    #[arg(long, value_name = "R", default_value = "10", value_parser = parse_count::<NonZeroU32>)]
    pub replications: NonZeroU32,
    /// The most rows of tasks.csv, journal.csv and monitor.csv, which tell of replication 0; 0 for
    /// none.
    #[arg(long, value_name = "N", default_value_t = ROWS)]
    pub rows: usize,
    /// First check every fact of every run against the rules that hold of any; takes as long again.
    #[arg(long)]
    pub audit: bool,
    /// Draw no charts.
    #[arg(long)]
    pub no_charts: bool,
    /// Write what Prometheus would have scraped in replication 0, as OpenMetrics text.
    #[arg(long, value_name = "FILE")]
    pub openmetrics: Option<PathBuf>,
    /// The time of day zero in --openmetrics, in seconds after 1970; by default 2026-01-01.
    #[arg(long, value_name = "SECONDS", default_value_t = 1_767_225_600)]
    pub epoch: u64,
    /// Write replication 0 as a test of `promtool test rules`, its rules beside it.
    #[arg(long, value_name = "FILE")]
    pub promtool_test: Option<PathBuf>,
}

/// `rehearsal check`.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// What to check.
    #[command(flatten)]
    pub source: Source,
    /// Print the scenario with every default written out.
    #[arg(long)]
    pub explain: bool,
}

/// `rehearsal list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Print the list as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `rehearsal sweep`.
#[derive(Debug, clap::Args)]
pub struct Sweep {
    /// What to run.
    #[command(flatten)]
    pub source: Source,
    /// How.
    #[command(flatten)]
    pub common: Common,
    /// Replications of each point; by default those of the [sweep] table.
    #[arg(long, value_name = "R", value_parser = parse_count::<NonZeroU32>)]
    pub replications: Option<NonZeroU32>,
    /// Show the grid, the number of runs and the expected time, and run nothing but one trial.
    #[arg(long)]
    pub dry_run: bool,
    /// Draw no charts.
    #[arg(long)]
    pub no_charts: bool,
}

fn parse_count<N: FromStr>(text: &str) -> Result<N, &'static str> {
    text.parse().map_err(|_| "a whole number from 1 on")
}

fn parse_set(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("write it as path.to.key=value")?;
    Ok((path.trim().to_string(), value.to_string()))
}
