//! The directory of a result: written file by file, whole or not at all, the manifest last.
//!
//! Each file is written beside its place and renamed, so that a reader sees the old one or the new
//! one. Files that an earlier result wrote here and this one does not are removed, if they are as
//! they were written: a directory never mixes two results. Invariant: nothing that we did not write
//! is overwritten or removed, unless forced.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::manifest::{self, Manifest, Past, Stamp};

/// The file that says what the others are.
pub const MANIFEST: &str = "manifest.json";

/// A directory that results are being written to.
pub struct Directory {
    path: PathBuf,
    /// What an earlier result wrote here.
    past: BTreeMap<String, Stamp>,
    written: BTreeMap<String, Stamp>,
}

/// Why nothing may be written to a directory.
#[derive(Debug)]
pub enum Refused {
    /// It holds the results of the scenario of this name.
    Other(String),
    /// It holds a file that is not of a result.
    Stranger(String),
    /// The system does not let us.
    Io(anyhow::Error),
}

impl Directory {
    /// Opens or makes the directory at `path` for the results of the scenario `name`. `ours` are
    /// the files that an unfinished result may have left.
    ///
    /// # Errors
    /// It holds something else and `force` is not set, or it cannot be made.
    pub fn open(path: &Path, name: &str, ours: &[&str], force: bool) -> Result<Self, Refused> {
        let shown = path.display();
        let made = std::fs::create_dir_all(path).with_context(|| format!("cannot make {shown}"));
        made.map_err(Refused::Io)?;
        let past = match std::fs::read(path.join(MANIFEST)) {
            Ok(bytes) => serde_json::from_slice::<Past>(&bytes).ok(),
            Err(_) => None,
        };
        if !force {
            match &past {
                Some(past) if past.scenario != name => {
                    return Err(Refused::Other(past.scenario.clone()));
                }
                Some(_) => {}
                None => no_strangers(path, ours)?,
            }
        }
        let past = past.map(|past| past.files).unwrap_or_default();
        Ok(Directory { path: path.to_path_buf(), past, written: BTreeMap::new() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the files written so far.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.written.keys().map(String::as_str)
    }

    /// Writes a file; `name` may have directories in it.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        replace(&self.path.join(name), bytes)?;
        self.written.insert(name.to_string(), Stamp::of(bytes));
        Ok(())
    }

    /// Removes what an earlier result left, then writes the manifest: the result is complete.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self, mut manifest: Manifest) -> anyhow::Result<()> {
        for (name, stamp) in &self.past {
            let path = self.path.join(name);
            let as_written = || std::fs::read(&path).is_ok_and(|bytes| Stamp::of(&bytes) == *stamp);
            if manifest::is_plain(name) && !self.written.contains_key(name) && as_written() {
                let gone = std::fs::remove_file(&path);
                gone.with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        manifest.files = self.written.clone();
        replace(&self.path.join(MANIFEST), &manifest.bytes())
    }
}

/// Refuses a directory without a manifest that holds other files than those of a result.
fn no_strangers(path: &Path, ours: &[&str]) -> Result<(), Refused> {
    let listed = std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()));
    for entry in listed.map_err(Refused::Io)? {
        let entry = entry.map_err(|error| Refused::Io(error.into()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !ours.contains(&name.as_str()) && !name.starts_with(BESIDE) {
            return Err(Refused::Stranger(name));
        }
    }
    Ok(())
}

/// How the names of files begin that are not complete yet.
const BESIDE: &str = ".rehearsal-";

/// Writes a file beside its place and renames it.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let why = || format!("cannot write {}", path.display());
    let parent = path.parent().expect("a file stands in a directory");
    std::fs::create_dir_all(parent).with_context(why)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(BESIDE);
    #[cfg(unix)]
    {
        // As any program makes files; a temporary file is private otherwise.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent).with_context(why)?;
    file.write_all(bytes).with_context(why)?;
    file.persist(path).with_context(why)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path, name: &str, force: bool) -> Result<Directory, Refused> {
        Directory::open(path, name, &["a.csv", "charts"], force)
    }

    fn result(path: &Path, name: &str, files: &[(&str, &str)]) {
        let mut directory = open(path, name, false).expect("a directory");
        for (file, text) in files {
            directory.write(file, text.as_bytes()).unwrap();
        }
        directory.finish(Manifest::new("run", name)).unwrap();
    }

    #[test]
    fn a_later_result_leaves_nothing_of_the_earlier_one() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("deep/down");
        result(
            &path,
            "one",
            &[("a.csv", "1"), ("b.csv", "2"), ("charts/c.svg", "3"), ("d.csv", "4")],
        );
        std::fs::write(path.join("d.csv"), "edited").unwrap();
        std::fs::write(path.join("mine.txt"), "mine").unwrap();
        result(&path, "one", &[("a.csv", "5")]);
        assert_eq!(std::fs::read_to_string(path.join("a.csv")).unwrap(), "5");
        assert!(!path.join("b.csv").exists() && !path.join("charts/c.svg").exists());
        // What somebody has changed or put there stays.
        assert!(path.join("d.csv").exists() && path.join("mine.txt").exists());
    }

    #[test]
    fn what_is_not_ours_is_not_touched() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (home.path().join("one"), home.path().join("other"));
        result(&one, "one", &[("a.csv", "1")]);
        assert!(matches!(open(&one, "two", false), Err(Refused::Other(name)) if name == "one"));
        assert!(open(&one, "two", true).is_ok());
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("a.csv"), "of a result that was not finished").unwrap();
        assert!(open(&other, "two", false).is_ok());
        std::fs::write(other.join("letters.txt"), "dear").unwrap();
        let refused = open(&other, "two", false);
        assert!(matches!(refused, Err(Refused::Stranger(name)) if name == "letters.txt"));
    }

    #[test]
    fn a_manifest_cannot_make_us_remove_files_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("one");
        std::fs::write(home.path().join("precious"), "gold").unwrap();
        let mut directory = open(&path, "one", false).unwrap();
        directory.write("../precious", b"gold").unwrap();
        directory.finish(Manifest::new("run", "one")).unwrap();
        result(&path, "one", &[("a.csv", "1")]);
        assert!(home.path().join("precious").exists());
    }
}
