//! The files that a scenario refers to: traces, sessions, quantile tables.
//!
//! Rule: a path is relative to the directory of the scenario file; a file whose name ends in `.gz`
//! is decompressed. Each file is read once, however often it is named, so that all of a run sees
//! the same bytes. Invariant: what is read is at most [`MOST_BYTES`] after decompression.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::base::read::Files;

/// The most bytes of one file, decompressed: 4 GiB.
pub const MOST_BYTES: u64 = 1 << 32;

/// The files below a directory.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    read: RefCell<BTreeMap<String, Result<Vec<u8>, String>>>,
}

impl Directory {
    /// The directory of the scenario file at `path`.
    pub fn of(path: &Path) -> Self {
        let root = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Directory { root, read: RefCell::default() }
    }

    /// The files that were read, by the path that the scenario writes, with their contents
    /// (decompressed): what a result depends on besides the scenario.
    pub fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let read = self.read.borrow();
        let good = read.iter().filter_map(|(path, bytes)| Some((path, bytes.as_ref().ok()?)));
        good.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    }
}

impl Files for Directory {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut read = self.read.borrow_mut();
        read.entry(path.to_owned()).or_insert_with(|| read_file(&self.root.join(path))).clone()
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err(String::from("it is a directory"));
    }
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => String::from("there is no such file"),
        std::io::ErrorKind::PermissionDenied => String::from("no permission to read it"),
        _ => error.to_string(),
    })?;
    let mut bytes = Vec::new();
    let zipped = path.extension().is_some_and(|extension| extension == "gz");
    if zipped {
        let mut unzipped = MultiGzDecoder::new(file).take(MOST_BYTES + 1);
        let read = unzipped.read_to_end(&mut bytes);
        read.map_err(|error| format!("it cannot be decompressed ({error})"))?;
    } else {
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(String::from("it is larger than 4 GiB"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn paths_are_relative_to_the_scenario_and_gz_is_decompressed() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("data")).unwrap();
        std::fs::write(directory.path().join("data/plain.csv"), "t_s\n1\n").unwrap();
        let zipped = std::fs::File::create(directory.path().join("zipped.csv.gz")).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(zipped, flate2::Compression::default());
        encoder.write_all(b"t_s\n2\n").unwrap();
        encoder.finish().unwrap();
        std::fs::write(directory.path().join("not.gz"), "t_s\n").unwrap();
        let files = Directory::of(&directory.path().join("scenario.toml"));
        assert_eq!(files.bytes("data/plain.csv"), Ok(b"t_s\n1\n".to_vec()));
        assert_eq!(files.bytes("zipped.csv.gz"), Ok(b"t_s\n2\n".to_vec()));
        assert_eq!(files.bytes("no.csv"), Err(String::from("there is no such file")));
        assert_eq!(files.bytes("data"), Err(String::from("it is a directory")));
        let broken = files.bytes("not.gz").unwrap_err();
        assert!(broken.starts_with("it cannot be decompressed"), "{broken}");
        let names: Vec<String> = files.contents().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["data/plain.csv", "zipped.csv.gz"]);
    }

    #[test]
    fn a_file_is_read_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.csv");
        std::fs::write(&path, "1").unwrap();
        let files = Directory::of(&directory.path().join("scenario.toml"));
        assert_eq!(files.bytes("a.csv"), Ok(b"1".to_vec()));
        std::fs::write(&path, "2").unwrap();
        assert_eq!(files.bytes("a.csv"), Ok(b"1".to_vec()));
    }
}
