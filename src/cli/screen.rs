//! The terminal: what is printed where, and in which colour.
//!
//! A pipe that is closed early (`rehearsal list | head -1`) is not an error.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use super::args::Color;
use super::failure::{Failure, Message};

/// Stdout and stderr.
pub struct Screen {
    colour_out: bool,
    colour_err: bool,
}

impl Screen {
    /// With colours as asked for and as the environment allows.
    pub fn new(color: Color) -> Self {
        let wanted = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                terminal && !set("NO_COLOR") && !dumb
            }
        };
        Screen {
            colour_out: wanted(stdout().is_terminal()),
            colour_err: wanted(stderr().is_terminal()),
        }
    }

    /// Whether stderr is shown in colours.
    pub fn colour_err(&self) -> bool {
        self.colour_err
    }

    /// Prints `text` on stdout.
    ///
    /// # Errors
    /// If it cannot be written, unless nobody reads it any more.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::io(format!("cannot write to stdout: {error}"), None))
            }
            _ => Ok(()),
        }
    }

    /// A line on stderr; nobody listening is no error.
    pub fn note(&self, text: &str) {
        let _ = writeln!(stderr(), "{text}");
    }

    /// Says on stderr why a command stops.
    pub fn complain(&self, failure: &Failure) {
        match &failure.message {
            Message::Rendered(text) => {
                let _ = write!(stderr(), "{text}");
            }
            Message::Plain(what, help) => {
                self.note(&format!("{} {what}", paint(self.colour_err, "1;31", "error:")));
                if let Some(help) = help {
                    self.note(&format!("{} {help}", paint(self.colour_err, "1;36", " help:")));
                }
            }
        }
    }

    /// `text` in bold on stdout.
    pub fn bold(&self, text: &str) -> String {
        paint(self.colour_out, "1", text)
    }

    /// `text` on stdout as one reads a thing that is good.
    pub fn good(&self, text: &str) -> String {
        paint(self.colour_out, "32", text)
    }

    /// `text` on stdout as one reads a thing that is bad.
    pub fn bad(&self, text: &str) -> String {
        paint(self.colour_out, "31", text)
    }

    /// `text` on stdout as one reads a warning.
    pub fn warning(&self, text: &str) -> String {
        paint(self.colour_out, "1;33", text)
    }
}

/// `text` between the ANSI codes, if colours are wanted.
fn paint(wanted: bool, code: &str, text: &str) -> String {
    if wanted { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
}
