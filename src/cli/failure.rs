//! Why a command stops, and with which exit code.

use std::fmt::Display;

/// A command that could not do what was asked.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// What is wrong.
    pub message: Message,
}

/// What is said of it.
#[derive(Debug)]
pub enum Message {
    /// A sentence and what to do about it.
    Plain(String, Option<String>),
    /// Mistakes in a scenario, as rendered.
    Rendered(String),
}

impl Failure {
    fn plain(code: u8, what: impl Display, help: Option<String>) -> Self {
        Failure { code, message: Message::Plain(what.to_string(), help) }
    }

    /// The command line asks for what cannot be.
    pub fn usage(what: impl Display, help: impl Into<String>) -> Self {
        Self::plain(2, what, Some(help.into()))
    }

    /// The scenario is not valid.
    pub fn mistakes(rendered: String) -> Self {
        Failure { code: 2, message: Message::Rendered(rendered) }
    }

    /// A file cannot be read or written.
    pub fn io(what: impl Display, help: Option<String>) -> Self {
        Self::plain(4, what, help)
    }

    /// An audit finds that the program itself is wrong.
    pub fn bug(what: impl Display, help: impl Into<String>) -> Self {
        Self::plain(1, what, Some(help.into()))
    }

    /// The system does not do what it must.
    pub fn missed(what: impl Display) -> Self {
        Self::plain(1, what, None)
    }

    /// Two runs that must be the same are not.
    pub fn nondeterminism(what: impl Display, help: impl Into<String>) -> Self {
        Self::plain(5, what, Some(help.into()))
    }

    /// A signal stopped it; what is done is kept.
    pub fn interrupted(code: u8, what: impl Display, help: impl Into<String>) -> Self {
        Self::plain(code, what, Some(help.into()))
    }
}

impl From<anyhow::Error> for Failure {
    /// Below the command line only files can fail.
    fn from(error: anyhow::Error) -> Self {
        Self::io(format!("{error:#}"), None)
    }
}
