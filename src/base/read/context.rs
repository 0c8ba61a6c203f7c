//! What is gathered while a document is read: mistakes, and the defaults that were filled in; and
//! the way to the files a document refers to, so that the core does no I/O of its own.
//!
//! Invariant: mistakes come out in the order of their places, each once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Mistake, Path};

/// The files that a document refers to, by the path written there.
pub trait Files {
    /// The bytes of the file at `path`, relative to the document. The error is a sentence for the
    /// user ("there is no such file").
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// No files: a document that stands alone.
pub struct NoFiles;

impl Files for NoFiles {
    fn bytes(&self, _: &str) -> Result<Vec<u8>, String> {
        Err(String::from("there is no such file"))
    }
}

/// Files in memory, by path.
impl Files for BTreeMap<String, Vec<u8>> {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        self.get(path).cloned().ok_or_else(|| String::from("there is no such file"))
    }
}

/// A default that was taken because its key was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Where it would have been written.
    pub path: Path,
    /// The value as TOML.
    pub value: String,
}

/// What one reading of a document gathers.
pub struct Context<'f> {
    files: &'f dyn Files,
    mistakes: RefCell<Vec<Mistake>>,
    filled: RefCell<Vec<Filled>>,
}

impl<'f> Context<'f> {
    /// An empty context; files are opened through `files`.
    pub fn new(files: &'f dyn Files) -> Self {
        Context { files, mistakes: RefCell::default(), filled: RefCell::default() }
    }

    /// The files that the document may refer to.
    pub fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// Notes a mistake.
    pub fn report(&self, mistake: Mistake) {
        self.mistakes.borrow_mut().push(mistake);
    }

    /// How many mistakes have been noted so far.
    pub fn mistakes(&self) -> usize {
        self.mistakes.borrow().len()
    }

    /// Notes a default that was filled in.
    pub fn fill(&self, path: Path, value: String) {
        self.filled.borrow_mut().push(Filled { path, value });
    }

    /// What was gathered: mistakes by place, defaults in the order in which they were asked for.
    pub fn finish(self) -> (Vec<Mistake>, Vec<Filled>) {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(Mistake::order);
        mistakes.dedup();
        (mistakes, self.filled.into_inner())
    }
}
