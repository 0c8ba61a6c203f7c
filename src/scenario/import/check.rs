//! What the importers' tests share: a scenario `file = "x.yaml"`, and what its reader says.

use std::collections::BTreeMap;

use crate::base::read::{Context, Document, Files, Mistake, NoFiles, Read};
use crate::scenario::report::render;

const SCENARIO: &str = "file = \"x.yaml\"\n";

fn open<T: Read>(files: &dyn Files) -> (Option<T>, Vec<Mistake>) {
    let toml = Document::parse(SCENARIO).unwrap();
    let context = Context::new(files);
    let mut table = toml.root(&context).table().unwrap();
    let value = table.need("file");
    table.finish();
    (value, context.finish().0)
}

fn holding(text: &str) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([(String::from("x.yaml"), text.as_bytes().to_vec())])
}

/// What is read from a file that is right.
pub(super) fn read<T: Read>(text: &str) -> T {
    let (value, mistakes) = open(&holding(text));
    assert_eq!(mistakes, []);
    value.unwrap()
}

/// What a user reads of a file that is wrong.
pub(super) fn broken<T: Read>(text: &str) -> String {
    let (value, mistakes) = open::<T>(&holding(text));
    assert!(value.is_none() && !mistakes.is_empty(), "{mistakes:?}");
    render("scenarios/s.toml", SCENARIO, &mistakes, false)
}

/// What a user reads if there is no such file.
pub(super) fn missing<T: Read>() -> String {
    render("scenarios/s.toml", SCENARIO, &open::<T>(&NoFiles).1, false)
}
