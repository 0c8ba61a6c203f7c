//! The progress of many runs: a bar on stderr, only on a terminal.

use std::fmt::Write;
use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A bar, or nothing.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// For `runs` runs, of which `done` are done before.
    pub fn new(runs: u64, done: u64, quiet: bool) -> Self {
        let shown = !quiet && stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let template = "{bar:30} {human_pos} of {human_len} runs, {rate}, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        let style = style.with_key("rate", |state: &ProgressState, text: &mut dyn Write| {
            let rate = state.per_sec();
            let decimals = if rate < 10.0 { 1 } else { 0 };
            let _ = write!(text, "{rate:.decimals$}/s");
        });
        let bar = ProgressBar::with_draw_target(Some(runs), target).with_style(style);
        bar.set_position(done);
        bar.reset_eta();
        Progress { bar }
    }

    /// One more run is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
